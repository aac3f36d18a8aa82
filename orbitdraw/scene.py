"""A scene: what moves, under which law, and how it is drawn. Everything here is a frozen record."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

import orbitdraw
from orbitdraw.bodies import Bodies, Dust
from orbitdraw.calls import public, unknown_option
from orbitdraw.errors import CallError, InputError, near
from orbitdraw.inputs import brief
from orbitdraw.look import Look, View
from orbitdraw.slider import Number, Slider, Values, plain
from orbitdraw.watch import checked as checked_watch

if TYPE_CHECKING:
    from orbitdraw.law import Law
    from orbitdraw.painter import Painter
    from orbitdraw.potential import Potential
    from orbitdraw.strokes import Strokes

State = dict[str, NDArray[Any]]


class Motion:
    """What moves in a scene: a state of arrays, one frame's step, the numbers it shows, and what it draws.

    Particles under a potential are one Motion (built from the scene); a lecture scene brings its own. The state is
    a dictionary of arrays, so that every run can be copied, hashed and stepped back without knowing what it is.

    >>> class Clock(Motion):
    ...     def start(self, values, seed):
    ...         return {"ticks": np.zeros(1)}
    ...
    ...     def advance(self, state, values, frame):
    ...         from orbitdraw import Strokes
    ...
    ...         state["ticks"] += 1
    ...         return Strokes.none()
    >>> from orbitdraw import Run
    >>> run = Run(Scene("clock", motion=Clock()))
    >>> _ = run.advance()
    >>> run.state["ticks"].tolist()
    [1.0]
    """

    params: Mapping[str, Slider] = {}
    panels = False
    """True when `draw` puts something on the picture."""
    edits: Mapping[str, str] = {}
    """What a hand can do to the state, by name, and the numbers each takes, in words: "body, x, y: to another place".
    As many as are named before the colon must be given; "..." there stands for any number more."""

    def start(self, values: Values, seed: int) -> State:
        """The state at frame 0."""
        raise NotImplementedError(f"{type(self).__name__} moves, so it needs start(values, seed)")

    def advance(self, state: State, values: Values, frame: int) -> Strokes:
        """Move `state` on by one frame, in place, and give the frame's ink. `frame` counts from 0."""
        raise NotImplementedError(f"{type(self).__name__} moves, so it needs advance(state, values, frame)")

    def stretch(self, state: State, values: Values, frame: int, most: int) -> Strokes | None:
        """Move on from `frame` by several frames in one go, `most` at most, in which nobody does anything: what
        `advance` would give frame by frame, to the bit, side by side. None, and nothing has moved, where it must be
        done frame by frame.
        """
        return None

    def clock(self, state: State, frame: int) -> float:
        """Frames of scene time gone by after `frame` frames of play: as many, unless time was turned round."""
        return frame

    def check(self, name: str, numbers: tuple[float, ...]) -> None:
        """Raise InputError for numbers with which `edit` can do this in no state: a drawing that has them is refused
        when it is opened. What only a state forbids is left out where it is played."""

    def edit(self, state: State, values: Values, name: str, numbers: tuple[float, ...]) -> None:
        """Do what a hand did, in place; `name` is one of `edits`. Raises InputError when it cannot be."""
        raise InputError(f"there is no {name!r} here; {near(name, self.edits)}")

    def open_values(self, state: State, values: Values, frame: int) -> frozenset[str]:
        """The values of the look that act on what is drawn after `frame`; all of them unless a Motion says less."""
        return frozenset(values)

    def metrics(self, state: State, values: Values, t: float) -> dict[str, float]:
        """The numbers on screen; the tests read the same."""
        return {}

    def draw(self, state: State, values: Values, painter: Painter) -> None:
        """Put panels on the picture."""


Start = Callable[[SimpleNamespace, np.random.Generator], Any]


