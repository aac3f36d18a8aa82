"""Validation of arguments: each error names the record, the option and the remedy in one sentence."""

from __future__ import annotations

import inspect
import math
import reprlib
from collections.abc import Iterable
from dataclasses import is_dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any

from orbitdraw.errors import InputError, suggestion

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MAX_SHOWN = 40

_short = reprlib.Repr()
_short.maxstring = _short.maxother = _short.maxlong = MAX_SHOWN
_short.maxlevel = 3


def brief(value: Any) -> str:
    """A short description of a value for an error message.

    >>> brief(print), brief(int), brief("x" * 99)
    ('the function print', 'the class int', "'xxxxxxxxxxxxxxxxx...xxxxxxxxxxxxxxxxxx'")
    >>> import numpy
    >>> brief(numpy.zeros((2, 3)))
    'an array (2, 3)'
    """
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if hasattr(value, "shape") and value.shape:
        return f"an array {value.shape}"
    if isinstance(value, int) and value.bit_length() > 4 * MAX_SHOWN:
        return "an enormous number"  # Python refuses to print one of more than some thousand digits
    if isinstance(value, Real):
        return f"{value:g}" if isinstance(value, float) else str(value)
    if is_dataclass(value):
        return f"{_with_article(type(value).__name__)}"
    if callable(value) and hasattr(value, "__name__"):
        return "a lambda" if value.__name__ == "<lambda>" else f"the function {value.__name__}"
    said = _short.repr(value)
    return _with_article(type(value).__name__) if said.startswith("<") else said


def _with_article(noun: str) -> str:
    return f"{'an' if noun[:1] in 'AEIOU' else 'a'} {noun}"


def _to_float(value: Any) -> float:
    """A real number or zero-dimensional array as a float; nan for anything else, booleans included."""
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        value = value.item()
    try:
        return float(value) if isinstance(value, Real) and not isinstance(value, bool) else math.nan
    except OverflowError:
        return math.inf


def number(owner: str, name: str, value: Any, *, least: float = -math.inf, above: float = -math.inf) -> float:
    """The value as a finite float that is at least `least` and above `above`; InputError otherwise.

    >>> number("Look", "width", -1, least=0)
    Traceback (most recent call last):
    orbitdraw.errors.InputError: Look needs a number of 0 or more for width, not -1
    """
    result = _to_float(value)
    if math.isfinite(result) and result >= least and result > above:
        return result
    limit = f" above {above:g}" if above > -math.inf else f" of {least:g} or more" if least > -math.inf else ""
    raise InputError(f"{owner} needs a number{limit} for {name}, not {brief(value)}")


def whole_number(owner: str, name: str, value: Any, least: int = 1, most: int | None = None) -> int:
    """The value as an integer from `least` to `most`; InputError otherwise.

    >>> whole_number("ring", "n", 2.5)
    Traceback (most recent call last):
    orbitdraw.errors.InputError: ring needs a whole number from 1 for n, not 2.5
    """
    result = _to_float(value)
    if result.is_integer() and result >= least and (most is None or result <= most):
        return int(result)
    end = "" if most is None else f" to {most:,}"
    raise InputError(f"{owner} needs a whole number from {least}{end} for {name}, not {brief(value)}")


def text(owner: str, name: str, value: Any) -> str:
    """The value as a text without control characters and lone surrogates; InputError otherwise.

    >>> text("Scene", "title", 5)
    Traceback (most recent call last):
    orbitdraw.errors.InputError: Scene needs a text for title, not 5
    """
    if not isinstance(value, str):
        raise InputError(f"{owner} needs a text for {name}, not {brief(value)}")
    for character in value:
        if (character < " " and character not in "\n\t") or "\ud800" <= character <= "\udfff":
            raise InputError(f"{owner} needs a text without {character!r} for {name}")
    return value


