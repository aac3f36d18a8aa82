"""The export formats, their limits, and the checks of an export's options before it begins.

The exporters, the command line and the window's export dialog read this one table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import PurePath

from orbitdraw.errors import InputError, suggestion

DRAWING_FORMAT = "orbitdraw drawing"
"""The first words of a drawing, in a file of its own or in an exported one."""

FOLDER = "/"
"""The suffix that stands for a folder of numbered pictures."""

MAX_SIDE = 65500
MAX_FILM_PIXELS = 16384 * 8192
"""Pixels of a video frame: its canvas is in memory whole, some 40 bytes a pixel. Only stills are rendered in bands."""

MIN_TYPED_SIDE, MAX_TYPED_SIDE = 16, 60_000
"""Sides in pixels that a user may type. Below, nothing can be seen; above, most image viewers fail."""

MAX_LOOPS = 65535

MAX_SECONDS = 1_000_000
"""Longest export in seconds of play: eleven days."""

MAX_EXPORT_FRAMES = 100_000_000

RATE_RANGE = (0.001, 1000)
"""Lowest and highest frame rate, in frames per second."""


@dataclass(frozen=True)
class Format:
    """One export format: suffix, name, and limits.

    `a` is the name with its article. `film` is True for moving pictures, `rate` the default frame rate and `max_rate`
    the highest in frames per second, `max_side` the longest side in pixels. `alpha` is True where pixels can be partly
    transparent, `loops` where the file stores a number of repeats, `video` where the extra of that name is needed.
    """

    suffix: str
    word: str
    a: str
    film: bool = True
    rate: int = 60
    max_rate: int = 1000
    max_side: int = MAX_SIDE
    alpha: bool = False
    loops: bool = False
    video: bool = False


FORMATS = {
    one.suffix: one
    for one in (
        Format(".png", "PNG", "a PNG", film=False, alpha=True),
        Format(".gif", "GIF", "a GIF", rate=30, max_rate=50, max_side=65535, loops=True),
        Format(".mp4", "MP4", "a film", max_side=16384, video=True),
        Format(".webm", "WebM", "a film", max_side=16384, alpha=True, video=True),
        Format(FOLDER, "Numbered PNGs", "a folder of pictures", alpha=True),
        Format(".orbit", "Drawing", "a drawing", film=False),
    )
}

DRAWING_SUFFIXES = tuple(suffix for suffix in FORMATS if suffix != FOLDER)
"""Suffixes of files that can carry a drawing."""

UNSUPPORTED_PICTURES = (".jpg", ".jpeg", ".webp", ".avif", ".tif", ".tiff", ".bmp", ".heic", ".ppm", ".tga")
"""Picture formats that orbitdraw does not write."""

REPLACEMENTS = {
    **dict.fromkeys((*UNSUPPORTED_PICTURES, ".svg", ".pdf", ".eps", ".ps"), ".png"),
    **dict.fromkeys((".mov", ".avi", ".mkv", ".m4v", ".mpg", ".mpeg", ".wmv", ".flv", ".ogv"), ".mp4"),
    **dict.fromkeys((".apng", ".mng", ".ani"), ".gif"),
}
"""For every well-known suffix that cannot be written, the supported one that serves the same purpose."""


def numbering_error(name: str) -> str:
    """The error message for a file name with a printf-style number; empty for any other name.

    >>> numbering_error("frame_%04d.png"), numbering_error("100%.png")
    ('frame_%04d.png is one name for many pictures; write frame/ for 00001.png, 00002.png and so on', '')
    """
    stem, numbers = re.subn(r"%\d*d", "", PurePath(name).stem)
    folder = stem.strip("-_. ") or "frames"
    many = f"{name} is one name for many pictures; write {folder}/ for 00001.png, 00002.png and so on"
    return many if numbers else ""


def landscape_hint(name: str) -> str:
    """The end of an error sentence: a picture without a drawing can be used as a landscape."""
    return f"to use it as a landscape, drop it on the window or run: orbitdraw play moth --landscape {name}"


def suffix_error(name: str) -> str:
    """The error message for a file name with an unsupported suffix, with the name to write instead.

    >>> suffix_error("Moth.BMP")
    'Moth.BMP ends in .BMP, which cannot be written; write Moth.png'
    """
    path = PurePath(name)
    suffix = path.suffix.lower()
    if suffix in REPLACEMENTS:
        advice = f"write {path.with_suffix(REPLACEMENTS[suffix]).name}"
    else:
        advice = suggestion(suffix, DRAWING_SUFFIXES)
        if not advice.startswith("did"):
            advice = f"there are {', '.join(DRAWING_SUFFIXES)}, and a folder such as frames/"
    return f"{path.name} ends in {path.suffix}, which cannot be written; {advice}"


def parse_size(text: str) -> tuple[int, int]:
    """The width and height in a typed size: `1920x1080`, or one number for a square.

    >>> parse_size("1920x1080"), parse_size("1200")
    ((1920, 1080), (1200, 1200))
    """
    match = re.fullmatch(r"\s*(\d{1,9})\s*(?:[xX×]\s*(\d{1,9}))?\s*", text)
    if not match:
        numbers = re.findall(r"\d{2,5}", text)
        hint = f"did you mean {numbers[0]}x{numbers[1]}?" if len(numbers) == 2 else "write it like 1920x1080, or 1200"
        raise InputError(f"size {text!r} cannot be read; {hint}")
    width = int(match[1])
    height = int(match[2]) if match[2] else width
    for side in (width, height):
        if not MIN_TYPED_SIDE <= side <= MAX_TYPED_SIDE:
            raise InputError(f"size {text!r} is out of range; a side has {MIN_TYPED_SIDE} to {MAX_TYPED_SIDE} pixels")
    return width, height


def check_size(size: tuple[int, int], suffix: str) -> tuple[int, int]:
    """The size as two integers; InputError where this format cannot have it.

    >>> check_size((1920, 1080), ".gif")
    (1920, 1080)
    """
    try:
        width, height = size
        is_whole = width == int(width) and height == int(height)
    except (TypeError, ValueError, OverflowError):
        raise InputError(f"a size is two whole numbers such as 1920x1080, not {size!r}") from None
    if not is_whole or not (1 <= width <= MAX_SIDE and 1 <= height <= MAX_SIDE):
        raise InputError(f"a picture has sides of 1 to {MAX_SIDE} pixels, not {width} x {height}")
    file_format = FORMATS[suffix]
    if file_format.film and width * height > MAX_FILM_PIXELS:
        raise InputError(f"a film of {width} x {height} pixels does not fit in memory; 16384 x 8192 is the most")
    if max(width, height) > file_format.max_side:
        raise InputError(
            f"{file_format.a} is at most {file_format.max_side} pixels wide and high, not {width} x {height}"
        )
    return int(width), int(height)


def check_rate(rate: Fraction, suffix: str) -> None:
    """Raise InputError for a frame rate that this format cannot show."""
    if suffix == ".gif" and rate > FORMATS[suffix].max_rate:
        raise InputError(
            f"a GIF cannot show {float(rate):g} frames per second: its delays are multiples of 1/100 s, and browsers "
            "slow down delays below 2/100 s; choose 50, 33.33, 25 or 20"
        )
    if suffix == ".gif" and rate < Fraction(1, 600):
        raise InputError("a GIF shows a frame for at most ten minutes; choose more frames per second")


def check_options(suffix: str, transparent: bool, loop: int | None) -> None:
    """Raise InputError for a transparent background or a loop count in a format that has none.

    >>> check_options(".png", True, None)
    >>> check_options(".mp4", False, 3)
    Traceback (most recent call last):
    orbitdraw.errors.InputError: only a GIF has a loop count; leave loop out for .mp4
    """
    if transparent and not FORMATS[suffix].alpha:
        reasons = {
            ".gif": "a GIF has no half-transparent pixels",
            ".mp4": "an MP4 has no transparency",
            ".orbit": "a drawing has no pixels",
        }
        raise InputError(f"{reasons[suffix]}; a transparent background needs .png, .webm or a folder such as frames/")
    if loop is None:
        return
    if not FORMATS[suffix].loops:
        raise InputError(f"only a GIF has a loop count; leave loop out for {suffix}")
    if loop != int(loop) or not 0 <= loop <= MAX_LOOPS:
        raise InputError(f"loop must be 0 (for ever) or the number of plays, up to {MAX_LOOPS}, not {loop}")


def check_quality(suffix: str, quality: str, transparent: bool) -> None:
    """Raise InputError for a quality that is not available with a transparent background.

    >>> check_quality(".webm", "high", False)
    >>> check_quality(".webm", "lossless", True)
    Traceback (most recent call last):
    orbitdraw.errors.InputError: a transparent .webm has standard quality only; a folder such as frames/ is lossless
    """
    if transparent and FORMATS[suffix].video and quality != "standard":
        raise InputError(f"a transparent {suffix} has standard quality only; a folder such as frames/ is lossless")
