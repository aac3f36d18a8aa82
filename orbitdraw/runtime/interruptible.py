"""Check whether an exception may be injected into a running thread."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType


def is_uninterruptible(frame: FrameType | None, calls: frozenset[str], lines: frozenset[str]) -> bool:
    """True when no exception may be raised: inside any call of a package in `calls`, or in a line of one in `lines`."""
    if frame is not None and _package(frame) in lines:
        return True
    while frame is not None:
        if _package(frame) in calls:
            return True
        frame = frame.f_back
    return False


def _package(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]
