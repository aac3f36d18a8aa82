"""Benchmark of the window: its start-up, and the time of an iteration of its loop.

    python benchmarks/window.py [SCENE ...]

Start-up is measured from the start of a fresh process; the median of five is printed, without the first run, which may
compile. Cold is the first start of an installation, with empty caches.
Without SDL_VIDEODRIVER or a display it uses SDL's dummy driver.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time

if not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")):
    os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ["PYGAME_HIDE_SUPPORT_PROMPT"] = "1"

MOMENTS = ("window", "drawn", "loaded", "first picture", "moving")
RUNS = 5
PATIENCE = 20.0


def cold(scene: str) -> dict[str, float]:
    """Start-up with empty caches: Python's bytecode is there, none of our code is compiled."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return start(scene, {"ORBITDRAW_CACHE": f"{folder}/ours", "NUMBA_CACHE_DIR": f"{folder}/numba"})


def start(scene: str, where: dict[str, str] | None = None) -> dict[str, float]:
    """Seconds from process start to each event."""
    began = time.time()
    process = subprocess.Popen(
        [sys.executable, "-c", "from orbitdraw.cli.commands import main; main()", "play", scene],
        env={**os.environ, **(where or {}), "ORBITDRAW_TRACE": repr(began)},
        stderr=subprocess.PIPE,
        text=True,
    )
    seen: dict[str, float] = {}
    # A failed scene keeps its window open, and this process would wait for ever.
    late = threading.Timer(PATIENCE, process.kill)
    late.start()
    assert process.stderr is not None
    for line in process.stderr:
        name, _, seconds = line.rpartition(": ")
        if name in MOMENTS:
            seen[name] = float(seconds.split()[0])
        if name == "moving":
            break
    late.cancel()
    process.terminate()
    process.communicate()
    return seen


def turns(scene: str, seconds: float = 3.0) -> tuple[list[float], list[float], float | None]:
    """Milliseconds of each iteration of the loop, playing and paused, and frames per second."""
    import pygame

    from orbitdraw.app.wall.cards import cards
    from orbitdraw.app.window import Window

    window = Window((1280, 720), ui_scale=1.0)
    card = next(card for card in cards() if card.name == scene)
    window.show_scene(card.path, card=card)
    clock = pygame.time.Clock()

    def loop(length: float) -> list[float]:
        out, end = [], time.perf_counter() + length
        while time.perf_counter() < end:
            began = time.perf_counter()
            window.run_once()
            out.append(1000 * (time.perf_counter() - began))
            clock.tick(60)
        return out

    loop(4.0)
    playing, rate = loop(seconds), window.page.playback.frame_rate(time.perf_counter())  # type: ignore[attr-defined]
    window.page.do("pause")
    loop(1.0)
    paused = loop(1.0)
    window.close()
    return playing, paused, rate


def main(scenes: list[str]) -> None:
    """Print both tables."""
    print(f"{'seconds from process start':28}" + "".join(f"{moment:>15}" for moment in MOMENTS))
    for scene in scenes:
        warm = [start(scene) for _ in range(RUNS + 1)][1:]
        for name, runs in ((scene, warm), (f"{scene}, cold", [cold(scene) for _ in range(RUNS)])):
            medians = [statistics.median(run.get(moment, float("nan")) for run in runs) for moment in MOMENTS]
            print(f"{name:28}" + "".join(f"{seconds:15.3f}" for seconds in medians))
    print(f"\n{'ms a turn, 1280x720':28}{'playing':>15}{'95 %':>15}{'paused':>15}{'frames/s':>15}")
    for scene in scenes:
        playing, paused, rate = turns(scene)
        high = sorted(playing)[int(0.95 * len(playing))]
        row = (statistics.median(playing), high, statistics.median(paused), rate or 0.0)
        print(f"{scene:28}" + "".join(f"{number:15.2f}" for number in row))


if __name__ == "__main__":
    main(sys.argv[1:] or ["two_wells", "figure_eight", "galaxy_encounter"])
