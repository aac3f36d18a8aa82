"""Drawings that an older version has saved open and replay to the same bits.

They were made before the modules were sorted into packages: random edits in eight scenes, a formula and a scene under
another law, 1300 frames each. A drawing has a hash of its whole state every 600 frames.

NumPy's sine, cosine, logarithm and arc tangent differ in their last bit between processors with AVX-512, on which the
drawings were made, and without. Dust is placed by them, so drawings with dust have other hashes without AVX-512.
"""

from __future__ import annotations

import math
from pathlib import Path

import msgspec
import numpy as np
import pytest

from orbitdraw.library.loading import replay
from orbitdraw.record.drawing import Drawing

OLD = sorted(Path(__file__).with_name("old").glob("*.orbit"))

DUSTY = {"01_galaxy_encounter", "03_thermal_well", "04_two_wells", "09_formula"}


def _without_avx512() -> bool:
    """True where NumPy's sine is the C library's: its own, of AVX-512, differs from it in about one of ten numbers."""
    angles = np.random.default_rng(1).uniform(-5, 5, 10_000)
    return np.sin(angles).tolist() == [math.sin(angle) for angle in angles]


def test_there_are_ten() -> None:
    assert len(OLD) == 10


@pytest.mark.parametrize("path", OLD, ids=lambda path: path.stem)
def test_an_old_drawing_replays_to_the_bit(path: Path) -> None:
    drawing = Drawing.load(path)
    run = replay(drawing)
    while run.frame < drawing.frames:
        run.advance()
    assert [frame for frame, _ in drawing.checks] == [600, 1200]
    assert run.void == 0
    if path.stem in DUSTY and _without_avx512():
        assert msgspec.structs.replace(run.drawing(), checks=drawing.checks).bytes() == path.read_bytes()
        return
    assert run.mismatch is None
    assert run.drawing().bytes() == path.read_bytes()
