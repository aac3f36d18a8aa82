"""Smooth potentials of every kind, and places at which to compare them."""

from __future__ import annotations

import functools

import numpy as np

from orbitdraw.potentials.potential import Potential
from orbitdraw.potentials.terms import gaussian, log_halo, ripple, spring, uniform, well
from orbitdraw.slider import Slider

SMOOTH = {
    "kepler": lambda: Potential.parse("-1/r"),
    "softened": lambda: Potential.parse("-m/sqrt((x - 1)^2 + y^2 + s^2) - 1/sqrt((x + 1)^2 + y^2 + s^2)", m=0.7, s=0.1),
    "henon_heiles": lambda: Potential.parse("(x^2 + y^2)/2 + k*(x^2*y - y^3/3)", k=1.0),
    "egg": lambda: Potential.parse("sin(3*x)*sin(3*y)"),
    "moving": lambda: Potential.parse("-1/sqrt((x - cos(w*t))^2 + (y - sin(w*t))^2 + 0.01)", w=2.0),
    "seventh": lambda: Potential.parse("(x^2 + y^2)^3.5 + x^7*y^11 + (x + y + 9)^-2.5"),
    "powers": lambda: Potential.parse("(x^2 + 1)^a + 2^(x*y) + (y^2 + 2)^(1/3)", a=0.7),
    "functions": lambda: Potential.parse("tanh(x)*atan(y) + log(2+cos(x)) + exp(-y^2)*sinh(x) + cosh(y)*atan2(y, x)"),
    "sines": lambda: Potential.parse("tan(x/5) + asin(x/9) + acos(y/9)"),
    "ramp": lambda: Potential.parse("abs(x - 0.1)*y + x*sqrt(abs(y))"),
    "edges": lambda: Potential.parse("max(x, y, x*y) + min(x^2, y^2, 1) + sign(x)*y + floor(2*x)*x + ceil(y)"),
    "many": lambda: Potential.parse("+".join(f"{1 + i}/sqrt((x-{i})^2 + (y+{i})^2 + 0.1)" for i in range(20))),
    "long_product": lambda: Potential.parse("*".join(f"(1.3 + sin(x + {i}*y))" for i in range(40)) + "*atan2(y, x)^2"),
    "deep": lambda: Potential.parse("sin(k*x + " * 25 + "y" + ")" * 25 + "*min(x, y^2)^3", k=1.3),
    "tower": lambda: Potential.parse("^".join(["(1 + x^2*y^2/40)"] * 12)),
    "powers_of_powers": lambda: Potential.parse("(((a/r - y + e)^2)^2)^(1/3) + ((x^2)^2)^(1/4)*y", a=0.7),
    "polar": lambda: Potential.parse("r³cos(3φ) + sin(2theta)/r"),
    "shorthand": lambda: Potential.parse("ln(2 + x²) + hypot(x, y)*asinh(y) + ∛(x - 9) + mod(x, 7)*sec(y/9)"),
    "well": lambda: well(at=(0.3, -0.2), mass=Slider(1.5, 0, 2), soften=0.2),
    "spring": lambda: spring(at=(0.3, -0.2), stiffness=2.0),
    "uniform": lambda: uniform(gx=0.3),
    "log_halo": lambda: log_halo(speed=1.2, core=0.14, flattening=0.8),
    "gaussian": lambda: gaussian(at=(0.1, 0.0), height=2.0, width=Slider(0.7, 0.1, 1)),
    "ripple": lambda: ripple(phase=0.4),
    "sum": lambda: 2 * well() - spring().shifted(0.5, -1).rotated(0.7) / 3,
}  # fmt: skip


@functools.cache
def potential(name):
    """One of them, made when a test asks: collecting tests should not wait for SymPy."""
    return SMOOTH[name]()


def places(count=12):
    rng = np.random.default_rng(5)
    return rng.uniform(-2, 2, count), rng.uniform(-2, 2, count)


def run_kernel(V, x, y, t=0.3):
    """The force (2, n) that the compiled kernel of a potential computes."""
    found = V.kernel()
    fx, fy = np.full_like(x, np.nan), np.full_like(x, np.nan)
    found.force(x, y, t, np.array(V.numbers({}), dtype=np.float64), fx, fy)
    return np.array([fx, fy])
