"""Compiled functions and their cache: changed neighbours and damaged files are noticed, nothing fails."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys

import numpy as np
import pytest

from orbitdraw import jit

CALLEE = """
from orbitdraw.jit import compiled

@compiled()
def part(x):
    return x + {number}
"""
CALLER = """
from callee import part
from orbitdraw.jit import compiled

@compiled("f8(f8)")
def whole(x):
    return 2 * part(x)

print(whole(1.0))
"""


@pytest.fixture
def play(tmp_path):
    (tmp_path / "callee.py").write_text(CALLEE.format(number=1))
    (tmp_path / "caller.py").write_text(CALLER)

    def run():
        paths = os.pathsep.join([str(tmp_path), *(path for path in sys.path if path)])
        env = {**os.environ, "PYTHONPATH": paths, "NUMBA_CACHE_DIR": str(tmp_path / "cache")}
        done = subprocess.run([sys.executable, "-c", "import caller"], env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return float(done.stdout), done.stderr

    return run


def test_a_change_in_a_called_file_is_noticed(play, tmp_path):
    assert play() == (4.0, "")
    (tmp_path / "callee.py").write_text(CALLEE.format(number=2))
    assert play() == (6.0, "")


@pytest.mark.parametrize("suffix", ["nbi", "nbc"])
def test_a_damaged_cache_is_said_once_and_replaced(play, tmp_path, suffix):
    play()
    for path in (tmp_path / "cache").rglob(f"*.{suffix}"):
        path.write_bytes(path.read_bytes()[:40])
    value, said = play()
    assert value == 4.0
    assert said.count("could not be read or kept on disk") == 1
    assert play() == (4.0, "")


def test_a_cache_that_cannot_be_written_is_done_without(play, tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    value, said = play()
    assert value == 4.0
    assert "could not be read or kept on disk" in said or said == ""


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
    assert code(jit.typed_once()) == plain
    assert code(jit.typed_once(), jit.typed_once()) == plain, "with what was remembered"
    assert BaseFunction.get_call_type is search
