"""Options of an export as chosen in the dialog, their checks and a summary of the result. No pygame."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from orbitdraw.errors import InputError
from orbitdraw.formats import FOLDER, FORMATS, Format, check_quality, check_rate, check_size, parse_size

Pair = tuple[int, int]

DIALOG_FORMATS = (".png", ".gif", ".mp4", ".webm", FOLDER)
"""Formats of the dialog; the drawing itself is saved with its own key."""

FORMAT_LABELS = {".png": "PNG", ".gif": "GIF", ".mp4": "MP4", ".webm": "WebM", FOLDER: "PNGs"}

TYPED = "typed"
SIZES: dict[str, tuple[str, Callable[[Pair], Pair]]] = {
    "window": ("Window size", lambda window: window),
    "1080p": ("1080p", lambda window: (1920, 1080)),
    "4k": ("4K", lambda window: (3840, 2160)),
    "a3": ("A3 at 300 dpi", lambda window: (4961, 3508) if window[0] >= window[1] else (3508, 4961)),
    "wide": ("12 000 wide", lambda window: (12000, max(16, round(12000 * window[1] / window[0])))),
}
"""Sizes by name: the label, and a function from the size of the window to the size of the export."""

LOOKS = {"": "As drawn", "light": "Light", "density": "Density", "paper": "Paper"}
QUALITIES = {"standard": "Standard", "high": "High", "lossless": "Lossless"}
LOOPS = {"0": "For ever", "1": "Once", "2": "Twice", "3": "3 times", "10": "10 times"}
RATES = {
    ".gif": (5.0, 10.0, 12.5, 20.0, 25.0, 30.0, 100 / 3, 50.0),
    "": (5.0, 10.0, 15.0, 24.0, 25.0, 30.0, 50.0, 60.0),
}
"""Frame rates by format to which a dragged knob snaps; others can be typed."""


@dataclass
class ExportSettings:
    """Options chosen in the dialog, kept while the window is open.

    `sizes` and `rates` are by format; the look "" is that of the drawing. The first size of a format suits its usual
    purpose: a poster for PNG, a message for GIF, a projector for films.
    """

    suffix: str = ".png"
    sizes: dict[str, str] = field(default_factory=lambda: {".png": "4k", ".gif": "window"})
    typed: str = "1920×1080"
    rates: dict[str, float] = field(
        default_factory=lambda: {suffix: float(FORMATS[suffix].rate) for suffix in DIALOG_FORMATS}
    )
    look: str = ""
    transparent: bool = False
    loop: str = "0"
    quality: str = "standard"
    file: str = ""
    """The file name or path typed for the next export; if empty, the scene's name and a number."""
    folder: str = ""
    """The folder of the last typed path, offered for the next file; empty for the usual folder."""

    @property
    def format(self) -> Format:
        """The chosen format."""
        return FORMATS[self.suffix]

    @property
    def rate(self) -> float:
        """Frames per second."""
        return self.rates[self.suffix]

    @property
    def size(self) -> str:
        """The name of the size: a key of SIZES, or TYPED."""
        return self.sizes.get(self.suffix, "1080p")

    @size.setter
    def size(self, name: str) -> None:
        self.sizes[self.suffix] = name

    def remember_folder(self, folder: Path, usual: Path) -> None:
        """Keep the folder of an export for the next file, and forget its name."""
        self.file, self.folder = "", "" if folder == usual else str(folder)

    def pixels(self, window: Pair) -> Pair:
        """Width and height; raises InputError for a size that cannot be read or that the format does not allow."""
        size = parse_size(self.typed) if self.size == TYPED else SIZES[self.size][1](window)
        return check_size(size, self.suffix)

    def picture_count(self, span: Pair) -> int:
        """Number of pictures of the export.

        >>> ExportSettings(".gif").picture_count((0, 120)), ExportSettings(".png").picture_count((0, 120))
        (60, 1)
        """
        if not self.format.film:
            return 1
        rate = Fraction(self.rate).limit_denominator(1001)
        return max(1, round(Fraction((span[1] - span[0]) / 60).limit_denominator(10**6) * rate))

    def options(self, window: Pair, span: Pair) -> dict[str, Any]:
        """Keyword arguments for the exporter, named as in Python and on the command line."""
        out: dict[str, Any] = {"size": self.pixels(window)}
        if self.format.film:
            out.update(start=span[0] / 60, seconds=(span[1] - span[0]) / 60)
            if self.rate != self.format.rate:
                out["fps"] = self.rate
        else:
            out["frames"] = span[1]
        if self.look:
            out["look"] = self.look
        if self.format.alpha and self.transparent:
            out["transparent"] = True
        if self.format.video:
            out["quality"] = self.quality
        if self.format.loops:
            out["loop"] = int(self.loop)
        return out

    def problems(self, window: Pair, span: Pair) -> dict[str, str]:
        """Problems of the choices: a sentence by name of the control.

        >>> ExportSettings(".gif", {".gif": TYPED}, "big").problems((1280, 720), (0, 60))
        {'typed': "size 'big' cannot be read; write it like 1920x1080, or 1200"}
        """
        out = {}
        if self.format.video and importlib.util.find_spec("av") is None:
            out["format"] = "MP4 and WebM need the video extra: pip install 'orbitdraw[video]'"
        try:
            self.pixels(window)
        except InputError as error:
            out["typed" if self.size == TYPED else "size"] = str(error)
        if self.format.film and span[1] <= span[0]:
            out["last"] = "the end is before the start; move “To” to the right, or press Space to play first"
        try:
            check_quality(self.suffix, self.quality, self.format.alpha and self.transparent)
        except InputError as error:
            out["quality"] = str(error)
        try:
            check_rate(Fraction(self.rate).limit_denominator(1001), self.suffix)
        except InputError as error:
            out["rate"] = str(error)
        return out

    def summary(self, window: Pair, span: Pair) -> tuple[str, str]:
        """Two lines about the result: number, duration and size of the pictures, and pixels to draw.

        >>> ExportSettings(".gif").summary((1280, 720), (0, 120))
        ('60 frames, 2 s, 1280 × 720', '0.9 million pixels each, 55.3 million in all')
        """
        width, height = self.pixels(window)
        picture_count, size = self.picture_count(span), f"{width} × {height}"
        if not self.format.film:
            return f"One picture, {size}", f"{millions(width * height)} pixels"
        length = f"{picture_count / self.rate:.2f}".rstrip("0").rstrip(".")
        frames = f"{picture_count} frames" if picture_count > 1 else "One frame"
        return f"{frames}, {length} s, {size}", (
            f"{millions(width * height)} pixels each, {millions(width * height * picture_count)} in all"
        )


def millions(number: int) -> str:
    """A large number in words.

    >>> millions(8_294_400), millions(62_000), millions(17_400_000_000)
    ('8.3 million', '62 thousand', '17.4 billion')
    """
    for size, word, threshold in ((10**9, "billion", 10**9), (10**6, "million", 10**5)):
        if number >= threshold:
            scaled = number / size
            return f"{scaled:.0f} {word}" if scaled >= 99.5 else f"{scaled:.1f} {word}"
    return f"{number / 1000:.0f} thousand" if number >= 1000 else str(number)
