"""Everything derived from one formula: force, Hessian, LaTeX and kernel, each computed once and cached on disk."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from orbitdraw import potentials
from orbitdraw.errors import InputError, suggestion
from orbitdraw.potentials import fingerprint, shipped
from orbitdraw.potentials.misuse import check_formula, formula_errors
from orbitdraw.potentials.vocabulary import VARIABLES
from orbitdraw.runtime import cache
from orbitdraw.runtime.lru import LRUCache
from orbitdraw.slider import Number, Slider, default_value

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from orbitdraw.potentials.kernel import Kernel

    Floats = NDArray[np.float64]

KEPT = 256
"""Number of formulas whose derivation is kept in memory; those of others are loaded from the disk again."""

_records: LRUCache[str, dict[str, Any]] = LRUCache(KEPT)
_functions: LRUCache[str, dict[str, Any]] = LRUCache(KEPT)


class DerivedFormula:
    """A formula with its parameters, its hash, and everything that is derived from it.

    The expression is built by `recipe`, which imports SymPy, only when something is needed that is not on disk.
    """

    def __init__(self, recipe: Callable[[], Any], params: Mapping[str, Any], key: str, text: str | None = None) -> None:
        self.params: dict[str, Number] = {name: check_number(name, number) for name, number in params.items()}
        self.key = cache.digest(fingerprint.engine_hash(), key, *self.params)
        self._recipe = recipe
        self._text = text
        self._expr: Any = None

    _owner = "this potential"
    _function: Callable[..., Any] | None = None
    """The function of a scene file that returns the formula, if there is one."""

    # The formula.

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parameters, in the order of the kernel's `p`."""
        return tuple(self.params)

    @property
    def expr(self) -> Any:
        """The SymPy expression in real symbols x, y, t and the parameters."""
        if self._expr is None:
            found = self._recipe()
            if isinstance(found, DerivedFormula):
                found = found(*(symbol(name) for name in VARIABLES))
            with formula_errors(self._function):
                check_formula(found, self._owner)
                expression = potentials.symbolic.check_expression(found, self._owner)
                if missing := potentials.symbolic.unknown_names(expression, self.params):
                    raise InputError(
                        f"{self._owner} uses {missing[0]!r}, which has no value; {suggestion(missing[0], self.names)}"
                    )
            self._expr = expression
        return self._expr

    @property
    def text(self) -> str:
        """The formula as a user would type it."""
        return self._text if self._text is not None else str(self._derivation()["text"])

    def latex(self) -> str:
        """The formula as LaTeX, without "V ="."""
        return str(self._derivation()["latex"])

    def __repr__(self) -> str:
        numbers = [f"{name}={_number_text(number)}" for name, number in self.params.items()]
        return f"Potential({', '.join([repr(self._text or self._owner), *numbers])})"

    # Numerical values.

    def value(self, /, x: ArrayLike, y: ArrayLike, t: ArrayLike = 0.0, **p: float) -> Floats:
        """V at points (x, y) at time t; x, y, t and the parameters broadcast against each other."""
        return self._arrays("value", x, y, t, p)[0, ...]

    def force(self, /, x: ArrayLike, y: ArrayLike, t: ArrayLike = 0.0, **p: float) -> Floats:
        """The force per unit mass, -grad V, at points (x, y) at time t, of shape (2, *shape)."""
        return self._arrays("force", x, y, t, p)

    def hessian(self, /, x: ArrayLike, y: ArrayLike, t: ArrayLike = 0.0, **p: float) -> Floats:
        """The matrix of second derivatives of V at points (x, y) at time t, of shape (2, 2, *shape).

        >>> from orbitdraw.potentials.potential import Potential
        >>> Potential.parse("x^2*y").hessian(1.0, 2.0).tolist()
        [[4.0, 2.0], [2.0, 0.0]]
        """
        xx, xy, yy = self._arrays("hessian", x, y, t, p)
        return np.array([[xx, xy], [xy, yy]])

    def numbers(self, p: Mapping[str, Any]) -> list[Any]:
        """The values of the parameters in order, with defaults where none is given; InputError for unknown names."""
        for name in p:
            if name not in self.params:
                raise InputError(f"the potential has no {name!r}; {suggestion(name, self.params)}")
        values = [p.get(name, default_value(number)) for name, number in self.params.items()]
        return [float(one) if isinstance(one, int) else one for one in values]

    def kernel(self) -> Kernel:
        """The compiled force for blocks of particles; see `kernel.py`."""
        return potentials.kernel.Kernel(potentials.kernel.compile_kernel(self.block()), self.names, self.key)

    def block(self) -> str:
        """The source of `block(xs, ys, t, p, fx, fy)`, from which the kernel is compiled."""
        return str(self._derivation()["block"])

    def __call__(self, /, x: Any, y: Any, t: Any = 0.0, **p: Any) -> Any:
        """The formula at the given symbols, or its value at the given numbers."""
        numbers = self.numbers(p)
        if not any(map(is_symbolic, (x, y, t, *numbers))):
            return self.value(x, y, t, **p)
        places = zip((*VARIABLES, *self.names), (x, y, t, *numbers), strict=True)
        return self.expr.subs({symbol(name): one for name, one in places}, simultaneous=True)

    def _arrays(self, which: str, x: ArrayLike, y: ArrayLike, t: ArrayLike, p: Mapping[str, Any]) -> Floats:
        known = _functions.get(self.key)
        if known is None:
            known = potentials.numpy_functions.functions(self._derivation()["arrays"])
            _functions.put(self.key, known)
        inputs = [np.asarray(one, dtype=np.float64) for one in (x, y, t, *self.numbers(p))]
        shape = np.broadcast_shapes(*(one.shape for one in inputs))
        with np.errstate(all="ignore"):
            found = known[which](*inputs[:3], inputs[3:])
        out: Floats = np.empty((len(found), *shape))
        for index, one in enumerate(found):
            out[index] = one
        return out

    # Derivation.

    def _derivation(self) -> dict[str, Any]:
        found = self._record(may_derive=True)
        assert found is not None
        return found

    def _record(self, may_derive: bool) -> dict[str, Any] | None:
        """The derived sources: from memory, from disk, from the shipped ones, or, if `may_derive`, from SymPy."""
        record = _records.get(self.key)
        if record is None:
            found = cache.load(self.key) or shipped.recall(self.key)
            if found is None:
                if not may_derive:
                    return None
                found = self.derive()
                cache.store(self.key, found)
            _records.put(self.key, record := found)
        return record

    def derive(self) -> dict[str, Any]:
        """Derive text, LaTeX and sources of the formula with SymPy."""
        with formula_errors(self._function):
            arrays, block = potentials.codegen.source(self.expr, self.names)
        return {
            "names": list(self.names),
            "text": potentials.printing.formula_text(self.expr, self.names),
            "latex": potentials.printing.latex(self.expr),
            "arrays": arrays,
            "block": block,
        }


def _number_text(number: Number) -> str:
    return f"{number.value:g} of {number.low:g}..{number.high:g}" if isinstance(number, Slider) else f"{number:g}"


def symbol(name: str) -> Any:
    """The real SymPy symbol of a name; imports SymPy."""
    return potentials.symbolic.symbol(name)


def is_symbolic(one: Any) -> bool:
    """True when `one` is a SymPy object; does not import SymPy."""
    return type(one).__module__.partition(".")[0] == "sympy" or hasattr(one, "free_symbols")


def check_number(name: str, number: Any) -> Number:
    """A parameter's value if it is a slider or a finite number; InputError for anything else."""
    if isinstance(number, Slider):
        return number
    try:
        value = float(number)
    except (TypeError, ValueError):
        raise InputError(f"{name} must be a number or a Slider, not {number!r}") from None
    if not math.isfinite(value):
        raise InputError(f"{name} must be a finite number, not {value}")
    return value
