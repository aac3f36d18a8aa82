"""A second process in which formulas are derived, set and compiled while the window plays on, and all else as well.

SymPy and the compiler hold Python's lock for tenths of a second: in a thread of the window's process they would cost
frames. What they make is kept in the cache on disk, from where the window has it in milliseconds. Only names of what
there is to do, and texts that were judged to be formulas, go there, as JSON, and they are read there by the same
reader. Where no second process can be had, the same is done here.
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

from orbitdraw.errors import FormulaError, InputError
from orbitdraw.potentials.typeset import QUIETLY, typeset
from orbitdraw.runtime import threads

if TYPE_CHECKING:
    from orbitdraw.slider import Number

MOST_ORDERS = 150
"""Orders after which it makes way for a new process: the two megabytes that a formula takes to compile stay taken."""

PATIENCE = 60.0
"""Seconds after which an order is given up; the longest formula takes a few."""

NONE: Mapping[str, Number] = {}


class Foundry:
    """The process, started when it is first needed and ended with the program. One order at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self._alone = False
        self._orders = 0

    def start(self) -> None:
        """Start it, so that it is ready when it is needed."""
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
        """Have one of `WORKS` done and give what it says. Raises FormulaError or InputError as the work would here.

        With `patience`, in seconds, that is all the time it gets: after it the order was in vain, and nothing is said.
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
                self._alone = False  # it was ended, and did not fail: the next one is made ready at once
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
        """End it."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            process.wait(0.2)  # without its input it ends by itself
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
        except (OSError, ValueError):  # it is gone, or was never able to start
            self._alone = True
            self.close()
            return None
        return said


def _end(process: subprocess.Popen[str] | None, over: threading.Event) -> None:
    """End it, wherever it is: whoever waits for its answer goes on without."""
    over.set()
    if process is not None:
        process.kill()


def _packed(params: Mapping[str, Number]) -> list[list[Any]]:
    from orbitdraw.slider import Slider

    return [[n, p.value, p.low, p.high] if isinstance(p, Slider) else [n, float(p)] for n, p in params.items()]


# -- in the process ----------------------------------------------------------------------------------------------------


def _set(text: str, params: dict[str, Any], wish: dict[str, Any]) -> dict[str, Any]:
    """The formula as a picture, SVG."""
    from orbitdraw.app.session.formula_picture import SIZE, caption
    from orbitdraw.potentials.potential import Potential

    latex = caption(Potential.parse(text, **params))
    return {"svg": None if latex is None else typeset(latex, SIZE * float(wish["scale"]))}


def _compile(text: str, params: dict[str, Any], wish: dict[str, Any]) -> dict[str, Any]:
    """Its kernel, in the cache."""
    from orbitdraw.potentials.potential import Potential

    Potential.parse(text, **params).kernel()
    return {}


def _file(text: str, params: dict[str, Any], wish: dict[str, Any]) -> dict[str, Any]:
    """The kernel of the scene in the file of that path, and of what its author plants, in the cache."""
    from orbitdraw.edits import fields
    from orbitdraw.library.loading import load_file
    from orbitdraw.potentials import field_kernels

    scene = load_file(Path(text))
    if scene.potential is not None:
        scene.potential.kernel()
        scene.potential.latex()
    ground = fields.grounded({}, [pair for pair in scene.edits if len(pair) == 2])
    if ground is not None:
        field_kernels.kernel(ground)
    return {}


def _measure(text: str, params: dict[str, Any], wish: dict[str, Any]) -> dict[str, Any]:
    """The exposure of its scene, with these values."""
    from orbitdraw.film.exposure import exposure_of
    from orbitdraw.library.loading import formula_scene
    from orbitdraw.simulation.run import Run

    scene = formula_scene(text, params)
    scene = scene.under(wish["law"]) if wish["law"] else scene
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in wish["values"].items()}
    return {"exposure": exposure_of(Run(scene, int(wish["seed"]), **values))}


def _fields(text: str, params: dict[str, Any], wish: dict[str, Any]) -> dict[str, Any]:
    """The kernel of what is planted, with that of a landscape or without, in the cache."""
    from orbitdraw.potentials import field_kernels

    field_kernels.kernel(bool(wish["ground"]))
    return {}


WORKS = {"fields": _fields, "file": _file, "set": _set, "compile": _compile, "measure": _measure}


def answer(wish: dict[str, Any]) -> dict[str, Any]:
    """Do what is wished for. What goes wrong is part of the answer: the window waits for one."""
    from orbitdraw.slider import Slider

    params = {name: Slider(*numbers) if len(numbers) == 3 else numbers[0] for name, *numbers in wish["params"]}
    try:
        return WORKS[wish["work"]](wish["text"], params, wish)
    except FormulaError as error:
        return {"error": str(error), "column": error.column}
    except BaseException as error:  # the file of a scene may even call sys.exit()
        return {"error": str(error) if isinstance(error, InputError) else f"{type(error).__name__}: {error}"}


def orders(source: IO[str]) -> Iterator[str]:
    """The lines of `source`. At its end whoever gave them is gone, and so is this process, amid an order too: it may be
    the file of a scene that never ends."""
    lines: SimpleQueue[str] = SimpleQueue()

    def listen() -> None:
        for line in source:
            lines.put(line)
        os._exit(0)

    threading.Thread(target=listen, name="orbitdraw orders", daemon=True).start()
    while True:
        yield lines.get()


def serve(source: Iterable[str], target: IO[str]) -> None:
    """Answer line by line."""
    for line in source:
        target.write(json.dumps(answer(json.loads(line))) + "\n")
        target.flush()


FOUNDRY = Foundry()

if __name__ == "__main__":
    # Before the imports: they take a second, and the threads that they start are as patient as this one.
    threads.process_gives_way()
    # Imported now, while the person still types.
    import orbitdraw.film.film
    import orbitdraw.library.loading
    import orbitdraw.potentials.kernel
    import orbitdraw.potentials.symbolic  # noqa: F401

    answers, sys.stdout = sys.stdout, sys.stderr  # whatever a library prints is no answer
    serve(orders(sys.stdin), answers)
