"""What may lie where the program looks: files that are none, that never end, that nobody may read, that are damaged."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from orbitdraw.record.drawing import Drawing, Event, SceneRef

Make = Callable[[Path], object]


BEYOND = "Three bodies, 三体."
"""A caption with letters that the program's own fonts lack: those of the system are looked through for it."""


def _folder(path: Path) -> None:
    (path / "inner").mkdir(parents=True)


def _socket(path: Path) -> None:
    before = Path.cwd()  # the path of a socket is short
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(before)


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 40)


def _closed(path: Path) -> None:
    path.write_bytes(b"secret")
    path.chmod(0)


def _ring(path: Path) -> None:
    """Two links, each onto the other."""
    path.symlink_to(f"{path.name}.back")
    path.with_name(f"{path.name}.back").symlink_to(path.name)


KINDS: dict[str, Make] = {
    "folder": _folder,
    "link onto itself": lambda path: path.symlink_to(path.name),
    "links in a ring": _ring,
    "link to nothing": lambda path: path.symlink_to("nowhere"),
    "link to its folder": lambda path: path.symlink_to("."),
    "link to zeros": lambda path: path.symlink_to("/dev/zero"),
    "link to a terminal": lambda path: path.symlink_to("/dev/tty"),
    "pipe": lambda path: os.mkfifo(path),
    "socket": _socket,
    "unreadable": _closed,
    "a terabyte": _sparse,
    "empty": lambda path: path.touch(),
    "zeros": lambda path: path.write_bytes(bytes(5000)),
    "not UTF-8": lambda path: path.write_bytes(b'"\xff\xfe\x80"\n\xff\n"\xc3"\n'),
    "nested": lambda path: path.write_bytes(b"[" * 200_000 + b"\n" + b"{" * 200_000),
}
"""Ways for a path to be no file of ours, or a damaged one."""

PLAIN = {"folder", "empty", "zeros", "not UTF-8", "nested"} if sys.platform == "win32" else set(KINDS)
"""Those that can be made here."""


def journal(drawing: Drawing | None = None, *lines: bytes) -> bytes:
    """A journal of a drawing, with these lines after it."""
    import msgspec

    drawing = drawing or Drawing(scene=SceneRef("scene", "moth"), frames=120, events=[Event(30, "exposure", 2.0)])
    return b"".join(line + b"\n" for line in (msgspec.json.encode(drawing.bytes().decode()), *lines))


DIGITS = b"9" * 4301
"""More than Python makes a number of."""

CONTENTS: dict[str, Callable[[], bytes]] = {
    "a number without an end": lambda: journal(None, DIGITS),
    "a word that is not UTF-8": lambda: journal(None, b'"\xff\xfe"'),
    "nested in the middle": lambda: journal(None, b"[" * 100_000),
    "half a line": lambda: journal(None, b"60")[:-1] + b'\n[70,"expo',
    "no line ends": lambda: b"9" * (20 << 20),
    "two million lines": lambda: journal(None, *[b"60"] * 2_000_000),
    "more than is opened": lambda: journal() + b'"x"\n' * (17 << 20),
    "a scene elsewhere": lambda: journal().replace(b"moth", b"../../../etc/passwd"),
    "a name of nothing": lambda: journal().replace(b"moth", b""),
    "a format of tomorrow": lambda: journal().replace(b'version\\": 1', b'version\\": 99'),
    "frames beyond all": lambda: journal().replace(b'frames\\": 120', b'frames\\": 99999999999999999999'),
    "no character": lambda: journal().replace(b"moth", b"mo\\\\u0000th"),
    "not a number": lambda: journal(None, b"NaN", b"Infinity", b"-1"),
    "a text in a text": lambda: b'"\\"\\\\\\"\\\\\\"\\""\n',
    "half a surrogate": lambda: journal().replace(b"moth", b"mo\\\\ud800th"),
}
"""What may be in a journal."""


