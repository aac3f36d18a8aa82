"""Benchmark of first uses: the longest wait for a picture after each user action, done for the first time.

    python benchmarks/firsts.py [--cache empty|loops|full] [--repeat N] [--after S] [DEED ...]

Each action (DEED) is done once, in a separate process with a window that plays in real time. Milliseconds, for the
second after the action began:

    least, gap   the longest time between two pictures: the least of all repeats, and their median
    turn         the longest iteration of the window's loop, as processor time of its thread
    worker       the most processor time that the worker took from one picture to the next
    beside       the most that all other threads of the process took meanwhile: they hold Python's lock in between
    effect       from the first event until the action is in the run's history

The first two depend on other load of the machine; the row `nothing` shows how much. `empty` is the first start of an
installation, `loops` a start with the program's loops compiled but no formula, `full` one with all code compiled.
Without SDL_VIDEODRIVER or a display it uses SDL's dummy driver.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

os.environ["PYGAME_HIDE_SUPPORT_PROMPT"] = "1"
sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "support"))

COLUMNS = ("gap", "turn", "worker", "beside", "effect")
CACHES = ("empty", "loops", "full")
SIZE = (1280, 720)
AFTER = 0.3
"""Seconds after the scene moves at which the action is done: about as soon as a user can."""
WATCHED = 1.0
"""Seconds of measurement; it ends with the next picture after them."""
PATIENCE = 10.0

Steps = Iterator[Any]
"""Events to post, None for an iteration of the loop without events, or functions to call."""


def key(chord: str) -> Callable[[Any], Steps]:
    """Press a key, or several, "F F"."""

    def steps(stage: Any) -> Steps:
        for one in chord.split():
            yield one
            yield None

    return steps


def at(x: float, y: float) -> tuple[int, int]:
    """Pixel at an offset from the window's centre, in units of its half height."""
    return round(SIZE[0] / 2 + x * SIZE[1] / 2), round(SIZE[1] / 2 - y * SIZE[1] / 2)


def drag(start: tuple[float, float], end: tuple[float, float], turns: int = 8, number: int = 1) -> Steps:
    """Drag from one position to another."""
    from driving import button, move

    yield move(at(*start))
    yield button(number, at(*start))
    for k in range(1, turns + 1):
        part = k / turns
        yield move(at(start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1])))
        yield None
    yield button(number, at(*end), down=False)


def field(times: int) -> Callable[[Any], Steps]:
    """Add a field of this kind by a drag."""

    def steps(stage: Any) -> Steps:
        for _ in range(times):
            yield "F"
        yield from drag((-0.2, 0.5), (0.2, 0.5), 4)

    return steps


def planted_and_dragged(stage: Any) -> Steps:
    """Add a well and drag it."""
    yield from field(1)(stage)
    for _ in range(10):
        yield None
    yield from drag((-0.2, 0.5), (0.4, 0.6), 10)


def dust(stage: Any) -> Steps:
    """Spray dust."""
    yield "D"
    yield from drag((-0.3, 0.6), (0.3, 0.6), 12)


def held(*more: str) -> Callable[[Any], Steps]:
    """Select the first body, then press keys."""

    def steps(stage: Any) -> Steps:
        yield lambda: stage.tool_section.bindings.select_body(0)
        yield None
        yield from more

    return steps


def wish(**values: Any) -> Callable[[Any], Steps]:
    """Set a value, as a control of the panel does."""

    def steps(stage: Any) -> Steps:
        yield lambda: stage.session.request_values(values)

    return steps


def law(name: str) -> Callable[[Any], Steps]:
    """Choose another law in the panel."""

    def steps(stage: Any) -> Steps:
        yield lambda: stage._choose_law(name)

    return steps


def landscape(stage: Any) -> Steps:
    """Drop a picture on the window."""
    import pygame

    path = str(next((Path(__file__).resolve().parents[1] / "assets" / "thumbnails").glob("*.png")))
    yield pygame.event.Event(pygame.DROPFILE, file=path)


def typed(stage: Any) -> Steps:
    """Type a formula and wait until it runs."""
    import pygame

    yield "Ctrl+F"
    yield None
    for sign in "x^2/2 + y^4/3":
        yield pygame.event.Event(pygame.TEXTINPUT, text=sign)
        yield None
    yield "Enter"


