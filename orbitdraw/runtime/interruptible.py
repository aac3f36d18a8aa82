"""Check whether an exception may be injected into a running thread."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType


def uninterruptible(frame: FrameType | None, within: frozenset[str], upon: frozenset[str]) -> bool:
    """True when no exception may be raised: inside any call of a package in `within`, or in a line of one in `upon`."""
    if frame is not None and _package(frame) in upon:
        return True
    while frame is not None:
        if _package(frame) in within:
            return True
        frame = frame.f_back
    return False


def _package(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]
