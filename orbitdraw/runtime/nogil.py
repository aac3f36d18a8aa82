"""What a scene's author compiles with Numba lets go of the interpreter: else a long loop would hold the window too."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

_lock = threading.Lock()
_plain: dict[str, Callable[..., Any]] = {}
"""Numba's own decorators, by name, while others stand in their place."""
_inside = 0


@contextmanager
def releasing(source: bytes) -> Iterator[None]:
    """While the text of a file with the word numba is run, `njit` and `jit` have `nogil=True`, unless it says other."""
    global _inside
    if b"numba" not in source:
        yield
        return
    import numba

    with _lock:
        _inside += 1
        if _inside == 1:
            for name in ("jit", "njit"):
                _plain[name] = getattr(numba, name)
                setattr(numba, name, _releasing(_plain[name]))
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                for name, plain in _plain.items():
                    setattr(numba, name, plain)


def _releasing(plain: Callable[..., Any]) -> Callable[..., Any]:
    def decorate(*arguments: Any, **options: Any) -> Any:
        if not options.get("forceobj"):
            options.setdefault("nogil", True)
        return plain(*arguments, **options)

    return decorate
