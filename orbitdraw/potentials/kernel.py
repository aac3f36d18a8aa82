"""Compiled forces of potentials: `force(x, y, t, p, fx, fy)` writes -grad V for every particle of a block.

All kernels have one type, FORCE, so that a driver, compiled once, works with any of them. They use strict IEEE
arithmetic, release the interpreter lock, and are cached on disk: each kernel in its own folder with Numba's files,
sealed with hashes, moved into place atomically.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numba
import numpy as np
from numba import types
from numba.core.registry import cpu_target
from numba.extending import typeof_impl

from orbitdraw.potentials.numpy_functions import functions
from orbitdraw.runtime import cache
from orbitdraw.runtime.jit import cache_call_types
from orbitdraw.runtime.lru import LRUCache

FORCE = types.void(
    types.Array(types.float64, 1, "C"),
    types.Array(types.float64, 1, "C"),
    types.float64,
    types.Array(types.float64, 1, "C"),
    types.Array(types.float64, 1, "C"),
    types.Array(types.float64, 1, "C"),
)
FORCE_TYPE = types.FunctionType(FORCE)

MODULE = "orbitdraw_kernel_"
"""Prefix of the name of a kernel's module: code that Numba loads from disk looks up its module by name."""

# Every name that generated code can use. `where` and the like become selects, not branches. Only `block` calls them:
# without wrappers for Python and C they compile in half the time.
_HEADER = '''"""Written by orbitdraw from the symbols of a potential; remove it freely, it will be written again."""

from math import acos, asin, atan, atan2, ceil, cos, cosh, exp, fabs, floor, log, nan, sin, sinh, sqrt, tan, tanh

from numba import njit

inner = njit(error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)


@inner
def where(condition, a, b):
    return a if condition else b


@inner
def step(z):
    return 1.0 if z > 0.0 else (0.0 if z < 0.0 else (0.5 if z == 0.0 else z))


@inner
def sign(z):
    return 1.0 if z > 0.0 else (-1.0 if z < 0.0 else z)


@inner
def least(a, b):
    return a if (a < b) | (a != a) else b


@inner
def most(a, b):
    return a if (a > b) | (a != a) else b


'''


DUMMY_ADDRESS = 1
"""A dummy address for a function that is never called: Numba accepts no 0."""


class Pointer(types.WrapperAddressProtocol):  # type: ignore[misc]
    """A function pointer to a compiled kernel, the form in which drivers take it.

    When the function itself is passed, Numba looks up its address in Python at every call, which costs as much as a
    frame of three bodies.
    """

    def __init__(self, kernel: Any, signature: Any = FORCE) -> None:
        self._kernel = kernel  # keeps the machine code alive
        self._signature = signature
        self.type = FORCE_TYPE if signature is FORCE else types.FunctionType(signature)
        self._address = DUMMY_ADDRESS
        if kernel is not None:
            compiled_result = kernel.get_compile_result(signature)
            self._address = compiled_result.library.get_pointer_to_function(
                compiled_result.fndesc.llvm_cfunc_wrapper_name
            )

    def __wrapper_address__(self) -> int:
        return int(self._address)

    def signature(self) -> Any:
        return self._signature


# Numba determines the type of each argument at each call; without this it would construct the type every time.
typeof_impl.register(Pointer)(lambda kernel, context: kernel.type)


@functools.lru_cache(maxsize=128)
def pointer(kernel: Any, signature: Any = FORCE) -> Any:
    """The pointer to a kernel; for None, one that is never called; with Numba switched off, the kernel itself."""
    is_compiled = kernel is None or hasattr(kernel, "get_compile_result")
    return Pointer(kernel, signature) if is_compiled and not numba.config.DISABLE_JIT else kernel


@dataclass(frozen=True)
class Kernel:
    """The compiled force of a potential; `names` are the parameters in the order of `p`."""

    force: Callable[..., None]
    names: tuple[str, ...]
    key: str


KEPT = 64
"""Number of kernels kept in memory, 0.15 MB each; others are loaded from the disk again in some milliseconds."""

MAX_COMPILED_HERE = 32
"""Number of kernels compiled in this process. Each takes two megabytes that LLVM never frees: further ones are compiled
in a separate process each, and loaded from the disk here."""


def _forget(name: str) -> None:
    sys.modules.pop(MODULE + name, None)


_ready: LRUCache[str, Any] = LRUCache(KEPT, _forget)
_compiled_names: list[str] = []
_lock = threading.Lock()


