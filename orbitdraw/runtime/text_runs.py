"""Layout of a line of text: font, script and direction of each part, and its rendering."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import category, name

from orbitdraw.errors import InputError, suggestion
from orbitdraw.runtime import bidi, lazy, system_fonts
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

MAX_HEIGHT_RATIO = 1.25
"""Maximum height of a system font relative to the face's line; a taller one is drawn smaller."""


UNDRAWABLE = re.compile("[\0\ud800-\udfff]")


class TextRun(NamedTuple):
    """A part of a line with one font (`path`; None is the face's own), script and direction."""

    text: str
    path: Path | None = None
    script: str = ""
    right_to_left: bool = False


CACHED_FONTS, CACHED_SYSTEM_FONTS = 24, 8
"""Number of font objects that are cached. Each holds its file open; opening another takes a third of a millisecond."""


@lru_cache(maxsize=CACHED_FONTS)
def font(face: str, size: int) -> pygame.font.Font:
    """The font of one of the program's faces at a size in pixels. Raises InputError for an unknown face."""
    if face not in FACES:
        raise InputError(f"face {face!r} is unknown; {suggestion(face, FACES)}")
    return _open_font(asset(FACES[face]), max(1, size))


def _open_font(path: Path, size: int) -> pygame.font.Font:
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    if not pygame.font.get_init():
        pygame.font.init()
    return pygame.font.Font(str(path), size)


@lru_cache(maxsize=CACHED_SYSTEM_FONTS)
def _system_font(path: Path, face: str, size: int, script: str, right_to_left: bool) -> pygame.font.Font | None:
    """A font scaled to the height of a face's line, with script and direction set; None if it cannot be opened."""
    try:
        _check_openable(path)
        loaded = _open_font(path, max(1, size))
        max_height = MAX_HEIGHT_RATIO * font(face, size).get_height()
        if loaded.get_height() > max_height:
            loaded = _open_font(path, max(1, int(size * max_height / loaded.get_height())))
        if script:
            loaded.set_script(script)
        if right_to_left:
            loaded.set_direction(pygame.DIRECTION_RTL)
    except (pygame.error, OSError, ValueError, ImportError):
        return None
    return loaded


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
    available = system_fonts.font_characters(asset(FACES[face]))
    return "".join(
        sorted(one for one in set(string) if not one.isspace() and available is not None and one not in available)
    )


@lru_cache(maxsize=1024)
def runs(string: str, face: str) -> tuple[TextRun, ...]:
    """The parts of a line in display order from left to right, each with a font that has its letters.

    A letter that no font has stays with the face, which draws a box for it. Combining marks, joiners and variation
    selectors stay with the preceding letter.
    """
    missing = missing_letters(string, face)
    if not missing:
        return (TextRun(string),)
    fallbacks: dict[str, Path | None] = {}
    while missing:
        path = system_fonts.font_for(missing)
        if path is not None and _system_font(path, face, 16, "", False) is None:
            system_fonts.exclude(path)
            continue
        available = None if path is None else system_fonts.font_characters(path)
        for letter in missing:
            if available is None or letter in available:
                fallbacks[letter] = path
        missing = "".join(letter for letter in missing if letter not in fallbacks)
    out: list[TextRun] = []
    for part, right_to_left in bidi.runs(string):
        pieces = _split_runs(part, face, right_to_left, fallbacks)
        out += reversed(pieces) if right_to_left else pieces
    return tuple(out)


def _split_runs(part: str, face: str, right_to_left: bool, fallbacks: dict[str, Path | None]) -> list[TextRun]:
    """A part of one direction, split where font or script changes, in logical order."""
    pieces: list[TextRun] = []
    for letter in part:
        kind, last = category(letter), pieces[-1] if pieces else None
        if kind in ("Mn", "Me", "Cf"):
            available = system_fonts.font_characters((last and last.path) or asset(FACES[face]))
            if last is not None and (available is None or letter in available):
                pieces[-1] = last._replace(text=last.text + letter)
                continue
            if kind == "Cf" or letter in SELECTORS:
                continue  # it has no glyph
        path, script = fallbacks.get(letter), SCRIPTS.get(name(letter, "").partition(" ")[0], "")
        if last is not None and (last.path, last.script) == (path, script):
            pieces[-1] = last._replace(text=last.text + letter)
        else:
            pieces.append(TextRun(letter, path, script, right_to_left))
    return pieces


def _fonts_of_runs(string: str, face: str, size: int) -> list[tuple[str, pygame.font.Font]]:
    """The parts of a line in display order from left to right, each with its font."""
    out = []
    for run in runs(string, face):
        fallback = None
        if run.path is not None or run.right_to_left or run.script:
            fallback = _system_font(run.path or asset(FACES[face]), face, size, run.script, run.right_to_left)
        out.append((run.text, fallback or font(face, size)))
    return out


def replace_undrawable(string: str) -> str:
    """A text with its undrawable characters, NUL and lone surrogates, replaced by U+FFFD.

    >>> replace_undrawable("a\\0b"), replace_undrawable("\\ud800!"), replace_undrawable("plain")
    ('a\ufffdb', '\ufffd!', 'plain')
    """
    return string if string.isascii() and "\0" not in string else UNDRAWABLE.sub("\ufffd", string)


def width(string: str, face: str, size: int) -> int:
    """The width of a line in pixels."""
    string = replace_undrawable(string)
    return sum(used_font.size(part)[0] for part, used_font in _fonts_of_runs(string, face, size))


def line(string: str, face: str, size: int, color: tuple[int, int, int]) -> pygame.Surface:
    """A line of text rendered to a new surface, as high as the tallest of its fonts."""
    string = replace_undrawable(string)
    parts = _fonts_of_runs(string, face, size)
    if len(parts) == 1 and parts[0][1] is font(face, size):
        return parts[0][1].render(string, True, color)
    ascent = max(font(face, size).get_ascent(), *(used_font.get_ascent() for _, used_font in parts))
    descent = max(
        used_font.get_height() - used_font.get_ascent()
        for used_font in (font(face, size), *(used_font for _, used_font in parts))
    )
    surfaces = [(used_font.render(part, True, color), ascent - used_font.get_ascent()) for part, used_font in parts]
    out = pygame.Surface((sum(surface.get_width() for surface, _ in surfaces), ascent + descent), pygame.SRCALPHA)
    x = 0
    for surface, y in surfaces:
        out.blit(surface, (x, y), special_flags=pygame.BLEND_RGBA_MAX)
        x += surface.get_width()
    return out
