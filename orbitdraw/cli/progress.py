"""The progress of an export: a bar on a terminal, and a line now and then where there is none."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from orbitdraw.runtime import lazy

if TYPE_CHECKING:
    import shutil

    import tqdm
else:
    shutil, tqdm = lazy.module("shutil"), lazy.module("tqdm")

FIRST_REPORT_AFTER = 30.0
"""Seconds without a terminal until the first line about an export; each next one takes twice as long."""

Progress = Callable[[float, float], None]


@contextmanager
def progress_bar(name: str) -> Iterator[Progress]:
    """A function `progress(done, total)` that moves a bar on stderr while the block runs.

    >>> with progress_bar("art.gif") as progress:
    ...     progress(1, 2)
    """
    if not sys.stderr.isatty():
        yield _line_progress(name)
        return
    size = shutil.get_terminal_size()  # has a default where the terminal reports 0 x 0, as in a container
    with tqdm.tqdm(
        desc=f"{name}, Ctrl-C stops", unit="frame", leave=False, ncols=size.columns, nrows=size.lines, mininterval=0.1
    ) as bar:

        def progress(done: float, total: float) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield progress


def _line_progress(name: str) -> Progress:
    """A function that says on stderr how far an export is that takes long, and how it is stopped."""
    next_report, wait = time.monotonic() + FIRST_REPORT_AFTER, FIRST_REPORT_AFTER

    def progress(done: float, total: float) -> None:
        nonlocal next_report, wait
        if time.monotonic() >= next_report:
            wait *= 2
            next_report += wait
            line = f"orbitdraw: {name}: {done:,.0f} of {total:,.0f} frames; Ctrl-C stops it, and leaves no file"
            print(line, file=sys.stderr, flush=True)

    return progress
