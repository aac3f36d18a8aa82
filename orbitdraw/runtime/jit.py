"""Compilation with Numba: the decorators that all compiled functions of the program use."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit
from numba.core import types
from numba.core.compiler_lock import global_compiler_lock
from numba.core.types.functions import BaseFunction

from orbitdraw.runtime import warmup
from orbitdraw.runtime.sealed_cache import SealedCache

Function = TypeVar("Function", bound=Callable[..., Any])

OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
"""Strict IEEE arithmetic, callable from a pool of threads. Never `parallel=True`: its threading layers abort
the process or break forked children. Never `fastmath`: a run must give the same bits everywhere it can."""


def jit(*signatures: Any, first_class: bool = False) -> Callable[[Function], Function]:
    """Decorator that compiles a function for these signatures when it is defined, or loads it from the disk cache.

    A damaged cache is replaced, and one that is not writable is not used, with one warning. Without signatures the
    function is compiled with its compiled callers. `first_class` is True for a function that compiled functions take as
    an argument; the C wrapper that this needs is not made for the others.

    >>> @jit()
    ... def half(x):
    ...     return x / 2
    >>> half(3.0)
    1.5
    """

    def decorate(function: Function) -> Function:
        if not signatures:
            return cast(Function, _dispatcher(function, first_class))
        return cast(Function, _load_or_compile(function, signatures, first_class))

    return decorate


def _dispatcher(function: Callable[..., Any], first_class: bool) -> Any:
    return njit(no_cfunc_wrapper=not first_class, **OPTIONS)(function)


def _load_or_compile(function: Callable[..., Any], signatures: tuple[Any, ...], first_class: bool) -> Any:
    dispatcher = _dispatcher(function, first_class)
    if dispatcher is not function:  # equal with NUMBA_DISABLE_JIT
        # Numba's own stamp covers only the file of the function: after a change in another file it would reuse old
        # machine code, whose arguments may differ by now, and write into wrong memory.
        dispatcher._cache = SealedCache(function, _stamp(function))
        if not dispatcher._cache.has_code():
            warmup.wait_until_compiled(function.__module__)
    return _compile_signatures(dispatcher, signatures)


def _compile_signatures(dispatcher: Any, signatures: tuple[Any, ...]) -> Any:
    if hasattr(dispatcher, "compile"):
        with cache_call_types():
            for signature in signatures:
                dispatcher.compile(signature)
        dispatcher.disable_compile()
    return dispatcher


@contextmanager
def cache_call_types() -> Iterator[None]:
    """Context that caches Numba's resolution of operators for numbers and arrays.

    Numba searches some hundred signatures for every `+` and `x[i]`, a fifth of the compilation time. The result is
    always the same, so the machine code does not change. No other thread compiles meanwhile.
    """
    value_types = (types.Number, types.Boolean, types.Array, types.containers.BaseTuple, types.misc.SliceType)

    def cached_call_type(self: Any, context: Any, args: Any, kws: Any) -> Any:
        if kws or not all(isinstance(one, value_types) for one in args):
            return original(self, context, args, kws)
        results = _call_types.setdefault(id(self), (self, {}))[1]
        if args not in results:
            results[args] = original(self, context, args, kws)
        return results[args]

    with global_compiler_lock:
        original = BaseFunction.get_call_type
        BaseFunction.get_call_type = cached_call_type  # type: ignore[method-assign]
        try:
            yield
        finally:
            BaseFunction.get_call_type = original  # type: ignore[method-assign]


_call_types: dict[int, tuple[Any, dict[Any, Any]]] = {}
"""Resolved types by the id of the function; the function is kept too, so that its id is not reused."""


def _stamp(function: Callable[..., Any]) -> str:
    """SHA-256 of the source files of a function and of all compiled functions that it calls."""
    files: set[str] = set()
    seen: set[Any] = set()
    pending = [function]
    while pending:
        current = pending.pop()
        code = current.__code__
        if code in seen:
            continue
        seen.add(code)
        files.add(code.co_filename)
        referenced: list[Any] = [current.__globals__.get(name) for name in code.co_names]
        pending += [called.py_func for called in referenced if hasattr(called, "py_func")]
    sources = sorted(Path(name).read_bytes() for name in files)
    return hashlib.sha256(b"\0".join(sources)).hexdigest()


def jit_internal(function: Function) -> Function:
    """Decorator for a function that only compiled ones call: without its Python and C wrappers it compiles faster."""
    return cast(Function, njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, **OPTIONS)(function))


def jit_inline(function: Function) -> Function:
    """Decorator for a function that Numba inlines at each call.

    A call of a compiled function that calls others counts references to its arrays with atomic instructions, which in
    a loop over three bodies costs more than their gravity.
    """
    return cast(Function, njit(inline="always", **OPTIONS)(function))
