"""The table of state keys in CONVENTIONS.md holds all that there are, with their shapes."""

from __future__ import annotations

import re
from pathlib import Path

from orbitdraw import Bodies, Run, Scene
from orbitdraw.library.loading import replay
from orbitdraw.record.drawing import Drawing

TESTS = Path(__file__).parent
ROWS = re.findall(
    r"^\| (`[a-z ]+`(?:, `[a-z ]+`)*) \| \(([^)]*)\)", (TESTS.parent / "CONVENTIONS.md").read_text(), re.M
)
SHAPES = {key: shape for keys, shape in ROWS for key in re.findall(r"`([a-z ]+)`", keys)}


def test_the_table_of_state_keys_is_whole() -> None:
    seen: dict[str, set[int]] = {}
    runs = [replay(Drawing.load(path)) for path in sorted((TESTS / "record" / "old").glob("*.orbit"))]
    runs.append(Run(Scene("star", bodies=Bodies(1.0, [[0, 0]], softening=0.1), edits=[("symmetry", (3, 0, 0, 0))])))
    for run in runs:
        for _ in range(300):
            for key, array in run.state.items():
                seen.setdefault(key, set()).add(array.ndim)
            run.advance()
    assert seen.keys() == SHAPES.keys()
    for key, dimensions in seen.items():
        assert dimensions == {len([part for part in SHAPES[key].split(",") if part.strip()])}, key
