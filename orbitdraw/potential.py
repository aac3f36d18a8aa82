"""A potential V(x, y, t; parameters): one formula from which force, Hessian, kernel and LaTeX are derived.

V is energy per unit mass of the particle. A Potential holds a recipe and its hash; SymPy is imported only when what
is asked for was never derived on this machine.
"""

from __future__ import annotations

import inspect
import json
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from orbitdraw import cache, fingerprint
from orbitdraw.errors import InputError, near
from orbitdraw.formula import VARIABLES, read
from orbitdraw.scene import Number, Slider, plain

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from orbitdraw.kernel import Kernel

    Floats = NDArray[np.float64]

_records: dict[str, dict[str, Any]] = {}
_functions: dict[str, dict[str, Any]] = {}


class Potential:
    """V(x, y, t; parameters), made by `parse`, `from_sympy`, `of`, a term such as `well`, or from other potentials.

    >>> V = Potential.parse("k*(x^2 + y^2)/2", k=2.0)
    >>> V.value(1.0, 2.0).item(), V.force(1.0, 2.0).tolist()
    (5.0, [-2.0, -4.0])
    >>> V.force(1.0, 2.0, k=1.0).tolist()
    [-1.0, -2.0]
    """

    def __init__(self, recipe: Callable[[], Any], params: Mapping[str, Any], key: str, text: str | None = None) -> None:
        self.params: dict[str, Number] = {name: checked(name, number) for name, number in params.items()}
        self.key = cache.digest(fingerprint.engine(), key, *self.params)
        self._recipe = recipe
        self._text = text
        self._expr: Any = None

    # Making one.

    @classmethod
    def parse(cls, text: str, **params: Number) -> Potential:
        """The potential of a formula in words; FormulaError with the column when it is none.

        >>> Potential.parse("-1/sqrt(x^2 + y^2 + a)", a=Slider(0.01, 0, 1)).names
        ('a',)
        """
        for name in params:
            if name in VARIABLES:
                raise InputError(f"{name!r} is a coordinate of every formula; give the parameter another name")
        formula = read(text, params)
        made = cls(formula.expression, params, cache.digest("formula", text), text)
        if made._record(ask=False) is None:
            _ = made.expr  # what only SymPy can refuse is refused here and now
        return made

    @classmethod
    def from_sympy(cls, expr: Any, **params: Number) -> Potential:
        """The potential of a SymPy expression in symbols named x, y and t; all others are parameters.

        >>> import sympy
        >>> x, y = sympy.symbols("x y")
        >>> Potential.from_sympy(x**2 * y).value(3.0, 2.0).item()
        18.0
        """
        import sympy

        from orbitdraw.symbolic import accepted, known

        expression = accepted(expr, "this expression")
        if missing := known(expression, params):
            raise InputError(f"the expression has {missing[0]!r} without a value; give {missing[0]}=1.0")
        made = cls(lambda: expression, params, cache.digest("sympy", sympy.srepr(expression)))
        made._expr = expression
        return made

    @classmethod
    def of(cls, function: Callable[..., Any], key: str | None = None) -> Potential:
        """The potential that a function f(x, y[, t], numbers=...) gives; its defaults are the parameters.

        The function is called with symbols, and only when its kernel is not known yet.

        >>> def bowl(x, y, k=Slider(1.0, 0.0, 2.0)):
        ...     return k * (x**2 + y**2) / 2
        >>> Potential.of(bowl).force(2.0, 0.0).tolist()
        [-2.0, 0.0]
        """
        owner = getattr(function, "__name__", "the function")
        arguments, params = _signature(function, owner)

        def recipe() -> Any:
            from orbitdraw.symbolic import symbol

            given = [symbol(name) for name in arguments]
            return function(*given, **{name: symbol(name) for name in params})

        if key is None:
            try:
                key = fingerprint.of_function(function)
            except fingerprint.Unknowable:
                import sympy

                found = recipe()
                key = cache.digest("sympy", sympy.srepr(sympy.sympify(found)) if _symbolic(found) else repr(found))
        made = cls(recipe, params, cache.digest("function", key))
        made._owner = owner
        return made

    @classmethod
    def term(cls, formula: Callable[..., Any], numbers: Mapping[str, Any]) -> Potential:
        """The potential of one of `terms`, its numbers fixed and its sliders as parameters."""
        accepts = list(inspect.signature(formula).parameters)[2:]
        for name in numbers:
            if name not in accepts:
                raise InputError(f"{formula.__name__} has no {name!r}; {near(name, accepts)}")
        flat: dict[str, Any] = {}
        for name, number in numbers.items():
            pair = isinstance(number, (tuple, list)) or hasattr(number, "__array__")
            for ending, one in zip(("_x", "_y"), number, strict=True) if pair else [("", number)]:
                flat[name + ending] = checked(name, one)
        params = {name: one for name, one in flat.items() if isinstance(one, Slider)}

        def recipe() -> Any:
            from orbitdraw.symbolic import symbol

            held = {name: symbol(name) if name in params else one for name, one in flat.items()}
            given = {n: held[n] if n in held else (held[n + "_x"], held[n + "_y"]) for n in numbers}
            return formula(symbol("x"), symbol("y"), **given)

        fixed = {name: None if name in params else repr(one) for name, one in flat.items()}
        made = cls(recipe, params, cache.digest("term", formula.__name__, json.dumps(fixed)))
        made._owner = formula.__name__
        return made

    _owner = "this potential"

    # What it is.

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters, in the order of the kernel's `p`."""
        return tuple(self.params)

    @property
    def expr(self) -> Any:
        """The SymPy expression in real symbols x, y, t and the parameters."""
        if self._expr is None:
            from orbitdraw.symbolic import accepted, known

            found = self._recipe()
            if isinstance(found, Potential):
                found = found(*(_symbol(name) for name in VARIABLES))
            expression = accepted(found, self._owner)
            if missing := known(expression, self.params):
                raise InputError(
                    f"{self._owner} uses {missing[0]!r}, which nobody gives; {near(missing[0], self.names)}"
                )
            self._expr = expression
        return self._expr

    @property
    def text(self) -> str:
        """The formula as a person would type it."""
        return self._text if self._text is not None else str(self._known()["text"])

    def latex(self) -> str:
        """The formula as LaTeX, without the V =."""
        return str(self._known()["latex"])

    def __repr__(self) -> str:
        return f"Potential({self._text if self._text is not None else self._owner!r}, {', '.join(self.names)})"

    # Numbers.

    def value(self, x: ArrayLike, y: ArrayLike, t: ArrayLike = 0.0, **p: float) -> Floats:
        """V at the points; x, y, t and the parameters broadcast against each other."""
        return self._arrays("value", x, y, t, p)[0]

    def force(self, x: ArrayLike, y: ArrayLike, t: ArrayLike = 0.0, **p: float) -> Floats:
        """-grad V at the points, of shape (2, *shape)."""
        return self._arrays("force", x, y, t, p)

    def hessian(self, x: ArrayLike, y: ArrayLike, t: ArrayLike = 0.0, **p: float) -> Floats:
        """The second derivatives of V at the points, of shape (2, 2, *shape).

        >>> Potential.parse("x^2*y").hessian(1.0, 2.0).tolist()
        [[4.0, 2.0], [2.0, 0.0]]
        """
        import numpy as np

        xx, xy, yy = self._arrays("hessian", x, y, t, p)
        return np.array([[xx, xy], [xy, yy]])

    def numbers(self, p: Mapping[str, Any]) -> list[Any]:
        """The values of the parameters in order, the sliders' own where none is given; InputError for other names."""
        for name in p:
            if name not in self.params:
                raise InputError(f"the potential has no {name!r}; {near(name, self.params)}")
        values = [p.get(name, plain(number)) for name, number in self.params.items()]
        return [float(one) if isinstance(one, int) else one for one in values]

    def kernel(self) -> Kernel:
        """The compiled force for blocks of particles; see `kernel.py`."""
        from orbitdraw.kernel import Kernel, compiled

        return Kernel(compiled(self._known()["block"]), self.names, self.key)

    def __call__(self, x: Any, y: Any, t: Any = 0.0, **p: Any) -> Any:
        """The formula at those symbols, or its value at those numbers."""
        numbers = self.numbers(p)
        if not any(map(_symbolic, (x, y, t, *numbers))):
            return self.value(x, y, t, **p)
        places = zip((*VARIABLES, *self.names), (x, y, t, *numbers), strict=True)
        return self.expr.subs({_symbol(name): one for name, one in places}, simultaneous=True)

    def _arrays(self, which: str, x: ArrayLike, y: ArrayLike, t: ArrayLike, p: Mapping[str, Any]) -> Floats:
        import numpy as np

        from orbitdraw.arrays import functions

        if self.key not in _functions:
            _functions[self.key] = functions(self._known()["arrays"])
        inputs = [np.asarray(one, dtype=np.float64) for one in (x, y, t, *self.numbers(p))]
        shape = np.broadcast_shapes(*(one.shape for one in inputs))
        with np.errstate(all="ignore"):
            found = _functions[self.key][which](*inputs[:3], inputs[3:])
        out = np.empty((len(found), *shape))
        for row, one in zip(out, found, strict=True) if shape else ():
            row[...] = one
        return out if shape else np.array([float(one) for one in found])

    # What was derived.

    def _known(self) -> dict[str, Any]:
        found = self._record(ask=True)
        assert found is not None
        return found

    def _record(self, ask: bool) -> dict[str, Any] | None:
        """The derived sources: from memory, from disk, or, if `ask`, from SymPy."""
        if self.key not in _records:
            found = cache.recall(self.key)
            if found is None:
                if not ask:
                    return None
                found = self._derived()
                cache.keep(self.key, found)
            _records[self.key] = found
        return _records[self.key]

    def _derived(self) -> dict[str, Any]:
        import sympy

        from orbitdraw.codegen import source

        arrays, block = source(self.expr, self.names)
        return {
            "names": self.names,
            "text": str(self.expr).replace("**", "^"),
            "latex": sympy.latex(self.expr),
            "arrays": arrays,
            "block": block,
        }

    # Together.

    def __add__(self, other: Potential | float) -> Potential:
        if isinstance(other, (int, float)):
            other = Potential.parse(repr(float(other))) if other >= 0 else -Potential.parse(repr(-float(other)))
        if not isinstance(other, Potential):
            return NotImplemented
        for name in self.params.keys() & other.params.keys():
            if self.params[name] != other.params[name]:
                raise InputError(f"both potentials have a {name!r}; rename one: .renamed({name}='{name}_2')")
        right = other
        return self._made("sum", lambda: self.expr + right.expr, right, {**self.params, **right.params})

    __radd__ = __add__

    def __sub__(self, other: Potential | float) -> Potential:
        return self + (-other)

    def __neg__(self) -> Potential:
        return self * -1

    def __mul__(self, number: float) -> Potential:
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            return NotImplemented
        checked("the factor", number)
        return self._made(f"times {number!r}", lambda: number * self.expr)

    __rmul__ = __mul__

    def __truediv__(self, number: float) -> Potential:
        if number == 0:
            raise InputError("a potential cannot be divided by zero")
        return self * (1 / number)

    def shifted(self, dx: float, dy: float) -> Potential:
        """The same landscape moved by (dx, dy): V(x - dx, y - dy)."""
        return self._moved(f"shifted {float(dx)!r} {float(dy)!r}", lambda x, y: (x - dx, y - dy))

    def rotated(self, angle: float) -> Potential:
        """The same landscape turned about the origin by `angle` radians, counterclockwise.

        >>> bool(abs(Potential.parse("x").rotated(math.pi / 2).value(0.0, 1.0) - 1) < 1e-15)
        True
        """
        c, s = math.cos(angle), math.sin(angle)
        return self._moved(f"rotated {float(angle)!r}", lambda x, y: (c * x + s * y, c * y - s * x))

    def renamed(self, **names: str) -> Potential:
        """The same potential with other names for its parameters: `.renamed(mass="left_mass")`."""
        self.numbers(names)
        fresh = {names.get(name, name): number for name, number in self.params.items()}
        if len(fresh) != len(self.params) or set(VARIABLES) & set(fresh):
            raise InputError(f"{', '.join(names.values())}: a parameter needs a name of its own")
        change = "renamed " + json.dumps(names)
        return self._made(
            change, lambda: self.expr.xreplace({_symbol(a): _symbol(b) for a, b in names.items()}), params=fresh
        )

    def _moved(self, how: str, place: Callable[[Any, Any], tuple[Any, Any]]) -> Potential:
        def recipe() -> Any:
            x, y = _symbol("x"), _symbol("y")
            there = place(x, y)
            return self.expr.subs({x: there[0], y: there[1]}, simultaneous=True)

        return self._made(how, recipe)

    def _made(
        self,
        how: str,
        recipe: Callable[[], Any],
        other: Potential | None = None,
        params: Mapping[str, Number] | None = None,
    ) -> Potential:
        key = cache.digest(how, self.key, other.key if other else "")
        return Potential(recipe, self.params if params is None else params, key)


