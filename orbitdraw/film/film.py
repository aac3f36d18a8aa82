"""Film: the one path to pixels, from a run to the canvas it draws on to the picture, with seeking, undo and redraw.

One class in one file, although it is long: every method keeps run, canvas and keyframes in step.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.film import keeper, overlay, required_kernels
from orbitdraw.film.exposure import ExposureMeter
from orbitdraw.film.fading import fade_strokes, first_visible_frame
from orbitdraw.film.keeper import FAR
from orbitdraw.film.keyframes import CanvasKey, Keyframe, Keyframes
from orbitdraw.film.reference_replay import collect, collecting_fraction, draw_history, frame_origin, transform_for
from orbitdraw.film.stroke_history import Progress, StrokeHistory, never_cancel, sub_progress
from orbitdraw.film.stroke_preview import RecentStrokes, StrokePreview
from orbitdraw.ink.canvas import Canvas
from orbitdraw.ink.look import Look
from orbitdraw.ink.strokes import Strokes
from orbitdraw.ink.tone import Picture, develop
from orbitdraw.record.drawing import Event
from orbitdraw.reference_frames.reference import (
    REST,
    FrameBlend,
    FramePose,
    Reference,
    Share,
    Transition,
    blend_at,
    transition_blend,
    transitions,
)
from orbitdraw.reference_frames.transform import FrameTransform
from orbitdraw.runtime import threads
from orbitdraw.simulation.gestures import Gestures, same_gesture
from orbitdraw.simulation.run import Run

EXPOSURE_WAIT = 0.5
"""Seconds that a window waits for the measured exposure of particles; measuring then continues during play."""

LEAST_SKIPPED = 300
"""Number of faded frames from which `seek_for_display` skips drawing them."""


class Film:
    """A run and its canvas at one size. The window and every exporter make their pictures with this class alone.

    `advance()` plays a frame and draws it, `picture()` develops the canvas. When something changes that affects ink
    already drawn (view, size, style, palette, frame of reference), the canvas is redrawn from the first frame, so that
    a picture depends on the drawing alone, never on the path of seeking and editing that led to it.
    """

    def __init__(
        self, run: Run, size: tuple[int, int], rows: tuple[int, int] | None = None, *, at_once: bool = False
    ) -> None:
        """`at_once`: limit the wait before the first picture, and measure the exposure of a slow scene during play."""
        required_kernels.prepare(run)
        self.run = run
        self._exposure_meter: ExposureMeter | None = None
        if run.values["exposure"] is None and run.frame == 0:
            self._exposure_meter = ExposureMeter(run)
            self._exposure_meter.play(math.inf if not at_once else EXPOSURE_WAIT if run.scene.motion is None else 0.0)
            self._take_exposure()
        self.size = size
        self.rows = rows
        self.keeper = keeper.Keeper()
        self.gestures = Gestures()
        self.preview: StrokePreview | None = None  # set by a window, which needs quick previews
        self.last_frame = max(run.frame, run.lasted)
        """The last frame ever played, in this film or where the drawing was recorded."""
        self._cached_transitions: tuple[tuple[int, int], tuple[Transition, ...]] = ((-1, -1), ())
        self._stroke_history: StrokeHistory | None = None
        self.is_partial = False
        """True while faded ink is left out of the canvas: it looks right, but is not bit-identical."""
        self._drawing: Future[object] | None = None
        self._new_canvas()
        self._has_ink = run.frame == 0

    # -- canvas ----------------------------------------------------------------------------------------------------

    def _take_exposure(self) -> None:
        """Apply the exposure measured so far. It is a start value, so undo cannot remove it."""
        assert self._exposure_meter is not None
        values, run = self.run.start_values, self.run
        values["exposure"] = self._exposure_meter.exposure
        if not any(event.name == "exposure" for event in run.history.past):
            run.values["exposure"] = values["exposure"]
        if self._exposure_meter.done:
            self._exposure_meter = None

    def _look(self) -> Look:
        look, values = self.run.scene.look, self.run.values
        return replace(look, style=values["style"], palette=values["palette"], glow=float(values["glow"]))

    def _required_canvas_key(self) -> CanvasKey:
        values = self.run.values
        return (self.size, values["view"], values["style"], values["palette"], values["glow"] > 0, self.frame_blend())

    def frame_blend(self) -> FrameBlend:
        """The blend of frames of reference at this frame."""
        return blend_at(self._transitions(), self.run.frame)

    def _transitions(self) -> tuple[Transition, ...]:
        # Later events count too: a transition may end, rather than begin, at the frame of its event.
        key = (len(self.run.history.changes), len(self.run.history.events))
        if self._cached_transitions[0] != key:
            events = [(event.frame, event.value) for event in self.run.history.events if event.name == "watch"]
            self._cached_transitions = (key, transitions(self.run.start_values["watch"], events))  # type: ignore[arg-type]
        return self._cached_transitions[1]

    @property
    def frame_pose(self) -> FramePose:
        """The frame of reference of the last picture, its velocities in the direction of the bodies' time."""
        clock = self.run.state.get("clock")
        now = self.transform.pose
        return now.with_time_reversed() if clock is not None and clock[1] < 0 else now

    @property
    def canvas(self) -> Canvas:
        """The canvas, after pending drawing in the background has finished."""
        self._wait_for_drawing()
        return self._canvas

    @property
    def transform(self) -> FrameTransform:
        """The transform to the frame of reference, at the end of the strokes drawn so far."""
        self._wait_for_drawing()
        return self._transform

    def _draw(self, strokes: Strokes) -> None:
        """Draw strokes on the canvas; batches of frames in the background, while the next ones are played."""
        canvas, transform = self.canvas, self.transform
        if strokes.frames > 1 and threads.count() > 1:
            self._drawing = threads.run_in_background(lambda: canvas.expose(transform.apply(strokes)))
        else:
            canvas.expose(transform.apply(strokes))

    def _wait_for_drawing(self) -> None:
        drawing, self._drawing = self._drawing, None
        if drawing is not None:
            drawing.result()

    def _new_canvas(self) -> None:
        self._wait_for_drawing()
        self._canvas = Canvas(self.size, self.run.view, self._look(), self.rows)
        self.canvas_key = self._required_canvas_key()
        blend = self.frame_blend()
        self._transform = transform_for(self.run, REST if blend.pure is None or blend.settled_at else blend.pure)
        self._has_ink, self.is_partial = True, False

    def stale(self) -> bool:
        """True when the canvas must be redrawn from the first frame to be bit-identical to that of playing."""
        return self.is_partial or not self._up_to_date()

    def _up_to_date(self) -> bool:
        return self._has_ink and self.canvas_key == self._required_canvas_key()

    def redraw(self, progress: Progress = never_cancel) -> None:
        """Redraw the canvas from the first frame to this one, with the present view, look and frame of reference.

        `progress` is called with the progress, from 0 to 1 and never decreasing; when it returns True, the redraw is
        cancelled.
        """
        self._drop_invalid_keyframes()
        rough = (self.canvas, self.canvas_key, self.transform) if self.is_partial and self._up_to_date() else None
        self._new_canvas()
        blend, player = self.frame_blend(), self.run.again()
        turned = self.run.frame if blend.pure is None else blend.settled_at
        if turned:
            self._has_ink = False
            whole = turned / max(1, self.run.frame)
            there = whole * collecting_fraction(self.run)
            found = self._strokes_up_to(blend.references, turned, sub_progress(progress, 0.0, there))
            if found is None:
                return
            past, player = found
            parts = blend.shares(past.angle)
            # Strokes in memory need no collecting, so drawing takes the whole progress range.
            transform = draw_history(
                past,
                self.run,
                self.canvas,
                parts,
                sub_progress(progress, 0.0 if past is self._stroke_history else there, whole),
            )
            if transform is None:
                return
            self._transform, self._has_ink = transform, True
            self._store_stroke_history(past if blend.pure is None else None)
        elif (kept := self.keeper.with_ink(self.canvas_key, self.run.frame)) is not None:
            player.restore(kept.run)
            self._restore_ink(kept)
        while player.frame < self.run.frame:
            if progress(player.frame / self.run.frame):
                self._has_ink = self.is_partial = rough is not None
                self._canvas, self.canvas_key, self._transform = rough or (self.canvas, self.canvas_key, self.transform)
                return
            strokes = self._advance_many(player, self.run.frame - 1, self.run.frame)
            if strokes is None:
                self._store_keyframe_if_due(player, self.run.frame)
                strokes = player.advance()
            self._draw(strokes)

    def _strokes_up_to(
        self, references: frozenset[Reference], frame: int, progress: Progress
    ) -> tuple[StrokeHistory, Run] | None:
        """All strokes up to a frame, from memory or by replay, and a run at that frame; None when cancelled."""
        past = self._stroke_history
        if past is not None and past.frames == frame == self.run.frame and past.is_tracking(references):
            return past, self.run
        return collect(self.run, references, frame, progress)

    # -- time ------------------------------------------------------------------------------------------------------

    def advance(self, target: int = FAR) -> None:
        """Play one frame and draw it; `target` is the frame of a seek back, near which keyframes are denser."""
        if self.keeper.enabled:
            self._store_keyframe_if_due(self.run, target)
        self._drop_invalid_keyframes()
        self._add(self.run.advance())

    def advance_towards(self, frame: int, back: bool = False) -> None:
        """Play towards a later frame: a batch of frames where possible, else one. With `back`, during a seek back, the
        last frames are played singly, so that keyframes can be stored near the target.
        """
        strokes = self._advance_many(self.run, frame - (keeper.KEYFRAME_EVERY if back else 1), frame)
        if strokes is None:
            self.advance(frame if back else FAR)
        else:
            self._add(strokes)

    def _add(self, strokes: Strokes, seen: Strokes | None = None) -> None:
        """Record the strokes that led to this frame and draw them, or `seen`, their faded version, on the canvas."""
        self.last_frame = max(self.last_frame, self.run.frame)
        if self._exposure_meter is not None and self._exposure_meter.add(self.run.frame, strokes):
            self._take_exposure()
        if self.preview is not None:
            self.preview.add(self.run.frame, strokes)
        if self._stroke_history is not None and self._stroke_history.frames == self.run.frame - 1:
            self._stroke_history.add(strokes)
        else:
            self._stroke_history = None
        # A canvas that is already out of date is redrawn whole when a picture is requested.
        if self._up_to_date():
            self._draw(seen or strokes)
        elif self._stroke_history is not None and self.frame_blend().pure is not None:
            self.redraw()  # the transition is over: redraw once more from the stroke history
        else:
            self._has_ink = False

    def picture(self, out: NDArray[np.uint32] | None = None) -> Picture:
        """The picture of the canvas, redrawn if stale, with the scene's landmarks and panels on it."""
        if self.stale():
            self.redraw()
        return self._develop(out)

    def current_picture(self, out: NDArray[np.uint32] | None = None) -> Picture | None:
        """The picture of the canvas as it is, perhaps without faded ink, for display only; None if out of date."""
        return self._develop(out) if self._up_to_date() else None

    def transition_picture(
        self,
        before: FrameBlend,
        share: float,
        out: NDArray[np.uint32] | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Picture | None:
        """The picture of this frame, `share` of the way from the blend of frames of reference `before` to its own; None
        when cancelled."""
        now = self.frame_blend()
        found = self._strokes_up_to(before.references | now.references, self.run.frame, lambda part: cancelled())
        if found is None:
            return None
        past = found[0]
        self._store_stroke_history(past)
        parts = transition_blend(before.shares(past.angle), now.chain[-1][0], share, past.angle_now)
        return self.picture_of(past, parts, out, cancelled)

    def recent_strokes(self, *attitudes: FrameBlend) -> RecentStrokes | None:
        """The last strokes, for a preview in these frames of reference; None where all strokes are in memory."""
        if self.preview is None or (self._stroke_history is not None and self._stroke_history.frames == self.run.frame):
            return None
        wanted = frozenset().union(*(one.references for one in attitudes))
        return self.preview.recent_strokes(self.run.frame, wanted, frame_origin(self.run))

    def picture_of(
        self,
        past: StrokeHistory,
        parts: tuple[Share, ...],
        out: NDArray[np.uint32] | None,
        cancelled: Callable[[], bool],
    ) -> Picture | None:
        """The picture of a stroke history in a blend of frames of reference; of an incomplete one, a preview.
        None when cancelled."""
        self._new_canvas()
        transform = draw_history(past, self.run, self.canvas, parts, lambda part: cancelled())
        self._has_ink, self._transform = False, transform or self.transform
        return None if transform is None else self._develop(out)

    def _develop(self, out: NDArray[np.uint32] | None) -> Picture:
        self.canvas.look = self._look()
        picture = develop(self.canvas, float(self.run.values["exposure"] or 1.0), out=out)
        if self.run.scene.landmarks is not None or self.run.motion.panels:
            overlay.paint(picture, self.run, self.transform.pose, self.size)
        return picture

    def seek(self, frame: int, cancelled: Callable[[], bool] = lambda: False) -> None:
        """Go to a frame, backwards or forwards: its picture is bit-identical to that of playing to it."""
        frame, back = max(0, int(frame)), frame < self.run.frame
        self._approach(frame)
        while self.run.frame < frame and not cancelled():
            self.advance_towards(frame, back)

    def _approach(self, frame: int) -> None:
        """Restore the last keyframe before a frame that lies back, or far ahead."""
        self._drop_invalid_keyframes()
        back = frame < self.run.frame
        if back or frame > self.run.frame + keeper.KEYFRAME_EVERY:
            self._go_near(max(0, frame), self.run.frame if not back else -1)

    def _go_near(self, frame: int, later_than: int = -1) -> None:
        """Restore the last keyframe no later than `frame`, if it is later than `later_than`; without one, when
        `later_than` is negative, restart."""
        best = self.keeper.before(frame)
        if best is not None and best.run.frame > later_than:
            self._restore(best)
        elif later_than < 0:
            self.run.restore(self.run.again().snapshot())
            self._new_canvas()

    def bookmark(self) -> Keyframe:
        """A keyframe of the present state, for another film of the same run that continues from here."""
        return Keyframe(self.run.snapshot(), self.canvas_key, self._ink(), 0)

    def separate_copy(self) -> Film | None:
        """A separate film of the same drawing, at the last keyframe up to this frame; None where there is none.

        For use when a thread that works on this film cannot be stopped.
        """
        last = self.keeper.before(self.run.frame)
        if last is None:
            return None
        film = copy.copy(self)
        film.run = self.run.apart(last.run)
        film.keeper = self.keeper.copy()
        film._exposure_meter = film._stroke_history = film._drawing = film.preview = None
        film._new_canvas()
        film._restore(last)
        return film

    def open_at(self, bookmark: Keyframe) -> None:
        """Restore the bookmark of another film of the same run at the same size."""
        self._restore(bookmark)

    def undo(self) -> Event | None:
        """Undo the last gesture at the same frame; the ink becomes that of a drawing without it. None if there is none.

        The events of one gesture, such as a slider drag or a spray of dust, are undone together.
        """
        history = self.run.history
        event = history.undo()
        while event is not None and history.last is not None and same_gesture(history.last, event):
            event = history.undo()
        return self._show_change(event)

    def redo(self) -> Event | None:
        """Redo the gesture that was undone last; None if there is none."""
        history = self.run.history
        first = event = history.redo()
        while event is not None and history.undone and same_gesture(event, history.undone[-1]):
            event = history.redo()
        return self._show_change(first, event)

    def branch(self) -> bool:
        """Switch to another continuation, at the same frame; False when there is none."""
        here = self.run.frame
        if not self.run.history.switch_branch():
            return False
        self._return_to(here)
        return True

    def _show_change(self, first: Event | None, last: Event | None = None) -> Event | None:
        if first is None:
            return None
        self._return_to(max(self.run.frame, (last or first).frame))
        return first

    def _return_to(self, frame: int) -> None:
        """Go to a frame whose history has changed."""
        self._drop_invalid_keyframes()
        self._go_near(frame)
        self.seek_for_display(frame)

    def seek_for_display(self, frame: int, cancelled: Callable[[], bool] = lambda: False) -> None:
        """Go to a frame for display: like `seek`, but ink that has faded by then is not drawn for now."""
        self._approach(frame)
        blend, begin = self.frame_blend(), first_visible_frame(self.run, frame)
        if begin - self.run.frame > LEAST_SKIPPED and blend.pure == REST and not blend.settled_at:
            self._has_ink, self._stroke_history = False, None
            while self.run.frame < begin and not cancelled():
                self.advance_towards(begin)
            self._new_canvas()
            self.is_partial = True
            while self.run.frame < frame and not cancelled():
                strokes = self._advance_many(self.run, frame - 1, frame) or self.run.advance()
                self._add(strokes, fade_strokes(strokes, frame - self.run.frame))
            if self.run.frame < frame:  # cancelled: visible ink is missing, so this canvas is not shown
                self._has_ink = self.is_partial = False
        self.seek(frame, cancelled)

    def forget(self) -> None:
        """Drop all keyframes and the stroke history."""
        self.keeper.clear()
        self._stroke_history = None

    def release(self) -> None:
        """Release the canvas, keyframes and stroke history of a film that may not be shown again. Events stay;
        the next picture is redrawn from the first frame, at the size set by then."""
        self.forget()
        self.size, self.preview = (1, 1), None
        self._new_canvas()
        self._has_ink = False

    def resize(self, size: tuple[int, int]) -> None:
        """Change the size of the pictures from the next one on."""
        self.size = size

    def _restore(self, kept: Keyframe) -> None:
        self.run.restore(kept.run)
        self.is_partial = False
        if kept.ink is not None and kept.canvas_key == self._required_canvas_key():
            if self.canvas_key != kept.canvas_key:
                self._new_canvas()
            self._restore_ink(kept)
        else:
            self._has_ink = False

    def _ink(self) -> Any:
        """Copy the ink and the transform, for `_restore_ink`; None where the canvas is stale."""
        return None if self.stale() else (self.canvas.save(), self.transform.copy())

    def _restore_ink(self, kept: Keyframe) -> None:
        """Restore the ink and transform of a keyframe onto a canvas of the same kind."""
        ink, transform = kept.ink
        self.canvas.restore(ink)
        self._transform, self._has_ink = transform.copy(), True

    def _advance_many(self, run: Run, stop: int, target: int) -> Strokes | None:
        """Play a batch of frames, up to `stop`, on the way to `target`; None if frames must be played singly."""
        for transition in self._transitions():  # during a transition every frame has its own transform
            if transition.end > run.frame:
                stop = min(stop, transition.begin)
        if stop - run.frame < 2:
            return None
        every = self.keeper.interval(run, target)
        if self.keeper.enabled and run.frame % every == 0:
            self._store_keyframe(run, self.keeper.keyframes)
        # The frame before a keyframe is played singly: only single frames have marks.
        frames = min(stop - run.frame, every - run.frame % every - 1)
        return run.leap(frames) if frames > 1 else None

    def _store_keyframe_if_due(self, run: Run, target: int) -> None:
        where = self.keeper.place(run.frame, target)
        if where is not None:
            self._store_keyframe(run, where)

    def _store_stroke_history(self, past: StrokeHistory | None) -> None:
        """Store the stroke history of a transition, in place of the least useful keyframes."""
        self._stroke_history = past
        self.keeper.thin(self._keyframe_room())

    def _keyframe_room(self) -> int:
        return self.keeper.room(self.run, 0 if self._stroke_history is None else self._stroke_history.nbytes)

    def _store_keyframe(self, run: Run, where: Keyframes) -> None:
        """Store a keyframe of this frame, unless there is one that is as good."""
        self._drop_invalid_keyframes()
        there, inked = where.before(run.frame), not self.stale()
        if there is not None and there.run.frame == run.frame:
            fits = there.ink is not None and there.canvas_key == self.canvas_key
            if fits or not inked:
                return
        size = sum(array.nbytes for array in run.state.values()) + (self.canvas.nbytes if inked else 0)
        keyframe = Keyframe(run.snapshot(), self.canvas_key, self._ink(), size)
        self.keeper.store(where, keyframe, self._keyframe_room())

    def _drop_invalid_keyframes(self) -> None:
        first = self.keeper.drop_invalid(self.run.history)
        if first is not None and self._stroke_history is not None and first < self._stroke_history.frames:
            self._stroke_history = None
