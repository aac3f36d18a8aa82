"""Scripted input through the window's real event loop, under a display that nobody sees."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from typing import Any

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import numpy as np
import pygame
import waiting

from orbitdraw import Bodies, Drawing, Look, Newton, Scene, View
from orbitdraw.app.session import deferred_edits
from orbitdraw.app.shell.keys import NAMED_KEYS
from orbitdraw.app.window import Window
from orbitdraw.film.film import Film
from orbitdraw.library.loading import replay

KEYS = {
    **NAMED_KEYS,
    "Left": pygame.K_LEFT,
    "Right": pygame.K_RIGHT,
    "Up": pygame.K_UP,
    "Down": pygame.K_DOWN,
    "Tab": pygame.K_TAB,
    "End": pygame.K_END,
    "PageUp": pygame.K_PAGEUP,
    "PageDown": pygame.K_PAGEDOWN,
    "Delete": pygame.K_DELETE,
}
MODS = {"Ctrl": pygame.KMOD_LCTRL, "Shift": pygame.KMOD_LSHIFT}


def star(bodies: Bodies) -> Scene:
    """A scene for hands: bodies on a dark ground, whose ink fades within a few time units."""
    look = Look(exposure=1.0, half_life=1.0)
    return Scene("star", law=Newton(order=4), bodies=bodies, dt=0.01, steps=2, look=look, view=View(radius=2.0))


def press(chord: str) -> list[pygame.event.Event]:
    """The events that a keyboard sends for one entry of the key table: "Shift+N", "[", "Esc"."""
    *mods, name = chord.split("+") if len(chord) > 1 else [chord]
    mod = 0
    for each in mods:
        mod |= MODS[each]
    if name in KEYS:
        key, sign = KEYS[name], " " if name == "Space" else ""
    elif name.isalpha():
        key, sign = ord(name.lower()), "" if "Ctrl" in mods else name if "Shift" in mods else name.lower()
    else:
        key, sign = ord(name), name
    down = pygame.event.Event(pygame.KEYDOWN, key=key, mod=mod, unicode=sign, scancode=0)
    typed = [pygame.event.Event(pygame.TEXTINPUT, text=sign)] if sign else []
    return [down, *typed, pygame.event.Event(pygame.KEYUP, key=key, mod=mod, unicode=sign, scancode=0)]


def wheel(turned: float) -> pygame.event.Event:
    """One turn of the wheel."""
    return pygame.event.Event(
        pygame.MOUSEWHEEL, x=0, y=round(turned), precise_x=0.0, precise_y=float(turned), flipped=False
    )


def move(pos: tuple[int, int], rel: tuple[int, int] = (0, 0)) -> pygame.event.Event:
    """The pointer is here now."""
    return pygame.event.Event(pygame.MOUSEMOTION, pos=pos, rel=rel, buttons=(0, 0, 0))


def button(number: int, pos: tuple[int, int], down: bool = True) -> pygame.event.Event:
    """A mouse button, pressed or let go."""
    return pygame.event.Event(pygame.MOUSEBUTTONDOWN if down else pygame.MOUSEBUTTONUP, button=number, pos=pos)


def drive(window: Window, events: Iterable[Any] = (), turns: int = 1) -> None:
    """Post the events (a string is a key, see `press`), one per turn of the loop, then let it turn on a little."""
    for event in events:
        for part in press(event) if isinstance(event, str) else [event]:
            pygame.event.post(part)
        window.run_once()
    for _ in range(turns):
        window.run_once()
        waiting.pause()


def wait(window: Window, happened: Callable[[], Any]) -> None:
    """Let the loop turn until something is so, for as long as something goes on."""

    def turn() -> None:
        window.run_once()
        waiting.pause()

    waiting.until(happened, turn)


def settle(window: Window, rounds: int = 3) -> None:
    """Let everything that was asked happen, and be heard of: so many times nothing was left to be done."""

    def left() -> bool:
        session = getattr(window.page, "session", None)
        return session is not None and bool(session.repaint or session.deferred_edits.pending or session.contours.busy)

    while rounds:
        compiled = threading.Event()  # what it takes, on a machine that has not compiled it yet
        deferred_edits._compile_executor.submit(compiled.set)
        wait(window, compiled.is_set)
        wait(window, lambda: not window.worker._tasks and not left())
        found: list[bool] = []
        # Paper that was being drawn again makes way for this, too, and is drawn after it.
        window.worker.submit(lambda found=found: found.append(left()))
        wait(window, lambda found=found: found)
        window.run_once()
        rounds -= not found[0]


def run_of(stage: Any) -> Any:
    """The run that is shown."""
    return stage.session.film.run


def assert_replays(stage: Any) -> None:
    """What is shown is, byte for byte, what the saved drawing gives."""
    run = run_of(stage)
    drawing = Drawing.of_bytes(run.drawing().bytes())
    film = Film(replay(drawing, scene=run.scene), stage.session.size)
    film.seek(drawing.frames)
    assert film.run.hash() == run.hash()
    shown = pygame.surfarray.array2d(stage.picture.surface).T.astype(np.uint32)
    np.testing.assert_array_equal(film.picture().pixels, shown)
