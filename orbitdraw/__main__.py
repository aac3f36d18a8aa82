"""The command `orbitdraw`, also as `python -m orbitdraw`."""

import sys


def main() -> None:
    """Run the command line. The Ctrl-C handler is installed first, so that it also works during the imports."""
    # Here, because `python -m` has changed the places that modules are looked for by now.
    from orbitdraw.cli import streams  # noqa: PLC0415
    from orbitdraw.runtime import interrupts  # noqa: PLC0415

    interrupts.install()
    streams.repair()
    from orbitdraw.cli.commands import main as run  # noqa: PLC0415  # what takes longest, when Ctrl-C is heeded

    run()


if __name__ == "__main__":
    # `python -m` searches the current folder first, where any file may have the name of a module.
    if not sys.flags.safe_path and sys.path[0] != __file__[: -len("/orbitdraw/__main__.py")]:
        del sys.path[0]
    main()
