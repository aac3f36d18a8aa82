"""Compiler process: formulas are derived, typeset and compiled in a second process while the window keeps playing.

SymPy and the compiler hold Python's lock for tenths of a second: in a thread of the window's process they would cost
frames. Their results go to the cache on disk, from which the window loads them in milliseconds. The process receives
only names of tasks and texts that were already parsed as formulas, as JSON, and parses them with the same parser.
Where no second process can be started, the work is done in this one.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING, Any

import orbitdraw.film
from orbitdraw import edits, library, potentials, simulation
from orbitdraw.errors import FormulaError, InputError
from orbitdraw.potentials.typeset import QUIETLY, typeset
from orbitdraw.runtime import threads
from orbitdraw.slider import Slider

if TYPE_CHECKING:
    from orbitdraw.slider import Number

MOST_ORDERS = 150
"""Requests after which the process is replaced: the 2 MB that each compiled formula takes are never freed."""

PATIENCE = 60.0
"""Seconds after which a request is given up; the longest formula takes a few."""

NONE: Mapping[str, Number] = {}


class Foundry:
    """The compiler process, started at the first request and ended with the program. One request at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self._alone = False
        self._orders = 0

    def start(self) -> None:
        """Start the process, so that it is ready for the first request."""
        with self._lock:
            self._started()

    def order(
        self,
        work: str,
        text: str = "",
        params: Mapping[str, Number] = NONE,
        *,
        patience: float | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        """Run one of `WORKS` and return its answer. Raises FormulaError or InputError as the work would here.

        `patience` limits the time in seconds: when it is over, the request is dropped and the answer is empty.
        """
        wish = {"work": work, "text": text, "params": _packed(params), **more}
        with self._lock:
            over = threading.Event()
            late = threading.Timer(PATIENCE if patience is None else patience, _end, [self._started(), over])
            late.daemon = True
            late.start()
            said = self._asked(wish)
            late.cancel()
            if said is None and over.is_set():
                self._alone = False  # killed at the time limit, not failed: start the next one now
                self._started()
                if patience is not None:
                    return {}
            elif self._orders >= MOST_ORDERS:
                self.close()
                self._started()
        if said is None:
            said = answer(wish)
        if "column" in said:
            raise FormulaError(said["error"], text, said["column"])
        if "error" in said:
            raise InputError(said["error"])
        return said

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            process.wait(0.2)  # it ends by itself when its input closes
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _started(self) -> subprocess.Popen[str] | None:
        if self._process is None and not self._alone:
            home = str(Path(__file__).parents[2])
            path = os.pathsep.join([home, *filter(None, [os.environ.get("PYTHONPATH", "")])])
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "orbitdraw.app.session.compiler"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    text=True,
                    encoding="utf-8",
                    env={**os.environ, "PYTHONPATH": path},
                    creationflags=QUIETLY,
                )
            except OSError:
                self._alone = True
            else:
                self._orders = 0
                atexit.unregister(self.close)
                atexit.register(self.close)
        return self._process

    def _asked(self, wish: dict[str, Any]) -> dict[str, Any] | None:
        process = self._started()
        if process is None or process.stdin is None or process.stdout is None:
            return None
        try:
            process.stdin.write(json.dumps(wish) + "\n")
            process.stdin.flush()
            self._orders += 1
            said: dict[str, Any] = json.loads(process.stdout.readline())
        except (OSError, ValueError):  # the process died, or could not start
            self._alone = True
            self.close()
            return None
        return said


def _end(process: subprocess.Popen[str] | None, over: threading.Event) -> None:
    """Kill the process at the time limit and set `over`; the waiting caller continues without an answer."""
    over.set()
    if process is not None:
        process.kill()


def _packed(params: Mapping[str, Number]) -> list[list[Any]]:
    return [[n, p.value, p.low, p.high] if isinstance(p, Slider) else [n, float(p)] for n, p in params.items()]


# -- in the process ----------------------------------------------------------------------------------------------------


def _set(text: str, params: dict[str, Any], wish: dict[str, Any]) -> dict[str, Any]:
    """Return the typeset formula as SVG."""
    # With pygame, which no other work needs.
    from orbitdraw.app.session.formula_picture import SIZE, caption  # noqa: PLC0415

    latex = caption(potentials.Potential.parse(text, **params))
    return {"svg": None if latex is None else typeset(latex, SIZE * float(wish["scale"]))}


def _compile(text: str, params: dict[str, Any], wish: dict[str, Any]) -> dict[str, Any]:
    """Compile the kernel of a formula into the cache."""
    potentials.Potential.parse(text, **params).kernel()
    return {}


def _file(text: str, params: dict[str, Any], wish: dict[str, Any]) -> dict[str, Any]:
    """Compile the kernels of the scene in the file at this path, and of its author's fields, into the cache."""
    scene = library.load_file(Path(text))
    if scene.potential is not None:
        scene.potential.kernel()
        scene.potential.latex()
    ground = edits.fields.landscape_after({}, [pair for pair in scene.edits if len(pair) == 2])
    if ground is not None:
        potentials.field_kernels.kernel(ground)
    return {}


def _measure(text: str, params: dict[str, Any], wish: dict[str, Any]) -> dict[str, Any]:
    """Measure the exposure of the formula's scene with these values."""
    scene = library.formula_scene(text, params)
    scene = scene.under(wish["law"]) if wish["law"] else scene
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in wish["values"].items()}
    return {"exposure": orbitdraw.film.exposure_of(simulation.Run(scene, int(wish["seed"]), **values))}


def _fields(text: str, params: dict[str, Any], wish: dict[str, Any]) -> dict[str, Any]:
    """Compile the kernel of planted fields, with or without that of a landscape, into the cache."""
    potentials.field_kernels.kernel(bool(wish["ground"]))
    return {}


WORKS = {"fields": _fields, "file": _file, "set": _set, "compile": _compile, "measure": _measure}


def answer(wish: dict[str, Any]) -> dict[str, Any]:
    """Run one request. Errors are part of the answer, because the window waits for one."""
    params = {name: Slider(*numbers) if len(numbers) == 3 else numbers[0] for name, *numbers in wish["params"]}
    try:
        return WORKS[wish["work"]](wish["text"], params, wish)
    except FormulaError as error:
        return {"error": str(error), "column": error.column}
    except BaseException as error:  # the file of a scene may even call sys.exit()
        return {"error": str(error) if isinstance(error, InputError) else f"{type(error).__name__}: {error}"}


def orders(source: IO[str]) -> Iterator[str]:
    """Lines of `source`. At its end the window is gone, and this process exits at once, even within a request: it may
    be running the file of a scene that never ends."""
    lines: SimpleQueue[str] = SimpleQueue()

    def listen() -> None:
        for line in source:
            lines.put(line)
        os._exit(0)

    threading.Thread(target=listen, name="orbitdraw orders", daemon=True).start()
    while True:
        yield lines.get()


def serve(source: Iterable[str], target: IO[str]) -> None:
    """Answer requests line by line."""
    for line in source:
        target.write(json.dumps(answer(json.loads(line))) + "\n")
        target.flush()


FOUNDRY = Foundry()

if __name__ == "__main__":
    # Before the imports: they take a second, and the threads that they start inherit the low priority.
    threads.lower_process_priority()
    # Imported now, while the user still types.
    import orbitdraw.film.film
    import orbitdraw.library.loading
    import orbitdraw.potentials.kernel
    import orbitdraw.potentials.symbolic

    answers, sys.stdout = sys.stdout, sys.stderr  # output printed by a library must not mix with the answers
    serve(orders(sys.stdin), answers)
