"""Errors for Python code in a scene's function that does not work with symbols, with what to write instead."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, FunctionType, TracebackType
from typing import Any

from orbitdraw.errors import InputError, SceneError
from orbitdraw.functions import FUNCTIONS, Function
from orbitdraw.inputs import brief
from orbitdraw.runtime.author_errors import return_error, scene_error
from orbitdraw.runtime.source_lines import definition_of, expression_at, expressions_on, last_entry, value_of

FUNCTIONS_IMPORT = "from orbitdraw.functions"

REPLACEMENTS = {
    **{str(row.numpy): row.name for row in FUNCTIONS.values()},
    **{name: name for name in FUNCTIONS},
    "amax": "max",
    "amin": "min",
    "fabs": "abs",
    "fmax": "max",
    "fmin": "min",
    "piecewise": "where",
    "select": "where",
    "where": "where",
    "heaviside": "step",
    "step": "step",
}
"""Functions of other modules, and the equivalent in `orbitdraw.functions`."""

EXPRESSIONS = {
    "cbrt": "x ** (1/3)",
    "clip": "min(max(x, low), high) " + FUNCTIONS_IMPORT,
    "deg2rad": "pi / 180 * x",
    "degrees": "180 / pi * x",
    "dist": "sqrt((x - a)**2 + (y - b)**2) " + FUNCTIONS_IMPORT,
    "exp2": "2 ** x",
    "expm1": "exp(x) - 1 " + FUNCTIONS_IMPORT,
    "float": "it without float",
    "fmod": "x - a * floor(x / a) " + FUNCTIONS_IMPORT,
    "hypot": "sqrt(x**2 + y**2) " + FUNCTIONS_IMPORT,
    "int": "floor(x) " + FUNCTIONS_IMPORT,
    "log10": "log(x) / log(10) " + FUNCTIONS_IMPORT,
    "log1p": "log(1 + x) " + FUNCTIONS_IMPORT,
    "log2": "log(x) / log(2) " + FUNCTIONS_IMPORT,
    "mod": "x - a * floor(x / a) " + FUNCTIONS_IMPORT,
    "norm": "sqrt(x**2 + y**2) " + FUNCTIONS_IMPORT,
    "pow": "x ** y",
    "power": "x ** y",
    "rad2deg": "180 / pi * x",
    "radians": "pi / 180 * x",
    "range": "the number itself, such as range(5)",
    "round": "floor(x + 0.5) " + FUNCTIONS_IMPORT,
    "square": "x ** 2",
    "trunc": "floor(x) " + FUNCTIONS_IMPORT,
}
"""Functions that formulas do not have, and an equivalent expression."""


@contextmanager
def formula_errors(function: Callable[..., Any] | None) -> Iterator[None]:
    """Context in which an error of a function V(x, y) is raised as SceneError at the author's line."""
    code = getattr(function, "__code__", None)
    path = code.co_filename if isinstance(code, CodeType) else ""
    try:
        yield
    except Exception as error:
        if function is None or isinstance(error, SceneError):
            raise
        scene_failure = scene_error(error, path)
        if isinstance(error, InputError):
            raise scene_failure if scene_failure.line else return_error(function, str(error)) from error
        message = _replacement(error, function, path) or scene_failure.message
        if isinstance(error, NameError) and ";" not in message:
            message += f"; if it is a number, write def {function.__name__}(x, y, {error.name}=Slider(1.0, 0.0, 2.0))"
        raise SceneError(message, scene_failure.path, scene_failure.line) from error


def check_formula(returned: Any, owner: str) -> None:
    """Raise InputError, with the remedy, if a function's return value is not a formula."""
    what = remedy = ""
    if returned is None:
        what, remedy = "nothing", "write return before the formula"
    elif isinstance(returned, (tuple, list)):
        what, remedy = f"{len(returned)} values", "return one expression"
    elif isinstance(returned, str):
        what, remedy = f"the text {brief(returned)}", "leave the quotes out"
    elif type(returned).__name__ == "Xor":
        what, remedy = "true or false", "a power is written x**2, not x^2"
    elif getattr(returned, "is_Relational", False):
        what, remedy = f"the comparison {returned}", f"write where({returned}, 1, 0) {FUNCTIONS_IMPORT}"
    elif isinstance(returned, bool) or getattr(returned, "is_Boolean", False):
        what, remedy = "true or false", f"write where(x > 0, 1, 0) {FUNCTIONS_IMPORT}"
    elif isinstance(returned, complex) or hasattr(returned, "shape"):
        what, remedy = brief(returned), "return one real expression"
    elif callable(returned) and not hasattr(returned, "free_symbols"):
        what, remedy = brief(returned), "call it"
    if what:
        raise InputError(f"{owner} returned {what}, not a formula of x and y; {remedy}")


