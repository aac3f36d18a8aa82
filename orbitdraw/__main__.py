"""`python -m orbitdraw` is the command `orbitdraw`."""

from orbitdraw.cli import main

if __name__ == "__main__":
    main()
