"""Make the pictures that travel with the program: a thumbnail of every scene, and the picture of the README.

    python assets/generate.py            all of them
    python assets/generate.py moth       some

They are rendered by the same path as every picture, at the moment that the scene names as its poster.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

from orbitdraw import Run, Scene, load
from orbitdraw.film.film import Film
from orbitdraw.library.catalogue import catalogue
from orbitdraw.simulation.run import FRAMES_PER_SECOND

HERE = Path(__file__).parent
SIZE = (640, 360)
SHARPER = 2
README = ("moth", "galaxy_encounter", "venus_rose", "two_wells", "denoiser", "egg_carton")


def still(scene: Scene, size: tuple[int, int]) -> Image.Image:
    """The scene's poster, drawn twice as large and brought down, so that thin lines stay calm."""
    film = Film(Run(scene), (size[0] * SHARPER, size[1] * SHARPER))
    film.seek(round((scene.poster if scene.poster is not None else scene.seconds) * FRAMES_PER_SECOND))
    return Image.fromarray(film.picture().rgb()).resize(size, Image.Resampling.LANCZOS)


def readme() -> Image.Image:
    """Six scenes in three columns."""
    sheet = Image.new("RGB", (3 * SIZE[0], 2 * SIZE[1]))
    for place, name in enumerate(README):
        sheet.paste(still(load(name), SIZE), ((place % 3) * SIZE[0], (place // 3) * SIZE[1]))
    return sheet.resize((1440, 540), Image.Resampling.LANCZOS)


def main(names: list[str]) -> None:
    for entry in catalogue():
        if not names or entry.name in names:
            target = HERE / "thumbnails" / f"{entry.name}.png"
            still(load(entry.name), SIZE).quantize(256, dither=Image.Dither.NONE).save(target, optimize=True)
            print(target.name, f"{target.stat().st_size / 1024:.0f} KiB")
    if not names:
        readme().save(HERE / "readme.png", optimize=True)


if __name__ == "__main__":
    main(sys.argv[1:])