@dataclass(frozen=True)
class Odd:
    """Something odd: its name, and what makes it below a home like that of `places`."""

    name: str
    make: Make


def _beside(name: str, kind: str, there: bool = True) -> Make:
    def make(home: Path) -> None:
        (home / "journals").mkdir(exist_ok=True)
        if there:
            (home / "journals" / "1-1.journal").write_bytes(journal())
        KINDS[kind](home / name)

    return make


def _with(data: Callable[[], bytes]) -> Make:
    def make(home: Path) -> None:
        (home / "journals").mkdir(exist_ok=True)
        (home / "journals" / "1-1.journal").write_bytes(data())

    return make


def _crowd(home: Path) -> None:
    (home / "journals").mkdir(exist_ok=True)
    for number in range(3000):
        (home / "journals" / f"{number}-1.journal").write_bytes(b"no journal")


def _names(home: Path) -> None:
    (home / "journals").mkdir(exist_ok=True)
    for name in (b"\xff\xfe.journal", b"a\nb.journal", b".journal", b"[*].journal", b"%s.journal"):
        Path(os.fsdecode(os.fsencode(home / "journals") + b"/" + name)).write_bytes(journal())


def _tomorrow(home: Path) -> None:
    _with(journal)(home)
    os.utime(home / "journals" / "1-1.journal", (4e9, 4e9))


def _at(pattern: str, kind: str) -> Odd:
    """Whatever is found there, a file or a folder, is of that kind instead."""

    def make(home: Path) -> None:
        for path in list(home.glob(pattern)) or [home / pattern]:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.is_dir():
                shutil.rmtree(path)
            path.unlink(missing_ok=True)
            KINDS[kind](path)

    return Odd(f"{pattern}: {kind}", make)


SOME = ("folder", "link onto itself", "link to zeros", "pipe", "unreadable", "zeros")

WHOLE = ("journals", "config/user-dirs.dirs", "fonts/fonts/odd.ttf", "cache/kernels/*/seal", "cache/sources/*")
"""Places of which every kind is tried."""

OTHERS = (
    *("cache", "cache/sources", "cache/kernels", "cache/kernels/*", "cache/kernels/*/kernel.py"),
    *("cache/kernels/*/*/*.nbi", "cache/kernels/*/*/*.nbc", "pictures/orbitdraw", "fonts/fonts"),
)

ODDS = [
    *(Odd(f"journal: {kind}", _beside("journals/2-1.journal", kind)) for kind in KINDS if kind in PLAIN),
    *(Odd(f"journal: {name}", _with(data)) for name, data in CONTENTS.items()),
    *(Odd(f"lock: {kind}", _beside("journals/1-1.lock", kind)) for kind in SOME if kind in PLAIN),
    *(Odd(f"picture of a draft: {kind}", _beside("journals/1-1.png", kind)) for kind in KINDS if kind in PLAIN),
    *(_at(place, kind) for place in WHOLE for kind in KINDS if kind in PLAIN),
    *(_at(place, kind) for place in OTHERS for kind in SOME if kind in PLAIN),
    Odd("journals: three thousand that are none", _crowd),
    Odd("journal: of tomorrow", _tomorrow),
    *([Odd("journal: odd names", _names)] if sys.platform == "linux" else []),
]


SCENE = f'''"""{BEYOND}"""

from orbitdraw import ring, scene


@scene(start=ring(20))
def odd_scene(x, y):
    """{BEYOND}"""
    return x**2 / 5 + y**2 / 4
'''


def places(home: Path) -> dict[str, str]:
    """The variables that let the program look below `home` and nowhere else."""
    for name in ("journals", "cache", "config", "pictures", "fonts"):
        if not os.path.lexists(home / name):
            (home / name).mkdir(parents=True)
    return {
        "ORBITDRAW_JOURNALS": str(home / "journals"),
        "ORBITDRAW_CACHE": str(home / "cache"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "fonts"),
        "XDG_PICTURES_DIR": str(home / "pictures"),
        "HOME": str(home),
    }
