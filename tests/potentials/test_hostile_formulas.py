"""Texts that are no formulas, and texts that were: whatever is typed is read or refused with its column."""

from __future__ import annotations

import os
import random

import pytest

from orbitdraw.errors import FormulaError
from orbitdraw.potentials.formula import read
from orbitdraw.potentials.parameters import undeclared_message
from orbitdraw.potentials.symbolic import build

COUNT = int(os.environ.get("ORBITDRAW_FORMULAS", "2000"))

PIECES = [
    *"xytrk()+-*/^,.|<>=!_ 0159",
    *("**", "//", "sin(", "sqrt(", "min(", "where(", "step(", "mod(", "cbrt(", "ln|", "pow(", "sin", "pi", "e", "phi"),
    *("θ", "τ", "²", "⁻¹", "¹⁰", "⁻", "ⁿ", "½", "√", "∛", "−", "·", "÷", "≤", "≠", "∧", "∨", "&", "1e9", "1e-300"),
    *(
        "1e300",
        "1e999",
        "0,5",
        "9" * 40,
        "1_000",
        "0x10",
        "lambda",
        "if",
        "and",
        "or",
        "not",
        "None",
        "inf",
        "import os",
    ),
    *(
        "__import__('os')",
        "().__class__",
        "[",
        "}",
        ";",
        ":",
        "'",
        '"',
        "\\",
        "==",
        ">=",
        "~",
        "#",
        "%",
        "∞",
        "‖",
        "\n",
    ),
    *("\u202e", "\u200b", "\u0301", "\x00", "\x1b[31m", "\ud800", "é", "х", "質", "ｘ", "（", "𝑥", "\u00a0"),
]
GOOD = [
    *("-1/sqrt(x^2 + y^2 + k)", "where(x > 0, x^2, y)", "|x - |y||^3", "2x²y − 3x y", "r²cos(3φ)", "sin² x cos 2y"),
    *("where(0 < x < 1 and y > 0 or r > 2, 1/x, log(y))", "step(x - 1)*step(y)", "mod(x, 2)^3/mod(y, 3)", "√(x² + y²)"),
    *("½k x^2 + ¼τ x⁴", "min(x, y, max(x, y^2))", "exp(-x^2)/cbrt(y)", "9^9*x", "2^199*y^-3", "atan2(y, x)^2"),
]


def test_a_message_repeats_little_of_a_long_text():
    for text in (
        "a" * 1990 + "(x)",
        "x/" + "a" * 900 + "b c",
        "1/" + "x" * 900 + " y",
        "x + y)" * 300,
        "é" * 1900 + "!",
    ):
        with pytest.raises(FormulaError) as caught:
            read(text)
        assert len(str(caught.value)) < 500
    assert len(undeclared_message(read("k" * 1990), "--param")) < 200
    assert len(undeclared_message(read("+".join(f"k{n}x{n}" for n in range(200))), "--param")) < 200


def hostile(rng):
    kind = rng.random()
    if kind < 0.4:
        return "".join(rng.choices(PIECES, k=rng.randrange(1, 40)))
    if kind < 0.5:
        return "".join(chr(rng.choice([rng.randrange(128), rng.randrange(0x3000)])) for _ in range(rng.randrange(60)))
    if kind < 0.85:
        letters = list(rng.choice(GOOD) + rng.choice("+*^/ ") + rng.choice(GOOD))
        for _ in range(rng.randrange(1, 5)):
            place = rng.randrange(len(letters) + 1)
            letters[place : place + rng.randrange(3)] = rng.choice(PIECES)
        return "".join(letters)
    return "".join(rng.choices(PIECES, k=rng.randrange(1, 6))) * rng.randrange(1, 400)


def test_whatever_is_typed_is_read_or_refused():
    """CI tries `ORBITDRAW_FORMULAS` of them; the promise is 40 000, each within 50 ms."""
    rng = random.Random(11)
    outcomes = {True: 0, False: 0}
    for _ in range(COUNT):
        text = hostile(rng)
        try:
            build(read(text, rng.choice([(), ("k", "τ", "and")])))
        except FormulaError as error:
            assert 0 <= error.column <= len(text)
            assert "\x1b" not in error.with_caret() and "\x1b" not in str(error)
            outcomes[False] += 1
        else:
            outcomes[True] += 1
    assert min(outcomes.values()) > COUNT / 50
