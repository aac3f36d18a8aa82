"""Benchmark of exports against Pillow and imageio: seconds, megabytes, PSNR, memory.

    python benchmarks/export.py           GIF: 120 pictures of 800 x 800; films: 180 of 1280 x 720 in every quality
    python benchmarks/export.py gif       GIF only
    python benchmarks/export.py film      films only
    python benchmarks/export.py memory    peak memory of whole exports, 30 and 300 pictures of 1280 x 720
    python benchmarks/export.py poster    20 000 x 20 000 in bands: seconds and peak memory

Seconds are from pictures in memory to the closed file; Pillow and imageio get RGB that is converted before the clock
starts. Decibels are the PSNR in RGB of every tenth decoded picture. A film is decoded twice: with the nearest chroma
sample, ffmpeg's default, and with interpolated chroma, as in most players.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from orbitdraw.exporters.export import EXPORTERS, export
from orbitdraw.exporters.spec import QUALITIES, Spec
from orbitdraw.film.film import Film
from orbitdraw.film.pictures import pictures
from orbitdraw.ink.tone import Picture
from orbitdraw.library.loading import create_run

GIF = (120, (800, 800), 30)
FILM = (180, (1280, 720), 60)
"""Pictures, size, rate."""

FILMED = {"figure_eight": "light", "two_wells": "light", "galaxy_encounter": "light", "egg_carton": "density"}


def decibels(errors: list[Any]) -> str:
    """PSNR of mean squared errors."""
    error = float(np.mean(errors))
    return "exact" if error == 0 else f"{10 * np.log10(255**2 / error):.1f} dB"


def gif_read(path: Path, rgb: Any) -> str:
    """PSNR of every tenth picture of a GIF."""
    errors = []
    with Image.open(path) as image:
        for index in range(0, len(rgb), 10):
            image.seek(index)
            errors.append(np.mean((np.asarray(image.convert("RGB"), float) - rgb[index]) ** 2))
    return decibels(errors)


def film_read(path: Path, rgb: Any) -> str:
    """PSNR of every tenth picture of a film, with nearest and with interpolated chroma samples."""
    import av
    from av.video.reformatter import Interpolation, VideoReformatter

    nearest, smooth, reader = [], [], VideoReformatter()
    fine = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
    with av.open(str(path)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            if index % 10 == 0:
                nearest.append(np.mean((frame.to_ndarray(format="rgb24").astype(float) - rgb[index]) ** 2))
                other = reader.reformat(frame, format="rgb24", interpolation=fine).to_ndarray()
                smooth.append(np.mean((other.astype(float) - rgb[index]) ** 2))
    return f"{decibels(nearest)} / {decibels(smooth)}"


def ours(kind: str, path: Path, drawn: list[Picture], rgb: Any, rate: int, quality: str = "standard") -> None:
    """This program's writer."""
    spec = Spec(drawn[0].size, len(drawn), Fraction(rate), samples=lambda: iter(drawn[2::5]), quality=quality)
    EXPORTERS[kind](iter(drawn), path, spec)


def pillow(kind: str, path: Path, drawn: list[Picture], rgb: Any, rate: int) -> None:
    """Pillow from RGB."""
    images = [Image.fromarray(picture) for picture in rgb]
    images[0].save(path, save_all=True, append_images=images[1:], duration=1000 // rate, loop=0)


def imageio(kind: str, path: Path, drawn: list[Picture], rgb: Any, rate: int) -> None:
    """imageio from RGB, with its defaults."""
    import imageio.v3 as iio

    if kind == ".gif":
        iio.imwrite(path, rgb, duration=1000 // rate)
    else:
        iio.imwrite(path, rgb, plugin="pyav", codec={".mp4": "libx264", ".webm": "libvpx-vp9"}[kind], fps=rate)


Writer = Callable[..., None]


def compare(name: str, style: str, shape: tuple[int, tuple[int, int], int], start: float, kinds: Any) -> None:
    """Run every writer on the same pictures, one after the other."""
    count, size, rate = shape
    drawn = list(pictures(Film(create_run(name, style=style), size), count, start=start, fps=rate))
    rgb = np.stack([picture.rgb() for picture in drawn])
    with tempfile.TemporaryDirectory() as folder:
        for kind, writers in kinds.items():
            for label, writer in writers.items():
                path = Path(folder) / f"a{kind}"
                began = time.perf_counter()
                writer(kind, path, drawn, rgb, rate)
                took = time.perf_counter() - began
                quality = (gif_read if kind == ".gif" else film_read)(path, rgb)
                mega = path.stat().st_size / 1e6
                print(f"{name:16} {style:7} {kind:5} {label:8} {took:6.2f} s {mega:7.3f} MB  {quality}", flush=True)


def gifs() -> None:
    """GIF beside Pillow and imageio."""
    for name in ("two_wells", "figure_eight"):
        for style in ("density", "light"):
            compare(name, style, GIF, 1, {".gif": {"ours": ours, "Pillow": pillow, "imageio": imageio}})


def films() -> None:
    """Films of every quality beside imageio."""
    writers: dict[str, Writer] = {"imageio": imageio}
    writers |= {quality: partial(ours, quality=quality) for quality in QUALITIES}
    for name, style in FILMED.items():
        compare(name, style, FILM, 0, {".mp4": writers, ".webm": writers})


def apart(*arguments: str) -> None:
    """Run one export in a separate process, to measure its peak memory."""
    subprocess.run([sys.executable, __file__, "one", *arguments], check=True)


def one(name: str, kind: str, width: str, height: str, frames: str) -> None:
    """Export, and print the peak memory."""
    import resource

    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        made = export(name, f"{folder}/a{kind}", size=(int(width), int(height)), frames=int(frames))
        size = made.path.stat().st_size / 1e6
    took, peak = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name} {kind} {width}x{height}, {frames} frames: {took:.1f} s, {size:.2f} MB, peak {peak:.0f} MiB")


if __name__ == "__main__":
    if sys.argv[1:2] == ["one"]:
        one(*sys.argv[2:])
    elif sys.argv[1:] == ["memory"]:
        for suffix in (".gif", ".mp4", ".webm"):
            for count in ("30", "300"):
                apart("two_wells", suffix, "1280", "720", count)
    elif sys.argv[1:] == ["poster"]:
        apart("moth", ".png", "20000", "20000", "120")
    else:
        for part in (gifs,) if sys.argv[1:] == ["gif"] else (films,) if sys.argv[1:] == ["film"] else (gifs, films):
            part()
