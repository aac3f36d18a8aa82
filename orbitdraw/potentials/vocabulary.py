"""What words and signs mean in every formula."""

from __future__ import annotations

import ast
import math

from orbitdraw.functions import FUNCTIONS, SHORTHAND

VARIABLES = ("x", "y", "t")
ANGLES = ("phi", "theta", "φ", "θ")
CONSTANTS = {"pi": math.pi, "e": math.e}
KNOWN = frozenset({*VARIABLES, "r", *ANGLES, *CONSTANTS})
"""What a name means that no parameter has: r is the distance from the origin, the angles are from the x axis."""

CALLS = frozenset({*FUNCTIONS, *SHORTHAND})

COMPARISONS: dict[str, type[ast.cmpop]] = {
    "<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE, "==": ast.Eq, "!=": ast.NotEq,
}  # fmt: skip
JOINTS: dict[str, type[ast.boolop]] = {"or": ast.Or, "and": ast.And}
