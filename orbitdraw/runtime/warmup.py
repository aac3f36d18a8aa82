"""The first start of an installation: two processes compile, and each takes the next module that nobody has begun.

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
from collections.abc import Collection, Iterable
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from orbitdraw.runtime import cache, threads
from orbitdraw.runtime.resources import PACKAGE

MODULES = (
    *(
        "dynamics.drivers.newton",
        "dynamics.drivers.langevin",
        "dynamics.drivers.descent",
        "ink.kernels.flatten",
        "ink.kernels.thin_lines",
        "ink.kernels.wide_lines",
        "ink.kernels.points_nearest",
    ),
    *(
        "ink.kernels.points",
        "ink.kernels.glow",
        "ink.kernels.tone_light",
        "ink.kernels.disc",
        "panels.kernels.rounded_rect",
        "panels.kernels.area_under",
        "panels.kernels.tint",
        "ink.kernels.tone_density",
        "dynamics.drivers.speed_shade",
        "ink.kernels.fade",
    ),
    *(
        "ink.kernels.mark_blocks",
        "ink.kernels.points_binned",
        "ink.kernels.triangles",
        "potentials.heightmap_kernel",
        "exporters.export",
    ),
)
"""What is compiled, those that take longest first: then two who share them come to an end together. Importing a module
compiles its functions; the last are not for pictures that move, and take as long as many others."""

FIELDS = "potentials.field_kernels"
"""Compiles when it is told to, after all others; by name, because it stands above this module."""

USUAL = "ink.kernels.flatten"
"""With what the second process begins if it does not know yet what the scene needs: nearly all draw lines."""

PATIENCE = 20.0
"""Seconds for which a module under way is waited for; the slowest takes one or two."""

LOOK = 0.004
"""Seconds between two looks whether it is done."""

COMMAND = "import sys; sys.path[:] = sys.argv[1:]; from orbitdraw.runtime.warmup import work; work()"

_second: Second | None = None


class Second:
    """The second process: what is left to be begun, and how far it is."""

    def __init__(self) -> None:
        self.left = sorted(MODULES, key=lambda name: name != USUAL)
        self.needed = 0
        """How many of those that are left the scene needs; they come first."""
        self.moves = False
        """Whether a picture moves by now: what is compiled here would stop it."""
        self.lock = threading.Lock()
        self.begun: set[str] = set()
        """By the second process."""
        self.done: set[str] = set()
        # Nothing of it reaches the terminal. Ctrl-C there reaches both, and it ends without a word.
        self.process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self.listener = threading.Thread(target=self._listen, name="orbitdraw warmup", daemon=True)
        self.listener.start()

    def _listen(self) -> None:
        """Tell it what to do next whenever it has done something, until nothing is left."""
        assert self.process.stdout is not None and self.process.stdin is not None
        with suppress(OSError), self.process.stdout as said, self.process.stdin as told:  # it may have ended
            for line in said:
                self.done.add(line.strip())
                name = self.take(self.begun)
                told.write(f"{name}\n")
                told.flush()
                if not name:
                    break
        self.process.wait()
        gc.enable()

    def take(self, begun: set[str], name: str = "") -> str:
        """Begin a module: the next, or the one of that name; nothing where none is left."""
        with self.lock:
            if name in self.left or (not name and self.left):
                place = self.left.index(name) if name else 0
                name = self.left.pop(place)
                self.needed -= place < self.needed
                begun.add(name)
                return name
            return ""

    def want(self, needed: Collection[str]) -> None:
        """Let these come first."""
        with self.lock:
            self.left.sort(key=lambda name: (name not in needed, MODULES.index(name)))
            self.needed = sum(name in needed for name in self.left)

    def wait(self, name: str) -> None:
        """Until it has compiled this module, if it is at it; otherwise it will not be told to any more.

        Once a picture moves, it is told to do that next, and waited for.
        """
        if self.moves:
            self.want({name})
        else:
            self.take(set(), name)
        end = time.monotonic() + PATIENCE
        # A plain sleep, from which Ctrl-C can be raised at any time.
        while name in self.begun.union(self.left) - self.done and self.listener.is_alive() and time.monotonic() < end:
            time.sleep(LOOK)

    def give_way(self) -> None:
        """Let the picture that moves by now go first."""
        self.moves = True
        if hasattr(os, "setpriority"):
            with suppress(OSError):  # it has ended
                os.setpriority(os.PRIO_PROCESS, self.process.pid, threads.GIVES_WAY)

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
    """Whether the second process is at work, so that what it does should be shared with it."""
    return _second is not None and _second.listener.is_alive()


def wait(module: str) -> None:
    """Let the second process come to an end with this module, if it has begun it."""
    if _second is not None:
        name = module.removeprefix("orbitdraw.")
        _second.wait("export" if name.startswith("export.") else name)


def made(name: str) -> bool:
    """Whether a module is there to be used, which for something that can be done without is worth knowing."""
    return _second is None or not _second.listener.is_alive() or name in _second.done


def imported(name: str) -> bool:
    """Whether a module is there for this process, whole: another thread may be at it."""
    module = sys.modules.get(f"orbitdraw.{name}")
    return module is not None and not getattr(module.__spec__, "_initializing", False)


def want(needed: Collection[str]) -> None:
    """Say what the scene needs."""
    if _second is not None:
        _second.want(needed)


def share() -> None:
    """Compile here what the scene needs, with the second process, until all of it is begun."""
    while running():
        assert _second is not None
        name = _second.take(set()) if _second.needed > 0 else ""
        if not name:
            break
        import_module(f"orbitdraw.{name}")
    if _second is not None:
        _second.give_way()
    gc.freeze()  # nor is what was compiled garbage later on
    gc.enable()


def stop() -> None:
    """End the second process; called when this one ends."""
    global _second
    if _second is not None:
        _second.stop()
        _second = None


def work(modules: Iterable[str] = MODULES) -> None:
    """Be the second process: compile what one is told, a line a module; at the empty line, whatever is left."""
    import warnings

    gc.disable()  # compiling leaves little that could be collected, and looking for it takes a twentieth of the time
    warnings.simplefilter("error")  # a cache that cannot be written: then there is nothing to do here
    import numba  # noqa: F401  # takes as long as it takes the first process to know its scene

    print(flush=True)
    for line in sys.stdin:
        name = line.strip()
        if not name:
            break
        import_module(f"orbitdraw.{name}")
        print(name, flush=True)
    else:
        return  # nobody tells any more
    for name in modules:
        import_module(f"orbitdraw.{name}")  # the first process may have ended amid one
    if modules is MODULES:
        import_module(f"orbitdraw.{FIELDS}").make_ready()
    mark().touch()


def mark() -> Path:
    """The file that says that all this was compiled, beside what was compiled: both are removed together.

    Its name stands for Python, Numba and the files of this program, so that another version begins anew.
    """
    numba = find_spec("numba")
    files = sorted(PACKAGE.rglob("*.py"))
    if numba is not None and numba.origin is not None:
        files.append(Path(numba.origin).with_name("_version.py"))
    seen = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    name = hashlib.sha256(repr((sys.version, PACKAGE, seen)).encode()).hexdigest()[:24]
    return (PACKAGE / "__pycache__" if home() == PACKAGE else home()) / f"orbitdraw-{name}.warm"


def home() -> Path:
    """Where the program's own loops are kept."""
    return cache.loops(PACKAGE)


def check() -> None:
    """Read all that was compiled, and run it, if all was: for the doctor, whom one bad file could end too."""
    import numba

    from orbitdraw.runtime import sealed_cache as sealed

    for path in sorted(home().rglob("*.sealed.*")):
        sealed.unsealed(path)
    if mark().exists():
        for name in MODULES:
            import_module(f"orbitdraw.{name}")
    numba.njit("f8(f8)")(lambda x: x + 1.0)
