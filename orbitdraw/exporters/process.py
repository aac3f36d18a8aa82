"""Export in a second process, so that the window never waits for it.

Encoding, compression and replay hold Python's global lock for milliseconds at a time. A low-priority thread in the
window's process can be descheduled while it holds the lock: on a busy machine frames of the window took a third of a
second. The other process receives what a saved drawing contains, names and numbers, and the path of the scene file; a
scene that exists only in this program is exported here.
"""

from __future__ import annotations

import base64
import contextlib
import glob
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orbitdraw import analysis, library, record, simulation
from orbitdraw.errors import InputError, OrbitdrawError
from orbitdraw.potentials.typeset import CREATION_FLAGS
from orbitdraw.runtime import lazy, threads
from orbitdraw.runtime.files import draft_prefix

if TYPE_CHECKING:
    import msgspec

    from orbitdraw.analysis.period import Period
    from orbitdraw.simulation.run import Run
else:
    msgspec = lazy.module("msgspec")

COMMAND = "import sys; sys.path[:] = sys.argv[1:]; from orbitdraw.exporters.server import main; main()"

STOP_TIMEOUT = 3.0
"""Seconds that a stopping process has to remove its temporary file; then it is killed and the file removed here."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class ExportedFile:
    """An exported file, and notes about it for the user."""

    path: Path
    notes: list[str] = field(default_factory=list)


def serialize_run(run: Run) -> dict[str, Any] | None:
    """The run as JSON for another process, from its first frame; None if its scene exists in this program only.

    >>> from orbitdraw import Dust, Run, Scene
    >>> serialize_run(Run(Scene("spring", dust=Dust([[1, 0]])))) is None
    True
    """
    scene = run.scene
    ref = simulation.reference(scene)
    if ref.kind == "program":
        return None
    path = "" if ref.kind == "formula" else str(Path(scene.path or "").absolute())
    drawing = msgspec.structs.replace(
        run.drawing(), events=list(run.history.events), checks=sorted(run.expected.items())
    )
    first = run.again().hash()
    data = base64.b85encode(drawing.bytes()).decode()
    return {"path": path, "sha256": scene.sha256, "drawing": data, "first": first}


def deserialize_run(message: Mapping[str, Any]) -> Run | None:
    """The run that `serialize_run` returned; None if it differs by now because the scene file was changed.

    >>> from orbitdraw.library.loading import create_run
    >>> run = create_run("x^2/2 + y^2", 3)
    >>> deserialize_run(serialize_run(run)).hash() == run.hash()
    True
    """
    drawing = record.Drawing.of_bytes(base64.b85decode(message["drawing"]))
    if message["path"]:
        scene = library.load_file(Path(message["path"]))
        if scene.sha256 != message["sha256"]:
            return None
        scene = scene.under(drawing.scene.law) if drawing.scene.law else scene
    else:
        scene = library.resolve_scene(drawing.scene)
    run = library.replay(drawing, scene)
    return run if run.hash() == message["first"] else None


class ExportProcess:
    """An exporter that works in a second process, one for each file: `export(what, path, progress=..., ...)`.

    `export_here` is the exporter for runs that cannot be sent there. `progress(done, total)` is called ten times a
    second and may raise to cancel; `last_period` is that of `analysis`, computed in the process that makes the file.
    """

    def __init__(self, export_here: Callable[..., Any]) -> None:
        self.export_here = export_here
        self._process: subprocess.Popen[str] | None = None
        self._last_pid = 0
        """Process id of the process that was started last."""

    def __call__(self, what: Any, path: str | os.PathLike[str], *, progress: Progress, **options: Any) -> Any:
        """Write the file. Raises InputError or OrbitdrawError with the exporter's message.

        A file that appears at `path` meanwhile is kept: `ExportedFile.path` is the path of the new one.
        """
        target, options = Path(path), {**options, "overwrite": False}
        try:
            reply = self._request("export", what, progress, path=str(target.absolute()), options=options)
        finally:
            self._stop_process()
            for stray in _drafts_of(target, self._last_pid):  # the process was killed, here or for lack of memory
                _remove(stray)
        if reply is None:
            return _run_in_background(lambda: self.export_here(what, path, progress=progress, **options))
        return ExportedFile(Path(reply["path"]), reply["notes"])

    def last_period(self, run: Run, frame: int, check: Progress) -> Period | None:
        """The period after which the run returned to its state at `frame`."""
        try:
            reply = self._request("turn", run, check, frame=frame)
        except BaseException:
            self._stop_process()
            raise
        if reply is None:
            period: Period | None = _run_in_background(lambda: analysis.last_period(run, frame, check))
            return period
        return analysis.Period(**reply["turn"]) if reply["turn"] else None

    def _request(self, work: str, what: Any, progress: Progress, **fields: Any) -> dict[str, Any] | None:
        """The answer of the other process; None if the run cannot be sent there."""
        run = serialize_run(what) if isinstance(what, simulation.Run) else None
        if run is None:
            return None
        try:
            request = json.dumps({"work": work, "run": run, **fields})
        except (TypeError, ValueError):  # an option that is not JSON
            return None
        process = self._start_process()
        if process is None or process.stdin is None or process.stdout is None:
            return None
        with contextlib.suppress(OSError):
            process.stdin.write(request + "\n")
            process.stdin.flush()
        for line in process.stdout:
            reply: dict[str, Any] = json.loads(line)
            if "done" in reply:
                try:
                    progress(reply["done"], reply["total"])
                except BaseException:
                    last = self._stop_process()
                    if "notes" in last:  # too late to cancel: the file is written
                        return last
                    raise
            elif "error" in reply:
                raise (InputError if reply["wrong"] else OrbitdrawError)(reply["error"])
            else:
                return None if "cannot" in reply else reply
        raise OrbitdrawError(
            "the export process was killed, perhaps for lack of memory, and nothing was written; choose a smaller size"
        )

    def _start_process(self) -> subprocess.Popen[str] | None:
        if self._process is None:
            home = str(Path(__file__).parents[2])
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-c", COMMAND, home, *sys.path],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    text=True,
                    encoding="utf-8",
                    creationflags=CREATION_FLAGS,
                )
            except OSError:
                return None
            self._last_pid = self._process.pid
        return self._process

    def _stop_process(self) -> dict[str, Any]:
        """End the process by closing its input, after which it removes its temporary file; return its last message."""
        process, self._process = self._process, None
        if process is None or process.stdin is None or process.stdout is None:
            return {}
        with contextlib.suppress(OSError):
            process.stdin.close()
        try:
            process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        with process.stdout as output:
            lines = [line for line in output if line.endswith("\n")]
        last: dict[str, Any] = json.loads(lines[-1]) if lines else {}
        return last


def _run_in_background(work: Callable[[], Any]) -> Any:
    """Do the work in a thread of low priority and wait for it, so that the window stays responsive."""
    with ThreadPoolExecutor(1, "orbitdraw export", initializer=threads.lower_priority) as pool:
        return pool.submit(work).result()


def _drafts_of(path: Path, process: int) -> list[Path]:
    """Temporary files that the process with this id made for `path`."""
    return list(path.parent.glob(f"{glob.escape(draft_prefix(path, process))}*.part*"))


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
