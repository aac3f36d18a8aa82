"""Validation of a Motion that a scene's author wrote: its methods, signatures, `edits` and `params`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from orbitdraw.authoring.motion import Motion
from orbitdraw.errors import InputError
from orbitdraw.inputs import brief, number
from orbitdraw.runtime.author_errors import definition_error
from orbitdraw.slider import Slider

if TYPE_CHECKING:
    pass

REQUIRED = ("start", "advance")
METHODS = (*REQUIRED, "stretch", "clock", "check", "edit", "metrics", "draw")


def check_motion(name: str, motion: Any) -> None:
    """Raise InputError for an invalid motion of the scene `name`, without calling any of its methods."""
    if isinstance(motion, type):
        raise InputError(f"motion={motion.__name__} is a class; call it: motion={motion.__name__}()")
    if not isinstance(motion, Motion):
        raise InputError(f"{name} needs a Motion for motion, not {brief(motion)}")
    kind = type(motion)
    for method in METHODS:
        expected = inspect.signature(getattr(Motion, method))
        defined = getattr(kind, method)
        if defined is getattr(Motion, method) or not callable(defined):
            if method in REQUIRED:
                near = get_close_matches(method, [one for one in vars(kind) if one not in METHODS], n=1)
                hint = f"; {near[0]} is not called" if near else ""
                takes = ", ".join(list(expected.parameters)[1:])
                raise InputError(f"{kind.__name__} needs a method {method}({takes}){hint}")
            continue
        _check_signature(kind, method, getattr(motion, method), expected)
    if not isinstance(motion.edits, Mapping):
        raise InputError(f"{kind.__name__} needs a dictionary for edits, such as {{'poke': 'x, y: ...'}}")
    if not isinstance(motion.params, Mapping) or not all(isinstance(one, str) for one in motion.params):
        raise InputError(f"{kind.__name__} needs a dictionary for params, such as {{'k': Slider(1.0, 0.0, 2.0)}}")
    for one, slider in motion.params.items():
        if not isinstance(slider, Slider):
            number(kind.__name__, f"params[{one!r}]", slider)


def _check_signature(kind: type, method: str, bound: Callable[..., Any], expected: inspect.Signature) -> None:
    try:
        inspect.signature(bound).bind(*list(expected.parameters)[1:])
    except TypeError:
        defined = getattr(kind, method)
        takes = ", ".join(inspect.signature(defined).parameters)
        message = f"{kind.__name__}.{method} must take ({', '.join(expected.parameters)}), not ({takes})"
        raise definition_error(defined, message) from None
