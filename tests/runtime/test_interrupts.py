"""Ctrl-C and the request to end: heard whatever the moment, and never lost."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import waiting

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a process cannot send Ctrl-C to itself alone there")

# A program in which something swallows the first exception, or in which it must not be raised.
PROGRAM = """
import os, signal, sys, time
from orbitdraw.runtime import interrupts as interruption
{early}
interruption.install()
interruption.enable_exceptions()
def press(number=signal.{sent}):
    os.kill(os.getpid(), number)
    time.sleep(0)
def wait():
    while True:
        time.sleep(0.01)
try:
{body}
    wait()
except KeyboardInterrupt:
    interruption.disable_exceptions()
    sys.exit(130)
except interruption.Terminated as ended:
    interruption.disable_exceptions()
    sys.exit(ended.code)
"""

SWALLOWED = {
    "plainly": "try:\n    press()\nexcept BaseException:\n    pass",
    "by a finalizer": "class Thing:\n    def __del__(self):\n        press()\nThing()",
    "by a weak reference's callback": (
        "import weakref\nclass Thing: pass\nthing = Thing()\nseen = weakref.ref(thing, lambda _: press())\ndel thing"
    ),
    "by a generator that is dropped": (
        "def items():\n    try:\n        yield 1\n    finally:\n        press()\nmade = items()\nnext(made)\ndel made"
    ),
    "twice": "for i in 1, 2:\n    try:\n        press()\n        wait()\n    except BaseException: pass",
    "as a failed look of Numba's": (
        "inner = {'__name__': 'numba.inner', 'press': press}\n"
        "exec('def look():\\n    try: press()\\n    except BaseException: raise SystemExit(\"failed\")', inner)\n"
        "inner['look']()"
    ),
    "while another thread holds the lock it waits for": (
        "import threading\nlock = threading.Lock()\nlock.acquire()\n"
        "threading.Timer(0.3, press).start()\n"
        "inner = {'__name__': 'numba.inner', 'lock': lock}\n"
        "threading.Timer(0.9, lock.release).start()\n"
        "exec('def look():\\n    lock.acquire()', inner)\n"
        "inner['look']()\nlock.acquire()"
    ),
}


def ended(body: str, sent: str = "SIGINT", early: str = "") -> tuple[int, str]:
    lines = "\n".join("    " + line for line in body.splitlines())
    text = PROGRAM.format(body=lines, sent=sent, early=early)
    done = waiting.run([sys.executable, "-c", text])
    return done.returncode, done.stderr


@pytest.mark.parametrize("sent", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("way", SWALLOWED)
def test_a_request_that_is_swallowed_comes_again(way: str, sent: str) -> None:
    assert ended(SWALLOWED[way], sent) == (130 if sent == "SIGINT" else 143, "")


def test_a_terminal_that_is_closed_asks_to_end() -> None:
    body = "try:\n    press()\n    wait()\nfinally:\n    print('tidied', file=sys.stderr)"
    usual = "signal.signal(signal.SIGHUP, signal.SIG_DFL)"  # the tests may run under nohup
    assert ended(body, "SIGHUP", usual) == (129, "tidied\n")
    assert ended("press()\nsys.exit('went on')", "SIGHUP", "signal.signal(signal.SIGHUP, signal.SIG_IGN)") == (
        1,
        "went on\n",
    )


def test_a_lock_is_not_left_held() -> None:
    # Asked in the last line of the function that takes the lock, before the `with` that gives it back is entered.
    tracer = """def trace(frame, event, arg):
    if event == 'return' and frame.f_code.co_name == '__enter__' and not seen:
        seen.append(1)
        kill(me, number)
    return trace"""
    body = f"""import threading
lock = threading.Condition()
inner = dict(__name__='threading', kill=os.kill, me=os.getpid(), number=signal.SIGINT, seen=[])
exec({tracer!r}, inner)
try:
    sys.settrace(inner['trace'])
    with lock:
        sys.settrace(None)
        wait()
