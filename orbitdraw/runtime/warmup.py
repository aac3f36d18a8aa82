"""Compilation at the first start of an installation, shared between this process and a second one.

Each process takes the next module that neither has begun, stores its compiled functions in Numba's disk cache, and
loads the other's from there. The second process only saves time: whatever it has not compiled is compiled here.
"""

from __future__ import annotations

import gc
import hashlib
import os
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Collection, Iterable
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from orbitdraw import runtime
from orbitdraw.runtime import cache, memory, threads
from orbitdraw.runtime.resources import PACKAGE

MODULES = (
    *(
        "dynamics.drivers.newton",
        "dynamics.drivers.langevin",
        "dynamics.drivers.descent",
        "ink.kernels.flattening",
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
        "ink.kernels.fading",
    ),
    *(
        "ink.kernels.mark_blocks",
        "ink.kernels.points_binned",
        "ink.kernels.triangles",
        "potentials.heightmap_kernel",
        "exporters.export",
    ),
)
"""The modules that are compiled, slowest first, so that both processes finish together. Importing a module compiles its
functions; the last ones are not needed for moving pictures, and take as long as many others."""

FIELDS_MODULE = "potentials.field_kernels"
"""The module that is compiled after all others, by a call; by name, because it belongs to a higher layer."""

FIRST_MODULE = "ink.kernels.flattening"
"""The first module of the second process as long as the scene's needs are unknown: nearly all scenes draw lines."""

COMPILE_TIMEOUT = 20.0
"""Maximum time in seconds to wait for a module that the other process compiles; the slowest takes one or two."""

POLL_INTERVAL = 0.004
"""Seconds between two checks whether it is done."""

COMMAND = "import sys; sys.path[:] = sys.argv[1:]; from orbitdraw.runtime.warmup import work; work()"

_warmup_process: WarmupProcess | None = None


class WarmupProcess:
    """The second process: the modules not begun yet, and its progress."""

    def __init__(self) -> None:
        self.remaining = sorted(MODULES, key=lambda name: name != FIRST_MODULE)
        self.needed_count = 0
        """Number of modules in `remaining` that the scene needs; they come first."""
        self.is_animating = False
        """True once a picture moves: compiling in this process would stop it."""
        self.lock = threading.Lock()
        self.started: set[str] = set()
        """Modules begun by the second process."""
        self.finished: set[str] = set()
        # Its output does not reach the terminal. Ctrl-C there reaches both processes, and this one ends silently.
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
        """Thread: whenever the process has finished a module, send it the next one, until none is left."""
        assert self.process.stdout is not None and self.process.stdin is not None
        with suppress(OSError), self.process.stdout as replies, self.process.stdin as requests:  # it may have ended
            for line in replies:
                self.finished.add(line.strip())
                name = self.take(self.started)
                requests.write(f"{name}\n")
                requests.flush()
                if not name:
                    break
        self.process.wait()
        gc.enable()

    def take(self, started: set[str], name: str = "") -> str:
        """Take the next module from `remaining`, or the one named, into `started`; "" if there is none."""
        with self.lock:
            if name in self.remaining or (not name and self.remaining):
                place = self.remaining.index(name) if name else 0
                name = self.remaining.pop(place)
                self.needed_count -= place < self.needed_count
                started.add(name)
                return name
            return ""

    def move_to_front(self, modules: Collection[str]) -> None:
        """Move these modules to the front of `remaining`."""
        with self.lock:
            self.remaining.sort(key=lambda name: (name not in modules, MODULES.index(name)))
            self.needed_count = sum(name in modules for name in self.remaining)

    def wait(self, name: str) -> None:
        """Wait until the process has compiled this module, if it has begun it; otherwise take it off the list.

        Once a picture moves, the process compiles it next, and is waited for.
        """
        if self.is_animating:
            self.move_to_front({name})
        else:
            self.take(set(), name)
        end = time.monotonic() + COMPILE_TIMEOUT
        # A plain sleep, which Ctrl-C can interrupt at any time.
        while (
            name in self.started.union(self.remaining) - self.finished
            and self.listener.is_alive()
            and time.monotonic() < end
        ):
            time.sleep(POLL_INTERVAL)

    def lower_priority(self) -> None:
        """Lower the priority of the process, because a picture moves by now."""
        self.is_animating = True
        if hasattr(os, "setpriority"):
            with suppress(OSError):  # the process has ended
                os.setpriority(os.PRIO_PROCESS, self.process.pid, threads.BACKGROUND_NICENESS)

    def stop(self) -> None:
        """Kill the process at any moment: Numba writes its files atomically."""
        self.process.kill()
        self.listener.join(1.0)


