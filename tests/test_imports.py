"""Who may know whom. The imports are read, not run."""

from __future__ import annotations

import ast
import os
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import waiting

from orbitdraw.public import PUBLIC_MODULES
from orbitdraw.runtime import warmup
from orbitdraw.runtime.resources import scenes_folder

ROOT = Path(__file__).parent.parent / "orbitdraw"

SYMBOLIC = {f"potentials.{name}" for name in ("symbolic", "jets", "codegen", "printing", "potential", "derivation")}
HEAVY = {"numpy", "sympy", "numba", "pygame", "PIL", "cmap", "ziamath", "imageio", "av", "msgspec"}


@dataclass
class Imports:
    """The modules that a module imports when it is imported itself, and those that its functions import."""

    at_once: set[str] = field(default_factory=set)
    later: set[str] = field(default_factory=set)
    types: set[str] = field(default_factory=set)
    """What is imported for types only."""

    @property
    def all(self) -> set[str]:
        return self.at_once | self.later


def read_imports(text: str) -> Imports:
    found = Imports()

    def walk(node: ast.AST, into: set[str]) -> None:
        for child in ast.iter_child_nodes(node):
            target = into
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                target = found.later
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                for other in child.orelse:
                    walk(other, target)
                for other in child.body:
                    walk(ast.Module([other], []), found.types)
                continue
            if isinstance(child, ast.Import):
                target.update(alias.name for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                target.update(_named(child))
            elif isinstance(child, ast.Call) and ast.unparse(child.func) == "lazy.module":
                found.later.update(ast.literal_eval(one) for one in child.args)
            walk(child, target)

    walk(ast.parse(text), found.at_once)
    return found


def _named(node: ast.ImportFrom) -> set[str]:
    assert node.level == 0, "imports are written out in full"
    module = node.module or ""
    inner = {f"{module}.{alias.name}" for alias in node.names}
    return {name for name in inner if name in FILES} or {module}


FILES = {
    ".".join(("orbitdraw", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in sorted(ROOT.rglob("*.py"))
}


def read_face(text: str) -> dict[str, str] | None:
    """The table of a face: the module of each name; None of a package that has none."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "lazy.attach":
            return (
                PUBLIC_MODULES
                if ast.unparse(node.args[1]) == "PUBLIC_MODULES"
                else dict(ast.literal_eval(node.args[1]))
            )
    return None


FACES = {
    name: table
    for name, path in FILES.items()
    if path.name == "__init__.py" and (table := read_face(path.read_text(encoding="utf-8"))) is not None
}
MODULES = {name: read_imports(path.read_text(encoding="utf-8")) for name, path in FILES.items()}


def home(face: str, name: str) -> str:
    return f"{face}.{FACES[face][name]}"


def through_faces(text: str) -> set[str]:
    """The modules that are reached by names of faces, as in `kernels.flatten`."""
    tree, faces = ast.parse(text), {name: name for name in FACES}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            inner = {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
            faces.update({short: name for short, name in inner.items() if name in FACES})
    used = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    reached = [(faces.get(ast.unparse(node.value), ""), node.attr) for node in used]
    return {home(face, name) for face, name in reached if name in FACES.get(face, {})}


def short(module: str) -> str:
    return module.removeprefix("orbitdraw").removeprefix(".")


def part(module: str) -> str:
    return short(module).split(".")[0]


def own(imports: set[str]) -> set[str]:
    return {name for name in imports if name in FILES and name != "orbitdraw"}


def test_no_circle_of_imports() -> None:
    """Not at import, not inside functions, not for types."""
    graph = {name: own(imports.all | imports.types) - {name} for name, imports in MODULES.items()}
    for name, path in FILES.items():
        graph[name] |= own(through_faces(path.read_text(encoding="utf-8"))) - {name}
    faces = {name for name, path in FILES.items() if path.name == "__init__.py"}
    graph = {name: known - faces for name, known in graph.items() if name not in faces}
    assert [sorted(circle) for circle in _circles(graph)] == []


def _circles(graph: dict[str, set[str]]) -> list[set[str]]:
    """Groups of two or more that reach each other."""
    reach: dict[str, set[str]] = {}
    for name in graph:
        seen, left = set(), [name]
        while left:
            for other in graph[left.pop()] - seen:
                seen.add(other)
                left.append(other)
        reach[name] = seen
    groups = {
        frozenset({other for other in reach[name] if name in reach[other]}) for name in graph if name in reach[name]
    }
    return [set(group) for group in groups]


def test_display_and_events_live_in_the_window_only() -> None:
    for name, path in FILES.items():
        if part(name) == "app":
            continue
        used = {
            node.attr
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "pygame"
        }
        assert not used & {"display", "event", "mouse", "key", "init", "mixer"}, f"{name} uses pygame's {used}"
        assert not {
            it for it in MODULES[name].all if it.startswith("pygame.") and it not in ("pygame.font", "pygame.freetype")
        }, name
    assert "pygame" not in MODULES["orbitdraw.app"].at_once


def test_sympy_lives_in_the_symbolic_files_only() -> None:
    users = {short(name) for name, imports in MODULES.items() if any(it.split(".")[0] == "sympy" for it in imports.all)}
    assert users <= SYMBOLIC


def reached(module: str, seen: set[str]) -> set[str]:
    """Everything that importing `module` imports, from the packages above it on."""
    if module in seen or module not in MODULES:
        return seen | {module}
    seen = seen | {module}
    parents = [module.rsplit(".", count)[0] for count in range(1, module.count(".") + 1)]
    for other in [*parents, *MODULES[module].at_once]:
        seen = reached(other, seen)
    return seen


@pytest.mark.parametrize(
    "module",
    ["orbitdraw.cli.commands", "orbitdraw.library.catalogue", "orbitdraw.cli.doctor", "orbitdraw.library.template"],
)
def test_help_and_lists_import_nothing_heavy(module: str) -> None:
    heavy = {name for name in reached(module, set()) if name.split(".")[0] in HEAVY}
    assert not heavy


BEFORE_DISPLAY = """
import os, sys
import orbitdraw.app.shell.display as display
from orbitdraw.cli.commands import main

def open_display(*args):
    print(*sorted(sys.modules))
    sys.stdout.flush()
    os._exit(0)

display.open_display = open_display
main()
"""


@pytest.mark.parametrize("scene", ["two_wells", str(scenes_folder() / "gallery" / "moth.py")])
def test_nothing_heavy_is_imported_before_the_display_opens(scene: str) -> None:
    done = waiting.run(
        [sys.executable, "-c", BEFORE_DISPLAY, "play", scene], env={**os.environ, "SDL_VIDEODRIVER": "dummy"}
    )
    imported = set(done.stdout.split())
    assert "pygame" in imported, done.stderr
    assert not imported & {
        *HEAVY - {"pygame"},
        "orbitdraw.library.loading",
        "orbitdraw.simulation.run",
        "orbitdraw.app.window",
    }


@pytest.mark.parametrize(
    "module",
    [
        "orbitdraw.potentials.potential",
        "orbitdraw.film.film",
        "orbitdraw.library.loading",
        "orbitdraw.simulation.particles",
    ],
)
def test_a_warm_start_does_not_import_sympy(module: str) -> None:
    assert not {name for name in reached(module, set()) if name.split(".")[0] == "sympy"}


@pytest.mark.parametrize("path", sorted(scenes_folder().rglob("*.py")), ids=lambda path: path.stem)
def test_scenes_import_orbitdraw_only(path: Path) -> None:
    allowed = {"orbitdraw", "numpy", *sys.stdlib_module_names}
    assert {name.split(".")[0] for name in read_imports(path.read_text(encoding="utf-8")).all} <= allowed


def test_the_reader_sees_what_it_should() -> None:
    text = "import a\nfrom b.c import d\nif TYPE_CHECKING:\n    import e\ndef f():\n    import g\n"
    assert read_imports(text) == Imports({"a", "b.c"}, {"g"}, {"e"})


def test_every_package_says_what_it_is_for_and_what_it_may_import() -> None:
    for path in ROOT.glob("*/**/__init__.py"):
        said = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").splitlines()
        assert said and "say here" not in said[0], path
    assert len(list(ROOT.glob("*.py"))) <= 10


@pytest.mark.parametrize("face", FACES)
def test_a_face_names_for_types_what_it_gives(face: str) -> None:
    """And a function and a module never share a name: importing the module would put it in the function's place."""
    table, named = FACES[face], {}
    for node in ast.walk(ast.parse(FILES[face].read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            named |= {alias.asname: (node.module, alias.name) for alias in node.names if alias.asname}
    assert named == {name: (face if inner == name else home(face, name), name) for name, inner in table.items()}
    for name, inner in table.items():
        assert f"{face}.{inner}" in FILES
        assert inner == name or f"{face}.{name}" not in FILES


@pytest.mark.parametrize("face", FACES)
def test_a_face_gives_its_names_also_when_every_module_was_imported(face: str) -> None:
    package = import_module(face)
    for name, inner in FACES[face].items():
        module = import_module(home(face, name))
        assert getattr(package, name) is (module if inner == name else getattr(module, name))
        assert name in vars(package) and name in dir(package)
    with pytest.raises(AttributeError, match=f"module '{face}' has no attribute 'nothing_of_that_name'"):
        _ = package.nothing_of_that_name


def compiled(text: str) -> bool:
    """Whether importing a file compiles a function of it."""
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    calls = [one for function in functions for one in function.decorator_list if isinstance(one, ast.Call)]
    return any(ast.unparse(one.func) == "jit" and one.args for one in calls)


def test_every_module_that_compiles_is_compiled_and_waited_for_at_the_first_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waited: list[str] = []
    monkeypatch.setattr(warmup, "_warmup_process", SimpleNamespace(wait=waited.append))
    for name, path in FILES.items():
        if compiled(path.read_text(encoding="utf-8")) and name != "orbitdraw.dynamics.drivers.force":  # comes with them
            warmup.wait_until_compiled(name)
    assert set(waited) == set(warmup.MODULES)
    assert {f"orbitdraw.{name}" for name in warmup.MODULES} <= set(FILES)


def test_the_reader_sees_through_faces() -> None:
    text = "import orbitdraw.edits\nfrom orbitdraw.ink import kernels as k\nk.flatten()\norbitdraw.edits.table.edit()"
    assert through_faces(text) == {"orbitdraw.ink.kernels.flattening", "orbitdraw.edits.table"}
    assert read_imports("np = lazy.module('numpy')").later == {"numpy"}


def programs(path: Path) -> list[ast.Module]:
    """The script itself, and the programs that it holds as texts."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [tree]
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "orbitdraw" in node.value:
            with suppress(SyntaxError):  # prose, or a part of a program
                found.append(ast.parse(node.value))
    return found


@pytest.mark.parametrize("path", sorted((ROOT.parent / "benchmarks").glob("*.py")), ids=lambda path: path.stem)
def test_benchmarks_use_names_that_exist(path: Path) -> None:
    """Nothing else runs them: a name that was changed stays in a program that is a text."""
    missing = []
    for program in programs(path):
        modules: dict[str, Any] = {}
        for node in ast.walk(program):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("orbitdraw"):
                home = import_module(str(node.module))
                for alias in node.names:
                    with suppress(ImportError):
                        import_module(f"{node.module}.{alias.name}")
                    if not hasattr(home, alias.name):
                        missing.append(f"{node.module}.{alias.name}")
                    elif isinstance(getattr(home, alias.name), ModuleType):
                        modules[alias.asname or alias.name] = getattr(home, alias.name)
        for node in ast.walk(program):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
                module = modules[node.value.id]
                if not hasattr(module, node.attr):
                    missing.append(f"{module.__name__}.{node.attr}")
    assert not missing
