"""Commands as a person types them, run in this process or in one of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Ended(NamedTuple):
    code: int
    out: str
    err: str


Command = Callable[..., Ended]


def refused(ended: Ended, *words: str) -> None:
    """Exit 2, and one sentence on stderr that has these words."""
    assert ended.code == 2, ended
    assert ended.out == ""
    assert ended.err.startswith("orbitdraw: "), ended.err
    assert ended.err.count("\n") == 1, ended.err
    assert "Traceback" not in ended.err
    for word in words:
        assert word in ended.err, ended.err
