"""Parsing of command-line arguments: sizes, sliders, values, and formulas that begin with a minus sign."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import click

import orbitdraw
from orbitdraw import potentials
from orbitdraw.errors import InputError, suggestion
from orbitdraw.formats import parse_size as size

if TYPE_CHECKING:
    from orbitdraw.slider import Slider

__all__ = ["LOOKS", "FormulaCommand", "look", "number", "option", "read", "size", "slider", "value"]

SEVERAL = ("view", "watch")
"""Names of values that consist of several numbers."""

LOOKS = ("light", "density", "paper")
"""Names of the looks, repeated here so that `--help` needs no NumPy; a test compares them with scene.STYLES."""


def value(text: str) -> tuple[str, Any]:
    """Parse `name=value`: a number, several separated by commas (a view), `none`, or a word.

    >>> value("mass=0.5"), value("view=0,0,1.5"), value("half_life=none")
    (('mass', 0.5), ('view', (0.0, 0.0, 1.5)), ('half_life', None))
    """
    name, sign, given = (part.strip() for part in text.partition("="))
    if not sign or not name or not given:
        raise InputError(f"{text!r} is not of the form name=value; write for example mass=0.5")
    if given.lower() == "none":
        return name, None
    name, parts = potentials.tokens.plain_name(name), [_number(part) for part in given.split(",")]
    if any(part is None for part in parts):
        return name, given
    if len(parts) > 1 and name not in SEVERAL:
        raise InputError(f"{name} takes one number, not {given}{_with_point(given)}")
    return name, parts[0] if len(parts) == 1 else tuple(parts)


def slider(text: str) -> tuple[str, Slider | float]:
    """Parse `a=0.5:0..2`, a slider of a formula, or `a=0.5`, a constant.

    >>> slider("a=0.5")
    ('a', 0.5)
    >>> slider("a=0.5:0..2")[1].high
    2.0
    """
    name, _, given = (part.strip() for part in text.partition("="))
    number, colon, ends = given.partition(":")
    low, dots, high = ends.partition("..")
    numbers = [_number(part) for part in ((number, low, high) if colon else (number,))]
    if not name.isidentifier() or None in numbers or (colon and not dots):
        raise InputError(f"parameter {text!r} cannot be read; write it like a=0.5:0..2 or a=0.5{_with_point(given)}")
    name = potentials.tokens.plain_name(name)
    if not colon:
        return name, float(numbers[0] or 0.0)
    try:
        value, least, most = (float(part or 0.0) for part in numbers)
        return name, orbitdraw.Slider(value, least, most)
    except InputError as error:
        raise InputError(f"parameter {name!r}: {error}") from None


def look(text: str) -> str:
    """Parse the name of a look; raises InputError with the near matches.

    >>> look("paper")
    'paper'
    """
    if text not in LOOKS:
        raise InputError(f"look {text!r} is unknown; {suggestion(text, LOOKS)}")
    return text


def number(name: str, least: float, most: float) -> Callable[[str], float]:
    """A parser of numbers in a range, of whole numbers if both ends are.

    >>> number("--fps", 0.001, 1000)("25"), number("--frames", 1, 100)("25")
    (25.0, 25)
    """
    kind: type[int] | type[float] = int if isinstance(least, int) and isinstance(most, int) else float

    def reader(text: str) -> float:
        try:
            found = kind(text)
        except ValueError:
            found = math.nan
        if least <= found <= most:
            return found
        what = "a whole number" if kind is int else "a number"
        raise InputError(f"{name} needs {what} from {least} to {most}, not {text!r}{_with_point(text)}")

    return reader


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def read(reader: Callable[[str], Any]) -> Callable[..., Any]:
    """A click callback that parses an option, or each value of a repeated one, with `reader`."""

    def callback(context: click.Context, option: click.Parameter, given: Any) -> Any:
        if given is None:
            return None
        if isinstance(given, str):
            return reader(given)
        pairs = [reader(text) for text in given]
        for name in {name for name, _ in pairs}:
            if [other for other, _ in pairs].count(name) > 1:
                raise InputError(f"{option.opts[0]} gives {name!r} twice; give it once")
        return dict(pairs)

    return callback


def _with_point(given: str) -> str:
    """A hint for a number with a decimal comma, "" for any other text."""
    point = re.fullmatch(r"([-+]?[0-9]+),([0-9]+)(:.*)?", given)
    return f"; write a decimal point: {point[1]}.{point[2]}" if point else ""


def option(*names: str, metavar: str, **more: Any) -> Callable[..., Any]:
    """A click option that must have a `metavar`."""
    return click.option(*names, metavar=metavar, **more)


class FormulaCommand(click.Command):
    """A command whose arguments may begin with a minus sign: `play "-1/r"` is a formula, not an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put options first and all other arguments after `--`, where click does not look for options."""
        takes_value = {
            name for p in self.params if isinstance(p, click.Option) and not p.is_flag for name in (*p.opts,)
        }
        options, words = _sorted_out(args, takes_value)
        wanted = [one.human_readable_name for one in self.params if isinstance(one, click.Argument)]
        if len(words) > len(wanted):
            extra = words[len(wanted)]
            super().parse_args(ctx, [*options, "--", *words[: len(wanted)]])  # a misspelt option is named first
            hint = "a formula with blanks stands in quotes"
            raise InputError(f"{ctx.info_name} takes {' and '.join(wanted)}, and {extra!r} is one too many; {hint}")
        return super().parse_args(ctx, [*options, "--", *words] if words else options)


def _sorted_out(args: Iterable[str], takes_value: set[str]) -> tuple[list[str], list[str]]:
    options: list[str] = []
    words: list[str] = []
    rest = iter(args)
    for arg in rest:
        if arg == "--":
            words.extend(rest)
        elif arg == "-h" or (arg.startswith("--") and re.match(r"--[a-z][a-z-]*(=|$)", arg)):
            options.append(arg)
            if arg in takes_value:
                options.extend([following] if (following := next(rest, None)) is not None else [])
        else:
            words.append(arg)
    return options, words
