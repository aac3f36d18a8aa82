"""The one path to pixels: a run, the paper it draws on, and the picture that results."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw.edits.symmetry import images_of
from orbitdraw.film import overlay
from orbitdraw.film import required_kernels as needs
from orbitdraw.film.exposure import Metering
from orbitdraw.film.fading import aged, unseen
from orbitdraw.film.keyframes import Keyframe, Keyframes, Paper, budget
from orbitdraw.film.reference_replay import eye_of, gather, gathering, home_of, lay
from orbitdraw.film.stroke_history import Heard, Past, between, unheard
from orbitdraw.film.stroke_preview import Glimpse, Recent
from orbitdraw.ink.canvas import Canvas
from orbitdraw.ink.look import Look
from orbitdraw.ink.strokes import Strokes
from orbitdraw.ink.tone import Picture, develop
from orbitdraw.record.drawing import Event
from orbitdraw.reference_frames.reference import (
    REST,
    Attitude,
    Part,
    Reference,
    Standpoint,
    Turn,
    attitude,
    turning,
    turns,
)
from orbitdraw.reference_frames.transform import Eye
from orbitdraw.runtime import threads
from orbitdraw.simulation.gestures import Gestures, one
from orbitdraw.simulation.run import Run

KEYFRAME_EVERY = 60
"""Frames between kept states. Stepping back replays at most this many."""

NEAR_EVERY = 8
"""Frames between the states that are kept on the way to a frame somebody went back to: the next step back is near."""

FEW, SOME = 64, 4000
"""Particles of which any number of frames is played again in no time; and of which about a hundred frames are, in the
time of a few copies of the paper."""

GRAIN = 200
"""Bytes that each particle and each of its images takes while a frame is drawn."""

FAR = 1 << 62

A_MOMENT = 0.5
"""Seconds for which a window waits for the exposure of particles; that of a million is found while they play."""

WORTH_LEAVING_OUT = 300
"""Frames of ink that has faded, from which on it is left out for the moment."""


class Film:
    """A run and its paper at one size. The window and every exporter use this and nothing else.

    `advance()` plays a frame onto the paper, `picture()` develops it. When something changes that the ink already on
    the paper would have to know (the view, the size, the kind of look, the palette), the paper is drawn again from the
    first frame, so that a picture depends on the drawing alone and never on how one came to look at it.
    """

    def __init__(
        self, run: Run, size: tuple[int, int], rows: tuple[int, int] | None = None, *, at_once: bool = False
    ) -> None:
        """`at_once`: have a first picture at once, and find the exposure of a scene that may be slow while it plays."""
        needs.make_ready(run)
        self.run = run
        self._metering: Metering | None = None
        if run.values["exposure"] is None and run.frame == 0:
            self._metering = Metering(run)
            self._metering.play(math.inf if not at_once else A_MOMENT if run.scene.motion is None else 0.0)
            self._take_exposure()
        self.size = size
        self.rows = rows
        self.keeps = True  # False keeps no states, for a film that nobody steps back
        self.budget = budget()
        """Bytes for what is kept of the past: the strokes of a turn, at most three quarters, and in what they leave,
        states of run and paper, which become sparser the farther back they lie."""
        self.keyframes = Keyframes()
        self.near = Keyframes()
        self.gestures = Gestures()
        self.glimpse: Glimpse | None = None  # where somebody looks on
        self.reach = max(run.frame, run.lasted)
        """The last frame that was ever played to, here or where the drawing was made."""
        self._edits_seen = len(run.edits)
        self._turns: tuple[tuple[int, int], tuple[Turn, ...]] = ((-1, -1), ())
        self._past: Past | None = None
        self.part = False
        """True while the paper bears only the last ink: what is older has faded from sight, but not to the bit."""
        self._laying: Future[object] | None = None
        self._start_paper()
        self._inked = run.frame == 0

    # -- paper -----------------------------------------------------------------------------------------------------

    def _take_exposure(self) -> None:
        """Have the exposure that was measured so far. It is a start value, which nobody can undo into darkness."""
        assert self._metering is not None
        values, run = self.run.start_values, self.run
        values["exposure"] = self._metering.exposure
        if not any(event.name == "exposure" for event in run.history[: run.done]):
            run.values["exposure"] = values["exposure"]
        if self._metering.done:
            self._metering = None

    def _look(self) -> Look:
        look, values = self.run.scene.look, self.run.values
        return replace(look, style=values["style"], palette=values["palette"], glow=float(values["glow"]))

    def _paper_needed(self) -> Paper:
        values = self.run.values
        return (self.size, values["view"], values["style"], values["palette"], values["glow"] > 0, self.attitude())

    def attitude(self) -> Attitude:
        """How the picture of this frame is watched."""
        return attitude(self._every_turn(), self.run.frame)

    def _every_turn(self) -> tuple[Turn, ...]:
        # Every event counts, later ones too: a turn may end where the frame of reference was chosen.
        key = (len(self.run.edits), len(self.run.history))
        if self._turns[0] != key:
            events = [(event.frame, event.value) for event in self.run.history if event.name == "watch"]
            self._turns = (key, turns(self.run.start_values["watch"], events))  # type: ignore[arg-type]
        return self._turns[1]

    @property
    def standpoint(self) -> Standpoint:
        """The frame of reference of the picture that was made last, with velocities as bodies have them."""
        clock = self.run.state.get("clock")
        now = self.eye.standpoint
        return now.backwards() if clock is not None and clock[1] < 0 else now

    @property
    def canvas(self) -> Canvas:
        """The paper, with all ink that is on its way to it."""
        self._dry()
        return self._canvas

    @property
    def eye(self) -> Eye:
        """What watches, at the end of all that was drawn."""
        self._dry()
        return self._eye

    def _lay(self, strokes: Strokes) -> None:
        """Strokes onto the paper; those of many frames while the next ones are played."""
        canvas, eye = self.canvas, self.eye
        if strokes.frames > 1 and threads.count() > 1:
            self._laying = threads.beside(lambda: canvas.expose(eye.see(strokes)))
        else:
            canvas.expose(eye.see(strokes))

    def _dry(self) -> None:
        laying, self._laying = self._laying, None
        if laying is not None:
            laying.result()

    def _start_paper(self) -> None:
        self._dry()
        self._canvas = Canvas(self.size, self.run.view, self._look(), self.rows)
        self.paper = self._paper_needed()
        watched = self.attitude()
        self._eye = eye_of(self.run, REST if watched.pure is None or watched.since else watched.pure)
        self._inked, self.part = True, False

    def stale(self) -> bool:
        """True when the paper must be drawn again from the first frame before it is what playing gives, to the bit."""
        return self.part or not self._up_to_date()

    def _up_to_date(self) -> bool:
        return self._inked and self.paper == self._paper_needed()

    def redraw(self, heard: Heard = unheard) -> None:
        """Draw the paper again from the first frame to this one, as it is needed now.

        `heard` is told what part of the work is done, from 0 to 1 and never less than before; when it gives True,
        nothing is drawn after all.
        """
        self._drop_void_keyframes()
        rough = (self.canvas, self.paper, self.eye) if self.part and self._up_to_date() else None
        self._start_paper()
        watched, player = self.attitude(), self.run.again()
        turned = self.run.frame if watched.pure is None else watched.since
        if turned:
            self._inked = False
            whole = turned / max(1, self.run.frame)
            there = whole * gathering(self.run)
            found = self._remembered(watched.references, turned, between(heard, 0.0, there))
            if found is None:
                return
            past, player = found
            parts = watched.parts(past.angle)
            # What is in memory need not be gathered.
            eye = lay(past, self.run, self.canvas, parts, between(heard, 0.0 if past is self._past else there, whole))
            if eye is None:
                return
            self._eye, self._inked = eye, True
            self._remember(past if watched.pure is None else None)
        elif (kept := self._kept_ink()) is not None:
            player.restore(kept.run)
            self._take(kept)
        while player.frame < self.run.frame:
            if heard(player.frame / self.run.frame):
                self._inked = self.part = rough is not None
                self._canvas, self.paper, self._eye = rough or (self.canvas, self.paper, self.eye)
                return
            strokes = self._leap(player, self.run.frame - 1, self.run.frame)
            if strokes is None:
                self._keep_on_the_way(player, self.run.frame)
                strokes = player.advance()
            self._lay(strokes)

    def _remembered(self, references: frozenset[Reference], frame: int, heard: Heard) -> tuple[Past, Run] | None:
        """All strokes up to a frame, from memory where they are there, and a run that stands at that frame."""
        past = self._past
        if past is not None and past.frames == frame == self.run.frame and past.knows(references):
            return past, self.run
        return gather(self.run, references, frame, heard)

    # -- time ------------------------------------------------------------------------------------------------------

    def advance(self, target: int = FAR) -> None:
        """Play one frame onto the paper, on the way back to the frame `target` if there is one."""
        if self.keeps:
            self._keep_on_the_way(self.run, target)
        self._drop_void_keyframes()
        self._put(self.run.advance())

    def onward(self, frame: int, back: bool = False) -> None:
        """Play towards a later frame: many frames in one go where that can be, else one. `back`: on the way back to it,
        near whose end each frame is a step of its own, for states are kept there for the next.
        """
        strokes = self._leap(self.run, frame - (KEYFRAME_EVERY if back else 1), frame)
        if strokes is None:
            self.advance(frame if back else FAR)
        else:
            self._put(strokes)

    def _put(self, strokes: Strokes, seen: Strokes | None = None) -> None:
        """The strokes that led here onto the paper, or what will be `seen` of them."""
        self.reach = max(self.reach, self.run.frame)
        if self._metering is not None and self._metering.see(self.run.frame, strokes):
            self._take_exposure()
        if self.glimpse is not None:
            self.glimpse.add(self.run.frame, strokes)
        if self._past is not None and self._past.frames == self.run.frame - 1:
            self._past.add(strokes)
        else:
            self._past = None
        # Paper that is already out of date will be drawn again whole when somebody asks for the picture.
        if self._up_to_date():
            self._lay(seen or strokes)
        elif self._past is not None and self.attitude().pure is not None:
            self.redraw()  # the turn is over: what was remembered for it is drawn for the last time
        else:
            self._inked = False

    def picture(self, out: NDArray[np.uint32] | None = None) -> Picture:
        """The paper as pixels, with the scene's panels on it."""
        if self.stale():
            self.redraw()
        return self._developed(out)

    def rough(self, out: NDArray[np.uint32] | None = None) -> Picture | None:
        """The paper as it is, for the eye and for the moment; None where it is out of date."""
        return self._developed(out) if self._up_to_date() else None

    def between(
        self,
        before: Attitude,
        share: float,
        out: NDArray[np.uint32] | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Picture | None:
        """This frame, `share` of the way from how it was watched `before`; None when it was cancelled."""
        now = self.attitude()
        found = self._remembered(before.references | now.references, self.run.frame, lambda part: cancelled())
        if found is None:
            return None
        past = found[0]
        self._remember(past)
        parts = turning(before.parts(past.angle), now.chain[-1][0], share, past.angle_now)
        return self.made_of(past, parts, out, cancelled)

    def recent(self, *attitudes: Attitude) -> Recent | None:
        """The last strokes, for a glimpse of this frame watched like this; None where all of them are at hand."""
        if self.glimpse is None or (self._past is not None and self._past.frames == self.run.frame):
            return None
        wanted = frozenset().union(*(one.references for one in attitudes))
        return self.glimpse.past(self.run.frame, wanted, home_of(self.run))

    def made_of(
        self, past: Past, parts: tuple[Part, ...], out: NDArray[np.uint32] | None, cancelled: Callable[[], bool]
    ) -> Picture | None:
        """The picture of these strokes watched like this; with fewer than all, it is for the eye and for the moment."""
        self._start_paper()
        eye = lay(past, self.run, self.canvas, parts, lambda part: cancelled())
        self._inked, self._eye = False, eye or self.eye
        return None if eye is None else self._developed(out)

    def _developed(self, out: NDArray[np.uint32] | None) -> Picture:
        self.canvas.look = self._look()
        picture = develop(self.canvas, float(self.run.values["exposure"] or 1.0), out=out)
        if self.run.scene.landmarks is not None or self.run.motion.panels:
            overlay.paint(picture, self.run, self.eye.standpoint, self.size)
        return picture

    def seek(self, frame: int, cancelled: Callable[[], bool] = lambda: False) -> None:
        """Go to a frame, back or on: the picture is the one that playing to it gives, to the bit."""
        frame, back = max(0, int(frame)), frame < self.run.frame
        self._approach(frame)
        while self.run.frame < frame and not cancelled():
            self.onward(frame, back)

    def _approach(self, frame: int) -> None:
        """To the last kept state on the way to a frame that lies back, or far ahead."""
        self._drop_void_keyframes()
        back = frame < self.run.frame
        if back or frame > self.run.frame + KEYFRAME_EVERY:
            self._go_near(max(0, frame), self.run.frame if not back else -1)

    def _go_near(self, frame: int, later_than: int = -1) -> None:
        """To the last kept state that is no later than `frame`, or the start; none is as good as `later_than`."""
        found = [kept for kept in (self.keyframes.before(frame), self.near.before(frame)) if kept is not None]
        best = max(found, key=lambda kept: kept.run.frame, default=None)
        if best is not None and best.run.frame > later_than:
            self._go_to(best)
        elif later_than < 0:
            self.run.restore(self.run.again().snapshot())
            self._start_paper()

    def bookmark(self) -> Keyframe:
        """Run and paper as they are, for another film of the same run that is to go on from here."""
        return Keyframe(self.run.snapshot(), self.paper, self._ink(), 0)

    def apart(self) -> Film | None:
        """The same drawing in a film of its own, at the last state that was kept on the way here; None where none was.

        For the case that a thread is at work on this one and cannot be ended.
        """
        kept = [one for one in (*self.keyframes, *self.near) if one.run.frame <= self.run.frame]
        if not kept:
            return None
        last = max(kept, key=lambda one: one.run.frame)
        film = copy.copy(self)
        film.run = self.run.apart(last.run)
        film.keyframes, film.near = Keyframes(self.keyframes), Keyframes(self.near)
        film._metering = film._past = film._laying = film.glimpse = None
        film._start_paper()
        film._go_to(last)
        return film

    def open_at(self, bookmark: Keyframe) -> None:
        """Go to where another film of the same run, at the same size, was."""
        self._go_to(bookmark)

    def undo(self) -> Event | None:
        """Take back the last thing that was done; the frame stays, and the ink is that of a world where it never was.

        A slider that was dragged and dust that was sprayed are taken back stroke by stroke, not frame by frame.
        """
        event = self.run.take_back()
        while event is not None and self.run.done and one(self.run.history[self.run.done - 1], event):
            event = self.run.take_back()
        return self._relive(event)

    def redo(self) -> Event | None:
        """Do again what was taken back last."""
        first = event = self.run.put_back()
        while event is not None and self.run.undone and one(event, self.run.undone[-1]):
            event = self.run.put_back()
        return self._relive(first, event)

    def branch(self) -> bool:
        """Change over to another future that was left; the frame stays. False when there is none."""
        here = self.run.frame
        if not self.run.branch():
            return False
        self._return_to(here)
        return True

    def _relive(self, first: Event | None, last: Event | None = None) -> Event | None:
        if first is None:
            return None
        self._return_to(max(self.run.frame, (last or first).frame))
        return first

    def _return_to(self, frame: int) -> None:
        """To a frame that lies on another way by now."""
        self._drop_void_keyframes()
        self._go_near(frame)
        self.hasten(frame)

    def hasten(self, frame: int, cancelled: Callable[[], bool] = lambda: False) -> None:
        """Go to a frame, for the eye: as `seek`, but where ink fades, that of long ago is left out for the moment."""
        self._approach(frame)
        watched, begin = self.attitude(), unseen(self.run, frame)
        if begin - self.run.frame > WORTH_LEAVING_OUT and watched.pure == REST and not watched.since:
            self._inked, self._past = False, None
            while self.run.frame < begin and not cancelled():
                self.onward(begin)
            self._start_paper()
            self.part = True
            while self.run.frame < frame and not cancelled():
                strokes = self._leap(self.run, frame - 1, frame) or self.run.advance()
                self._put(strokes, aged(strokes, frame - self.run.frame))
            if self.run.frame < frame:  # a paper with less than can be seen is not shown
                self._inked = self.part = False
        self.seek(frame, cancelled)

    def forget(self) -> None:
        """Let go of the states and strokes that are kept of the past."""
        self.keyframes.clear()
        self.near.clear()
        self._past = None

    def fold(self) -> None:
        """Let go of the paper and of all that is kept of the past, for a film that may not be looked at again: what was
        done stays, and the next picture is drawn from the first frame, at the size it is then given."""
        self.forget()
        self.size, self.glimpse = (1, 1), None
        self._start_paper()
        self._inked = False

    def resize(self, size: tuple[int, int]) -> None:
        """The same drawing on paper of another size, from the next picture on."""
        self.size = size

    def _go_to(self, kept: Keyframe) -> None:
        self.run.restore(kept.run)
        self.part = False
        if kept.ink is not None and kept.paper == self._paper_needed():
            if self.paper != kept.paper:
                self._start_paper()
            self._take(kept)
        else:
            self._inked = False

    def _ink(self) -> Any:
        """A copy of the ink and of what watches it, for `_take`; None where the paper is out of date."""
        return None if self.stale() else (self.canvas.save(), self.eye.copy())

    def _take(self, kept: Keyframe) -> None:
        """Put kept ink on paper that is like its own."""
        ink, eye = kept.ink
        self.canvas.restore(ink)
        self._eye, self._inked = eye.copy(), True

    def _kept_ink(self) -> Keyframe | None:
        """The last kept state on the way here with the ink that the paper needs."""
        return max(
            (
                kept
                for kept in (*self.keyframes, *self.near)
                if kept.ink is not None and kept.paper == self.paper and kept.run.frame <= self.run.frame
            ),
            key=lambda kept: kept.run.frame,
            default=None,
        )

    def _leap(self, run: Run, stop: int, target: int) -> Strokes | None:
        """The strokes of many frames on the way to a frame, played in one go; None where they go one by one."""
        for turn in self._every_turn():  # amid a turn every frame is watched in another way
            if turn.end > run.frame:
                stop = min(stop, turn.begin)
        if stop - run.frame < 2:
            return None
        every = KEYFRAME_EVERY
        # Few come back from far in no time: states are kept the sparser the more of the way is left.
        particles = len(run.state.get("x", ()))
        most = FAR if particles <= FEW else SOME // particles
        every <<= max(0, min((target - run.frame) // KEYFRAME_EVERY, most).bit_length() - 1)
        if self.keeps and run.frame % every == 0:
            self._keep(run, self.keyframes, self._room * 3 // 4)
        # The frame before a kept state is a step of its own: only such a one leaves marks where the bodies are.
        frames = min(stop - run.frame, every - run.frame % every - 1)
        return run.leap(frames) if frames > 1 else None

    def _keep_on_the_way(self, run: Run, target: int) -> None:
        if run.frame % KEYFRAME_EVERY == 0:
            self._keep(run, self.keyframes, self._room * 3 // 4)
        elif run.frame % NEAR_EVERY == 0 and target - run.frame < KEYFRAME_EVERY:
            self._keep(run, self.near, self._room // 4)

    @property
    def _room(self) -> int:
        """Bytes for states, beside the strokes of a turn and those of a frame of many particles."""
        state = self.run.state
        seen = len(state["x"]) * images_of(state) if self.run.scene.motion is None else 0
        taken = (GRAIN * seen if seen > SOME else 0) + (0 if self._past is None else self._past.nbytes)
        return max(self.budget // 4, self.budget - taken)

    def _remember(self, past: Past | None) -> None:
        """Keep the strokes of a turn in memory, in place of states that are missed least."""
        self._past = past
        self.keyframes.fit(self._room * 3 // 4)
        self.near.fit(self._room // 4)

    def _keep(self, run: Run, where: Keyframes, budget: int) -> None:
        self._drop_void_keyframes()
        there, inked = where.before(run.frame), not self.stale()
        here = there is not None and there.run.frame == run.frame
        if there is not None and here and (not inked or (there.ink is not None and there.paper == self.paper)):
            return
        ink = self._ink()
        size = sum(array.nbytes for array in run.state.values()) + (self.canvas.nbytes if inked else 0)
        where.keep(Keyframe(run.snapshot(), self.paper, ink, size), budget)

    def _drop_void_keyframes(self) -> None:
        changed = self.run.edits[self._edits_seen :]
        self._edits_seen = len(self.run.edits)
        if changed:
            self.keyframes.forget(min(changed))
            self.near.forget(min(changed))
            if self._past is not None and min(changed) < self._past.frames:
                self._past = None
