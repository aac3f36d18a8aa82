"""The options of `play` and `export`, and the run that they describe."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orbitdraw import edits, library, record, simulation
from orbitdraw.cli import arguments
from orbitdraw.cli.arguments import number, option, read
from orbitdraw.errors import InputError
from orbitdraw.formats import CARRIERS, MOST_FRAMES, MOST_LOOPS, MOST_SECONDS, RATES

if TYPE_CHECKING:
    from orbitdraw.simulation.run import Run

SIZE = option(
    "--size",
    metavar="WxH",
    callback=read(arguments.size),
    help="Size in pixels, such as 1920x1080; one number is a square.",
)
SEED = option("--seed", metavar="N", callback=read(number("--seed", 0, 2**63 - 1)), help="Seed of the random numbers.")
VALUES = option(
    *("--set", "values"),
    metavar="NAME=VALUE",
    multiple=True,
    callback=read(arguments.value),
    help="Set a value at the start; `orbitdraw info WHAT` lists them. May be repeated.",
)
PARAMS = option(
    *("--param", "params"),
    metavar="A=0.5:0..2",
    multiple=True,
    callback=read(arguments.slider),
    help="A slider of a formula: value, low and high end. May be repeated.",
)
LOOK = option(
    "--look",
    metavar="|".join(arguments.LOOKS),
    callback=read(arguments.look),
    help="Light on dark, levels of ink, or ink on paper.",
)
PALETTE = option("--palette", metavar="NAME", help="Colours by name, such as ember.")
LANDSCAPE = option(
    "--landscape",
    type=click.Path(path_type=Path),
    metavar="PICTURE",
    help="Picture to use as a landscape: bright is high.",
)
SCENE = option(
    "--scene",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Your own scene file, if the drawing was made with one.",
)

OF_FILE = (
    option(
        "--seconds",
        metavar="S",
        callback=read(number("--seconds", 0.0, MOST_SECONDS)),
        help="Length in seconds (default: the scene's own).",
    ),
    option("--frames", metavar="N", callback=read(number("--frames", 1, MOST_FRAMES)), help="Length in frames."),
    option(
        "--from",
        "start",
        metavar="S",
        default="0",
        callback=read(number("--from", 0.0, MOST_SECONDS)),
        help="Begin after S seconds.",
    ),
    option("--fps", metavar="F", callback=read(number("--fps", *RATES)), help="Frames per second of a film."),
    option(
        "--quality",
        metavar="standard|high|lossless",
        help="For .mp4 and .webm: standard plays everywhere (default); high has the colour of every pixel, for Chrome, "
        "VLC and editing; lossless is exact, to keep or to cut.",
    ),
    click.option(
        "--transparent",
        is_flag=True,
        default=None,
        help="Transparent background, for .png, .webm and numbered pictures.",
    ),
    option(
        "--loop",
        metavar="N",
        callback=read(number("--loop", 0, MOST_LOOPS)),
        help="How often a GIF plays (default 0: for ever).",
    ),
)


def playing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose what is played."""
    for add in (SCENE, LANDSCAPE, PALETTE, LOOK, PARAMS, VALUES, SEED, SIZE):
        command = add(command)
    return command


def exporting(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of exported files."""
    for add in reversed(OF_FILE):
        command = add(command)
    return command


def given(
    what: str,
    *,
    seed: int | None,
    values: dict[str, Any],
    params: dict[str, Any],
    look: str | None,
    palette: str | None,
    landscape: Path | None,
    scene: Path | None,
) -> dict[str, Any]:
    """The arguments of the window and the exporters for these options.

    A scene stays a name or path, so that the window can show something before it is loaded.
    """
    values = {**values, **({"style": look} if look else {}), **({"palette": palette} if palette is not None else {})}
    if params and not library.is_formula(what):
        name = next(iter(params))
        raise InputError(f"--param sets sliders of a formula, and {what} is not a formula; use --set {name}=...")
    remark(what, params)
    named: dict[str, Any] = {"what": what, "seed": seed, "values": values, "params": params}
    if scene is not None:
        if Path(what).suffix.lower() not in CARRIERS:
            raise InputError(f"--scene names the scene file of a drawing, and {what} is not a drawing; leave it out")
        named = {
            "what": _lasting(
                library.replay(library.read_drawing(what), library.load_file(scene), seed, **values), values
            )
        }
    return named if landscape is None else {"what": laid(run_of(**named), landscape)}


def remark(what: str, params: dict[str, Any]) -> None:
    """Print remarks on a formula to stderr: its sliders and discontinuities."""
    if not library.is_formula(what):
        return  # asked here too: what reads formulas is not imported before the window of a scene opens
    for said in library.remarks(what, params):
        click.echo(said, err=True)


def run_of(what: Any, seed: int | None = None, values: Any = None, params: Any = None) -> Run:
    """The run that `given` describes."""
    return _lasting(library.begin(what, seed, params=params, **(values or {})), values or {})


def _lasting(run: Run, values: dict[str, Any]) -> Run:
    """The run with values that hold throughout: later changes of them in a drawing are dropped."""
    events = [event for event in run.history.events if event.name not in values]
    if len(events) == len(run.history.events):
        return run
    run.history.events = events
    return run.again()


def laid(run: Run, picture: Path) -> Run:
    """The run with a picture as its landscape from the first frame on, as if dropped on the window."""
    if "landscape" not in run.motion.edits:
        raise InputError(f"{run.scene.name} cannot have a landscape: the scene runs its own program")
    if not os.path.lexists(picture):
        raise InputError(f"there is no file {picture}; --landscape needs a picture")
    view = run.view
    numbers = edits.heightmap.from_picture(
        picture, view.triple, simulation.usual_strength("landscape", view.radius, simulation.arrow_time(run))
    )
    run.history.events.insert(0, record.Event(0, "landscape", list(numbers)))
    run.expected = {}
    return run.again()
