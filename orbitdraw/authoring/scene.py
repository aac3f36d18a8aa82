"""The Scene record: potential, bodies, law of motion and drawing style; and the decorator that makes one."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence, Sized
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from orbitdraw.authoring.bodies import Bodies, Dust
from orbitdraw.authoring.motion import Motion
from orbitdraw.authoring.motion_checks import check_motion
from orbitdraw.authoring.scene_checks import MOST_STEPS, check_edits, check_name, check_params, check_start
from orbitdraw.authoring.values import Declared
from orbitdraw.calls import public, unknown_option
from orbitdraw.dynamics.law import Law
from orbitdraw.dynamics.laws import equivalent_law
from orbitdraw.dynamics.newton import Newton
from orbitdraw.errors import CallError, InputError
from orbitdraw.ink.look import Look, View
from orbitdraw.inputs import brief, instance, number, positions, text, whole_number
from orbitdraw.potentials.parameters import RESERVED
from orbitdraw.potentials.potential import Potential
from orbitdraw.reference_frames.reference import check_watch
from orbitdraw.runtime.notebook import mime_bundle
from orbitdraw.slider import Slider

Start = Callable[[SimpleNamespace, np.random.Generator], Any]


@public
@dataclass(frozen=True)
class Scene:
    """The declaration of a scene; all but the name is optional.

    `potential` is a Potential, a formula, or None; `bodies` and `dust` are records or functions
    `f(values, rng)` that return one. `steps` steps of `dt` make one frame, and sixty frames one second of play. Lengths
    are in world units, `dt` in time units. Raises InputError, with the remedy, for an option of the wrong type, for a
    number out of range, and for a name that is used twice.

    >>> Scene("spring", potential="x^2/2", dust=Dust([[1, 0]])).declared.defaults()["dt"]
    0.01
    """

    INNER: ClassVar = frozenset({"path", "sha256", "text", "retold"})
    """Options that only the program sets."""

    name: str
    potential: Potential | None = None
    law: Law = field(default_factory=Newton)
    bodies: Bodies | Start | None = None
    dust: Dust | Start | None = None
    dt: float = 0.01
    steps: int = 1
    look: Look = field(default_factory=Look)
    view: View = field(default_factory=View)
    params: Mapping[str, Slider] = field(default_factory=dict)
    motion: Motion | None = None
    title: str = ""
    """Title on the wall of scenes and over the picture; by default the name with spaces."""
    caption: str = ""
    seconds: float = 12.0
    """Default length of an exported film, in seconds of play."""
    poster: float | None = None
    """Time of the poster picture, in seconds of play; None is the end."""
    nodes: int | None = None
    landmarks: ArrayLike | None = None
    """Positions (k, 2) marked with a small ring on the picture, such as a fixed star or a magnet."""
    edits: Sequence[tuple[str, Sequence[float]]] = ()
    """Edits applied before the first frame, in order: ("symmetry", (6, 0, 0, 0)), ("link", (4, 1, 2)) and all others
    in the table of `edits`. They belong to the initial state, so undo does not remove them."""
    watch: Sequence[float] = (0.0,)
    """Reference frame: (0,) the world at rest, (1, body), (2,) the centre of mass, (3, body, body) rotating with a
    pair."""
    path: str = ""
    sha256: str = ""
    """SHA-256 of the scene file's text; empty without a file."""
    text: str = ""
    """The formula of a scene that was made from a typed formula alone."""
    retold: str = ""
    """Name of the law of motion by which `under` replaced the scene's own."""

    def __post_init__(self) -> None:
        if isinstance(self.potential, str):
            object.__setattr__(self, "potential", Potential.parse(self.potential))
        _check(self)

    @cached_property
    def declared(self) -> Declared:
        """The values that every run of this scene has, and what each may be."""
        out: dict[str, Any] = {}
        groups: list[tuple[str, Mapping[str, Any]]] = [
            ("potential", self.potential.params if self.potential is not None else {}),
            ("scene", {**(self.motion.params if self.motion is not None else {}), **self.params}),
            ("law", self.law.numbers() if self.motion is None else {}),
            ("look", {f.name: getattr(self.look, f.name) for f in fields(self.look) if f.name != "unit"}),
            ("scene", {"dt": self.dt, "view": self.view.triple, "watch": check_watch(self.watch)}),
        ]
        owner: dict[str, str] = {}
        for group, numbers in groups:
            for name, given in numbers.items():
                if owner.get(name, group) != group:
                    raise InputError(
                        f"{self.name}: both the {owner[name]} and the {group} have the name {name!r}; rename one"
                    )
                owner[name] = group
                out.setdefault(name, given)
        return Declared(self.name, out)

    def under(self, law_name: str) -> Scene:
        """The same potential and initial conditions under another law of motion, by name (see `laws.LAWS`)."""
        return replace(self, law=equivalent_law(self.law, law_name, self.dt), retold=law_name)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """The poster, for display in a notebook."""
        return mime_bundle(self, f"{self.name}: {self.caption}")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The scene's potential at x, y: a number or an expression; see `Potential`."""
        if self.potential is None:
            raise InputError(f"{self.name} has no potential")
        return self.potential(*args, **kwargs)