def choice(name: str, value: Any, choices: Iterable[str]) -> str:
    """The value if it is one of the choices; InputError otherwise."""
    if not isinstance(value, str):
        raise InputError(f"{name} is a word, not {brief(value)}; {suggestion('', choices)}")
    if value not in choices:
        raise InputError(f"{name} {brief(value)} is unknown; {suggestion(value, choices)}")
    return value


def instance(owner: str, name: str, value: Any, kind: type, such: str) -> None:
    """Raise InputError unless the value is an instance of `kind`; `such` names an example, for the message."""
    if isinstance(value, kind):
        return
    if isinstance(value, type) and issubclass(value, kind):
        raise InputError(f"{name}={value.__name__} is a class; call it: {name}={value.__name__}(...)")
    raise InputError(f"{owner} needs {such} for {name}, not {brief(value)}")


def point(owner: str, name: str, value: Any) -> tuple[float, float]:
    """The value as two finite floats; InputError otherwise."""
    try:
        x, y = (number(owner, name, one) for one in value)
    except (TypeError, ValueError):
        raise InputError(f"{owner} needs two numbers (x, y) for {name}, not {brief(value)}") from None
    return x, y


def numbers(owner: str, name: str, value: Any) -> Floats:
    """The value as a new array of finite float64 of any shape; InputError otherwise."""
    import numpy as np  # noqa: PLC0415  # the window stands before NumPy is imported, and this is below runtime.lazy

    try:
        array = np.asarray(value)
        if np.iscomplexobj(array):
            raise InputError(f"{owner} needs real numbers for {name}; write z.real and z.imag as x and y")
        if array.dtype.kind in "US":
            raise TypeError  # NumPy would parse a text as a number
        result = np.array(array, dtype=np.float64)
    except InputError:
        raise
    except (TypeError, ValueError, OverflowError):
        if _is_ragged(value):
            raise InputError(f"{owner} needs rows of the same length for {name}, not {brief(value)}") from None
        raise InputError(f"{owner} needs numbers for {name}, not {brief(value)}") from None
    invalid = np.argwhere(~np.isfinite(result))
    if len(invalid):
        where = f" in row {invalid[0][0]}" if result.ndim else ""
        raise InputError(f"{owner} needs finite numbers for {name}, not {result[tuple(invalid[0])]}{where}")
    return result


def positions(owner: str, name: str, value: Any, what: str = "positions") -> Floats:
    """The value as a new array (n, 2) of finite float64; a single pair becomes one row.

    >>> positions("Dust", "pos", [[0, 1, 2], [0, 1, 2]])
    Traceback (most recent call last):
    orbitdraw.errors.InputError: Dust needs positions (n, 2) for pos, not (2, 3); transpose it with .T
    """
    result = numbers(owner, name, value)
    result = result[None] if result.ndim < 2 else result
    if result.ndim == 2 and result.shape[1] == 2:
        return result
    hint = "such as [[0, 0], [1, 0]]"
    if result.ndim == 2 and result.shape[0] == 2:
        hint = "transpose it with .T"
    elif result.ndim == 2 and result.shape[1] == 3:
        hint = "positions and velocities have two components, x and y"
    raise InputError(f"{owner} needs {what} (n, 2) for {name}, not {result.shape}; {hint}")


def _is_ragged(value: Any) -> bool:
    if not isinstance(value, (list, tuple)):
        return False
    return len({len(row) if hasattr(row, "__len__") else -1 for row in value}) > 1


def signature(owner: str, name: str, function: Any, *arguments: str) -> None:
    """Raise InputError for a function that cannot be called with these arguments."""
    try:
        call_signature = inspect.signature(function)
    except (TypeError, ValueError):  # some built-in functions have none
        return
    try:
        call_signature.bind(*arguments)
    except TypeError:
        parameters = ", ".join(
            str(one).partition("=")[0].partition(":")[0] for one in call_signature.parameters.values()
        )
        raise InputError(
            f"{owner} calls {name} with ({', '.join(arguments)}), but {brief(function)} takes ({parameters})"
        ) from None
