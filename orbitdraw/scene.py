"""A scene: what moves, under which law, and how it is drawn. Everything here is a frozen record."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from orbitdraw.errors import InputError, near
from orbitdraw.watch import checked as checked_watch

if TYPE_CHECKING:
    from orbitdraw.law import Law
    from orbitdraw.painter import Painter
    from orbitdraw.potential import Potential
    from orbitdraw.strokes import Strokes

Value = float | str | None | tuple[float, ...]
Values = dict[str, Any]
State = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Slider:
    """A number with a range: a default, the ends, and the places where a dragged knob snaps.

    >>> Slider(0.5, 0.0, 2.0).value
    0.5
    """

    value: float
    low: float
    high: float
    ticks: tuple[float, ...] = ()
    unit: str = ""
    log: bool = False
    label: str = ""
    per: str = ""
    """The name of a value that ends and ticks are divided by: a learning rate ends at 2.4 / k, whatever k is."""

    def bounds(self, values: Values) -> tuple[float, float, tuple[float, ...]]:
        """(low, high, ticks) at these values of a run.

        >>> Slider(0.5, 0.0, 2.4, ticks=(1.0, 2.0), per="k").bounds({"k": 2.0})
        (0.0, 1.2, (0.5, 1.0))
        """
        scale = float(values[self.per]) if self.per else 1.0
        return self.low / scale, self.high / scale, tuple(tick / scale for tick in self.ticks)

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, (self.value, self.low, self.high))):
            raise InputError(f"a slider needs finite numbers, not {self.value}, {self.low}, {self.high}")
        if not self.low < self.high:
            raise InputError(f"a slider needs low < high, not {self.low} .. {self.high}")
        if not self.low <= self.value <= self.high:
            raise InputError(f"a slider's value {self.value:g} lies outside {self.low:g} .. {self.high:g}")
        if self.log and self.low <= 0:
            raise InputError(f"a logarithmic slider needs low > 0, not {self.low:g}")


Number = float | Slider


def plain(number: Any) -> Any:
    """The value of a slider, or the thing itself."""
    return number.value if isinstance(number, Slider) else number


@dataclass(frozen=True)
class View:
    """The part of the world on paper: a circle of `radius` about `center` fits whatever the paper's shape.

    >>> View(radius=2.0).pixels((800, 400))
    (100.0, 400.0, 200.0)
    """

    center: tuple[float, float] = (0.0, 0.0)
    radius: float = 2.0

    def pixels(self, size: tuple[int, int]) -> tuple[float, float, float]:
        """(scale, ox, oy) of px = ox + scale x, py = oy - scale y: world y points up, rows of pixels down."""
        width, height = size
        scale = min(width, height) / (2 * self.radius)
        return scale, width / 2 - scale * self.center[0], height / 2 + scale * self.center[1]

    @property
    def triple(self) -> tuple[float, float, float]:
        """(x, y, radius), the form in which a run records it."""
        return (self.center[0], self.center[1], self.radius)

    @classmethod
    def of(cls, triple: tuple[float, float, float]) -> View:
        """The view a run recorded."""
        x, y, radius = triple
        return cls((float(x), float(y)), float(radius))


STYLES = ("light", "density", "paper")
COLORS = ("particle", "speed", "energy", "age")
BRUSHES = ("round", "calligraphic", "dashed", "dots", "area")


@dataclass(frozen=True)
class Look:
    """How ink becomes colour.

    `style`: light adds on a dark ground, density maps the amount of ink to the palette, paper absorbs on a
    light ground. `width` of the pen is in world units, or with `unit="screen"` in thousandths of the picture's
    shorter side. `half_life` is in scene time (None: ink stays for ever). `exposure` None is measured once and
    recorded. `mark` is the radius of the disc at each body, `grain` the size of a point of dust, both in `unit`.
    `brush` is what a pen makes of a path: round, calligraphic (wider where it is slow), dashed by time, dots, or area
    (what is swept from the body that pulls hardest). Raises InputError, with the near matches, for a word that is none.

    >>> Look(brush="dashed").style
    'light'
    """

    style: str = "light"
    palette: str = "ember"
    width: Number = 2.0
    unit: str = "screen"
    half_life: Number | None = None
    color: str = "particle"
    exposure: Number | None = None
    glow: Number = 0.35
    mark: Number = 6.0
    grain: Number = 1.2
    brush: str = "round"

    def __post_init__(self) -> None:
        known = (("style", STYLES), ("color", COLORS), ("brush", BRUSHES), ("unit", ("screen", "world")))
        for name, choices in known:
            value = getattr(self, name)
            if value not in choices:
                raise InputError(f"{name} {value!r} is unknown; {near(value, choices)}")


@dataclass(frozen=True)
class Bodies:
    """Bodies that pull each other and everything else: masses (n,), places and velocities (n, 2).

    The pull is gravity in two dimensions of space with the law of three, softened by Plummer's length:
    a_i = G sum_j m_j (r_j - r_i) / (|r_j - r_i|^2 + softening^2)^(3/2).

    `mass` is one number for all or (n,); everything is in world units, time units, and a mass unit that G goes with.
    Without `vel` they begin at rest. Raises InputError where the shapes do not agree. Source: Plummer, Monthly
    Notices of the Royal Astronomical Society 71 (1911) 460.

    >>> Bodies(1.0, [[-1, 0], [1, 0]], [[0, -0.5], [0, 0.5]]).mass.tolist()
    [1.0, 1.0]
    """

    mass: NDArray[np.float64]
    pos: NDArray[np.float64]
    vel: NDArray[np.float64]
    softening: float = 0.0
    G: float = 1.0

    def __init__(
        self, mass: ArrayLike, pos: ArrayLike, vel: ArrayLike | None = None, softening: float = 0.0, G: float = 1.0
    ) -> None:
        places, velocities = _places("Bodies", pos, vel)
        masses = np.broadcast_to(np.asarray(mass, dtype=np.float64), (len(places),)).copy()
        for name, value in zip(
            ("mass", "pos", "vel", "softening", "G"), (masses, places, velocities, softening, G), strict=True
        ):
            object.__setattr__(self, name, value)


@dataclass(frozen=True)
class Dust:
    """Particles without mass: they feel bodies and potential and pull nothing. Places and velocities (n, 2).

    World units, and world units in a time unit; without `vel` they begin at rest. Raises InputError where the shapes do
    not agree.

    >>> Dust([[1, 0], [2, 0]]).vel.tolist()
    [[0.0, 0.0], [0.0, 0.0]]
    """

    pos: NDArray[np.float64]
    vel: NDArray[np.float64]

    def __init__(self, pos: ArrayLike, vel: ArrayLike | None = None) -> None:
        places, velocities = _places("Dust", pos, vel)
        object.__setattr__(self, "pos", places)
        object.__setattr__(self, "vel", velocities)


def _places(what: str, pos: ArrayLike, vel: ArrayLike | None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    places = np.array(pos, dtype=np.float64, ndmin=2)
    velocities = np.zeros_like(places) if vel is None else np.array(vel, dtype=np.float64, ndmin=2)
    if places.ndim != 2 or places.shape[1] != 2:
        raise InputError(f"{what} needs places of shape (n, 2), not {places.shape}")
    if velocities.shape != places.shape:
        raise InputError(f"{what} has {len(places)} places but velocities of shape {velocities.shape}")
    return places, velocities


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
    """What a hand can do to the state, by name, and the numbers each takes, in words."""

    def start(self, values: Values, seed: int) -> State:
        """The state at frame 0."""
        raise NotImplementedError

    def advance(self, state: State, values: Values, frame: int) -> Strokes:
        """Move `state` on by one frame, in place, and give the frame's ink. `frame` counts from 0."""
        raise NotImplementedError

    def clock(self, state: State, frame: int) -> float:
        """Frames of scene time gone by after `frame` frames of play: as many, unless time was turned round."""
        return frame

    def edit(self, state: State, values: Values, name: str, numbers: tuple[float, ...]) -> None:
        """Do what a hand did, in place; `name` is one of `edits`. Raises InputError when it cannot be."""
        raise InputError(f"there is no {name!r} here; {near(name, self.edits)}")

    def metrics(self, state: State, values: Values, t: float) -> dict[str, float]:
        """The numbers on screen; the tests read the same."""
        return {}

    def draw(self, state: State, values: Values, painter: Painter) -> None:
        """Put panels on the picture."""


