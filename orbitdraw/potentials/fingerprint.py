"""Hashes of Python functions by their content, so that a kernel is found in the cache without calling the function."""

from __future__ import annotations

import functools
import inspect
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

from orbitdraw.functions import Function
from orbitdraw.runtime import cache
from orbitdraw.runtime.resources import PACKAGE, scenes_folder
from orbitdraw.slider import Slider

# Changing this invalidates every kernel; a change in one of the engine's files does so by itself.
GENERATION = "1"
_ENGINE = (
    *(
        "functions",
        "potentials/vocabulary",
        "potentials/tokens",
        "potentials/bars",
        "potentials/cursor",
        "potentials/factors",
        "potentials/grammar",
        "potentials/interval",
        "potentials/formula",
        "potentials/symbolic",
    ),
    *(
        "potentials/jets",
        "potentials/codegen",
        "potentials/printing",
        "potentials/terms",
        "potentials/potential",
        "potentials/derivation",
    ),
)


class UnhashableError(Exception):
    """A function refers to a value whose content cannot be hashed."""


@functools.cache
def engine_hash() -> str:
    """A hash of the source files that turn formulas into kernels."""
    here = PACKAGE
    try:
        return cache.digest(GENERATION, *(_lines((here / f"{name}.py").read_bytes()) for name in _ENGINE))
    except OSError:  # the package inside an archive
        from importlib.metadata import version  # noqa: PLC0415  # takes ten milliseconds, and hardly anybody needs it

        return cache.digest(GENERATION, version("orbitdraw"))


def function_hash(function: Callable[..., Any]) -> str:
    """A hash of a function, its file, and every outside value to which it refers.

    The values of closures and of the module's globals count; those of sliders do not, because they are parameters.
    Raises UnhashableError.

    >>> function_hash(lambda x, y: x) == function_hash(lambda x, y: y)
    False
    """
    return cache.digest(engine_hash(), *(_shipped_source(function) or _function(function, set())))


def _shipped_source(function: Any) -> list[str] | None:
    """The content of a function that ships with the program, independent of the Python version; None for any other.

    Shipped derivations are found by it. For a scene's function the whole file is hashed, because it may refer to other
    parts of the file; for a function of the engine its own source, because the engine's hash covers the rest.
    """
    code = function.__code__
    path = Path(code.co_filename).resolve()
    is_scene = path.is_relative_to(scenes_folder())
    if not (is_scene or path.is_relative_to(PACKAGE)):
        return None
    try:
        source = path.read_bytes()
        if code not in compile(source, code.co_filename, "exec").co_consts:
            return None  # not a top-level function of the file, or the file has changed since
    except (OSError, SyntaxError, ValueError):
        return None
    text = _lines(source)
    if not is_scene:
        text = "".join(inspect.getblock(text.splitlines(keepends=True)[code.co_firstlineno - 1 :]))
    return ["travelling", function.__qualname__, text]


def _lines(source: bytes) -> str:
    """The text of a file with normalized line ends."""
    return source.decode("utf-8", "replace").replace("\r\n", "\n")


def _function(function: Any, seen: set[int]) -> list[str]:
    if id(function) in seen:
        return []
    seen.add(id(function))
    code = function.__code__
    parts = [function.__qualname__, _file(code), *_code(code)]
    for cell_name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
        try:
            inside = cell.cell_contents
        except ValueError:  # an empty cell: the function's own name
            continue
        parts += [cell_name, *_value(inside, seen)]
    for name in sorted(_names(code)):
        if name in function.__globals__:
            parts += [name, *_value(function.__globals__[name], seen)]
    for name, parameter in inspect.signature(function).parameters.items():
        held = [] if isinstance(parameter.default, (int, float)) else _value(parameter.default, seen)
        parts += [name, *held]
    return parts


def _names(code: types.CodeType) -> set[str]:
    inner = (one for one in code.co_consts if isinstance(one, types.CodeType))
    return set(code.co_names).union(*map(_names, inner))


def _code(code: types.CodeType) -> list[str]:
    constants = [_constant(one) for one in code.co_consts]
    return [code.co_code.hex(), *constants, repr(code.co_names), repr(code.co_varnames)]


def _constant(one: Any) -> str:
    if isinstance(one, types.CodeType):
        return cache.digest(*_code(one))
    return repr(sorted(map(repr, one))) if isinstance(one, frozenset) else repr(one)


def _file(code: types.CodeType) -> str:
    try:
        return cache.digest(Path(code.co_filename).read_bytes())
    except OSError:  # defined in a notebook or at the prompt
        return ""


def _module(module: types.ModuleType) -> str:
    """A hash of a user's own module; empty for installed ones, which are assumed not to change."""
    path = getattr(module, "__file__", None)
    if path is None or module.__name__.partition(".")[0] == "orbitdraw":
        return ""
    if Path(path).is_relative_to(sys.prefix) or Path(path).is_relative_to(sys.base_prefix):
        return ""
    try:
        return cache.digest(Path(path).read_bytes())
    except OSError:
        return ""


def _value(value: Any, seen: set[int]) -> list[str]:
    kind = type(value).__qualname__
    if isinstance(value, (types.BuiltinFunctionType, type)):
        return [kind, value.__name__]
    if isinstance(value, types.ModuleType):
        return [kind, value.__name__, _module(value)]
    if isinstance(value, Slider) or value is inspect.Parameter.empty:
        return [kind]
    if value is None or isinstance(value, (bool, int, float, complex, str, bytes)):
        return [kind, repr(value)]
    if isinstance(value, (tuple, list)):
        return [kind, str(len(value)), *(part for one in value for part in _value(one, seen))]
    if isinstance(value, dict):
        return [kind, str(len(value)), *(p for pair in value.items() for one in pair for p in _value(one, seen))]
    if isinstance(value, types.FunctionType):
        if value.__module__.partition(".")[0] == "orbitdraw":
            return [kind, value.__module__, value.__qualname__]  # covered by the engine's hash
        return [kind, *_function(value, seen)]
    if hasattr(value, "key") and isinstance(value.key, str):  # a Potential
        return [kind, value.key]
    if hasattr(value, "potential"):  # a Scene
        return [kind, *_value(value.potential, seen)]
    if isinstance(value, Function):
        return [kind, value.name]
    if type(value).__module__ == "numpy" and getattr(value, "dtype", None) is not None and value.dtype != object:
        return [kind, str(value.dtype), str(value.shape), cache.digest(value.tobytes())]
    raise UnhashableError(kind)
