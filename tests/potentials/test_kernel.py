"""Compiled kernels: the same numbers as the formula, kept on disk, and nothing lost when the disk misbehaves."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
import waiting
from smooth_potentials import places, potential, run_kernel

from orbitdraw.potentials import derivation as derived
from orbitdraw.potentials import kernel
from orbitdraw.potentials.potential import Potential
from orbitdraw.runtime import cache
from orbitdraw.runtime.lru import LRUCache
from orbitdraw.slider import Slider

COMPILED = os.environ.get("NUMBA_DISABLE_JIT", "0") != "1"
compiled_only = pytest.mark.skipif(not COMPILED, reason="without compiling there is nothing to keep")


@pytest.fixture
def fresh(tmp_path, monkeypatch):
    """An empty cache folder, and a process that remembers nothing."""
    monkeypatch.setenv("ORBITDRAW_CACHE", str(tmp_path / "cache"))
    forget(monkeypatch)
    return tmp_path / "cache"


def forget(monkeypatch):
    monkeypatch.setattr(kernel, "_ready", LRUCache(kernel.KEPT))
    monkeypatch.setattr(kernel, "_compiled_names", [])
    monkeypatch.setattr(derived, "_records", LRUCache(derived.KEPT))
    monkeypatch.setattr(derived, "_functions", LRUCache(derived.KEPT))
    monkeypatch.setattr(cache, "_warned", False)


def test_infinite_and_undefined_places_stay_with_their_particle():
    V = Potential.parse("-1/r + sqrt(x) + log(y)")
    x, y = np.array([1.0, 0.0, np.nan, -1.0, 1.0]), np.array([1.0, 0.0, 1.0, 1.0, 1.0])
    found = run_kernel(V, x, y)
    assert np.isfinite(found[:, [0, 4]]).all()
    assert not np.isfinite(found[:, 1:4]).all(axis=0).any()
    np.testing.assert_array_equal(found[:, 0], found[:, 4])


@compiled_only
def test_every_kernel_is_an_argument_of_one_driver():
    import numba
    from numba import types

    array = types.Array(types.float64, 1, "C")

    @numba.njit(types.void(kernel.FORCE_TYPE, array, array, array, array, array), nogil=True)
    def drive(force, x, y, p, fx, fy):
        force(x, y, 0.0, p, fx, fy)

    for name in ("kepler", "egg", "spring"):
        V = potential(name)
        x, y = places(5)
        fx, fy = np.empty(5), np.empty(5)
        drive(V.kernel().force, x, y, np.array(V.numbers({})), fx, fy)
        np.testing.assert_array_equal([fx, fy], run_kernel(V, x, y))


@compiled_only
def test_simple_forces_are_vectorised_with_one_root_and_no_pow():
    V = Potential.parse("-1/sqrt(x^2 + y^2 + a)", a=0.01)
    force = V.kernel().force
    block = V._derivation()["block"]
    assert block.count("sqrt(") == 1
    import numba

    function = numba.njit(kernel.FORCE, nogil=True, error_model="numpy")(
        kernel._execute(kernel._HEADER + block, "seen")
    )
    assembly = function.inspect_asm(function.signatures[0])
    assert "sqrtpd" in assembly or "fsqrt" in assembly  # packed: several particles at once
    assert force.signatures == [tuple(kernel.FORCE.args)]


WARM = """
import sys, warnings
warnings.simplefilter("error")
import numpy as np
from orbitdraw.runtime.lru import LRUCache
from orbitdraw.potentials.potential import Potential
from orbitdraw.slider import Slider
from orbitdraw.potentials.terms import well
V = Potential.parse("-m/sqrt(x^2 + y^2 + 0.01)", m=Slider(1.0, 0.0, 2.0)) + well(at=(1.0, 0.0)).rotated(0.3)
force = V.kernel().force
x, y, fx, fy = np.array([1.0]), np.array([0.5]), np.zeros(1), np.zeros(1)
force(x, y, 0.0, np.array(V.numbers({})), fx, fy)
hits = getattr(force, "stats", None)
print(fx[0], fy[0], V.value(1.0, 0.5), V.latex(), V.text, "sympy" in sys.modules, bool(hits and hits.cache_hits))
"""


def start(folder):
    environment = {**os.environ, "ORBITDRAW_CACHE": str(folder)}
    return subprocess.Popen(
        [sys.executable, "-c", WARM], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def finish(process):
    done = waiting.ended(process)
    assert done.stderr == ""
    *numbers, symbols, hit = done.stdout.split()
    return numbers, symbols == "True", hit == "True"


@compiled_only
def test_a_warm_start_needs_no_sympy_and_compiles_nothing(tmp_path):
    cold = finish(start(tmp_path))
    warm = finish(start(tmp_path))
    assert cold == (cold[0], True, False)
    assert warm == (cold[0], False, True)


@compiled_only
def test_processes_that_compile_the_same_kernel_at_once_agree_without_a_word(tmp_path):
    found = [finish(process) for process in [start(tmp_path) for _ in range(3)]]
    assert found[0][0] == found[1][0] == found[2][0]
    assert finish(start(tmp_path))[1:] == (False, True)
    assert not list(tmp_path.rglob(".draft-*"))


def flipped(path):
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


DAMAGE = {
    "flipped": flipped,
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:40]),
    "empty": lambda path: path.write_bytes(b""),
    "missing": lambda path: path.unlink(),
    "text": lambda path: path.write_text("print('no kernel')"),
    "folder": lambda path: (path.unlink(), path.mkdir()),
}
FILES = ["sources/*.json", "kernels/*/seal", "kernels/*/kernel.py", "kernels/*/__pycache__/*.nbi"]
FILES += ["kernels/*/__pycache__/*.nbc"]


@compiled_only
@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("file", FILES)
def test_a_damaged_cache_is_made_anew_with_one_warning(fresh, monkeypatch, file, damage):
    V = Potential.parse("k*x^2/2 + y^4", k=Slider(1.0, 0.0, 2.0))
    x, y = places(5)
    before = run_kernel(V, x, y)
    (path,) = fresh.glob(file)
    DAMAGE[damage](path)
    forget(monkeypatch)
    if (file, damage) == (FILES[0], "missing"):  # an entry that is not there is no damage
        again = run_kernel(Potential.parse("k*x^2/2 + y^4", k=1.0), x, y)
    else:
        with pytest.warns(RuntimeWarning, match="in the cache") as told:
            again = run_kernel(Potential.parse("k*x^2/2 + y^4", k=1.0), x, y)
        assert len(told) == 1
    np.testing.assert_array_equal(again, before)
    if damage == "folder" and file == FILES[0]:
        return  # somebody's folder in the way is left alone
    forget(monkeypatch)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        V = Potential.parse("k*x^2/2 + y^4", k=1.0)
        np.testing.assert_array_equal(run_kernel(V, x, y), before)
    assert V.kernel().force.stats.cache_hits


def test_a_cache_that_cannot_be_a_folder_is_done_without(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    monkeypatch.setenv("ORBITDRAW_CACHE", str(blocked))
    forget(monkeypatch)
    with pytest.warns(RuntimeWarning, match="ORBITDRAW_CACHE") as told:
        run_kernel(Potential.parse("x^2 + 3*y"), *places(3))
    assert len(told) == 1


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a folder that this user cannot write")
def test_a_closed_folder_is_done_without(fresh):
    fresh.mkdir()
    fresh.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.warns(RuntimeWarning, match="cannot be written") as told:
        run_kernel(Potential.parse("x^2 + 4*y"), *places(3))
    assert len(told) == 1


def test_the_cache_forgets_what_was_used_longest_ago(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "MAX_ENTRIES", 3)
    for age in range(6):
        (tmp_path / f"{age}").mkdir()
        os.utime(tmp_path / f"{age}", (age, age))
    (tmp_path / ".draft-old").mkdir()
    os.utime(tmp_path / ".draft-old", (0, 0))
    (tmp_path / ".draft-new").mkdir()
    cache.prune(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".draft-new", "3", "4", "5"]


def test_pruning_beside_another_process_that_prunes_is_no_error(tmp_path, monkeypatch):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    found = list(tmp_path.iterdir())
    monkeypatch.setattr(Path, "iterdir", lambda home: iter(found))
    (tmp_path / "a").rmdir()  # between the look at the folder and the look at what is in it
    cache.prune(tmp_path)
    assert (tmp_path / "b").exists()


@compiled_only
def test_only_kernels_that_were_used_lately_are_kept_in_memory(fresh, monkeypatch):
    kept = LRUCache(3, kernel._forget)
    monkeypatch.setattr(kernel, "_ready", kept)
    x, y = places(8)
    every = [Potential.parse(f"x^2 + {k}*y^2") for k in range(2, 7)]
    first = every[0].kernel()
    forces = [run_kernel(V, x, y) for V in every]
    names = [f"{kernel.MODULE}{kernel._name(V.block())}" for V in every]
    assert len(kept) == 3 and [name in sys.modules for name in names] == [False, False, True, True, True]
    # One that was let go of still works where it is in use, and comes back from the disk.
    fx, fy = np.empty(8), np.empty(8)
    first.force(x, y, 0.3, np.zeros(0), fx, fy)
    np.testing.assert_array_equal([fx, fy], forces[0])
    with monkeypatch.context() as there:
        there.setattr(kernel, "_compile_to_disk", None)  # nothing is compiled
        np.testing.assert_array_equal(run_kernel(every[0], x, y), forces[0])


@compiled_only
def test_after_many_formulas_another_process_compiles(fresh, monkeypatch):
    monkeypatch.setattr(kernel, "MAX_COMPILED_HERE", 2)
    x, y = places(8)
    for k in range(2, 6):
        V = Potential.parse(f"x^2 + {k}*y^2")
        np.testing.assert_allclose(run_kernel(V, x, y), V.force(x, y))
    assert len(kernel._compiled_names) == 2 and len(list((fresh / "kernels").iterdir())) == 4


@compiled_only
@pytest.mark.parametrize("python", ["/nowhere/python", ""])
def test_where_no_process_can_be_started_it_is_compiled_here(fresh, monkeypatch, python):
    monkeypatch.setattr(kernel, "MAX_COMPILED_HERE", 0)
    monkeypatch.setattr(sys, "executable", python)
    x, y = places(8)
    V = Potential.parse("x^2 + 3*y^2")
    np.testing.assert_allclose(run_kernel(V, x, y), V.force(x, y))
    assert len(kernel._compiled_names) == 1
