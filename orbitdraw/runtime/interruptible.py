"""Whether an exception may be raised in the middle of what a thread is doing."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType


def unfit(frame: FrameType | None, within: frozenset[str], upon: frozenset[str]) -> bool:
    """True amid any call of a package of `within`, and in the very lines of one of `upon`."""
    if frame is not None and _package(frame) in upon:
        return True
    while frame is not None:
        if _package(frame) in within:
            return True
        frame = frame.f_back
    return False


def _package(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]
