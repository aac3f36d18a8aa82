"""Random input for a window, the same for the same seed."""

from __future__ import annotations

import random
import sys
import threading
import traceback
from collections import deque

import pygame
import waiting
from driving import button, drive, move, press, settle, wait, wheel

from orbitdraw import Run
from orbitdraw.app.scene_page import ScenePage
from orbitdraw.app.shell import keys
from orbitdraw.app.window import Window
from orbitdraw.library.loading import load

CHORDS = sorted({name for row in keys.KEYS for name in row.keys} - keys.GESTURES - {"Ctrl+Q"})
AWAY = ("W", "Backspace")
RARE = {"E", "S", "Ctrl+G", "Ctrl+E", "F11", "F5", "L", "R", "Shift+R", "Shift+C", "C", "Ctrl+F", *AWAY}
"""Keys that take the monkey away from its drawing, or begin something long."""

FORMULAS = ("x^2+y^2", "sin(3*x)*cos(y)", "a*x^2/2+y^2", "1/(x^2+y^2", "x^y^", "-1/sqrt(x^2+y^2+0.1)", "y", "")
WALKING = ("Tab", "Shift+Tab", "Left", "Right", "Up", "Down", "End", "Enter", "PageUp")
MOST_BODIES, MORE_DUST = 24, 4000


class Toy:
    """An exporter that takes a moment, plays a few frames of what it is given, and writes next to nothing."""

    def __call__(self, what, path, *, progress, **options):
        for done in range(5):
            what.advance()
            progress(done, 5)
        path.write_bytes(b"made")


