"""Export of MP4 (H.264) and WebM (VP9), the latter also with a transparent background."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from orbitdraw.errors import InputError, OrbitdrawError, suggestion
from orbitdraw.exporters.alpha_bleeding import bleed_colours
from orbitdraw.exporters.spec import QUALITIES, Bytes, Pictures, Pixels, Spec
from orbitdraw.exporters.transparent import remove_background
from orbitdraw.formats import check_options, check_quality, check_size
from orbitdraw.record.embedded import to_comment
from orbitdraw.runtime.files import DISK_FULL
from orbitdraw.runtime.jit import jit, jit_inline


@dataclass(frozen=True)
class Encoding:
    """The encoding of a film: codec and options, pixel format, and the function that fills the planes of a frame."""

    codec: str
    pixels: str
    options: dict[str, str]
    fill: Callable[[Pixels, list[Bytes]], None]

    @property
    def colours(self) -> dict[str, int]:
        """Colour space tags. Without them players guess by size, and colours shift."""
        if self.fill in (as_420, as_420a, as_444):
            # BT.709 for all three, limited range 16 to 235.
            return {"color_primaries": 1, "color_trc": 1, "colorspace": 1, "color_range": 1}
        # sRGB without a matrix, full range 0 to 255.
        return {"color_primaries": 1, "color_trc": 13, "colorspace": 0, "color_range": 2}

    def padded_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """Size of the film: even sides where four pixels share a chroma sample."""
        width, height = size
        return (width + width % 2, height + height % 2) if self.fill in (as_420, as_420a) else size


def as_420(pixels: Pixels, planes: list[Bytes]) -> None:
    to_luma(pixels, planes[0])
    to_quarter_chroma(pixels, planes[1], planes[2])


def as_420a(pixels: Pixels, planes: list[Bytes]) -> None:
    """0xAARRGGBB with straight (not premultiplied) alpha, as WebM expects."""
    bled = bleed_colours(pixels)
    as_420(bled, planes)
    alpha, (h, w) = planes[3], pixels.shape
    alpha[:h, :w] = pixels >> 24
    alpha[h:], alpha[:, w:] = alpha[h - 1], alpha[:, w - 1 : w]


def as_444(pixels: Pixels, planes: list[Bytes]) -> None:
    to_luma(pixels, planes[0])
    to_chroma(pixels, planes[1], planes[2])


def as_gbr(pixels: Pixels, planes: list[Bytes]) -> None:
    for plane, shift in zip(planes, (8, 0, 16), strict=True):
        plane[:, : pixels.shape[1]] = pixels >> shift & 255


def as_bgr0(pixels: Pixels, planes: list[Bytes]) -> None:
    # 0x00RRGGBB little-endian is BGR0: pixels are copied unchanged.
    planes[0].view("<u4")[:, : pixels.shape[1]] = pixels


def _x264(quantiser: str, extra: str) -> dict[str, str]:
    # Tuned on the four scenes of benchmarks/export.py against the encoder's defaults. Psychovisual tuning spends bits
    # on grain that drawings lack; half of the usual adaptive quantisation and a finer chroma spend them on thin
    # coloured lines. The preset's look-ahead of 10 pictures is too short for a film that fills up with lines.
    params = f"psy=0:aq-mode=2:aq-strength=0.6:trellis=1:bframes=5:rc-lookahead=30:{extra}"
    return {"preset": "veryfast", "crf": quantiser, "x264-params": params}


VP9 = {"b": "0", "deadline": "realtime", "row-mt": "1", "tile-columns": "2"}
"""Real-time mode: the other one took up to three times as long for the same PSNR in the same bytes."""

ENCODINGS: dict[tuple[str, str], Encoding] = {
    (".mp4", "standard"): Encoding("libx264", "yuv420p", _x264("25", "chroma-qp-offset=-6"), as_420),
    (".mp4", "high"): Encoding("libx264", "yuv444p", _x264("18", "chroma-qp-offset=-9"), as_444),
    (".mp4", "lossless"): Encoding("libx264rgb", "bgr0", {"preset": "veryfast", "qp": "0"}, as_bgr0),
    (".webm", "standard"): Encoding(
        "libvpx-vp9", "yuv420p", VP9 | {"crf": "30", "cpu-used": "4", "aq-mode": "0"}, as_420
    ),
    (".webm", "high"): Encoding("libvpx-vp9", "yuv444p", VP9 | {"crf": "18", "cpu-used": "5", "aq-mode": "0"}, as_444),
    (".webm", "lossless"): Encoding("libvpx-vp9", "gbrp", VP9 | {"lossless": "1", "cpu-used": "5"}, as_gbr),
}
"""Encodings by suffix and quality. Standard plays everywhere; the others have full chroma resolution, which most phones
and browsers other than Chrome do not play."""

TRANSPARENT = {
    ".webm": Encoding("libvpx-vp9", "yuva420p", VP9 | {"crf": "30", "cpu-used": "4", "aq-mode": "0"}, as_420a),
}
"""Encodings with a transparent background: VP9 has an alpha plane in this pixel format only."""

CONTAINER = {
    # faststart: the index in front, so that a film starts before it is loaded. bitexact: the same bytes from the same
    # drawing, without Matroska's random ids.
    ".mp4": {"movflags": "faststart", "fflags": "+bitexact"},
    ".webm": {"fflags": "+bitexact"},
}


def check_video(spec: Spec, suffix: str) -> None:
    """Raise InputError for a size or quality that the format lacks, or when the video extra is not installed."""
    encoding_of(suffix, spec.quality, spec.transparent)
    check_size(spec.size, suffix)
    av()


def encoding_of(suffix: str, quality: str, transparent: bool = False) -> Encoding:
    """The encoding for a suffix and quality. Raises InputError for an unknown quality or an impossible combination.

    >>> encoding_of(".mp4", "lossless").pixels
    'bgr0'
    """
    if quality not in QUALITIES:
        raise InputError(f"quality {quality!r} is unknown; {suggestion(quality, QUALITIES)}")
    if not transparent:
        return ENCODINGS[suffix, quality]
    check_options(suffix, transparent, None)
    check_quality(suffix, quality, transparent)
    return TRANSPARENT[suffix]


def av() -> Any:
    """The video library PyAV. Raises InputError if the video extra is not installed."""
    try:
        return import_module("av")
    except ImportError as error:
        raise InputError("MP4 and WebM need the video extra: pip install 'orbitdraw[video]'") from error


def write_mp4(pictures: Pictures, draft: Path, spec: Spec) -> list[str]:
    """Write an H.264 film with its index in front; every browser and phone plays the standard quality."""
    return write_video(pictures, draft, spec, ".mp4")


def write_webm(pictures: Pictures, draft: Path, spec: Spec) -> list[str]:
    """Write a VP9 film."""
    return write_video(pictures, draft, spec, ".webm")


def write_video(pictures: Pictures, draft: Path, spec: Spec, suffix: str) -> list[str]:
    """Write a film in the encoding of its quality; odd sides are made even if necessary by repeating the last row or
    column."""
    check_video(spec, suffix)
    library = av()
    encoding = encoding_of(suffix, spec.quality, spec.transparent)
    width, height = encoding.padded_size(spec.size)
    first = next(pictures)
    try:
        with library.open(str(draft), "w", format=suffix[1:], options=CONTAINER[suffix]) as container:
            drawing = spec.drawing()
            if drawing is not None:
                container.metadata["comment"] = to_comment(drawing).decode()
            stream = container.add_stream(encoding.codec, rate=spec.fps)
            stream.width, stream.height, stream.pix_fmt, stream.options = (
                width,
                height,
                encoding.pixels,
                encoding.options,
            )
            stream.codec_context.thread_count = os.cpu_count() or 1
            for name, value in encoding.colours.items():
                setattr(stream.codec_context, name, value)
            for picture in chain([first], pictures):
                # A new frame for each picture: the encoder may still read earlier ones.
                frame = library.VideoFrame(width, height, encoding.pixels)
                planes = [np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size) for plane in frame.planes]
                pixels = remove_background(picture.pixels, picture.ground) if spec.transparent else picture.pixels
                encoding.fill(np.ascontiguousarray(pixels), planes)
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
    except library.error.FFmpegError as error:
        if error.errno in DISK_FULL:
            raise OSError(error.errno, error.strerror) from error
        raise OrbitdrawError(f"the film could not be written: {error.strerror}; nothing was changed") from error
    if (width, height) != spec.size:
        return [f"a film needs even sides: {spec.size[0]} x {spec.size[1]} was padded to {width} x {height}"]
    return []


@jit("void(uint32[:,::1], uint8[:,::1])")
def to_luma(pixels: Pixels, luma: Bytes) -> None:
    """Convert 0x00RRGGBB to Y' = 0.2126 R + 0.7152 G + 0.0722 B in 16..235, repeating an odd last row and column.

    Source: ITU-R BT.709. Weights in 65536ths. Rows of `luma` may be longer than the picture.
    """
    h, w = pixels.shape
    for y in range(luma.shape[0]):
        row, to = pixels[min(y, h - 1)], luma[y]
        for x in range(w):
            p = row[x]
            r, g, b = np.int32(p >> 16 & 255), np.int32(p >> 8 & 255), np.int32(p & 255)
            to[x] = 16 + ((11966 * r + 40254 * g + 4064 * b + 32768) >> 16)
        if w < to.shape[0]:
            to[w] = to[w - 1]


@jit("void(uint32[:,::1], uint8[:,::1], uint8[:,::1])")
def to_chroma(pixels: Pixels, blue: Bytes, red: Bytes) -> None:
    """Convert 0x00RRGGBB to Cb = (B - Y') / 1.8556 and Cr = (R - Y') / 1.5748 in 16..240. Source: ITU-R BT.709."""
    h, w = pixels.shape
    for y in range(h):
        row, cb, cr = pixels[y], blue[y], red[y]
        for x in range(w):
            p = row[x]
            r, g, b = np.int32(p >> 16 & 255), np.int32(p >> 8 & 255), np.int32(p & 255)
            cb[x] = 128 + ((-6596 * r - 22189 * g + 28785 * b + 32768) >> 16)
            cr[x] = 128 + ((28784 * r - 26145 * g - 2639 * b + 32768) >> 16)


@jit_inline
def _mean_chroma(i: Any, j: Any, k: Any, m: Any) -> Any:
    """Cb and Cr of the mean of four pixels."""
    # Red and blue are summed side by side in one word; the sum of four needs 2 more bits each.
    red_blue = (i & 0xFF00FF) + (j & 0xFF00FF) + (k & 0xFF00FF) + (m & 0xFF00FF)
    r, b = np.int32(red_blue >> 16), np.int32(red_blue & 0xFFFF)
    g = np.int32(((i & 0xFF00) + (j & 0xFF00) + (k & 0xFF00) + (m & 0xFF00)) >> 8)
    cb = 128 + ((-6596 * r - 22189 * g + 28785 * b + 131072) >> 18)
    return cb, 128 + ((28784 * r - 26145 * g - 2639 * b + 131072) >> 18)


@jit("void(uint32[:,::1], uint8[:,::1], uint8[:,::1])")
def to_quarter_chroma(pixels: Pixels, blue: Bytes, red: Bytes) -> None:
    """As `to_chroma`, with half the rows and columns (4:2:0): each sample is the mean of four pixels.

    The standard places a chroma sample on the left of its two columns, but weights 1 2 1 around that position, tried on
    thin trails, were 0.6 dB worse with every decoder. A luma that compensates for the lost chroma gained 0.5 dB in the
    mean of three colours and lost 10 dB in brightness, which the eye sees.
    """
    h, w = pixels.shape
    for y in range(blue.shape[0]):
        above, below, cb, cr = pixels[2 * y], pixels[min(2 * y + 1, h - 1)], blue[y], red[y]
        for x in range(w // 2):
            cb[x], cr[x] = _mean_chroma(above[2 * x], above[2 * x + 1], below[2 * x], below[2 * x + 1])
        if w % 2:
            cb[w // 2], cr[w // 2] = _mean_chroma(above[w - 1], above[w - 1], below[w - 1], below[w - 1])
