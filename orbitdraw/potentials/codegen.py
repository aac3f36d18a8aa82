"""Code generation: one printer turns SymPy expressions into source for the NumPy functions and for the block kernel.

The generated code uses bare names (`sqrt`, `where`, `step`), which are bound to NumPy's or to compiled functions.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import sympy as sp

from orbitdraw.errors import InputError
from orbitdraw.functions import FUNCTIONS
from orbitdraw.potentials.jets import LARGE, Jets, estimated_terms
from orbitdraw.potentials.symbolic import Ceil, Floor, Least, Most, Side, Size, Step, derivatives, with_kinks

SUM, PRODUCT, ATOM = 1, 2, 3

FUNCTION_NAMES: dict[Any, str] = {
    sp.sin: "sin", sp.cos: "cos", sp.tan: "tan", sp.asin: "asin", sp.acos: "acos", sp.atan: "atan",
    sp.atan2: "atan2", sp.sinh: "sinh", sp.cosh: "cosh", sp.tanh: "tanh", sp.exp: "exp", sp.log: "log",
    Step: "step", Side: "sign", Floor: "floor", Ceil: "ceil", Size: "fabs", Least: "least", Most: "most",
    sp.Abs: "fabs", sp.sign: "sign",  # SymPy creates them again from powers of powers
}  # fmt: skip

RELATIONS = {
    sp.StrictLessThan: "<", sp.StrictGreaterThan: ">", sp.LessThan: "<=", sp.GreaterThan: ">=",
    sp.Equality: "==", sp.Unequality: "!=",
}  # fmt: skip


class CodeWriter:
    """The generated assignments in order: `once` per block of particles, and `each` for every particle."""

    def __init__(self, names: Sequence[str]) -> None:
        self.words: dict[Any, str] = {sp.Symbol(axis, real=True): axis for axis in ("x", "y", "t")}
        self.words |= {sp.Symbol(name, real=True): f"p{index}" for index, name in enumerate(names)}
        self.varying: set[Any] = {sp.Symbol("x", real=True), sp.Symbol("y", real=True)}
        self.once: list[str] = []
        self.each: list[str] = []
        self._known: dict[Any, str] = {}
        self._count = 0

    def varies(self, expression: Any) -> bool:
        """True when the value differs from particle to particle."""
        return not self.varying.isdisjoint(expression.free_symbols)

    def assign(self, text: str, varies: bool) -> str:
        """Assign `text` to a new variable, once per block or for each particle, and return the variable's name."""
        name = f"v{self._count}" if varies else f"c{self._count}"
        self._count += 1
        (self.each if varies else self.once).append(f"{name} = {text}")
        return name

    def define(self, name: Any, expression: Any) -> None:
        """Generate the assignment of a shared subexpression."""
        varies = self.varies(expression)
        if varies:
            self.varying.add(name)
        text, level = self.text(expression)
        plain = level == ATOM and text.isidentifier()
        self.words[name] = text if plain else self.assign(text, varies)

    def atom(self, expression: Any) -> str:
        """A variable or number for the expression, assigned first if necessary."""
        text, level = self.text(expression)
        if level == ATOM and (text.isidentifier() or expression.is_Number):
            return text
        if expression not in self._known:
            self._known[expression] = self.assign(text, self.varies(expression))
        return self._known[expression]

    def at(self, expression: Any, level: int) -> str:
        """The expression as source, in brackets unless its precedence is at least `level`."""
        text, own = self.text(expression)
        return text if own >= level else f"({text})"

    def text(self, expression: Any) -> tuple[str, int]:
        """The expression as source, and its precedence."""
        if expression in self._known:
            return self._known[expression], ATOM
        text, level = self._text(expression)
        if level == ATOM and (text.isidentifier() or expression.is_Number):
            return text, level
        if not self.varies(expression) and not isinstance(expression, sp.logic.boolalg.Boolean):
            # Computed once per block: sin(omega*t) is free then, and LLVM could not hoist it by itself.
            self._known[expression] = self.assign(text, False)
            return self._known[expression], ATOM
        return text, level

    def _text(self, expression: Any) -> tuple[str, int]:
        if expression in self.words:
            return self.words[expression], ATOM
        if expression.is_Number or expression.is_NumberSymbol:
            return _number(expression)
        if expression.is_Add:
            return self._sum(expression.args), SUM
        if expression.is_Mul:
            return self._product(expression)
        if expression.is_Pow:
            return self._power(expression.base, expression.exp)
        if isinstance(expression, sp.Piecewise):
            return self._pieces(expression.args), ATOM
        if type(expression) in RELATIONS:
            left, right = (self.at(one, SUM) for one in expression.args)
            return f"({left} {RELATIONS[type(expression)]} {right})", ATOM
        if isinstance(expression, (sp.And, sp.Or)):
            sign = " & " if isinstance(expression, sp.And) else " | "
            return f"({sign.join(self.at(one, ATOM) for one in expression.args)})", ATOM
        if isinstance(expression, sp.logic.boolalg.BooleanAtom):
            return str(bool(expression)), ATOM
        if type(expression) in FUNCTION_NAMES:
            return f"{FUNCTION_NAMES[type(expression)]}({', '.join(self.at(a, SUM) for a in expression.args)})", ATOM
        name = type(expression).__name__
        raise InputError(f"{name} is not among the functions a potential may use; they are {_supported_names()}")

    def _sum(self, terms: Iterable[Any]) -> str:
        out = ""
        for one in terms:
            text, level = self.text(one)
            text = text if level >= SUM else f"({text})"
            if not out:
                out = text
            else:
                out += f" - {text[1:]}" if text.startswith("-") else f" + {text}"
        return out

    def _product(self, expression: Any) -> tuple[str, int]:
        constant_factors = [one for one in expression.args if not self.varies(one)]
        varying_factors = [one for one in expression.args if self.varies(one)]
        if constant_factors and varying_factors and any(not one.is_Number for one in constant_factors):
            head = sp.Mul(*constant_factors)
            sign, head = ("-", -head) if head.could_extract_minus_sign() else ("", head)
            factors = [] if head == 1 else [self.atom(head)]
            below: list[str] = []
        else:
            number, varying_factors = expression.as_coeff_mul()
            sign, number = ("-", -number) if number < 0 else ("", number)
            factors = [] if number == 1 else [_number(number)[0]]
            below = []
        for one in varying_factors:
            power = one.exp if one.is_Pow else None
            if power is not None and power.is_Rational and power < 0:
                below.append(self._as_factor(self._power(one.base, -power)))
            else:
                factors.append(self._as_factor(self.text(one)))
        top = "*".join(factors) or "1.0"
        if not below:
            return sign + top, PRODUCT
        bottom = "*".join(below)
        return f"{sign}{top}/({bottom})" if "*" in bottom else f"{sign}{top}/{bottom}", PRODUCT

    @staticmethod
    def _as_factor(source_and_level: tuple[str, int]) -> str:
        text, level = source_and_level
        return text if level >= PRODUCT and not text.startswith("-") and "/" not in text else f"({text})"

    def _power(self, base: Any, exponent: Any) -> tuple[str, int]:
        twice = 2 * exponent if exponent.is_Rational else None
        if twice is None or not twice.is_Integer or abs(twice) > 1000:
            return f"{self.at(base, ATOM)}**{self.at(exponent, ATOM)}", PRODUCT
        if twice < 0:
            text = self._as_factor(self._power(base, -exponent))
            return f"1.0/({text})" if "*" in text else f"1.0/{text}", PRODUCT
        # Products and one square root: pow() costs three times as much, and its bits differ between machines.
        whole, half = divmod(int(twice), 2)
        varies = self.varies(base)
        if not half:
            return self._integer_power(self.atom(base), whole, varies), PRODUCT
        root = sp.sqrt(base)
        if root not in self._known:
            self._known[root] = self.assign(f"sqrt({self.atom(base)})", varies)
        if not whole:
            return self._known[root], ATOM
        return f"{self._integer_power(self.atom(base), whole, varies)}*{self._known[root]}", PRODUCT

    def _integer_power(self, base: str, exponent: int, varies: bool) -> str:
        if exponent <= 3:
            return "*".join([base] * exponent)
        square = self._square(base, varies)
        rest = self._integer_power(square, exponent // 2, varies)
        return f"{rest}*{base}" if exponent % 2 else rest

    def _square(self, base: str, varies: bool) -> str:
        text = f"{base}*{base}"
        if text not in self._known:
            self._known[text] = self.assign(text, varies)
        return self._known[text]

    def _pieces(self, pieces: Sequence[Any]) -> str:
        out = "nan"
        for value, condition in reversed(pieces):
            branch = self.at(value, SUM)
            out = branch if condition == sp.true else f"where({self.at(condition, ATOM)}, {branch}, {out})"
        return out


def _number(number: Any) -> tuple[str, int]:
    value = float(number)
    if not math.isfinite(value):
        raise InputError(f"the potential, its force or its curvature has the number {number.n(3)}, which is too large")
    text = repr(value)
    return (text, ATOM) if not text.startswith("-") else (text, SUM)


def _supported_names() -> str:
    return ", ".join(sorted({*FUNCTIONS, "Piecewise"}))


OUTPUTS = ("value", "force", "hessian")


def _shared_subexpressions(expression: Any, wanted: str) -> tuple[list[tuple[Any, Any]], list[Any]]:
    """Common subexpressions, and V, -grad V or the Hessian in terms of them."""
    if estimated_terms(expression) > LARGE:
        jets = Jets(order=2 if wanted == "hessian" else 1)
        jet = jets.of(with_kinks(expression))
        outputs = {"value": jet[:1], "force": [-jet[1], -jet[2]], "hessian": jet[3:]}[wanted]
        return _used_assignments(jets.shared, outputs), outputs
    outputs = derivatives(expression, wanted)
    return sp.cse(outputs, symbols=sp.numbered_symbols("shared", real=True), order="canonical")  # type: ignore[no-any-return]


def _used_assignments(shared: list[tuple[Any, Any]], outputs: list[Any]) -> list[tuple[Any, Any]]:
    used = set().union(*(one.free_symbols for one in outputs))
    assignments = []
    for name, expression in reversed(shared):
        if name in used:
            used |= expression.free_symbols
            assignments.append((name, expression))
    return assignments[::-1]


def _lines(expression: Any, wanted: str, names: Sequence[str]) -> tuple[CodeWriter, list[str]]:
    shared, reduced = _shared_subexpressions(expression, wanted)
    lines = CodeWriter(names)
    for name, expression in shared:
        lines.define(name, expression)
    return lines, [lines.text(one)[0] for one in reduced]


def source(expression: Any, names: Sequence[str]) -> tuple[str, str]:
    """The NumPy functions `value`, `force`, `hessian` of (x, y, t, p), and the function `block`, as source.

    `block(x, y, t, p, fx, fy)` writes -grad V for each particle of a block; subexpressions that are the same for all
    particles are computed before its loop.
    """
    unpacked = [f"p{index} = p[{index}]" for index in range(len(names))]
    arrays = ""
    for name in OUTPUTS:
        lines, results = _lines(expression, name, names)
        body = [*unpacked, *lines.once, *lines.each, f"return {', '.join(results)},"]
        arrays += f"def {name}(x, y, t, p):\n" + "".join(f"    {line}\n" for line in body)
    lines, (fx, fy) = _lines(expression, "force", names)
    block = "def block(xs, ys, t, p, fx, fy):\n" + "".join(f"    {line}\n" for line in [*unpacked, *lines.once])
    block += "    for i in range(xs.size):\n"
    inner = ["x = xs[i]", "y = ys[i]", *lines.each, f"fx[i] = {fx}", f"fy[i] = {fy}"]
    return arrays, block + "".join(f"        {line}\n" for line in inner)
