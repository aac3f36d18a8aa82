"""The commands of the command line. Commands import large packages themselves, so that `--help` and `list` are fast."""

from __future__ import annotations

import json
import os
import re
import sys
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import click

import orbitdraw.cli
from orbitdraw import __version__, app, exporters, library, runtime
from orbitdraw.cli import streams
from orbitdraw.cli.arguments import FormulaCommand, number_parser, option, parse_with
from orbitdraw.cli.options import (
    PARAMS,
    print_remarks,
    run_arguments,
    run_from_arguments,
    with_export_options,
    with_play_options,
)
from orbitdraw.cli.progress import progress_bar
from orbitdraw.errors import CacheWarning, FormulaError, InputError, NoDisplayError, OrbitdrawError, suggestion
from orbitdraw.formats import DRAWING_SUFFIXES
from orbitdraw.runtime import interrupts, memory_limit
from orbitdraw.runtime.files import is_folder

INTERRUPTED = 130
CONTEXT_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

_FORMULA = re.compile(r"[(^*/+=]")
"""Characters of most formulas, and of no command."""

WHAT_HELP = """WHAT is the name of a scene (`orbitdraw list`), a scene file, a drawing (.orbit, or an exported picture
or film), or a formula in quotes."""


class Commands(click.Group):
    """The group of commands; an unknown command is answered with the one that was probably meant."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first argument names. Raises InputError with a suggestion if there is none."""
        word = args[0]
        if word not in self.commands and not word.startswith("--"):
            suffix = Path(word).suffix.lower()
            is_scene = word in library.catalogue.scene_paths()
            if suffix in (".py", *DRAWING_SUFFIXES) or is_scene or _FORMULA.search(word):
                raise InputError(f"{word!r} is not a command; did you mean `orbitdraw play {_quote(word)}`?")
            raise InputError(f"{word!r} is not a command; {suggestion(word, self.commands)}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings=CONTEXT_SETTINGS,
    epilog="""\b
Examples:
  orbitdraw                                     the wall of scenes
  orbitdraw play figure_eight                   one scene
  orbitdraw play "-1/sqrt(x^2+y^2+0.01)"        your own formula
  orbitdraw export moth moth.gif --seconds 6    a film of it
  orbitdraw doctor                              problems with the installation""",
)
@click.version_option(__version__, prog_name="orbitdraw", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Draw with gravity; teach with the same picture.

    Without a command, the window opens on the wall of scenes.
    """
    if context.invoked_subcommand is None:
        _open(None)


@cli.command(
    cls=FormulaCommand,
    epilog="""\b
Examples:
  orbitdraw play two_wells --set gap=0.9 --look paper
  orbitdraw play my_scene.py
  orbitdraw play "-1/sqrt(x^2+y^2+a)" --param a=0.1:0.01..1
  orbitdraw play poster.png                     continue from an exported picture""",
    help=f"""Open the window on a scene.

Without a display, the scene is drawn into a GIF and a PNG in the working directory instead.

{WHAT_HELP}""",
)
@click.argument("what")
@with_play_options
@click.option("--fullscreen", is_flag=True, help="Start in full screen.")
@option(
    "--ui-scale",
    metavar="FACTOR",
    callback=parse_with(number_parser("--ui-scale", 0.5, 4.0)),
    help="Scale of the text in the window.",
)
@click.option("--window", is_flag=True, help="Require a window: without a display, fail instead of drawing into files.")
def play(what: str, **chosen: Any) -> None:
    """Open the window on a scene."""
    _open(what, **chosen)


def _open(what: str | None, *, size: Any = None, window: bool = False, **chosen: Any) -> None:
    """Open the window; without a display draw into files instead, unless `window` is set."""
    window_options = {name: chosen.pop(name, None) for name in ("fullscreen", "ui_scale")}
    arguments = run_arguments(what, **chosen) if what is not None else {}
    try:
        if orbitdraw.cli.headless.is_display_missing():
            raise NoDisplayError("there is no display to open a window on; leave out --window to draw into files")
        os.environ.update(orbitdraw.cli.headless.driver_environment())
        app.open_window(
            **{"what": what, **arguments}, size=size, **window_options, export=exporters.ExportProcess(_export)
        )
    except NoDisplayError:
        if window:
            raise
        _draw_into_files(arguments, size, [name for name, value in window_options.items() if value])


def _draw_into_files(arguments: dict[str, Any], size: tuple[int, int] | None, unused: list[str]) -> None:
    """Draw a scene into files instead of a window; without a scene, list the scenes."""
    if not arguments:
        list_command.main([], standalone_mode=False)
        click.echo(f"\n{orbitdraw.cli.headless.NO_WALL_MESSAGE}")
        return
    sentence, notes = orbitdraw.cli.headless.draw(run_from_arguments(**arguments), _export_with_progress, size)
    for note in [*(f"--{name.replace('_', '-')} needs a window and was ignored" for name in unused), *notes]:
        click.echo(note, err=True)
    click.echo(sentence)


def _quote(what: str) -> str:
    return what if what.replace("_", "").replace(".", "").replace("/", "").isalnum() else f'"{what}"'


def _export(*args: Any, **kwargs: Any) -> Any:
    """`exporters.export`, imported at the first export."""
    return orbitdraw.export(*args, **kwargs)


@cli.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: name, title, caption, path and folder.")
def list_command(as_json: bool) -> None:
    """List the scenes that come with orbitdraw."""
    entries = library.catalogue.catalogue()
    if as_json:
        click.echo(json.dumps([vars(entry) for entry in entries], indent=2))
        return
    click.echo(library.catalogue.listing(entries))


@cli.command(cls=FormulaCommand, help=f"Describe a scene: formula, law, sliders, conserved quantities.\n\n{WHAT_HELP}")
@click.argument("what")
@PARAMS
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def info(what: str, params: dict[str, Any], as_json: bool) -> None:
    """Describe a scene."""
    describe = orbitdraw.cli.describe
    facts = describe.facts(orbitdraw.load(what, **params))
    print_remarks(what, params)
    click.echo(json.dumps(facts, indent=2) if as_json else describe.text(facts))


@cli.command(
    cls=FormulaCommand,
    epilog="""\b
Examples:
  orbitdraw export figure_eight eight.png --size 3840x2160 --seconds 6
  orbitdraw export moth moth.gif --seconds 8 --fps 25
  orbitdraw export two_wells wells.mp4 --look paper --set gap=0.9
  orbitdraw export galaxy_encounter frames/ --frames 120 --from 4""",
    help=f"""Write a scene as a picture, a film or a drawing.

The file extension of OUT sets the format: .png is the picture after the given time, .gif, .mp4 and .webm are films, a
folder such as frames/ gets numbered pictures, .orbit is the drawing itself. OUT appears only when it is complete.

{WHAT_HELP}""",
)
@click.argument("what")
@click.argument("out")
@with_play_options
@with_export_options
def export(what: str, out: str, seconds: float | None, frames: int | None, **chosen: Any) -> None:
    """Write a scene to a file."""
    if not out.strip():
        raise InputError("the name of the file is empty; write for example picture.png")
    if Path(out).name.lower() in DRAWING_SUFFIXES:
        raise InputError(f"{out} has no name before its ending; write for example picture{Path(out).name}")
    name = Path(out).name.rstrip(".")
    if not Path(out).suffix and not out.endswith(("/", os.sep)) and not is_folder(out):
        # Without a suffix the target would be a folder of hundreds of pictures: probably a forgotten suffix.
        raise InputError(
            f"{name} has no file extension; write {name}.png, .gif or .mp4, or {name}/ for numbered pictures"
        )
    if seconds is not None and frames is not None:
        raise InputError("--seconds and --frames both set the length; give only one of them")
    file_options = {name: chosen.pop(name) for name in ("size", "start", "fps", "quality", "transparent", "loop")}
    options = {"seconds": seconds, "frames": frames, **file_options, **run_arguments(what, **chosen)}
    result = _export_with_progress(
        options.pop("what"), out, **{name: value for name, value in options.items() if value is not None}
    )
    for note in result.notes:
        click.echo(note, err=True)
    click.echo(f"{result.path}")


def _export_with_progress(what: Any, out: str | Path, **options: Any) -> Any:
    """Export to a file with a progress bar, and return the exporter's result."""
    try:
        runtime.warmup.start()
        with progress_bar(Path(out).name or str(out)) as progress:
            return _export(what, out, progress=progress, cancelled=interrupts.is_requested, **options)
    finally:
        runtime.warmup.stop()


@cli.command()
@click.argument("name")
@click.argument("where", default=".", type=click.Path(path_type=Path))
def new(name: str, where: Path) -> None:
    """Write a commented scene file to start from.

    NAME is the scene's name; WHERE is the folder or file to write (default: NAME.py in the current folder).
    """
    path = library.write_scene(name, where)
    click.echo(f"{path}\nplay it: orbitdraw play {_quote(str(path))}")


@cli.command()
def doctor() -> None:
    """Check the installation and suggest remedies."""
    findings = orbitdraw.cli.doctor.run_checks()
    click.echo(orbitdraw.cli.doctor.report(findings))
    sys.exit(any(finding.state == "broken" for finding in findings))


def main(args: list[str] | None = None) -> NoReturn:
    """Run the command line and exit: 0 success, 1 failure, 2 invalid input or set-up, 130 interrupted."""
    interrupts.install()
    warnings.showwarning = _show_warning
    memory_limit.set_limit()
    try:
        interrupts.enable_exceptions()
        code = _run(args)
        interrupts.disable_exceptions()
    except KeyboardInterrupt:
        interrupts.disable_exceptions()
        code = _print_error("interrupted", INTERRUPTED)
    except interrupts.Terminated as termination:
        interrupts.disable_exceptions()
        code = termination.code
    sys.exit(code)


def _show_warning(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
    """Show a CacheWarning as one sentence, without file and line; show other warnings as usual."""
    if issubclass(category, CacheWarning):
        with suppress(OSError):
            click.echo(f"{click.style('orbitdraw:', fg='yellow')} {message}", err=True)
    else:
        _DEFAULT_SHOW_WARNING(message, category, *where, **more)


_DEFAULT_SHOW_WARNING = warnings.showwarning


def _run(args: list[str] | None) -> Any:
    try:
        code = cli.main(args, prog_name="orbitdraw", standalone_mode=False)
        sys.stdout.flush()
        return code
    except OrbitdrawError as error:
        if isinstance(error, FormulaError) and error.text:
            click.echo(error.with_caret(), err=True)
        return _print_error(str(error), error.exit_code)
    except click.NoSuchOption as error:
        known = error.ctx.command.get_params(error.ctx) if error.ctx is not None else []
        advice = suggestion(error.option_name, [name for one in known for name in one.opts])
        return _print_error(f"there is no option {error.option_name}; {advice}", 2)
    except click.ClickException as error:
        message = error.format_message()
        return _print_error(message[:1].lower() + message[1:], 2)
    except (KeyboardInterrupt, click.exceptions.Abort):
        return _print_error("interrupted", INTERRUPTED)
    except (OSError, MemoryError) as error:
        streams.discard_output()
        if isinstance(error, BrokenPipeError):
            return 1  # the reader of the output has closed it (`orbitdraw list | head`)
        return _print_error(_reason(error), 1)


def _reason(error: OSError | MemoryError) -> str:
    if isinstance(error, MemoryError):
        return "there is not enough memory"
    reason = str(error.strerror or error)
    where = f"{error.filename}: " if error.filename is not None else ""
    return f"{where}{reason[:1].lower()}{reason[1:]}"


def _print_error(sentence: str, code: int) -> int:
    """Print a message on stderr and return the exit code. Messages begin with a small letter, as they are written."""
    if interrupts.is_requested():  # any error after Ctrl-C is a consequence of it
        sentence, code = "interrupted", interrupts.exit_code()
    name = click.style("orbitdraw:", fg="red" if code != INTERRUPTED else None)
    with suppress(OSError):  # stderr may be closed
        click.echo(f"{name} {sentence if sentence.endswith('...') else sentence.rstrip('.')}", err=True)
    return code
