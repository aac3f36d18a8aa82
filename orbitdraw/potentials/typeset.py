"""Typesetting of formulas: LaTeX to SVG, white on a transparent background.

The typesetter's imports hold Python's lock for a tenth of a second, which would drop frames of a moving picture.
Therefore it runs in a second process, once for each formula, and the result is cached on disk.
"""

from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from orbitdraw.runtime import cache, lazy, threads

if TYPE_CHECKING:
    import ziamath
else:
    ziamath = lazy.module("ziamath")

CREATION_FLAGS = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)
"""Flags of a process on Windows: without a console, and with a lower priority than the window."""

COMMAND = """
import sys
sys.path[:] = sys.argv[2:]
from orbitdraw.potentials.typeset import answer
answer(float(sys.argv[1]))
"""

TIMEOUT = 30.0
"""Timeout of the second process in seconds; it takes a third of one."""


def typeset(latex: str, size: float) -> str:
    """The SVG of a formula whose letters are `size` pixels high.

    >>> typeset("V = x^2", 17.0).startswith("<svg")
    True
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # from the typesetter's font reader
        ziamath.config.svg2 = False  # pygame's reader finds no glyphs in SVG 2
        return str(ziamath.Latex(latex, size=size, color="#ffffff").svg())


def typeset_in_process(latex: str, size: float) -> str:
    """The same, from the disk cache or from a second process; in this one only if no other can be started."""
    key = cache.digest("typeset 1", latex, repr(size))
    cached = cache.load(key)
    if cached is not None:
        return str(cached["svg"])
    svg = _typeset_in_subprocess(latex, size) or typeset(latex, size)
    cache.store(key, {"svg": svg})
    return svg


def _typeset_in_subprocess(latex: str, size: float) -> str | None:
    if getattr(sys, "frozen", False):  # sys.executable is this program, not Python
        return None
    try:
        process = subprocess.run(
            [sys.executable, "-c", COMMAND, repr(size), str(Path(__file__).parents[2]), *sys.path],
            input=latex,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=TIMEOUT,
            creationflags=CREATION_FLAGS,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return process.stdout if process.returncode == 0 and process.stdout.startswith("<svg") else None


def answer(size: float) -> None:
    """Main function of the second process: read LaTeX from stdin, write SVG to stdout."""
    threads.lower_process_priority()
    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    svg, sys.stdout = (sys.stdout, sys.stderr)  # keeps prints of libraries out of the result
    svg.write(typeset(sys.stdin.read(), size))
    svg.flush()
