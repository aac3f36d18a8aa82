"""How far an export is, on a terminal; on a pipe nothing is said."""

from __future__ import annotations

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

    with tqdm(desc=name, unit="frame", leave=False, dynamic_ncols=True, mininterval=0.1) as shown:

        def progress(done: float, total: float) -> None:
            shown.total = total
            shown.update(done - shown.n)

        yield progress
