"""Reading of picture files, the only place where one is decoded.

The format is detected from the first bytes, and Pillow is called for that format alone, through a plugin that is named
to imageio explicitly. On its own, imageio tries all plugins, some of which run programs (Ghostscript), fetch URLs, or
open files that the file names.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from imageio.core.request import Request
from imageio.core.v3_plugin_api import PluginV3
from imageio.v3 import imopen
from numpy.typing import NDArray
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    ExifTags,
    GifImagePlugin,
    Image,
    ImageFile,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
    features,
)

from orbitdraw.errors import InputError
from orbitdraw.runtime.opening import kind_of, open_file
from orbitdraw.runtime.picture_checks import (
    CHECKS,
    CUT_SHORT,
    MAX_PIXELS,
    READABLE_KINDS,
    RefusedError,
    check_dimensions,
    count_scans,
)

Floats = NDArray[np.float64]

MAX_BYTES = 256 << 20

# Pillow's own limit does not report the size, and refuses a photograph that is reduced while it is decoded;
# `check_dimensions` is called for every picture.
Image.MAX_IMAGE_PIXELS = None

READERS = {
    "PNG": PngImagePlugin,
    "JPEG": JpegImagePlugin,
    "GIF": GifImagePlugin,
    "WebP": WebPImagePlugin,
    "BMP": BmpImagePlugin,
    "TIFF": TiffImagePlugin,
    "AVIF": AvifImagePlugin,
}
"""Pillow's plugin for each kind. Imported here, because Pillow would import all plugins to find a missing one."""

BAND_PIXELS = 1 << 20
"""Number of pixels whose brightness is computed at a time."""

LUMA_WEIGHTS = np.array([0.2126, 0.7152, 0.0722])
"""Weights of red, green and blue in the brightness (ITU-R BT.709)."""


def brightness(path: str | os.PathLike[str], longest: int) -> Floats:
    """The brightness of a picture, 0 to 1 from its darkest to its brightest pixel, (rows, columns) from the top.

    The picture is rotated upright, transparent parts are black, only the first frame is read, and box averages reduce
    it to at most `longest` rows and columns. Raises InputError, in one sentence, for a file that is not a picture or
    cannot be read completely.
    """
    name = Path(path).name
    with open_file(path, MAX_BYTES) as file:
        kind = kind_of(file)
        if kind not in READERS:
            raise InputError(f"{name} is not a picture that can be read; {READABLE_KINDS} can")
        if kind in ("WebP", "AVIF") and not features.check(kind.lower()):
            raise InputError(f"{name} needs a Pillow that reads {kind}: pip install --upgrade pillow")
        try:
            with imopen(CHECKS[kind](file), "r", plugin=SingleFormatPlugin, kind=kind) as reader:
                grid: Floats = reader.read(longest)
        except RefusedError as refusal:
            raise InputError(f"{name} {refusal}") from None
        except MemoryError:
            raise InputError(f"{name} is too large: there is not enough memory for it") from None
        except Exception as error:  # decoders raise all kinds of exceptions
            if "truncated" in str(error).lower() or isinstance(error, EOFError):
                raise InputError(f"{name} {CUT_SHORT}") from error
            raise InputError(f"{name} is damaged, and cannot be read as {kind}") from error
    return grid


class SingleFormatPlugin(PluginV3):  # type: ignore[misc]  # mypy skips imageio
    """An imageio plugin that calls Pillow for one format only."""

    def __init__(self, request: Request, kind: str) -> None:
        super().__init__(request)
        self.kind = kind

    def read(self, longest: int) -> Floats:
        """The brightness of the first frame; see `brightness`."""
        file = self.request.get_file()
        # Pillow warns of large pictures, which are refused here, and of damaged metadata, which is ignored.
        warnings.filterwarnings("ignore", module=r"PIL\.")
        with Image.open(file, formats=[self.kind.upper()]) as picture:
            reduction = _decode_reduction(picture, file)
            check_dimensions(*picture.size, reduction)
            if reduction > 1:
                picture.draft(None, (picture.width // reduction, picture.height // reduction))
            picture.load()
            reduced = _reduce(picture, longest)
            reduced.getexif()[ExifTags.Base.Orientation] = _orientation(picture)
        return np.asarray(ImageOps.exif_transpose(reduced), dtype=np.float64)


def _decode_reduction(picture: ImageFile.ImageFile, file: BinaryIO) -> int:
    """The factor by which the sides are divided while a picture is decoded: above 1 only for a large JPEG."""
    # A JPEG with several scans is decoded at full size before it is reduced.
    if not isinstance(picture, JpegImagePlugin.JpegImageFile) or count_scans(file) > 1:
        return 1
    return next(
        (reduction for reduction in (1, 2, 4) if picture.width * picture.height <= MAX_PIXELS * reduction**2), 8
    )


def _orientation(picture: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; 1 where the metadata is damaged."""
    try:
        orientation = picture.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:
        return 1
    return orientation if orientation in range(1, 9) else 1


def _reduce(picture: Image.Image, longest: int) -> Image.Image:
    """The brightness from 0 to 1 in mode F, at most `longest` along a side: exact means, a few rows at a time."""
    extremes = np.array([(band.min(), band.max()) for band in _bands(picture)])
    if not np.isfinite(extremes).all():
        raise RefusedError("has pixels that are not finite numbers")
    low, high = extremes.min(), extremes.max()
    span = high - low or 1.0
    scale = min(1.0, longest / max(picture.size))
    width, height = (max(1, round(side * scale)) for side in picture.size)
    strips = []
    for band in _bands(picture):
        rows = Image.fromarray(((band - low) / span).astype(np.float32))
        strips.append(np.asarray(rows.resize((width, rows.height), Image.Resampling.BOX)))
    return Image.fromarray(np.concatenate(strips)).resize((width, height), Image.Resampling.BOX)


def _bands(picture: Image.Image) -> Iterator[Floats]:
    """Iterate over the brightness of bands of rows, in the units of the picture's mode."""
    width, height = picture.size
    rows = max(1, BAND_PIXELS // width)
    for top in range(0, height, rows):
        yield _luma(picture.crop((0, top, width, min(height, top + rows))))


def _luma(band: Image.Image) -> Floats:
    if band.mode == "F" or band.mode.startswith("I"):
        return np.asarray(band, dtype=np.float64)
    if band.has_transparency_data:
        colours = np.asarray(band.convert("RGBA"), dtype=np.float64)
        return np.asarray((colours[..., :3] @ LUMA_WEIGHTS) * (colours[..., 3] / 255.0))
    if band.mode in ("1", "L"):
        return np.asarray(band.convert("L"), dtype=np.float64)
    return np.asarray(np.asarray(band.convert("RGB"), dtype=np.float64) @ LUMA_WEIGHTS)