Start = Callable[[SimpleNamespace, np.random.Generator], Any]


@dataclass(frozen=True)
class Scene:
    """What a scene author writes; all but the name is optional.

    `potential` is a Potential, a formula, or None; `bodies` and `dust` are records or functions
    `f(values, rng)` that give one. `steps` steps of `dt` make one frame, and sixty frames one second of play. Lengths
    are in world units, `dt` in time units. Raises InputError for a dt or steps that cannot be, or a name used twice.

    >>> Scene("spring", potential="x^2/2", dust=Dust([[1, 0]])).values()["dt"]
    0.01
    """

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
        from orbitdraw.law import Newton
        from orbitdraw.potential import Potential

        if self.law is None:
            object.__setattr__(self, "law", Newton())
        if isinstance(self.potential, str):
            object.__setattr__(self, "potential", Potential.parse(self.potential))
        if not self.dt > 0 or not math.isfinite(self.dt):
            raise InputError(f"{self.name}: dt must be a positive number, not {self.dt}")
        if self.steps < 1 or self.steps != int(self.steps):
            raise InputError(f"{self.name}: steps must be a whole number from 1, not {self.steps}")
        self.sliders()  # a name used twice is said at once, not in frame k

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
            return self.motion
        from orbitdraw.motion import Particles

        return Particles(self)

    def under(self, law_name: str) -> Scene:
        """The same ground and start under another law, by name (see `law.LAWS`)."""
        from orbitdraw.law import retold

        return replace(self, law=retold(self.law, law_name, self.dt), retold=law_name)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """A notebook shows the poster. Only here does a scene ask to be drawn, so the import is here."""
        from orbitdraw.export import png_of

        return {"image/png": png_of(self, (960, 540)), "text/plain": f"{self.name}: {self.caption}"}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The scene's potential as an expression at x, y: a scene is also the formula it was made from."""
        if self.potential is None:
            raise InputError(f"{self.name} has no potential")
        return self.potential(*args, **kwargs)


def scene(**options: Any) -> Callable[[Callable[..., Any]], Scene]:
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

    def decorate(function: Callable[..., Any]) -> Scene:
        from orbitdraw.potential import Potential

        chosen = dict(options)
        start = chosen.pop("start", None)
        if start is not None:
            chosen["bodies" if isinstance(start, Bodies) else "dust"] = start
        chosen.setdefault("name", function.__name__)
        chosen.setdefault("caption", inspect.getdoc(function) or "")
        chosen.setdefault("path", inspect.getsourcefile(function) or "")
        return Scene(potential=Potential.of(function), **chosen)

    return decorate
