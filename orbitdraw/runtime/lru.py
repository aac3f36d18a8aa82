"""A thread-safe cache of limited size that drops the least recently used entry."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class LRUCache(Generic[Key, Value]):
    """A dictionary of at most `most` entries. `on_drop` is called with the key of each entry that is removed.

    >>> table = LRUCache[str, int](2)
    >>> for name in "abc":
    ...     table.put(name, ord(name))
    >>> table.get("a"), table.get("b"), len(table)
    (None, 98, 2)
    """

    def __init__(self, most: int, on_drop: Callable[[Key], object] = lambda key: None) -> None:
        self.most = most
        self._on_drop = on_drop
        self._entries: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: Key) -> bool:
        return key in self._entries

    def get(self, key: Key) -> Value | None:
        """The value of a key, which becomes the most recently used; None without one."""
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
            return self._entries.get(key)

    def put(self, key: Key, value: Value) -> None:
        """Store a value, and drop the least recently used entries beyond the limit."""
        dropped = []
        with self._lock:
            self._entries[key] = value
            self._entries.move_to_end(key)
            while len(self._entries) > self.most:
                dropped.append(self._entries.popitem(last=False)[0])
        for old in dropped:
            self._on_drop(old)

    def clear(self) -> None:
        """Drop all entries."""
        with self._lock:
            dropped = list(self._entries)
            self._entries.clear()
        for old in dropped:
            self._on_drop(old)