DEEDS: dict[str, tuple[str, Callable[[Any], Steps]]] = {
    "nothing": ("", lambda stage: iter(())),
    "place a body": ("", lambda stage: drag((0.5, 0.5), (0.5, 0.5), 1)),
    "throw": ("", lambda stage: drag((0.5, 0.5), (0.7, 0.7), 15)),
    "hold a body": ("", held()),
    "spray dust": ("", dust),
    "disc of dust": ("", lambda stage: iter(["D", "D", None, *drag((0.0, 0.0), (0.3, 0.3), 4)])),
    "well": ("", field(1)),
    "hill": ("", field(2)),
    "spring": ("", field(3)),
    "wall": ("", field(4)),
    "wind": ("", field(5)),
    "well, dragged": ("", planted_and_dragged),
    "well, undone": ("", lambda stage: iter([*field(1)(stage), None, "Ctrl+Z"])),
    "magnetic field": ("", wish(field=0.5)),
    "symmetry": ("", key("X X")),
    "mirrored": ("", key("X Shift+X")),
    "order 8": ("", wish(order=8)),
    "order 1": ("", wish(order=1)),
    "softening": ("two_wells", wish(gap=0.7)),
    "next law": ("two_wells", key("L")),
    "Langevin": ("two_wells", law("langevin")),
    "Descent": ("two_wells", law("gradient descent")),
    "brush": ("", wish(brush="area")),
    "wide pen": ("", wish(width=0.05)),
    "marks": ("", wish(mark=0.02)),
    "colour by speed": ("", wish(color="speed")),
    "colour by energy": ("", wish(color="energy")),
    "colour by age": ("", wish(color="age")),
    "density": ("", wish(style="density")),
    "paper": ("", wish(style="paper")),
    "palette": ("", wish(palette="frost")),
    "glow": ("two_wells", wish(glow=0.5)),
    "no trail": ("", wish(half_life=None)),
    "link": ("", held("K")),
    "pin": ("", held("I")),
    "watch a body": ("", held("V")),
    "turning frame": ("", key("V V V")),
    "butterfly": ("", held("Shift+B")),
    "snap to closed": ("", key("Shift+C")),
    "reverse": ("", key("T")),
    "undo": ("", lambda stage: iter([*drag((0.5, 0.5), (0.7, 0.7), 3), None, None, "Ctrl+Z"])),
    "ground": ("two_wells", key("G")),
    "ground of bodies": ("", key("G")),
    "picture as landscape": ("", landscape),
    "formula": ("", typed),
    "panel": ("", key("P")),
    "help": ("", key("?")),
    "export dialog": ("", key("Ctrl+E")),
    "save": ("", key("S")),
    "export PNG": ("", key("E")),
    "export turn": ("", key("Ctrl+G")),
    "restart": ("", key("R")),
    "zoom": ("", key("+ +")),
    "theme": ("", key("Shift+T")),
}


def measure(name: str, after: float) -> dict[str, float]:
    """In a fresh process: open the scene, do the action, and measure."""
    import pygame
    from driving import press

    from orbitdraw.app.wall.cards import cards
    from orbitdraw.app.window import Window

    scene, deed = DEEDS[name]
    window = Window(SIZE, ui_scale=1.0, folder=Path(tempfile.mkdtemp()), exporter=_export)
    card = next(card for card in cards() if card.name == (scene or "figure_eight"))
    window.show_scene(card.path, card=card)
    stage: Any = window.page
    clock, turns, pictures, last = pygame.time.Clock(), [], [], None
    worker = window.worker._thread.ident
    spent: list[tuple[float, float, float]] = []

    def turn() -> None:
        nonlocal last
        began, used = time.perf_counter(), time.thread_time()
        window.run_once()
        ended = time.perf_counter()
        turns.append((began, ended, time.thread_time() - used))
        if stage.shot is not last:
            last = stage.shot
            pictures.append(ended)
            computed = time.clock_gettime(time.pthread_getcpuclockid(worker)) if worker else 0.0
            spent.append((time.thread_time(), computed, time.process_time()))
        clock.tick(60)

    while stage.shot is None or stage.shot.frame < 2 or stage.tools.world is None:
        turn()
    end = time.perf_counter() + after
    while time.perf_counter() < end:
        turn()
    began, edits = time.perf_counter(), len(stage.session.film.run.history.changes)
    first, known = len(spent) - 1, set(sys.modules)
    for step in deed(stage):
        if callable(step):
            step()
        elif step is not None:
            for event in press(step) if isinstance(step, str) else [step]:
                pygame.event.post(event)
        turn()
    asked = time.perf_counter()
    effect = float("nan")
    while time.perf_counter() < asked + WATCHED or (
        pictures[-1] < asked + WATCHED and time.perf_counter() < asked + PATIENCE
    ):
        turn()
        if effect != effect and len(stage.session.film.run.history.changes) > edits:
            effect = time.perf_counter() - began
    gaps = [b - a for a, b in pairwise(pictures) if b > began]
    gaps.append(max(0.0, asked + WATCHED - pictures[-1]))
    seen = spent[first:]
    steps = [[b - a for a, b in zip(*pair, strict=True)] for pair in pairwise(seen)]
    out = {
        "gap": max(gaps),
        "turn": max(cpu for _, end, cpu in turns if end > began),
        "worker": max(step[1] for step in steps),
        "beside": max(step[2] - step[1] - step[0] for step in steps),
        "effect": effect,
    }
    if os.environ.get("ORBITDRAW_IMPORTS"):
        print(name, *sorted(one for one in set(sys.modules) - known), file=sys.stderr)
    window.close()
    return {what: 1000 * seconds for what, seconds in out.items()}


