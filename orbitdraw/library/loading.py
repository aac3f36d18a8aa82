"""Loading of scenes by name, scene files, formulas, drawings, and files with an embedded drawing."""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import os
import sys
import warnings
from collections.abc import Mapping
from dataclasses import replace
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from orbitdraw.authoring.bodies import Dust
from orbitdraw.authoring.escape import bound_fraction
from orbitdraw.authoring.motion import Motion
from orbitdraw.authoring.scene import Scene
from orbitdraw.authoring.values import from_file
from orbitdraw.errors import DrawingError, InputError, SceneError, suggestion
from orbitdraw.formats import DRAWING_SUFFIXES
from orbitdraw.ink.look import Look, View
from orbitdraw.inputs import brief
from orbitdraw.library.catalogue import scene_paths
from orbitdraw.library.recognition import is_formula, looks_like_formula, unplayable_reason
from orbitdraw.potentials.evaluate import FormulaPotential
from orbitdraw.potentials.formula import Formula, read
from orbitdraw.potentials.jumps import jump_message
from orbitdraw.potentials.parameters import parameters, spell_out, undeclared_message
from orbitdraw.potentials.potential import Potential
from orbitdraw.potentials.tokens import plain_name
from orbitdraw.record.drawing import Drawing, SceneRef
from orbitdraw.record.embedded import extract
from orbitdraw.runtime.author_errors import author_errors, check_text
from orbitdraw.runtime.nogil import nogil_by_default
from orbitdraw.runtime.opening import MAX_SOURCE, open_file
from orbitdraw.runtime.source_lines import line_of_option
from orbitdraw.simulation.particles import motion_of
from orbitdraw.simulation.run import FRAMES_PER_SECOND, Run
from orbitdraw.simulation.start_warnings import start_warning
from orbitdraw.slider import Slider, Values, default_value

MODULE_PREFIX = "orbitdraw_scene_"
"""Prefix of the module name of a loaded scene file."""

FORMULA_VIEW_RADIUS = 2.4
"""View radius of a formula's scene."""

Playable = Any
"""A scene's name, a path, a formula, a Scene, a Drawing or a Run."""


def load(what: str | os.PathLike[str], /, **params: Any) -> Scene:
    """The scene that `what` names: a scene's name, a scene file, a formula, or a drawing (its scene).

    `params` are the sliders of a formula. Raises InputError with the near matches when there is no such scene,
    SceneError when a scene file fails, DrawingError when a drawing cannot be read, FormulaError for a bad formula.

    >>> load("x^2/2 + a*y^2", a=Slider(0.5, 0, 2)).potential.names
    ('a',)
    """
    text = _name_of(what)
    suffix = Path(text).suffix.lower()
    if suffix in DRAWING_SUFFIXES and "(" not in text:
        return resolve_scene(read_drawing(text).scene)
    if suffix == ".py":
        return load_file(Path(text))
    scenes = scene_paths()
    if text in scenes:
        return load_file(scenes[text])
    if reason := unplayable_reason(text):
        raise InputError(reason)
    if looks_like_formula(text):
        return formula_scene(text, params)
    hint, formula = suggestion(text, scenes), spell_out(text)
    if formula and not hint.startswith("did"):
        hint = f"as a formula it is written {formula}"
    raise InputError(f"there is no scene {text!r}; {hint}")


def _name_of(what: Any) -> str:
    try:
        return str(os.fspath(what))
    except TypeError:
        raise InputError(f"play needs a name, a path or a formula in quotes, not {brief(what)}") from None


def remarks(what: Playable, params: Mapping[str, Any]) -> list[str]:
    """Remarks on a new formula: the sliders made from its names, and where it is discontinuous.

    >>> remarks("k*x^2", {}), remarks("moth", {})
    (['k is a slider: 1, from 0 to 2; --param k=... sets it'], [])
    """
    if not is_formula(what):
        return []
    formula = read(what, params)
    for name in map(plain_name, params):
        if name not in formula.names:
            raise InputError(
                f"the formula has no {name!r}; {suggestion(name, formula.names) if formula.names else 'leave it out'}"
            )
    return [one for one in (undeclared_message(formula, "--param"), discontinuity_message(formula, params)) if one]


