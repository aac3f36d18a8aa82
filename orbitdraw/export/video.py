"""MP4 (H.264) and WebM (VP9), picture by picture."""

from __future__ import annotations

import os
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from orbitdraw.errors import InputError, OrbitdrawError
from orbitdraw.export.embed import packed
from orbitdraw.export.spec import Bytes, Pictures, Pixels, Spec
from orbitdraw.jit import compiled

ENCODERS: dict[str, tuple[str, str, dict[str, str]]] = {
    # Measured on thin coloured trails, 800 x 800: without psychovisual tuning, which spends bits on grain that no
    # drawing has, and with a finer chroma, 0.4 dB more for a twelfth more bytes. Slower presets gain as much again
    # for twice the time.
    ".mp4": ("mp4", "libx264", {"crf": "18", "preset": "veryfast", "x264-params": "psy=0:chroma-qp-offset=-3"}),
    ".webm": ("webm", "libvpx-vp9", {"crf": "24", "b": "0", "deadline": "realtime", "cpu-used": "6", "row-mt": "1"}),
}

CONTAINER = {
    # The index in front, so that a film starts before it is loaded; and the same bytes from the same drawing, where
    # Matroska would put random numbers.
    ".mp4": {"movflags": "faststart", "fflags": "+bitexact"},
    ".webm": {"fflags": "+bitexact"},
}

LARGEST = {".mp4": 16384, ".webm": 16384}


def check_video(spec: Spec, suffix: str) -> None:
    """Raise InputError for a size that the format does not have, or when the video extra is missing."""
    most = LARGEST[suffix]
    if max(spec.size) > most:
        raise InputError(f"a film is at most {most} pixels wide and high, not {spec.size[0]} x {spec.size[1]}")
    av()


def av() -> Any:
    """The video library, which is an extra."""
    try:
        import av as library
    except ImportError as error:
        raise InputError("MP4 and WebM need the video extra: pip install 'orbitdraw[video]'") from error
    return library


def write_mp4(pictures: Pictures, draft: Path, spec: Spec) -> list[str]:
    """An H.264 film that every browser and phone plays, with its index in front so that it starts at once."""
    return write_video(pictures, draft, spec, ".mp4")


def write_webm(pictures: Pictures, draft: Path, spec: Spec) -> list[str]:
    """A VP9 film."""
    return write_video(pictures, draft, spec, ".webm")


def write_video(pictures: Pictures, draft: Path, spec: Spec, suffix: str) -> list[str]:
    """A film in 4:2:0 with BT.709 colours, odd sides made even by repeating the last row or column."""
    check_video(spec, suffix)
    library = av()
    container_name, codec, options = ENCODERS[suffix]
    width, height = (side + side % 2 for side in spec.size)
    first = next(pictures)
    try:
        with library.open(str(draft), "w", format=container_name, options=CONTAINER[suffix]) as container:
            drawing = spec.drawing()
            if drawing is not None:
                container.metadata["comment"] = packed(drawing).decode()
            stream = container.add_stream(codec, rate=spec.fps)
            stream.width, stream.height, stream.pix_fmt, stream.options = width, height, "yuv420p", options
            stream.codec_context.thread_count = os.cpu_count() or 1
            # Say what the numbers mean: players guess by size otherwise, and colours shift. 1 is BT.709, range 1 is
            # the usual 16 to 235.
            for name in ("color_primaries", "color_trc", "colorspace", "color_range"):
                setattr(stream.codec_context, name, 1)
            yuv = np.empty((height * 3 // 2, width), np.uint8)
            for picture in chain([first], pictures):
                to_yuv(np.ascontiguousarray(picture.pixels), yuv[:height], yuv[height:].reshape(2, height // 2, -1))
                frame = library.VideoFrame.from_ndarray(yuv, format="yuv420p")
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
    except library.error.FFmpegError as error:
        raise OrbitdrawError(f"the film could not be written: {error.strerror}; nothing was changed") from error
    if (width, height) != spec.size:
        return [f"a film needs even sides: {spec.size[0]} x {spec.size[1]} was made {width} x {height} at the edge"]
    return []


@compiled("void(uint32[:,::1], uint8[:,::1], uint8[:,:,::1])")
def to_yuv(pixels: Pixels, luma: Bytes, chroma: Bytes) -> None:
    """0x00RRGGBB to Y' (h, w) and Cb, Cr (2, h/2, w/2), each chroma sample the mean of its four pixels.

    Y' = 0.2126 R + 0.7152 G + 0.0722 B, Cb = (B - Y') / 1.8556, Cr = (R - Y') / 1.5748, in 16..235 and 16..240.
    Source: ITU-R BT.709. Weights in 65536ths. A chroma sample is said to lie on the left one of its two columns, but
    weights 1 2 1 around that place, tried on thin trails, came back 0.6 dB worse from every way of reading a film.
    """
    h, w = pixels.shape
    for y in range(0, luma.shape[0], 2):
        for x in range(0, luma.shape[1], 2):
            red, green, blue = np.int64(0), np.int64(0), np.int64(0)
            for dy in range(2):
                for dx in range(2):
                    p = pixels[min(y + dy, h - 1), min(x + dx, w - 1)]
                    r, g, b = np.int64(p >> 16 & 255), np.int64(p >> 8 & 255), np.int64(p & 255)
                    luma[y + dy, x + dx] = 16 + ((11966 * r + 40254 * g + 4064 * b + 32768) >> 16)
                    red, green, blue = red + r, green + g, blue + b
            # The sum of four pixels, so 2 bits more.
            chroma[0, y >> 1, x >> 1] = 128 + ((-6596 * red - 22189 * green + 28785 * blue + 131072) >> 18)
            chroma[1, y >> 1, x >> 1] = 128 + ((28784 * red - 26145 * green - 2639 * blue + 131072) >> 18)
