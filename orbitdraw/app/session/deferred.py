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
from orbitdraw.app.session.compiler import FOUNDRY
from orbitdraw.app.session.host import Host
from orbitdraw.app.shell.messages import Notice
from orbitdraw.errors import InputError
from orbitdraw.ink.look import BRUSHES
from orbitdraw.runtime import memory, warmup

if TYPE_CHECKING:
    from orbitdraw.film.film import Film
    from orbitdraw.simulation.run import Run
    from orbitdraw.slider import Values

HANDY = (
    "analysis.forecast",
    "analysis.closed_orbits",
    "edits.orbital_speed",
    "edits.heightmap",
    "potentials.heightmap_kernel",
)
"""Modules that the first edits by mouse import."""


class Aside:
    """A daemon thread that runs submitted work in order; the program does not wait for it at exit."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._works: SimpleQueue[Callable[[], object]] = SimpleQueue()
        self._begun = False

    def submit(self, work: Callable[..., object], *args: Any) -> None:
        """Run this after all earlier work. Exceptions are dropped: the work reports its own."""
        self._works.put(partial(work, *args))
        if not self._begun:
            self._begun = True
            threading.Thread(target=self._work, name=self._name, daemon=True).start()

    def _work(self) -> None:
        while True:
            with suppress(Exception):
                self._works.get()()


# What is loaded or compiled ahead of need must not delay what the user waits for.
_waited_for, _idle = Aside("orbitdraw compiling"), Aside("orbitdraw idle")
_tidying = Aside("orbitdraw tidying")


@dataclass(eq=False)
class Deed:
    """A waiting edit: `begin` runs beside the frames, then `task` gets its result in the worker's thread.

    `film` is the film for which the edit was requested, `done` the history's cursor at that time.
    """

    film: Film
    done: int
    begin: Callable[[], Any]
    task: Callable[[Any], object]


class Awaited:
    """The waiting edits of a session, in order of request. All methods run in the worker's thread."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.deeds: list[Deed] = []
        self._taken_back: Deed | None = None

    def put_off(self, edits: Sequence[tuple[str, Sequence[float]]], task: Callable[..., object], *args: Any) -> bool:
        """True when these edits must wait; then `task(*args)`, which was to do them, is called again afterwards.

        An edit is recorded at the frame at which it is done: a replay does it there and does not wait.
        """
        film = self._host.film
        self._taken_back = None
        # A pen that sweeps an area needs the same kernels as the brush of that name.
        if any(name == "pen" and numbers[3:] == (BRUSHES.index("area"),) for name, numbers in edits):
            return self.fetch_for("brush", "area", partial(task, *args))
        wanted = None if film is None else _lacking(film.run.state, edits)
        if wanted is None:
            return False
        self.begin(partial(have, wanted, self._say), lambda nothing: task(*args))
        return True

    def fetch(self, run: Run, values: Values, task: Callable[[], object]) -> bool:
        """True when kernels that a run needs with these values must be compiled first; `task` is called afterwards."""
        names = orbitdraw.film.required_kernels.missing(run, values)
        if names:
            self._host.report(Notice("Compiling; the change takes effect when it is compiled"))
            _waited_for.submit(self._fetch, names, task)
        return bool(names)

    def fetch_for(self, name: str, value: Any, task: Callable[[], object]) -> bool:
        """True when another value of the run that is shown must wait for kernels; `task` is called afterwards."""
        film = self._host.film
        if film is None or not warmup.running():
            return False
        try:
            values = {**film.run.values, name: film.run.scene.declared.check(name, value, film.run.values)}
        except InputError:
            return False  # reported when the value is set
        return self.fetch(film.run, values, task)

    def _fetch(self, names: Sequence[str], task: Callable[[], object]) -> None:
        with suppress(Exception):  # the task meets the same error and reports it
            for name in names:
                if not self._host.closed:
                    import_module(f"orbitdraw.{name}")
        self._host.ask(task)

    def begin(self, work: Callable[[], Any], task: Callable[[Any], object]) -> None:
        """Run `work` beside the frames, then `task` with its result; see `Deed`."""
        if self._host.film is not None:
            deed = Deed(self._host.film, self._host.film.run.history.cursor, work, task)
            self.deeds.append(deed)
            _waited_for.submit(self._work, deed)

    def _say(self) -> None:
        self._host.report(Notice("Compiling; the field acts when its force is compiled"))

    def take_back(self) -> bool:
        """Cancel the edit requested last, if nothing was done since; False where there is none."""
        film, waiting = self._host.film, self.deeds
        if film is None or not waiting or waiting[-1].film is not film or waiting[-1].done != film.run.history.cursor:
            return False
        self._taken_back = waiting.pop()
        return True

    def put_back(self) -> bool:
        """Request the cancelled edit again; False where there is none."""
        deed, film = self._taken_back, self._host.film
        if deed is None or film is None or deed.film is not film or deed.done != film.run.history.cursor:
            return False
        self.begin(deed.begin, deed.task)
        return True

    # -- beside the frames -----------------------------------------------------------------------------------------

    def _work(self, deed: Deed) -> None:
        found = None
        try:
            if not self._host.closed:
                found = deed.begin()
        except Exception as error:
            self._host.report(Notice(f"This cannot be done: {type(error).__name__}: {error}", warning=True))
            self._host.ask(self._forget, deed)
        else:
            self._host.ask(self._go_on, deed, found)

    def _forget(self, deed: Deed) -> None:
        if deed in self.deeds:
            self.deeds.remove(deed)

    def _go_on(self, deed: Deed, found: Any) -> None:
        if deed in self.deeds:  # else it was cancelled meanwhile
            self.deeds.remove(deed)
            if deed.film is self._host.film:  # another drawing may have taken its place
                deed.task(found)


def _lacking(state: Any, edits: Sequence[tuple[str, Sequence[float]]]) -> bool | None:
    """The kernel of fields that these edits need and that is not ready; None where none is missing."""
    if not any(name in ("plant", "landscape") for name, _ in edits):
        return None  # without importing anything
    ground = orbitdraw.edits.fields.landscape_after(state, edits)
    return None if ground is None or potentials.field_kernels.is_loaded(ground) else ground


def have(ground: bool, say: Callable[[], object] = lambda: None) -> None:
    """Load a kernel of fields from the disk, or call `say` and compile it in the second process."""
    if potentials.field_kernels.is_loaded(ground):
        return
    if not potentials.kernel.is_cached(potentials.field_kernels.block(ground)):
        say()
        with suppress(InputError):  # an error there is raised again below, or does not occur here
            FOUNDRY.order("fields", ground=ground)
    potentials.field_kernels.kernel(ground)


def tidy() -> None:
    """Return freed memory to the system, in a thread of its own: it may take a tenth of a second."""
    _tidying.submit(memory.release)  # not queued behind compiling, which may take minutes


def make_ready() -> None:
    """Load both kernels of fields before the first is planted, and import the modules of the first edits, when idle."""
    for name in HANDY:
        _idle.submit(import_module, f"orbitdraw.{name}")
    for ground in (False, True):
        _idle.submit(have, ground)
