"""The second process of a very first start: what it makes is used, and nothing depends on it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
import waiting

from orbitdraw.runtime import warmup

pytestmark = pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="nothing is compiled")

PROGRAM = """
import sys, time
from orbitdraw.runtime import warmup
warmup.MODULES = ("ink.kernels.tone_density",)
{before}
warmup.start()
second = warmup._warmup_process
{then}
from orbitdraw.ink.kernels.tone_density import color_density as tone
hits = sum(tone.stats.cache_hits.values()) if tone.stats.cache_path else -1
print(hits, "ink.kernels.tone_density" in (second.finished if second else ()))
warmup.stop()
assert second is None or (second.process.poll() is not None and not second.listener.is_alive())
"""
ONE = "warmup.COMMAND = warmup.COMMAND.replace('work()', 'work([\"ink.kernels.tone_density\"])')"
AT_IT = "while not second.started: time.sleep(0.001)"


@pytest.fixture
def play(tmp_path: Path):
    def run(before: str = ONE, then: str = AT_IT, **environment: str) -> str:
        env = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "cache"), **environment}
        text = PROGRAM.format(before=before, then=then)
        done = waiting.run([sys.executable, "-c", text], env=env)
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        return done.stdout.strip()

    return run


def test_what_the_second_process_compiles_is_read_here(play, tmp_path: Path) -> None:
    assert play() == "1 True"
    # Its mark is written after the last module; the next start needs no second process and reads the cache.
    if not list((tmp_path / "cache").glob("*.warm")):
        assert play(then=AT_IT + "\nsecond.process.wait()") == "1 True"
    assert play(then="assert second is None") == "1 False"


def test_once_a_picture_moves_nothing_is_compiled_here_that_the_second_process_can(play) -> None:
    later = (
        "while not second.started: time.sleep(0.001)"
        "\nassert 'ink.kernels.tone_density' in second.remaining\nsecond.lower_priority()"
    )
    two = ONE + "\nwarmup.MODULES = ('ink.kernels.glow', 'ink.kernels.tone_density')"
    assert play(two, later) == "1 True"


@pytest.mark.parametrize("command", ["raise SystemExit(1)", "1 +", "import os; os.abort()"])
def test_one_that_fails_does_not_matter(play, command: str) -> None:
    assert play(f"warmup.COMMAND = {command!r}", "second.process.wait()") == "0 False"


def test_one_that_is_killed_amid_its_work_does_not_matter(play) -> None:
    assert play(then=AT_IT + "\nsecond.process.kill()").startswith("0 ")


def test_one_that_hangs_is_not_waited_for_for_ever(play) -> None:
    hangs = "print(flush=True); import threading; threading.Event().wait()"
    assert play(f"warmup.COMMAND, warmup.COMPILE_TIMEOUT = {hangs!r}, 0.2") == "0 False"


def test_one_that_cannot_be_started_does_not_matter(play) -> None:
    assert play("sys.executable = '/nowhere/python'", "assert second is None") == "0 False"


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("where the folder should be")
    text = PROGRAM.format(before=ONE, then="second.process.wait()")
    env = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "file")}
    done = waiting.run([sys.executable, "-c", text], env=env)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[0]) in (-1, 0, 1)  # Numba may have found another folder
    assert done.stderr == "" or "a compiled loop cannot be saved" in done.stderr


def test_nothing_is_left_running_when_the_window_closes(tmp_path: Path) -> None:
    text = """
from orbitdraw.runtime import warmup
from orbitdraw.app.window import Window
window = Window((320, 180))
print(warmup._warmup_process.process.pid, flush=True)
window.run_once()
window.close()
"""
    env = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "cache"), "ORBITDRAW_CACHE": str(tmp_path / "ours")}
    done = waiting.run([sys.executable, "-c", text], env=env)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    if sys.platform != "win32":
        with pytest.raises(ProcessLookupError):
            os.kill(int(done.stdout.split()[-1]), 0)


@pytest.mark.skipif(sys.platform == "win32", reason="no such kill there")
def test_one_whose_parent_was_killed_ends_by_itself(tmp_path: Path) -> None:
    text = f"""
import os, signal, time
from orbitdraw.runtime import warmup
{ONE}
warmup.start()
print(warmup._warmup_process.process.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    env = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    second = int(waiting.run([sys.executable, "-c", text], env=env, stderr=None).stdout)
    waiting.until(lambda: not running(second))


def running(pid: int) -> bool:
    """Whether a process that is not our child is there and has not ended."""
    status = Path(f"/proc/{pid}/stat")
    try:
        os.kill(pid, 0)
        return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_every_module_of_the_second_process_exists() -> None:
    root = Path(warmup.__file__).parents[1]
    for name in warmup.MODULES:
        path = root / name.replace(".", "/")
        assert path.with_suffix(".py").is_file() or (path / "__init__.py").is_file(), name
    assert len(set(warmup.MODULES)) == len(warmup.MODULES)


def test_garbage_of_before_the_first_picture_does_not_stay() -> None:
    text = """
import gc, weakref
from orbitdraw.runtime import memory, warmup

class Ring:
    def __init__(self): self.me = self

gc.disable()
ring = weakref.ref(Ring())
warmup.compile_needed()
assert gc.isenabled()
gc.collect()
assert ring() is not None, "no collection comes before the first picture"
memory.release()
assert ring() is None and gc.get_freeze_count() == 0
memory.freeze()
kept = gc.get_freeze_count()
memory.release()
assert gc.get_freeze_count() == kept > 0
"""
    done = waiting.run([sys.executable, "-c", text])
    assert done.returncode == 0, done.stderr
