"""Paths of the data files of the program: beside the code in a wheel, at the top of a checkout."""

from __future__ import annotations

from pathlib import Path

from orbitdraw.errors import OrbitdrawError

PACKAGE = Path(__file__).resolve().parents[1]


def _folder(name: str) -> Path:
    # The wheel's copy first: an installed package lies in site-packages, whose `assets` would be another project's.
    for folder in (PACKAGE / name, PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise OrbitdrawError(f"the installation has no {name} folder; install orbitdraw again")


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # an invalid file name
        return False


def asset(name: str) -> Path:
    """The path of a file in `assets`, such as a font; OrbitdrawError when the installation lacks it.

    >>> asset("fonts/Inter-Regular.ttf").name
    'Inter-Regular.ttf'
    """
    path = _folder("assets") / name
    # The name may come from an untrusted file: a draft names its scene's picture.
    if ".." in path.parts or not _exists(path):
        raise OrbitdrawError(f"the installation lacks assets/{name}; install orbitdraw again")
    return path


def scenes_folder() -> Path:
    """The folder of the scenes that come with the program.

    >>> scenes_folder().name
    'scenes'
    """
    return _folder("scenes")
