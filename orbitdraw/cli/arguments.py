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
from orbitdraw.formats import parse_size

if TYPE_CHECKING:
    from orbitdraw.slider import Slider

__all__ = [
    "LOOKS",
    "FormulaCommand",
    "number_parser",
    "option",
    "parse_look",
    "parse_size",
    "parse_slider",
    "parse_value",
    "parse_with",
]

TUPLE_VALUES = ("view", "watch")
"""Names of values that consist of several numbers."""

LOOKS = ("light", "density", "paper")
"""Names of the looks, repeated here so that `--help` needs no NumPy; a test compares them with `look.STYLES`."""


def parse_value(text: str) -> tuple[str, Any]:
    """Parse `name=value`: a number, several separated by commas (a view), `none`, or a word.

    >>> parse_value("mass=0.5"), parse_value("view=0,0,1.5"), parse_value("half_life=none")
    (('mass', 0.5), ('view', (0.0, 0.0, 1.5)), ('half_life', None))
    """
    name, sign, text_value = (part.strip() for part in text.partition("="))
    if not sign or not name or not text_value:
        raise InputError(f"{text!r} is not of the form name=value; write for example mass=0.5")
    if text_value.lower() == "none":
        return name, None
    name, numbers = potentials.tokens.plain_name(name), [_parse_number(part) for part in text_value.split(",")]
    if any(part is None for part in numbers):
        return name, text_value
    if len(numbers) > 1 and name not in TUPLE_VALUES:
        raise InputError(f"{name} takes one number, not {text_value}{_decimal_comma_hint(text_value)}")
    return name, numbers[0] if len(numbers) == 1 else tuple(numbers)


def parse_slider(text: str) -> tuple[str, Slider | float]:
    """Parse `a=0.5:0..2`, a slider of a formula, or `a=0.5`, a constant.

    >>> parse_slider("a=0.5")
    ('a', 0.5)
    >>> parse_slider("a=0.5:0..2")[1].high
    2.0
    """
    name, _, rest = (part.strip() for part in text.partition("="))
    default_text, colon, limits = rest.partition(":")
    low, dots, high = limits.partition("..")
    numbers = [_parse_number(part) for part in ((default_text, low, high) if colon else (default_text,))]
    if not name.isidentifier() or None in numbers or (colon and not dots):
        raise InputError(
            f"parameter {text!r} cannot be read; write it like a=0.5:0..2 or a=0.5{_decimal_comma_hint(rest)}"
        )
    name = potentials.tokens.plain_name(name)
    if not colon:
        return name, float(numbers[0] or 0.0)
    try:
        default, least, most = (float(part or 0.0) for part in numbers)
        return name, orbitdraw.Slider(default, least, most)
    except InputError as error:
        raise InputError(f"parameter {name!r}: {error}") from None


def parse_look(text: str) -> str:
    """Parse the name of a look; raises InputError with the near matches.

    >>> parse_look("paper")
    'paper'
    """
    if text not in LOOKS:
        raise InputError(f"look {text!r} is unknown; {suggestion(text, LOOKS)}")
    return text


def number_parser(name: str, least: float, most: float) -> Callable[[str], float]:
    """A parser of numbers in a range, of whole numbers if both ends are.

    >>> number_parser("--fps", 0.001, 1000)("25"), number_parser("--frames", 1, 100)("25")
    (25.0, 25)
    """
    number_type: type[int] | type[float] = int if isinstance(least, int) and isinstance(most, int) else float

    def parse(text: str) -> float:
        try:
            result = number_type(text)
        except ValueError:
            result = math.nan
        if least <= result <= most:
            return result
        what = "a whole number" if number_type is int else "a number"
        raise InputError(f"{name} needs {what} from {least} to {most}, not {text!r}{_decimal_comma_hint(text)}")

    return parse


def _parse_number(text: str) -> float | None:
    try:
        result = float(text)
    except ValueError:
        return None
    return result if math.isfinite(result) else None


def parse_with(parser: Callable[[str], Any]) -> Callable[..., Any]:
    """A click callback that parses an option, or each value of a repeated one, with `parser`."""

    def callback(context: click.Context, option: click.Parameter, raw: Any) -> Any:
        if raw is None:
            return None
        if isinstance(raw, str):
            return parser(raw)
        pairs = [parser(text) for text in raw]
        for name in {name for name, _ in pairs}:
            if [repeated for repeated, _ in pairs].count(name) > 1:
                raise InputError(f"{option.opts[0]} gives {name!r} twice; give it once")
        return dict(pairs)

    return callback


def _decimal_comma_hint(number_text: str) -> str:
    """A hint for a number with a decimal comma, "" for any other text."""
    point = re.fullmatch(r"([-+]?[0-9]+),([0-9]+)(:.*)?", number_text)
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
        options, positionals = _split_arguments(args, takes_value)
        arguments = [one.human_readable_name for one in self.params if isinstance(one, click.Argument)]
        if len(positionals) > len(arguments):
            extra = positionals[len(arguments)]
            super().parse_args(
                ctx, [*options, "--", *positionals[: len(arguments)]]
            )  # a misspelt option is named first
            hint = "a formula with blanks stands in quotes"
            raise InputError(f"{ctx.info_name} takes {' and '.join(arguments)}, and {extra!r} is one too many; {hint}")
        return super().parse_args(ctx, [*options, "--", *positionals] if positionals else options)


def _split_arguments(args: Iterable[str], takes_value: set[str]) -> tuple[list[str], list[str]]:
    options: list[str] = []
    positionals: list[str] = []
    rest = iter(args)
    for arg in rest:
        if arg == "--":
            positionals.extend(rest)
        elif arg == "-h" or (arg.startswith("--") and re.match(r"--[a-z][a-z-]*(=|$)", arg)):
            options.append(arg)
            if arg in takes_value:
                options.extend([following] if (following := next(rest, None)) is not None else [])
        else:
            positionals.append(arg)
    return options, positionals
