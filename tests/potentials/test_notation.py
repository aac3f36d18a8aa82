"""Formulas as people write them: each means the same as one in which every sign is written out."""

from __future__ import annotations

import ast
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import ROOT

from orbitdraw.errors import FormulaError
from orbitdraw.functions import FUNCTIONS, SHORTHAND, argument_counts
from orbitdraw.potentials.formula import read
from orbitdraw.potentials.potential import Potential
from orbitdraw.potentials.printing import formula_text
from orbitdraw.potentials.symbolic import build


def dumped(node):
    """A tree as text, the same from every version of Python."""
    return re.sub(r", (keywords=\[\]|ctx=Load\(\))", "", ast.dump(node))


def tree(text, declared=()):
    return dumped(read(text, declared).tree)


WRITTEN = [
    ("2x^2", "2*x^2"),
    ("2x²y", "2*x^2*y"),
    ("k x^2", "k*x^2"),
    ("x^2y", "x^2*y"),
    ("(x)(y)", "(x)*(y)"),
    ("2(x + 1)(y - 1)", "2*(x + 1)*(y - 1)"),
    ("x(y + 1)", "x*(y + 1)"),
    ("r(1 - r)", "r*(1 - r)"),
    ("e(x + 1) + pi(y)", "e*(x + 1) + pi*(y)"),
    ("-2x", "-2*x"),
    ("x - 2y", "x - 2*y"),
    ("1/2 k x^2", "1/2*k*x^2"),
    ("-1/2 (x + y)", "-1/2*(x + y)"),
    ("x/2*3y", "x/2*3*y"),
    ("2 sin(x) cos(y)", "2*sin(x)*cos(y)"),
    ("3e + 2e3 + 2e-1x", "3*e + 2000.0 + 0.2*x"),
    ("1.e x", "1.0*e*x"),
    ("x²", "x^2"),
    ("x⁴ + x¹⁰", "x^4 + x^10"),
    ("y^⁻1 + y⁻¹ + y^-1 + y^⁻¹", "y^-1 + y^-1 + y^-1 + y^-1"),
    ("(x + y)²/2", "(x + y)^2/2"),
    ("-x²", "-x^2"),
    ("xⁿ", "x^n"),
    ("sin²(x) + sin^2(x) + sin(x)²", "sin(x)^2 + sin(x)^2 + sin(x)^2"),
    ("sin x + cos 2x - tan x²", "sin(x) + cos(2*x) - tan(x^2)"),
    ("sin x cos y", "sin(x)*cos(y)"),
    ("sin² 2x", "sin(2*x)^2"),
    ("2ln|x|/3", "2*log(abs(x))/3"),
    ("\N{MINUS SIGN}x \N{EN DASH} y \N{EM DASH} 1", "-x - y - 1"),
    ("x\N{NON-BREAKING HYPHEN}y\N{HYPHEN}1\N{FIGURE DASH}1\N{FULLWIDTH HYPHEN-MINUS}1", "x-y-1-1-1"),
    ("x∕y ÷ 2", "x/y / 2"),
    ("x·y × 2 ⋅ x ∙ y ∗ 2", "x*y * 2 * x * y * 2"),
    ("x**2", "x^2"),
    ("½*x^2 + ¾y", "(1/2)*x^2 + (3/4)*y"),
    ("|x|", "abs(x)"),
    ("||x| - 1|", "abs(abs(x) - 1)"),
    ("|x||y|", "abs(x)*abs(y)"),
    ("|x||y||x + y|", "abs(x)*abs(y)*abs(x + y)"),
    ("|x - |y||", "abs(x - abs(y))"),
    ("2|x|y - |y|x", "2*abs(x)*y - abs(y)*x"),
    ("max(|x|, |y|)²", "max(abs(x), abs(y))^2"),
    ("(|x| + 1)|-y|", "(abs(x) + 1)*abs(-y)"),
    ("√x + √(x + 1) + 2√y", "sqrt(x) + sqrt(x + 1) + 2*sqrt(y)"),
    ("√|x|", "sqrt(abs(x))"),
    ("∛x", "cbrt(x)"),
    ("π*x + 2π", "pi*x + 2*pi"),
    ("２ｘ＋（ｙ）", "2*x + (y)"),
    ("𝑥\N{NO-BREAK SPACE}+\N{THIN SPACE}𝑦", "x + y"),
    ("ℯ^x", "e^x"),
    ("xˆ2", "x^2"),
    ("k₁ x + k₁₂ y", "k1*x + k12*y"),
    ("\N{MICRO SIGN} + μ", "μ + μ"),
    ("ϕ + ϑ", "φ + θ"),
    ("e\N{COMBINING ACUTE ACCENT}*x", "é*x"),
    ("where(x ≤ y ≠ 1, x, y)", "where(x <= y != 1, x, y)"),
    ("where(x > 0 ∧ (y > 0 ∨ x ≥ 2), 1, 2)", "where(x > 0 and (y > 0 or x >= 2), 1, 2)"),
    ("where(x > 0 & y > 0 && r < 1, 1, 2)", "where(x > 0 and y > 0 and r < 1, 1, 2)"),
    ("where((x + 1)y > 0, 1, 2)", "where((x + 1)*y > 0, 1, 2)"),
    ("where((x > 0), 1, 2,)", "where(x > 0, 1, 2)"),
    ("min(0,5)", "min(0, 5)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "plain"), WRITTEN, ids=[plain for _, plain in WRITTEN])
def test_it_is_read_as_it_is_meant(text, plain):
    assert tree(text) == tree(plain)


MEANT = {
    "ln": np.log, "log10": np.log10, "log2": np.log2, "arcsin": np.arcsin, "arccos": np.arccos, "arctan": np.arctan,
    "arctan2": np.arctan2, "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh, "arsinh": np.arcsinh,
    "arcosh": np.arccosh, "artanh": np.arctanh, "cbrt": np.cbrt, "hypot": np.hypot, "pow": np.power, "mod": np.mod,
    "sgn": np.sign, "heaviside": lambda x: np.heaviside(x, 0.5), "cot": lambda x: 1 / np.tan(x),
    "sec": lambda x: 1 / np.cos(x), "csc": lambda x: 1 / np.sin(x),
}  # fmt: skip


@pytest.mark.parametrize("name", SHORTHAND)
def test_every_shorthand_is_the_function_of_that_name(name):
    x, y = np.array([0.2, 0.7, 1.3, 2.9]), np.array([0.4, 1.7, 2.2, 0.1])
    x = x[:2] if name in ("arcsin", "arccos", "atanh", "artanh") else x[2:] if "cosh" in name else x
    x, y = (x, y) if name in ("ln", "log10", "log2", "pow", "acosh", "arcosh") else (-x, y)
    given = (x, y[: len(x)])[: argument_counts(name)[0]]
    call = f"{name}({', '.join('xy'[: len(given)])})"
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(Potential.parse(call).value(x, y[: len(x)]), MEANT[name](*given), 1e-13, 1e-15)


# -- what was read before ----------------------------------------------------------------------------------------------


def python_tree(text):
    """What Python's own grammar makes of a formula in plain signs, "" where it is none: an oracle for old texts."""
    if not re.fullmatch(r"[A-Za-z_0-9.+\-*/^(), \n]+", text) or re.search(r"[0-9][xXoObBjJ_]", text):
        return ""
    try:
        found = ast.parse(text.strip().replace("^", "**"), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    nodes = (ast.BinOp, ast.UnaryOp, ast.Constant, ast.Name, ast.Call, ast.operator, ast.unaryop, ast.Load)
    calls = {id(node.func): node for node in ast.walk(found) if isinstance(node, ast.Call)}
    for node in ast.walk(found):
        if not isinstance(node, nodes) or isinstance(node, (ast.FloorDiv, ast.Mod, ast.Not)):
            return ""
        if isinstance(node, ast.Constant) and (type(node.value) not in (int, float) or not abs(node.value) < 2**53):
            return ""
        if id(node) in calls and not (isinstance(node, ast.Name) and node.id in FUNCTIONS and node.id != "where"):
            return ""
    return dumped(found)


def names_of(text):
    return set(re.findall(r"[A-Za-z_]\w*", text)) - {"x", "y", "t"}


def corpus():
    """Every text in tests, scenes and documents that Python's grammar takes for a formula."""
    found = set()
    for path in [*ROOT.glob("tests/**/*.py"), *ROOT.glob("scenes/**/*.py"), *ROOT.glob("orbitdraw/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {node.value, *node.value.split("|"), *re.findall(r'"([^"]*)"', node.value)}
    for path in [*ROOT.glob("*.md"), *ROOT.glob("benchmarks/*")]:
        if path.is_file():
            found |= set(re.findall(r"[\"`]([^\"`\n]+)[\"`]", path.read_text(encoding="utf-8", errors="ignore")))
    return sorted(text for text in found if python_tree(text) and not text.isidentifier())


REASONS = "write a decimal point|too large|too deep|division by zero|real|takes"
"""A text in plain signs is refused for what it says, not for how it is written."""


def check_old(text):
    """Read a text in plain signs and compare with Python's reading; False if it is refused."""
    try:
        ours = tree(text, names_of(text))
    except FormulaError as error:
        assert re.search(REASONS, str(error)), text
        return False
    assert ours == python_tree(text), text
    return True


def test_old_texts_mean_what_they_meant():
    assert sum(map(check_old, corpus())) > 150


PLAIN = st.recursive(
    st.sampled_from(["x", "y", "t", "r", "a", "b_1", "pi", "e", "2", "0.5", ".5", "3.", "1e-3", "17"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", " - ", "*", " / ", "**", "^", "+-"]), inner).map("".join),
        st.tuples(st.sampled_from(["-", "+", "sin", "abs", "exp", "tan"]), inner).map(lambda p: f"{p[0]}({p[1]})"),
        st.tuples(inner, inner).map(lambda p: f"max({p[0]}, {p[1]})"),
        inner.map(lambda one: f"({one})"),
    ),
    max_leaves=12,
)


@given(PLAIN)
@settings(deadline=None, max_examples=300)
def test_written_out_it_means_what_python_means(text):
    assert python_tree(text)
    check_old(text)


@pytest.mark.parametrize(
    ("plain", "comma"), [("max(0, 5, x)", "max(0,5,x)"), ("max(x, 5)", "max(x,5)"), ("min(0, 5)", "min(0,5)")]
)
def test_a_comma_without_blanks_still_parts_arguments(plain, comma):
    assert Potential.parse(plain).value(-3.0, 0.0) == Potential.parse(comma).value(-3.0, 0.0)


@pytest.mark.parametrize("above", ["k", "3 x", "x^2"])
@pytest.mark.parametrize("factor", ["x²", "x^2", "y**3", "x^-1", "y⁻²", "x^1.5", "y"])
def test_both_readings_of_an_unclear_product_are_the_whole_of_it(above, factor):
    with pytest.raises(FormulaError, match="this can mean") as refused:
        read(f"{above}/2 {factor}")
    readings = re.search(r"mean (.*) or (.*); write", str(refused.value))
    assert readings is not None
    over, under = (Potential.parse(reading).value(0.7, 1.9) for reading in readings.groups())
    given = Potential.parse(f"({above})*({factor})").value(0.7, 1.9)
    square = Potential.parse(f"({above})/({factor})").value(0.7, 1.9)
    assert over == pytest.approx(given / 2)
    assert under == pytest.approx(square / 2)


@pytest.mark.parametrize("text", [text for text, _ in WRITTEN])
def test_what_is_printed_is_read_as_the_same_formula(text):
    meant = build(read(text))
    again = build(read(formula_text(meant)))
    at = {one: 0.3 + 0.17 * place for place, one in enumerate(sorted(meant.free_symbols, key=str))}
    assert float(again.subs(at)) == pytest.approx(float(meant.subs(at)), rel=1e-12)
