"""Formulas that a person types: what is read, what is refused and where the finger points."""

from __future__ import annotations

import math
import re
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orbitdraw.errors import FormulaError
from orbitdraw.potentials.formula import read
from orbitdraw.potentials.potential import Potential
from orbitdraw.potentials.symbolic import build

# Text, what the message says, and the column (from 0) of the finger.
REFUSED = [
    ("9**9**9**9", "exponent is too large", 6),
    ("9^9^9^9", "exponent is too large", 4),
    ("-" * 50_000 + "x", "50001 characters", 2000),
    ("-" * 900 + "x", "too deep", 60),
    ("(" * 400 + "x" + ")" * 400, "too deep", 60),
    ("|" * 400 + "x" + "|" * 400, "no matching |", 60),
    ("√" * 400 + "x", "too deep", 60),
    ("sin(" * 70 + "x" + ")" * 70, "too deep", 243),
    ("x^" * 65 + "x", "too deep", None),
    ("x^" * 490 + "x", "too deep", None),
    ("+".join("x" * 450), "too large", None),
    ("x " * 450, "too large", None),
    ("mod(" * 12 + "x" + ", 2)" * 12, "too large", None),
    ("+".join("x" * 600), "too long", None),
    ("().__class__", "has no place", 2),
    ("__import__('os').system('true')", "has no place", 11),
    ("__import__(x)", "unknown function '__import__'", 0),
    ("lambda: x", "has no place", 6),
    ("x if y else 1", "'if' is not part of formulas", 2),
    ("x in y", "'in' is not part of formulas", 2),
    ("x and y", "'and' joins conditions", 2),
    ("or*x", "'or' joins two conditions", 0),
    ("x.real", "has no place", 1),
    ("x[0]", "write (", 1),
    ("{x}", "write (", 0),
    ("x; y", "has no place", 1),
    ("x == y", "'==' is a comparison", 2),
    ("x < y", "only in where(", 2),
    ("(x > 0)*y", "only in where(", 3),
    ("max(x > 0, y)", "only in where(", 6),
    ("y = x^2", "right-hand side", 2),
    ("V(x, y) = x^2", "right-hand side", 8),
    ("1.000,5*x", "no thousands separator: 1000.5", 5),
    ("sin(x, y)", "takes 1 argument, not 2", 0),
    ("1 + atan2(x)", "takes 2 arguments, not 1", 4),
    ("hypot(x, y, 1)", "'hypot' takes 2 arguments, not 3", 0),
    ("min(x)", "2 arguments or more", 0),
    ("sin()", "takes 1 argument, not 0", 0),
    ("x, y", "a list", 1),
    ("sin(*x)", "does not fit", 4),
    ("sin(x=1)", "right-hand side", 5),
    ("'x'", "has no place", 0),
    ("2 3", "write 2*3", 2),
    ("x 2", "write x*2", 2),
    ("1_000*x", "'1_000' has a sign between its digits; write 1000", 1),
    ("1_000_000 x", "write 1000000", 1),
    ("1_a*x", "not a decimal number", 1),
    ("1e3.5*x", "'1e3.5' is no number; write 1*10^3.5", 3),
    ("lg(x)", "did you mean log10?", 0),
    ("tg(x)", "did you mean tan?", 0),
    ("sen(x)", "did you mean sin?", 0),
    ("x mod 2", "'mod' stands before its arguments; write mod(a, b)", 2),
    ("x % 2", "write mod(a, b)", 2),
    ("x max y", "write max(a, b)", 2),
    ("where x", "write where(x > 0, a, b)", 0),
    ("atan(y, x)", "not 2; write atan2(y, x)", 0),
    ("log(x, 10)", "not 2; write log(x)/log(b)", 0),
    ("max(0,5, x)", "write a decimal point: 0.5; two arguments are written 0, 5", 5),
    ("min(x, abs(x), 0,5)", "write a decimal point: 0.5", 16),
    ("0x10", "not a decimal number", 1),
    ("sine(x)", "did you mean sin", 0),
    ("Sin(x)", "unknown function 'Sin'; did you mean", 0),
    ("q(x)", "write q*( for a product; README lists the functions", 0),
    ("2*noise(x)", "unknown function 'noise'", 2),
    ("sum(x) + gamma(y)", "unknown function 'sum'", 0),
    ("erf(x)", "unknown function 'erf'", 0),
    ("theta(x)", "write theta*(...) for a product, step(...)", 0),
    ("sin + x", "write sin(...)", 0),
    ("exp^2", "write exp(...)", 0),
    ("sin -x", "write sin(...)", 0),
    ("sin^-1(x)", "or asin(...)", 0),
    ("sin⁻¹(x)", "or asin(...)", 0),
    ("sin x y", "unclear where the argument of 'sin' ends", 0),
    ("sin x(y)", "unclear where the argument", 0),
    ("ln|x|^2", "unclear where the argument", 0),
    ("√x^2", "where this root ends", 0),
    ("√2x", "where this root ends", 0),
    ("√(x)²", "where this root ends", 0),
    ("1/2x", "(1/2)*x or 1/(2*x)", 3),
    ("6/2(1+2)", "(6/2)*(...) or 6/(2*(...))", 3),
    ("y + x/2 y", "(x/2)*y or x/(2*y)", 8),
    ("1/(x+1)cos(y)", "(1/(x+1))*cos(...) or 1/((x+1)*cos(...))", 7),
    ("e^2x", "e^(2)*x or e^(2*x)", 3),
    ("3 + 2^-k x", "2^(-k)*x or 2^(-k*x)", 9),
    ("x²^3", "a power of a power", 2),
    ("x²ⁿ", "a power of a power", 2),
    ("x⁻", "a superscript sign", 1),
    ("x*²", "an exponent without a base", 2),
    ("|x", "no matching |", 0),
    ("|x|y|", "no matching |", 0),
    ("max(|x, y|)", "no matching |", 4),
    ("|2|x|-1|", "are ambiguous; write abs(...)", 0),
    ("0,5*x^2", "write a decimal point: 0.5", 1),
    ("(0,5)x", "write a decimal point: 0.5", 2),
    ("sin(1,25*x)", "write a decimal point: 1.25", 0),
    ("∞*x", "write a large one such as 1e6", 0),
    ("inf*x", "not 'inf'", 0),
    ("x + NaN", "not 'NaN'", 4),
    ("where(x, 1, 2)", "the first argument of 'where' is a condition", 6),
    ("where(x > 0, 1)", "'where' takes 3 arguments, not 2", 0),
    ("where(x = 0, 1, 2)", "write ==", 8),
    ("where(not x > 0, 1, 2)", "'not' is not allowed", 6),
    ("where(x > 0 and not y > 0, 1, 2)", "'not' is not allowed", 16),
    ("where(x > 0", "never closed", 5),
    ("where()", "does not fit", 6),
    ("where(x > 0 y, 1, 2", "never closed", 5),
    ("where(where(x > 0, 1, 2) > 1, 1, 2)", "cannot contain where", 6),
    ("x % 2", "write mod(a, b)", 2),
    ("x!", "factorials", 1),
    ("х + 1", "(cyrillic small letter ha, U+0445)", 0),
    ("質*x", "Latin and Greek", 0),
    ("x + \u202ey", "U+202E", 4),
    ("x\u200b*y", "U+200B", 1),
    ("x\ufeff", "U+FEFF", 1),
    ("x\u0302*y", "U+0302", 1),
    ("x\0", "U+0000", 1),
    ("x + \ud800", "U+D800", 4),
    ("x // y", "floor(a/b)", 2),
    ("", "empty", 0),
    (" \n\t ", "empty", 0),
    ("(x + 1", "never closed", 0),
    ("x + 1)", "closes nothing", 5),
    ("()", "does not fit", 1),
    ("x + * y", "does not fit", 4),
    ("x +", "ends too early", 3),
    ("sin(", "ends too early", 4),
    ("1e999*x", "too large", 0),
    ("9" * 400, "too large", 0),
    ("x/0", "division by zero", 0),
    ("y + 1/0", "division by zero", 4),
    ("x/(1 - 1)", "division by zero", 0),
    ("0^-1", "division by zero", 0),
    ("0⁻¹", "division by zero", 0),
    ("mod(x, 0)", "division by zero", 0),
    ("1/sin(0)", "division by zero", 0),
    ("sqrt(-1)", "never a finite real", 0),
    ("x + sqrt(-1 - x^2)", "never a finite real", 4),
    ("x + acosh(0)", "never a finite real", 4),
    ("where(x > 0, √(-1), y)", "never a finite real", 13),
    ("where(log(-1) > 0, x, y)", "never a finite real", 6),
    ("(-1 - y^2)^0.5", "not real", 0),
    ("log(0)", "never a finite real", 0),
    ("ln|x|/ln(-abs(x))", "never a finite real", 6),
    ("asin(2)*x", "-1 to 1", 0),
    ("exp(exp(exp(9)))", "too large", None),
    ("(x^99)^99", "exponent is too large", 3),
    ("(x⁹⁹)⁹⁹", "exponent is too large", 2),
    ("pow(x, 300)", "exponent is too large", 7),
    ("x^1e9", "exponent is too large", 2),
]

