"""The errors a person can meet: one sentence each, naming the offender and the remedy."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

WIDEST = 76
"""Letters of a formula that are shown with a mistake in it."""


class OrbitdrawError(Exception):
    """Something went wrong that is not a defect of the program; the command line says it and exits with `exit_code`."""

    exit_code = 1


class InputError(OrbitdrawError, ValueError):
    """What was asked for cannot be: an unknown name, a bad number, a missing part of the installation."""

    exit_code = 2


class FormulaError(InputError):
    """A formula that cannot be read; `column` is where (0 = first character), and `marked()` draws the finger."""

    def __init__(self, message: str, text: str = "", column: int = 0) -> None:
        super().__init__(message)
        self.text = text
        self.column = column

    def marked(self) -> str:
        """The formula with a caret under the offending column; of a long one, the part around it.

        Letters that are twice as wide move the caret along, and what a terminal would act on is shown as �.

        >>> print(FormulaError("unknown", "ｘ + q(x)", 4).marked())
        ｘ + q(x)
             ^
        """
        first = max(0, self.column - WIDEST * 2 // 3) if len(self.text) > WIDEST else 0
        shown = "".join(" " if one.isspace() else one if one.isprintable() else "�" for one in self.text)
        before, after = shown[first : self.column], shown[self.column : first + WIDEST]
        before = f"…{before[1:]}" if first else before
        after = f"{after}…" if first + WIDEST < len(shown) else after
        return f"{before}{after}\n{' ' * _columns(before)}^"


def _columns(text: str) -> int:
    """The columns that a text takes in a terminal."""
    wide = sum(unicodedata.east_asian_width(one) in "WF" for one in text)
    return len(text) + wide - sum(unicodedata.combining(one) > 0 for one in text)


class DrawingError(InputError):
    """A file that is not a whole drawing this version can read."""


class SceneError(InputError):
    """A scene file that failed; says which file and line, and what Python said there."""

    def __init__(self, message: str, path: str = "", line: int = 0) -> None:
        where = f"{path}, line {line}: " if path and line else f"{path}: " if path else ""
        super().__init__(where + message)
        self.message = message
        self.path = path
        self.line = line


def near(name: str, choices: Iterable[str]) -> str:
    """The end of an "unknown name" sentence: the near matches, else all the choices.

    >>> near("mothh", ["moth", "horseshoe"])
    'did you mean moth?'
    >>> near("zzz", ["moth", "horseshoe"])
    'there are horseshoe, moth'
    """
    choices = sorted(choices)
    close = get_close_matches(str(name).lower(), choices, n=3, cutoff=0.6)
    if close:
        return f"did you mean {' or '.join(close)}?"
    if not choices:
        return "there are none"
    return f"there are {', '.join(choices)}"
