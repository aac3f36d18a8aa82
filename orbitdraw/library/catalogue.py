"""The catalogue of scenes, read from their files without running them."""

from __future__ import annotations

import ast
import inspect
import shutil
import textwrap
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import click

from orbitdraw.runtime import python_parser
from orbitdraw.runtime.opening import MAX_SOURCE, open_file
from orbitdraw.runtime.resources import scenes_folder


@dataclass(frozen=True)
class SceneEntry:
    """A scene as its file describes it: the file's name, title, caption, path and folder."""

    name: str
    title: str
    caption: str
    path: str
    folder: str


def catalogue(root: Path | None = None) -> list[SceneEntry]:
    """Every scene under `root` (the scenes that come with the program), by folder and name.

    Files are parsed, never run, so that a list takes milliseconds and a broken scene affects only its own entry.

    >>> all(entry.caption for entry in catalogue())
    True
    """
    top = root or scenes_folder()
    return [read_entry(path, top) for path in _scene_files(top)]


def scene_paths() -> dict[str, Path]:
    """The files of the scenes that come with the program, by name; no file is read.

    >>> scene_paths()["moth"].name
    'moth.py'
    """
    return {path.stem: path for path in _scene_files(scenes_folder())}


def _scene_files(top: Path) -> list[Path]:
    return sorted(path for path in top.rglob("*.py") if not path.name.startswith("_"))


def listing(entries: list[SceneEntry]) -> str:
    """The entries as text for a terminal, folder by folder.

    >>> print(click.unstyle(listing([SceneEntry("moth", "Moth", "Three bodies draw a moth.", "moth.py", "gallery")])))
    gallery
      moth  Three bodies draw a moth.
    """
    width = max((len(entry.name) for entry in entries), default=0)
    columns = min(shutil.get_terminal_size().columns, 110)
    pages = []
    for folder, group in groupby(entries, key=lambda entry: entry.folder):
        lines = [click.style(folder, bold=True)]
        for entry in group:
            first, *rest = textwrap.wrap(entry.caption, max(30, columns - width - 4)) or [""]
            lines.append(f"  {click.style(f'{entry.name:{width}}', fg='yellow')}  {first}".rstrip())
            lines += [" " * (width + 4) + line for line in rest]
        pages.append("\n".join(lines))
    return "\n\n".join(pages)


def read_entry(path: Path, root: Path | None = None) -> SceneEntry:
    """The entry of one scene file. If the file cannot be parsed, the caption says why."""
    title = title_from_name(path.stem)
    folder = path.parent.relative_to(root).as_posix() if root is not None else path.parent.name
    try:
        with open_file(path, MAX_SOURCE) as file:
            tree = python_parser.parse(file.read())
        title, caption = title_of(tree) or title, caption_of(tree)
    except SyntaxError as error:
        caption = f"(cannot be read: {error.msg}, line {error.lineno})"
    except ValueError as error:
        caption = f"(cannot be read: {error})"
    return SceneEntry(path.stem, title, caption, str(path), "" if folder == "." else folder)


def title_from_name(name: str) -> str:
    """A title made from a name; a single letter stays as it is in the formula.

    >>> title_from_name("pull_of_moon"), title_from_name("k")
    ('Pull of moon', 'k')
    """
    words = name.replace("_", " ")
    return words if len(words) == 1 else words[:1].upper() + words[1:]


def title_of(tree: ast.Module) -> str:
    """The title in a scene file, a constant `title=`; empty if there is none.

    >>> title_of(ast.parse('Scene("lozi", title="Lozi map")'))
    'Lozi map'
    """
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    scene_calls = (call for call in calls if _is_call_of(call, "scene") or _is_call_of(call, "Scene"))
    return next(filter(None, (_keyword_text(call, "title", _string_constants(tree)) for call in scene_calls)), "")


def caption_of(tree: ast.Module) -> str:
    """The caption in a scene file: the first paragraph of the docstring under `@scene`, a constant `caption=` of a
    `Scene(...)`, or else the first paragraph of the file's docstring.

    >>> caption_of(ast.parse('Scene("spring", caption="To and fro.")'))
    'To and fro.'
    """
    constants = _string_constants(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and any(
            _is_call_of(decorator, "scene") for decorator in node.decorator_list
        ):
            decorators = (decorator for decorator in node.decorator_list if _is_call_of(decorator, "scene"))
            caption = next((_keyword_text(decorator, "caption", constants) for decorator in decorators), "")
            docstring = ast.get_docstring(node) or ""
            if caption or docstring:
                return _first_line(caption or docstring)
        elif isinstance(node, ast.Call) and _is_call_of(node, "Scene"):
            caption = _keyword_text(node, "caption", constants)
            if caption:
                return _first_line(caption)
    return _first_line(ast.get_docstring(tree) or "")


def _is_call_of(node: ast.expr, name: str) -> bool:
    function = node.func if isinstance(node, ast.Call) else node
    return (isinstance(function, ast.Name) and function.id == name) or (
        isinstance(function, ast.Attribute) and function.attr == name
    )


def _keyword_text(node: ast.expr, name: str, constants: dict[str, str]) -> str:
    for keyword in node.keywords if isinstance(node, ast.Call) else ():
        if keyword.arg == name:
            if isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str):
                return keyword.value.value
            if isinstance(keyword.value, ast.Name):
                return constants.get(keyword.value.id, "")
    return ""


def _string_constants(tree: ast.Module) -> dict[str, str]:
    """The string constants of a module, `CAPTION = "..."`, by name."""
    constants: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            constants.update({target.id: node.value.value for target in node.targets if isinstance(target, ast.Name)})
    return constants


def _first_line(text: str) -> str:
    """The first paragraph of a docstring as one line."""
    paragraph = inspect.cleandoc(text).split("\n\n")[0]
    return " ".join(paragraph.split())