def discontinuity_message(formula: Formula, params: Mapping[str, Any]) -> str:
    """A sentence about discontinuities of a formula within the view, "" if there are none."""
    numbers = parameters(formula, params, taken=Scene("formula").declared.sliders)
    return jump_message(
        FormulaPotential(formula, {name: default_value(number) for name, number in numbers.items()}),
        FORMULA_VIEW_RADIUS,
    )


def read_drawing(path: str | os.PathLike[str]) -> Drawing:
    """The drawing in a `.orbit` file, or the one embedded in an exported picture or film."""
    if Path(path).suffix.lower() == ".orbit":
        return Drawing.load(path)
    return extract(path)


def create_run(
    what: Playable, seed: int | None = None, *, params: Mapping[str, Any] | None = None, **values: Any
) -> Run:
    """A Run of anything that can be played. That of a drawing (or of a file that embeds one) replays its events.

    `params` are the sliders of a formula, `values` are set before the first frame.
    """
    if isinstance(what, Run):
        if seed is not None or values:
            raise InputError("a Run has its seed and values already; pass a scene instead")
        return what.again()
    if isinstance(what, Drawing):
        return replay(what, seed=seed, **values)
    if isinstance(what, Scene):
        return _create_scene_run(what, seed, values)
    # A string with a bracket is a formula; a Path may contain one.
    if Path(_name_of(what)).suffix.lower() in DRAWING_SUFFIXES and (
        isinstance(what, Path) or "(" not in os.fspath(what)
    ):
        return replay(read_drawing(what), seed=seed, **values)
    return _create_scene_run(load(what, **(params or {})), seed, values)


def _create_scene_run(scene: Scene, seed: int | None, values: Mapping[str, Any]) -> Run:
    run = Run(scene, seed or 0, **values)
    run.doubt = start_warning(run)
    return run


def replay(drawing: Drawing, scene: Scene | None = None, seed: int | None = None, **values: Any) -> Run:
    """A Run at frame 0 that replays a drawing; its check hashes are compared on the way."""
    scene = scene or resolve_scene(drawing.scene)
    declared = scene.declared
    missing = [name for name in drawing.values if name not in declared.sliders]
    edits = motion_of(scene).edits
    missing += [
        event.name for event in drawing.events if event.name not in declared.sliders and event.name not in edits
    ]
    if missing:
        raise DrawingError(
            f"the drawing sets {missing[0]!r}, which {scene.name} does not have; it is from another version"
        )
    values_at_start: Values = {}
    defaults = declared.defaults()
    for name, value in drawing.values.items():
        try:
            values_at_start[name] = declared.check(name, from_file(value), {**defaults, **values_at_start})
        except InputError as error:
            raise DrawingError(f"the drawing cannot be played: {error}") from None
    run = Run(scene, drawing.seed if seed is None else seed, script=drawing.events, **{**values_at_start, **values})
    run.lasted = drawing.frames
    if drawing.scene.kind == "file" and scene.sha256 and scene.sha256 != drawing.scene.sha256:
        run.doubt = f"{drawing.scene.text} has changed since this drawing was made, and the motion may differ"
    if seed is None and not values:
        run.expected = dict(drawing.checks)
    return run


def resolve_scene(ref: SceneRef) -> Scene:
    """The scene that a drawing names. A drawing made in the user's own scene file needs that file (`load_file`)."""
    if ref.kind == "formula":
        scene = formula_scene(ref.text, dict(map(_parse_slider, ref.params)))
    elif ref.kind == "scene":
        scenes = scene_paths()
        if ref.name not in scenes:
            raise DrawingError(
                f"the drawing was made with the scene {ref.name!r}, which is not installed; "
                f"{suggestion(ref.name, scenes)}"
            )
        scene = load_file(scenes[ref.name])
    elif ref.kind == "file":
        raise DrawingError(f"the drawing was made with the scene file {ref.text}; open it with --scene {ref.text}")
    else:
        raise DrawingError(f"the drawing was made with {ref.name!r}, a scene of a program; replay it in that program")
    return scene.under(ref.law) if ref.law else scene


