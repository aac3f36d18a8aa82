"""How far an export is, on a terminal; on a pipe nothing is said."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[float, float], None]


@contextmanager
def bar(name: str) -> Iterator[Progress]:
    """A function `progress(done, total)` that moves a bar on stderr while the block runs.

    >>> with bar("art.gif") as progress:
    ...     progress(1, 2)
    """
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from tqdm import tqdm

    size = shutil.get_terminal_size()  # the usual one where the terminal says 0 x 0, as in a container
    with tqdm(desc=name, unit="frame", leave=False, ncols=size.columns, nrows=size.lines, mininterval=0.1) as shown:

        def progress(done: float, total: float) -> None:
            shown.total = total
            shown.update(done - shown.n)

        yield progress
