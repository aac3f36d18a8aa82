"""A formula that is printed and read again is the same formula."""

from __future__ import annotations

import ast
import re

import pytest
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from orbitdraw.errors import FormulaError
from orbitdraw.functions import FUNCTIONS
from orbitdraw.potentials.formula import read
from orbitdraw.potentials.potential import Potential
from orbitdraw.potentials.printing import formula_text
from orbitdraw.potentials.symbolic import build, symbol
from orbitdraw.potentials.terms import well

NAMES = ("a", "e", "pi", "r", "lambda", "τ", "if", "E")
POINTS = [
    {name: sp.Rational(k * (i + 2) % 13 + 1, 7) * (-1) ** (k + i) for i, name in enumerate([*"xyt", *NAMES])}
    for k in (3, 5, 8)
]

ATOMS = st.one_of(
    st.sampled_from(["x", "y", "t", *NAMES]),
    st.integers(0, 40).map(str),
    st.floats(1e-9, 1e9, allow_nan=False).map(repr),
)
CONDITIONS = st.tuples(ATOMS, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), ATOMS).map(" ".join)


def grown(inner):
    once = st.sampled_from([name for name, row in FUNCTIONS.items() if row.most == 1])
    twice = st.sampled_from(["max", "min", "atan2"])
    joined = st.tuples(CONDITIONS, st.sampled_from(["and", "or"]), CONDITIONS).map(" ".join)
    return st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda p: f"({p[0]}){p[1]}({p[2]})"),
        st.tuples(inner, st.sampled_from(["2", "3", "-1", "0.5", "(1/3)", "-2.5", "0.7", "a"])).map(
            lambda p: f"({p[0]})^{p[1]}"
        ),
        st.tuples(once, inner).map(lambda p: f"{p[0]}({p[1]})"),
        st.tuples(twice, inner, inner).map(lambda p: f"{p[0]}({p[1]}, {p[2]})"),
        st.tuples(st.one_of(CONDITIONS, joined), inner, inner).map(lambda p: f"where({p[0]}, {p[1]}, {p[2]})"),
        inner.map(lambda one: f"-({one})"),
    )


FORMULAS = st.recursive(ATOMS, grown, max_leaves=8)


def rounded(expression):
    """The expression with 12 digits of its decimals: 0.1^2 is printed as 0.01, which is not quite the same double."""
    return expression.xreplace({one: sp.Rational(f"{float(one):.12g}") for one in expression.atoms(sp.Float)})


def worked_out(expression, point):
    """The value in 30 digits, None where it is no finite real number."""
    held = {symbol(name): number for name, number in point.items()}
    value = sp.N(expression.xreplace(held), 30)
    return value if value.is_number and value.is_finite and value.is_real else None


@given(FORMULAS)
@settings(deadline=None, max_examples=250)
def test_what_is_printed_is_read_as_the_same(text):
    try:
        first = build(read(text, NAMES))
    except FormulaError:
        assume(False)
    try:
        second = build(read(formula_text(first, NAMES), NAMES))
    except FormulaError as error:  # simpler than it was typed, it shows what it is
        assert "real number" in str(error) and all(worked_out(first, point) is None for point in POINTS)
        return
    if second == first:
        return
    for point in POINTS:
        one, other = worked_out(rounded(first), point), worked_out(rounded(second), point)
        assert (one is None) == (other is None)
        assert one is None or abs(one - other) <= 1e-25 * abs(one)


# Trees in two spellings: with every sign, and as people write.
LETTERS = st.sampled_from(
    [("x", "x"), ("y", "y"), ("pi", "π"), ("a", "a"), ("τ", "τ"), ("k1", "k₁"), ("r", "r"), ("φ", "φ")]
)
POWERS = st.tuples(LETTERS, st.sampled_from([("^2", "²"), ("^10", "¹⁰"), ("^-1", "⁻¹"), ("^(3)", "^(3)")])).map(
    lambda p: (p[0][0] + p[1][0], p[0][1] + p[1][1])
)


def spelled(inner):
    sums = st.lists(inner, min_size=2, max_size=3).map(
        lambda parts: tuple("(" + " + ".join(p) + ")" for p in zip(*parts, strict=True))
    )
    differences = st.tuples(inner, inner).map(lambda p: (f"({p[0][0]} - {p[1][0]})", f"({p[0][1]} − {p[1][1]})"))
    products = st.tuples(st.integers(2, 99), st.lists(inner, min_size=1, max_size=3)).map(
        lambda p: (
            "(" + "*".join([str(p[0]), *(one for one, _ in p[1])]) + ")",
            "(" + " ".join([str(p[0]), *(one for _, one in p[1])]) + ")",
        )
    )
    sizes = inner.map(lambda one: (f"abs({one[0]})", f"|{one[1]}|"))
    roots = inner.map(lambda one: (f"sqrt({one[0]})", f"√({one[1]})"))
    squares = inner.map(lambda one: (f"sin({one[0]})^2", f"sin²({one[1]})"))
    logs = inner.map(lambda one: (f"log({one[0]})", f"ln({one[1]})"))
    return st.one_of(sums, differences, products, sizes, roots, squares, logs)


@given(st.recursive(st.one_of(LETTERS, POWERS), spelled, max_leaves=10))
@settings(deadline=None, max_examples=400)
def test_both_spellings_are_one_formula(pair):
    plain, written = pair
    try:
        wanted = ast.dump(read(plain).tree)
    except FormulaError as error:
        with pytest.raises(FormulaError) as caught:
            read(written)
        assert str(caught.value).partition(" (column")[0] == str(error).partition(" (column")[0]
        return
    try:
        assert ast.dump(read(written).tree) == wanted
    except FormulaError as error:
        # A name with a blank and a bracket behind it may be meant as a function.
        called = re.search(r"[a-z] \(", written) and "( for a product" in str(error)
        assert called or ("are ambiguous; write abs" in str(error) and written.count("|") > 3)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (sp.Abs(symbol("x")), "abs(x)"),
        (sp.Max(symbol("x"), 1) - sp.Min(symbol("y"), 2), "max(1, x) - min(2, y)"),
        (sp.ceiling(symbol("x")) * sp.Heaviside(symbol("y")), "step(y)*ceil(x)"),
        (sp.E * symbol("x") + sp.pi, "e*x + pi"),
        (sp.E * symbol("e") + sp.pi * symbol("pi"), "exp(1)*e + acos(-1)*pi"),
        (symbol("E") * symbol("Abs"), "Abs*E"),
        (sp.Float(1e-5) * symbol("x"), "1e-05*x"),
        (sp.Float(1 / 3) * symbol("x"), "0.3333333333333333*x"),
        (sp.Float(0.1**2) * symbol("x"), "0.01*x"),
        (sp.Float(3.0) * symbol("x"), "3.0*x"),
        (sp.Piecewise((1, symbol("x") > 0), (2, symbol("y") > 0), (3, True)), "where(x > 0, 1, where(y > 0, 2, 3))"),
        (sp.Piecewise((1, sp.Eq(symbol("x"), 0) | (symbol("y") >= 1)), (0, True)), "where((x == 0) or (y >= 1), 1, 0)"),
    ],
)
def test_printing_uses_the_words_of_formulas(expression, text):
    assert formula_text(expression) == text


def test_a_term_is_printed_as_a_formula():
    V = well(at=(0.3, -0.2), mass=1.5)
    again = Potential.parse(V.text)
    assert again.value(1.0, 2.0) == pytest.approx(V.value(1.0, 2.0), rel=1e-15)
