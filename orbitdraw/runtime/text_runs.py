"""Layout of a line of text: font, script and direction of each part, and its rendering."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import category, name

from orbitdraw.errors import InputError, suggestion
from orbitdraw.runtime import bidi, lazy
from orbitdraw.runtime import system_fonts as systemfonts
from orbitdraw.runtime.resources import asset

if TYPE_CHECKING:
    import pygame
    from pygame import freetype
else:
    pygame, freetype = lazy.module("pygame"), lazy.module("pygame.freetype")
FACES = {
    "regular": "fonts/Inter-Regular.ttf",
    "bold": "fonts/Inter-SemiBold.ttf",
    "semibold": "fonts/Inter-SemiBold.ttf",
    "mono": "fonts/JetBrainsMono-Regular.ttf",
}
"""The typefaces and their files. Numbers are set in mono, so that nothing moves when a digit changes."""

SCRIPTS = {
    "ARABIC": "Arab", "HEBREW": "Hebr", "SYRIAC": "Syrc", "THAANA": "Thaa", "NKO": "Nkoo", "DEVANAGARI": "Deva",
    "BENGALI": "Beng", "GURMUKHI": "Guru", "GUJARATI": "Gujr", "ORIYA": "Orya", "TAMIL": "Taml", "TELUGU": "Telu",
    "KANNADA": "Knda", "MALAYALAM": "Mlym", "SINHALA": "Sinh", "THAI": "Thai", "LAO": "Laoo", "TIBETAN": "Tibt",
    "MYANMAR": "Mymr", "KHMER": "Khmr", "MONGOLIAN": "Mong",
}  # fmt: skip
"""ISO 15924 codes of scripts that need shaping, by the first word of their letters' Unicode names."""

SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE10)))
"""Variation selectors, which choose a form of the preceding letter."""

TALLER = 1.25
"""Maximum height of a system font relative to the face's line; a taller one is drawn smaller."""


UNDRAWABLE = re.compile("[\0\ud800-\udfff]")


class TextRun(NamedTuple):
    """A part of a line with one font (`path`; None is the face's own), script and direction."""

    text: str
    path: Path | None = None
    script: str = ""
    backwards: bool = False


FONTS, SYSTEM_FONTS = 24, 8
"""Number of font objects that are cached. Each holds its file open; opening another takes a third of a millisecond."""


@lru_cache(maxsize=FONTS)
def font(face: str, size: int) -> pygame.font.Font:
    """The font of one of the program's faces at a size in pixels. Raises InputError for an unknown face."""
    if face not in FACES:
        raise InputError(f"face {face!r} is unknown; {suggestion(face, FACES)}")
    return _opened(asset(FACES[face]), max(1, size))


def _opened(path: Path, size: int) -> pygame.font.Font:
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    if not pygame.font.get_init():
        pygame.font.init()
    return pygame.font.Font(str(path), size)


@lru_cache(maxsize=SYSTEM_FONTS)
def _system_font(path: Path, face: str, size: int, script: str, backwards: bool) -> pygame.font.Font | None:
    """A font scaled to the height of a face's line, with script and direction set; None if it cannot be opened."""
    try:
        _check_openable(path)
        made = _opened(path, max(1, size))
        most = TALLER * font(face, size).get_height()
        if made.get_height() > most:
            made = _opened(path, max(1, int(size * most / made.get_height())))
        if script:
            made.set_script(script)
        if backwards:
            made.set_direction(pygame.DIRECTION_RTL)
    except (pygame.error, OSError, ValueError, ImportError):
        return None
    return made


def _check_openable(path: Path) -> None:
    """Raise OSError where FreeType cannot open a font. pygame.font.Font ends the process then (seen with 2.5.8)."""
    if not freetype.get_init():
        freetype.init()
    freetype.Font(str(path)).get_sized_height(16)


def missing_letters(string: str, face: str = "regular") -> str:
    """The letters of a text that a face lacks, in order of code points.

    >>> missing_letters("x² + ½ ω · θ̇ ≤ ∞ → 3"), missing_letters("a三b三")
    ('', '三')
    """
    if string.isascii():
        return ""
    own = systemfonts.characters(asset(FACES[face]))
    return "".join(sorted(one for one in set(string) if not one.isspace() and own is not None and one not in own))


