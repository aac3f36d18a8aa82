"""A long day at the window: scenes, drawings, formulas, landscapes and the wall, and what memory they leave behind.

    python tests/support/soak.py EVENTS [SEED]

plays that many random events, the same for the same seed, in 64 parts, and prints a line of JSON for each: resident
MB, open files and threads. At the end it says whether they stayed within the bounds.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

SIZE, LARGE = (640, 360), (1280, 720)
PARTS = 64
MOST_MB, MORE_MB, MORE_FILES = 600.0, 50.0, 20
"""Resident memory at any time, and what may come to it and to the open files after the first eighth of the events."""


@dataclass(frozen=True)
class Reading:
    """What the process takes after so many events."""

    events: int
    seconds: float
    mb: float
    files: int
    threads: int


def taken() -> tuple[float, int]:
    """Resident MB and open files of this process, as Linux tells them."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6, sum(1 for _ in Path("/proc/self/fd").iterdir())


def bounds(readings: list[Reading]) -> list[str]:
    """What went beyond the bounds, in words; nothing where all is well.

    The medians of parts are compared: a scene that plays takes more than the wall.
    """
    first = readings[: max(1, len(readings) // 8)]
    last = readings[-len(first) :]
    said = []
    most = max(each.mb for each in readings)
    if most > MOST_MB:
        said.append(f"{most:.0f} MB, more than {MOST_MB:.0f}")
    mb = median([each.mb for each in last]) - max(each.mb for each in first)
    if mb > MORE_MB:
        said.append(f"{mb:.0f} MB more than in the first eighth")
    files = max(each.files for each in last) - max(each.files for each in first)
    if files > MORE_FILES:
        said.append(f"{files} files more than in the first eighth")
    return said


def median(numbers: list[float]) -> float:
    """The middle one, or the upper of two."""
    return sorted(numbers)[len(numbers) // 2]


class Day:
    """Goes from scene to scene with a monkey at each, types formulas, drops landscapes, and comes back to the wall."""

    def __init__(self, folder: Path, seed: int) -> None:
        from monkey import Toy

        from orbitdraw.app.window import Window
        from orbitdraw.library.catalogue import catalogue

        self.rng = random.Random(seed)
        self.scenes = [entry.name for entry in catalogue()]
        self.window = Window(SIZE, ui_scale=1.0, folder=folder, exporter=Toy())
        self.grounds = [*landscapes(folder)]

    def play(self, events: int) -> Iterator[int]:
        """Play on; gives how many events there were, after each visit to a scene."""
        done = 0
        while done < events:
            count = min(self.rng.choice([60, 200, 200, 500]), events - done)
            self.visit(count)
            done += count
            yield done

    def visit(self, events: int) -> None:
        """A scene, the events there, what a person does now and then, and the wall."""
        import pygame
        from driving import drive, wait
        from monkey import Monkey

        rng, window = self.rng, self.window
        name = rng.choice(self.scenes)
        window.show_scene(name)
        monkey = Monkey(window, name, rng.randrange(1 << 30))
        monkey.sizes = (SIZE, SIZE, LARGE, (500, 700))
        stage = window.page
        wait(window, lambda: window.page is not stage or stage.shot is not None or stage.error_card.trouble is not None)
        deeds = [self._restart, self._formula, self._formula, self._landscape, self._theme, self._back_in_time]
        for _ in range(max(1, events // 100)):
            monkey.play(min(events, 100))
            rng.choice(deeds)()
        if rng.random() < 0.7:
            drive(window, ["Esc", "Esc", "Esc", "W"], turns=rng.randrange(5))
            pygame.event.clear()

    def _restart(self) -> None:
        from driving import button, drive

        for _ in range(3):
            drive(self.window, [button(1, (300, 150)), button(1, (320, 170), down=False), "R"], turns=3)

    def _formula(self) -> None:
        import pygame
        from driving import drive

        text = f"sin({self.rng.uniform(1, 9):.3f}*x)*cos(y) + {self.rng.uniform(0, 1):.2f}*x^2"
        drive(self.window, ["Ctrl+F", *(pygame.event.Event(pygame.TEXTINPUT, text=sign) for sign in text)], turns=5)
        drive(self.window, [self.rng.choice(["Enter", "Esc"])], turns=5)

    def _landscape(self) -> None:
        import pygame
        from driving import drive

        path = self.rng.choice(self.grounds)
        drive(self.window, [pygame.event.Event(pygame.DROPFILE, file=str(path))], turns=3)

    def _theme(self) -> None:
        from driving import drive

        drive(self.window, ["Shift+T"], turns=3)

    def _back_in_time(self) -> None:
        from driving import button, drive

        width, height = self.window.size
        place = (self.rng.randrange(1, width), height - 5)
        drive(self.window, ["]", button(1, place), button(1, place, down=False), "V"], turns=3)


def landscapes(folder: Path) -> Iterator[Path]:
    """Pictures to drop."""
    import numpy as np
    from PIL import Image

    rng = np.random.default_rng(1)
    for number, side in enumerate((64, 400, 1500)):
        path = folder / f"ground {number}.png"
        Image.fromarray(rng.integers(0, 255, (side, side + 9), dtype=np.uint8)).save(path)
        yield path


def soak(events: int, seed: int = 1) -> list[Reading]:
    """Play so many events, and say after each part what the process takes by then."""
    readings: list[Reading] = []
    began = time.monotonic()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.environ["ORBITDRAW_JOURNALS"] = f"{folder}/journals"
        day = Day(Path(folder), seed)
        for done in day.play(events):
            if done >= events * (len(readings) + 1) / PARTS:
                readings.append(Reading(done, time.monotonic() - began, *taken(), threading.active_count()))
                print(json.dumps(asdict(readings[-1])), flush=True)
        day.window.close()
    return readings


if __name__ == "__main__":
    os.environ["SDL_VIDEODRIVER"] = "dummy"
    over = bounds(soak(*map(int, sys.argv[1:])))
    print(json.dumps({"over": over}))
    sys.exit(bool(over))
