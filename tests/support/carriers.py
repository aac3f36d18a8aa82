"""Files of every format that carry a drawing."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace

import numpy as np

from orbitdraw.exporters.gif import write_gif
from orbitdraw.exporters.png import write_png
from orbitdraw.exporters.spec import Spec
from orbitdraw.exporters.video import write_mp4, write_webm

WRITERS = {".png": write_png, ".gif": write_gif, ".mp4": write_mp4, ".webm": write_webm}


def written(path, drawing, frames=2):
    pictures = [
        SimpleNamespace(pixels=np.full((20, 30), 40 * i, np.uint32), levels=None, palette=None) for i in range(frames)
    ]
    if path.suffix == ".png":
        pictures = pictures[:1]
    WRITERS[path.suffix](iter(pictures), path, Spec((30, 20), len(pictures), Fraction(25), lambda: drawing))
    return path
