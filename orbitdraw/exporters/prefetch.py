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

CANCEL_AFTER, ABANDON_AFTER = 0.5, 1.0
"""Seconds after a cancellation at which the code of a scene's author is asked to end, and at which it is abandoned."""


def prefetch(items: Iterator[Item], most: int = 2) -> Iterator[Item]:
    """Items of an iterator that runs in its own thread, at most `most` of them in advance.

    Its exceptions are raised here. Closing this generator stops the iterator after its present item and closes it, too,
    unless that item never ends.

    >>> list(prefetch(iter("abc")))
    ['a', 'b', 'c']
    """
    # SimpleQueue: Ctrl-C while a Queue acquires its lock would leave it locked, a deadlock of both threads.
    ready: queue.SimpleQueue[object] = queue.SimpleQueue()
    slots: queue.SimpleQueue[None] = queue.SimpleQueue()
    stopped = threading.Event()
    for _ in range(most):
        slots.put(None)

    def work() -> None:
        try:
            for item in items:
                slots.get()
                if stopped.is_set():
                    break
                ready.put(item)
            ready.put(_END)
        except BaseException as error:
            ready.put(_RaisedError(error))

    worker = CancellableThread(target=work, name="orbitdraw pictures", daemon=True)
    worker.start()
    try:
        while (item := ready.get()) is not _END:
            if isinstance(item, _RaisedError):
                raise item.error
            yield item  # type: ignore[misc]  # a queue does not know what is put in
            slots.put(None)
    finally:
        stopped.set()
        slots.put(None)
        close = getattr(items, "close", None)
        if _wait_for_end(worker) and close is not None:
            close()


def _wait_for_end(worker: CancellableThread) -> bool:
    """Wait for the present item; False if it does not end."""
    start = time.monotonic()
    while worker.is_alive():
        worker.join(CANCEL_AFTER / 10)
        elapsed = time.monotonic() - start
        if elapsed > ABANDON_AFTER and worker.cancelled and worker.is_stuck():
            return False
        if elapsed > CANCEL_AFTER and worker.is_stuck():
            worker.cancel()
    return True


class _RaisedError:
    """An exception of the thread, to be raised by the consumer."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