def compile_kernel(block: str) -> Any:
    """The function `block` of a source, compiled for FORCE: from memory, from disk, or compiled now."""
    name = _name(block)
    found = _ready.get(name)  # without waiting for a kernel that is being compiled
    if found is None:
        with _lock:
            found = _ready.get(name)
            if found is None:
                found = _interpret(block) if numba.config.DISABLE_JIT else _load_or_compile(block, name)
                _ready.put(name, found)
    return found


def is_cached(block: str) -> bool:
    """True when `compile_kernel` returns that function without compiling it."""
    name = _name(block)
    return name in _ready or bool(numba.config.DISABLE_JIT) or (cache.folder() / "kernels" / name).exists()


def _name(block: str) -> str:
    return cache.digest(_HEADER + block, *_machine())[:40]


@functools.cache  # called in every frame, and Numba reads its environment variables only once
def _machine() -> tuple[str, ...]:
    """Everything that compiled code depends on besides its source: Numba's version, the processor, and settings."""
    magic = cpu_target.target_context.codegen().magic_tuple()
    switches = sorted(
        f"{key}={value}" for key, value in os.environ.items() if key.startswith("NUMBA_") and "CACHE" not in key
    )
    return (numba.__version__, repr(magic), *switches)


def _interpret(block: str) -> Any:
    """The same source run with NumPy's functions, for debugging with Numba switched off: 1000 times slower."""
    return np.errstate(all="ignore")(functions(block)["block"])


def _execute(text: str, name: str, path: str = "<kernel>") -> Any:
    module = sys.modules[MODULE + name] = ModuleType(MODULE + name)
    module.__file__ = path
    exec(compile(text, path, "exec"), module.__dict__)
    return module.block


def _jit(text: str, name: str, path: Path | None) -> Any:
    function = _execute(text, name) if path is None else _execute(text, name, str(path))
    # Numba's files belong in the kernel's folder, where its seal covers them, not in that of NUMBA_CACHE_DIR.
    previous, numba.config.CACHE_DIR = numba.config.CACHE_DIR, ""
    try:
        with cache_call_types():
            return numba.njit(FORCE, nogil=True, error_model="numpy", cache=path is not None)(function)
    finally:
        numba.config.CACHE_DIR = previous


def _load_or_compile(block: str, name: str) -> Any:
    text = _HEADER + block
    home = cache.folder() / "kernels"
    entry = home / name
    found = _read(text, name, entry)
    if found is None and len(_compiled_names) >= MAX_COMPILED_HERE and _compile_in_process(block):
        found = _read(text, name, entry)
    if found is not None:
        return found
    _compiled_names.append(name)
    try:
        home.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=home))
    except OSError as error:
        cache.warn_once("a compiled kernel cannot be saved", error)
        return _jit(text, name, None)
    try:
        return _compile_to_disk(text, name, draft, entry)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _read(text: str, name: str, entry: Path) -> Any:
    """Load the kernel in the folder `entry`; None if there is none or it is damaged."""
    if not os.path.lexists(entry):
        return None
    if cache.is_intact(entry):
        try:
            function = _jit(text, name, entry / "kernel.py")
            if not function.stats.cache_hits:  # copied with new dates: Numba has written its files again
                cache.seal(entry)
            return function
        except Exception as error:  # unpickling can raise anything
            cache.warn_once("a compiled kernel cannot be loaded", f"{type(error).__name__}: {error}")
    else:
        cache.warn_once("a compiled kernel is damaged", name)
    cache.discard(entry)
    return None


COMPILE = """
import sys
sys.path[:] = sys.argv[1:]
from orbitdraw.potentials.kernel import compile_kernel
compile_kernel(sys.stdin.buffer.read().decode())
"""


def _compile_in_process(block: str) -> bool:
    """Compile a kernel in a separate process and store it on disk; False if that fails."""
    if getattr(sys, "frozen", False):  # there is no Python interpreter to start
        return False
    try:
        process = subprocess.run(
            [sys.executable, "-P", "-c", COMPILE, *sys.path],
            input=block.encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError:
        return False
    return process.returncode == 0


def _compile_to_disk(text: str, name: str, draft: Path, entry: Path) -> Any:
    """Compile in a draft folder, then rename it: other processes see all of it or nothing."""
    try:
        (draft / "kernel.py").write_text(text)
        function = _jit(text, name, draft / "kernel.py")
    except OSError as error:
        cache.warn_once("a compiled kernel cannot be saved", error)
        return _jit(text, name, None)
    try:
        cache.seal(draft)
        draft.rename(entry)
        cache.prune(entry.parent)
    except OSError as error:
        if not cache.is_intact(entry):  # otherwise another process stored the same kernel first
            cache.warn_once("a compiled kernel cannot be saved", error)
    return function
