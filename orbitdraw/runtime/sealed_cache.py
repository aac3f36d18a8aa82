"""Numba's disk cache for the program's own compiled functions, with a hash in each file.

Numba runs the machine code in its cache files unchecked: one flipped bit can crash the process. Here a damaged file is
detected, and the function compiled again.
"""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

from numba.core.caching import (
    CompileResultCacheImpl,
    FunctionCache,
    IndexDataCacheFile,
    IPythonCacheLocator,
    UserWideCacheLocator,
)

from orbitdraw.errors import InputError
from orbitdraw.runtime import cache
from orbitdraw.runtime.opening import read_file


def verified_content(path: Path) -> bytes | None:
    """The content of a cache file without its hash; None if it is damaged or missing, with one warning if damaged."""
    try:
        seal, _, data = read_file(path, cache.MAX_CODE).partition(b"\n")
    except InputError as error:
        if os.path.lexists(path):
            cache.warn_once("a compiled loop cannot be read", error, path.parent)
        return None
    if seal != cache.digest(path.name, data).encode():
        cache.warn_once("a compiled loop is damaged", path.name, path.parent)
        return None
    return data


class _Locator(UserWideCacheLocator):  # type: ignore[misc]  # mypy skips numba
    """Numba's locator for the folder `cache.compiled_folder`; whether it is writable is found out on writing."""

    def __init__(self, function: Any, file: str) -> None:
        super().__init__(function, file)
        beside = Path(file).resolve().parent
        home = cache.compiled_folder(beside)
        subfolder = "__pycache__" if home == beside else self.get_suitable_cache_subpath(file)
        self._cache_path = str(home / subfolder)

    @classmethod
    def from_function(cls, function: Any, file: str) -> Any:
        return cls(function, file) if Path(file).exists() else None


class _CacheImpl(CompileResultCacheImpl):  # type: ignore[misc]
    _locator_classes = [_Locator, IPythonCacheLocator]  # noqa: RUF012


class _SealedFiles(IndexDataCacheFile):  # type: ignore[misc]
    """Numba's index and data files, each preceded by a line with its hash."""

    def _load_index(self) -> dict[Any, str]:
        version, stamp, overloads = self._read(self._index_path) or (None, None, {})
        return overloads if (version, stamp) == (self._version, self._source_stamp) else {}

    def _save_index(self, overloads: dict[Any, str]) -> None:
        self._write(self._index_path, (self._version, self._source_stamp, overloads))

    def _load_data(self, name: str) -> Any:
        return self._read(self._data_path(name))

    def _save_data(self, name: str, data: Any) -> None:
        self._write(self._data_path(name), data)

    def _read(self, path: str) -> Any:
        data = verified_content(Path(path))
        return None if data is None else pickle.loads(data)

    def _write(self, path: str, what: Any) -> None:
        data = self._dump(what)
        with self._open_for_write(path) as file:
            file.write(cache.digest(Path(path).name, data).encode() + b"\n" + data)


class SealedCache(FunctionCache):  # type: ignore[misc]
    """Numba's cache of one function, valid if undamaged and made from the sources with this `stamp`."""

    _impl_class = _CacheImpl

    def __init__(self, function: Any, stamp: str) -> None:
        super().__init__(function)
        self._cache_file = _SealedFiles(self._cache_path, f"{self._impl.filename_base}.sealed", stamp)

    def has_code(self) -> bool:
        """True when the cache holds compiled code of this function."""
        return bool(self._cache_file._load_index())

    def load_overload(self, signature: Any, context: Any) -> Any:
        try:
            return super().load_overload(signature, context)
        except Exception as error:  # any exception, for example for code compiled on another machine
            cache.warn_once("a compiled loop cannot be loaded", f"{type(error).__name__}: {error}", self._cache_path)
            return None

    def save_overload(self, signature: Any, data: Any) -> None:
        try:
            super().save_overload(signature, data)
        except OSError as error:
            cache.warn_once("a compiled loop cannot be saved", error.strerror or error, self._cache_path)