def _symbol(name: str) -> Any:
    from orbitdraw.symbolic import symbol

    return symbol(name)


def _symbolic(one: Any) -> bool:
    return type(one).__module__.partition(".")[0] == "sympy" or hasattr(one, "free_symbols")


def checked(name: str, number: Any) -> Number:
    """A parameter's slider or finite number; InputError for anything else."""
    if isinstance(number, Slider):
        return number
    try:
        value = float(number)
    except (TypeError, ValueError):
        raise InputError(f"{name} must be a number or a Slider, not {number!r}") from None
    if not math.isfinite(value):
        raise InputError(f"{name} must be a finite number, not {value}")
    return value


def _signature(function: Callable[..., Any], owner: str) -> tuple[list[str], dict[str, Number]]:
    """The coordinates a function takes, and its parameters with their defaults."""
    kinds = inspect.Parameter
    taken, params = [], {}
    for name, one in inspect.signature(function).parameters.items():
        if one.kind in (kinds.VAR_POSITIONAL, kinds.VAR_KEYWORD):
            raise InputError(f"{owner} takes *{name}; a potential names each of its numbers")
        if name in VARIABLES:
            taken.append(name)
        elif one.default is kinds.empty:
            raise InputError(f"{owner}: {name!r} has no default; write {name}=1.0 or {name}=Slider(1.0, 0.0, 2.0)")
        elif isinstance(one.default, (int, float, Slider)) and not isinstance(one.default, bool):
            params[name] = one.default
    if taken not in (["x", "y"], ["x", "y", "t"]):
        raise InputError(
            f"{owner} must take x and y first, then t if it changes with time; it takes {', '.join(taken)}"
        )
    return taken, params
