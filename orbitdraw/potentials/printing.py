"""Printing of expressions as typed formulas, which can be parsed again, and as LaTeX."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

import sympy as sp
from sympy.printing.latex import greek_letters_set
from sympy.printing.str import StrPrinter


class FormulaPrinter(StrPrinter):  # type: ignore[misc]
    """SymPy's printer in the syntax of formulas. Numbers have all the digits needed to parse the same value again."""

    def __init__(self, names: frozenset[str]) -> None:
        super().__init__()
        self.names = names

    def _print_Float(self, number: Any) -> str:
        exact, short = repr(float(number)), f"{float(number):.15g}"
        # Within a rounding error of a short number, as 0.1^2 is: print the short one.
        return short if len(short) < len(exact) - 3 and not short.isdigit() else exact

    def _print_Exp1(self, number: Any) -> str:
        return "exp(1)" if "e" in self.names else "e"

    def _print_Pi(self, number: Any) -> str:
        return "acos(-1)" if "pi" in self.names else "pi"

    def _print_Function(self, call: Any) -> str:
        name = {"ceiling": "ceil", "Heaviside": "step"}.get(call.func.__name__, call.func.__name__)
        arguments = call.args[:1] if name == "step" else call.args
        return f"{name}({self.stringify(arguments, ', ')})"

    _print_Heaviside = _print_Function

    def _print_Abs(self, call: Any) -> str:
        return f"abs({self._print(call.args[0])})"

    def _print_LatticeOp(self, call: Any) -> str:
        arguments = sorted(call.args, key=sp.default_sort_key)
        return f"{call.func.__name__.lower()}({self.stringify(arguments, ', ')})"

    def _print_Piecewise(self, pieces: Any) -> str:
        text = "nan"
        for value, condition in reversed(pieces.args):
            branch = self._print(value)
            text = branch if condition == sp.true else f"where({self._print(condition)}, {branch}, {text})"
        return text

    def _print_Relational(self, relation: Any) -> str:
        sign = {"Equality": "==", "Unequality": "!="}.get(type(relation).__name__, relation.rel_op)
        return f"{self._print(relation.lhs)} {sign} {self._print(relation.rhs)}"

    def _print_And(self, joint: Any, word: str = " and ") -> str:
        parts = sorted(joint.args, key=sp.default_sort_key)
        return word.join(f"({self._print(one)})" for one in parts)

    def _print_Or(self, joint: Any) -> str:
        return self._print_And(joint, " or ")


def formula_text(expression: Any, names: Iterable[str] = ()) -> str:
    """The expression as a typed formula; `names` are parameters, whether they occur in it or not.

    >>> formula_text(sp.sympify("0.1*Abs(x) + Max(x, y)**2"))
    '0.1*abs(x) + max(x, y)^2'
    """
    taken = frozenset(names).union(one.name for one in expression.free_symbols)
    return str(FormulaPrinter(taken).doprint(expression)).replace("**", "^")


def latex(expression: Any) -> str:
    r"""The expression as LaTeX: names of several letters upright, and a thin space between factors.

    >>> latex(sp.Symbol("τ") * sp.Symbol("width"))
    '\\mathrm{width}\\,\\tau'
    """
    named = {one: _name_latex(one.name) for one in expression.free_symbols}
    # SymPy prints the step as theta, which is the angle here.
    shown = expression.replace(sp.Heaviside, lambda z, *_: sp.Function("step")(z))
    return str(sp.latex(shown, mul_symbol=r"\,", symbol_names={one: set for one, set in named.items() if set}))


def _name_latex(name: str) -> str:
    """A name as LaTeX, "" where SymPy's own form is right."""
    spelled = _GREEK.sub(lambda letter: _spelling(letter[0]), name)
    if spelled != name:
        return str(sp.latex(sp.Symbol(spelled)))
    upright = len(name) > 1 and name.isalpha() and name.lower() not in greek_letters_set
    return rf"\mathrm{{{name}}}" if upright else ""


_GREEK = re.compile(r"(?<![^\W\d_])[\u0370-\u03ff](?![^\W\d_])")
"""A single Greek letter as a name or in its index."""


def _spelling(letter: str) -> str:
    match unicodedata.name(letter).split():
        case ["GREEK", "SMALL" | "CAPITAL" as case, "LETTER", name]:
            name = "lambda" if name == "LAMDA" else name.lower()
            return name if case == "SMALL" else name.capitalize()
    return letter
