"""The first start of an installation: a second process compiles how ink is drawn while this one compiles motion.

Both keep what they compile in Numba's cache on disk, and read there what the other has made. The second process is
a favour and nothing depends on it: whatever it has not made is compiled here.
"""

from __future__ import annotations

import gc
import hashlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

PICTURE = ("flatten", "strip", "glow", "tone_color", "fade", "stamp")
"""What the first picture of nearly every scene needs, in its order. Importing a module compiles its functions."""

LATER = ("crowd", "mitre", "drivers.newton", "tone_mono", "grains", "blend", "drivers.paper", "drivers.descent")
MODULES = (*PICTURE, *LATER, "drivers.langevin")
"""What the second process compiles: then what scenes to come will need."""

PATIENCE = 20.0
"""Seconds for which a module under way is waited for; the slowest takes one or two."""

LOOK = 0.004
"""Seconds between two looks whether it is done."""

COMMAND = "import sys; sys.path[:] = sys.argv[1:]; from orbitdraw.warmup import work; work()"

_second: Second | None = None


class Second:
    """The second process, and how far it is."""

    def __init__(self) -> None:
        self.begun: set[str] = set()
        self.done: set[str] = set()
        # Nothing of it reaches the terminal. Ctrl-C there reaches both, and it ends without a word.
        self.process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, *sys.path],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self.listener = threading.Thread(target=self._listen, name="orbitdraw warmup", daemon=True)
        self.listener.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                state, _, module = line.strip().partition(" ")
                (self.done if state == "done" else self.begun).add(module)
        self.process.wait()
        gc.enable()

    def wait(self, module: str) -> None:
        """Until it has compiled this module, if it is at it."""
        end = time.monotonic() + PATIENCE
        # A plain sleep, from which Ctrl-C can be raised at any time.
        while module in self.begun - self.done and self.listener.is_alive() and time.monotonic() < end:
            time.sleep(LOOK)

    def stop(self) -> None:
        """End it, wherever it is: Numba moves its files into place whole."""
        self.process.kill()
        self.listener.join(1.0)


def begin() -> None:
    """Start the second process if this installation has compiled nothing yet. Takes a few milliseconds."""
    global _second
    if _second is not None or os.environ.get("NUMBA_DISABLE_JIT") == "1" or getattr(sys, "frozen", False):
        return
    try:
        if sys.executable and not mark().exists():
            _second = Second()
            gc.disable()  # see work(); `share` enables it again
    except OSError:
        return  # no second process can be had


def running() -> bool:
    """Whether the second process is at work, so that motion should be compiled first here."""
    return _second is not None and _second.listener.is_alive()


def wait(module: str) -> None:
    """Let the second process come to an end with this module, if it has begun it."""
    if _second is not None:
        _second.wait(module)


def share(*first: str) -> None:
    """Compile these modules here, then those of a picture that the second process has not begun, from the end."""
    if running():
        assert _second is not None
        for name in (*first, *reversed(PICTURE)):
            if f"orbitdraw.{name}" not in _second.begun:
                import_module(f"orbitdraw.{name}")
    gc.freeze()  # nor is what was compiled garbage later on
    gc.enable()


def stop() -> None:
    """End the second process; called when this one ends."""
    global _second
    if _second is not None:
        _second.stop()
        _second = None


def work(modules: Iterable[str] = MODULES) -> None:
    """Be the second process."""
    import warnings

    gc.disable()  # compiling leaves little that could be collected, and looking for it takes a twentieth of the time
    warnings.simplefilter("error")  # a cache that cannot be written: then there is nothing to do here
    for name in modules:
        module = f"orbitdraw.{name}"
        print(f"begun {module}", flush=True)
        import_module(module)
        print(f"done {module}", flush=True)
    if modules is MODULES:
        from orbitdraw import fields

        fields.kernel()  # the first well that somebody plants should not have to wait for its force
    mark().touch()


def mark() -> Path:
    """The file that says that all this was compiled, beside what was compiled: both are removed together.

    Its name stands for Python, Numba and the files of this program, so that another version begins anew.
    """
    numba = find_spec("numba")
    package = Path(__file__).resolve().parent
    files = [*sorted(package.glob("*.py")), *sorted((package / "drivers").glob("*.py"))]
    if numba is not None and numba.origin is not None:
        files.append(Path(numba.origin).with_name("_version.py"))
    seen = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    name = hashlib.sha256(repr((sys.version, package, seen)).encode()).hexdigest()[:24]
    return (package / "__pycache__" if home() == package else home()) / f"orbitdraw-{name}.warm"


def home() -> Path:
    """Where Numba keeps the program's own loops: beside the code, or for the user where that cannot be written."""
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    if chosen:
        return Path(chosen)
    package = Path(__file__).resolve().parent
    if os.access(package, os.W_OK):
        return package
    import platformdirs

    return Path(platformdirs.user_cache_dir("numba", appauthor=False))
