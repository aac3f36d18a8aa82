"""`orbitdraw doctor`: checks of the installation, with a remedy for each problem."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib import import_module
from typing import Literal

import click

from orbitdraw.cli import headless
from orbitdraw.errors import OrbitdrawError
from orbitdraw.library.catalogue import catalogue
from orbitdraw.runtime import warmup
from orbitdraw.runtime.cache import folder, variable
from orbitdraw.runtime.resources import asset

FONTS = ("Inter-Regular.ttf", "Inter-SemiBold.ttf", "JetBrainsMono-Regular.ttf")
NEEDED = ("numpy", "numba", "sympy", "pillow", "imageio", "msgspec", "cmap", "ziamath", "platformdirs", "tqdm")
PATIENCE = 20.0
"""Seconds after which a display that has not answered counts as missing."""

CHECK = """
import sys, warnings
sys.path[:] = sys.argv[1:]
warnings.showwarning = lambda message, *more: print(message, file=sys.stderr)
from orbitdraw.runtime.warmup import check
check()
"""
"""Program that checks the compiled code, for a separate process."""

REPAIR = "pip install --force-reinstall --no-deps pygame-ce"

State = Literal["well", "note", "broken"]
MARKS: dict[State, tuple[str, str]] = {"well": ("ok", "green"), "note": ("note", "yellow"), "broken": ("broken", "red")}


@dataclass(frozen=True)
class Finding:
    """The result of one check: its subject, state, details and remedy."""

    what: str
    state: State
    seen: str
    cure: str = ""


def examine() -> list[Finding]:
    """All findings; what others depend on comes first."""
    checks = (python, packages, pygames, display, fonts, scenes, cache, compiled, video, threads)
    return [check() for check in checks]


def report(findings: list[Finding]) -> str:
    """The findings as lines for a terminal, each problem with its remedy, and a summary.

    >>> print(click.unstyle(report([Finding("fonts", "well", "all 3 found")])))
    ok      fonts      all 3 found
    <BLANKLINE>
    All is well.
    """
    lines = []
    for finding in findings:
        mark, color = MARKS[finding.state]
        lines.append(f"{click.style(f'{mark:7}', fg=color)} {finding.what:10} {finding.seen}")
        if finding.cure:
            lines.append(f"{'':19}-> {finding.cure}")
    broken = [finding.what for finding in findings if finding.state == "broken"]
    lines += ["", f"Broken: {', '.join(broken)}." if broken else "All is well."]
    return "\n".join(lines)


def python() -> Finding:
    """The interpreter."""
    seen = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    return Finding("Python", "well", seen)


def packages() -> Finding:
    """The required packages and their versions; none is imported."""
    found = {name: version_of(name) for name in NEEDED}
    missing = [name for name, version in found.items() if version is None]
    if missing:
        return Finding("packages", "broken", f"missing: {', '.join(missing)}", f"pip install {' '.join(missing)}")
    return Finding("packages", "well", ", ".join(f"{name} {found[name]}" for name in ("numpy", "numba", "sympy")))


def version_of(name: str) -> str | None:
    """The installed version of a distribution, or None."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def pygames() -> Finding:
    """pygame-ce, not the original pygame, which silently overwrites its files."""
    ours, other = version_of("pygame-ce"), version_of("pygame")
    if ours is not None and other is not None:
        seen = f"pygame {other} and pygame-ce {ours} are both installed and overwrite each other's files"
        return Finding("pygame", "broken", seen, f"pip uninstall -y pygame && {REPAIR}")
    if ours is None:
        seen = f"pygame {other} is installed, and pygame-ce is not" if other else "pygame-ce is not installed"
        cure = "pip uninstall -y pygame && pip install pygame-ce" if other else "pip install pygame-ce"
        return Finding("pygame", "broken", seen, cure)
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    try:
        pygame = import_module("pygame")
    except Exception as error:  # a partly overwritten package can raise anything
        return Finding("pygame", "broken", f"pygame-ce {ours} cannot be imported: {error}", REPAIR)
    if not getattr(pygame, "IS_CE", False):
        return Finding("pygame", "broken", f"the files of pygame-ce {ours} were overwritten by another pygame", REPAIR)
    return Finding("pygame", "well", f"pygame-ce {ours}, SDL {'.'.join(map(str, pygame.get_sdl_version()))}")


