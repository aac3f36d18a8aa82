"""Who may know whom. The imports are read, not run."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from orbitdraw.resources import scenes_folder

ROOT = Path(__file__).parent.parent / "orbitdraw"

# From the ground up; a module that is not named belongs to the ground floor, where potentials, laws, scenes, kernels
# and paper are. A floor knows itself and the floors below it; the window and the exporters never know each other.
FLOORS = (
    {
        *(
            "run",
            "scene_ref",
            "drawing",
            "library",
            "forecast",
            "closed",
            "journal",
            "drafts",
            "keyframes",
            "retrace",
            "doubts",
            "faded",
            "exposure",
        ),
        *("turn", "gesture", "needs", "beside"),
    },
    {"film", "pictures"},
    {"app", "export"},
    {
        *("cli", "options", "arguments", "describe", "doctor", "beginning", "headless"),
        *("interruption", "progress", "streams", "hoard", "__main__"),
    },
)

# Imports inside functions that look up, each with its reason.
LOOKING_UP = {
    ("library", "export.embed"),  # a picture that carries its drawing can be played
}

INK = {
    "canvas",
    "raster",
    "flatten",
    "strip",
    "mitre",
    "fade",
    "bearing",
    "ink_blocks",
    "units",
    "surface",
    "axes",
    "binned",
    "crowd",
    "grains",
    "tone",
    "tone_color",
    "tone_mono",
    "glow",
    "palette",
    "painter",
    "blend",
    "wash",
    "plate",
    "under",
    "text",
}
PHYSICS = {
    "law",
    "motion",
    "particles",
    "drivers",
    "measures",
    "composition",
    "noise",
    "potential",
    "kernel",
    "codegen",
    "start",
}
SYMBOLIC = {"symbolic", "jets", "codegen", "wording", "potential", "derived"}
HEAVY = {"numpy", "sympy", "numba", "pygame", "PIL", "cmap", "ziamath", "imageio", "av", "msgspec"}


@dataclass
class Imports:
    """The modules that a module imports when it is imported itself, and those that its functions import."""

    at_once: set[str] = field(default_factory=set)
    later: set[str] = field(default_factory=set)

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
                continue
            if isinstance(child, ast.Import):
                target.update(alias.name for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                target.update(_named(child))
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
MODULES = {name: read_imports(path.read_text(encoding="utf-8")) for name, path in FILES.items()}


def short(module: str) -> str:
    return module.removeprefix("orbitdraw").removeprefix(".")


def part(module: str) -> str:
    return short(module).split(".")[0]


def floor(module: str) -> int:
    return next((level for level, names in enumerate(FLOORS, 1) if part(module) in names), 0)


def own(imports: set[str]) -> set[str]:
    return {name for name in imports if name in FILES and name != "orbitdraw"}


@pytest.mark.parametrize("module", [name for name in MODULES if name != "orbitdraw"])
def test_imports_point_down(module: str) -> None:
    imports = MODULES[module]
    up = {other for other in own(imports.at_once) if floor(other) > floor(module)}
    assert not up, f"{module} imports {up}, which lies above it"
    up = {other for other in own(imports.later) if floor(other) > floor(module)}
    up = {other for other in up if (short(module), short(other)) not in LOOKING_UP}
    assert not up, f"a function of {module} imports {up}, which lies above it"


@pytest.mark.parametrize(("one", "other"), [("app", "export"), ("export", "app")])
def test_window_and_exporters_do_not_know_each_other(one: str, other: str) -> None:
    knows = {name for name in MODULES if part(name) == one and any(part(it) == other for it in own(MODULES[name].all))}
    assert not knows


def test_ink_and_physics_do_not_know_each_other() -> None:
    for these, those in ((INK, PHYSICS), (PHYSICS, INK)):
        for name in (name for name in MODULES if part(name) in these):
            knows = {part(other) for other in own(MODULES[name].all)} & those
            assert not knows, f"{name} imports {knows}"


def test_no_circle_of_imports() -> None:
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " -> ".join((*way, name))
        if name not in done:
            for other in own(MODULES[name].at_once):
                visit(other, (*way, name))
            done.add(name)

    for name in MODULES:
        visit(name, ())


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
        assert not {it for it in MODULES[name].all if it.startswith("pygame.") and it != "pygame.font"}, name
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


@pytest.mark.parametrize("module", ["orbitdraw.cli", "orbitdraw.catalogue", "orbitdraw.doctor", "orbitdraw.beginning"])
def test_help_and_lists_import_nothing_heavy(module: str) -> None:
    heavy = {name for name in reached(module, set()) if name.split(".")[0] in HEAVY}
    assert not heavy


@pytest.mark.parametrize(
    "module", ["orbitdraw.potential", "orbitdraw.film", "orbitdraw.library", "orbitdraw.particles"]
)
def test_a_warm_start_does_not_import_sympy(module: str) -> None:
    assert not {name for name in reached(module, set()) if name.split(".")[0] == "sympy"}


@pytest.mark.parametrize("path", sorted(scenes_folder().rglob("*.py")), ids=lambda path: path.stem)
def test_scenes_import_orbitdraw_only(path: Path) -> None:
    allowed = {"orbitdraw", "numpy", *sys.stdlib_module_names}
    assert {name.split(".")[0] for name in read_imports(path.read_text(encoding="utf-8")).all} <= allowed


def test_the_reader_sees_what_it_should() -> None:
    text = "import a\nfrom b.c import d\nif TYPE_CHECKING:\n    import e\ndef f():\n    import g\n"
    assert read_imports(text) == Imports({"a", "b.c"}, {"g"})


def test_every_file_has_its_place_in_the_table_of_contributing():
    told = (ROOT.parent / "CONTRIBUTING.md").read_text()
    missing = [path.stem for path in ROOT.glob("[a-z]*.py") if f"`{path.stem}`" not in told]
    assert not missing
