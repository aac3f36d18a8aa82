"""Prefetching: the next pictures are drawn while the last one is being encoded."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from typing import TypeVar

from orbitdraw.runtime.cancellation import CancellableThread

Item = TypeVar("Item")

_END = object()

ASKED, LEFT = 0.5, 1.0
"""Seconds after a cancellation at which the code of a scene's author is asked to end, and at which it is abandoned."""


def ahead(items: Iterator[Item], most: int = 2) -> Iterator[Item]:
    """Items of an iterator that runs in its own thread, at most `most` of them in advance.

    Its exceptions are raised here. Closing this generator stops the iterator after its present item and closes it, too,
    unless that item never ends.

    >>> list(ahead(iter("abc")))
    ['a', 'b', 'c']
    """
    # SimpleQueue: Ctrl-C while a Queue acquires its lock would leave it locked, a deadlock of both threads.
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

    worker = CancellableThread(target=work, name="orbitdraw pictures", daemon=True)
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


def _ended(worker: CancellableThread) -> bool:
    """Wait for the present item; False if it does not end."""
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
    """An exception of the thread, to be raised by the consumer."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
