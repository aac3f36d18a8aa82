"""Deferred edits: edits wait until the kernels they need are compiled, while the picture keeps playing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import orbitdraw.edits
import orbitdraw.film
from orbitdraw import potentials
from orbitdraw.app.session.compiler import COMPILER
from orbitdraw.app.session.host import Host
from orbitdraw.app.shell.messages import Notice
from orbitdraw.errors import InputError
from orbitdraw.ink.look import BRUSHES
from orbitdraw.runtime import memory, warmup

if TYPE_CHECKING:
    from orbitdraw.film.film import Film
    from orbitdraw.simulation.run import Run
    from orbitdraw.slider import Values

PRELOADED_MODULES = (
    "analysis.forecast",
    "analysis.closed_orbits",
    "edits.orbital_speed",
    "edits.heightmap",
    "potentials.heightmap_kernel",
)
"""Modules that the first edits by mouse import."""


class DaemonExecutor:
    """A daemon thread that runs submitted work in order; the program does not wait for it at exit."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._queue: SimpleQueue[Callable[[], object]] = SimpleQueue()
        self._is_running = False

    def submit(self, work: Callable[..., object], *args: Any) -> None:
        """Run this after all earlier work. Exceptions are dropped: the work reports its own."""
        self._queue.put(partial(work, *args))
        if not self._is_running:
            self._is_running = True
            threading.Thread(target=self._run, name=self._name, daemon=True).start()

    def _run(self) -> None:
        while True:
            with suppress(Exception):
                self._queue.get()()


# What is loaded or compiled ahead of need must not delay what the user waits for.
_compile_executor, _idle_executor = DaemonExecutor("orbitdraw compiling"), DaemonExecutor("orbitdraw idle")
_memory_executor = DaemonExecutor("orbitdraw tidying")


@dataclass(eq=False)
class DeferredEdit:
    """A waiting edit: `work` runs beside the frames, then `task` gets its result in the worker's thread.

    `film` is the film for which the edit was requested, `cursor` the history's cursor at that time.
    """

    film: Film
    cursor: int
    work: Callable[[], Any]
    task: Callable[[Any], object]


class DeferredEdits:
    """The waiting edits of a session, in order of request. All methods run in the worker's thread."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.pending: list[DeferredEdit] = []
        self._cancelled: DeferredEdit | None = None

    def defer(self, edits: Sequence[tuple[str, Sequence[float]]], task: Callable[..., object], *args: Any) -> bool:
        """True when these edits must wait; then `task(*args)`, which was to do them, is called again afterwards.

        An edit is recorded at the frame at which it is done: a replay does it there and does not wait.
        """
        film = self._host.film
        self._cancelled = None
        # A pen that sweeps an area needs the same kernels as the brush of that name.
        if any(name == "pen" and numbers[3:] == (BRUSHES.index("area"),) for name, numbers in edits):
            return self.defer_value("brush", "area", partial(task, *args))
        missing = None if film is None else _missing_field_kernel(film.run.state, edits)
        if missing is None:
            return False
        self.start(partial(load_field_kernel, missing, self._report_compiling), lambda nothing: task(*args))
        return True

    def defer_until_compiled(self, run: Run, values: Values, task: Callable[[], object]) -> bool:
        """True when kernels that a run needs with these values must be compiled first; `task` is called afterwards."""
        names = orbitdraw.film.required_kernels.missing_modules(run, values)
        if names:
            self._host.report(Notice("Compiling; the change takes effect when it is compiled"))
            _compile_executor.submit(self._import_modules, names, task)
        return bool(names)

    def defer_value(self, name: str, value: Any, task: Callable[[], object]) -> bool:
        """True when another value of the run that is shown must wait for kernels; `task` is called afterwards."""
        film = self._host.film
        if film is None or not warmup.is_running():
            return False
        try:
            values = {**film.run.values, name: film.run.scene.declared.check(name, value, film.run.values)}
        except InputError:
            return False  # reported when the value is set
        return self.defer_until_compiled(film.run, values, task)

    def _import_modules(self, names: Sequence[str], task: Callable[[], object]) -> None:
        with suppress(Exception):  # the task meets the same error and reports it
            for name in names:
                if not self._host.closed:
                    import_module(f"orbitdraw.{name}")
        self._host.submit(task)

    def start(self, work: Callable[[], Any], task: Callable[[Any], object]) -> None:
        """Run `work` beside the frames, then `task` with its result; see `DeferredEdit`."""
        if self._host.film is not None:
            edit = DeferredEdit(self._host.film, self._host.film.run.history.cursor, work, task)
            self.pending.append(edit)
            _compile_executor.submit(self._run, edit)

    def _report_compiling(self) -> None:
        self._host.report(Notice("Compiling; the field acts when its force is compiled"))

    def cancel_last(self) -> bool:
        """Cancel the edit requested last, if nothing was done since; False where there is none."""
        film, pending = self._host.film, self.pending
        if film is None or not pending or pending[-1].film is not film or pending[-1].cursor != film.run.history.cursor:
            return False
        self._cancelled = pending.pop()
        return True

    def restore_cancelled(self) -> bool:
        """Request the cancelled edit again; False where there is none."""
        edit, film = self._cancelled, self._host.film
        if edit is None or film is None or edit.film is not film or edit.cursor != film.run.history.cursor:
            return False
        self.start(edit.work, edit.task)
        return True

    # -- beside the frames -----------------------------------------------------------------------------------------

    def _run(self, edit: DeferredEdit) -> None:
        result = None
        try:
            if not self._host.closed:
                result = edit.work()
        except Exception as error:
            self._host.report(Notice(f"This cannot be done: {type(error).__name__}: {error}", warning=True))
            self._host.submit(self._discard, edit)
        else:
            self._host.submit(self._finish, edit, result)

    def _discard(self, edit: DeferredEdit) -> None:
        if edit in self.pending:
            self.pending.remove(edit)

    def _finish(self, edit: DeferredEdit, result: Any) -> None:
        if edit in self.pending:  # else it was cancelled meanwhile
            self.pending.remove(edit)
            if edit.film is self._host.film:  # another drawing may have taken its place
                edit.task(result)


def _missing_field_kernel(state: Any, edits: Sequence[tuple[str, Sequence[float]]]) -> bool | None:
    """The kernel of fields that these edits need and that is not ready; None where none is missing."""
    if not any(name in ("plant", "landscape") for name, _ in edits):
        return None  # without importing anything
    ground = orbitdraw.edits.fields.landscape_after(state, edits)
    return None if ground is None or potentials.field_kernels.is_loaded(ground) else ground


def load_field_kernel(ground: bool, report_compiling: Callable[[], object] = lambda: None) -> None:
    """Load a kernel of fields from the disk, or call `report_compiling` and compile it in the second process."""
    if potentials.field_kernels.is_loaded(ground):
        return
    if not potentials.kernel.is_cached(potentials.field_kernels.block(ground)):
        report_compiling()
        with suppress(InputError):  # an error there is raised again below, or does not occur here
            COMPILER.request("fields", ground=ground)
    potentials.field_kernels.kernel(ground)


def release_memory() -> None:
    """Return freed memory to the system, in a thread of its own: it may take a tenth of a second."""
    _memory_executor.submit(memory.release)  # not queued behind compiling, which may take minutes


def preload_edits() -> None:
    """Load both kernels of fields before the first is planted, and import the modules of the first edits, when idle."""
    for name in PRELOADED_MODULES:
        _idle_executor.submit(import_module, f"orbitdraw.{name}")
    for ground in (False, True):
        _idle_executor.submit(load_field_kernel, ground)