BEGINNINGS = {"a", "the", "these", "this", "it", "write", "nested", "unknown", "division"}

HANGS = 5.0
"""Seconds of processor time after which something never ends; a refusal takes a few milliseconds."""


@pytest.mark.parametrize(("text", "says", "column"), REFUSED, ids=[text[:24] for text, _, _ in REFUSED])
def test_refused_at_once_with_a_finger_on_the_place(text, says, column):
    began = time.process_time()
    with pytest.raises(FormulaError) as caught:
        read(text, ["mass"])
    assert time.process_time() - began < HANGS
    assert says in str(caught.value)
    if column is not None:
        assert caught.value.column == column
    assert 0 <= caught.value.column <= len(text)
    first = re.match(r"\w+", str(caught.value))
    assert first is None or first[0] in BEGINNINGS, "the window begins it with a capital, which would spoil a name"


# These need SymPy's eyes: nothing that an interval shows.
REFUSED_BY_SYMPY = [
    "x/1e-300/1e-300",
    "y + x*1e200*1e200",
    "where(x > 0, 1/(x - x), y)",
    "1/(x - x)",
    "x/(y*x - x*y)",
    "sqrt(-1 - x*x)",
    "tan(pi/2)",
    "log(x - x - 1)",
    "0*x/(x-x)",
    "atan2(0, 0)",
]


