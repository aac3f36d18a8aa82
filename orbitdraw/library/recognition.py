"""Recognition of the text that a user gives: a scene, a file that can or cannot be played, or a formula."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from orbitdraw.errors import FormulaError
from orbitdraw.formats import DRAWING_FORMAT, DRAWING_SUFFIXES, REPLACEMENTS, UNSUPPORTED_PICTURES, landscape_hint
from orbitdraw.library.catalogue import scene_paths
from orbitdraw.potentials.tokens import tokens
from orbitdraw.potentials.vocabulary import CALLS, CONSTANTS, KNOWN
from orbitdraw.runtime.files import is_file, is_folder
from orbitdraw.runtime.opening import FILMS, HEADER_BYTES, kind_of, open_file


def is_formula(what: Any) -> bool:
    """True when `load` reads `what` as a formula."""
    if not isinstance(what, str) or Path(what).suffix.lower() == ".py":
        return False
    if Path(what).suffix.lower() in DRAWING_SUFFIXES and "(" not in what:
        return False
    if not looks_like_formula(what) or unplayable_reason(what):
        return False
    return what not in scene_paths()


def looks_like_formula(text: str) -> bool:
    """True for text that is not a single word or a path: `x^2`, `2x`, `sin x`; also for a bare coordinate.

    Python expressions count as formulas too, so that the formula parser can report what is wrong with them.

    >>> [looks_like_formula(text) for text in ("lambda: 1", "x if y else 1", "moth", "moth.art", "figure eight")]
    [True, True, False, False, False]
    """
    text = text.strip()
    if text.isidentifier():
        return text in KNOWN - CONSTANTS.keys()
    if any(character in text for character in "+-*/^()=<>,;[]{}|&%@") or (":" in text and "\\" not in text):
        return True
    try:
        found_tokens = tokens(text)
    except FormulaError as error:  # the parser reports 2 ∞ or x!, but e.txt is a file
        return text[error.column] != "." and looks_like_formula(text[: error.column] + "+")
    names = {one.word for one in found_tokens if one.kind == "name"}
    return (
        not names
        or not names.isdisjoint(KNOWN | CALLS)
        or any(one.kind not in ("name", "number") for one in found_tokens)
    )


def unplayable_reason(text: str) -> str:
    """The reason why a file or folder cannot be played; empty if the text names neither."""
    if text.strip() == "-":
        return "nothing is read from standard input; name a scene file or a drawing"
    suffix = Path(text).suffix.lower()
    if is_folder(text) and (text.endswith(("/", os.sep)) or not looks_like_formula(text)):
        return f"{text} is a folder; name a scene file in it"
    if not is_file(text):
        return f"there is no file {text}" if suffix in REPLACEMENTS else ""
    if kind := _file_kind(text):
        suffixes = {"a film": ".mp4 or .webm", "a drawing": ".orbit"}.get(kind)
        advice = f"give its name the ending {suffixes}" if suffixes else f"not a scene; {landscape_hint(text)}"
        return f"{text} is {kind}{';' if suffixes else ','} {advice}"
    if suffix in UNSUPPORTED_PICTURES:
        return f"{text} is no picture that can be read; save it as PNG, and give its name the ending .png"
    return f"{text} is neither a scene file (.py) nor a drawing (.orbit)" if suffix else ""


def _file_kind(text: str) -> str:
    """The kind of a file by its first bytes: a picture, a film, a drawing, or "" for anything else."""
    with open_file(text) as file:
        if kind := kind_of(file):
            return "a film" if kind in FILMS else "a picture"
        return "a drawing" if DRAWING_FORMAT.encode() in file.read(HEADER_BYTES) else ""
