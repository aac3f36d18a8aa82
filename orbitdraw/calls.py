"""Checked calls of public functions and records: an error lists the arguments that they take."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection
from typing import Any, TypeVar

from orbitdraw.errors import CallError, suggestion
from orbitdraw.inputs import brief

Public = TypeVar("Public", bound=Callable[..., Any])


def public(thing: Public) -> Public:
    """Decorate a function or a record so that a call with wrong arguments raises CallError, one sentence.

    The options of a record that are listed in its `INNER` are internal; the sentence does not name them.

    >>> @public
    ... def halo(n, radius=1.0):
    ...     return n
    >>> halo(3, radious=2.0)
    Traceback (most recent call last):
    orbitdraw.errors.CallError: halo takes n and radius, not 'radious'; did you mean radius?
    """
    if isinstance(thing, type):
        thing.__init__ = _check_call(thing.__init__, thing.__name__, getattr(thing, "INNER", ()))  # type: ignore[misc]
        return thing
    return _check_call(thing, thing.__name__)  # type: ignore[return-value]


def _check_call(function: Callable[..., Any], name: str, internal: Collection[str] = ()) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*arguments: Any, **options: Any) -> Any:
        try:
            return function(*arguments, **options)
        except TypeError as error:
            # No frame below this one: the call itself failed, not the function's body.
            if error.__traceback__ is not None and error.__traceback__.tb_next is None:
                raise CallError(
                    _mismatch_message(function, name, internal, arguments, options) or f"{name}: {error}"
                ) from None
            raise

    return call


def _mismatch_message(
    function: Callable[..., Any],
    name: str,
    internal: Collection[str],
    arguments: tuple[Any, ...],
    options: dict[str, Any],
) -> str:
    """The reason why these arguments do not match the signature of a function without *args and **kwargs."""
    parameters = [one for one in inspect.signature(function).parameters.values() if one.name != "self"]
    names = [one.name for one in parameters if one.name not in internal]
    listed = _join_names(names)
    positional_count = len(arguments) - (len(parameters) < len(inspect.signature(function).parameters))
    for option in options:
        if option not in names:
            return unknown_option(name, option, names)
    if positional_count > len(names):
        return f"{name} takes {listed}, which is {len(names)} at most, not {positional_count}"
    repeated = [option for option in options if option in names[:positional_count]]
    if repeated:
        return f"{name} got {repeated[0]} twice: by position, and as {repeated[0]}=..."
    missing = [
        one.name for one in parameters[positional_count:] if one.default is one.empty and one.name not in options
    ]
    return f"{name} needs {' and '.join(missing)}; it takes {listed}" if missing else ""


def unknown_option(name: str, option: str, names: list[str]) -> str:
    """The error sentence for an option that a function or record does not have.

    >>> unknown_option("Newton", "friction", ["mass", "drag"])
    "Newton takes mass and drag, not 'friction'; did you mean drag?"
    """
    hint = suggestion(option, names)
    return f"{name} takes {_join_names(names)}, not {brief(option)}" + (f"; {hint}" if hint.startswith("did") else "")


def _join_names(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
