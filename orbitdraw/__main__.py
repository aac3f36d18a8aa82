"""The command `orbitdraw`, also as `python -m orbitdraw`."""

from orbitdraw import interruption


def main() -> None:
    """Run the command line. Ctrl-C is heeded before anything else, even while the rest is being imported."""
    interruption.heed()
    from orbitdraw.cli import main as run

    run()


if __name__ == "__main__":
    main()
