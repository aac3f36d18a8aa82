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
from orbitdraw.runtime.cache import environment_variable, folder
from orbitdraw.runtime.resources import asset

FONTS = ("Inter-Regular.ttf", "Inter-SemiBold.ttf", "JetBrainsMono-Regular.ttf")
REQUIRED = ("numpy", "numba", "sympy", "pillow", "imageio", "msgspec", "cmap", "ziamath", "platformdirs", "tqdm")
DISPLAY_TIMEOUT = 20.0
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

    subject: str
    state: State
    details: str
    remedy: str = ""


def run_checks() -> list[Finding]:
    """All findings; what others depend on comes first."""
    checks = (
        check_python,
        check_packages,
        check_pygame,
        check_display,
        check_fonts,
        check_scenes,
        check_cache,
        check_compiled,
        check_video,
        check_threads,
    )
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
        lines.append(f"{click.style(f'{mark:7}', fg=color)} {finding.subject:10} {finding.details}")
        if finding.remedy:
            lines.append(f"{'':19}-> {finding.remedy}")
    broken = [finding.subject for finding in findings if finding.state == "broken"]
    lines += ["", f"Broken: {', '.join(broken)}." if broken else "All is well."]
    return "\n".join(lines)


def check_python() -> Finding:
    """The interpreter."""
    details = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    return Finding("Python", "well", details)


def check_packages() -> Finding:
    """The required packages and their versions; none is imported."""
    versions = {name: version_of(name) for name in REQUIRED}
    missing = [name for name, version in versions.items() if version is None]
    if missing:
        return Finding("packages", "broken", f"missing: {', '.join(missing)}", f"pip install {' '.join(missing)}")
    return Finding("packages", "well", ", ".join(f"{name} {versions[name]}" for name in ("numpy", "numba", "sympy")))


def version_of(name: str) -> str | None:
    """The installed version of a distribution, or None."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def check_pygame() -> Finding:
    """pygame-ce, not the original pygame, which silently overwrites its files."""
    ce_version, original_version = version_of("pygame-ce"), version_of("pygame")
    if ce_version is not None and original_version is not None:
        details = (
            f"pygame {original_version} and pygame-ce {ce_version} are both installed and overwrite each other's files"
        )
        return Finding("pygame", "broken", details, f"pip uninstall -y pygame && {REPAIR}")
    if ce_version is None:
        details = (
            f"pygame {original_version} is installed, and pygame-ce is not"
            if original_version
            else "pygame-ce is not installed"
        )
        remedy = "pip uninstall -y pygame && pip install pygame-ce" if original_version else "pip install pygame-ce"
        return Finding("pygame", "broken", details, remedy)
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    try:
        pygame = import_module("pygame")
    except Exception as error:  # a partly overwritten package can raise anything
        return Finding("pygame", "broken", f"pygame-ce {ce_version} cannot be imported: {error}", REPAIR)
    if not getattr(pygame, "IS_CE", False):
        return Finding(
            "pygame", "broken", f"the files of pygame-ce {ce_version} were overwritten by another pygame", REPAIR
        )
    return Finding("pygame", "well", f"pygame-ce {ce_version}, SDL {'.'.join(map(str, pygame.get_sdl_version()))}")


def check_display() -> Finding:
    """A display to open a window on."""
    remedy = "`orbitdraw play` draws into files here, `orbitdraw export` needs no display, and `ssh -X` provides one"
    if headless.is_display_missing():
        return Finding("display", "note", "none, so no window can open", remedy)
    driver = os.environ.get("SDL_VIDEODRIVER")
    if driver in ("dummy", "offscreen"):
        return Finding("display", "note", f"SDL_VIDEODRIVER={driver}: windows are invisible", "unset it")
    display_name = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or platform.system()
    # In a separate process, which SDL may abort.
    try:
        subprocess.run(
            [sys.executable, "-c", "import pygame; pygame.display.init()"],
            env={**os.environ, **headless.driver_environment(), "PYGAME_HIDE_SUPPORT_PROMPT": "1"},
            capture_output=True,
            check=True,
            timeout=DISPLAY_TIMEOUT,
        )
    except (OSError, subprocess.SubprocessError):
        return Finding("display", "note", f"{display_name} does not answer, so no window can open", remedy)
    return Finding("display", "well", f"{display_name} answers")


def check_fonts() -> Finding:
    """The fonts that are installed with the program."""
    try:
        folders = {asset(f"fonts/{name}").parent for name in FONTS}
    except OrbitdrawError as error:
        return Finding("fonts", "broken", str(error), "pip install --force-reinstall --no-deps orbitdraw")
    return Finding("fonts", "well", f"{len(FONTS)} in {folders.pop()}")


def check_scenes() -> Finding:
    """The scenes that are installed with the program."""
    try:
        entries = catalogue()
    except OrbitdrawError as error:
        return Finding("scenes", "broken", str(error), "pip install --force-reinstall --no-deps orbitdraw")
    unreadable = [entry.name for entry in entries if entry.caption.startswith("(cannot be read")]
    if unreadable or not entries:
        details = f"cannot be read: {', '.join(unreadable)}" if unreadable else "there are none"
        return Finding("scenes", "broken", details, "pip install --force-reinstall --no-deps orbitdraw")
    return Finding("scenes", "well", f"{len(entries)} of them")


def check_cache() -> Finding:
    """The folders of compiled code: our cache of formulas and Numba's cache of loops."""
    folders = {environment_variable(home): home for home in (folder(), warmup.home())}
    for name, home in folders.items():
        try:
            home.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=home):
                pass
        except OSError as error:
            details = f"{home} cannot be written ({error.strerror}), so every start compiles again"
            return Finding("cache", "note", details, f"set {name} to a folder that can be written")
    warm = sum(1 for home in folders.values() for _ in home.rglob("*.nbi"))
    details = f"{warm} compiled functions" if warm else "empty: the first scene compiles for some seconds"
    return Finding("cache", "well", f"{details}, in {' and '.join(map(str, folders.values()))}")


def check_compiled() -> Finding:
    """The compiled code, loaded in a separate process: code for another processor would abort it."""
    remedy = f"remove {warmup.home()}, or set ORBITDRAW_CACHE to an empty folder; the code is then compiled again"
    try:
        result = subprocess.run(
            [sys.executable, "-c", CHECK, *sys.path], capture_output=True, text=True, timeout=6 * DISPLAY_TIMEOUT
        )
    except subprocess.TimeoutExpired:
        return Finding("compiled", "broken", f"it was not loaded within {6 * DISPLAY_TIMEOUT:.0f} s", remedy)
    except OSError as error:
        return Finding("compiled", "note", f"not checked: no process can be started ({error.strerror})")
    message = (result.stderr.strip().splitlines() or [""])[-1]
    if result.returncode:
        outcome = f"the process that loaded it exited with code {result.returncode}{': ' if message else ''}{message}"
        return Finding("compiled", "broken", outcome, remedy)
    if message:
        return Finding("compiled", "note", message)
    return Finding("compiled", "well", "it runs")


def check_video() -> Finding:
    """The extra for MP4 and WebM."""
    version = version_of("av")
    if version is None:
        remedy = 'pip install "orbitdraw[video]"'
        return Finding(
            "video", "note", "PyAV is not installed, so .mp4 and .webm are unavailable; .gif and .png work", remedy
        )
    return Finding("video", "well", f"PyAV {version} writes .mp4 and .webm")


def check_threads() -> Finding:
    """The number of cores that may be used."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Finding("threads", "well", f"{count} for large scenes; the picture is the same for any number")
