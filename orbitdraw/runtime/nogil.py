"""Make functions that a scene compiles with Numba release the interpreter lock: else a long loop blocks the window."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

_lock = threading.Lock()
_plain: dict[str, Callable[..., Any]] = {}
"""Numba's original decorators by name, while they are replaced."""
_inside = 0


@contextmanager
def nogil_by_default(source: bytes) -> Iterator[None]:
    """Context in which `jit` and `njit` have nogil=True by default, if the source of a scene contains "numba"."""
    global _inside
    if b"numba" not in source:
        yield
        return
    numba = import_module("numba")

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