def start() -> None:
    """Start the second process if this installation has compiled nothing yet. Takes a few milliseconds."""
    global _warmup_process
    if _warmup_process is not None or os.environ.get("NUMBA_DISABLE_JIT") == "1" or getattr(sys, "frozen", False):
        return
    try:
        if sys.executable and not marker_file().exists():
            _warmup_process = WarmupProcess()
            gc.disable()  # see work(); `compile_needed` enables it again
    except OSError:
        return  # no second process can be started


def is_running() -> bool:
    """True while the second process runs, so that the work is shared with it."""
    return _warmup_process is not None and _warmup_process.listener.is_alive()


def wait_until_compiled(module: str) -> None:
    """Wait for the second process to finish this module, if it has begun it."""
    if _warmup_process is not None:
        name = module.removeprefix("orbitdraw.")
        _warmup_process.wait("exporters.export" if name.startswith("exporters.") else name)


def is_compiled(name: str) -> bool:
    """True when a module can be used without waiting for its compilation, for features that are optional."""
    return _warmup_process is None or not _warmup_process.listener.is_alive() or name in _warmup_process.finished


def is_imported(name: str) -> bool:
    """True when this process has imported a module completely; another thread may be importing it."""
    module = sys.modules.get(f"orbitdraw.{name}")
    return module is not None and not getattr(module.__spec__, "_initializing", False)


def prioritize(modules: Collection[str]) -> None:
    """Compile first the modules that the scene needs."""
    if _warmup_process is not None:
        _warmup_process.move_to_front(modules)


def compile_needed() -> None:
    """Compile the modules that the scene needs, shared with the second process, until all of them are begun."""
    while is_running():
        assert _warmup_process is not None
        name = _warmup_process.take(set()) if _warmup_process.needed_count > 0 else ""
        if not name:
            break
        import_module(f"orbitdraw.{name}")
    if _warmup_process is not None:
        _warmup_process.lower_priority()
    memory.postpone_collection()
    gc.enable()


def stop() -> None:
    """Kill the second process; called when this one ends."""
    global _warmup_process
    if _warmup_process is not None:
        _warmup_process.stop()
        _warmup_process = None


def work(modules: Iterable[str] = MODULES) -> None:
    """Main function of the second process: compile each module named on stdin; at an empty line, all that are left."""
    gc.disable()  # compiling leaves little garbage, and looking for it takes a twentieth of the time
    warnings.simplefilter("error")  # a cache that is not writable makes this process useless: end it
    print(flush=True)
    for line in sys.stdin:
        name = line.strip()
        if not name:
            break
        import_module(f"orbitdraw.{name}")
        print(name, flush=True)
    else:
        return  # the first process has ended
    for name in modules:
        import_module(f"orbitdraw.{name}")  # the first process may have ended while compiling one
    if modules is MODULES:
        import_module(f"orbitdraw.{FIELDS_MODULE}").compile_all()
    marker_file().touch()


def marker_file() -> Path:
    """The file that marks the compilation as complete, in the folder of the compiled code: both are removed together.

    Its name is a hash of the versions of Python and Numba and of this program's files, so that another version compiles
    again.
    """
    numba = find_spec("numba")
    files = sorted(PACKAGE.rglob("*.py"))
    if numba is not None and numba.origin is not None:
        files.append(Path(numba.origin).with_name("_version.py"))
    versions = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    name = hashlib.sha256(repr((sys.version, PACKAGE, versions)).encode()).hexdigest()[:24]
    return (PACKAGE / "__pycache__" if home() == PACKAGE else home()) / f"orbitdraw-{name}.warm"


def home() -> Path:
    """The folder of the program's own compiled functions."""
    return cache.compiled_folder(PACKAGE)


def check() -> None:
    """Load all compiled code and run it, for the `doctor` command; a damaged file may crash the process."""
    for path in sorted(home().rglob("*.sealed.*")):
        runtime.sealed_cache.verified_content(path)
    if marker_file().exists():
        for name in MODULES:
            import_module(f"orbitdraw.{name}")
    import_module("numba").njit("f8(f8)")(lambda x: x + 1.0)
