"""The description of a scene that `orbitdraw info` prints."""

from __future__ import annotations

import textwrap
from dataclasses import fields
from typing import Any

import click

from orbitdraw.authoring.scene import Scene
from orbitdraw.dynamics.law import Law
from orbitdraw.library.loading import where_it_jumps
from orbitdraw.potentials.formula import read
from orbitdraw.simulation.run import Run
from orbitdraw.slider import Slider, default_value

WIDTH = 100
"""Columns of the output; longer lines are wrapped."""


def facts(scene: Scene) -> dict[str, Any]:
    """All facts about a scene that `info` prints, as plain data for `--json`.

    >>> from orbitdraw.authoring.scene import Dust
    >>> said = facts(Scene("spring", potential="x^2/2", dust=Dust([[1, 0]])))
    >>> said["formula"], said["conserved"]
    ('x^2/2', ['energy'])
    """
    run = Run(scene)
    own = scene.motion is not None
    return {
        "name": scene.name,
        "caption": " ".join(scene.caption.split()),
        "path": scene.path,
        "formula": scene.potential.text if scene.potential is not None else None,
        "law": None if own else _law(scene.law),
        "bodies": 0 if own else len(run.state["mass"]),
        "dust": 0 if own else len(run.state["x"]) - len(run.state["mass"]),
        "parameters": [_parameter(name, number) for name, number in scene.declared.sliders.items()],
        "begins": [[name, list(map(float, numbers))] for name, numbers in scene.edits],
        "frame": {"steps": scene.steps, "dt": scene.dt, "seconds": scene.seconds},
        "conserved": conserved(run),
        "numbers": list(run.metrics()),
    }


def conserved(run: Run) -> list[str]:
    """Names of a run's conserved quantities: those with a drift, and momenta where they are shown."""
    numbers = run.metrics()
    scene = run.scene
    if scene.text and scene.potential is not None:
        params = scene.potential.params
        if where_it_jumps(read(scene.text, params), params):
            numbers.pop("energy drift", None)
    momenta = [name for name in ("momentum", "angular momentum") if name in numbers]
    return [name.removesuffix(" drift") for name in numbers if name.endswith(" drift")] + momenta


def _law(law: Law) -> dict[str, Any]:
    numbers = {f.name: default_value(getattr(law, f.name)) for f in fields(law)}
    return {"name": law.name, **numbers}


def _parameter(name: str, number: Any) -> dict[str, Any]:
    if isinstance(number, Slider):
        ends = {"low": number.low, "high": number.high}
        return {"name": name, "value": number.value, **ends, **({"unit": number.unit} if number.unit else {})}
    return {"name": name, "value": list(number) if isinstance(number, tuple) else number}


def text(said: dict[str, Any]) -> str:
    """The facts as text for a terminal."""
    lines = [click.style(said["name"], bold=True)]
    lines += [textwrap.fill(said["caption"], WIDTH)] if said["caption"] else []
    rows = [("formula", f"V = {said['formula']}" if said["formula"] else "")]
    rows += [("law", _law_line(said["law"])), ("moves", _moves(said))]
    rows += [("begins", "; ".join(" ".join([name, *map(_plain, n)]) for name, n in said["begins"]))]
    rows += [("frame", _frame(said["frame"]))]
    rows += [("conserved", ", ".join(said["conserved"]) or "nothing"), ("shows", ", ".join(said["numbers"]))]
    lines.append("")
    for title, content in rows:
        if content:
            lines.append(_row(title, content))
    ranged = [parameter for parameter in said["parameters"] if "low" in parameter]
    fixed = [parameter for parameter in said["parameters"] if "low" not in parameter]
    lines += ["", click.style("sliders", bold=True) + ("" if ranged else "  none")]
    wide = max((len(parameter["name"]) for parameter in ranged), default=0)
    for one in ranged:
        ends = click.style(f"{one['low']:g} to {one['high']:g}", dim=True)
        unit = f" {one['unit']}" if "unit" in one else ""
        lines.append(f"  {one['name']:{wide}}  {one['value']:<8g}  {ends}{unit}")
    if fixed:
        set_too = ", ".join(f"{one['name']}={_plain(one['value'])}" for one in fixed)
        lines += ["", click.style("--set also changes", bold=True)]
        lines += textwrap.wrap(set_too, WIDTH - 2, initial_indent="  ", subsequent_indent="  ")
    if said["path"]:
        lines += ["", click.style(said["path"], dim=True)]
    return "\n".join(lines)


def _row(title: str, content: str) -> str:
    indent = " " * 12
    body = textwrap.fill(content, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False)
    return f"  {click.style(f'{title:10}', dim=True)}{body[12:]}"


def _law_line(law: dict[str, Any] | None) -> str:
    if law is None:
        return "the scene's own program"
    numbers = ", ".join(f"{name} {number:g}" for name, number in law.items() if name not in ("name", "order"))
    order = f" of order {law['order']}" if "order" in law else ""
    return f"{law['name']}{order}" + (f" with {numbers}" if numbers else "")


def _moves(said: dict[str, Any]) -> str:
    counted = ((said["bodies"], "body", "bodies"), (said["dust"], "particle of dust", "particles of dust"))
    parts = [f"{count:,} {one if count == 1 else many}".replace(",", " ") for count, one, many in counted if count]
    return " and ".join(parts)


def _frame(frame: dict[str, Any]) -> str:
    steps = "1 step" if frame["steps"] == 1 else f"{frame['steps']} steps"
    return f"{steps} of dt = {frame['dt']:g}; plays {frame['seconds']:g} s"


def _plain(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, list):
        return ",".join(f"{part:g}" for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
