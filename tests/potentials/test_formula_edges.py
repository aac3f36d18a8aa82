"""The limits of a formula are met to the last character, name and power, and one more is refused."""

from __future__ import annotations

import math

import pytest

from orbitdraw.errors import FormulaError
from orbitdraw.potentials import interval
from orbitdraw.potentials.formula import MAX_LENGTH, MAX_NODES, MAX_POWER, FormulaCheck, read
from orbitdraw.potentials.grammar import MAX_DEPTH


def refusal(text, params=()):
    with pytest.raises(FormulaError) as caught:
        read(text, params)
    return caught.value


def span(text, params=()):
    """The interval that the value of a formula lies in, as reading finds it."""
    formula = read(text, params)
    return FormulaCheck(formula).span(formula.tree, 0, 1.0)


def test_a_formula_may_be_as_long_as_the_limit():
    assert read("x".ljust(MAX_LENGTH)).names == {}
    error = refusal("x".ljust(MAX_LENGTH + 1))
    assert str(error) == f"the formula has {MAX_LENGTH + 1} characters; at most {MAX_LENGTH}"
    assert error.column == MAX_LENGTH


@pytest.mark.parametrize("given", [None, 3, b"x", ["x"]])
def test_only_a_text_is_a_formula(given):
    with pytest.raises(FormulaError, match=f"a formula is a text, not {type(given).__name__}"):
        read(given)


@pytest.mark.parametrize(
    ("text", "nodes"),
    [
        ("x", 1),
        ("-x", 2),
        ("x + y", 4),
        ("x + y + 1", 6),
        ("x^2", 3),
        ("sin(x)", 2),
        ("min(x, y)", 3),
        ("where(x > 0, 1, y)", 6),
        ("where(x > 0 and y > 0, 1, 2)", 10),
        ("where(0 < x < 1, 1, 2)", 7),
    ],
)
def test_each_operation_number_and_name_counts(text, nodes):
    walk = FormulaCheck(read(text))
    walk.check()
    assert walk.nodes == nodes


def test_a_formula_may_be_as_large_as_the_limit():
    terms = MAX_NODES // 2
    read("+".join(["x"] * terms))
    for text in ("+".join(["x"] * (terms + 1)), "-x" + "+x" * (terms - 1)):
        assert f"too large; at most {MAX_NODES} operations, numbers and names" in str(refusal(text))


def test_a_formula_may_be_nested_as_deep_as_the_limit():
    half, third = MAX_DEPTH // 2, MAX_DEPTH // 3
    for good, bad in (
        ("(" * MAX_DEPTH + "x" + ")" * MAX_DEPTH, "(" * (MAX_DEPTH + 1) + "x" + ")" * (MAX_DEPTH + 1)),
        ("-sin(" * half + "x" + ")" * half, "-sin(" * half + "-x" + ")" * half),
        ("1 + 2*cos(" * third + "x" + ")" * third, "1 + 2*cos(" * third + "-x" + ")" * third),
    ):
        read(good)
        assert f"nested too deep; at most {MAX_DEPTH} levels" in str(refusal(bad))


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("x^200", True),
        ("x^201", False),
        ("x^200.5", False),
        ("x^-200", True),
        ("x^-201", False),
        ("(x^20)^10", True),
        ("(x^20)^-10", True),
        ("(x^67)^3", False),
        ("((x^2)^10)^11", False),
        ("(x^0.5)^200", True),
        ("(x^200)^0.5", True),
        ("(x^201)^0.5", False),
        ("x^100 + y^150", True),
        ("(x^2 + y^100)^2", True),
        ("(x^2 + y^101)^2", False),
        ("(-(y^101))^2", False),
        ("sin(y^101)^2", False),
        ("min(x, y^101)^2", False),
        ("where(x > y^150, 1, x)^2", True),
        ("where(x > 0, 1, y^101)^2", False),
        ("where(x^201 > 1, 1, y)", False),
        ("where(x > 0 or 1 < (y^20)^11, 1, y)", False),
        ("2^(x^200)", True),
        ("x^k", True),
        ("(x^k)^200", True),
        ("(x^k)^201", False),
    ],
)
def test_powers_of_powers_have_a_largest_exponent(text, fits):
    if fits:
        read(text, ["k"])
    else:
        assert str(refusal(text, ["k"])).startswith(f"the exponent is too large; at most {MAX_POWER}")


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2.5", 2.5, 2.5),
        ("-2.5", -2.5, -2.5),
        ("+2.5", 2.5, 2.5),
        ("pi", math.pi, math.pi),
        ("e", math.e, math.e),
        ("r", 0.0, math.inf),
        ("-r", -math.inf, 0.0),
        ("phi", -math.pi, math.pi),
        ("theta", -math.pi, math.pi),
        ("φ", -math.pi, math.pi),
        ("x", -math.inf, math.inf),
        ("k", -math.inf, math.inf),
        ("2 - 3*4 + 1", -9.0, -9.0),
        ("7/2 - 1", 2.5, 2.5),
        ("2^3", 8.0, 8.0),
        ("abs(x)", 0.0, math.inf),
        ("where(x > 0, 1, 3)", 1.0, 3.0),
        ("where(x > 0, 3, 1)", 1.0, 3.0),
        ("where(x > 0, 2, sin(x))", -1.0, 2.0),
        ("where(x > 0, sin(x), -2)", -2.0, 1.0),
        ("where(x > 0, sin(x), 2)", -1.0, 2.0),
        ("where(x > 0, -2, sin(x))", -2.0, 1.0),
    ],
)
def test_the_interval_of_a_value_is_known(text, low, high):
    assert span(text) == pytest.approx((low, high))


def test_a_parameter_may_take_any_name_and_may_be_any_number():
    for name in ("e", "pi", "r", "phi", "theta", "φ"):
        assert span(name, [name]) == interval.REAL_LINE
        assert span(name) != interval.REAL_LINE


@pytest.mark.parametrize("text", ["1e299", "-1e299", "9.9e299*x", "x*9e299", "1e200*1e99"])
def test_numbers_below_the_largest_are_fine(text):
    read(text)


@pytest.mark.parametrize("text", ["1e300", "-1e300", "x + 1e300", "1e200*1e100", "10^300", "exp(999)", "-exp(999)"])
def test_numbers_beyond_the_largest_are_refused(text):
    assert "too large" in str(refusal(text))


def test_names_have_the_column_of_their_first_place_and_say_who_declared_them():
    formula = read("b + a*x + b*c", ["a", "d"])
    assert dict(formula.names) == {"b": 0, "a": 4, "c": 12}
    assert formula.declared == {"a", "d"} and formula.undeclared_names == ("b", "c")
    assert formula.text == "b + a*x + b*c"


def test_a_fault_points_at_the_left_side_and_repeats_what_was_written():
    formula = read("1 + sin( x ) * 2")
    product = formula.tree.right
    assert formula.text_of(product) == "sin( x ) * 2" and formula.text_of(product.left) == "sin( x )"
    assert formula.fault("wrong", product).column == 4
    assert formula.fault("wrong", product).text == formula.text
