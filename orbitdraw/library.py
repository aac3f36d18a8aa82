"""Finding things to play: scenes by name, scene files, formulas, drawings, and files that carry a drawing."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import os
import sys
import traceback
from collections.abc import Mapping
from dataclasses import replace
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from orbitdraw.bodies import Dust
from orbitdraw.catalogue import catalogue
from orbitdraw.drawing import Drawing, SceneRef
from orbitdraw.errors import DrawingError, InputError, SceneError, near
from orbitdraw.formats import CARRIERS, NEAREST, STILLS, as_ground
from orbitdraw.look import Look, View
from orbitdraw.resources import scenes_folder
from orbitdraw.run import Run
from orbitdraw.scene import Scene
from orbitdraw.slider import Slider
from orbitdraw.syntax import expression

What = Any
"""A scene's name, a path, a formula, a Scene, a Drawing or a Run."""


def load(what: str | os.PathLike[str], **params: Any) -> Scene:
    """The scene that `what` names: a scene's name, a scene file, a formula, or a drawing (its scene).

    `params` are the sliders of a formula. Raises InputError with the near matches when there is no such scene,
    SceneError when a scene file fails, DrawingError when a drawing cannot be read, FormulaError for a bad formula.

    >>> load("x^2/2 + a*y^2", a=Slider(0.5, 0, 2)).potential.names
    ('a',)
    """
    text = os.fspath(what)
    suffix = Path(text).suffix.lower()
    if suffix in CARRIERS and "(" not in text:
        return recall(read_drawing(text).scene)
    if suffix == ".py":
        return load_file(Path(text))
    known = {entry.name: entry for entry in catalogue()}
    if text in known:
        return load_file(Path(known[text].path))
    if problem := _unplayable(text):
        raise InputError(problem)
    if looks_like_formula(text):
        return formula_scene(text, params)
    raise InputError(f"there is no scene {text!r}; {near(text, known)}")


def looks_like_formula(text: str) -> bool:
    """True for anything that is not one bare word or a path: `x^2`, `-1/r`, `sin(x)`; also the bare coordinates.

    What only Python would take for an expression is meant as a formula too: its parser says what is wrong with it.

    >>> [looks_like_formula(text) for text in ("lambda: 1", "x if y else 1", "moth", "moth.art", "figure eight")]
    [True, True, False, False, False]
    """
    text = text.strip()
    if text in ("x", "y", "r"):
        return True
    if text.isidentifier():
        return False
    if any(sign in text for sign in "+-*/^()=<>,;[]{}|&%@") or (":" in text and "\\" not in text):
        return True
    try:
        return not isinstance(expression(text), ast.Name | ast.Attribute)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def _unplayable(text: str) -> str:
    """Why a file or folder that is no scene and no drawing cannot be played; empty where the text names neither."""
    suffix = Path(text).suffix.lower()
    if is_folder(text) and (text.endswith(("/", os.sep)) or not looks_like_formula(text)):
        return f"{text} is a folder; name a scene file in it"
    if not is_file(text):
        return f"there is no file {text}" if suffix in NEAREST else ""
    if suffix in STILLS:
        return f"{text} is a picture, not a scene; {as_ground(text)}"
    return f"{text} is neither a scene file (.py) nor a drawing (.orbit)" if suffix else ""


def is_file(text: str) -> bool:
    """Whether a text is the path of a file; one that can be no path is none."""
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        return False


def is_folder(text: str) -> bool:
    """Whether a text is the path of a folder."""
    try:
        return Path(text).is_dir()
    except (OSError, ValueError):
        return False


def read_drawing(path: str | os.PathLike[str]) -> Drawing:
    """The drawing in a `.orbit` file, or the one that an exported picture or film carries."""
    if Path(path).suffix.lower() == ".orbit":
        return Drawing.load(path)
    from orbitdraw.export.embed import extract

    return extract(path)


def begin(what: What, seed: int | None = None, *, params: Mapping[str, Any] | None = None, **values: Any) -> Run:
    """A Run of anything that can be played. A drawing (or a file that carries one) comes with its events to replay.

    `params` are the sliders of a formula, `values` what to set before the first frame.
    """
    if isinstance(what, Run):
        if seed is not None or values:
            raise InputError("a Run has its seed and values already; give a scene instead")
        return what.again()
    if isinstance(what, Drawing):
        return replay(what, seed=seed, **values)
    if isinstance(what, Scene):
        return Run(what, seed or 0, **values)
    # A text with a bracket is a formula; the path of a file may have one.
    if Path(what).suffix.lower() in CARRIERS and (isinstance(what, Path) or "(" not in os.fspath(what)):
        return replay(read_drawing(what), seed=seed, **values)
    return Run(load(what, **(params or {})), seed or 0, **values)


def replay(drawing: Drawing, scene: Scene | None = None, seed: int | None = None, **values: Any) -> Run:
    """A Run at frame 0 that will do again what the drawing says; check hashes are compared on the way."""
    scene = scene or recall(drawing.scene)
    known = scene.sliders()
    missing = [name for name in drawing.values if name not in known]
    edits = scene.make_motion().edits
    missing += [event.name for event in drawing.events if event.name not in known and event.name not in edits]
    if missing:
        raise DrawingError(
            f"the drawing sets {missing[0]!r}, which {scene.name} does not have; it is from another version"
        )
    start = {name: tuple(value) if isinstance(value, list) else value for name, value in drawing.values.items()}
    run = Run(scene, drawing.seed if seed is None else seed, script=drawing.events, **{**start, **values})
    run.lasted = drawing.frames
    if drawing.scene.kind == "file" and scene.sha256 and scene.sha256 != drawing.scene.sha256:
        run.doubt = f"{drawing.scene.text} was changed since this was drawn in it, and the motion may differ"
    for event in drawing.events:
        if event.name not in edits:
            run.checked(event.name, event.value)
    if seed is None and not values:
        run.expected = dict(drawing.checks)
    return run


