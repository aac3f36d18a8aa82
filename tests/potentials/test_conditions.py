"""where(...) and step(...): the same value and force on every way, and where it jumps is said."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from orbitdraw import functions
from orbitdraw.cli.describe import facts
from orbitdraw.library.loading import load, remarks
from orbitdraw.potentials.evaluate import FormulaPotential
from orbitdraw.potentials.formula import read
from orbitdraw.potentials.jumps import jump_message
from orbitdraw.potentials.potential import Potential
from orbitdraw.simulation.run import Run

# Each with the pieces that it is made of, as (is it this one at x, y?, V there).
SHAPES = {
    "where(x > 0, x^2*y, y^3)": lambda x, y: (x > 0, x**2 * y, y**3),
    "where(-1 < x <= y, sin(x*y), x)": lambda x, y: ((x > -1) & (x <= y), np.sin(x * y), x),
    "where(x > 0 and y > 0 or r > 1.5, exp(x), y^2)": lambda x, y: (
        (x > 0) & (y > 0) | (np.hypot(x, y) > 1.5), np.exp(x), y**2),
    "where(x > 0, √x, 1/x)": lambda x, y: (x > 0, np.sqrt(np.abs(x)), 1 / x),
    "step(x - y)*x^2": lambda x, y: (x > y, x**2, 0 * x),
    "where(x != y, x, y)^2": lambda x, y: (x != y, x**2, y**2),
    "where(x > 0, where(y > 0, x*y, 1), y)": lambda x, y: (x > 0, np.where(y > 0, x * y, 1.0), y),
    "|where(x > 0, x, y)| - max(step(x), y)": lambda x, y: (
        x > 0, np.abs(x) - np.maximum(1, y), np.abs(y) - np.maximum(0, y)),
    "where(sin(3φ) > 0, r^2, x)": lambda x, y: (np.sin(3 * np.arctan2(y, x)) > 0, x**2 + y**2, x),
    "*".join(f"where(x > {k}/9, tan(x/{k + 3}) + 2, y + 3)" for k in range(1, 25)): lambda x, y: (
        x < 9, np.prod([np.where(x > k / 9, np.tan(x / (k + 3)) + 2, y + 3) for k in range(1, 25)], axis=0), x),
}  # fmt: skip


def places():
    rng = np.random.default_rng(2)
    return rng.uniform(-2, 2, 60), rng.uniform(-2, 2, 60)


@pytest.mark.parametrize("text", SHAPES, ids=[text[:30] for text in SHAPES])
def test_value_force_and_curvature_are_those_of_the_pieces(text):
    x, y = places()
    V = Potential.parse(text)
    condition, a, b = SHAPES[text](x, y)
    np.testing.assert_allclose(V.value(x, y), np.where(condition, a, b), rtol=1e-12)
    np.testing.assert_allclose(FormulaPotential(read(text), {}).value(x, y), V.value(x, y), rtol=1e-12)

    def smooth(h):
        """Where no piece changes within h: the difference quotients of others mean nothing."""
        near = [SHAPES[text](x + i * h, y + j * h) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        kind = [np.where(c, 1, 2) for c, *_ in near]
        return np.all([one == kind[4] for one in kind], axis=0)

    h = 1e-5
    slope = -np.array([V.value(x + h, y) - V.value(x - h, y), V.value(x, y + h) - V.value(x, y - h)]) / (2 * h)
    bend = -np.array([V.force(x + h, y) - V.force(x - h, y), V.force(x, y + h) - V.force(x, y - h)]) / (2 * h)
    size = np.maximum(1.0, np.abs(V.value(x, y)))
    good = smooth(2 * h) & (np.abs(slope / size).max(0) < 100)  # inner pieces may change too: their slope is then huge
    assert good.sum() > 40
    np.testing.assert_allclose((V.force(x, y) / size)[:, good], (slope / size)[:, good], rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose((V.hessian(x, y) / size)[..., good], (bend / size)[..., good], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("text", SHAPES, ids=[text[:30] for text in SHAPES])
def test_the_compiled_force_is_that_of_the_arrays(text):
    x, y = places()
    V = Potential.parse(text)
    fx, fy = np.empty_like(x), np.empty_like(y)
    V.kernel().force(x, y, 0.0, np.empty(0), fx, fy)
    np.testing.assert_allclose([fx, fy], V.force(x, y), rtol=1e-13)


def test_a_jump_is_not_felt():
    x = np.array([-1e-9, 0.0, 1e-9])
    for text in ("step(x)", "where(x > 0, 1, 0)", "where(0 < x and y < 1, -5, 2)"):
        V = Potential.parse(text)
        assert not V.force(x, 0 * x).any() and not V.hessian(x, 0 * x).any()
    assert Potential.parse("step(x)").value(x, 0 * x).tolist() == [0.0, 0.5, 1.0]
    assert np.isnan(Potential.parse("step(x)").value(np.nan, 0.0))


def test_the_piece_that_is_not_meant_does_no_harm():
    """Its value, and its derivatives, need not be numbers there."""
    V = Potential.parse("where(x > 0, √x + ln x, 2 - y)")
    assert V.value(-1.0, 0.5) == 1.5 and V.force(-1.0, 0.5).tolist() == [0.0, 1.0]
    assert (V.hessian(-1.0, 0.5) == 0).all()


def test_a_run_crosses_a_jump_as_if_it_were_not_there():
    run = Run(load("where(x > 0, 1, 0)"))
    before = run.vel.copy()
    for _ in range(30):
        run.advance()
    np.testing.assert_array_equal(run.vel, before)


def test_conditions_are_set_as_cases():
    assert Potential.parse("where(x > 0, x², y)").latex().startswith(r"\begin{cases} x^{2} & \text{for}\: x > 0")
    assert Potential.parse("y step(x)").latex() == r"y\,\operatorname{step}{\left(x \right)}"


def test_scenes_may_use_them_on_numbers_arrays_and_symbols():
    where, step = functions.where, functions.step
    x = sp.Symbol("x", real=True)
    assert (where(True, 1.0, 2.0), where(2 < 1, 1.0, 2.0)) == (1.0, 2.0)
    assert [step(-1.0), step(0.0), step(2.0)] == [0.0, 0.5, 1.0]
    array = np.array([-1.0, 0.0, 2.0])
    assert where(array > 0, array, 5.0).tolist() == [5.0, 5.0, 2.0]
    assert step(array).tolist() == [0.0, 0.5, 1.0]
    assert where(x > 0, x, 1) == sp.Piecewise((x, x > 0), (1, True)) and step(x) == sp.Heaviside(x)

    def well(x, y, depth=2.0):
        return where(x**2 + y**2 < 1, -depth, 0) + step(y)

    assert Potential.of(well).value([0.5, 2.0], [0.0, 1.0]).tolist() == [-1.5, 1.0]


@pytest.mark.parametrize("mode", ["nested", "joined", "many"])
def test_many_conditions_are_derived_in_as_many_lines(mode):
    text = {
        "nested": "where(x > 1, " * 25 + "y" + ", x*y)" * 25,
        "joined": "where(" + " and ".join(f"(x > {k} or y < {k}*x)" for k in range(30)) + ", x*y, y)",
        "many": "+".join(f"where(x > {k} and y < {k}, x*y^{k}, {k})" for k in range(25)),
    }[mode]
    assert Potential.parse(text).derive()["arrays"].count("\n") < 400


# -- jumps -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("where(x > 0, 1, 2)", "at x = 0"),
        ("k step(x - 1)", "at x - 1 = 0"),
        ("where(r < 1, -5, 0)", "at r = 1"),
        ("where(0.5 < x, 1, 2)", "at x = 0.5"),
        ("where(0 < x < 1 and y > 0, 3, x)", "at x = 0 and at x = 1 and at y = 0"),
        ("where(r < 0.1, 1e-6, 0)", "at r = 0.1"),
        ("1e9 sign(y)", "at y = 0"),
        ("mod(x, 1)", "where mod(x, 1) does"),
        ("floor(x)", "where floor(x) does"),
        ("y + 2ceil(x)", "where ceil(x) does"),
        ("sqrt(x)*step(x - 1)", "at x - 1 = 0"),
        ("φ", "where φ does"),
        ("atan2(x, y)", "where atan2(x, y) does"),
        ("step(x) + step(y) + step(x - y) + step(x + y)", "elsewhere"),
    ],
)
def test_where_it_jumps_is_said(text, place):
    said = jump_message(FormulaPotential(read(text), dict.fromkeys(read(text).names, 1.0)), 2.4)
    assert place in said and said.endswith("no force acts there, so energy is not conserved")


@pytest.mark.parametrize(
    "text",
    [
        *("x^2", "where(x > 0, x^2, 0)", "step(x)*x", "abs(x)", "max(x, y)", "sign(x)*x^2", "∛(x - 1)", "cos(3φ)"),
        *("where(x > 0, √x, 0)", "where(r > 50, 1, 0)", "sign(x)/x", "where(x > 0, 1, 1)", "0*step(x)"),
        *("ceil(x) - ceil(x)", "√(y - 1e9)*step(x)", "where(x == 0, 1, 2)"),
    ],
)
def test_where_it_does_not_jump_nothing_is_said(text):
    assert jump_message(FormulaPotential(read(text), {}), 2.4) == ""


def test_a_formula_that_jumps_conserves_nothing():
    assert facts(load("x^2 + y^2"))["conserved"] == ["energy"]
    assert facts(load("x^2 + step(y)"))["conserved"] == []
    assert remarks("k step(y)", {}) == [
        "k is a slider: 1, from 0 to 2; --param k=... sets it",
        "V jumps at y = 0: no force acts there, so energy is not conserved",
    ]
    assert remarks("two_wells", {}) == []
