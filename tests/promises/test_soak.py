"""Memory and open files of a day at the window, compressed; see soak.py."""

from __future__ import annotations

import json
import sys

import pytest
import waiting
from places import SUPPORT
from soak import Reading, bounds

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads the resident memory from /proc")
SOAK = SUPPORT / "soak.py"


def readings(*took: tuple[float, int]) -> list[Reading]:
    return [Reading(number, 0.0, mb, files, 5) for number, (mb, files) in enumerate(took)]


@pytest.mark.parametrize(
    ("took", "said"),
    [
        ([(300.0, 20)] * 8, []),
        ([(300.0, 20), *[(345.0, 39)] * 7], []),
        ([(300.0, 20), *[(352.0, 20)] * 7], ["52 MB more than in the first eighth"]),
        ([(300.0, 20), *[(300.0, 41)] * 7], ["21 files more than in the first eighth"]),
        ([(300.0, 20), (601.0, 20), *[(300.0, 20)] * 6], ["601 MB, more than 600"]),
    ],
)
def test_the_bounds_can_be_crossed(took: list[tuple[float, int]], said: list[str]) -> None:
    assert bounds(readings(*took)) == said


@LINUX
def test_some_scenes_leave_little_behind() -> None:
    made = waiting.run([sys.executable, SOAK, "400"])
    took = [Reading(**json.loads(line)) for line in made.stdout.splitlines() if '"mb"' in line]
    assert took and took[-1].events == 400, made.stderr
    assert not [one for one in bounds(took) if "eighth" not in one or "files" in one], made.stdout


@LINUX
@pytest.mark.soak
def test_a_day_leaves_little_behind() -> None:
    made = waiting.run([sys.executable, SOAK, "1000000"])
    assert made.returncode == 0, made.stdout[-2000:] + made.stderr
