"""Mathematics as a picture: LaTeX in, SVG out, white ink on nothing.

The typesetter's imports hold Python's lock for a tenth of a second, which in a process that shows a moving picture
would cost frames: there it is asked beside, once for each formula, and what it gives is kept on disk.
"""

from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path

from orbitdraw.runtime import cache, threads

QUIETLY = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)
"""Flags of a process on Windows: without a console, and after the window where both want the processor."""

COMMAND = """
import sys
sys.path[:] = sys.argv[2:]
from orbitdraw.potentials.typeset import answer
answer(float(sys.argv[1]))
"""

PATIENCE = 30.0
"""Seconds after which a second process is given up; it takes a third of one."""


def typeset(latex: str, size: float) -> str:
    """The SVG of a formula whose letters are `size` pixels high.

    >>> typeset("V = x^2", 17.0).startswith("<svg")
    True
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of the way in which the typesetter reads its fonts
        import ziamath

        ziamath.config.svg2 = False  # with SVG 2, pygame's reader finds no glyph at all
        return str(ziamath.Latex(latex, size=size, color="#ffffff").svg())


def beside(latex: str, size: float) -> str:
    """The same, from the disk or from a second process; here only where none can be had."""
    key = cache.digest("typeset 1", latex, repr(size))
    kept = cache.recall(key)
    if kept is not None:
        return str(kept["svg"])
    svg = _elsewhere(latex, size) or typeset(latex, size)
    cache.keep(key, {"svg": svg})
    return svg


def _elsewhere(latex: str, size: float) -> str | None:
    if getattr(sys, "frozen", False):  # then the executable is this program
        return None
    try:
        done = subprocess.run(
            [sys.executable, "-c", COMMAND, repr(size), str(Path(__file__).parents[2]), *sys.path],
            input=latex,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE,
            creationflags=QUIETLY,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout if done.returncode == 0 and done.stdout.startswith("<svg") else None


def answer(size: float) -> None:
    """Be the second process."""
    threads.process_gives_way()
    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    svg, sys.stdout = (sys.stdout, sys.stderr)  # whatever a library prints is no answer
    svg.write(typeset(sys.stdin.read(), size))
    svg.flush()
