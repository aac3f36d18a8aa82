"""A star in a small window, and drags in its picture."""

from __future__ import annotations

import numpy as np
from driving import button, drive, move, settle, star, wait

from orbitdraw import Bodies

SIZE = (320, 180)

STAR = star(Bodies([1.0], [[0, 0]], softening=0.05))


def show_star(window):
    """The page of the star, with its first picture."""
    window.show_scene(STAR)
    wait(window, lambda: window.page.shot is not None and window.page.tools.world is not None)
    return window.page


def pixel(stage, x, y):
    return tuple(round(v) for v in stage.tools.world_to_pixels(np.array([[x, y]]))[0])


def drag(window, stage, start, end):
    a, b = pixel(stage, *start), pixel(stage, *end)
    drive(window, [move(a), button(1, a), move(b), button(1, b, down=False)])
    settle(window)


def pause(window, stage):
    if stage.playback.playing:
        drive(window, ["Space"])
    settle(window)
