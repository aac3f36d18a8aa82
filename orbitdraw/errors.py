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


class CallError(InputError, TypeError):
    """A call that does not fit: an option that does not exist, or one that is missing."""


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


class CacheWarning(RuntimeWarning):
    """What was worked out before cannot be used or kept; it is worked out anew, which only takes longer."""


SYNONYMS: dict[str, tuple[str, ...]] = {
    "background": ("style",),
    "beta": ("momentum",),
    "circle": ("ring", "disc"),
    "cmap": ("palette",),
    "colors": ("palette", "color"),
    "colours": ("palette", "color"),
    "count": ("n",),
    "damping": ("drag", "friction"),
    "description": ("caption",),
    "duration": ("seconds",),
    "epsilon": ("softening", "soften"),
    "fade": ("half_life",),
    "fill": ("rect",),
    "friction": ("drag",),
    "gamma": ("friction", "drag"),
    "h": ("dt",),
    "integrator": ("law",),
    "learning_rate": ("rate",),
    "length": ("seconds",),
    "linewidth": ("width",),
    "kt": ("temperature",),
    "lr": ("rate",),
    "maximum": ("high",),
    "minimum": ("low",),
    "number": ("n",),
    "omega": ("spin",),
    "particles": ("dust", "bodies"),
    "r": ("pos", "radius"),
    "scale": ("radius",),
    "size": ("mark", "width"),
    "soft": ("softening",),
    "stars": ("bodies",),
    "strokes": ("motion",),
    "sliders": ("params",),
    "temp": ("temperature",),
    "thickness": ("width",),
    "time": ("seconds",),
    "timestep": ("dt",),
    "time_step": ("dt",),
    "trail": ("half_life",),
    "v": ("vel",),
    "velocities": ("vel",),
    "velocity": ("vel",),
    "zoom": ("radius",),
}
"""Words of other programs and books, and what is meant by them here, for names that look nothing alike."""


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
    """The end of an "unknown name" sentence: what means the same, or the near matches, else all the choices.

    >>> near("mothh", ["moth", "horseshoe"])
    'did you mean moth?'
    >>> near("friction", ["drag", "spin"])
    'did you mean drag?'
    >>> near("zzz", ["moth", "horseshoe"])
    'there are horseshoe, moth'
    """
    choices = sorted(choices)
    word, small = str(name).lower(), {choice.lower(): choice for choice in choices}
    meant = [choice for choice in SYNONYMS.get(word, ()) if choice in choices]
    close = meant or [small[one] for one in get_close_matches(word, small, n=3, cutoff=0.6)]
    if close:
        return f"did you mean {' or '.join(close)}?"
    if not choices:
        return "there are none"
    return f"there are {', '.join(choices)}"
