"""Export of pictures, films and drawings to files. `EXPORTERS` is the table of formats."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from orbitdraw.calls import public
from orbitdraw.errors import InputError
from orbitdraw.exporters.folder import check_folder, whole_folder, write_folder
from orbitdraw.exporters.gif import write_gif
from orbitdraw.exporters.plan import Plan, bands
from orbitdraw.exporters.png import write_picture, write_png
from orbitdraw.exporters.prefetch import prefetch
from orbitdraw.exporters.spec import QUALITIES, CancelledError, ExportResult, Pictures, Spec
from orbitdraw.exporters.video import check_video, write_mp4, write_webm
from orbitdraw.formats import (
    FOLDER,
    FORMATS,
    RATE_RANGE,
    check_options,
    check_rate,
    check_size,
    numbering_error,
    suffix_error,
)
from orbitdraw.runtime.files import NextPath, is_folder, numbered_path, whole_file

__all__ = ["EXPORTERS", "CancelledError", "ExportResult", "export", "poster"]

Writer = Callable[[Pictures, Path, Spec], list[str]]


def write_drawing(pictures: Pictures, draft: Path, spec: Spec) -> list[str]:
    """Write the drawing itself; the run is played for its check hashes only."""
    for _ in pictures:
        pass
    drawing = spec.drawing()
    if drawing is None:
        raise InputError("there is no drawing to write")
    draft.write_bytes(drawing.bytes())
    return []


EXPORTERS: dict[str, Writer] = {
    ".png": write_png,
    ".gif": write_gif,
    ".mp4": write_mp4,
    ".webm": write_webm,
    FOLDER: write_folder,
    ".orbit": write_drawing,
}
"""Writers by suffix; "/" is a folder. Each takes an iterator of pictures, the temporary file to write to and a Spec,
keeps few pictures in memory, and returns notes for the user."""

WITH_QUALITY = tuple(suffix for suffix, form in FORMATS.items() if form.video)
"""Formats with a choice of quality."""


def exporter_key(path: str | os.PathLike[str]) -> str:
    """The key in EXPORTERS for a path. Raises InputError with the near matches.

    >>> exporter_key("a.GIF"), exporter_key("frames/"), exporter_key("frames")
    ('.gif', '/', '/')
    """
    text = os.fspath(path)
    suffix = Path(text).suffix.lower()
    if problem := numbering_error(Path(text).name):
        raise InputError(problem)
    if text.endswith(("/", os.sep)) or not suffix:
        return FOLDER
    if is_folder(text):
        if suffix in EXPORTERS:
            raise InputError(f"{text} is a folder; name a file in it, or write {text}/ for numbered pictures")
        return FOLDER
    if suffix not in EXPORTERS:
        raise InputError(suffix_error(text))
    return suffix


@public
def export(
    what: Any,
    path: str | os.PathLike[str],
    *,
    size: tuple[int, int] = (1920, 1080),
    seconds: float | None = None,
    frames: int | None = None,
    start: float = 0.0,
    fps: float | None = None,
    quality: str | None = None,
    seed: int | None = None,
    look: str | None = None,
    palette: str | None = None,
    values: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    transparent: bool = False,
    loop: int | None = None,
    overwrite: bool = True,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ExportResult:
    """Write a scene, formula, drawing or run to a file of the format that its suffix names, exactly as in the window.

    `.png` is the picture after `seconds` (or `frames` sixtieths) of play; `.gif`, `.mp4`, `.webm` and a folder
    (`frames/`) are `seconds` of film, or `frames` pictures, from `start` on, `fps` a second; `.orbit` is the drawing.
    The default length is the drawing's, or the scene's own; for a still it is the scene's `poster` time.
    `quality` of a film is "standard", which plays everywhere and has one colour sample for four pixels; "high", which
    has one for each pixel; or "lossless". `transparent` leaves the background out of a `.png`, of numbered pictures and
    of a `.webm`: composited over the background, they give the picture again. `loop` is how often a `.gif` plays,
    0 (the default) for ever. Without `overwrite`, an existing file at `path` is kept, and the new one gets a number;
    `ExportResult.path` is its path. `values` are set before the first frame; `look` and `palette` are short for the
    style and the palette among them. `progress(done, total)` is called now and then; when `cancelled()` returns
    True, CancelledError is raised. The file appears when it is complete; after an error there is the old one or none.
    Raises InputError for invalid arguments, OrbitdrawError when the disk is full.

    >>> import tempfile
    >>> from orbitdraw import Dust, Scene
    >>> spring = Scene("spring", potential="x^2/2", dust=Dust([[1, 0]]))
    >>> export(spring, tempfile.mkdtemp() + "/spring.gif", size=(32, 18), seconds=0.5).frames
    15
    """
    kind = exporter_key(path)
    # Read the source before the target is touched: they may be one file (`orbitdraw export a.png a.png`).
    all_values = dict(values or {})
    all_values.update({name: value for name, value in (("style", look), ("palette", palette)) if value is not None})
    if fps is not None and not RATE_RANGE[0] <= fps <= RATE_RANGE[1]:
        raise InputError(f"fps must be from {RATE_RANGE[0]} to {RATE_RANGE[1]}, not {fps}")
    file_format = FORMATS[kind]
    if quality is not None and kind not in WITH_QUALITY:
        raise InputError(f"quality can be chosen only for {' and '.join(WITH_QUALITY)}, not for {os.fspath(path)}")
    rate = Fraction(fps if fps is not None else file_format.rate).limit_denominator(1001)
    size = check_size(size, kind)
    check_rate(rate, kind)
    check_options(kind, transparent, loop)
    plan = Plan.of(
        what,
        size,
        not file_format.film,
        seconds,
        frames,
        start,
        rate,
        seed,
        all_values,
        params,
        fps is not None,
        QUALITIES[0] if quality is None else quality,
    )
    plan.spec = replace(plan.spec, transparent=transparent, loop=loop or 0)
    if file_format.video:
        check_video(plan.spec, kind)
    target = Path(path)
    if kind == FOLDER and overwrite:
        check_folder(target)

    def next_path() -> Path:
        nonlocal target
        target = numbered_path(target)
        return target

    reporter = ProgressReporter(progress, cancelled)
    plan.check = reporter.check
    with _complete_target(target, kind, None if overwrite else next_path) as draft:
        if kind == ".orbit":
            pictures = plan.play(reporter)
        elif kind == ".png":
            pictures = plan.bands(bands(size, plan.planes), reporter)
        else:
            pictures = prefetch(plan.pictures())
        notes = EXPORTERS[kind](reporter.count_pictures(pictures, plan), draft, plan.spec)
        reporter.check()
    return ExportResult(target, plan.spec.frames, float(plan.seconds), notes + plan.notes())


def _complete_target(target: Path, kind: str, next_path: NextPath | None) -> AbstractContextManager[Path]:
    return whole_folder(target, next_path) if kind == FOLDER else whole_file(target, next_path)


class ProgressReporter:
    """Progress reports and cancellation, between pictures and in the caller's thread."""

    def __init__(self, progress: Callable[[int, int], None] | None, cancelled: Callable[[], bool] | None) -> None:
        self.progress = progress
        self.cancelled = cancelled

    def check(self) -> None:
        """Raise CancelledError if the export was cancelled."""
        if self.cancelled is not None and self.cancelled():
            raise CancelledError("the export was cancelled; nothing was written")

    def report(self, done: int, total: int) -> None:
        """Report progress; raises CancelledError if the export was cancelled."""
        self.check()
        if self.progress is not None:
            self.progress(done, max(1, total))

    def count_pictures(self, pictures: Pictures, plan: Plan) -> Pictures:
        """The same pictures, reporting each as progress; for a still the plan reports its frames instead."""
        for done, picture in enumerate(pictures, 1):
            yield picture
            if not plan.still:
                self.report(done, plan.spec.frames)


def poster(what: Any, size: tuple[int, int] = (960, 540), seconds: float | None = None) -> bytes:
    """The picture of a scene, formula, drawing or run as PNG bytes, after `seconds` or at the scene's `poster` time.

    >>> poster("x^2 + y^2", (64, 36), 0.1)[:8]
    b'\\x89PNG\\r\\n\\x1a\\n'
    """
    plan = Plan.of(what, size, True, seconds, None, 0.0, Fraction(60), None, {}, None, False)
    file = io.BytesIO()
    write_picture(plan.bands(bands(size, plan.planes), ProgressReporter(None, None)), file, plan.spec)
    return file.getvalue()