@public
@dataclass(frozen=True)
class Scene:
    """What a scene author writes; all but the name is optional.

    `potential` is a Potential, a formula, or None; `bodies` and `dust` are records or functions
    `f(values, rng)` that give one. `steps` steps of `dt` make one frame, and sixty frames one second of play. Lengths
    are in world units, `dt` in time units. Raises InputError, with the remedy, for what is of the wrong kind, for a
    number that cannot be, and for a name that is used twice.

    >>> Scene("spring", potential="x^2/2", dust=Dust([[1, 0]])).values()["dt"]
    0.01
    """

    INNER: ClassVar = frozenset({"path", "sha256", "text", "retold"})
    """Options that the program itself sets."""

    name: str
    potential: Potential | None = None
    law: Law = None  # type: ignore[assignment]  # Newton() below: law.py needs this module
    bodies: Bodies | Start | None = None
    dust: Dust | Start | None = None
    dt: float = 0.01
    steps: int = 1
    look: Look = field(default_factory=Look)
    view: View = field(default_factory=View)
    params: Mapping[str, Slider] = field(default_factory=dict)
    motion: Motion | None = None
    title: str = ""
    """What it is called on the wall and over its picture; without one, its name with spaces."""
    caption: str = ""
    seconds: float = 12.0
    """How long the scene plays when nobody says: the length of an exported film."""
    poster: float | None = None
    """The moment worth a picture, in seconds of play; None is the end."""
    nodes: int | None = None
    landmarks: ArrayLike | None = None
    """Places (k, 2) worth a small ring on the picture: a star that holds still, a magnet."""
    edits: Sequence[tuple[str, Sequence[float]]] = ()
    """What a hand has done before the first frame: ("symmetry", (6, 0, 0, 0)), ("link", (4, 1, 2)) and all else that
    `hands.EDITS` lists, in this order. It is part of the start, so undo leaves it alone."""
    watch: Sequence[float] = (0.0,)
    """From where it is watched: 0 the world at rest, (1, body), (2,) the centre of mass, (3, body, body) a pair."""
    path: str = ""
    sha256: str = ""
    """Of the file's text, where the scene was read from one."""
    text: str = ""
    """The formula a scene is made of, where it is nothing but a formula."""
    retold: str = ""
    """The name of the law that `under` put in place of the scene's own."""

    def __post_init__(self) -> None:
        from orbitdraw.declaration import check_scene
        from orbitdraw.law import Newton
        from orbitdraw.potential import Potential

        if self.law is None:
            object.__setattr__(self, "law", Newton())
        if isinstance(self.potential, str):
            object.__setattr__(self, "potential", Potential.parse(self.potential))
        check_scene(self)

    def sliders(self) -> dict[str, Number | str | None]:
        """Every value of a run by name, as the scene declares it: sliders where they have a range."""
        out: dict[str, Any] = {}
        groups: list[tuple[str, Mapping[str, Any]]] = [
            ("potential", self.potential.params if self.potential is not None else {}),
            ("scene", {**(self.motion.params if self.motion is not None else {}), **self.params}),
            ("law", self.law.numbers() if self.motion is None else {}),
            ("look", {f.name: getattr(self.look, f.name) for f in fields(self.look) if f.name != "unit"}),
            ("scene", {"dt": self.dt, "view": self.view.triple, "watch": checked_watch(self.watch)}),
        ]
        owner: dict[str, str] = {}
        for group, numbers in groups:
            for name, number in numbers.items():
                if owner.get(name, group) != group:
                    raise InputError(
                        f"{self.name}: the name {name!r} belongs to the {owner[name]} and to the {group}; rename one"
                    )
                owner[name] = group
                out.setdefault(name, number)
        return out

    def values(self) -> Values:
        """Every value of a run by name, at its default."""
        return {name: plain(number) for name, number in self.sliders().items()}

    def make_motion(self) -> Motion:
        """What moves: the scene's own Motion, or particles under its potential and law."""
        if self.motion is not None:
            from orbitdraw.contract import Author

            return Author(self)
        from orbitdraw.motion import Particles

        return Particles(self)

    def under(self, law_name: str) -> Scene:
        """The same ground and start under another law, by name (see `law.LAWS`)."""
        from orbitdraw.law import retold

        return replace(self, law=retold(self.law, law_name, self.dt), retold=law_name)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """A notebook shows the poster."""
        return {"image/png": orbitdraw.poster(self), "text/plain": f"{self.name}: {self.caption}"}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The scene's potential as an expression at x, y: a scene is also the formula it was made from."""
        if self.potential is None:
            raise InputError(f"{self.name} has no potential")
        return self.potential(*args, **kwargs)


def scene(*functions: Any, **options: Any) -> Callable[[Callable[..., Any]], Scene]:
    """Make a Scene of a function V(x, y[, t], sliders...): its name, docstring and defaults say the rest.

    `start` places the particles: a function `f(values, rng)` that gives Dust or Bodies, or such a record. All other
    options are those of Scene. Raises InputError for a name that is used twice.

    >>> @scene(start=Dust([[1, 0]]))
    ... def bowl(x, y, k=Slider(1.0, 0.5, 2.0)):
    ...     "A ball in a bowl."
    ...     return k * (x**2 + y**2) / 2
    >>> bowl.name, bowl.caption, bowl.values()["k"]
    ('bowl', 'A ball in a bowl.', 1.0)
    """
    from orbitdraw.declaration import check_start

    if functions:
        raise InputError("scene takes its options by name, in brackets: @scene(start=ring(60))")
    names = ["start", *(one.name for one in fields(Scene) if one.name not in {"potential", *Scene.INNER})]
    for option in options:
        if option not in names and option not in Scene.INNER:
            raise CallError(unknown_option("scene", option, names))
    check_start("scene", "start", options.get("start"), (Dust, Bodies))

    def decorate(function: Callable[..., Any]) -> Scene:
        from orbitdraw.potential import Potential

        if not inspect.isfunction(function):
            raise InputError(f"@scene makes a scene of a function f(x, y), not of {brief(function)}")
        chosen = dict(options)
        start = chosen.pop("start", None)
        if start is not None:
            chosen["bodies" if isinstance(start, Bodies) else "dust"] = start
        chosen.setdefault("name", function.__name__)
        chosen.setdefault("caption", inspect.getdoc(function) or "")
        chosen.setdefault("path", inspect.getsourcefile(function) or "")
        return Scene(potential=Potential.of(function), **chosen)

    return decorate
