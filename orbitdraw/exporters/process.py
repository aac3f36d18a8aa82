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
from orbitdraw.potentials.typeset import QUIETLY
from orbitdraw.runtime import lazy, threads
from orbitdraw.runtime.files import draft_prefix

if TYPE_CHECKING:
    import msgspec

    from orbitdraw.analysis.period import Period
    from orbitdraw.simulation.run import Run
else:
    msgspec = lazy.module("msgspec")

COMMAND = "import sys; sys.path[:] = sys.argv[1:]; from orbitdraw.exporters.server import main; main()"

PATIENCE = 3.0
"""Seconds that a stopping process has to remove its temporary file; then it is killed and the file removed here."""

Told = Callable[[int, int], None]


@dataclass(frozen=True)
class Made:
    """An exported file, and notes about it for the user."""

    path: Path
    notes: list[str] = field(default_factory=list)


def described(run: Run) -> dict[str, Any] | None:
    """The run as JSON for another process, from its first frame; None if its scene exists in this program only.

    >>> from orbitdraw import Dust, Run, Scene
    >>> described(Run(Scene("spring", dust=Dust([[1, 0]])))) is None
    True
    """
    scene = run.scene
    named = simulation.reference(scene)
    if named.kind == "program":
        return None
    path = "" if named.kind == "formula" else str(Path(scene.path or "").absolute())
    drawing = msgspec.structs.replace(
        run.drawing(), events=list(run.history.events), checks=sorted(run.expected.items())
    )
    first = run.again().hash()
    data = base64.b85encode(drawing.bytes()).decode()
    return {"path": path, "sha256": scene.sha256, "drawing": data, "first": first}


def revived(said: Mapping[str, Any]) -> Run | None:
    """The run that `described` returned; None if it differs by now because the scene file was changed.

    >>> from orbitdraw.library.loading import begin
    >>> run = begin("x^2/2 + y^2", 3)
    >>> revived(described(run)).hash() == run.hash()
    True
    """
    drawing = record.Drawing.of_bytes(base64.b85decode(said["drawing"]))
    if said["path"]:
        scene = library.load_file(Path(said["path"]))
        if scene.sha256 != said["sha256"]:
            return None
        scene = scene.under(drawing.scene.law) if drawing.scene.law else scene
    else:
        scene = library.recall(drawing.scene)
    run = library.replay(drawing, scene)
    return run if run.hash() == said["first"] else None


class Beside:
    """An exporter that works in a second process, one for each file: `export(what, path, progress=..., ...)`.

    `here` is the exporter for runs that cannot be sent there. `progress(done, total)` is called ten times a second and
    may raise to cancel; `last_turn` is `period.last_period`, computed in the process that then makes the file.
    """

    def __init__(self, here: Callable[..., Any]) -> None:
        self.here = here
        self._process: subprocess.Popen[str] | None = None
        self._number = 0
        """Process id of the process that was started last."""

    def __call__(self, what: Any, path: str | os.PathLike[str], *, progress: Told, **options: Any) -> Any:
        """Write the file. Raises InputError or OrbitdrawError with the exporter's message.

        A file that appears at `path` meanwhile is kept: `Made.path` is the path of the new one.
        """
        target, options = Path(path), {**options, "overwrite": False}
        try:
            said = self._asked("export", what, progress, path=str(target.absolute()), options=options)
        finally:
            self._end()
            for stray in _drafts(target, self._number):  # the process was killed, here or for lack of memory
                _remove(stray)
        if said is None:
            return _patiently(lambda: self.here(what, path, progress=progress, **options))
        return Made(Path(said["path"]), said["notes"])

    def last_turn(self, run: Run, frame: int, check: Told) -> Period | None:
        """The period after which the run returned to its state at `frame`."""
        try:
            said = self._asked("turn", run, check, frame=frame)
        except BaseException:
            self._end()
            raise
        if said is None:
            found: Period | None = _patiently(lambda: analysis.last_period(run, frame, check))
            return found
        return analysis.Period(**said["turn"]) if said["turn"] else None

    def _asked(self, work: str, what: Any, progress: Told, **more: Any) -> dict[str, Any] | None:
        """The answer of the other process; None if the run cannot be sent there."""
        run = described(what) if isinstance(what, simulation.Run) else None
        if run is None:
            return None
        try:
            wish = json.dumps({"work": work, "run": run, **more})
        except (TypeError, ValueError):  # an option that is not JSON
            return None
        process = self._started()
        if process is None or process.stdin is None or process.stdout is None:
            return None
        with contextlib.suppress(OSError):
            process.stdin.write(wish + "\n")
            process.stdin.flush()
        for line in process.stdout:
            said: dict[str, Any] = json.loads(line)
            if "done" in said:
                try:
                    progress(said["done"], said["total"])
                except BaseException:
                    last = self._end()
                    if "notes" in last:  # too late to cancel: the file is written
                        return last
                    raise
            elif "error" in said:
                raise (InputError if said["wrong"] else OrbitdrawError)(said["error"])
            else:
                return None if "cannot" in said else said
        raise OrbitdrawError(
            "the export process was killed, perhaps for lack of memory, and nothing was written; choose a smaller size"
        )

    def _started(self) -> subprocess.Popen[str] | None:
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
                    creationflags=QUIETLY,
                )
            except OSError:
                return None
            self._number = self._process.pid
        return self._process

    def _end(self) -> dict[str, Any]:
        """End the process by closing its input, after which it removes its temporary file; return its last message."""
        process, self._process = self._process, None
        if process is None or process.stdin is None or process.stdout is None:
            return {}
        with contextlib.suppress(OSError):
            process.stdin.close()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        with process.stdout as said:
            lines = [line for line in said if line.endswith("\n")]
        last: dict[str, Any] = json.loads(lines[-1]) if lines else {}
        return last


def _patiently(work: Callable[[], Any]) -> Any:
    """Do the work in a thread of low priority and wait for it, so that the window stays responsive."""
    with ThreadPoolExecutor(1, "orbitdraw export", initializer=threads.lower_priority) as one:
        return one.submit(work).result()


def _drafts(path: Path, process: int) -> list[Path]:
    """Temporary files that the process with this id made for `path`."""
    return list(path.parent.glob(f"{glob.escape(draft_prefix(path, process))}*.part*"))


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
