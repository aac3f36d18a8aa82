"""Opens every file of a folder by every door of the program, under an audit hook, and prints what it saw.

A hook stays for as long as its process, so this is a program of its own: `python hostile_doors.py FOLDER`, with the
folder that `hostile_files.fill` filled, and a folder `made` beside it.
"""

from __future__ import annotations

import contextlib
import functools
import io
import json
import os
import shutil
import sys
import sysconfig
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import driving
import numpy as np
import pygame
from driving import drive, settle, wait
from hostile_files import SCENE
from PIL import Image

import orbitdraw
from orbitdraw.app.window import Window
from orbitdraw.cli import commands as cli
from orbitdraw.errors import InputError
from orbitdraw.ink import palette
from orbitdraw.library import catalogue
from orbitdraw.library import loading as library

NEVER = (
    *(
        "socket.",
        "os.system",
        "os.exec",
        "os.posix_spawn",
        "os.spawn",
        "os.fork",
        "os.startfile",
        "pty.",
        "webbrowser.",
    ),
    *("urllib.", "http.client", "ftplib.", "smtplib.", "nntplib.", "poplib.", "imaplib.", "telnetlib."),
)

PROCESSES = (
    "orbitdraw.runtime.warmup",
    "orbitdraw.exporters.server",
    "orbitdraw.app.session.compiler",
    "orbitdraw.potentials.symbolic",
    "orbitdraw.potentials.typeset",
    "ziamath",
    "orbitdraw.potentials.kernel",
)
"""Words of the commands by which our own compilers and exporters are started."""

OTHERS = ("av", "cv2", "tifffile", "rawpy", "imageio_ffmpeg", "imageio.plugins.pyav", "PIL.EpsImagePlugin")
"""Readers that nothing may even import."""


class Watcher:
    """The hook: hears of everything that Python itself does, and keeps what only a program that was tricked does."""

    def __init__(self, folder: Path, made: Path) -> None:
        self.folder, self.door, self.named = str(folder), "", ""
        self.seen: list[str] = []
        self.opened: dict[str, int] = {}
        system = ["/usr", "/lib", "/etc/localtime", "/proc", "/sys", os.devnull, "/dev/urandom"]
        kept = [value for name, value in os.environ.items() if name in ("ORBITDRAW_CACHE", "ORBITDRAW_JOURNALS")]
        code = [sys.prefix, sys.base_prefix, *sysconfig.get_paths().values(), *sys.path, orbitdraw.__path__[0]]
        self.own = tuple(filter(None, {*map(os.path.realpath, (*system, *kept, *code, made)), *code}))
        self._hearing = threading.local()

    @contextlib.contextmanager
    def at(self, door: str, path: object = "") -> Iterator[None]:
        """Whatever happens in the block is of this file, and nothing may end it but a sentence."""
        self.door, self.named = door, str(path)
        self.opened[door] = self.opened.get(door, 0) + 1
        try:
            yield
        except Exception as error:
            self.note(f"raised {type(error).__name__}: {error}")

    def note(self, what: str) -> None:
        self.seen.append(f"{self.door} {Path(self.named).name!r} {what}"[:300])

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if not getattr(self._hearing, "now", False):
            self._hearing.now = True
            try:
                self._hear(event, args)
            finally:
                self._hearing.now = False

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        if event.startswith(NEVER):
            self.note(f"{event} {args}")
        elif event == "subprocess.Popen":
            words = " ".join(map(str, args[1]))
            if str(args[0]) != sys.executable or not any(name in words for name in PROCESSES):
                self.note(f"starts {words}")
        elif event == "exec":
            file = str(getattr(args[0], "co_filename", ""))
            if file.startswith(self.folder) and file != self.named:
                self.note(f"runs {file}")
        elif event == "open" and isinstance(args[0], str | bytes | os.PathLike):
            path = str(Path(self.folder) / os.fsdecode(args[0]))
            if path != self.named and not os.path.realpath(path).startswith(self.own):
                self.note(f"opens {path}")


# -- doors -------------------------------------------------------------------------------------------------------------


def commands(every: list[Path], watcher: Watcher, made: Path) -> None:
    """`info`, `export` and `play`, with the file's path as a person types it."""
    target = str(made / "a.png")

    def run(window: Window) -> None:
        for _ in range(3):
            window.run_once()
        window.close()

    Window.run = run  # type: ignore[method-assign]
    for path in every:
        for words in (["info"], ["export", "--size", "32x18", "--frames", "1"], ["play", "--size", "64x36"]):
            with watcher.at(words[0], path), contextlib.redirect_stderr(io.StringIO()) as said:
                with contextlib.redirect_stdout(io.StringIO()):
                    code = cli._run([*words, str(path), *([target] if words[0] == "export" else [])])
                if code not in (None, 0, 2) or "Traceback" in said.getvalue():
                    watcher.note(f"ended with {code}: {said.getvalue()}")


