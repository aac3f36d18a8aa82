"""Potentials: exact derivatives, arithmetic, parameters, and finding the kernel again without SymPy."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from smooth_potentials import potential

from orbitdraw.errors import InputError
from orbitdraw.potentials.potential import Potential
from orbitdraw.potentials.terms import well
from orbitdraw.slider import Slider


def test_large_formulas_take_as_many_lines_as_they_have_nodes():
    for name in ("long_product", "deep", "tower"):
        source = potential(name)._derivation()
        assert source["arrays"].count("\n") < 1500
    assert potential("softened")._derivation()["block"].count("sqrt(") == 2


@pytest.mark.parametrize("name", ["abs(x)", "sign(x)", "floor(x) + ceil(y)", "max(x, y)", "min(x, y)"])
def test_kinks_have_plain_numbers_for_derivatives(name):
    V = Potential.parse(name)
    zero = np.zeros(3)
    assert np.isfinite(V.force(zero, zero)).all()
    np.testing.assert_array_equal(V.hessian(zero, zero), 0)


def test_piecewise_and_foreign_symbols():
    x, y, k = sp.symbols("x y k")
    V = Potential.from_sympy(sp.Piecewise((k * x**2, x < 0), (sp.sin(y), (x < 1) & (y > 0)), (y, True)), k=2.0)
    np.testing.assert_allclose(V.value([-1, 0.5, 0.5, 2], [1, 1, -1, 1]), [2, np.sin(1), -1, 1])
    np.testing.assert_allclose(V.force([-1, 0.5, 0.5, 2], [1, 1, -1, 1]), [[4, 0, 0, 0], [0, -np.cos(1), -1, -1]])


def test_whole_and_half_powers_hold_no_call_to_pow():
    V = Potential.from_sympy(sp.sympify("(x**2 + y**2)**(-1.5) + (x**2 + 1)**2.0 + x**6/(1 + y**2)**(7/2)"))
    source = V._derivation()
    assert "**" not in source["block"] + source["arrays"]


def test_value_broadcasts_over_points_time_and_parameters():
    V = Potential.parse("a*x + t*y", a=1.0)
    assert V.value(1.0, 2.0).shape == ()
    assert V.value(np.ones((4, 1)), np.ones(3), a=np.full((2, 1, 1), 3.0)).shape == (2, 4, 3)
    assert V.force(np.ones((4, 1)), np.ones(3)).shape == (2, 4, 3)
    assert V.hessian(np.ones((4, 1)), np.ones(3)).shape == (2, 2, 4, 3)
    assert Potential.parse("3").value(np.zeros(5), 0.0).tolist() == [3.0] * 5


def test_singular_points_are_infinite_or_nan_without_a_warning():
    V = Potential.parse("-1/r")
    assert V.value(0.0, 0.0) == -np.inf
    assert not np.isfinite(V.force(0.0, 0.0)).any()


def test_unknown_parameters_name_the_near_ones():
    V = Potential.parse("mass*x", mass=1.0)
    with pytest.raises(InputError, match="did you mean mass"):
        V.value(0, 0, masss=2)
    with pytest.raises(InputError, match=r"without a value; give k=1\.0"):
        Potential.from_sympy(sp.Symbol("k") * sp.Symbol("x"))
    with pytest.raises(InputError, match="finite number"):
        Potential.parse("mass*x", mass=float("nan"))
    with pytest.raises(InputError, match="number or a Slider"):
        Potential.parse("mass*x", mass="heavy")
    with pytest.raises(InputError, match="did you mean mass"):
        well(masss=1)
    with pytest.raises(InputError, match="coordinate"):
        Potential.parse("x", x=1.0)


def test_a_function_says_its_parameters_and_mistakes_are_named():
    def two(x, y, t, gap=Slider(0.5, 0, 1), *, mass=2, at=(0.0, 0.0), label="left"):
        return mass * (x - gap - at[0]) ** 2 + t * y

    V = Potential.of(two)
    assert V.names == ("gap", "mass")
    assert V.value(1.0, 1.0, 3.0) == 2 * 0.25 + 3
    for bad, says in (
        (lambda y, x: x, "x and y first"),
        (lambda x: x, "x and y first"),
        (lambda x, y, k: x, "has no default"),
        (lambda x, y, **k: x, "name each parameter"),
        (lambda x, y: "x", "not a formula"),
        (lambda x, y: None, "not a formula"),
        (lambda x, y: sp.sqrt(-1 - x**2), "never a real"),
        (lambda x, y: sp.zoo * x, "infinite"),
        (lambda x, y: x + sp.Symbol("q"), "'q'"),
        (lambda x, y: sp.gamma(x), "gamma is not among"),
        (lambda x, y: sp.Function("f")(x), "f is not among"),
    ):
        with pytest.raises(InputError, match=says):
            Potential.of(bad).value(0.0, 0.0)


def test_arithmetic_moves_and_names():
    a, b = Potential.parse("k*x^2", k=2.0), Potential.parse("y^3")
    assert (a + 2 * b - b / 2 + 1).value(3.0, 2.0) == 18 + 16 - 4 + 1
    assert (-a).force(1.0, 0.0)[0] == 4.0
    assert a.shifted(1.0, 0.0).value(3.0, 0.0) == 8.0
    np.testing.assert_allclose(b.rotated(np.pi / 2).value(-2.0, 0.0), 8.0)
    assert (a + a).names == ("k",)
    with pytest.raises(InputError, match="renamed"):
        a + Potential.parse("k*y", k=3.0)
    both = a + Potential.parse("k*y", k=3.0).renamed(k="slope")
    assert both.names == ("k", "slope")
    assert both.value(1.0, 1.0) == 5.0
    with pytest.raises(TypeError):
        a * b
    with pytest.raises(InputError):
        a / 0


def test_a_potential_at_symbols_is_an_expression_and_at_numbers_a_value():
    V = Potential.parse("k*x^2*y", k=2.0)
    u = sp.Symbol("u")
    assert V(u + 1, 3).equals(6 * (u + 1) ** 2)
    assert V(2.0, 1.0, k=1.0) == 4.0

    def scene(x, y, k=1.0):
        return V(x - 1, y, k=k)

    assert Potential.of(scene).value(3.0, 1.0) == 4.0


def test_keys_tell_recipes_apart_and_slider_values_together():
    def make(offset):
        return lambda x, y, k=Slider(1.0, 0.0, 2.0): k * (x - offset) ** 2

    def same(x, y, k=Slider(2.0, 0.0, 2.0)):
        return k * x

    first = Potential.of(same).key
    same.__defaults__ = (Slider(1.5, 0.0, 2.0),)
    assert Potential.of(same).key == first
    keys = [Potential.of(make(offset)).key for offset in (1.0, 2.0, np.float64(3.0))]
    keys += [Potential.parse("x").key, Potential.parse("y").key, well(at=(1, 0)).key, well(at=(2, 0)).key, first]
    keys += [Potential.parse("a*b", a=1, b=1).key, Potential.parse("x").shifted(1, 0).key, (-Potential.parse("x")).key]
    assert len(set(keys)) == len(keys)
    assert Potential.of(make(1.0)).value(1.0, 0.0) == 0.0
    assert Potential.of(make(2.0)).value(1.0, 0.0) == 1.0


def test_latex_and_text_read_like_the_formula():
    V = Potential.from_sympy(sp.sympify("0.1*Abs(x) + Max(x, y)**2"))
    assert V.latex().startswith(r"0.1\,\left|{x}\right|")
    assert Potential.parse("bumps*x", bumps=1.0).latex() == r"\mathrm{bumps}\,x"
    assert Potential.parse("alpha*x", alpha=1.0).latex() == r"\alpha\,x"
    assert V.text == "0.1*abs(x) + max(x, y)^2"
    assert Potential.parse(V.text).value(1.0, 2.0) == 4.1
    assert Potential.parse("x +  y").text == "x +  y"


def test_python_s_own_remainder_is_the_formula_of_it():
    remainder = Potential.of(lambda x, y: x % 2 + y // 2)
    assert remainder.value(5.5, 5.0).item() == 5.5 % 2 + 5.0 // 2
    assert remainder.text == "x - 2*floor(x/2) + floor(y/2)"


def test_sympy_itself_may_ask_whether_an_expression_is_true():
    """While a scene's function runs, only the lines of an author are refused."""
    piecewise = Potential.of(lambda x, y: sp.simplify(sp.Piecewise((x * y, x > 0), (y, True)) + sp.sqrt(x**2 * y)))
    assert piecewise.value(2.0, 4.0).item() == pytest.approx(12.0)
    assert sp.Symbol("x") and sp.Symbol("x") + 1, "outside a scene's function SymPy is as it was"
