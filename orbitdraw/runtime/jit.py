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


def compiled(*signatures: Any, passed: bool = False) -> Callable[[Function], Function]:
    """Decorator that compiles a function for these signatures when it is defined, or loads it from the disk cache.

    A damaged cache is replaced, and one that is not writable is not used, with one warning. Without signatures the
    function is compiled with its compiled callers. `passed` is True for a function that compiled functions take as an
    argument; the C wrapper that this needs is not made for the others.

    >>> @compiled()
    ... def half(x):
    ...     return x / 2
    >>> half(3.0)
    1.5
    """

    def decorate(function: Function) -> Function:
        if not signatures:
            return cast(Function, _dispatcher(function, passed))
        return cast(Function, _kept(function, signatures, passed))

    return decorate


def _dispatcher(function: Callable[..., Any], passed: bool) -> Any:
    return njit(no_cfunc_wrapper=not passed, **OPTIONS)(function)


def _kept(function: Callable[..., Any], signatures: tuple[Any, ...], passed: bool) -> Any:
    made = _dispatcher(function, passed)
    if made is not function:  # equal with NUMBA_DISABLE_JIT
        # Numba's own stamp covers only the file of the function: after a change in another file it would reuse old
        # machine code, whose arguments may differ by now, and write into wrong memory.
        made._cache = SealedCache(function, _stamp(function))
        if not made._cache.known():
            warmup.wait_until_compiled(function.__module__)
    return _finished(made, signatures)


def _finished(made: Any, signatures: tuple[Any, ...]) -> Any:
    if hasattr(made, "compile"):
        with typed_once():
            for signature in signatures:
                made.compile(signature)
        made.disable_compile()
    return made


@contextmanager
def typed_once() -> Iterator[None]:
    """Context that caches Numba's resolution of operators for numbers and arrays.

    Numba searches some hundred signatures for every `+` and `x[i]`, a fifth of the compilation time. The result is
    always the same, so the machine code does not change. No other thread compiles meanwhile.
    """
    plain = (types.Number, types.Boolean, types.Array, types.containers.BaseTuple, types.misc.SliceType)

    def remembered(self: Any, context: Any, args: Any, kws: Any) -> Any:
        if kws or not all(isinstance(one, plain) for one in args):
            return search(self, context, args, kws)
        known = _typed.setdefault(id(self), (self, {}))[1]
        if args not in known:
            known[args] = search(self, context, args, kws)
        return known[args]

    with global_compiler_lock:
        search = BaseFunction.get_call_type
        BaseFunction.get_call_type = remembered  # type: ignore[method-assign]
        try:
            yield
        finally:
            BaseFunction.get_call_type = search  # type: ignore[method-assign]


_typed: dict[int, tuple[Any, dict[Any, Any]]] = {}
"""Resolved types by the id of the function; the function is kept too, so that its id is not reused."""


def _stamp(function: Callable[..., Any]) -> str:
    """SHA-256 of the source files of a function and of all compiled functions that it calls."""
    files: set[str] = set()
    seen: set[Any] = set()
    waiting = [function]
    while waiting:
        one = waiting.pop()
        code = one.__code__
        if code in seen:
            continue
        seen.add(code)
        files.add(code.co_filename)
        named: list[Any] = [one.__globals__.get(name) for name in code.co_names]
        waiting += [called.py_func for called in named if hasattr(called, "py_func")]
    sources = sorted(Path(name).read_bytes() for name in files)
    return hashlib.sha256(b"\0".join(sources)).hexdigest()


def inner(function: Function) -> Function:
    """Decorator for a function that only compiled ones call: without its Python and C wrappers it compiles faster."""
    return cast(Function, njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, **OPTIONS)(function))


def inlined(function: Function) -> Function:
    """Decorator for a function that Numba inlines at each call.

    A call of a compiled function that calls others counts references to its arrays with atomic instructions, which in
    a loop over three bodies costs more than their gravity.
    """
    return cast(Function, njit(inline="always", **OPTIONS)(function))