def drops(every: list[Path], watcher: Watcher, made: Path) -> None:
    """Dropped on the window, and typed as the path of a landscape; at the end a good picture is laid all the same."""
    window = Window((320, 180), ui_scale=1.0, folder=made)

    def open_scene() -> Any:
        window.show_scene("x^2/2 + y^2")
        wait(window, lambda: window.page.shot is not None)
        window.page.pause()
        return window.page

    stage = open_scene()
    for path in every:
        with watcher.at("drop", path):
            pygame.event.post(pygame.event.Event(pygame.DROPFILE, file=str(path)))
            window.run_once()
            wait(window, lambda: not window.drops.busy)
            if window.question_card.answers:
                drive(window, ["Esc"])
            if window.page is not stage:
                wait(window, lambda: window.page.shot is not None or window.page.error_card.trouble is not None)
                window.page.pause()
                stage = window.page if window.page.shot is not None else open_scene()
        with watcher.at("landscape", path):
            stage.tool_section.bindings.add_landscape(str(path))
            laid_or_not(window, stage)
    good = made / "good.png"
    Image.fromarray(np.arange(255, dtype=np.uint8).reshape(15, 17)).save(good)
    with watcher.at("good", good):
        before = len(stage.session.film.run.history.events)
        stage.tool_section.bindings.add_landscape(str(good))
        laid_or_not(window, stage)
        if len(stage.session.film.run.history.events) == before:
            watcher.note("was not laid")
    window.close()


def laid_or_not(window: Window, stage: Any) -> None:
    """Until a picture is laid, or it is said why not."""
    settle(window, 1)
    wait(window, lambda: not stage.session.deferred_edits.pending)
    settle(window, 1)


def leave_drafts(every: list[Path], home: Path) -> int:
    """Put journals into their folder whose drawings and pictures are these files; gives their number."""
    home.mkdir(parents=True, exist_ok=True)
    drawn = [path for path in every if path.name.startswith("drawing ") and path.stat().st_size < 9999]
    shown = [path for path in every if path.suffix == ".png" and path.is_file()]
    for number, path in enumerate(drawn):
        (home / f"{number}-1.journal").write_bytes(json.dumps(path.read_text()).encode() + b"\n")
        shutil.copy(shown[number * len(shown) // len(drawn)], home / f"{number}-1.png")
    for path in home.iterdir():
        os.utime(path, (1e9, 1e9))
    return len(drawn)


def drafts(every: list[Path], watcher: Watcher, made: Path) -> None:
    """The wall with those drafts, and each of them taken up."""
    window = Window((640, 360), ui_scale=1.0, folder=made)
    with watcher.at("wall"):
        window.show_wall()
        drive(window, turns=3)
        cards = [card for card in window.page.grid.cards if card.draft is not None]
    for card in cards:
        with watcher.at("draft", card.draft.path):
            window.show_draft(card.draft, card)
            wait(window, lambda: window.page.shot is not None or window.page.error_card.trouble is not None)
    window.close()


def neighbours(every: list[Path], watcher: Watcher, made: Path) -> None:
    """A scene of one's own that lies among them, saved anew while it plays; and all of them as palettes and scenes."""
    mine = Path(watcher.folder) / "mine.py"
    window = Window((320, 180), ui_scale=1.0, folder=made)
    with watcher.at("hot reload", mine):
        window.show_scene(mine)
        wait(window, lambda: window.page.title == "First" and window.page.shot is not None)
        mine.write_text(SCENE.format(title="WarmupProcess", factor=2))
        wait(window, lambda: window.page.title == "WarmupProcess")
    window.close()
    for path in every[::30]:
        with watcher.at("palette", path), contextlib.suppress(InputError):
            palette.palette(str(path))
    watcher.own += (watcher.folder,)
    with watcher.at("folder of scenes", watcher.folder):
        catalogue.catalogue(Path(watcher.folder))


def main(folder: Path) -> None:
    """Open everything by every door, and say in JSON what was seen."""
    made = folder.with_name("made")
    every = sorted(path for path in folder.iterdir() if path.name != "mine.py")
    open_by_name = [path for path in every if path.suffix != ".py"]
    catalogue.read_entry = functools.cache(catalogue.read_entry)  # the same scenes are read for every misspelt name
    left = leave_drafts(every, Path(os.environ["ORBITDRAW_JOURNALS"]))
    library.load("x^2/2 + y^2")
    watcher = Watcher(folder, made)
    sys.addaudithook(watcher)
    commands(open_by_name, watcher, made)
    drops(every, watcher, made)
    drafts(every, watcher, made)
    neighbours(every, watcher, made)
    if watcher.opened["draft"] != left:
        watcher.note(f"are {watcher.opened['draft']} drafts of {left}")
    outside = [
        str(module.__file__)
        for name, module in list(sys.modules.items())
        if str(getattr(module, "__file__", None) or "").startswith(watcher.folder) and name != "orbitdraw_scene_mine"
    ]
    loaded = [name for name in OTHERS if name in sys.modules]
    print(json.dumps({"seen": watcher.seen, "opened": watcher.opened, "outside": outside, "loaded": loaded}))


if __name__ == "__main__":
    assert driving.KEYS  # which chooses a display that nobody sees
    main(Path(sys.argv[1]))
