"""The command line. Nothing heavy is imported before a command needs it: help and lists appear at once."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import click

from orbitdraw import __version__, arguments, interruption
from orbitdraw.arguments import Count, FormulaCommand, Number, option, read
from orbitdraw.errors import FormulaError, InputError, OrbitdrawError, near

INTERRUPTED = 130
COMMON = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

WHAT_HELP = """WHAT is the name of a scene (`orbitdraw list`), a scene file, a drawing (.orbit, or a picture that was
exported), or a formula in quotes."""


class Commands(click.Group):
    """The commands; a word that is none of them is answered with what was probably meant."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first word names."""
        word = args[0]
        if word not in self.commands and not word.startswith("--"):
            from orbitdraw.catalogue import catalogue

            suffix = Path(word).suffix
            if suffix in (".py", ".orbit") or word in {entry.name for entry in catalogue()}:
                raise InputError(f"{word!r} is no command; did you mean `orbitdraw play {word}`?")
            raise InputError(f"{word!r} is no command; {near(word, self.commands)}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings=COMMON,
    epilog="""\b
Examples:
  orbitdraw                                     the wall of scenes
  orbitdraw play figure_eight                   one scene
  orbitdraw play "-1/sqrt(x^2+y^2+0.01)"        a formula of your own
  orbitdraw export moth moth.gif --seconds 6    a film of it
  orbitdraw doctor                              when something does not work""",
)
@click.version_option(__version__, prog_name="orbitdraw", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Draw with gravity; teach with the same picture.

    Without a command, the window opens on the wall of scenes.
    """
    if context.invoked_subcommand is None:
        _open(None)


SIZE = option("--size", metavar="WxH", callback=read(arguments.size), help="Pixels, such as 1920x1080.")
SEED = option("--seed", type=Count(0, 2**63 - 1), metavar="N", help="Another number, other random numbers.")
VALUES = option(
    *("--set", "values"),
    metavar="NAME=VALUE",
    multiple=True,
    callback=read(arguments.value),
    help="Start with another value; `orbitdraw info WHAT` lists them. May be repeated.",
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
SCENE = option(
    "--scene",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The scene file that a drawing was made with, when it is your own.",
)


def playing(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say what is played, the same for the window and for files."""
    for add in (SCENE, PALETTE, LOOK, PARAMS, VALUES, SEED, SIZE):
        command = add(command)
    return command


@cli.command(
    cls=FormulaCommand,
    epilog="""\b
Examples:
  orbitdraw play two_wells --set gap=0.9 --look paper
  orbitdraw play my_scene.py
  orbitdraw play "-1/sqrt(x^2+y^2+a)" --param a=0.1:0.01..1
  orbitdraw play poster.png                     go on from an exported picture""",
    help=f"Open the window on a scene.\n\n{WHAT_HELP}",
)
@click.argument("what")
@playing
@click.option("--fullscreen", is_flag=True, help="Start on the full screen.")
@option("--ui-scale", type=Number(0.5, 4.0), metavar="FACTOR", help="Size of the window's type.")
def play(what: str, fullscreen: bool, ui_scale: float | None, size: tuple[int, int] | None, **chosen: Any) -> None:
    """Open the window on a scene."""
    _open(what, size=size, fullscreen=fullscreen, ui_scale=ui_scale, **chosen)


def _open(what: str | None, *, size: Any = None, fullscreen: bool = False, ui_scale: Any = None, **chosen: Any) -> None:
    from orbitdraw.doctor import display_missing

    if display_missing():
        if what is not None:
            from orbitdraw.library import load

            load(what, **chosen.get("params", {}))  # what is misspelt is said first
        name = _quoted(what or "figure_eight")
        raise InputError(f"there is no display here for a window; `orbitdraw export {name} picture.png` needs none")
    if sys.platform.startswith("linux"):
        # Where a display is named and does not answer, SDL would go on with a window that nobody can see.
        os.environ.setdefault("SDL_VIDEODRIVER", "x11,wayland")
    from orbitdraw.app import open_window
    from orbitdraw.beside import Beside

    given = _given(what, **chosen) if what is not None else {}
    open_window(**{"what": what, **given}, size=size, fullscreen=fullscreen, ui_scale=ui_scale, export=Beside(_export))


def _quoted(what: str) -> str:
    return what if what.replace("_", "").replace(".", "").replace("/", "").isalnum() else f'"{what}"'


def _given(
    what: str, *, seed: Any, values: Any, params: Any, look: Any, palette: Any, scene: Path | None
) -> dict[str, Any]:
    """What is to be played, as the window and the exporters take it."""
    values = {**values, **({"style": look} if look else {}), **({"palette": palette} if palette else {})}
    from orbitdraw.library import is_formula

    if params and not is_formula(what):
        name = next(iter(params))
        raise InputError(f"--param makes the sliders of a formula, and {what} is none; write --set {name}=...")
    _remark(what, params)
    if scene is None:
        return {"what": what, "seed": seed, "values": values, "params": params}
    from orbitdraw.library import load_file, read_drawing, replay

    return {"what": replay(read_drawing(what), load_file(scene), seed, **values)}


def _remark(what: str, params: dict[str, Any]) -> None:
    """Say on stderr what became of the names in a formula, and where it jumps."""
    from orbitdraw.library import remarks

    for said in remarks(what, params):
        click.echo(said, err=True)


def _export(*args: Any, **kwargs: Any) -> Any:
    """The exporters, imported when the first file is asked for."""
    from orbitdraw.export import export as write

    return write(*args, **kwargs)


@cli.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs: name, caption, path and folder.")
def list_command(as_json: bool) -> None:
    """List the scenes that come with orbitdraw."""
    from orbitdraw.catalogue import catalogue, listing

    entries = catalogue()
    if as_json:
        click.echo(json.dumps([vars(entry) for entry in entries], indent=2, ensure_ascii=False))
        return
    click.echo(listing(entries))


@cli.command(cls=FormulaCommand, help=f"Describe a scene: formula, law, sliders, what is conserved.\n\n{WHAT_HELP}")
@click.argument("what")
@PARAMS
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def info(what: str, params: dict[str, Any], as_json: bool) -> None:
    """Describe a scene."""
    from orbitdraw import describe
    from orbitdraw.library import load

    facts = describe.facts(load(what, **params))
    _remark(what, params)
    click.echo(json.dumps(facts, indent=2, ensure_ascii=False) if as_json else describe.text(facts))


@cli.command(
    cls=FormulaCommand,
    epilog="""\b
Examples:
  orbitdraw export figure_eight eight.png --size 3840x2160 --seconds 6
  orbitdraw export moth moth.gif --seconds 8 --fps 25
  orbitdraw export two_wells wells.mp4 --look paper --set gap=0.9
  orbitdraw export galaxy_encounter frames/ --frames 120 --from 4""",
    help=f"""Write a scene as a picture, a film or a drawing.

The ending of OUT decides: .png is the picture after that time, .gif, .mp4 and .webm are films, a folder such as
frames/ gets numbered pictures, .orbit keeps what was done. OUT appears when it is whole, and not before.

{WHAT_HELP}""",
)
@click.argument("what")
@click.argument("out")
@playing
@option("--seconds", type=Number(min=0), metavar="S", help="How long; else as long as the scene says.")
@option("--frames", type=Count(min=1), metavar="N", help="How long, in frames.")
@option("--from", "start", type=Number(min=0), default=0.0, metavar="S", help="Begin after S seconds.")
@option("--fps", type=Number(0, 1000, min_open=True), metavar="F", help="Frames in a second of film.")
@option(
    "--quality",
    metavar="standard|high|lossless",
    help="Of .mp4 and .webm: plays everywhere (if not said); the colour of every pixel, for Chrome, VLC and editing; "
    "every picture to the bit, to keep or cut.",
)
@click.option("--transparent", is_flag=True, default=None, help="No ground: for .png, .webm and numbered pictures.")
@option("--loop", type=Count(min=0), metavar="N", help="How often a GIF plays; 0, for ever, if not said.")
def export(what: str, out: str, seconds: float | None, frames: int | None, **chosen: Any) -> None:
    """Write a scene to a file."""
    name = Path(out).name.rstrip(".")
    if not Path(out).suffix and not out.endswith(("/", os.sep)) and not Path(out).is_dir():
        # Hundreds of pictures are not what somebody wanted who forgot an ending.
        raise InputError(
            f"{name} has no ending that says what it is; write {name}.png or .gif or .mp4, or {name}/ for many"
        )
    from orbitdraw import warmup
    from orbitdraw.progress import bar

    if seconds is not None and frames is not None:
        raise InputError("--seconds and --frames both say how long; give one of them")
    of_file = {name: chosen.pop(name) for name in ("size", "start", "fps", "quality", "transparent", "loop")}
    options = {"seconds": seconds, "frames": frames, **of_file, **_given(what, **chosen)}
    options = {name: value for name, value in options.items() if value is not None and value != {}}
    try:
        warmup.begin()
        with bar(Path(out).name or out) as progress:
            made = _export(options.pop("what"), out, progress=progress, cancelled=interruption.asked, **options)
    finally:
        warmup.stop()
    for note in made.notes:
        click.echo(note, err=True)
    click.echo(f"{made.path}")


@cli.command()
@click.argument("name")
@click.argument("where", default=".", type=click.Path(path_type=Path))
def new(name: str, where: Path) -> None:
    """Write a commented scene file to start from.

    NAME is the scene's name; WHERE the folder it goes into, or the file (name.py in this folder if not said).
    """
    from orbitdraw.beginning import write_scene

    path = write_scene(name, where)
    click.echo(f"{path}\nplay it: orbitdraw play {_quoted(str(path))}")


@cli.command()
def doctor() -> None:
    """Check the installation and name the cure for what is wrong."""
    from orbitdraw.doctor import examine, report

    findings = examine()
    click.echo(report(findings))
    sys.exit(any(finding.state == "broken" for finding in findings))


def main(args: list[str] | None = None) -> NoReturn:
    """Run the command line and exit: 0 well, 1 failed, 2 bad input or set-up, 130 interrupted."""
    interruption.heed()
    try:
        interruption.unwind()
        code = _run(args)
        interruption.leave()
    except KeyboardInterrupt:
        interruption.leave()
        code = _said("interrupted", INTERRUPTED)
    except interruption.Ended as ended:
        interruption.leave()
        code = ended.code
    sys.exit(code)


def _run(args: list[str] | None) -> Any:
    try:
        code = cli.main(args, prog_name="orbitdraw", standalone_mode=False)
        sys.stdout.flush()
        return code
    except OrbitdrawError as error:
        if isinstance(error, FormulaError) and error.text:
            click.echo(error.marked(), err=True)
        return _said(str(error), error.exit_code)
    except click.ClickException as error:
        return _said(error.format_message(), 2)
    except (KeyboardInterrupt, click.exceptions.Abort):
        return _said("interrupted", INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output left (`orbitdraw list | head`). Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (OSError, MemoryError) as error:
        return _said(str(error) or "there is not enough memory", 1)


def _said(sentence: str, code: int) -> int:
    if interruption.asked():  # whatever else it was taken for on the way
        sentence, code = "interrupted", interruption.code()
    sentence = sentence[:1].lower() + sentence[1:] if sentence[1:2].islower() else sentence
    name = click.style("orbitdraw:", fg="red" if code != INTERRUPTED else None)
    click.echo(f"{name} {sentence if sentence.endswith('...') else sentence.rstrip('.')}", err=True)
    return code