except KeyboardInterrupt:
    free = []
    other = threading.Thread(target=lambda: free.append(lock.acquire(blocking=False)))
    other.start()
    other.join()
    sys.exit('free' if inner['seen'] and free == [True] else 'held')"""
    assert ended(body) == (1, "free\n")


def test_a_second_request_does_not_disturb_the_first_one_s_unwinding() -> None:
    body = "try:\n    press()\nfinally:\n    press()\n    press()\n    print('tidied', file=sys.stderr)"
    assert ended(body) == (130, "tidied\n")


@pytest.mark.parametrize(("sent", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_before_the_command_begins_the_answer_is_to_leave(sent: str, code: int) -> None:
    text = "import os, signal\nfrom orbitdraw.runtime import interrupts as interruption\ninterruption.install()\n"
    text += f"try:\n    os.kill(os.getpid(), signal.{sent})\nexcept BaseException:\n    pass\nprint('stayed')"
    done = waiting.run([sys.executable, "-c", text])
    said = "orbitdraw: interrupted\n" if sent == "SIGINT" else ""
    assert (done.returncode, done.stdout, done.stderr) == (code, "", said)


def test_the_exit_code_is_ours_after_code_from_text() -> None:
    # Python remembers a KeyboardInterrupt that passed through exec("..."), and would end by the signal.
    assert ended("exec('press()')") == (130, "")


MAKING = """
import os, signal, sys, time
from pathlib import Path
from queue import SimpleQueue
from orbitdraw.runtime import interrupts as interruption
from orbitdraw.{module} import {whole} as whole
folder = Path(sys.argv[1])
asked, at, count = 0, 0, 0
def trace(frame, event, arg):
    global count
    if frame.f_globals.get("__name__") in ("orbitdraw.{module}", "tempfile", "contextlib") and event == "line":
        count += 1
        if count == at:
            os.kill(os.getpid(), signal.SIGINT)
    return trace
class Pending(SimpleQueue):
    puts = gets = 0
    def put(self, number):
        self.puts += 1
        super().put(number)
    def get(self):
        self.gets += 1
        return super().get()
pending = interruption._pending = Pending()
interruption.install()
while asked == at:
    at, count = at + 1, 0
    interruption._last_signal, interruption._raised_ref = 0, None
    interruption.enable_exceptions()
    try:
        sys.settrace(trace)
        with whole(folder / "a") as draft:
            sys.settrace(None)
            while count >= at:
                time.sleep(0.01)
    except KeyboardInterrupt:
        sys.settrace(None)
        interruption.disable_exceptions()
        asked = at
    left = [path.name for path in folder.iterdir() if path.name != "a"]
    assert not left, (at, left)
    while pending.gets <= pending.puts:  # until the watch has done with this one
        time.sleep(0.001)
print(asked)
"""


@pytest.mark.parametrize(("module", "whole"), [("runtime.files", "whole_file"), ("exporters.folder", "whole_folder")])
def test_ctrl_c_in_any_line_that_makes_a_draft_leaves_nothing(module: str, whole: str, tmp_path: Path) -> None:
    text = MAKING.format(module=module, whole=whole)
    done = waiting.run([sys.executable, "-c", text, tmp_path])
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 10


ENDLESS = """
import threading
import numpy as np
from numba import njit
from orbitdraw import Motion, Scene, Strokes
@njit
def compiled(x):
    while x > 0.0:
        x = np.sin(x) + 2.0
    return x
def python(x):
    while True:
        x = -x
def waits(x):
    threading.Event().wait()
def hears_nothing(x):
    while True:
        try:
            python(x)
        except BaseException:
            pass
class Held(Motion):
    def start(self, values, seed):
        {start}
        return {{"x": np.zeros(1)}}
    def advance(self, state, values, frame):
        {advance}
        return Strokes.none()
scene = Scene("held", motion=Held())
"""


@pytest.mark.parametrize("kind", ["python", "compiled", "waits", "hears_nothing"])
@pytest.mark.parametrize("method", ["start", "advance"])
def test_an_export_of_a_scene_that_has_no_end_is_ended(method: str, kind: str, tmp_path: Path) -> None:
    path, here = tmp_path / "held.py", tmp_path / "here"
    call = f"open({str(here)!r}, 'w').close(); {kind}(1.0)"
    path.write_text(ENDLESS.format(**{"start": "pass", "advance": "pass", method: call}))
    told = [sys.executable, "-m", "orbitdraw", "export", str(path), str(tmp_path / "a.gif"), "--size", "64x36"]
    with subprocess.Popen(told, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        waiting.until(lambda: here.exists() or process.poll() is not None)
        process.send_signal(signal.SIGINT)
        done = waiting.ended(process)
    assert (done.returncode, done.stderr.strip()) == (130, "orbitdraw: interrupted")
    assert {one.name for one in tmp_path.iterdir()} == {"held.py", "here"}, "half a file stays"
