"""Exports against Pillow's and imageio's own paths from RGB, in one run: seconds, megabytes, decibels, memory.

    python benchmarks/export.py           the table: 120 pictures of 800 x 800, from memory to the closed file
    python benchmarks/export.py memory    peak memory of whole exports, 30 and 300 pictures of 1280 x 720
    python benchmarks/export.py poster    20 000 x 20 000 in bands: seconds and peak memory

Decibels are the PSNR of every tenth picture read back; a film is read back as ffmpeg reads it by default.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from orbitdraw.export import EXPORTERS, export
from orbitdraw.export.spec import Spec
from orbitdraw.film import Film
from orbitdraw.library import begin
from orbitdraw.pictures import pictures
from orbitdraw.tone import Picture

COUNT, SIZE = 120, (800, 800)


def decibels(drawn: list[Any], read: Callable[[int], Any]) -> str:
    """PSNR of every tenth picture."""
    errors = [np.mean((read(i).astype(float) - drawn[i]) ** 2) for i in range(0, COUNT, 10)]
    error = float(np.mean(errors))
    return "exact" if error == 0 else f"{10 * np.log10(255**2 / error):.1f} dB"


def gif_reader(path: Path) -> Callable[[int], Any]:
    """Picture i of a GIF."""
    image = Image.open(path)

    def read(index: int) -> Any:
        image.seek(index)
        return np.asarray(image.convert("RGB"))

    return read


def film_reader(path: Path) -> Callable[[int], Any]:
    """Picture i of a film."""
    import av

    with av.open(str(path)) as container:
        frames = [f.to_ndarray(format="rgb24") for i, f in enumerate(container.decode(video=0)) if i % 10 == 0]
    return lambda index: frames[index // 10]


def ours(kind: str, path: Path, drawn: list[Picture]) -> None:
    """This program's writer."""
    EXPORTERS[kind](iter(drawn), path, Spec(SIZE, COUNT, Fraction(30), samples=lambda: iter(drawn[2::5])))


def pillow(kind: str, path: Path, drawn: list[Picture]) -> None:
    """Pillow from RGB."""
    images = [Image.fromarray(picture.rgb()) for picture in drawn]
    images[0].save(path, save_all=True, append_images=images[1:], duration=33, loop=0)


def imageio(kind: str, path: Path, drawn: list[Picture]) -> None:
    """imageio from RGB."""
    import imageio.v3 as iio

    rgb = np.stack([picture.rgb() for picture in drawn])
    if kind == ".gif":
        iio.imwrite(path, rgb, duration=33)
    else:
        iio.imwrite(path, rgb, plugin="pyav", codec="libx264", fps=30)


def table() -> None:
    """Every writer on the same pictures."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("two_wells", "figure_eight"):
            for style in ("density", "light"):
                film = Film(begin(name, style=style), SIZE)
                drawn = list(pictures(film, COUNT, start=1, fps=30))
                rgb = [picture.rgb() for picture in drawn]
                for kind, writers in ((".gif", (ours, pillow, imageio)), (".mp4", (ours, imageio)), (".webm", (ours,))):
                    for writer in writers:
                        path = Path(folder) / f"a{kind}"
                        began = time.perf_counter()
                        writer(kind, path, drawn)
                        took = time.perf_counter() - began
                        quality = decibels(rgb, (gif_reader if kind == ".gif" else film_reader)(path))
                        size = path.stat().st_size / 1e6
                        print(
                            f"{name:13} {style:8} {kind:5} {writer.__name__:8} {took:7.2f} s {size:7.2f} MB  {quality}"
                        )


def apart(*arguments: str) -> None:
    """One export in a process of its own, so that its peak memory is its own."""
    subprocess.run([sys.executable, __file__, "one", *arguments], check=True)


def one(name: str, kind: str, width: str, height: str, frames: str) -> None:
    """Export, and say how much memory it took."""
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
        table()
