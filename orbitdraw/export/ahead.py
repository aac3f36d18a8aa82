"""Drawing the next pictures while the last one is being packed."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from typing import TypeVar

Item = TypeVar("Item")

_END = object()


def ahead(items: Iterator[Item], most: int = 2) -> Iterator[Item]:
    """The items of an iterator that runs in a thread of its own, at most `most` of them in advance.

    What it raises is raised here. When this is closed, it stops after the item in hand and is closed too.

    >>> list(ahead(iter("abc")))
    ['a', 'b', 'c']
    """
    made: queue.Queue[object] = queue.Queue(most)
    stopped = threading.Event()

    def put(item: object) -> bool:
        while not stopped.is_set():
            try:
                made.put(item, timeout=0.05)
                return True
            except queue.Full:
                continue
        return False

    def work() -> None:
        try:
            for item in items:
                if not put(item):
                    break
            put(_END)
        except BaseException as error:
            put(_Raised(error))

    worker = threading.Thread(target=work, name="orbitdraw pictures", daemon=True)
    worker.start()
    try:
        while (item := made.get()) is not _END:
            if isinstance(item, _Raised):
                raise item.error
            yield item  # type: ignore[misc]  # a queue does not know what is put in
    finally:
        stopped.set()
        worker.join()
        close = getattr(items, "close", None)
        if close is not None:
            close()


class _Raised:
    """What the thread met, carried over."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
