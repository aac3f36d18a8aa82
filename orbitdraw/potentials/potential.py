"""A potential V(x, y, t; parameters): one formula from which force, Hessian, kernel and LaTeX are derived.

V is energy per unit mass of the particle.
"""

from __future__ import annotations

import inspect
import json
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from orbitdraw import potentials
from orbitdraw.errors import InputError, suggestion
from orbitdraw.potentials import fingerprint
from orbitdraw.potentials.derivation import DerivedFormula, check_number, is_symbolic, symbol
from orbitdraw.potentials.formula import read
from orbitdraw.potentials.misuse import check_comparisons, formula_errors
from orbitdraw.potentials.parameters import DEFAULT_SLIDER
from orbitdraw.potentials.tokens import plain_name
from orbitdraw.potentials.vocabulary import VARIABLES
from orbitdraw.runtime import cache, lazy
from orbitdraw.slider import Number, Slider

if TYPE_CHECKING:
    import sympy
else:
    sympy = lazy.module("sympy")


class Potential(DerivedFormula):
    """V(x, y, t; parameters), made by `parse`, `from_sympy`, `of`, a term such as `well`, or from other potentials.

    >>> V = Potential.parse("k*(x^2 + y^2)/2", k=2.0)
    >>> V.value(1.0, 2.0).item(), V.force(1.0, 2.0).tolist()
    (5.0, [-2.0, -4.0])
    >>> V.force(1.0, 2.0, k=1.0).tolist()
    [-1.0, -2.0]
    """

    # Constructors.

    @classmethod
    def parse(cls, text: str, /, **params: Number) -> Potential:
        """The potential of a typed formula; FormulaError with the column if it is invalid.

        A name without a value becomes a slider of 1, from 0 to 2.

        >>> Potential.parse("-k/sqrt(x^2 + y^2 + a)", a=0.01)
        Potential('-k/sqrt(x^2 + y^2 + a)', a=0.01, k=1 of 0..2)
        """
        given = {plain_name(name): number for name, number in params.items()}
        for name in given:
            if name in VARIABLES:
                raise InputError(f"{name!r} is a coordinate of every formula; give the parameter another name")
        formula = read(text, given)
        given |= dict.fromkeys(formula.undeclared_names, DEFAULT_SLIDER)

        def recipe() -> Any:
            return potentials.symbolic.build(formula)

        potential = cls(recipe, given, cache.digest("formula", text), text)
        if potential._record(may_derive=False) is None:
            potential._derivation()  # errors that only SymPy finds are raised here
        return potential

    @classmethod
    def from_sympy(cls, expr: Any, **params: Number) -> Potential:
        """The potential of a SymPy expression in symbols named x, y and t; all other symbols are parameters.

        >>> import sympy
        >>> x, y = sympy.symbols("x y")
        >>> Potential.from_sympy(x**2 * y).value(3.0, 2.0).item()
        18.0
        """
        expression = potentials.symbolic.check_expression(expr, "this expression")
        if missing := potentials.symbolic.unknown_names(expression, params):
            raise InputError(f"the expression has {missing[0]!r} without a value; give {missing[0]}=1.0")
        potential = cls(lambda: expression, params, cache.digest("sympy", sympy.srepr(expression)))
        potential._expr = expression
        return potential

    @classmethod
    def of(cls, function: Callable[..., Any], key: str | None = None) -> Potential:
        """The potential of a function f(x, y[, t], parameters=...), with the defaults as values of the parameters.

        The function is called with symbols, and only when its kernel is not in the cache.

        >>> def bowl(x, y, k=Slider(1.0, 0.0, 2.0)):
        ...     return k * (x**2 + y**2) / 2
        >>> Potential.of(bowl).force(2.0, 1.0).tolist()
        [-2.0, -1.0]
        """
        owner = getattr(function, "__name__", "the function")
        arguments, params = _signature(function, owner)

        def recipe() -> Any:
            given = [symbol(name) for name in arguments]
            check_comparisons(function)
            with formula_errors(function), potentials.symbolic.refuse_truth_values():
                return function(*given, **{name: symbol(name) for name in params})

        if key is None:
            try:
                key = fingerprint.function_hash(function)
            except fingerprint.UnhashableError:
                found = recipe()
                key = cache.digest("sympy", sympy.srepr(sympy.sympify(found)) if is_symbolic(found) else repr(found))
        potential = cls(recipe, params, cache.digest("function", key))
        potential._owner, potential._function = owner, function
        return potential

    @classmethod
    def term(cls, formula: Callable[..., Any], numbers: Mapping[str, Any]) -> Potential:
        """The potential of one of `terms`: numbers are fixed, sliders become parameters."""
        accepts = list(inspect.signature(formula).parameters)[2:]
        for name in numbers:
            if name not in accepts:
                raise InputError(f"{formula.__name__} has no {name!r}; {suggestion(name, accepts)}")
        flat: dict[str, Any] = {}
        for name, number in numbers.items():
            pair = isinstance(number, (tuple, list)) or hasattr(number, "__array__")
            for ending, one in zip(("_x", "_y"), number, strict=True) if pair else [("", number)]:
                flat[name + ending] = check_number(name, one)
        params = {name: one for name, one in flat.items() if isinstance(one, Slider)}

        def recipe() -> Any:
            arguments = {name: symbol(name) if name in params else one for name, one in flat.items()}
            given = {n: arguments[n] if n in arguments else (arguments[n + "_x"], arguments[n + "_y"]) for n in numbers}
            return formula(symbol("x"), symbol("y"), **given)

        fixed = {name: None if name in params else repr(one) for name, one in flat.items()}
        potential = cls(recipe, params, cache.digest("term", formula.__name__, json.dumps(fixed)))
        potential._owner = formula.__name__
        return potential

    # Arithmetic and transformations.

    def __add__(self, other: Potential | float) -> Potential:
        if isinstance(other, (int, float)):
            other = Potential.parse(repr(float(other))) if other >= 0 else -Potential.parse(repr(-float(other)))
        if not isinstance(other, Potential):
            return NotImplemented
        for name in self.params.keys() & other.params.keys():
            if self.params[name] != other.params[name]:
                raise InputError(f"both potentials have a parameter {name!r}; rename one: .renamed({name}='{name}_2')")
        right = other
        return self._combine("sum", lambda: self.expr + right.expr, right, {**self.params, **right.params})

    __radd__ = __add__

    def __sub__(self, other: Potential | float) -> Potential:
        return self + (-other)

    def __neg__(self) -> Potential:
        return self * -1

    def __mul__(self, number: float) -> Potential:
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            return NotImplemented
        check_number("the factor", number)
        return self._combine(f"times {number!r}", lambda: number * self.expr)

    __rmul__ = __mul__

    def __truediv__(self, number: float) -> Potential:
        if number == 0:
            raise InputError("a potential cannot be divided by zero")
        return self * (1 / number)

    def shifted(self, dx: float, dy: float) -> Potential:
        """The potential translated by (dx, dy): V(x - dx, y - dy)."""
        return self._transform(f"shifted {float(dx)!r} {float(dy)!r}", lambda x, y: (x - dx, y - dy))

    def rotated(self, angle: float) -> Potential:
        """The potential rotated about the origin by `angle` radians, counterclockwise.

        >>> bool(abs(Potential.parse("x").rotated(math.pi / 2).value(0.0, 1.0) - 1) < 1e-15)
        True
        """
        c, s = math.cos(angle), math.sin(angle)
        return self._transform(f"rotated {float(angle)!r}", lambda x, y: (c * x + s * y, c * y - s * x))

    def renamed(self, **names: str) -> Potential:
        """The potential with its parameters renamed: `.renamed(mass="left_mass")`."""
        self.numbers(names)
        renamed_params = {names.get(name, name): number for name, number in self.params.items()}
        if len(renamed_params) != len(self.params) or set(VARIABLES) & set(renamed_params):
            raise InputError(f"{', '.join(names.values())}: each parameter needs another name, and not x, y or t")
        change = "renamed " + json.dumps(names)
        return self._combine(
            change, lambda: self.expr.xreplace({symbol(a): symbol(b) for a, b in names.items()}), params=renamed_params
        )

    def _transform(self, operation: str, mapping: Callable[[Any, Any], tuple[Any, Any]]) -> Potential:
        def recipe() -> Any:
            x, y = symbol("x"), symbol("y")
            mapped = mapping(x, y)
            return self.expr.subs({x: mapped[0], y: mapped[1]}, simultaneous=True)

        return self._combine(operation, recipe)

    def _combine(
        self,
        operation: str,
        recipe: Callable[[], Any],
        other: Potential | None = None,
        params: Mapping[str, Number] | None = None,
    ) -> Potential:
        key = cache.digest(operation, self.key, other.key if other else "")
        return Potential(recipe, self.params if params is None else params, key)


def _signature(function: Callable[..., Any], owner: str) -> tuple[list[str], dict[str, Number]]:
    """The coordinates a function takes, and its parameters with their defaults."""
    kinds = inspect.Parameter
    taken, params = [], {}
    for name, one in inspect.signature(function).parameters.items():
        if one.kind in (kinds.VAR_POSITIONAL, kinds.VAR_KEYWORD):
            raise InputError(f"{owner} takes *{name}; name each parameter instead")
        if name in VARIABLES:
            taken.append(name)
        elif one.default is kinds.empty:
            raise InputError(f"{owner}: {name!r} has no default; write {name}=1.0 or {name}=Slider(1.0, 0.0, 2.0)")
        elif isinstance(one.default, (int, float, Slider)) and not isinstance(one.default, bool):
            params[name] = one.default
        elif isinstance(one.default, type):
            raise InputError(f"{owner}: {name}={one.default.__name__} is a class; write {name}=Slider(1.0, 0.0, 2.0)")
    if taken not in (["x", "y"], ["x", "y", "t"]):
        raise InputError(
            f"{owner} must take x and y first, then t if it changes with time; "
            f"it takes {', '.join([*taken, *params]) or 'nothing'}"
        )
    return taken, params
