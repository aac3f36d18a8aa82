"""Compiled functions and their cache: changed neighbours and damaged files are noticed, nothing fails."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from odd_entries import KINDS, PLAIN

from orbitdraw.runtime import jit

CALLEE = """
from orbitdraw.runtime.jit import jit

@jit()
def part(x):
    return x + {number}
"""
CALLER = """
from callee import part
from orbitdraw.runtime.jit import jit

@jit("f8(f8)")
def whole(x):
    return 2 * part(x)

print(whole(1.0))
"""


@pytest.fixture
def play(tmp_path):
    (tmp_path / "callee.py").write_text(CALLEE.format(number=1))
    (tmp_path / "caller.py").write_text(CALLER)

    def run(**more):
        paths = os.pathsep.join([str(tmp_path), *(path for path in sys.path if path)])
        env = {**os.environ, "PYTHONPATH": paths, "NUMBA_CACHE_DIR": str(tmp_path / "cache"), **more}
        done = subprocess.run([sys.executable, "-c", "import caller"], env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return float(done.stdout), done.stderr

    return run


def test_a_change_in_a_called_file_is_noticed(play, tmp_path):
    assert play() == (4.0, "")
    (tmp_path / "callee.py").write_text(CALLEE.format(number=2))
    assert play() == (6.0, "")


def flipped(place: float):
    """Damage by one bit, at that part of the file."""

    def damage(path: Path) -> None:
        data = bytearray(path.read_bytes())
        data[int(place * (len(data) - 1))] ^= 1
        path.write_bytes(data)

    return damage


def odd(kind: str):
    def damage(path: Path) -> None:
        path.unlink()
        KINDS[kind](path)

    return damage


DAMAGES = {
    "cut": lambda path: path.write_bytes(path.read_bytes()[:40]),
    "empty": lambda path: path.write_bytes(b""),
    **{f"one bit at {place}": flipped(place) for place in (0.1, 0.5, 1.0)},
    **{kind: odd(kind) for kind in ("pipe", "link onto itself", "link to zeros", "a terabyte") if kind in PLAIN},
}


@pytest.mark.parametrize(
    ("suffix", "damage"),
    [("nbi", DAMAGES["cut"]), ("nbi", DAMAGES["one bit at 0.5"]), *(("nbc", damage) for damage in DAMAGES.values())],
    ids=["index cut", "one bit in the index", *DAMAGES],
)
def test_a_damaged_cache_is_said_once_and_replaced(play, tmp_path, suffix, damage):
    play()
    paths = list((tmp_path / "cache").rglob(f"*.{suffix}"))
    assert paths
    for path in paths:
        damage(path)
    value, said = play()
    assert value == 4.0
    assert said.count("; it was computed again. If this comes back") == 1
    assert play() == (4.0, "")


def test_a_cache_that_cannot_be_written_is_done_without(play, tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    value, said = play()
    assert value == 4.0
    assert said.count("a compiled loop cannot be saved in the cache at") == 1
    assert "set NUMBA_CACHE_DIR to a writable folder" in said


def test_one_variable_is_enough(play, tmp_path, monkeypatch):
    monkeypatch.setenv("ORBITDRAW_CACHE", str(tmp_path / "ours"))
    assert play(NUMBA_CACHE_DIR="") == (4.0, "")
    assert list((tmp_path / "ours" / "loops").rglob("*.nbc"))
    assert not list(tmp_path.glob("__pycache__/*.nb?"))
    (tmp_path / "file").write_text("")
    value, said = play(NUMBA_CACHE_DIR="", ORBITDRAW_CACHE=str(tmp_path / "file"))
    assert value == 4.0 and "set ORBITDRAW_CACHE to a writable folder" in said


def test_without_a_variable_it_is_beside_the_code(play, tmp_path):
    assert play(NUMBA_CACHE_DIR="", ORBITDRAW_CACHE="") == (4.0, "")
    assert list(tmp_path.glob("__pycache__/*.nbc"))


def test_remembered_types_change_no_machine_code() -> None:
    from numba import njit
    from numba.core.types.functions import BaseFunction

    def loop(x, n, scale):
        total = 0.0
        for i in range(n):
            k = np.uint32(i * 3 + 1) >> np.uint32(1)
            if x[i] * scale > i and k % 2 == 0:
                total += min(x[i], scale) ** 2 / (1 + i) - np.float32(k)
        return total

    def code(*around):
        made = njit("f8(f8[::1], i8, f8)", error_model="numpy")
        for each in around:
            with each:
                function = made(loop)
        text = next(iter(function.inspect_llvm().values()))
        # Numba numbers all that it compiles, and the numbers stand in the mangled names.
        return re.sub(r"B\d+v\d+|\[\d+ x i8\]", "#", text)

    search = BaseFunction.get_call_type
    plain = code(contextlib.nullcontext())
    assert code(jit.cache_call_types()) == plain
    assert code(jit.cache_call_types(), jit.cache_call_types()) == plain, "with what was remembered"
    assert BaseFunction.get_call_type is search
