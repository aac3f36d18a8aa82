"""The export process beside the window: it reads requests as lines of JSON and writes replies and progress."""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import IO, Any

import orbitdraw
from orbitdraw import analysis
from orbitdraw.errors import InputError, OrbitdrawError
from orbitdraw.exporters.process import revived
from orbitdraw.exporters.spec import CancelledError
from orbitdraw.runtime import threads
from orbitdraw.simulation.run import Run

GRACE = 60.0
"""Seconds to stop the present work and remove its files after the parent has gone; then the process exits."""

HEARTBEAT = 0.1
"""Seconds between two progress messages; the parent can cancel at each of them."""


class Serving:
    """A server of requests from `source`, with replies to `target`. The end of `source` cancels the work."""

    def __init__(self, source: IO[str], target: IO[str]) -> None:
        self._target = target
        self._orders: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.stopped = threading.Event()
        self._saying = threading.Lock()
        self._far = (0, 1)
        threading.Thread(target=self._listen, args=(source,), daemon=True).start()

    def serve(self) -> None:
        """Answer requests until `source` ends."""
        while line := self._orders.get():
            with _Heart(lambda: self._say({"done": self._far[0], "total": self._far[1]})):
                said = self._answer(json.loads(line))
            self._say(said)

    def _listen(self, source: IO[str]) -> None:
        for line in source:
            self._orders.put(line)
        self.stopped.set()
        self._orders.put("")
        # The parent is gone. Work that cannot be cancelled, such as an endless loop in a scene, must end, too.
        time.sleep(GRACE)
        os._exit(1)

    def _say(self, said: dict[str, Any]) -> None:
        with self._saying:
            try:
                self._target.write(json.dumps(said) + "\n")
                self._target.flush()
            except OSError:  # the parent is gone
                self.stopped.set()

    def _progress(self, done: int, total: int) -> None:
        self._far = (done, total)
        if self.stopped.is_set():
            raise CancelledError("the export was cancelled; nothing was written")

    def _answer(self, wish: dict[str, Any]) -> dict[str, Any]:
        """The reply to a request; an error is a reply, too, because the parent waits for one."""
        self._far = (0, 1)
        try:
            run = revived(wish["run"])
            if run is None:
                return {"cannot": "the scene file has changed"}
            return WORKS[wish["work"]](run, wish, self._progress)
        except MemoryError:
            return {"error": "there is not enough memory for this file; choose a smaller size", "wrong": False}
        except (OrbitdrawError, OSError) as error:
            return {"error": str(error), "wrong": isinstance(error, InputError)}
        except Exception as error:
            return {"error": f"the export failed: {type(error).__name__}: {error}", "wrong": False}


class _Heart:
    """A context manager that calls `beat` every HEARTBEAT seconds while its block runs."""

    def __init__(self, beat: Callable[[], None]) -> None:
        self._beat, self._over = beat, threading.Event()
        self._thread = threading.Thread(target=self._beats, daemon=True)

    def _beats(self) -> None:
        while not self._over.wait(HEARTBEAT):
            self._beat()

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()
        self._beat()  # short work reports progress at least once


def _turn(run: Run, wish: dict[str, Any], progress: Callable[[int, int], None]) -> dict[str, Any]:
    """Reply with the last period before a frame."""
    found = analysis.last_period(run, wish["frame"], progress)
    return {"turn": None if found is None else asdict(found)}


def _export(run: Run, wish: dict[str, Any], progress: Callable[[int, int], None]) -> dict[str, Any]:
    """Export a file and reply with its notes and path."""
    options = wish["options"]
    if "size" in options:
        options["size"] = tuple(options["size"])
    made = orbitdraw.export(run, wish["path"], **options, progress=progress)
    return {"notes": made.notes, "path": str(made.path)}


WORKS = {"turn": _turn, "export": _export}


def main() -> None:
    """Serve the parent process. File descriptor 1 is redirected so that output of libraries cannot mix with replies."""
    threads.lower_process_priority()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    Serving(sys.stdin, answers).serve()
