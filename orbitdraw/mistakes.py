"""Mistakes in a scene's file: what is wrong, in one sentence with the remedy, at the line of its author."""

from __future__ import annotations

import ast
import builtins
import linecache
import re
import sysconfig
import tokenize
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path
from types import CodeType, FrameType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import orbitdraw
from orbitdraw import syntax
from orbitdraw.errors import InputError, OrbitdrawError, SceneError, near
from orbitdraw.functions import FUNCTIONS
from orbitdraw.resources import PACKAGE

if TYPE_CHECKING:
    from orbitdraw.scene import Scene

MOST, MOST_OURS = 300, 1000
"""Letters of what Python or Numba say that are told on, and of what orbitdraw says."""

STARTS = ("circular", "exponential_disc", "fan", "rings")
OURS = {
    **dict.fromkeys(STARTS, "orbitdraw.start"),
    **dict.fromkeys((*FUNCTIONS, "pi", "e"), "orbitdraw.functions"),
    **dict.fromkeys(orbitdraw.__all__, "orbitdraw"),
}
"""Where the names that a scene may use come from."""

MODULES = {"np": "import numpy as np", "numpy": "import numpy", "math": "import math", "random": "import random"}
"""Names that stand for modules in most people's files, and the line that brings them."""


@contextmanager
def author_errors(
    doing: str, path: Path | str = "", known: Iterable[str] = (), method: Callable[..., Any] | None = None
) -> Iterator[None]:
    """Raise SceneError, at the author's line, for what goes wrong in the code of a scene; its cause is the error.

    `doing` says what the code was called for, `known` are the keys that its dictionaries have, and `method` is what was
    called, at whose name it is said where no line of it ran. An error that says where it comes from, and one that is no
    mistake, pass.
    """
    try:
        yield
    except SceneError:
        raise
    except (Exception, SystemExit) as error:
        if isinstance(error, OrbitdrawError) and not isinstance(error, InputError):
            raise
        found = scene_error(error, path, doing, known)
        raise found if found.line or method is None else defined(method, found.message) from error


def scene_error(error: BaseException, path: Path | str = "", doing: str = "", known: Iterable[str] = ()) -> SceneError:
    """What went wrong in a scene's file: the last line of the file that was running, and what is wrong there.

    Without a path, or where the file was not running, it is the last line of any file that came neither with Python nor
    with orbitdraw.
    """
    if isinstance(error, SceneError):
        return error
    if isinstance(error, SyntaxError) and error.filename and Path(error.filename).is_file():
        # Of a wrong indentation Python names no column worth a look.
        column = f" (column {error.offset})" if error.offset and not isinstance(error, IndentationError) else ""
        return SceneError(f"{error.msg}{column}", error.filename, error.lineno or 0)
    frame, file, line = _place(error, str(path))
    if _of_numba(error):
        line = _line_of_numba(error, file) or line
    said = explanation(error, frame, known)
    return SceneError(f"{doing}: {said}" if doing else said, file, line)


def returned(function: Callable[..., Any], said: str) -> InputError:
    """The error of a function that gave what it must not, at its last `return`, or at its name if it has none."""
    return _at(function, said, lambda node: max((one.lineno for one in _returns(node)), default=node.lineno))


def defined(function: Callable[..., Any], said: str) -> InputError:
    """The error of a function that takes what it must not, at its name."""
    return _at(function, said, lambda node: node.lineno)


def declared(scene: Scene, said: str, *options: str) -> InputError:
    """The error of something that a scene declares and that does not go with the rest, at the line of the option."""
    if not scene.path:
        return InputError(f"{scene.name}: {said}")
    return SceneError(said, scene.path, _line_of_option(scene, options))


