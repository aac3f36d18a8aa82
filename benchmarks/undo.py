"""Benchmark of replay, and so of undo: ten minutes of twenty bodies at 1280 x 720, for several kinds of drawings.

    python benchmarks/undo.py [--minutes 10] [KIND ...]

For each kind of drawing, processor time of both threads together, which other load affects little: microseconds a
frame, frame by frame and in chunks, in turns; then the seconds of an undo, of an edit in the middle and of one five
seconds after the start.
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import Any

import numpy as np

from orbitdraw import Bodies, Dust, Look, Newton, Run, Scene, View
from orbitdraw.film.film import Film

SIZE, PROBE, TURNS = (1280, 720), 600, 3


def ring(n: int) -> Bodies:
    """A star, and bodies that orbit it."""
    far, angle = np.linspace(0.4, 1.8, n - 1), 2.4 * np.arange(n - 1)
    pos = np.stack([far * np.cos(angle), far * np.sin(angle)], 1)
    vel = np.stack([-np.sin(angle), np.cos(angle)], 1) / np.sqrt(far)[:, None]
    return Bodies([1.0] + [1e-4] * (n - 1), np.vstack([[0, 0], pos]), np.vstack([[0, 0], vel]), softening=0.03)


def cloud(n: int) -> Dust:
    rng = np.random.default_rng(1)
    far, angle = rng.uniform(0.4, 1.8, n), rng.uniform(0, 2 * np.pi, n)
    speed = 1 / np.sqrt(far)
    return Dust(
        np.stack([far * np.cos(angle), far * np.sin(angle)], 1),
        np.stack([-speed * np.sin(angle), speed * np.cos(angle)], 1),
    )


KINDS: dict[str, dict[str, Any]] = {
    "plain": {},
    "symmetry": {"n": 4, "edits": [("symmetry", (6, 0, 0, 0))]},
    "mirrors": {"n": 4, "edits": [("symmetry", (6, 1, 0, 0))]},
    "pins": {"edits": [("pin", (0, 1)), ("pin", (7, 1))]},
    "dust": {"dust": cloud(300)},
    "fields": {"edits": [("plant", (1, 0.3, 0.2, 0.5, 0.2, 0.02, 0.3))]},
    "formula": {"potential": "x^2/20"},
    "calligraphic": {"look": {"brush": "calligraphic"}},
    "dashed": {"look": {"brush": "dashed"}},
    "dots": {"look": {"brush": "dots"}},
    "pens": {"edits": [("pen", (3, 0.5, 2.0, 1)), ("pen", (5, -1, 0.5, -1))]},
    "speed": {"look": {"color": "speed"}},
    "energy": {"look": {"color": "energy"}},
    "age": {"look": {"color": "age"}},
    "links": {"edits": [("link", (4, 1, 2)), ("link", (6, 3, 9))]},
    "fading": {"look": {"half_life": 2.0}},
    "watched": {"values": {"watch": (1, 3)}},
}


def run_of(kind: str) -> Run:
    given = dict(KINDS[kind])
    look = Look(**{"half_life": None, "exposure": 1.0, **given.pop("look", {})})
    n, values = given.pop("n", 20), given.pop("values", {})
    scene = Scene(kind, law=Newton(), bodies=ring(n), dt=0.01, steps=2, look=look, view=View(radius=2.0), **given)
    return Run(scene, **values)


def a_frame(kind: str, leaps: bool) -> float:
    """Microseconds per frame of replay."""
    film = Film(run_of(kind), SIZE)
    film.seek(30)
    began = time.process_time()
    if leaps:
        film.seek(PROBE)
    else:
        for _ in range(PROBE - 30):
            film.advance()
    return (time.process_time() - began) / (PROBE - 30) * 1e6


def undone(kind: str, frame: int, frames: int) -> float:
    """Seconds of an undo at frame `frames`, until the new picture."""
    film = Film(run_of(kind), SIZE)
    film.seek(frame)
    film.run.apply("push", (2, 0.1, 0.5))
    film.seek(frames)
    began = time.process_time()
    film.undo()
    _ = film.current_picture() if film.is_partial else film.picture()
    return time.process_time() - began


def main() -> None:
    words = sys.argv[1:]
    minutes = float(words.pop(words.index("--minutes") + 1)) if "--minutes" in words else 10.0
    kinds = [word for word in words if word != "--minutes"] or list(KINDS)
    frames = round(minutes * 3600)
    print(
        f"{'':14}{'us a frame':>22}{'undo, s':>20}\n{'':14}{'one by one':>11}{'again':>11}{'middle':>10}{'start':>10}"
    )
    for kind in kinds:
        a_frame(kind, True)  # compiled and warm
        times = [[a_frame(kind, leaps) for leaps in (False, True)] for _ in range(TURNS)]
        one, again = (statistics.median(column) for column in zip(*times, strict=True))
        print(f"{kind:14}{one:11.0f}{again:11.0f}", end="", flush=True)
        if minutes:
            middle, start = undone(kind, frames // 2, frames), undone(kind, 300, frames)
            print(f"{middle:10.2f}{start:10.2f}", end="")
        print(flush=True)


if __name__ == "__main__":
    main()
