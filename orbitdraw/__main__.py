"""The command `orbitdraw`, also as `python -m orbitdraw`."""

import sys


def main() -> None:
    """Run the command line. Ctrl-C is heeded before anything else, even while the rest is being imported."""
    from orbitdraw.cli import streams
    from orbitdraw.runtime import interrupts as interruption

    interruption.heed()
    streams.prepare()
    from orbitdraw.cli.commands import main as run

    run()


if __name__ == "__main__":
    # `python -m` looks for every module in the current folder first, where anything may lie under the name of one.
    if not sys.flags.safe_path and sys.path[0] != __file__[: -len("/orbitdraw/__main__.py")]:
        del sys.path[0]
    main()
