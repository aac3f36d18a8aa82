"""Deeds that wait until what they need is compiled: the picture goes on, and they are done when it is there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

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
"""What the first deeds of a hand import."""


class Aside:
    """A thread that works off what it is given, in order, and that nobody waits for when the program ends."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._works: SimpleQueue[Callable[[], object]] = SimpleQueue()
        self._begun = False

    def submit(self, work: Callable[..., object], *args: Any) -> None:
        """Do this after all else. What it lets out is its own affair: it says so itself."""
        self._works.put(partial(work, *args))
        if not self._begun:
            self._begun = True
            threading.Thread(target=self._work, name=self._name, daemon=True).start()

    def _work(self) -> None:
        while True:
            with suppress(Exception):
                self._works.get()()


# What is loaded or compiled beforehand must not stand in the way of what somebody waits for.
_waited_for, _idle = Aside("orbitdraw compiling"), Aside("orbitdraw idle")
_tidying = Aside("orbitdraw tidying")


@dataclass(eq=False)
class Deed:
    """What waits: `begin` works beside the frames, `task` does the deed with what that gave, in the worker's thread.

    `film` is the one it was meant for, `done` how many events had happened there.
    """

    film: Film
    done: int
    begin: Callable[[], Any]
    task: Callable[[Any], object]


class Awaited:
    """The deeds of a session that wait, in the order in which they were meant. All of it in the worker's thread."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.deeds: list[Deed] = []
        self._taken_back: Deed | None = None

    def put_off(self, edits: Sequence[tuple[str, Sequence[float]]], task: Callable[..., object], *args: Any) -> bool:
        """Whether these edits must wait; then `task(*args)`, which was to do them, is called again when they need not.

        An edit is on record from the frame at which it is done: a replay does it there, and waits for nothing.
        """
        film = self._host.film
        self._taken_back = None
        # A pen that sweeps an area takes what the brush of that name does.
        if any(name == "pen" and numbers[3:] == (BRUSHES.index("area"),) for name, numbers in edits):
            return self.fetch_for("brush", "area", partial(task, *args))
        wanted = None if film is None else _lacking(film.run.state, edits)
        if wanted is None:
            return False
        self.begin(partial(have, wanted, self._say), lambda nothing: task(*args))
        return True

    def fetch(self, run: Run, values: Values, task: Callable[[], object]) -> bool:
        """Whether what a run takes with these values must be compiled first; then `task` is called after it."""
        from orbitdraw.film import required_kernels as needs

        names = needs.lacking(run, values)
        if names:
            self._host.report(Notice("It acts as soon as it is compiled"))
            _waited_for.submit(self._fetch, names, task)
        return bool(names)

    def fetch_for(self, name: str, value: Any, task: Callable[[], object]) -> bool:
        """The same for another value of the run that is shown."""
        film = self._host.film
        if film is None or not warmup.running():
            return False
        try:
            values = {**film.run.values, name: film.run.scene.declared.check(name, value, film.run.values)}
        except InputError:
            return False  # it is said when it is set
        return self.fetch(film.run, values, task)

    def _fetch(self, names: Sequence[str], task: Callable[[], object]) -> None:
        with suppress(Exception):  # the task will come upon it, and say so
            for name in names:
                if not self._host.closed:
                    import_module(f"orbitdraw.{name}")
        self._host.ask(task)

    def begin(self, work: Callable[[], Any], task: Callable[[Any], object]) -> None:
        """Do this work beside the frames, then the task with what it gave; see `Deed`."""
        if self._host.film is not None:
            deed = Deed(self._host.film, self._host.film.run.history.cursor, work, task)
            self.deeds.append(deed)
            _waited_for.submit(self._work, deed)

    def _say(self) -> None:
        self._host.report(Notice("It acts as soon as its force is compiled"))

    def take_back(self) -> bool:
        """Do not do the deed that was meant last, if nothing was done since; False where there is none."""
        film, waiting = self._host.film, self.deeds
        if film is None or not waiting or waiting[-1].film is not film or waiting[-1].done != film.run.history.cursor:
            return False
        self._taken_back = waiting.pop()
        return True

    def put_back(self) -> bool:
        """Do it after all."""
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
        if deed in self.deeds:  # else it was taken back meanwhile
            self.deeds.remove(deed)
            if deed.film is self._host.film:  # another drawing may have taken its place
                deed.task(found)


def _lacking(state: Any, edits: Sequence[tuple[str, Sequence[float]]]) -> bool | None:
    """Which kernel of fields these edits need that is not there; None where nothing is lacking."""
    if not any(name in ("plant", "landscape") for name, _ in edits):
        return None  # without importing anything
    from orbitdraw.edits import fields
    from orbitdraw.potentials import field_kernels

    ground = fields.grounded(state, edits)
    return None if ground is None or field_kernels.ready(ground) else ground


def have(ground: bool, say: Callable[[], object] = lambda: None) -> None:
    """Have a kernel of fields ready: from the disk, or compiled in the second process, and then `say` is called."""
    from orbitdraw.potentials import field_kernels, kernel

    if field_kernels.ready(ground):
        return
    if not kernel.at_hand(field_kernels.block(ground)):
        say()
        with suppress(InputError):  # whatever went wrong there is raised below, or does not happen here
            FOUNDRY.order("fields", ground=ground)
    field_kernels.kernel(ground)


def tidy() -> None:
    """Give the memory of what was left back to the system, beside all else: it may take a tenth of a second."""
    _tidying.submit(memory.give_back)  # not behind what is compiled, which may take minutes


def make_ready() -> None:
    """Have both kernels of fields ready before the first is planted, and imported what a hand needs; nobody waits."""
    for name in HANDY:
        _idle.submit(import_module, f"orbitdraw.{name}")
    for ground in (False, True):
        _idle.submit(have, ground)