def _export(*what: Any, **options: Any) -> Any:
    """`exporters.export`, imported at the first export, as in the command line."""
    from orbitdraw.exporters.export import export

    return export(*what, **options)


def caches(kind: str, filled: Path, home: Path) -> dict[str, str]:
    """The folders of a fresh process, in `home`."""
    ours, numba = home / "ours", home / "numba"
    if kind != "empty":
        shutil.copytree(filled / "numba", numba, copy_function=shutil.copy2)
    if kind == "full":
        shutil.copytree(filled / "ours", ours, copy_function=shutil.copy2)
    return {"ORBITDRAW_CACHE": str(ours), "NUMBA_CACHE_DIR": str(numba), "ORBITDRAW_JOURNALS": str(home / "journals")}


def child(name: str, kind: str, filled: Path, after: float) -> dict[str, float]:
    """Measure one action in a separate process."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        env = {**os.environ, **caches(kind, filled, Path(home))}
        command = [sys.executable, __file__, "--child", name, "--after", str(after)]
        try:
            done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=True)
        except subprocess.SubprocessError as error:
            print(str(error.stderr)[-600:], file=sys.stderr)
            return dict.fromkeys(COLUMNS, float("nan"))
    print(done.stderr, file=sys.stderr, end="")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def fill(home: Path) -> None:
    """Fill caches with all compiled code."""
    env = {**os.environ, "ORBITDRAW_CACHE": str(home / "ours"), "NUMBA_CACHE_DIR": str(home / "numba")}
    everything = "from orbitdraw.runtime import warmup; import sys, io; sys.stdin = io.StringIO('\\n'); warmup.work()"
    subprocess.run([sys.executable, "-c", everything], env=env, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("deeds", nargs="*")
    parser.add_argument("--cache", choices=CACHES, action="append")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--after", type=float, default=AFTER)
    parser.add_argument("--child", action="store_true")
    asked = parser.parse_args()
    if asked.child:
        print(json.dumps(measure(asked.deeds[0], asked.after)))
        return
    if not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")):
        os.environ["SDL_VIDEODRIVER"] = "dummy"
    kinds = asked.cache or list(CACHES)
    print(f"{'milliseconds':24}" + "".join(f"{kind + ':':8}{'':40}" for kind in kinds))
    print(f"{'':24}" + "".join(f"{what:>8}" for what in ("least", *COLUMNS)) * len(kinds))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        filled = Path(os.environ.get("ORBITDRAW_FILLED") or folder)
        if not (filled / "numba").exists():
            fill(filled)
        for name in asked.deeds or DEEDS:
            row = f"{name:24}"
            for kind in kinds:
                runs = [child(name, kind, filled, asked.after) for _ in range(asked.repeat)]
                row += f"{min(run['gap'] for run in runs):8.0f}"
                row += "".join(f"{statistics.median(run[what] for run in runs):8.0f}" for what in COLUMNS)
            print(row, flush=True)


if __name__ == "__main__":
    main()
