"""Bidirectional text: the display order of a line with left-to-right and right-to-left scripts."""

from __future__ import annotations

from itertools import groupby
from unicodedata import bidirectional

RIGHT_TO_LEFT = frozenset({"R", "AL"})
NUMBERS = frozenset({"EN", "AN"})
STRONG = frozenset({"L", "R", *NUMBERS})


def runs(text: str) -> list[tuple[str, bool]]:
    """The runs of a line in display order from left to right, each with True if it is read from right to left.

    The base direction is that of the first strong letter. Implements Unicode's bidirectional algorithm (Unicode
    Standard Annex 9) for one line without embedding and override marks: rules W1 to W7, N1, N2, I1, I2, L1 and L2. The
    letters within a run stay in logical order.

    >>> runs("pi: \u05e4\u05d9 3.14")
    [('pi: ', False), ('3.14', False), ('\u05e4\u05d9 ', True)]
    """
    kinds = [bidirectional(letter) or "L" for letter in text]
    if not RIGHT_TO_LEFT.intersection(kinds) and "AN" not in kinds:
        return [(text, False)] if text else []
    base = next((int(kind in RIGHT_TO_LEFT) for kind in kinds if kind == "L" or kind in RIGHT_TO_LEFT), 0)
    levels = _levels(_resolve_neutral(_resolve_weak(kinds, base), base), kinds, base)
    parts = [(level, "".join(letter for letter, _ in part)) for level, part in _group_by_level(text, levels)]
    for level in range(max(levels), 0, -1):
        parts = _reverse_runs(parts, level)
    return [(part, level % 2 == 1) for level, part in parts]


def _group_by_level(text: str, levels: list[int]) -> list[tuple[int, list[tuple[str, int]]]]:
    return [(level, list(part)) for level, part in groupby(zip(text, levels, strict=True), key=lambda one: one[1])]


def _reverse_runs(parts: list[tuple[int, str]], level: int) -> list[tuple[int, str]]:
    """Rule L2: reverse every sequence of runs of this level or higher."""
    out: list[tuple[int, str]] = []
    for high, sequence in groupby(parts, key=lambda one: one[0] >= level):
        out += list(sequence)[:: -1 if high else 1]
    return out


def _resolve_weak(kinds: list[str], base: int) -> list[str]:
    """Rules W1 to W7: resolve weak types, that is marks, numbers and their separators."""
    out, strong, previous = list(kinds), "R" if base else "L", "R" if base else "L"
    for i, kind in enumerate(out):
        if kind == "NSM":
            out[i] = kind = previous
        elif kind == "EN" and strong == "AL":
            out[i] = kind = "AN"
        if kind == "L" or kind in RIGHT_TO_LEFT:
            strong = kind
        previous = kind
    out = ["R" if kind == "AL" else kind for kind in out]
    for i in range(1, len(out) - 1):
        neighbours = out[i - 1], out[i + 1]
        if neighbours[0] == neighbours[1] and (
            (neighbours[0] == "EN" and out[i] in ("ES", "CS")) or (neighbours[0] == "AN" and out[i] == "CS")
        ):
            out[i] = neighbours[0]
    for indices in (range(len(out)), range(len(out) - 1, -1, -1)):
        previous = ""
        for i in indices:
            out[i] = "EN" if out[i] == "ET" and previous == "EN" else out[i]
            previous = out[i]
    strong = "R" if base else "L"
    for i, kind in enumerate(out):
        if kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            out[i] = "L"
        elif kind not in STRONG:
            out[i] = "ON"
    return out


def _resolve_neutral(kinds: list[str], base: int) -> list[str]:
    """Rules N1 and N2: neutral characters take the direction of both neighbours if equal, else that of the line."""
    base_direction = "R" if base else "L"
    out: list[str] = []
    preceding = base_direction
    sequences = [(neutral, list(part)) for neutral, part in groupby(kinds, key=lambda kind: kind == "ON")]
    for index, (neutral, part) in enumerate(sequences):
        if not neutral:
            out += part
            preceding = "L" if part[-1] == "L" else "R"
            continue
        following = base_direction if index + 1 == len(sequences) else "L" if sequences[index + 1][1][0] == "L" else "R"
        out += [preceding if preceding == following else base_direction] * len(part)
    return out


def _levels(kinds: list[str], original: list[str], base: int) -> list[int]:
    """Rules I1, I2 and L1: the embedding level of each letter; trailing white space has that of the line."""
    level_of = {"L": 2, "R": 1} if base else {"L": 0, "R": 1}
    levels = [level_of.get(kind, 2) for kind in kinds]
    for i in range(len(levels) - 1, -1, -1):
        if original[i] not in ("WS", "S", "B", "BN"):
            break
        levels[i] = base
    return levels
