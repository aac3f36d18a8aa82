"""Make functions that a scene compiles with Numba release the interpreter lock: else a long loop blocks the window."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

_lock = threading.Lock()
_originals: dict[str, Callable[..., Any]] = {}
"""Numba's original decorators by name, while they are replaced."""
_depth = 0


@contextmanager
def nogil_by_default(source: bytes) -> Iterator[None]:
    """Context in which `jit` and `njit` have nogil=True by default, if the source of a scene contains "numba"."""
    global _depth
    if b"numba" not in source:
        yield
        return
    numba = import_module("numba")

    with _lock:
        _depth += 1
        if _depth == 1:
            for name in ("jit", "njit"):
                _originals[name] = getattr(numba, name)
                setattr(numba, name, _with_nogil(_originals[name]))
    try:
        yield
    finally:
        with _lock:
            _depth -= 1
            if not _depth:
                for name, original in _originals.items():
                    setattr(numba, name, original)


def _with_nogil(original: Callable[..., Any]) -> Callable[..., Any]:
    def decorate(*arguments: Any, **options: Any) -> Any:
        if not options.get("forceobj"):
            options.setdefault("nogil", True)
        return original(*arguments, **options)

    return decorate
