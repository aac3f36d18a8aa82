"""Benchmark of starts with odd files in the program's folders: `python benchmarks/odd_starts.py [words]`.

For each entry of `tests/support/odd_entries.py` (with one of the words in its name) a process opens the wall, another
a scene file, each until its first picture. Printed are seconds, and seconds of processor time, in excess of a normal
start; the latter are more reliable on a busy machine. Root drops its right to read files without read permission.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from odd_entries import ODDS, SCENE, places  # noqa: E402

PROGRAM = """
import sys
from orbitdraw.cli import streams
streams.repair()
from orbitdraw.app import open_window
from orbitdraw.app.window import Window
what = sys.argv[1] or None

def run(window):
    while not (window.run_once() and (what is None or window.page.picture.surface is not None)):
        window._clock.tick(60)
    for _ in range(3):
        window.run_once()
    print(window.toast.sentence)
    window.close()

Window.run = run
open_window(what)
"""
RIGHTS = "-dac_override,-dac_read_search"
LESS = ["setpriv", f"--bounding-set={RIGHTS}", f"--inh-caps={RIGHTS}"] if os.getuid() == 0 else []
MOST = 60.0
AGAIN = 3


@dataclass
class Start:
    """Seconds and processor time of one start, its exit code and output."""

    took: float
    worked: float
    code: int
    said: str


def started(what: str, home: Path, more: dict[str, str]) -> Start:
    """Start the program once."""
    env = {**os.environ, "SDL_VIDEODRIVER": "dummy", **places(home), **more}
    began, before = time.perf_counter(), os.times()
    try:
        done = subprocess.run(
            [*LESS, sys.executable, "-c", PROGRAM, what and str(home / what)],
            env=env,
            capture_output=True,
            text=True,
            timeout=MOST,
            cwd=ROOT,
        )
    except subprocess.TimeoutExpired:
        return Start(MOST, MOST, -1, "did not start")
    lines = (done.stdout + done.stderr).strip().splitlines()
    after = os.times()
    worked = after.children_user + after.children_system - before.children_user - before.children_system
    return Start(time.perf_counter() - began, worked, done.returncode, lines[-1] if lines else "")


WHATS = ("", "odd_scene.py")
"""Arguments of the two starts: the wall, and a scene."""


def home_at(home: Path, usual: Path | None = None) -> Path:
    """A home folder with a scene in it, and with the cache of another one."""
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    places(home)
    (home / "odd_scene.py").write_text(SCENE, encoding="utf-8")
    if usual is not None:
        shutil.copytree(usual / "cache", home / "cache", dirs_exist_ok=True)
    return home


def main() -> None:
    """Print a line for each entry."""
    words = sys.argv[1:] or [""]
    base = Path(tempfile.mkdtemp(prefix="odd-starts-"))
    more = {"NUMBA_CACHE_DIR": str(base / "loops")}
    usual = home_at(base / "usual")
    for _ in range(3):  # compiles
        first = started(WHATS[1], usual, more)
    if first.code:
        sys.exit(f"the usual start fails: {first.said}")
    starts = {what: [started(what, usual, more) for _ in range(AGAIN)] for what in WHATS}
    best = {what: (min(s.took for s in many), min(s.worked for s in many)) for what, many in starts.items()}
    print(
        "usual: "
        + ", ".join(f"{what or 'wall'} {took:.2f} s, works {worked:.2f} s" for what, (took, worked) in best.items())
    )
    worst = [0.0, 0.0]
    for odd in ODDS:
        if not any(word in odd.name for word in words):
            continue
        row, said = [], ""
        for what in WHATS:
            for _ in range(AGAIN):
                home = home_at(base / "home", usual)
                odd.make(home)
                for path in (home / "journals").glob("*") if (home / "journals").is_dir() else ():
                    os.utime(path, (1e9, 1e9), follow_symlinks=False)  # an old file: no program writes to it
                start = started(what, home, more)
                over = [start.took - best[what][0], start.worked - best[what][1]]
                if max(over) < 1.0 or start.code:
                    break
            said = said if "No draft" in said else start.said
            row.append(f"{over[0]:+5.2f} {over[1]:+5.2f}{f' EXIT {start.code}' if start.code else ''}")
            worst = [max(pair) for pair in zip(worst, over, strict=True)]
        print(f"{odd.name:45} {'   '.join(row)}  {said[:150]}", flush=True)
    print(f"worst: {worst[0]:+.2f} s, works {worst[1]:+.2f} s")
    shutil.rmtree(base, ignore_errors=True)


if __name__ == "__main__":
    main()
