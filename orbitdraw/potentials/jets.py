"""Derivatives of large formulas by forward accumulation: the chain rule node by node, with one line per node.

Differentiating a product of sixty factors as one expression gives 60 x 60 factors, and twice 60 x 60 x 60. A jet
instead carries the value and the derivatives of each node, each a variable with one short line. The rule of each node
is still SymPy's exact derivative. Source: Griewank and Walther, Evaluating Derivatives (2008), chapter 3.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

# Number of terms of the Hessian, by `estimated_terms`, above which jets are used. Below it SymPy's own derivatives
# take half a second at most and give a shorter kernel: they cancel terms that jets multiply out.
LARGE = 5_000


def estimated_terms(expression: Any) -> float:
    """An estimate of the number of terms in the second derivatives of the whole expression.

    >>> x = sp.Symbol("x")
    >>> estimated_terms(sp.sin(x)) < 20 < estimated_terms(sp.prod(sp.tan(k * x) for k in range(1, 60))) / 1000
    True
    """
    known: dict[Any, tuple[float, float]] = {}

    def measure(one: Any) -> tuple[float, float]:
        if one not in known:
            parts = [measure(part) for part in one.args]
            size = 1.0 + sum(part[0] for part in parts)
            slope = sum(part[1] for part in parts)
            if not one.args:
                slope = 1.0
            elif not one.is_Add:
                slope += size * max(1, len(parts) - 1)
            known[one] = size, slope
        return known[one]

    size, slope = measure(expression)
    return slope * slope / size


class Jets:
    """The assignments for a formula and its derivatives: `shared` has the form of the result of `sympy.cse`."""

    def __init__(self, order: int) -> None:
        self.order = order
        self.shared: list[tuple[Any, Any]] = []
        self._known: dict[Any, list[Any]] = {}
        self._names: dict[Any, Any] = {}

    def assign(self, expression: Any) -> Any:
        """A symbol for the expression, assigned in `shared`; numbers and symbols are returned unchanged."""
        if expression.is_Atom:
            return expression
        if expression not in self._names:
            self._names[expression] = sp.Symbol(f"shared{len(self._names)}", real=True)
            self.shared.append((self._names[expression], expression))
        return self._names[expression]

    def of(self, expression: Any) -> list[Any]:
        """The jet [V, Vx, Vy, Vxx, Vxy, Vyy] as symbols or numbers; without the last three at order 1."""
        if expression not in self._known:
            self._known[expression] = [self.assign(one) for one in self._rule(expression)]
        return self._known[expression]

    def _rule(self, expression: Any) -> list[Any]:
        zero = sp.S.Zero
        if expression.is_Atom:
            slopes = [sp.Integer(int(getattr(expression, "name", "") == axis)) for axis in ("x", "y")]
            return [expression, *slopes, zero, zero, zero][: 6 if self.order == 2 else 3]
        if isinstance(expression, sp.Piecewise):
            return self._pieces(expression)
        parts = [self.of(one) for one in expression.args]
        if expression.is_Add:
            return [sp.Add(*(part[k] for part in parts)) for k in range(len(parts[0]))]
        if expression.is_Mul:
            return self._product(parts)
        inputs = sp.symbols(f"inner:{len(parts)}", real=True)
        return self._chain(expression.func(*inputs), inputs, parts)

    def _product(self, parts: list[list[Any]]) -> list[Any]:
        u = parts[0]
        for index, v in enumerate(parts[1:], 2):
            out = [u[0] * v[0], *(u[k] * v[0] + u[0] * v[k] for k in (1, 2))]
            if self.order == 2:
                for k, (a, b) in {3: (1, 1), 4: (1, 2), 5: (2, 2)}.items():
                    out.append(u[k] * v[0] + u[a] * v[b] + u[b] * v[a] + u[0] * v[k])
            u = out if index == len(parts) else [self.assign(one) for one in out]
        return u

    def _chain(self, outer: Any, inputs: Any, parts: list[list[Any]]) -> list[Any]:
        at = {one: part[0] for one, part in zip(inputs, parts, strict=True)}
        # Constant exponents stay numbers, so that powers are printed as products and square roots.
        live = [i for i, part in enumerate(parts) if any(one != 0 for one in part[1:])]
        fixed = {inputs[i]: part[0] for i, part in enumerate(parts) if i not in live and part[0].is_Number}
        outer = outer.subs(fixed)
        first = {i: outer.diff(inputs[i]) for i in live}
        slope = {i: self.assign(one.xreplace(at)) for i, one in first.items()}
        out = [outer.xreplace(at)]
        out += [sp.Add(*(slope[i] * parts[i][k] for i in live)) for k in (1, 2)]
        if self.order == 2:
            bend = {(i, j): self.assign(first[i].diff(inputs[j]).xreplace(at)) for i in live for j in live if i <= j}
            for k, (a, b) in {3: (1, 1), 4: (1, 2), 5: (2, 2)}.items():
                bends = (bend[min(i, j), max(i, j)] * parts[i][a] * parts[j][b] for i in live for j in live)
                out.append(sp.Add(*(slope[i] * parts[i][k] for i in live), *bends))
        return out

    def _pieces(self, expression: Any) -> list[Any]:
        branches = [(self.of(value), condition) for value, condition in expression.args]
        count = 6 if self.order == 2 else 3
        return [sp.Piecewise(*((jet[k], condition) for jet, condition in branches)) for k in range(count)]
