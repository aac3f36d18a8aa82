"""The names, functions and operators of formulas."""

from __future__ import annotations

import ast
import math

from orbitdraw.functions import FUNCTIONS, SHORTHAND

VARIABLES = ("x", "y", "t")
ANGLES = ("phi", "theta", "φ", "θ")
CONSTANTS = {"pi": math.pi, "e": math.e}
KNOWN = frozenset({*VARIABLES, "r", *ANGLES, *CONSTANTS})
"""The names with a meaning, unless a parameter has the name: r is the distance from the origin, phi the polar angle."""

CALLS = frozenset({*FUNCTIONS, *SHORTHAND})

COMPARISONS: dict[str, type[ast.cmpop]] = {
    "<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE, "==": ast.Eq, "!=": ast.NotEq,
}  # fmt: skip
LOGICAL_OPERATORS: dict[str, type[ast.boolop]] = {"or": ast.Or, "and": ast.And}
