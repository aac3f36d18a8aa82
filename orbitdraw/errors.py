"""The exceptions shown to users: each message is one sentence that names the offender and the remedy."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

MAX_COLUMNS = 76
"""Characters of a formula that an error shows."""


class OrbitdrawError(Exception):
    """Base of all errors that are not defects of the program; the command line prints it and exits with `exit_code`."""

    exit_code = 1


class InputError(OrbitdrawError, ValueError):
    """Invalid input: an unknown name, a bad number, a missing part of the installation."""

    exit_code = 2


class CallError(InputError, TypeError):
    """A call with an unknown option, or without a required one."""


class FormulaError(InputError):
    """A formula that cannot be parsed at `column` (0 = first character); `with_caret()` shows a caret there."""

    def __init__(self, message: str, text: str = "", column: int = 0) -> None:
        super().__init__(message)
        self.text = text
        self.column = column

    def with_caret(self) -> str:
        """The formula with a caret under the offending column; a long formula is cut to the part around it.

        Wide characters count as two columns, and control characters are shown as �.

        >>> print(FormulaError("unknown", "ｘ + q(x)", 4).with_caret())
        ｘ + q(x)
             ^
        """
        first = max(0, self.column - MAX_COLUMNS * 2 // 3) if len(self.text) > MAX_COLUMNS else 0
        shown = "".join(" " if one.isspace() else one if one.isprintable() else "�" for one in self.text)
        before, after = shown[first : self.column], shown[self.column : first + MAX_COLUMNS]
        before = f"…{before[1:]}" if first else before
        after = f"{after}…" if first + MAX_COLUMNS < len(shown) else after
        return f"{before}{after}\n{' ' * _columns(before)}^"


def _columns(text: str) -> int:
    """The number of columns that a text takes in a terminal."""
    wide = sum(unicodedata.east_asian_width(one) in "WF" for one in text)
    return len(text) + wide - sum(unicodedata.combining(one) > 0 for one in text)


class NoDisplayError(InputError):
    """No display is available to open a window on."""


class DrawingError(InputError):
    """A file that is not a complete drawing, or not one of this version."""


class SceneError(InputError):
    """An error in a scene file, with the file, the line and the message."""

    def __init__(self, message: str, path: str = "", line: int = 0) -> None:
        where = f"{path}, line {line}: " if path and line else f"{path}: " if path else ""
        super().__init__(where + message)
        self.message = message
        self.path = path
        self.line = line


class CacheWarning(RuntimeWarning):
    """The cache cannot be read or written; results are computed again, which only takes longer."""


SYNONYMS: dict[str, tuple[str, ...]] = {
    "arcsen": ("asin",),
    "arctg": ("atan",),
    "background": ("style",),
    "beta": ("momentum",),
    "betrag": ("abs",),
    "ch": ("cosh",),
    "circle": ("ring", "disc"),
    "cmap": ("palette",),
    "colors": ("palette", "color"),
    "colours": ("palette", "color"),
    "cosec": ("csc",),
    "cotan": ("cot",),
    "cotg": ("cot",),
    "count": ("n",),
    "ctg": ("cot",),
    "damping": ("drag", "friction"),
    "description": ("caption",),
    "duration": ("seconds",),
    "epsilon": ("softening", "soften"),
    "fade": ("half_life",),
    "fill": ("rect",),
    "friction": ("drag",),
    "gamma": ("friction", "drag"),
    "h": ("dt",),
    "int": ("floor",),
    "integrator": ("law",),
    "kt": ("temperature",),
    "learning_rate": ("rate",),
    "length": ("seconds",),
    "lg": ("log10",),
    "linewidth": ("width",),
    "lr": ("rate",),
    "maximum": ("high",),
    "minimum": ("low",),
    "number": ("n",),
    "omega": ("spin",),
    "particles": ("dust", "bodies"),
    "r": ("pos", "radius"),
    "round": ("floor",),
    "scale": ("radius",),
    "sen": ("sin",),
    "sh": ("sinh",),
    "size": ("mark", "width"),
    "sliders": ("params",),
    "soft": ("softening",),
    "stars": ("bodies",),
    "strokes": ("motion",),
    "tang": ("tan",),
    "temp": ("temperature",),
    "tg": ("tan",),
    "th": ("tanh",),
    "thickness": ("width",),
    "time": ("seconds",),
    "time_step": ("dt",),
    "timestep": ("dt",),
    "trail": ("half_life",),
    "v": ("vel",),
    "velocities": ("vel",),
    "velocity": ("vel",),
    "wurzel": ("sqrt",),
    "zoom": ("radius",),
}
"""Names used by other programs and books, and the names of the same thing here."""


def sentence(words: str) -> str:
    """A message as a sentence for the window: with a capital letter, unless it begins with a name.

    The first word counts as a name if it contains anything but letters (a quote, a colon, an underscore).

    >>> for words in ("body 3 is pinned", "two_wells has no 'a'", "out.jpg cannot be written", "'sin' is a function"):
    ...     print(sentence(words))
    Body 3 is pinned
    two_wells has no 'a'
    out.jpg cannot be written
    'sin' is a function
    """
    first = words.partition(" ")[0]
    return words[:1].upper() + words[1:] if first.isalpha() else words


def suggestion(name: str, choices: Iterable[str]) -> str:
    """The end of an "unknown name" sentence: synonyms, else close matches, else all the choices.

    >>> suggestion("mothh", ["moth", "horseshoe"])
    'did you mean moth?'
    >>> suggestion("friction", ["drag", "spin"])
    'did you mean drag?'
    >>> suggestion("zzz", ["moth", "horseshoe"])
    'there are horseshoe, moth'
    """
    choices = sorted(choices)
    word, by_lower_case = str(name).lower(), {choice.lower(): choice for choice in choices}
    synonyms = [choice for choice in SYNONYMS.get(word, ()) if choice in choices]
    matches = synonyms or [by_lower_case[one] for one in get_close_matches(word, by_lower_case, n=3, cutoff=0.6)]
    if matches:
        return f"did you mean {' or '.join(matches)}?"
    if not choices:
        return "there are none"
    return f"there are {', '.join(choices)}"