def reference(scene: Scene) -> SceneRef:
    """How a drawing names its scene: by name, formula or file, never by code."""
    if scene.text:
        params = scene.potential.params if scene.potential is not None else {}
        sliders: list[list[str | float]] = [
            [name, s.value, s.low, s.high] if isinstance(s, Slider) else [name, float(s)] for name, s in params.items()
        ]
        return SceneRef(kind="formula", name=scene.name, text=scene.text, params=sliders, law=scene.retold)
    path = Path(scene.path) if scene.path else None
    if path is not None and path.is_file():
        if scenes_folder().resolve() in path.resolve().parents:
            return SceneRef(kind="scene", name=scene.name, law=scene.retold)
        # Of the text that was played, which may have been saved anew since.
        digest = scene.sha256 or hashlib.sha256(path.read_bytes()).hexdigest()
        return SceneRef(kind="file", name=scene.name, text=path.name, sha256=digest, law=scene.retold)
    return SceneRef(kind="program", name=scene.name, law=scene.retold)


def recall(ref: SceneRef) -> Scene:
    """The scene a drawing names. A drawing made from a person's own file needs that file given again."""
    if ref.kind == "formula":
        scene = formula_scene(ref.text, dict(map(_slider, ref.params)))
    elif ref.kind == "scene":
        known = {entry.name: entry for entry in catalogue()}
        if ref.name not in known:
            raise DrawingError(
                f"the drawing is of the scene {ref.name!r}, which is not installed; {near(ref.name, known)}"
            )
        scene = load_file(Path(known[ref.name].path))
    elif ref.kind == "file":
        raise DrawingError(f"the drawing is of the scene in {ref.text}; open it with --scene {ref.text}")
    else:
        raise DrawingError(
            f"the drawing is of {ref.name!r}, a scene made in a program; replay it there with that scene"
        )
    return scene.under(ref.law) if ref.law else scene


def _slider(kept: list[str | float]) -> tuple[str, Slider | float]:
    name, *numbers = kept
    value, *ends = map(float, numbers)
    return str(name), Slider(value, ends[0], ends[1]) if ends else value


def load_file(path: Path) -> Scene:
    """The scene in a Python file: the one named like the file, or the only one."""
    if not path.is_file():
        raise InputError(f"there is no file {path}; `orbitdraw new {path.stem}` writes one to start from")
    try:
        source = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from None
    module = _run_module(path, source)
    scenes = {id(value): value for value in vars(module).values() if isinstance(value, Scene)}
    named = [value for value in scenes.values() if value.name == path.stem]
    found = named or list(scenes.values())
    if len(found) != 1:
        names = ", ".join(sorted(scene.name for scene in found))
        problem = f"holds {len(found)} scenes ({names}); name one of them {path.stem}" if found else "holds no Scene"
        raise SceneError(problem, str(path))
    caption = found[0].caption or (module.__doc__ or "").strip()
    return replace(found[0], path=str(path), caption=caption, sha256=hashlib.sha256(source).hexdigest())


def _run_module(path: Path, source: bytes) -> ModuleType:
    name = f"orbitdraw_scene_{path.stem}"
    # With a loader named: Python knows its own files by an ending in small letters only.
    spec = importlib.util.spec_from_file_location(name, path, loader=SourceFileLoader(name, str(path)))
    if spec is None:
        raise SceneError("is not a Python file", str(path))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        # Not by the loader: it would take what Python kept beside the file for a text of the same size and second.
        exec(compile(source, str(path), "exec"), module.__dict__)
    except SceneError:
        raise
    except Exception as error:
        raise scene_error(error, path) from error
    return module


def scene_error(error: BaseException, path: Path | str) -> SceneError:
    """What went wrong in a scene file: the last line of the file that was running, and what Python said there."""
    file = Path(path).resolve()
    if isinstance(error, SyntaxError) and error.filename:
        return SceneError(f"{error.msg}", error.filename, error.lineno or 0)
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno or 0 for frame in frames if Path(frame.filename).resolve() == file]
    said = str(error) if isinstance(error, InputError) else f"{type(error).__name__}: {error}"
    return SceneError(said, str(path), lines[-1] if lines else 0)


def formula_scene(text: str, params: Mapping[str, Any] | None = None) -> Scene:
    """A scene of nothing but a formula: a disc of particles on near-circular paths where the ground holds them."""
    from orbitdraw.potential import Potential

    potential = Potential.parse(text, **(params or {}))

    def start(values: Any, rng: np.random.Generator) -> Dust:
        count = 400
        radius = 1.6 * np.sqrt(rng.uniform(0.02, 1.0, count))
        angle = rng.uniform(0, 2 * np.pi, count)
        x, y = radius * np.cos(angle), radius * np.sin(angle)
        given = {name: getattr(values, name) for name in potential.names}
        with np.errstate(all="ignore"):
            fx, fy = potential.force(x, y, 0.0, **given)
        inward = np.nan_to_num(-(fx * x + fy * y) / radius, nan=0.0, posinf=0.0, neginf=0.0)
        speed = np.sqrt(np.clip(inward, 0.0, 100.0) * radius) * rng.uniform(0.55, 1.0, count)
        return Dust(np.stack([x, y], 1), np.stack([-speed * np.sin(angle), speed * np.cos(angle)], 1))

    return Scene(
        name="formula",
        potential=potential,
        dust=start,
        dt=0.01,
        steps=2,
        look=Look(half_life=1.2, width=1.3, palette="opal", mark=2.0),
        view=View(radius=2.4),
        caption=f"V = {text}",
        text=text,
    )
