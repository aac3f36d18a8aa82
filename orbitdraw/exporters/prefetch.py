"""Drawing the next pictures while the last one is being packed."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from typing import TypeVar

from orbitdraw.runtime.cancellation import Leavable

Item = TypeVar("Item")

_END = object()

ASKED, LEFT = 0.5, 1.0
"""Seconds after which the code of a scene's author that nobody waits for any more is asked to end, and is left."""


def ahead(items: Iterator[Item], most: int = 2) -> Iterator[Item]:
    """The items of an iterator that runs in a thread of its own, at most `most` of them in advance.

    What it raises is raised here. When this is closed, it stops after the item in hand and is closed too, unless that
    has no end.

    >>> list(ahead(iter("abc")))
    ['a', 'b', 'c']
    """
    # Simple queues: Ctrl-C amid the taking of another one's lock would leave it locked, and both threads waiting.
    made: queue.SimpleQueue[object] = queue.SimpleQueue()
    room: queue.SimpleQueue[None] = queue.SimpleQueue()
    stopped = threading.Event()
    for _ in range(most):
        room.put(None)

    def work() -> None:
        try:
            for item in items:
                room.get()
                if stopped.is_set():
                    break
                made.put(item)
            made.put(_END)
        except BaseException as error:
            made.put(_Raised(error))

    worker = Leavable(target=work, name="orbitdraw pictures", daemon=True)
    worker.start()
    try:
        while (item := made.get()) is not _END:
            if isinstance(item, _Raised):
                raise item.error
            yield item  # type: ignore[misc]  # a queue does not know what is put in
            room.put(None)
    finally:
        stopped.set()
        room.put(None)
        close = getattr(items, "close", None)
        if _ended(worker) and close is not None:
            close()


def _ended(worker: Leavable) -> bool:
    """Wait for the item in hand; False where it has no end."""
    began = time.monotonic()
    while worker.is_alive():
        worker.join(ASKED / 10)
        past = time.monotonic() - began
        if past > LEFT and worker.given_up and worker.stuck():
            return False
        if past > ASKED and worker.stuck():
            worker.give_up()
    return True


class _Raised:
    """What the thread met, carried over."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
