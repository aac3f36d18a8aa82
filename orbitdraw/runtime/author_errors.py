"""Errors in a scene file: translated to one sentence with the remedy, at the author's line."""

from __future__ import annotations

import ast
import builtins
import re
import tokenize
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any, Protocol

from orbitdraw.errors import InputError, OrbitdrawError, SceneError, suggestion
from orbitdraw.functions import FUNCTIONS
from orbitdraw.inputs import brief
from orbitdraw.public import PUBLIC_MODULES
from orbitdraw.runtime.cancellation import author_call
from orbitdraw.runtime.source_lines import (
    expression_at,
    last_entry,
    line_of_name,
    line_of_option,
    line_of_return,
    value_of,
)

MAX_LENGTH, MAX_OWN_LENGTH = 300, 1000
"""Maximum length in characters of a message from Python or Numba, and of one from orbitdraw."""

STARTS = ("circular", "exponential_disc", "fan", "rings")
NAME_MODULES = {
    **dict.fromkeys(STARTS, "orbitdraw.start"),
    **dict.fromkeys((*FUNCTIONS, "pi", "e"), "orbitdraw.functions"),
    **dict.fromkeys(PUBLIC_MODULES, "orbitdraw"),
}
"""The module from which a scene imports each name."""

IMPORT_LINES = {"np": "import numpy as np", "numpy": "import numpy", "math": "import math", "random": "import random"}
"""Usual names of modules, and the lines that import them."""


REMEDIES: dict[type[BaseException], str] = {
    AssertionError: "the assert of this line does not hold; correct what it checks, or take it out",
    IndexError: "the first has the index 0, and the last one less than there are",
    KeyError: "the dictionary has no such key; correct it, or use .get()",
    RecursionError: "a function here calls itself without end; return before it does",
    ZeroDivisionError: "add a small number such as 1e-9 to what is divided by",
}
"""Remedies for errors whose Python message has none."""


class Declaration(Protocol):
    """The attributes of a scene that an error message needs."""

    @property
    def name(self) -> str: ...
    @property
    def path(self) -> str: ...


@contextmanager
def author_errors(activity: str, path: Path | str = "", method: Callable[..., Any] | None = None) -> Iterator[None]:
    """Context in which an error of a scene's code is raised as SceneError at the author's line, with its cause.

    `activity` describes the call, and `method` is the function called: if none of its lines ran, the line of its name
    is reported. A SceneError, and an exception that is not a mistake of the author's, pass unchanged.
    """
    try:
        with author_call(activity.replace(" failed", ""), _file_of(method) or str(path)):
            yield
    except SceneError:
        raise
    except BaseException as error:
        is_own = isinstance(error, OrbitdrawError) and not isinstance(error, InputError)
        if is_own or not _is_mistake(error):
            raise
        translated = scene_error(error, path, activity)
        raise (
            translated if translated.line or method is None else definition_error(method, translated.message)
        ) from error


def _is_mistake(error: BaseException) -> bool:
    """False for exceptions that end the program or a thread; an author's own may derive from BaseException."""
    if isinstance(error, (Exception, SystemExit)):
        return True
    is_own = type(error).__module__.startswith("orbitdraw.")
    return not (is_own or isinstance(error, (KeyboardInterrupt, GeneratorExit)))


def _file_of(method: Callable[..., Any] | None) -> str:
    """The source file of a function or method; empty where it is unknown."""
    code = getattr(getattr(method, "__func__", method), "__code__", None)
    return code.co_filename if code is not None else ""


def scene_error(error: BaseException, path: Path | str = "", activity: str = "") -> SceneError:
    """An exception of a scene's code as a SceneError, at the line of the file that ran last.

    Without a path, or if no line of that file is in the traceback, it is the last line in any file outside of Python,
    orbitdraw and installed packages.
    """
    if isinstance(error, SceneError):
        return error
    if isinstance(error, SyntaxError) and error.filename and Path(error.filename).is_file():
        # For a wrong indentation Python's column is useless.
        column = f" (column {error.offset})" if error.offset and not isinstance(error, IndentationError) else ""
        return SceneError(f"{error.msg}{column}", error.filename, error.lineno or 0)
    entry = last_entry(error, str(path))
    file, line = str(path), 0
    if entry is not None:
        name, line = entry.tb_frame.f_code.co_filename, entry.tb_lineno
        file = file if file and Path(name).resolve() == Path(file).resolve() else name
    if _is_numba_error(error):
        line = _numba_line(error, file) or line
    message = explanation(error, entry)
    return SceneError(f"{activity}: {message}" if activity else message, file, line)


def return_error(function: Callable[..., Any], message: str) -> InputError:
    """The error for an invalid return value of a function, at its last `return`, or at its name if it has none."""
    file, line = line_of_return(function)
    return SceneError(message, file, line) if line else InputError(message)


def definition_error(function: Callable[..., Any], message: str) -> InputError:
    """The error for an invalid signature of a function, at its name."""
    file, line = line_of_name(function)
    return SceneError(message, file, line) if line else InputError(message)


def declaration_error(scene: Declaration, message: str, *options: str) -> InputError:
    """The error for an option of a scene that conflicts with others, at the line of the option."""
    if not scene.path:
        return InputError(f"{scene.name}: {message}")
    return SceneError(message, scene.path, line_of_option(scene.path, scene.name, options))