class Monkey:
    """Random events, the same for the same seed, and what it did last."""

    sizes = ((320, 180), (320, 180), (200, 300), (64, 48), (420, 90), (330, 181))

    def __init__(self, window: Window, scene: str, seed: int) -> None:
        self.window, self.scene, self.rng = window, scene, random.Random(f"{scene} {seed}")
        self.last: deque[str] = deque(maxlen=40)
        self.pos = (160, 90)
        self.away = 0
        self.dust = len(Run(load(scene)).state.get("x", ())) + MORE_DUST

    def play(self, events: int) -> None:
        for number in range(events):
            self.post(number > 0.7 * events)
            self.window.run_once()
            self._mind(number)

    def post(self, stay: bool) -> None:
        rng = self.rng
        kind = rng.random()
        if kind < 0.35:
            self._move()
        elif kind < 0.60:
            self._post(button(rng.choice([1, 1, 1, 1, 2, 3]), self._place(), down=rng.random() < 0.5))
        elif kind < 0.66:
            self._post(wheel(rng.choice([-3, -1, -0.25, 0.5, 1, 2])))
        elif kind < 0.90:
            name = rng.choice(CHORDS)
            if name in RARE and (rng.random() > 0.06 or (stay and name in AWAY)):
                name = rng.choice(["N", "Shift+N", "Ctrl+Z", "Ctrl+Y", "Delete", "Space", "Esc", "Enter"])
            parts = press(name)
            # A key may be held and never come up.
            for part in parts if rng.random() < 0.9 else parts[:-1]:
                self._post(part)
        elif kind < 0.93:
            self._strange_key()
        elif kind < 0.95:
            self._post(pygame.event.Event(pygame.TEXTINPUT, text=rng.choice([*"xy0159+-*/^()., =", "ß", "е", "🐒"])))
        elif kind < 0.955:
            for sign in rng.choice(FORMULAS):
                self._post(pygame.event.Event(pygame.TEXTINPUT, text=sign))
        elif kind < 0.975:
            for part in press(rng.choice(WALKING)):
                self._post(part)
        elif kind < 0.99:
            sort = rng.choice(
                [
                    pygame.WINDOWFOCUSLOST,
                    pygame.WINDOWFOCUSGAINED,
                    pygame.WINDOWLEAVE,
                    pygame.WINDOWENTER,
                    pygame.WINDOWMINIMIZED,
                    pygame.WINDOWRESTORED,
                    pygame.WINDOWEXPOSED,
                ]
            )
            self._post(pygame.event.Event(sort))
        elif kind < 0.998:
            self._shift()
        else:
            self._resize()

    def _post(self, event: pygame.event.Event) -> None:
        self.last.append(str(event))
        if not pygame.event.post(event):
            self.window.run_once()

    def _place(self) -> tuple[int, int]:
        width, height = self.window.size
        if self.rng.random() < 0.5:
            return self.pos
        if self.rng.random() < 0.15:  # the time line
            return self.rng.randrange(width), height - self.rng.randrange(1, 12)
        return self.rng.randrange(-5, width + 5), self.rng.randrange(-5, height + 5)

    def _move(self) -> None:
        old, self.pos = self.pos, self._place()
        if self.rng.random() < 0.5:
            self.pos = (old[0] + self.rng.randrange(-9, 10), old[1] + self.rng.randrange(-9, 10))
        self._post(move(self.pos, (self.pos[0] - old[0], self.pos[1] - old[1])))

    def _shift(self) -> None:
        down = self.rng.random() < 0.5
        key = self.rng.choice([pygame.K_LSHIFT, pygame.K_RSHIFT, pygame.K_LCTRL])
        self._post(pygame.event.Event(pygame.KEYDOWN if down else pygame.KEYUP, key=key, mod=0, unicode="", scancode=0))

    def _strange_key(self) -> None:
        key = self.rng.choice([*range(32, 127), pygame.K_F2, pygame.K_KP5, pygame.K_PAUSE, 0x40000051, 0x44F])
        mods = [pygame.KMOD_ALT, pygame.KMOD_META, pygame.KMOD_CTRL | pygame.KMOD_SHIFT, pygame.KMOD_NUM]
        mod = self.rng.choice(mods)
        if mod & pygame.KMOD_CTRL and key in (pygame.K_q, ord("Q")):
            return
        for sort in (pygame.KEYDOWN, pygame.KEYUP):
            self._post(pygame.event.Event(sort, key=key, mod=mod, unicode="", scancode=0))

    def _resize(self) -> None:
        size = self.rng.choice(self.sizes)
        self.last.append(f"resize {size}")
        pygame.display.set_mode(size, pygame.RESIZABLE)
        self._post(pygame.event.Event(pygame.WINDOWSIZECHANGED, x=size[0], y=size[1]))

    def _mind(self, number: int) -> None:
        """What a person's patience and machine would limit: bodies, grains, and how far the worker lags behind."""
        window, rng = self.window, self.rng
        if not isinstance(window.page, ScenePage):
            self.away += 1
            if self.away > 40:
                self.away = 0
                window.show_scene(self.scene)
            return
        stage = window.page
        stage.tools.dust.brush_grains = min(stage.tools.dust.brush_grains, 5)
        stage.tools.dust.shape_grains = min(stage.tools.dust.shape_grains, 200)
        film = stage.session.film
        if number % 20 == 0 and film is not None:
            state = film.run.state
            if len(state.get("mass", ())) > MOST_BODIES or len(state.get("x", ())) > self.dust:
                for part in press(rng.choice(["Ctrl+Z", "Ctrl+Z", "Ctrl+Z", "R"])):
                    pygame.event.post(part)
        while len(window.worker._tasks) > 12:
            window.run_once()
            waiting.pause()

    def rest(self) -> ScenePage:
        """Let go of everything, pause, and wait until all that was asked is done."""
        window = self.window
        ups = [button(n, (5, 5), down=False) for n in (1, 2, 3)]
        held = [pygame.K_z, pygame.K_SPACE, pygame.K_LSHIFT, pygame.K_RSHIFT, pygame.K_LCTRL]
        ups += [pygame.event.Event(pygame.KEYUP, key=key, mod=0, unicode="", scancode=0) for key in held]
        drive(window, [*ups, "Esc", "Esc", "Esc", "Esc", "Esc", "Esc"])
        if not isinstance(window.page, ScenePage):
            window.show_scene(self.scene)
        stage = window.page
        assert isinstance(stage, ScenePage)
        self._until(lambda: stage.shot is not None)
        if stage.playback.playing:
            drive(window, ["Space"])
        for _ in range(4):
            self._until(lambda: stage.camera.is_settled and stage._resized_at is None and not window.exports)
            self._until(lambda: not window.worker._tasks and not stage.session.repaint)
            settle(window, 1)
        return stage

    def _until(self, so) -> None:
        try:
            wait(self.window, so)
        except AssertionError as error:
            names = {thread.ident: thread.name for thread in threading.enumerate()}
            for ident, frame in sys._current_frames().items():
                print(names.get(ident), *traceback.format_stack(frame), sep="\n")
            print(f"tasks: {list(self.window.worker._tasks)}, exports: {self.window.exports.queue}")
            raise AssertionError(f"it did not come to rest; {list(self.last)}") from error
