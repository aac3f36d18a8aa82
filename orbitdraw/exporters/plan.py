"""The plan of an export: its run, its frames and its pictures."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any, Protocol

import msgspec

from orbitdraw.errors import InputError
from orbitdraw.exporters.spec import QUALITIES, FinishedPicture, Pictures, Spec
from orbitdraw.film.film import Film
from orbitdraw.film.keyframes import Keyframe
from orbitdraw.film.pictures import pictures
from orbitdraw.formats import DRAWING_SUFFIXES, MAX_EXPORT_FRAMES, MAX_SECONDS
from orbitdraw.library.loading import create_run, read_drawing, replay
from orbitdraw.record.drawing import Drawing
from orbitdraw.reference_frames.reference import has_begun
from orbitdraw.simulation.particles import motion_of
from orbitdraw.simulation.run import FRAMES_PER_SECOND, Run

BAND_BYTES = 2 << 30
"""Most memory for one band of a still. Half of it means twice as many bands, each of which plays the whole run."""

BYTES_PER_PLANE = 8
BYTES_PER_PIXEL = 16
"""Memory of a canvas per pixel: ink and a copy of it per plane; the picture and its rows on the way to the file."""

SAMPLES = 24
SAMPLE_SIDE = 960


class Reporter(Protocol):
    """A receiver of progress reports, which may raise to cancel the export."""

    def report(self, done: int, total: int) -> None: ...


def bands(size: tuple[int, int], planes: int) -> list[tuple[int, int]]:
    """Row ranges (a, b) of the bands in which a picture is made, so that each fits in memory.

    >>> bands((1000, 1000), 3)
    [(0, 1000)]
    >>> len(bands((20000, 20000), 3))
    8
    """
    width, height = size
    count = -(-width * height * (BYTES_PER_PLANE * planes + BYTES_PER_PIXEL) // BAND_BYTES)
    edges = [round(index * height / count) for index in range(count + 1)]
    return list(pairwise(edges))


@dataclass
class Plan:
    """A run at frame 0, the last frame of the export, and the exporter's Spec."""

    run: Run
    size: tuple[int, int]
    still: bool
    start: float
    last_frame: int
    rate: Fraction
    seconds: Fraction
    spec: Spec = field(init=False)
    frames: int = 1
    explicit_fps: bool = False
    quality: str = QUALITIES[0]
    start_keyframe: Keyframe | None = None
    """Bookmark of the film at its first picture."""
    check: Callable[[], None] = lambda: None
    """Raises to cancel the export; called before every frame of every film."""

    def __post_init__(self) -> None:
        # Film measures the exposure on its first run; every band and sample needs the same one.
        self.base_run = Film(self.run, (16, 9)).run
        self.spec = Spec(self.size, self.frames, self.rate, self.drawing, self.samples, self.explicit_fps, self.quality)

    @classmethod
    def of(
        cls,
        what: Any,
        size: tuple[int, int],
        still: bool,
        seconds: float | None,
        frames: int | None,
        start: float,
        rate: Fraction,
        seed: int | None,
        values: Mapping[str, Any],
        params: Mapping[str, Any] | None,
        explicit_fps: bool,
        quality: str = QUALITIES[0],
    ) -> Plan:
        """The plan for the arguments of `export`. Raises InputError for invalid ones."""
        for name, number in (("seconds", seconds), ("start", start)):
            if number is not None and not (math.isfinite(number) and 0 <= number <= MAX_SECONDS):
                raise InputError(f"{name} must be from 0 to {MAX_SECONDS}, not {number}")
        if frames is not None and (frames != int(frames) or not (0 if still else 1) <= frames <= MAX_EXPORT_FRAMES):
            raise InputError(f"frames must be a whole number from {0 if still else 1}, not {frames}")
        if seconds is not None and frames is not None:
            raise InputError("seconds and frames both set the length; give only one of them")
        run, length = _create_run(what, seed, values, params, still)
        if still:
            play_frames = (
                frames if frames is not None else round((length if seconds is None else seconds) * FRAMES_PER_SECOND)
            )
            last_frame = play_frames + round(start * FRAMES_PER_SECOND)
            return cls(run, size, True, start, last_frame, rate, Fraction(last_frame, FRAMES_PER_SECOND), frames=1)
        if frames is None:
            duration = max(length - start, 0.0) if seconds is None else seconds
            frames = max(1, round(Fraction(duration).limit_denominator(10**6) * rate))
        last_frame = round(start * FRAMES_PER_SECOND + (frames - 1) * FRAMES_PER_SECOND / float(rate))
        return cls(run, size, False, start, last_frame, rate, frames / rate, frames, explicit_fps, quality)

    @property
    def planes(self) -> int:
        """Number of ink planes of the canvas."""
        return 1 if self.run.values["style"] == "density" else 3

    def film(self, size: tuple[int, int], rows: tuple[int, int] | None = None) -> Film:
        """A film of the run from its first frame, without key frames for stepping back."""
        film = Film(self.base_run.again(), size, rows)
        film.keeper.enabled = False
        return film

    def pictures(self) -> Pictures:
        """The pictures of a film, in order."""
        film = self.film(self.size)
        first_frame = round(self.start * FRAMES_PER_SECOND)
        while film.run.frame < first_frame:
            self.check()
            film.advance_towards(first_frame)
        self.start_keyframe = film.bookmark()
        yield from pictures(film, self.frames, start=self.start, fps=float(self.rate), check=self.check)
        self.base_run = film.run  # it has the check hashes of the frames played

    def samples(self) -> Pictures:
        """Sample pictures spread over the film, scaled down to at most SAMPLE_SIDE, for the choice of a palette."""
        factor = min(1.0, SAMPLE_SIDE / max(self.size))
        size = max(1, round(self.size[0] * factor)), max(1, round(self.size[1] * factor))
        count = min(SAMPLES, self.frames)
        rate = count * FRAMES_PER_SECOND / max(1.0, self.last_frame - self.start * FRAMES_PER_SECOND)
        film = self.film(size)
        if self.start_keyframe is not None and size == self.size:
            film.open_at(self.start_keyframe)  # the frames before `start` need not be played again
        film.run.motion = motion_of(film.run.scene)  # the other film may be moving on in another thread
        # The middle of each of `count` intervals: the last sample is near the end, where there is most ink.
        yield from pictures(film, count, start=self.start + 0.5 / rate, fps=rate, check=self.check)

    def bands(self, rows: list[tuple[int, int]], reporter: Reporter) -> Pictures:
        """The last picture in bands from top to bottom. Each plays the whole run; one is in memory at a time."""
        total = self.last_frame * len(rows)
        for number, band in enumerate(rows):
            film = self.film(self.size, band if len(rows) > 1 else None)
            while film.run.frame < self.last_frame:
                film.advance_towards(self.last_frame)
                reporter.report(number * self.last_frame + film.run.frame, total)
            self.base_run = film.run
            yield film.picture()
            del film

    def play(self, reporter: Reporter) -> Iterator[FinishedPicture]:
        """Play the run to its last frame without making pictures."""
        run = self.base_run.again()
        while run.frame < self.last_frame:
            if run.leap(self.last_frame - run.frame) is None:
                run.advance()
            reporter.report(run.frame, self.last_frame)
        self.base_run = run
        yield from ()

    def drawing(self) -> Drawing:
        """The drawing that an exported file embeds: all events up to its last picture."""
        drawing_so_far = self.base_run.drawing()
        events = [
            e for e in self.base_run.history.events if e.frame <= self.last_frame or has_begun(e, self.last_frame)
        ]
        return msgspec.structs.replace(drawing_so_far, frames=self.last_frame, events=events)

    def notes(self) -> list[str]:
        """Notes for the user about the motion."""
        if self.base_run.doubt:
            return [self.base_run.doubt]
        if self.base_run.mismatch is not None:
            return [f"the motion differs from the recorded one from frame {self.base_run.mismatch} on"]
        if self.base_run.void:
            return [f"edits without effect, because something that they need was undone: {self.base_run.void}"]
        if not self.still and self.rate > FRAMES_PER_SECOND:
            return [f"a scene has {FRAMES_PER_SECOND} frames per second; at {float(self.rate):g} some pictures repeat"]
        return []