def display() -> Finding:
    """A display to open a window on."""
    cure = "`orbitdraw play` draws into files here, `orbitdraw export` needs no display, and `ssh -X` provides one"
    if headless.display_missing():
        return Finding("display", "note", "none, so no window can open", cure)
    driver = os.environ.get("SDL_VIDEODRIVER")
    if driver in ("dummy", "offscreen"):
        return Finding("display", "note", f"SDL_VIDEODRIVER={driver}: windows are invisible", "unset it")
    named = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or platform.system()
    # In a separate process, which SDL may abort.
    try:
        subprocess.run(
            [sys.executable, "-c", "import pygame; pygame.display.init()"],
            env={**os.environ, **headless.drivers(), "PYGAME_HIDE_SUPPORT_PROMPT": "1"},
            capture_output=True,
            check=True,
            timeout=PATIENCE,
        )
    except (OSError, subprocess.SubprocessError):
        return Finding("display", "note", f"{named} does not answer, so no window can open", cure)
    return Finding("display", "well", f"{named} answers")


def fonts() -> Finding:
    """The fonts that are installed with the program."""
    try:
        folders = {asset(f"fonts/{name}").parent for name in FONTS}
    except OrbitdrawError as error:
        return Finding("fonts", "broken", str(error), "pip install --force-reinstall --no-deps orbitdraw")
    return Finding("fonts", "well", f"{len(FONTS)} in {folders.pop()}")


def scenes() -> Finding:
    """The scenes that are installed with the program."""
    try:
        entries = catalogue()
    except OrbitdrawError as error:
        return Finding("scenes", "broken", str(error), "pip install --force-reinstall --no-deps orbitdraw")
    unread = [entry.name for entry in entries if entry.caption.startswith("(cannot be read")]
    if unread or not entries:
        seen = f"cannot be read: {', '.join(unread)}" if unread else "there are none"
        return Finding("scenes", "broken", seen, "pip install --force-reinstall --no-deps orbitdraw")
    return Finding("scenes", "well", f"{len(entries)} of them")


def cache() -> Finding:
    """The folders of compiled code: our cache of formulas and Numba's cache of loops."""
    homes = {variable(home): home for home in (folder(), warmup.home())}
    for name, home in homes.items():
        try:
            home.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=home):
                pass
        except OSError as error:
            seen = f"{home} cannot be written ({error.strerror}), so every start compiles again"
            return Finding("cache", "note", seen, f"set {name} to a folder that can be written")
    warm = sum(1 for home in homes.values() for _ in home.rglob("*.nbi"))
    seen = f"{warm} compiled functions" if warm else "empty: the first scene compiles for some seconds"
    return Finding("cache", "well", f"{seen}, in {' and '.join(map(str, homes.values()))}")


def compiled() -> Finding:
    """The compiled code, loaded in a separate process: code for another processor would abort it."""
    cure = f"remove {warmup.home()}, or set ORBITDRAW_CACHE to an empty folder; the code is then compiled again"
    try:
        done = subprocess.run(
            [sys.executable, "-c", CHECK, *sys.path], capture_output=True, text=True, timeout=6 * PATIENCE
        )
    except subprocess.TimeoutExpired:
        return Finding("compiled", "broken", f"it was not loaded within {6 * PATIENCE:.0f} s", cure)
    except OSError as error:
        return Finding("compiled", "note", f"not checked: no process can be started ({error.strerror})")
    said = (done.stderr.strip().splitlines() or [""])[-1]
    if done.returncode:
        ended = f"the process that loaded it exited with code {done.returncode}{': ' if said else ''}{said}"
        return Finding("compiled", "broken", ended, cure)
    if said:
        return Finding("compiled", "note", said)
    return Finding("compiled", "well", "it runs")


def video() -> Finding:
    """The extra for MP4 and WebM."""
    found = version_of("av")
    if found is None:
        cure = 'pip install "orbitdraw[video]"'
        return Finding(
            "video", "note", "PyAV is not installed, so .mp4 and .webm are unavailable; .gif and .png work", cure
        )
    return Finding("video", "well", f"PyAV {found} writes .mp4 and .webm")


def threads() -> Finding:
    """The number of cores that may be used."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Finding("threads", "well", f"{count} for large scenes; the picture is the same for any number")