@lru_cache(maxsize=1024)
def runs(string: str, face: str) -> tuple[TextRun, ...]:
    """The parts of a line in display order from left to right, each with a font that has its letters.

    A letter that no font has stays with the face, which draws a box for it. Combining marks, joiners and variation
    selectors stay with the preceding letter.
    """
    missing = missing_letters(string, face)
    if not missing:
        return (TextRun(string),)
    from_others: dict[str, Path | None] = {}
    while missing:
        path = systemfonts.font_for(missing)
        if path is not None and _system_font(path, face, 16, "", False) is None:
            systemfonts.refuse(path)
            continue
        has = None if path is None else systemfonts.characters(path)
        for letter in missing:
            if has is None or letter in has:
                from_others[letter] = path
        missing = "".join(letter for letter in missing if letter not in from_others)
    out: list[TextRun] = []
    for part, backwards in bidi.runs(string):
        pieces = _pieces(part, face, backwards, from_others)
        out += reversed(pieces) if backwards else pieces
    return tuple(out)


def _pieces(part: str, face: str, backwards: bool, from_others: dict[str, Path | None]) -> list[TextRun]:
    """A part of one direction, split where font or script changes, in logical order."""
    pieces: list[TextRun] = []
    for letter in part:
        kind, last = category(letter), pieces[-1] if pieces else None
        if kind in ("Mn", "Me", "Cf"):
            has = systemfonts.characters((last and last.path) or asset(FACES[face]))
            if last is not None and (has is None or letter in has):
                pieces[-1] = last._replace(text=last.text + letter)
                continue
            if kind == "Cf" or letter in SELECTORS:
                continue  # it has no glyph
        path, script = from_others.get(letter), SCRIPTS.get(name(letter, "").partition(" ")[0], "")
        if last is not None and (last.path, last.script) == (path, script):
            pieces[-1] = last._replace(text=last.text + letter)
        else:
            pieces.append(TextRun(letter, path, script, backwards))
    return pieces


def _fonts(string: str, face: str, size: int) -> list[tuple[str, pygame.font.Font]]:
    """The parts of a line in display order from left to right, each with its font."""
    out = []
    for run in runs(string, face):
        borrowed = None
        if run.path is not None or run.backwards or run.script:
            borrowed = _system_font(run.path or asset(FACES[face]), face, size, run.script, run.backwards)
        out.append((run.text, borrowed or font(face, size)))
    return out


def drawable(string: str) -> str:
    """A text with its undrawable characters, NUL and lone surrogates, replaced by U+FFFD.

    >>> drawable("a\\0b"), drawable("\\ud800!"), drawable("plain")
    ('a\ufffdb', '\ufffd!', 'plain')
    """
    return string if string.isascii() and "\0" not in string else UNDRAWABLE.sub("\ufffd", string)


def width(string: str, face: str, size: int) -> int:
    """The width of a line in pixels."""
    string = drawable(string)
    return sum(made.size(part)[0] for part, made in _fonts(string, face, size))


def line(string: str, face: str, size: int, color: tuple[int, int, int]) -> pygame.Surface:
    """A line of text rendered to a new surface, as high as the tallest of its fonts."""
    string = drawable(string)
    parts = _fonts(string, face, size)
    if len(parts) == 1 and parts[0][1] is font(face, size):
        return parts[0][1].render(string, True, color)
    above = max(font(face, size).get_ascent(), *(made.get_ascent() for _, made in parts))
    below = max(made.get_height() - made.get_ascent() for made in (font(face, size), *(made for _, made in parts)))
    drawn = [(made.render(part, True, color), above - made.get_ascent()) for part, made in parts]
    out = pygame.Surface((sum(one.get_width() for one, _ in drawn), above + below), pygame.SRCALPHA)
    x = 0
    for one, y in drawn:
        out.blit(one, (x, y), special_flags=pygame.BLEND_RGBA_MAX)
        x += one.get_width()
    return out
