"""Drawings that an older version has saved open and replay to the same bits.

They were made before the modules were sorted into packages: random edits in eight scenes, a formula and a scene under
another law, 1300 frames each. A drawing has a hash of its whole state every 600 frames.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from orbitdraw.library.loading import replay
from orbitdraw.record.drawing import Drawing

OLD = sorted(Path(__file__).with_name("old").glob("*.orbit"))


def test_there_are_ten() -> None:
    assert len(OLD) == 10


@pytest.mark.parametrize("path", OLD, ids=lambda path: path.stem)
def test_an_old_drawing_replays_to_the_bit(path: Path) -> None:
    drawing = Drawing.load(path)
    run = replay(drawing)
    while run.frame < drawing.frames:
        run.advance()
    assert [frame for frame, _ in drawing.checks] == [600, 1200]
    assert (run.mismatch, run.void) == (None, 0)
    assert run.drawing().bytes() == path.read_bytes()
