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

from orbitdraw.runtime import python_parser as syntax
from orbitdraw.runtime.opening import MOST_SOURCE, open_file
from orbitdraw.runtime.resources import scenes_folder


@dataclass(frozen=True)
class Entry:
    """A scene as its file describes it: the file's name, title, caption, path and folder."""

    name: str
    title: str
    caption: str
    path: str
    folder: str


def catalogue(root: Path | None = None) -> list[Entry]:
    """Every scene under `root` (the scenes that come with the program), by folder and name.

    Files are parsed, never run, so that a list takes milliseconds and a broken scene affects only its own entry.

    >>> all(entry.caption for entry in catalogue())
    True
    """
    top = root or scenes_folder()
    paths = sorted(path for path in top.rglob("*.py") if not path.name.startswith("_"))
    return [read_entry(path, top) for path in paths]


def listing(entries: list[Entry]) -> str:
    """The entries as text for a terminal, folder by folder.

    >>> print(click.unstyle(listing([Entry("moth", "Moth", "Three bodies draw a moth.", "moth.py", "gallery")])))
    gallery
      moth  Three bodies draw a moth.
    """
    wide = max((len(entry.name) for entry in entries), default=0)
    columns = min(shutil.get_terminal_size().columns, 110)
    pages = []
    for folder, hung in groupby(entries, key=lambda entry: entry.folder):
        lines = [click.style(folder, bold=True)]
        for entry in hung:
            first, *rest = textwrap.wrap(entry.caption, max(30, columns - wide - 4)) or [""]
            lines.append(f"  {click.style(f'{entry.name:{wide}}', fg='yellow')}  {first}".rstrip())
            lines += [" " * (wide + 4) + line for line in rest]
        pages.append("\n".join(lines))
    return "\n\n".join(pages)


def read_entry(path: Path, root: Path | None = None) -> Entry:
    """The entry of one scene file. If the file cannot be parsed, the caption says why."""
    title = titled(path.stem)
    folder = path.parent.relative_to(root).as_posix() if root is not None else path.parent.name
    try:
        with open_file(path, MOST_SOURCE) as file:
            tree = syntax.module(file.read())
        title, caption = title_of(tree) or title, caption_of(tree)
    except SyntaxError as error:
        caption = f"(cannot be read: {error.msg}, line {error.lineno})"
    except ValueError as error:
        caption = f"(cannot be read: {error})"
    return Entry(path.stem, title, caption, str(path), "" if folder == "." else folder)


def titled(name: str) -> str:
    """A title made from a name; a single letter stays as it is in the formula.

    >>> titled("pull_of_moon"), titled("k")
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
    made = (call for call in calls if _calls(call, "scene") or _calls(call, "Scene"))
    return next(filter(None, (_given(call, "title", _constants(tree)) for call in made)), "")


def caption_of(tree: ast.Module) -> str:
    """The caption in a scene file: the first paragraph of the docstring under `@scene`, a constant `caption=` of a
    `Scene(...)`, or else the first paragraph of the file's docstring.

    >>> caption_of(ast.parse('Scene("spring", caption="To and fro.")'))
    'To and fro.'
    """
    constants = _constants(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and any(_calls(mark, "scene") for mark in node.decorator_list):
            marks = (mark for mark in node.decorator_list if _calls(mark, "scene"))
            said = next((_given(mark, "caption", constants) for mark in marks), "")
            written = ast.get_docstring(node) or ""
            if said or written:
                return _first_line(said or written)
        elif isinstance(node, ast.Call) and _calls(node, "Scene"):
            said = _given(node, "caption", constants)
            if said:
                return _first_line(said)
    return _first_line(ast.get_docstring(tree) or "")


def _calls(node: ast.expr, name: str) -> bool:
    called = node.func if isinstance(node, ast.Call) else node
    return (isinstance(called, ast.Name) and called.id == name) or (
        isinstance(called, ast.Attribute) and called.attr == name
    )


def _given(node: ast.expr, name: str, constants: dict[str, str]) -> str:
    for keyword in node.keywords if isinstance(node, ast.Call) else ():
        if keyword.arg == name:
            if isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str):
                return keyword.value.value
            if isinstance(keyword.value, ast.Name):
                return constants.get(keyword.value.id, "")
    return ""


def _constants(tree: ast.Module) -> dict[str, str]:
    """The string constants of a module, `CAPTION = "..."`, by name."""
    named: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            named.update({target.id: node.value.value for target in node.targets if isinstance(target, ast.Name)})
    return named


def _first_line(text: str) -> str:
    """The first paragraph of a docstring as one line."""
    paragraph = inspect.cleandoc(text).split("\n\n")[0]
    return " ".join(paragraph.split())
