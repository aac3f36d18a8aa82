"""The errors a person can meet: one sentence each, naming the offender and the remedy."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


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
        """The formula with a caret under the offending column.

        >>> print(FormulaError("unknown name 'q'", "x + q", 4).marked())
        x + q
            ^
        """
        return f"{self.text}\n{' ' * self.column}^"


class NoDisplayError(InputError):
    """A window was to be opened, and there is no display that answers."""


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


def sentence(words: str) -> str:
    """A message as a sentence of the window: with a capital letter, unless it begins with a name.

    A first word with anything but letters in it is a name, and so is what stands in quotes or before a colon.

    >>> for words in ("body 3 is pinned", "two_wells has no 'a'", "out.jpg cannot be written", "'sin' is a function"):
    ...     print(sentence(words))
    Body 3 is pinned
    two_wells has no 'a'
    out.jpg cannot be written
    'sin' is a function
    """
    first = words.partition(" ")[0]
    return words[:1].upper() + words[1:] if first.isalpha() else words


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
