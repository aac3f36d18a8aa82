"""What a scene may declare: checks of everything that its author gives, with the remedy."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Sized
from typing import TYPE_CHECKING, Any

from orbitdraw.bodies import Bodies, Dust
from orbitdraw.errors import InputError
from orbitdraw.inputs import brief, instance, number, places, signature, text, whole
from orbitdraw.law import Law
from orbitdraw.look import Look, View
from orbitdraw.parameters import RESERVED
from orbitdraw.potential import Potential
from orbitdraw.slider import Slider
from orbitdraw.values import checked_edit

if TYPE_CHECKING:
    from orbitdraw.scene import Scene

MOST_STEPS = 1_000_000
"""Steps in a frame. A single particle takes them in a twentieth of a second."""


def check_scene(scene: Scene) -> None:
    """Raise InputError for the first thing that the scene cannot be made of."""
    _check_name(scene.name)
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
        from orbitdraw.contract import check_motion

        check_motion(name, scene.motion)
    number(name, "dt", scene.dt, above=0)
    number(name, "seconds", scene.seconds, above=0)
    whole(name, "steps", scene.steps, most=MOST_STEPS)
    if scene.poster is not None:
        number(name, "poster", scene.poster, least=0)
    if scene.nodes is not None:
        whole(name, "nodes", scene.nodes)
    if scene.landmarks is not None and not (isinstance(scene.landmarks, Sized) and not len(scene.landmarks)):
        places(name, "landmarks", scene.landmarks)
    for option in ("title", "caption"):
        text(name, option, getattr(scene, option))
    _check_params(name, scene.params)
    _check_edits(name, scene.edits)
    for one in scene.sliders():  # also: a name that is used twice is said at once, not in frame k
        # Of a formula the reader of its parameters decides: a drawing may have a number of such a name.
        if one in RESERVED and not scene.text:
            raise InputError(f"{name}: {one!r} is a word of the program itself; give the number another name")


def _check_name(name: Any) -> None:
    """A scene's name is that of its files too."""
    text("Scene", "name", name)
    if not re.fullmatch(r"\w{1,200}", name):
        word = re.sub(r"\W+", "_", name).strip("_")[:200] or "scene"
        raise InputError(f"a scene's name is one word of letters, digits and _, not {brief(name)}; {word} could be one")


def check_start(owner: str, option: str, given: Any, kinds: tuple[type, ...]) -> None:
    """Refuse what is neither a record nor a function f(values, rng) that gives one."""
    if given is None or isinstance(given, kinds):
        return
    module, word = getattr(given, "__module__", ""), getattr(given, "__qualname__", "")
    if module == "orbitdraw.start" and word.isidentifier():
        raise InputError(f"{option}={word} is the function; call it, such as {option}={word}(60)")
    if isinstance(given, type) or not callable(given):
        such = "Dust or a start such as ring(60)"
        instance(owner, option, given, kinds[0], "Bodies or a function that gives them" if Bodies is kinds[0] else such)
    signature(owner, option, given, "values", "rng")


def _check_params(owner: str, params: Any) -> None:
    if not isinstance(params, Mapping):
        raise InputError(f"{owner} needs a dictionary such as {{'k': Slider(1, 0, 2)}} for params, not {brief(params)}")
    for name, given in params.items():
        if not isinstance(name, str) or not name.isidentifier():
            raise InputError(f"{owner} needs names of sliders for the keys of params, not {brief(name)}")
        if not isinstance(given, Slider):
            number(owner, f"params[{name!r}]", given)


def _check_edits(owner: str, edits: Any) -> None:
    such = "such as edits=[('symmetry', (6, 0, 0, 0))]"
    if isinstance(edits, (str, Mapping)) or not isinstance(edits, Sequence):
        raise InputError(f"{owner} needs a list of pairs for edits, {such}, not {brief(edits)}")
    for pair in edits:
        if isinstance(pair, str) or not isinstance(pair, Sequence) or len(pair) != 2 or not isinstance(pair[0], str):
            raise InputError(f"{owner} needs pairs of a name and numbers for edits, {such}, not {brief(pair)}")
        try:
            checked_edit(*pair)
        except InputError as error:
            raise InputError(f"edits: {error}") from None