def check_text(source: bytes, path: Path) -> None:
    """Raise SceneError, with the line, for a file that cannot be decoded as Python source."""
    if source[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise SceneError("is saved as UTF-16; save the file as UTF-8", str(path))
    if 0 in source:
        line = source[: source.index(0)].count(b"\n") + 1
        raise SceneError("this line has a NUL character; delete it and save the file as UTF-8", str(path), line)
    try:
        encoding = tokenize.detect_encoding(BytesIO(source).readline)[0]
    except SyntaxError:
        encoding = "utf-8"
    try:
        source.decode(encoding)
    except UnicodeDecodeError as error:
        line = source[: error.start].count(b"\n") + 1
        message = f"the byte {source[error.start]:#04x} is not {encoding.upper()}; save the file as UTF-8"
        raise SceneError(message, str(path), line) from None


# -- messages ----------------------------------------------------------------------------------------------------------


def explanation(error: BaseException, entry: TracebackType | None = None) -> str:
    """The message for an exception, with a hint from the variables of the line at a step of its traceback.

    >>> explanation(ZeroDivisionError("division by zero"))
    'ZeroDivisionError: division by zero; add a small number such as 1e-9 to what is divided by'
    """
    if isinstance(error, InputError):
        return _to_one_line(str(error), MAX_OWN_LENGTH)
    if isinstance(error, SystemExit):
        return "exit() ends the whole program; leave it out"
    if isinstance(error, MemoryError):
        message = _message_of(error)
        return f"there is not enough memory for this{f' ({message})' if message else ''}; use fewer or smaller arrays"
    if _is_numba_error(error):
        return f"Numba cannot compile this: {_numba_sentence(str(error))}"
    if isinstance(error, ModuleNotFoundError) and error.name:
        return f"there is no module {error.name!r} here; install it in the same environment as orbitdraw"
    if isinstance(error, ImportError) and error.name in NAME_MODULES.values():
        word = re.search(r"import name '(\w+)'", str(error))
        return _missing_import_message(word[1], str(error.name)) if word else str(error)
    if isinstance(error, NameError) and not isinstance(error, UnboundLocalError) and error.name:
        return _undefined_message(error.name, entry)
    if isinstance(error, KeyError) and entry is not None and (missing := _missing_key_message(error, entry)):
        return missing
    if isinstance(error, AttributeError) and error.name:
        if isinstance(error.obj, SimpleNamespace):
            return f"the values have no {error.name!r}; {suggestion(error.name, vars(error.obj))}"
        hint = suggestion(error.name, [name for name in dir(error.obj) if not name.startswith("_")])
        return f"AttributeError: {_message_of(error)}" + (f"; {hint}" if hint.startswith("did") else "")
    message = _message_of(error)
    message = f"{type(error).__name__}: {message}" if message else type(error).__name__
    remedy = next((remedy for error_type, remedy in REMEDIES.items() if type(error) is error_type), "")
    return f"{message}; {remedy}" if remedy else message


def _message_of(error: BaseException) -> str:
    try:
        return _to_one_line(str(error), MAX_LENGTH)
    except Exception:  # __str__ of an author's own class may fail
        return ""


def _to_one_line(text: str, most: int) -> str:
    """A text as one line of printable characters, cut to at most `most`."""
    text = " ".join(text[: 2 * most].split())
    text = "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)
    return text if len(text) <= most else text[: most - 4] + " ..."


def _missing_key_message(error: KeyError, entry: TracebackType) -> str:
    """The message for a missing key of a dictionary with text keys; empty for any other KeyError."""
    node, names = expression_at(entry)
    if not isinstance(node, ast.Subscript) or not isinstance(mapping := value_of(node.value, names), Mapping):
        return ""
    if not all(isinstance(key, str) for key in (*error.args, *mapping)):
        return ""
    return f"{ast.unparse(node.value)} has no {brief(error.args[0])}; {suggestion(error.args[0], mapping)}"


def _undefined_message(name: str, entry: TracebackType | None) -> str:
    if (line := _import_line(name)) is not None:
        return f"{name} is not defined; write at the top: {line}"
    known = {*dir(builtins), *NAME_MODULES}
    if entry is not None:
        known |= {*entry.tb_frame.f_globals, *entry.tb_frame.f_locals}
    hint = suggestion(name, [one for one in known if one[0].islower() or one in NAME_MODULES])
    return f"{name} is not defined" + (f"; {hint}" if hint.startswith("did") else "")


def _missing_import_message(name: str, module: str) -> str:
    line = _import_line(name)
    if line is not None and module not in line.split():
        return f"{module} has no {name!r}; write: {line}"
    return (
        f"{module} has no {name!r}; {suggestion(name, [one for one, home in NAME_MODULES.items() if home == module])}"
    )


def _import_line(name: str) -> str | None:
    """The import line for a name of orbitdraw or of a usual module; None for any other."""
    return f"from {NAME_MODULES[name]} import {name}" if name in NAME_MODULES else IMPORT_LINES.get(name)


def _is_numba_error(error: BaseException) -> bool:
    return type(error).__module__.partition(".")[0] == "numba"


def _numba_sentence(text: str) -> str:
    """The sentence of a Numba error that is about the author's line."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    lines = [line for line in text.splitlines() if not line.startswith("Failed in ")]
    sentences: list[str] = []
    for line in lines:
        if re.match(r"During: |File |There (is|are) \d", line):
            break
        sentences.append(line.replace(">>>", ""))
    return _to_one_line(re.sub(r"\.? Raised from .*", "", " ".join(sentences)), MAX_LENGTH).rstrip(". ")


def _numba_line(error: BaseException, file: str) -> int:
    for place, line in re.findall(r"(?:at|from) (\S.*?) \((\d+)\)", str(error)):
        if file and Path(place).name == Path(file).name:
            return int(line)
    return 0
