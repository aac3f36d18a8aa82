"""A long run in little memory: a drawing that plays for minutes needs no more than its budgets."""

from __future__ import annotations

import os
import sys

import pytest
import waiting

from orbitdraw import InputError, Run, film, load

LONG = """
import numpy as np, sys
from orbitdraw import Bodies, Look, Newton, Run, Scene, View, film
frames = int(sys.argv[1])
angle = np.arange(19) * 2 * np.pi / 19
away = 1 + np.arange(19) / 12
ring = np.stack([away * np.cos(angle), away * np.sin(angle)], 1)
way = np.stack([-np.sin(angle), np.cos(angle)], 1) / np.sqrt(away)[:, None]
bodies = Bodies([1.0] + [1e-6] * 19, [[0, 0], *ring], [[0, 0], *way], softening=0.05)
run = Run(Scene("many", bodies=bodies, law=Newton(order=2), dt=0.01, look=Look(exposure=1.0), view=View(radius=3)))
one = film.Film(run, (320, 180))
sheet = np.empty((180, 320), np.uint32)

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096

early = 0
while run.frame < frames:
    one.advance()
    if run.frame % 10 == 0:
        one.picture(sheet)
    if run.frame == frames // 4:
        early = resident()
kept = sum(each.bytes for each in (*one.keyframes, *one.near))
print(kept, resident() - early)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads the resident memory from /proc")
def test_a_long_run_needs_its_budget_and_no_more() -> None:
    little = {**os.environ, "ORBITDRAW_MEMORY": "4"}
    command = [sys.executable, "-c", LONG, "12000"]
    made = waiting.run(command, env=little)
    assert made.returncode == 0, made.stderr
    kept, grown = map(int, made.stdout.split())
    assert 0 < kept <= 4 << 20
    # A quarter of the way the budget is full: what comes later takes the place of what goes. A frame that left 400
    # bytes behind would be seen.
    assert grown < 400 * 9000


def test_kept_states_count_all_their_ink() -> None:
    """Glow has a canvas of its own, which is kept too."""
    run = Run(load("galaxy_encounter"))
    assert run.values["glow"] > 0
    one = film.Film(run, (64, 36))
    one.advance()
    (kept,) = one.keyframes
    counts, _, _, halo = kept.ink[0]
    state = sum(array.nbytes for array in kept.run.state.values())
    assert kept.bytes == state + counts.nbytes + halo[0].nbytes


@pytest.mark.parametrize("asked", ["0", "-3", "much", "1.5", "9" * 30])
def test_a_budget_that_is_none_is_said(asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORBITDRAW_MEMORY", asked)
    with pytest.raises(InputError, match="ORBITDRAW_MEMORY needs whole MiB"):
        film.Film(Run(load("figure_eight")), (64, 36))
