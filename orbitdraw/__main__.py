"""The command `orbitdraw`, also as `python -m orbitdraw`."""

from orbitdraw import interruption, streams


def main() -> None:
    """Run the command line. Ctrl-C is heeded before anything else, even while the rest is being imported."""
    interruption.heed()
    streams.prepare()
    from orbitdraw.cli import main as run

    run()


if __name__ == "__main__":
    main()