def _default_seconds(run: Run, still: bool) -> float:
    """Default length in seconds: the scene's; for a still, its `poster` time."""
    scene = run.scene
    return scene.poster if still and scene.poster is not None else scene.seconds


def _replay_with_values(run: Run, seed: int | None, values: Mapping[str, Any]) -> Run:
    """The same run with values that hold throughout: its later changes of the same names are dropped."""
    events = [event for event in run.history.events if event.name not in values]
    replayed = replay(msgspec.structs.replace(run.drawing(), events=events), run.scene, seed, **values)
    replayed.doubt = run.doubt
    return replayed


def _create_run(what: Any, seed: int | None, values: Mapping[str, Any], params: Any, still: bool) -> tuple[Run, float]:
    """The run to export, and its default length in seconds."""
    if isinstance(what, Run):
        run = create_run(what) if seed is None and not values else _replay_with_values(what, seed, values)
        frames_played = what.frame or what.lasted
        return run, frames_played / FRAMES_PER_SECOND if frames_played else _default_seconds(run, still)
    name = os.fspath(what) if isinstance(what, (str, os.PathLike)) else ""
    if name.lower().endswith(DRAWING_SUFFIXES) and "(" not in name:
        what = read_drawing(name)
    if isinstance(what, Drawing):
        # `values` hold throughout: later changes of the same names in the drawing are dropped.
        events = [event for event in what.events if event.name not in values]
        run = create_run(msgspec.structs.replace(what, events=events), seed, **values)
        return run, what.frames / FRAMES_PER_SECOND if what.frames else _default_seconds(run, still)
    run = create_run(what, seed, params=params, **values)
    return run, _default_seconds(run, still)
