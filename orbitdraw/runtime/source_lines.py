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

from orbitdraw.runtime import python_parser
from orbitdraw.runtime.resources import PACKAGE

Location = tuple[str, int]
"""A file and a line; ("", 0) where they are unknown."""


def last_entry(error: BaseException, path: str) -> TracebackType | None:
    """The last traceback entry in the file `path`; else in any file outside of Python and installed packages."""
    entries = []
    current = error.__traceback__
    while current is not None:
        entries.append((current.tb_frame.f_code.co_filename, current))
        current = current.tb_next
    names = {name for name, _ in entries}
    own = {name for name in names if path and (name == path or Path(name).resolve() == Path(path).resolve())}
    own = own or {name for name in names if _is_user_file(name)}
    return next((entry for name, entry in reversed(entries) if name in own), None)


def expression_at(entry: TracebackType) -> tuple[ast.expr | None, dict[str, Any]]:
    """The expression that was being evaluated at a traceback entry, and the variables in scope by name."""
    code = entry.tb_frame.f_code
    position = list(code.co_positions())[entry.tb_lasti // 2]
    for node in ast.walk(tree_of(code.co_filename)):
        if (
            isinstance(node, ast.expr)
            and (node.lineno, node.end_lineno, node.col_offset, node.end_col_offset) == position
        ):
            return node, {**entry.tb_frame.f_globals, **entry.tb_frame.f_locals}
    return None, {}


def expressions_on(entry: TracebackType) -> Iterator[ast.expr]:
    """The expressions that the line of a step is part of, the outermost first."""
    for node in ast.walk(tree_of(entry.tb_frame.f_code.co_filename)):
        if isinstance(node, ast.expr) and node.lineno <= entry.tb_lineno <= (node.end_lineno or node.lineno):
            yield node


def value_of(node: ast.expr, names: dict[str, Any]) -> Any:
    """The value of a name or of an attribute of one; None where it is unknown."""
    if isinstance(node, ast.Attribute):
        with suppress(Exception):  # an author's property may fail
            return getattr(value_of(node.value, names), node.attr)
        return None
    return names.get(node.id) if isinstance(node, ast.Name) else None


def line_of_name(function: Any) -> Location:
    """The file and line of a function's definition."""
    return _line_in(function, lambda node: node.lineno)


def line_of_return(function: Any) -> Location:
    """The file and line of a function's last `return`, or of its definition if it has none."""
    return _line_in(
        function, lambda node: max((statement.lineno for statement in _return_statements(node)), default=node.lineno)
    )


def line_of_option(path: str, name: str, options: tuple[str, ...]) -> int:
    """The line with one of these options of the scene `name`, else the line that makes the scene, else 0."""
    nodes = list(ast.walk(tree_of(path)))
    scene_calls = [call for node in nodes for call in _calls_making(node, name)]
    for call in scene_calls or [node for node in nodes if isinstance(node, ast.Call)]:
        for keyword in call.keywords:
            if keyword.arg in options:
                return keyword.value.lineno
    return scene_calls[0].lineno if scene_calls else 0


def tree_of(path: str) -> ast.Module:
    """The syntax tree of a file or notebook cell; an empty one where it cannot be parsed."""
    linecache.checkcache(path)
    try:
        return python_parser.parse("".join(linecache.getlines(path)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def _line_in(function: Any, line: Callable[[ast.FunctionDef], int]) -> Location:
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
            first_line = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            if first_line == code.co_firstlineno:
                return node
    return None


def _code_of(function: Any) -> CodeType | None:
    """The code object of a function in a file; None for any other function."""
    while hasattr(function, "__wrapped__") or hasattr(function, "func"):
        function = getattr(function, "__wrapped__", None) or function.func
    code = getattr(function, "__code__", None)
    return code if isinstance(code, CodeType) and Path(code.co_filename).is_file() else None


def _return_statements(function: ast.AST) -> Iterator[ast.Return]:
    """The return statements of a function, without those of nested functions."""
    for node in ast.iter_child_nodes(function):
        if isinstance(node, ast.Return):
            yield node
        elif not isinstance(node, (ast.FunctionDef, ast.Lambda, ast.ClassDef)):
            yield from _return_statements(node)


def _calls_making(node: ast.AST, name: str) -> list[ast.Call]:
    """The calls at a node that make the scene `name`: its decorator, or Scene(name)."""
    if isinstance(node, ast.FunctionDef) and node.name == name:
        return [candidate for candidate in node.decorator_list if isinstance(candidate, ast.Call)]
    if isinstance(node, ast.Call):
        names = [*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg == "name")]
        return [node] * any(isinstance(candidate, ast.Constant) and candidate.value == name for candidate in names)
    return []


@cache
def _installed_paths() -> tuple[Path, ...]:
    paths = sysconfig.get_paths()
    return (PACKAGE, *(Path(paths[name]).resolve() for name in ("stdlib", "platstdlib")))


def _is_user_file(name: str) -> bool:
    """True for a file outside of Python and of installed packages."""
    path = Path(name).resolve()
    installed = any(part in ("site-packages", "dist-packages") for part in path.parts)
    return path.is_file() and not installed and not any(path.is_relative_to(folder) for folder in _installed_paths())
