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
from orbitdraw.exporters.process import deserialize_run
from orbitdraw.exporters.spec import CancelledError
from orbitdraw.runtime import threads
from orbitdraw.simulation.run import Run

GRACE = 60.0
"""Seconds to stop the present work and remove its files after the parent has gone; then the process exits."""

HEARTBEAT = 0.1
"""Seconds between two progress messages; the parent can cancel at each of them."""


class ExportServer:
    """A server of requests from `source`, with replies to `target`. The end of `source` cancels the work."""

    def __init__(self, source: IO[str], target: IO[str]) -> None:
        self._target = target
        self._requests: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.stopped = threading.Event()
        self._write_lock = threading.Lock()
        self._progress_counts = (0, 1)
        threading.Thread(target=self._listen, args=(source,), daemon=True).start()

    def serve(self) -> None:
        """Answer requests until `source` ends."""
        while line := self._requests.get():
            with _Heartbeat(lambda: self._send({"done": self._progress_counts[0], "total": self._progress_counts[1]})):
                reply = self._handle(json.loads(line))
            self._send(reply)

    def _listen(self, source: IO[str]) -> None:
        for line in source:
            self._requests.put(line)
        self.stopped.set()
        self._requests.put("")
        # The parent is gone. Work that cannot be cancelled, such as an endless loop in a scene, must end, too.
        time.sleep(GRACE)
        os._exit(1)

    def _send(self, message: dict[str, Any]) -> None:
        with self._write_lock:
            try:
                self._target.write(json.dumps(message) + "\n")
                self._target.flush()
            except OSError:  # the parent is gone
                self.stopped.set()

    def _progress(self, done: int, total: int) -> None:
        self._progress_counts = (done, total)
        if self.stopped.is_set():
            raise CancelledError("the export was cancelled; nothing was written")

    def _handle(self, request: dict[str, Any]) -> dict[str, Any]:
        """The reply to a request; an error is a reply, too, because the parent waits for one."""
        self._progress_counts = (0, 1)
        try:
            run = deserialize_run(request["run"])
            if run is None:
                return {"cannot": "the scene file has changed"}
            return HANDLERS[request["work"]](run, request, self._progress)
        except MemoryError:
            return {"error": "there is not enough memory for this file; choose a smaller size", "wrong": False}
        except (OrbitdrawError, OSError) as error:
            return {"error": str(error), "wrong": isinstance(error, InputError)}
        except Exception as error:
            return {"error": f"the export failed: {type(error).__name__}: {error}", "wrong": False}


class _Heartbeat:
    """A context manager that calls `beat` every HEARTBEAT seconds while its block runs."""

    def __init__(self, beat: Callable[[], None]) -> None:
        self._beat, self._finished = beat, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        while not self._finished.wait(HEARTBEAT):
            self._beat()

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *error: object) -> None:
        self._finished.set()
        self._thread.join()
        self._beat()  # short work reports progress at least once


def _find_period(run: Run, request: dict[str, Any], progress: Callable[[int, int], None]) -> dict[str, Any]:
    """Reply with the last period before a frame."""
    period = analysis.last_period(run, request["frame"], progress)
    return {"turn": None if period is None else asdict(period)}


def _export(run: Run, request: dict[str, Any], progress: Callable[[int, int], None]) -> dict[str, Any]:
    """Export a file and reply with its notes and path."""
    options = request["options"]
    if "size" in options:
        options["size"] = tuple(options["size"])
    result = orbitdraw.export(run, request["path"], **options, progress=progress)
    return {"notes": result.notes, "path": str(result.path)}


HANDLERS = {"turn": _find_period, "export": _export}


def main() -> None:
    """Serve the parent process. File descriptor 1 is redirected so that output of libraries cannot mix with replies."""
    threads.lower_process_priority()
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    ExportServer(sys.stdin, replies).serve()