def check_text(source: bytes, path: Path) -> None:
    """Raise SceneError where a file is no text that Python can read, with the line that cannot be read."""
    if source[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise SceneError("is saved as UTF-16; save the file as UTF-8", str(path))
    if 0 in source:
        line = source[: source.index(0)].count(b"\n") + 1
        raise SceneError("here is a sign of code 0; delete it and save the file as UTF-8", str(path), line)
    try:
        encoding = tokenize.detect_encoding(BytesIO(source).readline)[0]
    except SyntaxError:
        encoding = "utf-8"
    try:
        source.decode(encoding)
    except UnicodeDecodeError as error:
        line = source[: error.start].count(b"\n") + 1
        said = f"the byte {source[error.start]:#04x} is not {encoding.upper()}; save the file as UTF-8"
        raise SceneError(said, str(path), line) from None


# -- what is said ------------------------------------------------------------------------------------------------------


def explanation(error: BaseException, frame: FrameType | None = None, known: Iterable[str] = ()) -> str:
    """What an error says to the author of the line that was running in `frame`.

    >>> explanation(ZeroDivisionError("division by zero"))
    'ZeroDivisionError: division by zero'
    """
    if isinstance(error, InputError):
        return _plain(str(error), MOST_OURS)
    if isinstance(error, SystemExit):
        return "exit() ends the whole program; leave it out"
    if _of_numba(error):
        return f"Numba cannot compile this: {_essence(str(error))}"
    if isinstance(error, ModuleNotFoundError) and error.name:
        return f"there is no module {error.name!r} here; is it installed beside orbitdraw?"
    if isinstance(error, ImportError) and error.name in OURS.values():
        word = re.search(r"import name '(\w+)'", str(error))
        return _not_there(word[1], str(error.name)) if word else str(error)
    if isinstance(error, NameError) and not isinstance(error, UnboundLocalError) and error.name:
        return _undefined(error.name, frame)
    if isinstance(error, KeyError) and known and error.args and isinstance(error.args[0], str):
        return f"there is no {error.args[0]!r} in the state or the values; {near(error.args[0], known)}"
    if isinstance(error, AttributeError) and error.name:
        if isinstance(error.obj, SimpleNamespace):
            return f"the values have no {error.name!r}; {near(error.name, vars(error.obj))}"
        hint = near(error.name, [name for name in dir(error.obj) if not name.startswith("_")])
        return f"AttributeError: {_said(error)}" + (f"; {hint}" if hint.startswith("did") else "")
    said = _said(error)
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _said(error: BaseException) -> str:
    try:
        return _plain(str(error), MOST)
    except Exception:  # a class of the author's own may fail at that
        return ""


def _plain(text: str, most: int) -> str:
    """A text as one line, of signs that can be shown."""
    text = " ".join(text[: 2 * most].split())
    text = "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)
    return text if len(text) <= most else text[: most - 4] + " ..."


def _undefined(name: str, frame: FrameType | None) -> str:
    if (line := _bringing(name)) is not None:
        return f"{name} is not defined; write at the top: {line}"
    there = {*dir(builtins), *(() if frame is None else (*frame.f_globals, *frame.f_locals)), *OURS}
    hint = near(name, [one for one in there if one[0].islower() or one in OURS])
    return f"{name} is not defined" + (f"; {hint}" if hint.startswith("did") else "")


def _not_there(name: str, module: str) -> str:
    line = _bringing(name)
    if line is not None and module not in line.split():
        return f"{module} has no {name!r}; write: {line}"
    return f"{module} has no {name!r}; {near(name, [one for one, home in OURS.items() if home == module])}"


def _bringing(name: str) -> str | None:
    """The line that brings a name of ours or of the usual modules; None for any other."""
    return f"from {OURS[name]} import {name}" if name in OURS else MODULES.get(name)


def _of_numba(error: BaseException) -> bool:
    return type(error).__module__.partition(".")[0] == "numba"


def _essence(text: str) -> str:
    """The one sentence in what Numba says that is about the author's line."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    lines = [line for line in text.splitlines() if not line.startswith("Failed in ")]
    kept: list[str] = []
    for line in lines:
        if re.match(r"During: |File |There (is|are) \d", line):
            break
        kept.append(line.replace(">>>", ""))
    return _plain(re.sub(r"\.? Raised from .*", "", " ".join(kept)), MOST).rstrip(". ")


def _line_of_numba(error: BaseException, file: str) -> int:
    for place, line in re.findall(r"(?:at|from) (\S.*?) \((\d+)\)", str(error)):
        if file and Path(place).name == Path(file).name:
            return int(line)
    return 0


# -- where it is said --------------------------------------------------------------------------------------------------


def _place(error: BaseException, path: str) -> tuple[FrameType | None, str, int]:
    """The frame, the file and the line of the author that ran last; the path alone where none did."""
    steps = list(traceback.walk_tb(error.__traceback__))
    names = {frame.f_code.co_filename for frame, _ in steps}
    of_path = {name for name in names if path and (name == path or Path(name).resolve() == Path(path).resolve())}
    own = of_path or {name for name in names if _foreign(name)}
    for frame, line in reversed(steps):
        if frame.f_code.co_filename in own:
            return frame, path if of_path else frame.f_code.co_filename, line
    return None, path, 0


@cache
def _installed() -> tuple[Path, ...]:
    paths = sysconfig.get_paths()
    return (PACKAGE, *(Path(paths[name]).resolve() for name in ("stdlib", "platstdlib")))


def _foreign(name: str) -> bool:
    """True for a file that came neither with Python nor with a package."""
    path = Path(name).resolve()
    installed = any(part in ("site-packages", "dist-packages") for part in path.parts)
    return path.is_file() and not installed and not any(path.is_relative_to(folder) for folder in _installed())


def _at(function: Any, said: str, line: Callable[[ast.FunctionDef], int]) -> InputError:
    while hasattr(function, "__wrapped__") or hasattr(function, "func"):
        function = getattr(function, "__wrapped__", None) or function.func
    code = getattr(function, "__code__", None)
    if not isinstance(code, CodeType) or not Path(code.co_filename).is_file():
        return InputError(said)
    for node in ast.walk(tree_of(code.co_filename)):
        if isinstance(node, ast.FunctionDef) and node.name == code.co_name:
            begins = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            if begins == code.co_firstlineno:
                return SceneError(said, code.co_filename, line(node))
    return SceneError(said, code.co_filename, code.co_firstlineno)


def _returns(function: ast.AST) -> Iterator[ast.Return]:
    """The returns of a function, without those of functions in it."""
    for node in ast.iter_child_nodes(function):
        if isinstance(node, ast.Return):
            yield node
        elif not isinstance(node, (ast.FunctionDef, ast.Lambda, ast.ClassDef)):
            yield from _returns(node)


def _line_of_option(scene: Scene, options: tuple[str, ...]) -> int:
    """Where the file gives its scene one of these options, else where it makes the scene; 0 if neither can be seen."""
    nodes = list(ast.walk(tree_of(scene.path)))
    making = [call for node in nodes for call in _making(node, scene.name)]
    for call in making or [node for node in nodes if isinstance(node, ast.Call)]:
        for given in call.keywords:
            if given.arg in options:
                return given.value.lineno
    return making[0].lineno if making else 0


def _making(node: ast.AST, name: str) -> list[ast.Call]:
    """The calls at a node that make the scene of that name: its decorator, or Scene(name)."""
    if isinstance(node, ast.FunctionDef) and node.name == name:
        return [one for one in node.decorator_list if isinstance(one, ast.Call)]
    if isinstance(node, ast.Call):
        names = [*node.args[:1], *(given.value for given in node.keywords if given.arg == "name")]
        return [node] * any(isinstance(one, ast.Constant) and one.value == name for one in names)
    return []


def tree_of(path: str) -> ast.Module:
    """The syntax tree of a file, or of what was typed in a notebook; an empty one where there is none."""
    linecache.checkcache(path)
    try:
        return syntax.module("".join(linecache.getlines(path)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])
