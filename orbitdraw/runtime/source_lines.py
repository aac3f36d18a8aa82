"""Lines of a scene file for error messages: the line that ran last, of a function, of a return, of an option."""

from __future__ import annotations

import ast
import linecache
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import CodeType, TracebackType
from typing import Any

from orbitdraw.runtime import python_parser as syntax
from orbitdraw.runtime.resources import PACKAGE

Place = tuple[str, int]
"""A file and a line; ("", 0) where they are unknown."""


def last_entry(error: BaseException, path: str) -> TracebackType | None:
    """The last traceback entry in the file `path`; else in any file outside of Python and installed packages."""
    steps = []
    trace = error.__traceback__
    while trace is not None:
        steps.append((trace.tb_frame.f_code.co_filename, trace))
        trace = trace.tb_next
    names = {name for name, _ in steps}
    own = {name for name in names if path and (name == path or Path(name).resolve() == Path(path).resolve())}
    own = own or {name for name in names if _is_foreign(name)}
    return next((step for name, step in reversed(steps) if name in own), None)


def expression_at(step: TracebackType) -> tuple[ast.expr | None, dict[str, Any]]:
    """The expression that was being evaluated at a traceback entry, and the variables in scope by name."""
    code = step.tb_frame.f_code
    where = list(code.co_positions())[step.tb_lasti // 2]
    for node in ast.walk(tree_of(code.co_filename)):
        if isinstance(node, ast.expr) and (node.lineno, node.end_lineno, node.col_offset, node.end_col_offset) == where:
            return node, {**step.tb_frame.f_globals, **step.tb_frame.f_locals}
    return None, {}


def expressions_on(step: TracebackType) -> Iterator[ast.expr]:
    """The expressions that the line of a step is part of, the outermost first."""
    for node in ast.walk(tree_of(step.tb_frame.f_code.co_filename)):
        if isinstance(node, ast.expr) and node.lineno <= step.tb_lineno <= (node.end_lineno or node.lineno):
            yield node


def value_of(node: ast.expr, names: dict[str, Any]) -> Any:
    """The value of a name or of an attribute of one; None where it is unknown."""
    if isinstance(node, ast.Attribute):
        with suppress(Exception):  # an author's property may fail
            return getattr(value_of(node.value, names), node.attr)
        return None
    return names.get(node.id) if isinstance(node, ast.Name) else None


def line_of_name(function: Any) -> Place:
    """The file and line of a function's definition."""
    return _line_in(function, lambda node: node.lineno)


def line_of_return(function: Any) -> Place:
    """The file and line of a function's last `return`, or of its definition if it has none."""
    return _line_in(function, lambda node: max((one.lineno for one in _returns(node)), default=node.lineno))


def line_of_option(path: str, name: str, options: tuple[str, ...]) -> int:
    """The line with one of these options of the scene `name`, else the line that makes the scene, else 0."""
    nodes = list(ast.walk(tree_of(path)))
    making = [call for node in nodes for call in _calls_making(node, name)]
    for call in making or [node for node in nodes if isinstance(node, ast.Call)]:
        for given in call.keywords:
            if given.arg in options:
                return given.value.lineno
    return making[0].lineno if making else 0


def tree_of(path: str) -> ast.Module:
    """The syntax tree of a file or notebook cell; an empty one where it cannot be parsed."""
    linecache.checkcache(path)
    try:
        return syntax.module("".join(linecache.getlines(path)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def _line_in(function: Any, line: Callable[[ast.FunctionDef], int]) -> Place:
    code = _code_of(function)
    if code is None:
        return "", 0
    definition = definition_of(function)
    return code.co_filename, code.co_firstlineno if definition is None else line(definition)


def definition_of(function: Any) -> ast.FunctionDef | None:
    """The definition of a function in its file; None for a lambda, and where there is no file."""
    code = _code_of(function)
    if code is None:
        return None
    for node in ast.walk(tree_of(code.co_filename)):
        if isinstance(node, ast.FunctionDef) and node.name == code.co_name:
            begins = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            if begins == code.co_firstlineno:
                return node
    return None


def _code_of(function: Any) -> CodeType | None:
    """The code object of a function in a file; None for any other function."""
    while hasattr(function, "__wrapped__") or hasattr(function, "func"):
        function = getattr(function, "__wrapped__", None) or function.func
    code = getattr(function, "__code__", None)
    return code if isinstance(code, CodeType) and Path(code.co_filename).is_file() else None


def _returns(function: ast.AST) -> Iterator[ast.Return]:
    """The return statements of a function, without those of nested functions."""
    for node in ast.iter_child_nodes(function):
        if isinstance(node, ast.Return):
            yield node
        elif not isinstance(node, (ast.FunctionDef, ast.Lambda, ast.ClassDef)):
            yield from _returns(node)


def _calls_making(node: ast.AST, name: str) -> list[ast.Call]:
    """The calls at a node that make the scene `name`: its decorator, or Scene(name)."""
    if isinstance(node, ast.FunctionDef) and node.name == name:
        return [one for one in node.decorator_list if isinstance(one, ast.Call)]
    if isinstance(node, ast.Call):
        names = [*node.args[:1], *(given.value for given in node.keywords if given.arg == "name")]
        return [node] * any(isinstance(one, ast.Constant) and one.value == name for one in names)
    return []


@cache
def _installed() -> tuple[Path, ...]:
    paths = sysconfig.get_paths()
    return (PACKAGE, *(Path(paths[name]).resolve() for name in ("stdlib", "platstdlib")))


def _is_foreign(name: str) -> bool:
    """True for a file outside of Python and of installed packages."""
    path = Path(name).resolve()
    installed = any(part in ("site-packages", "dist-packages") for part in path.parts)
    return path.is_file() and not installed and not any(path.is_relative_to(folder) for folder in _installed())