def _parse_slider(stored: list[str | float]) -> tuple[str, Slider | float]:
    name, *numbers = stored
    value, *limits = map(float, numbers)
    return str(name), Slider(value, limits[0], limits[1]) if limits else value


def load_file(path: Path) -> Scene:
    """The scene in a Python file: the one with the file's name, or the only one."""
    if not path.is_file():
        raise InputError(f"there is no file {path}; `orbitdraw new {path.stem}` writes one to start from")
    with open_file(path, MAX_SOURCE) as file:
        source = file.read()
    check_text(source, path)
    module = _run_module(path, source)
    scenes = {id(value): value for value in vars(module).values() if isinstance(value, Scene)}
    namesakes = [value for value in scenes.values() if value.name == path.stem]
    candidates = namesakes or list(scenes.values())
    if len(candidates) != 1:
        if not candidates:
            raise SceneError(_no_scene_message(module), str(path))
        lines = sorted((line_of_option(str(path), scene.name, ()), scene.name) for scene in candidates)
        names = ", ".join(f"{name} in line {line}" if line else name for line, name in lines)
        raise SceneError(
            f"holds {len(candidates)} scenes ({names}); name one of them {path.stem}", str(path), lines[-1][0]
        )
    caption = candidates[0].caption or (module.__doc__ or "").strip()
    return replace(candidates[0], path=str(path), caption=caption, sha256=hashlib.sha256(source).hexdigest())


def _run_module(path: Path, source: bytes) -> ModuleType:
    name = MODULE_PREFIX + path.stem
    # An explicit loader: without one Python recognises only lower-case suffixes.
    spec = importlib.util.spec_from_file_location(name, path, loader=SourceFileLoader(name, str(path)))
    if spec is None:
        raise SceneError("is not a Python file", str(path))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    with author_errors("", path), nogil_by_default(source):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)  # such code fails when it runs, with a better message
            # Not through the loader, whose .pyc cache can be stale for a file of the same size and second.
            code = compile(source, str(path), "exec")
        exec(code, module.__dict__)
    return module


def _no_scene_message(module: ModuleType) -> str:
    """The reason why a module contains no scene, and the remedy for what it contains instead."""
    for name, value in vars(module).items():
        if getattr(value, "__module__", "") != module.__name__:
            continue
        if isinstance(value, type) and issubclass(value, Motion):
            return f'holds no Scene; write scene = Scene("{module.__name__[len(MODULE_PREFIX) :]}", motion={name}())'
        if inspect.isfunction(value) and {"x", "y"} <= set(inspect.signature(value).parameters):
            return f"holds no Scene; write @scene(start=ring(60)) above def {name}"
    return "holds no Scene; write @scene(start=ring(60)) above a function f(x, y) that returns a formula"


FORMULA_HALF_LIFE = 1.2
"""Half-life of the ink of a formula's particles, in time units."""

MIN_BOUND_FRACTION = 0.1
"""Fraction of a formula's particles still in view at the end below which the ink is kept for ever."""


def formula_scene(text: str, params: Mapping[str, Any] | None = None) -> Scene:
    """The scene of a formula: a disc of particles on nearly circular orbits where the potential binds them.

    If it binds hardly any, the ink does not fade: the particles leave within a second or two, and their paths remain.
    """
    given = {plain_name(name): number for name, number in (params or {}).items()}
    parameters(read(text, given), given, taken=Scene("formula").declared.sliders)
    potential = Potential.parse(text, **given)

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

    scene = Scene(
        name="formula",
        potential=potential,
        dust=start,
        dt=0.01,
        steps=2,
        look=Look(half_life=FORMULA_HALF_LIFE, width=1.3, palette="opal", mark=2.0),
        view=View(radius=FORMULA_VIEW_RADIUS),
        caption=f"V = {text}",
        text=text,
    )
    values = SimpleNamespace(**scene.declared.defaults())
    duration, distance = scene.seconds * FRAMES_PER_SECOND * scene.steps * scene.dt, 16 / 9 * scene.view.radius
    if (
        bound_fraction(potential, start(values, np.random.default_rng(0)), values, duration, distance)
        < MIN_BOUND_FRACTION
    ):
        scene = replace(scene, look=replace(scene.look, half_life=None))
    return scene
