"""Benchmark of a live frame at 1280 x 720: stepping, ink, picture, and its transfer to the window.

    python benchmarks/frame.py

Medians of 60 frames after 20, for dust and for bodies with trails; then strokes a second on one thread.
"""

from __future__ import annotations

import os
import statistics
import time

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ["PYGAME_HIDE_SUPPORT_PROMPT"] = "1"

import numpy as np
import pygame

from orbitdraw import Bodies, Dust, Look, Newton, Run, Scene, View, well
from orbitdraw.film.film import Film
from orbitdraw.ink.canvas import Canvas
from orbitdraw.ink.strokes import Strokes

SIZE = (1280, 720)


def crowd(count: int, style: str, glow: float = 0.0, reach: float = 2.2) -> Scene:
    rng = np.random.default_rng(1)
    radius, angle = rng.uniform(0.3, 2.0, count), rng.uniform(0, 2 * np.pi, count)
    speed = rng.uniform(0.6, 1.1, count) / np.sqrt(radius)
    pos = np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1)
    vel = np.stack([-speed * np.sin(angle), speed * np.cos(angle)], 1)
    places = [(np.cos(a), np.sin(a)) for a in (0.0, 2.1, 4.2)]
    ground = sum((well(at=at, mass=1 / 3) for at in places[1:]), well(at=places[0], mass=1 / 3))
    look = Look(style=style, half_life=0.2, exposure=0.3, glow=glow)
    return Scene("crowd", ground, Newton(), dust=Dust(pos, vel), dt=0.01, look=look, view=View(radius=reach))


def bodies(count: int) -> Scene:
    rng = np.random.default_rng(2)
    pos, vel = rng.normal(0, 0.8, (count, 2)), rng.normal(0, 0.4, (count, 2))
    look = Look(half_life=2.0, exposure=2.0)
    return Scene(
        "bodies", law=Newton(order=4), bodies=Bodies(0.02, pos, vel, softening=0.05), dt=0.005, steps=2, look=look
    )


def measure(name: str, scene: Scene) -> None:
    film = Film(Run(scene), SIZE)
    film.keeper.enabled = False
    screen = pygame.display.set_mode(SIZE)
    out = np.empty((SIZE[1], SIZE[0]), np.uint32)
    spent: dict[str, list[float]] = {"step": [], "ink": [], "picture": [], "upload": [], "whole": []}
    for frame in range(80):
        a = time.perf_counter()
        strokes = film.run.advance()
        b = time.perf_counter()
        film.canvas.expose(strokes)
        c = time.perf_counter()
        picture = film.picture(out=out)
        d = time.perf_counter()
        pygame.surfarray.pixels2d(screen)[...] = picture.pixels.T
        pygame.display.flip()
        e = time.perf_counter()
        if frame >= 20:
            for part, moment in zip(spent, (b - a, c - b, d - c, e - d, e - a), strict=True):
                spent[part].append(1e3 * moment)
    print(
        f"{name:32s}" + "  ".join(f"{part} {statistics.median(times):5.2f}" for part, times in spent.items()) + "  ms"
    )


def strokes() -> None:
    os.environ["ORBITDRAW_THREADS"] = "1"
    rng = np.random.default_rng(3)
    particles, nodes = 2000, 101
    angle = np.cumsum(rng.normal(0, 0.3, (nodes, particles)), axis=0)
    step = 3.0 / 320  # three pixels
    path = rng.uniform(-1, 1, (1, particles, 2)) + np.cumsum(
        step * np.stack([np.cos(angle), np.sin(angle)], -1), axis=0
    )
    still = np.full_like(path, np.nan)  # without velocities segments are straight, so they can be counted
    pens = ((1.0, "0.7 px"), (1 / 0.72, "1 px"), (2.0, "1.4 px, usual"), (4.0, "2.9 px"), (6.0, "4.3 px, mitred"))
    for width, name in pens:
        for style in ("density", "light"):
            canvas = Canvas(SIZE, View(radius=1.125), Look(style=style, glow=0.0))
            layer = Strokes(path, still, np.linspace(0, 1, particles), np.ones(particles), 0.1, width=width)
            times = []
            for _ in range(9):
                began = time.thread_time()
                canvas.expose(layer)
                times.append(time.thread_time() - began)
            rate = particles * (nodes - 1) / statistics.median(times[1:]) / 1e6
            print(f"strokes {name}, {style}: {rate:.1f} million segments a second on one thread")
    surface = pygame.Surface(SIZE)
    scaled = (path * 320 + (640, 360)).transpose(1, 0, 2)
    began = time.perf_counter()
    for line in scaled[:500]:
        pygame.draw.aalines(surface, "white", False, line)
    print(f"pygame.draw.aalines: {500 * (nodes - 1) / (time.perf_counter() - began) / 1e6:.1f}")


def main() -> None:
    pygame.display.init()
    for style in ("density", "light"):
        measure(f"1 000 000 dust, {style}", crowd(1_000_000, style))
    for style in ("density", "light"):
        measure(f"1 000 000, cut, glow, {style}", crowd(1_000_000, style, Look().glow, 1.2))
    measure("50 000 dust, light", crowd(50_000, "light"))
    measure("20 bodies with trails, light", bodies(20))
    strokes()


if __name__ == "__main__":
    main()