@pytest.mark.parametrize("text", REFUSED_BY_SYMPY)
def test_refused_by_the_symbols(text):
    import orbitdraw.potentials.symbolic  # noqa: F401  (SymPy's own import does not count)

    began = time.process_time()
    with pytest.raises(FormulaError):
        Potential.parse(text)
    assert time.process_time() - began < HANGS


def test_refusing_imports_neither_sympy_nor_numpy():
    code = """
import sys
from orbitdraw.errors import FormulaError
from orbitdraw.potentials.formula import read
import orbitdraw.functions
for text in ("9**9**9**9", "().__class__", "sqrt(-1)", "x/0", "1/2x"):
    try:
        read(text)
    except FormulaError:
        continue
    sys.exit(text)
sys.exit(str({"sympy", "numpy", "numba"} & set(sys.modules) or ""))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr.strip() == ""


READ = [
    ("x^2", lambda x, y: x**2),
    ("-x^2", lambda x, y: -(x**2)),
    ("2^-x", lambda x, y: 2**-x),
    ("x**2*y", lambda x, y: x**2 * y),
    ("-1/r", lambda x, y: -1 / math.hypot(x, y)),
    ("e^(-x) + pi", lambda x, y: math.exp(-x) + math.pi),
    ("2^3^2 * x", lambda x, y: 512 * x),
    ("1e-3*x + .5*y + 3.*x + 007", lambda x, y: 1e-3 * x + 0.5 * y + 3 * x + 7),
    ("x\n + y", lambda x, y: x + y),
    ("+x - -y", lambda x, y: x + y),
    ("max(x, y, 0) + min(x, y)", lambda x, y: max(x, y, 0) + min(x, y)),
    ("abs(x) + sign(y) + floor(x) + ceil(y)", lambda x, y: abs(x) + math.copysign(1, y) + math.floor(x) + math.ceil(y)),
    ("atan2(y, x) + tanh(x) + cosh(y)", lambda x, y: math.atan2(y, x) + math.tanh(x) + math.cosh(y)),
    ("sqrt(x*x + y*y) + log(2 + x)", lambda x, y: math.hypot(x, y) + math.log(2 + x)),
    ("x/y/2", lambda x, y: x / y / 2),
    ("5", lambda x, y: 5.0),
    ("asin(x/3) + acos(y/3) + atan(x) + sinh(x) + tan(y)",
     lambda x, y: math.asin(x / 3) + math.acos(y / 3) + math.atan(x) + math.sinh(x) + math.tan(y)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "meaning"), READ, ids=[text for text, _ in READ])
def test_means_what_it_says(text, meaning):
    V = Potential.parse(text)
    for x, y in ((0.7, -1.3), (1.9, 0.4), (-0.6, 2.2)):
        assert V.value(x, y) == pytest.approx(meaning(x, y), rel=1e-14)


def test_a_parameter_may_have_the_name_of_a_constant():
    assert Potential.parse("e*x", e=3.0).value(1, 0) == 3.0
    assert Potential.parse("r*x", r=2.0).value(1, 0) == 2.0


def test_marked_points_into_the_persons_own_text():
    with pytest.raises(FormulaError) as caught:
        read("x^2 + y^2 + q(x)")
    assert caught.value.with_caret().splitlines()[1] == " " * 12 + "^"


@pytest.mark.parametrize(
    ("text", "column", "shown", "caret"),
    [
        ("ｘ² + q(ｘ)", 5, "ｘ² + q(ｘ)", 6),
        ("x\n +\ty*é/", 7, "x  + y*é/", 7),
        ("e\u0301*x/", 4, "e\u0301*x/", 3),
        ("x\x1b[31m + \u202ey", 1, "x�[31m + �y", 1),
        ("x + " * 100 + "q(x)", 400, None, 50),
    ],
)
def test_the_caret_stands_under_the_column_in_a_terminal(text, column, shown, caret):
    line, finger = FormulaError("wrong", text, column).with_caret().splitlines()
    assert finger == " " * caret + "^"
    assert line == shown if shown is not None else line[caret:] == "q(x)" and len(line) <= 80


WORDS = [
    *"xytr()+-*/^,. ",
    "**",
    "sin(",
    "sqrt(",
    "log(",
    "min(",
    "2",
    "0",
    "1e9",
    "0.5",
    "pi",
    "e",
    "a",
    "q",
    "lambda",
]


@given(st.one_of(st.text(max_size=80), st.lists(st.sampled_from(WORDS), max_size=40).map("".join)))
@settings(deadline=None, max_examples=400)
def test_any_text_is_read_or_refused_quickly(text):
    began = time.process_time()
    try:
        read(text, ["a"])
    except FormulaError as error:
        assert 0 <= error.column <= len(text)
    assert time.process_time() - began < HANGS


@given(
    st.lists(
        st.sampled_from(["x", "y", "2", "0", "0.5", "a", "(", ")", "+", "-", "*", "/", "^", "sqrt(", "log("]),
        max_size=9,
    )
)
@settings(deadline=None, max_examples=150)
def test_what_is_read_becomes_an_expression_or_is_refused(words):
    try:
        formula = read("".join(words), ["a"])
        expression = build(formula)
    except FormulaError:
        return
    assert {one.name for one in expression.free_symbols} <= {"x", "y", *formula.names}


def test_threads_may_read_at_once() -> None:
    from concurrent.futures import ThreadPoolExecutor

    from orbitdraw.runtime import python_parser

    text = "+".join(f"sin(x*{k})" for k in range(60))
    source = "\n".join(f"def f{k}(x):\n    return [x + {k} for x in range({k})]" for k in range(200))
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(python_parser.parse, source) for _ in range(40)]
        jobs += [pool.submit(read, text) for _ in range(200)]
        assert all(job.result() is not None for job in jobs)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("2πx", "2*pi*x"), ("sin(πx)sin(πy)", "sin(pi*x)*sin(pi*y)"), ("xπ", "x*pi"), ("κπ²", "κ*pi^2")],
)
def test_pi_is_a_number_and_no_letter_of_a_longer_name(typed: str, meant: str) -> None:
    assert build(read(typed)) == build(read(meant))
    assert read(typed).names.keys() <= {"κ"}
