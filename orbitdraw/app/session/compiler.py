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
from orbitdraw.potentials.typeset import CREATION_FLAGS, typeset
from orbitdraw.runtime import threads
from orbitdraw.slider import Slider

if TYPE_CHECKING:
    from orbitdraw.slider import Number

MAX_REQUESTS = 150
"""Requests after which the process is replaced: the 2 MB that each compiled formula takes are never freed."""

TIMEOUT = 60.0
"""Seconds after which a request is given up; the longest formula takes a few."""

NO_PARAMS: Mapping[str, Number] = {}


class CompilerProcess:
    """The compiler process, started at the first request and ended with the program. One request at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self._failed = False
        self._request_count = 0

    def start(self) -> None:
        """Start the process, so that it is ready for the first request."""
        with self._lock:
            self._ensure_process()

    def request(
        self,
        work: str,
        text: str = "",
        params: Mapping[str, Number] = NO_PARAMS,
        *,
        time_limit: float | None = None,
        **options: Any,
    ) -> dict[str, Any]:
        """Run one of `JOBS` and return its reply. Raises FormulaError or InputError as the work would here.

        `time_limit` limits the time in seconds: when it is over, the request is dropped and the reply is empty.
        """
        message = {"work": work, "text": text, "params": _pack_params(params), **options}
        with self._lock:
            timed_out = threading.Event()
            timer = threading.Timer(
                TIMEOUT if time_limit is None else time_limit, _kill, [self._ensure_process(), timed_out]
            )
            timer.daemon = True
            timer.start()
            reply = self._send(message)
            timer.cancel()
            if reply is None and timed_out.is_set():
                self._failed = False  # killed at the time limit, not failed: start the next one now
                self._ensure_process()
                if time_limit is not None:
                    return {}
            elif self._request_count >= MAX_REQUESTS:
                self.close()
                self._ensure_process()
        if reply is None:
            reply = answer(message)
        if "column" in reply:
            raise FormulaError(reply["error"], text, reply["column"])
        if "error" in reply:
            raise InputError(reply["error"])
        return reply

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

    def _ensure_process(self) -> subprocess.Popen[str] | None:
        if self._process is None and not self._failed:
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
                    creationflags=CREATION_FLAGS,
                )
            except OSError:
                self._failed = True
            else:
                self._request_count = 0
                atexit.unregister(self.close)
                atexit.register(self.close)
        return self._process

    def _send(self, message: dict[str, Any]) -> dict[str, Any] | None:
        process = self._ensure_process()
        if process is None or process.stdin is None or process.stdout is None:
            return None
        try:
            process.stdin.write(json.dumps(message) + "\n")
            process.stdin.flush()
            self._request_count += 1
            reply: dict[str, Any] = json.loads(process.stdout.readline())
        except (OSError, ValueError):  # the process died, or could not start
            self._failed = True
            self.close()
            return None
        return reply


def _kill(process: subprocess.Popen[str] | None, timed_out: threading.Event) -> None:
    """Kill the process at the time limit and set `timed_out`; the waiting caller continues without an answer."""
    timed_out.set()
    if process is not None:
        process.kill()


def _pack_params(params: Mapping[str, Number]) -> list[list[Any]]:
    return [[n, p.value, p.low, p.high] if isinstance(p, Slider) else [n, float(p)] for n, p in params.items()]


# -- in the process ----------------------------------------------------------------------------------------------------


def _typeset(text: str, params: dict[str, Any], message: dict[str, Any]) -> dict[str, Any]:
    """Return the typeset formula as SVG."""
    # With pygame, which no other work needs.
    from orbitdraw.app.session.formula_picture import FONT_SIZE, caption_latex  # noqa: PLC0415

    latex = caption_latex(potentials.Potential.parse(text, **params))
    return {"svg": None if latex is None else typeset(latex, FONT_SIZE * float(message["scale"]))}


def _compile_formula(text: str, params: dict[str, Any], message: dict[str, Any]) -> dict[str, Any]:
    """Compile the kernel of a formula into the cache."""
    potentials.Potential.parse(text, **params).kernel()
    return {}


def _compile_file(text: str, params: dict[str, Any], message: dict[str, Any]) -> dict[str, Any]:
    """Compile the kernels of the scene in the file at this path, and of its author's fields, into the cache."""
    scene = library.load_file(Path(text))
    if scene.potential is not None:
        scene.potential.kernel()
        scene.potential.latex()
    has_landscape = edits.fields.landscape_after({}, [edit for edit in scene.edits if len(edit) == 2])
    if has_landscape is not None:
        potentials.field_kernels.kernel(has_landscape)
    return {}


def _measure_exposure(text: str, params: dict[str, Any], message: dict[str, Any]) -> dict[str, Any]:
    """Measure the exposure of the formula's scene with these values."""
    scene = library.formula_scene(text, params)
    scene = scene.under(message["law"]) if message["law"] else scene
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in message["values"].items()}
    return {"exposure": orbitdraw.film.exposure_of(simulation.Run(scene, int(message["seed"]), **values))}


def _compile_fields(text: str, params: dict[str, Any], message: dict[str, Any]) -> dict[str, Any]:
    """Compile the kernel of planted fields, with or without that of a landscape, into the cache."""
    potentials.field_kernels.kernel(bool(message["ground"]))
    return {}


JOBS = {
    "fields": _compile_fields,
    "file": _compile_file,
    "set": _typeset,
    "compile": _compile_formula,
    "measure": _measure_exposure,
}


def answer(message: dict[str, Any]) -> dict[str, Any]:
    """Run one request. Errors are part of the answer, because the window waits for one."""
    params = {name: Slider(*numbers) if len(numbers) == 3 else numbers[0] for name, *numbers in message["params"]}
    try:
        return JOBS[message["work"]](message["text"], params, message)
    except FormulaError as error:
        return {"error": str(error), "column": error.column}
    except BaseException as error:  # the file of a scene may even call sys.exit()
        return {"error": str(error) if isinstance(error, InputError) else f"{type(error).__name__}: {error}"}


def read_lines(source: IO[str]) -> Iterator[str]:
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


COMPILER = CompilerProcess()

if __name__ == "__main__":
    # Before the imports: they take a second, and the threads that they start inherit the low priority.
    threads.lower_process_priority()
    # Imported now, while the user still types.
    import orbitdraw.film.film
    import orbitdraw.library.loading
    import orbitdraw.potentials.kernel
    import orbitdraw.potentials.symbolic

    answers, sys.stdout = sys.stdout, sys.stderr  # output printed by a library must not mix with the answers
    serve(read_lines(sys.stdin), answers)
