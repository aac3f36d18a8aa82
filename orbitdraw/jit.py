"""The one way this program compiles loops with Numba."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])

OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
"""Strict IEEE arithmetic, callable from a pool of threads. Never `parallel=True`: its threading layers abort
the process or break forked children. Never `fastmath`: a run must give the same bits everywhere it can."""

_warned = False


def compiled(*signatures: Any) -> Callable[[Function], Function]:
    """Compile a function for these signatures at once, from the cache on disk where there is one.

    A cache that is damaged is replaced, one that cannot be written is done without; either is said once. Without
    signatures, a small function that only compiled ones call: it is compiled with its callers.

    >>> @compiled()
    ... def half(x):
    ...     return x / 2
    >>> half(3.0)
    1.5
    """

    def decorate(function: Function) -> Function:
        from numba import njit

        if not signatures:
            return cast(Function, njit(**OPTIONS)(function))
        try:
            return cast(Function, njit(list(signatures), cache=True, **OPTIONS)(function))
        except Exception as error:
            # Truncated or altered cache files raise whatever unpickling them raises; a folder without write
            # permission raises RuntimeError. A mistake in the function itself is raised again by the last line.
            first = error
        _forget(function)
        try:
            fresh = njit(list(signatures), cache=True, **OPTIONS)(function)
        except Exception:
            fresh = njit(list(signatures), **OPTIONS)(function)
        _warn(function, first)
        return cast(Function, fresh)

    return decorate


def _forget(function: Callable[..., Any]) -> None:
    """Remove the cache entry of a function, so that the next process makes a whole one."""
    try:
        from numba.core.caching import FunctionCache

        FunctionCache(function).flush()
    except Exception:
        return


def _warn(function: Callable[..., Any], error: Exception) -> None:
    global _warned
    if _warned or os.environ.get("NUMBA_DISABLE_JIT") == "1":
        return
    _warned = True
    name = getattr(function, "__qualname__", "a function")
    warnings.warn(
        f"the compiled form of {name} could not be read or kept on disk ({type(error).__name__}: {error}); "
        "it was compiled anew. If this comes back, let NUMBA_CACHE_DIR name a folder that can be written",
        RuntimeWarning,
        stacklevel=3,
    )
