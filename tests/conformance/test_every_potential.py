"""Every term of the table, and some harder potentials: their derivatives and kernels are exact."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import sympy as sp
from smooth_potentials import SMOOTH, places, potential, run_kernel

from orbitdraw.potentials.terms import TERMS


def test_every_term_is_in_the_suite():
    assert set(TERMS) <= set(SMOOTH)


@pytest.mark.parametrize("name", SMOOTH)
def test_derivatives_match_finite_differences_of_30_digits(name):
    """Central differences of the value in 40 digits: an independent route to the force and the Hessian."""
    V = potential(name)
    variables = [sp.Symbol(axis, real=True) for axis in ("x", "y", "t")]
    held = {sp.Symbol(n, real=True): sp.Float(v, 40) for n, v in zip(V.names, V.numbers({}), strict=True)}
    f = sp.lambdify(variables, V.expr.subs(held), "mpmath")
    px, py = places()
    t = 0.3
    value, force, hessian = V.value(px, py, t), V.force(px, py, t), V.hessian(px, py, t)
    with mpmath.workdps(40):
        h = mpmath.mpf(10) ** -12
        for i, (x, y) in enumerate(zip(map(mpmath.mpf, px), map(mpmath.mpf, py), strict=True)):
            grid = {(a, b): f(x + a * h, y + b * h, mpmath.mpf(t)) for a in (-1, 0, 1) for b in (-1, 0, 1)}
            slope = [(grid[1, 0] - grid[-1, 0]) / (2 * h), (grid[0, 1] - grid[0, -1]) / (2 * h)]
            xx = (grid[1, 0] - 2 * grid[0, 0] + grid[-1, 0]) / h**2
            yy = (grid[0, 1] - 2 * grid[0, 0] + grid[0, -1]) / h**2
            xy = (grid[1, 1] - grid[1, -1] - grid[-1, 1] + grid[-1, -1]) / (4 * h**2)
            scale = max(1.0, *(abs(float(one)) for one in (*slope, xx, xy, yy)))
            np.testing.assert_allclose(value[i], float(grid[0, 0]), rtol=1e-12, atol=1e-12)
            np.testing.assert_allclose(force[:, i], [-float(one) for one in slope], rtol=1e-11, atol=1e-13 * scale)
            wanted = [[float(xx), float(xy)], [float(xy), float(yy)]]
            np.testing.assert_allclose(hessian[:, :, i], wanted, rtol=1e-11, atol=1e-12 * scale)


@pytest.mark.parametrize("name", SMOOTH)
def test_the_hessian_is_symmetrical(name):
    hessian = potential(name).hessian(*places())
    np.testing.assert_array_equal(hessian, hessian.swapaxes(0, 1))


@pytest.mark.parametrize("name", SMOOTH)
def test_the_kernel_computes_the_force(name):
    V = potential(name)
    x, y = places(37)
    np.testing.assert_allclose(run_kernel(V, x, y), V.force(x, y, 0.3), rtol=1e-12, atol=1e-13)