def _replacement(error: BaseException, function: Callable[..., Any], path: str) -> str:
    """The message with a replacement for the expression with symbols that failed; empty for other failures."""
    step = last_entry(error, path)
    node, names = (None, {}) if step is None else expression_at(step)
    used = {one.id: names.get(one.id) for one in ast.walk(node) if isinstance(one, ast.Name)} if node else {}
    symbols = [name for name, one in used.items() if hasattr(one, "free_symbols")]
    condition = re.search(r"truth value of (Relational: )?(.*)", str(error))
    undecided = _truth_message(condition[2], bool(condition[1]), step) if condition and step is not None else ""
    if node is None or not symbols:
        return undecided
    about = _symbols_phrase(symbols)
    if isinstance(node, ast.Call):
        written = ast.unparse(node.func)
        name = written.rpartition(".")[2]
        if name in REPLACEMENTS and not isinstance(value_of(node.func, names), Function):
            return f"{written} takes numbers, but {about}; write {REPLACEMENTS[name]} {FUNCTIONS_IMPORT}"
        if name in EXPRESSIONS:
            return f"{written} takes numbers, but {about}; write {EXPRESSIONS[name]}"
        if "object is not callable" in str(error):
            return f"{written} is not a function; a product is written with *"
    if undecided:
        return undecided
    if "for ^" in str(error):
        return "a power is written x**2, not x^2"
    for name, one in inspect.signature(function).parameters.items():
        if name in used and one.default is not one.empty and not hasattr(used[name], "free_symbols"):
            return f"{name} is {brief(one.default)}, not a number; write {name}=Slider(1.0, 0.0, 2.0)"
    if not isinstance(error, (TypeError, AttributeError)):
        return ""
    if isinstance(node, ast.Call):
        if isinstance(value_of(node.func, names), FunctionType):
            return ""  # a function of the author's own
        what = f"{ast.unparse(node.func)} takes numbers, but {about}"
    else:
        what = f"{_shorten(ast.unparse(node))} cannot be evaluated, because {about}"
    return f"{what}; a formula has + - * / ** and {FUNCTIONS_IMPORT[5:]}"


def check_comparisons(function: Callable[..., Any]) -> None:
    """Raise SceneError where a function asks whether a symbol equals something: to Python it never does."""
    definition = definition_of(function)
    if definition is None:
        return
    arguments = {one.arg for one in (*definition.args.args, *definition.args.kwonlyargs)}
    for node in ast.walk(definition):
        if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
            continue
        sides = (node.left, node.comparators[0])
        symbols = [name for side in sides for name in _names_of_arithmetic(side) if name in arguments]
        if not symbols or len(node.ops) > 1:
            continue
        equal, (left, right) = isinstance(node.ops[0], ast.Eq), map(ast.unparse, sides)
        distance = f"abs({left})" if right in ("0", "0.0") else f"abs({left} - {right})"
        near_enough = f"{distance} {'<' if equal else '>'} 0.01"
        raise SceneError(
            f"{_shorten(ast.unparse(node))} is always {'false' if equal else 'true'}, because "
            f"{_symbols_phrase(list(dict.fromkeys(symbols)))}; write where({near_enough}, a, b) {FUNCTIONS_IMPORT}",
            function.__code__.co_filename,
            node.lineno,
        )


def _names_of_arithmetic(node: ast.expr) -> list[str]:
    """The names in an expression of names, numbers, + - * / and **; none of any other."""
    if any(not isinstance(one, _ARITHMETIC) for one in ast.walk(node)):
        return []
    return [one.id for one in ast.walk(node) if isinstance(one, ast.Name)]


_ARITHMETIC = (ast.Name, ast.Constant, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop, ast.expr_context)


def _truth_message(condition: str, compared: bool, step: TracebackType) -> str:
    """The message about an expression whose truth was asked: `x > 0`, which is `compared`, or `x`."""
    names = {**step.tb_frame.f_globals, **step.tb_frame.f_locals}
    written = re.findall(r"[^\W\d]\w*", condition)
    symbols = [name for name in dict.fromkeys(written) if not isinstance(names.get(name), Function)]
    # The whole condition of the line, as where would have it.
    whole = next(filter(None, map(_as_condition, expressions_on(step))), "") if compared else f"{condition} > 0"
    reason = f"because {_symbols_phrase(symbols)}"
    return (
        f"{condition} is neither true nor false, {reason}; write where({whole or condition}, a, b) {FUNCTIONS_IMPORT}"
    )


def _as_condition(node: ast.expr, inner: bool = False) -> str:
    """A condition of and, or, not and chains with the signs & | ~ of symbols; empty where none of these is needed."""
    parts: list[str] = []
    sign = " & "
    if isinstance(node, ast.BoolOp):
        parts, sign = [_as_condition(one, True) for one in node.values], f" {'&|'[isinstance(node.op, ast.Or)]} "
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        found = _as_condition(node.operand, True)
        return f"~({found})" if found else ""
    elif isinstance(node, ast.Compare) and len(node.ops) > 1:
        sides = [node.left, *node.comparators]
        pairs = zip(sides[:-1], node.ops, sides[1:], strict=True)
        parts = [ast.unparse(ast.Compare(left, [op], [right])) for left, op, right in pairs]
    elif isinstance(node, ast.Compare) and inner:
        return ast.unparse(node)
    return sign.join(f"({part})" for part in parts) if all(parts) else ""


def _symbols_phrase(symbols: list[str]) -> str:
    return f"{' and '.join(symbols)} {'is a symbol' if len(symbols) == 1 else 'are symbols'} here"


def _shorten(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
