"""Validation of the options of a scene, with the remedy."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from orbitdraw.authoring.bodies import Bodies
from orbitdraw.authoring.values import check_edit
from orbitdraw.errors import InputError
from orbitdraw.inputs import brief, instance, number, signature, text
from orbitdraw.slider import Slider

MOST_STEPS = 1_000_000
"""Maximum number of steps in a frame. A single particle takes them in a twentieth of a second."""


def check_name(name: Any) -> None:
    """Raise InputError for a name of a scene that cannot be part of a file name."""
    text("Scene", "name", name)
    if not re.fullmatch(r"\w{1,200}", name):
        word = re.sub(r"\W+", "_", name).strip("_")[:200] or "scene"
        raise InputError(f"a scene's name is one word of letters, digits and _, not {brief(name)}; {word} could be one")


def check_start(owner: str, option: str, given: Any, kinds: tuple[type, ...]) -> None:
    """Raise InputError unless `given` is a record of these types, a function f(values, rng), or None."""
    if given is None or isinstance(given, kinds):
        return
    module, word = getattr(given, "__module__", ""), getattr(given, "__qualname__", "")
    if module == "orbitdraw.start" and word.isidentifier():
        raise InputError(f"{option}={word} is the function; call it, such as {option}={word}(60)")
    if isinstance(given, type) or not callable(given):
        such = "Dust or a start such as ring(60)"
        such = "Bodies or a function that returns them" if Bodies is kinds[0] else such
        instance(owner, option, given, kinds[0], such)
    signature(owner, option, given, "values", "rng")


def check_params(owner: str, params: Any) -> None:
    """Raise InputError unless `params` is a dictionary of sliders and numbers."""
    if not isinstance(params, Mapping):
        raise InputError(f"{owner} needs a dictionary such as {{'k': Slider(1, 0, 2)}} for params, not {brief(params)}")
    for name, given in params.items():
        if not isinstance(name, str) or not name.isidentifier():
            raise InputError(f"{owner} needs names as the keys of params, not {brief(name)}")
        if not isinstance(given, Slider):
            number(owner, f"params[{name!r}]", given)


def check_edits(owner: str, edits: Any) -> None:
    """Raise InputError unless `edits` is a list of pairs of an edit's name and its numbers."""
    such = "such as edits=[('symmetry', (6, 0, 0, 0))]"
    if isinstance(edits, (str, Mapping)) or not isinstance(edits, Sequence):
        raise InputError(f"{owner} needs a list of pairs for edits, {such}, not {brief(edits)}")
    for pair in edits:
        if isinstance(pair, str) or not isinstance(pair, Sequence) or len(pair) != 2 or not isinstance(pair[0], str):
            raise InputError(f"{owner} needs pairs of a name and numbers for edits, {such}, not {brief(pair)}")
        try:
            check_edit(*pair)
        except InputError as error:
            raise InputError(f"edits: {error}") from None
