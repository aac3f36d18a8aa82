"""Finding scenes: what is found, and what is said when it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from orbitdraw import InputError, Run, Slider, load
from orbitdraw.errors import DrawingError, SceneError
from orbitdraw.library.loading import create_run

SCENE = "from orbitdraw import Scene, Dust\nscene = Scene('{name}', potential='x^2', dust=Dust([[1, 0]]))\n"


def written(folder: Path, text: str, name: str = "mine.py") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_a_misspelt_scene_names_the_near_one() -> None:
    with pytest.raises(InputError, match=r"no scene 'figur_eight'; did you mean figure_eight\?"):
        load("figur_eight")


def test_a_scene_file_is_loaded_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, SCENE.format(name="mine"))
    monkeypatch.chdir(tmp_path)
    assert load("mine.py").name == "mine"


@pytest.mark.parametrize("relative", [True, False])
def test_a_scene_that_fails_says_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, relative: bool) -> None:
    path = written(tmp_path, "import orbitdraw\n\nx = 1 / 0\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SceneError, match="division by zero") as raised:
        load("mine.py" if relative else path)
    assert raised.value.line == 3


def test_a_scene_that_is_no_python_says_where(tmp_path: Path) -> None:
    with pytest.raises(SceneError) as raised:
        load(written(tmp_path, "x = 1\ny = (\n"))
    assert raised.value.line == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x = 1\n", "holds no Scene"),
        (SCENE.format(name="a") + SCENE.format(name="b").replace("scene =", "other ="), "holds 2 scenes"),
    ],
)
def test_a_file_needs_one_scene(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(SceneError, match=says):
        load(written(tmp_path, text))


def test_the_scene_named_like_the_file_is_chosen(tmp_path: Path) -> None:
    text = SCENE.format(name="mine") + SCENE.format(name="b").replace("scene =", "other =")
    assert load(written(tmp_path, text)).name == "mine"


def test_a_drawing_of_a_persons_file_never_imports_it(tmp_path: Path) -> None:
    path = written(tmp_path, SCENE.format(name="mine"))
    run = Run(load(path))
    run.advance()
    run.drawing().save(tmp_path / "mine.orbit")
    path.write_text("raise SystemExit('this ran')\n")
    with pytest.raises(DrawingError, match=r"the scene file mine\.py"):
        create_run(tmp_path / "mine.orbit")


def test_a_formula_and_its_sliders_come_back_from_the_drawing(tmp_path: Path) -> None:
    run = create_run("a*x^2 + y^2", params={"a": 0.7})
    run.advance()
    twin = create_run(run.drawing())
    twin.advance()
    assert twin.hash() == run.hash()


def test_names_that_mean_something_stay_numbers_where_a_drawing_says_so() -> None:
    params = {"phi": 0.7, "e": Slider(1.0, 0.0, 2.0), "lambda": 1.5, "step": 0.5, "ln": 2.0, "τ": 1.0}
    run = create_run("phi*x^2 + e*y^2 + lambda + step*ln + τ", params=params)
    twin = create_run(run.drawing())
    assert list(twin.scene.potential.params) == list(params)
    twin.advance()
    run.advance()
    assert twin.hash() == run.hash()


def test_a_law_put_in_place_of_the_scenes_own_comes_back() -> None:
    run = Run(load("two_wells").under("langevin"))
    run.advance()
    twin = create_run(run.drawing())
    twin.advance()
    assert twin.hash() == run.hash()
    assert twin.scene.law == run.scene.law


def test_a_drawing_of_a_scene_that_is_not_here() -> None:
    run = Run(load("moth"))
    drawing = run.drawing()
    drawing.scene = type(drawing.scene)(kind="scene", name="mothh")
    with pytest.raises(DrawingError, match=r"not installed; did you mean moth\?"):
        create_run(drawing)


def test_values_of_another_version_are_refused() -> None:
    drawing = Run(load("moth")).drawing()
    drawing.values["sparkle"] = 1.0
    with pytest.raises(DrawingError, match="'sparkle', which moth does not have"):
        create_run(drawing)