def _check(scene: Scene) -> None:
    """Raise InputError for the first invalid option of the scene."""
    check_name(scene.name)
    name = scene.name
    if scene.potential is not None:
        formula = "a formula such as 'x^2/2', a Potential, or Potential.of(f) of a function f(x, y),"
        instance(name, "potential", scene.potential, Potential, formula)
    instance(name, "law", scene.law, Law, "a law such as Newton()")
    instance(name, "look", scene.look, Look, "a Look such as Look(palette='ember')")
    instance(name, "view", scene.view, View, "a View such as View(radius=2.0)")
    check_start(name, "bodies", scene.bodies, (Bodies,))
    check_start(name, "dust", scene.dust, (Dust,))
    if scene.motion is not None:
        check_motion(name, scene.motion)
    number(name, "dt", scene.dt, above=0)
    number(name, "seconds", scene.seconds, above=0)
    whole_number(name, "steps", scene.steps, most=MOST_STEPS)
    if scene.poster is not None:
        number(name, "poster", scene.poster, least=0)
    if scene.nodes is not None:
        whole_number(name, "nodes", scene.nodes)
    if scene.landmarks is not None and not (isinstance(scene.landmarks, Sized) and not len(scene.landmarks)):
        positions(name, "landmarks", scene.landmarks)
    for option in ("title", "caption"):
        text(name, option, getattr(scene, option))
    check_params(name, scene.params)
    check_edits(name, scene.edits)
    for one in scene.declared.sliders:  # also raises here, and not in frame k, for a name that is used twice
        # A typed formula is checked by `parameters`, which accepts such a name where a drawing declares it.
        if one in RESERVED and not scene.text:
            raise InputError(f"{name}: the name {one!r} is reserved; give the number another name")


def scene(*functions: Any, **options: Any) -> Callable[[Callable[..., Any]], Scene]:
    """Make a Scene of a function V(x, y[, t], sliders...), with its name, its docstring as caption, and its sliders.

    `start` places the particles: Dust or Bodies, or a function `f(values, rng)` that returns one. All other options are
    those of Scene. Raises InputError for a name that is used twice.

    >>> @scene(start=Dust([[1, 0]]))
    ... def bowl(x, y, k=Slider(1.0, 0.5, 2.0)):
    ...     "A ball in a bowl."
    ...     return k * (x**2 + y**2) / 2
    >>> bowl.name, bowl.caption, bowl.declared.defaults()["k"]
    ('bowl', 'A ball in a bowl.', 1.0)
    """
    if functions:
        raise InputError("scene takes named options in brackets, such as @scene(start=ring(60))")
    names = ["start", *(one.name for one in fields(Scene) if one.name not in {"potential", *Scene.INNER})]
    for option in options:
        if option not in names and option not in Scene.INNER:
            raise CallError(unknown_option("scene", option, names))
    check_start("scene", "start", options.get("start"), (Dust, Bodies))

    def decorate(function: Callable[..., Any]) -> Scene:
        if not inspect.isfunction(function):
            raise InputError(f"@scene decorates a function f(x, y), not {brief(function)}")
        arguments = dict(options)
        start = arguments.pop("start", None)
        if start is not None:
            arguments["bodies" if isinstance(start, Bodies) else "dust"] = start
        arguments.setdefault("name", function.__name__)
        arguments.setdefault("caption", inspect.getdoc(function) or "")
        arguments.setdefault("path", inspect.getsourcefile(function) or "")
        return Scene(potential=Potential.of(function), **arguments)

    return decorate
