"""The description of a scene that `orbitdraw info` prints."""

from __future__ import annotations

import textwrap
from dataclasses import fields
from typing import Any

import click

from orbitdraw.authoring.scene import Scene
from orbitdraw.dynamics.law import Law
from orbitdraw.library.loading import discontinuity_message
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
        "conserved": conserved_quantities(run),
        "numbers": list(run.metrics()),
    }


def conserved_quantities(run: Run) -> list[str]:
    """Names of a run's conserved quantities: those with a drift, and momenta where they are shown."""
    numbers = run.metrics()
    scene = run.scene
    if scene.text and scene.potential is not None:
        params = scene.potential.params
        if discontinuity_message(read(scene.text, params), params):
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


def text(facts: dict[str, Any]) -> str:
    """The facts as text for a terminal."""
    lines = [click.style(facts["name"], bold=True)]
    lines += [textwrap.fill(facts["caption"], WIDTH)] if facts["caption"] else []
    rows = [("formula", f"V = {facts['formula']}" if facts["formula"] else "")]
    rows += [("law", _law_line(facts["law"])), ("moves", _particle_counts(facts))]
    rows += [("begins", "; ".join(" ".join([name, *map(_format_value, n)]) for name, n in facts["begins"]))]
    rows += [("frame", _frame(facts["frame"]))]
    rows += [("conserved", ", ".join(facts["conserved"]) or "nothing"), ("shows", ", ".join(facts["numbers"]))]
    lines.append("")
    for title, content in rows:
        if content:
            lines.append(_format_row(title, content))
    sliders = [parameter for parameter in facts["parameters"] if "low" in parameter]
    fixed = [parameter for parameter in facts["parameters"] if "low" not in parameter]
    lines += ["", click.style("sliders", bold=True) + ("" if sliders else "  none")]
    width = max((len(parameter["name"]) for parameter in sliders), default=0)
    for entry in sliders:
        ends = click.style(f"{entry['low']:g} to {entry['high']:g}", dim=True)
        unit = f" {entry['unit']}" if "unit" in entry else ""
        lines.append(f"  {entry['name']:{width}}  {entry['value']:<8g}  {ends}{unit}")
    if fixed:
        others = ", ".join(f"{entry['name']}={_format_value(entry['value'])}" for entry in fixed)
        lines += ["", click.style("--set also changes", bold=True)]
        lines += textwrap.wrap(others, WIDTH - 2, initial_indent="  ", subsequent_indent="  ")
    if facts["path"]:
        lines += ["", click.style(facts["path"], dim=True)]
    return "\n".join(lines)


def _format_row(title: str, content: str) -> str:
    indent = " " * 12
    body = textwrap.fill(content, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False)
    return f"  {click.style(f'{title:10}', dim=True)}{body[12:]}"


def _law_line(law: dict[str, Any] | None) -> str:
    if law is None:
        return "the scene's own program"
    numbers = ", ".join(f"{name} {number:g}" for name, number in law.items() if name not in ("name", "order"))
    order = f" of order {law['order']}" if "order" in law else ""
    return f"{law['name']}{order}" + (f" with {numbers}" if numbers else "")


def _particle_counts(facts: dict[str, Any]) -> str:
    counts = ((facts["bodies"], "body", "bodies"), (facts["dust"], "particle of dust", "particles of dust"))
    parts = [
        f"{count:,} {singular if count == 1 else plural}".replace(",", " ")
        for count, singular, plural in counts
        if count
    ]
    return " and ".join(parts)


def _frame(frame: dict[str, Any]) -> str:
    steps = "1 step" if frame["steps"] == 1 else f"{frame['steps']} steps"
    return f"{steps} of dt = {frame['dt']:g}; plays {frame['seconds']:g} s"


def _format_value(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, list):
        return ",".join(f"{part:g}" for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
