"""The names in a formula: which become sliders, which are known, and what is said of them."""

from __future__ import annotations

import ast
import keyword

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orbitdraw import Run, Scene, load
from orbitdraw.errors import FormulaError
from orbitdraw.potentials.formula import read
from orbitdraw.potentials.parameters import DEFAULT_SLIDER, parameters, undeclared_message
from orbitdraw.potentials.potential import Potential
from orbitdraw.slider import Slider


def tree(text, declared=()):
    return ast.dump(read(text, declared).tree)


def test_an_unknown_name_is_a_slider_of_one():
    V = Potential.parse("k*x^2 + a*y", a=Slider(3.0, 0.0, 9.0))
    assert V.params == {"a": Slider(3.0, 0.0, 9.0), "k": DEFAULT_SLIDER} and (
        DEFAULT_SLIDER.value,
        DEFAULT_SLIDER.low,
        DEFAULT_SLIDER.high,
    ) == (1, 0, 2)
    assert repr(V) == "Potential('k*x^2 + a*y', a=3 of 0..9, k=1 of 0..2)"
    assert V.value(2.0, 1.0) == 7.0 and V.value(2.0, 1.0, k=0.5) == 5.0
    assert load("k*x^2").declared.sliders["k"] == DEFAULT_SLIDER
    assert Scene("one", potential="k*x^2").declared.sliders["k"] == DEFAULT_SLIDER
    assert parameters(read("k*x^2"), {}) == {"k": DEFAULT_SLIDER}


@pytest.mark.parametrize(
    "name", [*keyword.kwlist, *keyword.softkwlist, "print", "self", "cls", "what", "values", "p0", "v0"]
)
def test_any_word_can_be_a_number(name):
    """Also the words of Python: a text is never read as Python."""
    V = Potential.parse(f"{name}*x^2 + y*{name}", **{name: 3.0})
    assert V.names == (name,) and V.value(2.0, 1.0) == 15.0
    assert V.force(1.0, 0.0, **{name: 2.0}).tolist() == [-4.0, -2.0]
    assert Potential.parse(V.derive()["text"], **{name: 3.0}).value(2.0, 1.0) == 15.0
    run = Run(load(f"{name}*x^2 + y^2", **{name: 2.0}))
    run.advance()
    assert run.values[name] == 2.0


@pytest.mark.parametrize("name", ["τ", "κ", "λ1", "Ω", "größe", "é", "ħ"])
def test_greek_and_latin_letters_are_names(name):
    V = Potential.parse(f"{name}*x^2")
    assert V.names == (name,) and V.value(2.0, 0.0) == 4.0
    assert set(V.derive()["text"].split("*")) == {"x^2", name}
    assert load(f"{name}*x^2 + y^2").declared.sliders[name] == DEFAULT_SLIDER


def test_greek_letters_are_latex():
    assert Potential.parse("τ*x").latex() == r"x\,\tau"
    assert Potential.parse("λ*x", λ=1.0).latex() == Potential.parse("lambda*x", **{"lambda": 1.0}).latex().replace(
        r"\lambda\,x", r"x\,\lambda"
    )
    assert Potential.parse("Ω₁*x").latex() == r"x\,\Omega_{1}"


@pytest.mark.parametrize("spelling", ["\N{MICRO SIGN}", "μ"])
def test_look_alikes_are_one_name(spelling):
    assert Potential.parse("μ*x", **{spelling: 2.0}).params == {"μ": 2.0}
    assert load("\N{MICRO SIGN}*x^2", **{spelling: 2.0}).declared.sliders["μ"] == 2.0


@pytest.mark.parametrize(("angle", "other"), [("phi", "φ"), ("theta", "θ")])
def test_polar_names_are_polar_unless_somebody_declares_them(angle, other):
    for name in (angle, other):
        V = Potential.parse(f"r^2*cos(3*{name})")
        assert V.names == ()
        assert V.value(-1.0, 2.0) == pytest.approx((-1) ** 3 / 5**0.5 - 3 * (-1) * 4 / 5**0.5, rel=1e-14)
        assert Potential.parse(f"{name}*x", **{name: 3.0}).value(1.0, 1.0) == 3.0
    assert Potential.parse("r*x", r=2.0).value(1.0, 1.0) == 2.0


def test_a_name_before_a_bracket_is_a_product_only_where_it_is_known():
    assert tree("k(x + 1)", ["k"]) == tree("k*(x + 1)", ["k"])
    assert tree("φ(1)") == tree("φ*(1)")
    assert tree("sin(x)*sin", ["sin"]) == tree("sin(x) sin", ["sin"])
    for text in ("k(x + 1)", "k*x + k (y)", "τ(x)", "ln2(x)"):
        with pytest.raises(FormulaError, match="unknown function"):
            read(text)


def test_what_the_names_became_is_said():
    assert undeclared_message(read("x^2")) == ""
    assert undeclared_message(read("k x^2")) == "k is a slider: 1, from 0 to 2"
    assert undeclared_message(read("k x^2", ["k"])) == ""
    assert undeclared_message(read("k x^2"), "--param") == "k is a slider: 1, from 0 to 2; --param k=... sets it"
    assert undeclared_message(read("a b c d g h x")) == "a, b, c, d, g and h are sliders: 1, from 0 to 2"
    assert undeclared_message(read("a b c d g h k x")) == "a, b, c, d, g and 2 others are sliders: 1, from 0 to 2"
    assert (
        undeclared_message(read("a x^2 + b c y"), "--param")
        == "a, b and c are sliders: 1, from 0 to 2; --param a=... sets one"
    )


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("xy", "write x*y for a product"),
        ("ax^2 + by^2", "write a*x for a product; write b*y for a product"),
        ("pix", "write pi*x for a product"),
        ("x2", "write x^2 for a power"),
        ("X^2", "did you mean x?"),
        ("masss*x", "did you mean mass?"),
        ("tehta", "did you mean theta?"),
        ("depth*x", "from 0 to 2"),
        ("radius*x", "from 0 to 2"),
        ("n*x", "from 0 to 2"),
    ],
)
def test_what_was_meant_instead_is_said(text, hint):
    assert undeclared_message(read(text, ["mass"])).endswith(hint)


TEETH = ["x", "k", "and", "or", "if", "e", "phi", "sin", "where(", "(", ")", " ", "*", ">", ",", "1", "|", "²"]


@given(st.lists(st.sampled_from(TEETH), max_size=10))
@settings(deadline=None, max_examples=400)
def test_declaring_what_was_fresh_changes_nothing(words):
    """The names of a formula become parameters, and are declared when its drawing is read again."""
    text = "".join(words)
    try:
        first = read(text)
    except FormulaError:
        return
    assert ast.dump(read(text, first.names).tree) == ast.dump(first.tree)
