"""The options of `play` and `export`, and the run that they describe."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orbitdraw import edits, library, record, simulation
from orbitdraw.cli import arguments
from orbitdraw.cli.arguments import number_parser, option, parse_with
from orbitdraw.errors import InputError
from orbitdraw.formats import DRAWING_SUFFIXES, MAX_EXPORT_FRAMES, MAX_LOOPS, MAX_SECONDS, RATE_RANGE

if TYPE_CHECKING:
    from orbitdraw.simulation.run import Run

SIZE = option(
    "--size",
    metavar="WxH",
    callback=parse_with(arguments.parse_size),
    help="Size in pixels, such as 1920x1080; one number is a square.",
)
SEED = option(
    "--seed",
    metavar="N",
    callback=parse_with(number_parser("--seed", 0, 2**63 - 1)),
    help="Seed of the random numbers.",
)
VALUES = option(
    *("--set", "values"),
    metavar="NAME=VALUE",
    multiple=True,
    callback=parse_with(arguments.parse_value),
    help="Set a value at the start; `orbitdraw info WHAT` lists them. May be repeated.",
)
PARAMS = option(
    *("--param", "params"),
    metavar="A=0.5:0..2",
    multiple=True,
    callback=parse_with(arguments.parse_slider),
    help="A slider of a formula: value, low and high end. May be repeated.",
)
LOOK = option(
    "--look",
    metavar="|".join(arguments.LOOKS),
    callback=parse_with(arguments.parse_look),
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

EXPORT_OPTIONS = (
    option(
        "--seconds",
        metavar="S",
        callback=parse_with(number_parser("--seconds", 0.0, MAX_SECONDS)),
        help="Length in seconds (default: the scene's own).",
    ),
    option(
        "--frames",
        metavar="N",
        callback=parse_with(number_parser("--frames", 1, MAX_EXPORT_FRAMES)),
        help="Length in frames.",
    ),
    option(
        "--from",
        "start",
        metavar="S",
        default="0",
        callback=parse_with(number_parser("--from", 0.0, MAX_SECONDS)),
        help="Begin after S seconds.",
    ),
    option(
        "--fps",
        metavar="F",
        callback=parse_with(number_parser("--fps", *RATE_RANGE)),
        help="Frames per second of a film.",
    ),
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
        callback=parse_with(number_parser("--loop", 0, MAX_LOOPS)),
        help="How often a GIF plays (default 0: for ever).",
    ),
)


def with_play_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose what is played."""
    for add in (SCENE, LANDSCAPE, PALETTE, LOOK, PARAMS, VALUES, SEED, SIZE):
        command = add(command)
    return command


def with_export_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of exported files."""
    for add in reversed(EXPORT_OPTIONS):
        command = add(command)
    return command


def run_arguments(
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
    print_remarks(what, params)
    arguments: dict[str, Any] = {"what": what, "seed": seed, "values": values, "params": params}
    if scene is not None:
        if Path(what).suffix.lower() not in DRAWING_SUFFIXES:
            raise InputError(f"--scene names the scene file of a drawing, and {what} is not a drawing; leave it out")
        arguments = {
            "what": _hold_values(
                library.replay(library.read_drawing(what), library.load_file(scene), seed, **values), values
            )
        }
    return arguments if landscape is None else {"what": with_landscape(run_from_arguments(**arguments), landscape)}


def print_remarks(what: str, params: dict[str, Any]) -> None:
    """Print remarks on a formula to stderr: its sliders and discontinuities."""
    if not library.is_formula(what):
        return  # asked here too: what reads formulas is not imported before the window of a scene opens
    for note in library.remarks(what, params):
        click.echo(note, err=True)


def run_from_arguments(what: Any, seed: int | None = None, values: Any = None, params: Any = None) -> Run:
    """The run that `run_arguments` describes."""
    return _hold_values(library.create_run(what, seed, params=params, **(values or {})), values or {})


def _hold_values(run: Run, values: dict[str, Any]) -> Run:
    """The run with values that hold throughout: later changes of them in a drawing are dropped."""
    events = [event for event in run.history.events if event.name not in values]
    if len(events) == len(run.history.events):
        return run
    run.history.events = events
    return run.again()


def with_landscape(run: Run, picture: Path) -> Run:
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
