"""Every export format of the table: a file is complete or absent, and it contains its drawing."""

from __future__ import annotations

import os
import sys
import weakref
from fractions import Fraction

import numpy as np
import pytest
import waiting
from small_films import RAMP, SIZE, Fake, leveled, spring

from orbitdraw.authoring.motion import Motion
from orbitdraw.authoring.scene import Scene
from orbitdraw.errors import InputError, SceneError
from orbitdraw.exporters.export import EXPORTERS, CancelledError, export
from orbitdraw.exporters.prefetch import prefetch
from orbitdraw.exporters.spec import Spec
from orbitdraw.ink.look import Look
from orbitdraw.ink.strokes import Strokes
from orbitdraw.library.loading import read_drawing

KINDS = sorted(EXPORTERS)


def out(folder, kind):
    return folder / ("frames" if kind == "/" else f"art{kind}")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "/"])
def test_a_file_goes_on_from_its_drawing(kind, tmp_path):
    # The scene is a formula's, so that the drawing can find it again.
    made = export("x^2/2 + y^2", out(tmp_path, kind), size=SIZE, seconds=0.5, seed=4, values={"glow": 0.1})
    drawing = read_drawing(made)
    assert (drawing.scene.text, drawing.seed, drawing.values["glow"]) == ("x^2/2 + y^2", 4, 0.1)
    still = export(drawing, tmp_path / "a2.png", size=SIZE)
    direct = export("x^2/2 + y^2", tmp_path / "a3.png", size=SIZE, frames=drawing.frames, seed=4, values={"glow": 0.1})
    assert still.path.read_bytes() == direct.path.read_bytes()


class Interrupted(Motion):
    """A motion that fails in frame 7."""

    def start(self, values, seed):
        return {"x": np.zeros(1)}

    def advance(self, state, values, frame):
        if frame == 7:
            raise ZeroDivisionError("in frame 7")
        return Strokes.none(0.1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_scene_that_fails_midway_leaves_nothing(kind, tmp_path):
    with pytest.raises(SceneError, match=r"bad\.advance failed at frame 7: ZeroDivisionError: in frame 7"):
        export(Scene("bad", motion=Interrupted(), look=Look(exposure=1.0)), out(tmp_path, kind), size=SIZE, frames=20)
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, RuntimeError])
@pytest.mark.parametrize("kind", KINDS)
def test_an_interrupted_export_leaves_what_was_there(kind, error, tmp_path):
    made = export(spring(), out(tmp_path, kind), size=SIZE, frames=3)
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}

    def progress(done, total):
        if done >= 4:
            raise error

    with pytest.raises(error):
        export(spring(), made.path, size=SIZE, frames=20, progress=progress)
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before


@pytest.mark.parametrize("kind", KINDS)
def test_stopping(kind, tmp_path):
    asked = []

    def cancelled():
        asked.append(True)
        return len(asked) > 1

    with pytest.raises(CancelledError):
        export(spring(), out(tmp_path, kind), size=SIZE, frames=50, cancelled=cancelled)
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("kind", KINDS)
def test_progress_ends_at_the_end(kind, tmp_path):
    told = []
    export(spring(), out(tmp_path, kind), size=SIZE, frames=12, progress=lambda *numbers: told.append(numbers))
    assert told[-1] == (12, 12) and told == sorted(told)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_export_gives_the_same_bytes(kind, tmp_path):
    def bytes_of(name):
        path = export(spring(), out(tmp_path / name, kind), size=SIZE, frames=6).path
        return [file.read_bytes() for file in (sorted(path.iterdir()) if kind == "/" else [path])]

    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert bytes_of("a") == bytes_of("b")


FULL = """
import resource, sys
from pathlib import Path
from orbitdraw.errors import OrbitdrawError
from orbitdraw.exporters.export import export
folder, name = Path(sys.argv[1]), sys.argv[2]
export("x^2/2+y^2", folder / name, size=(320, 240), frames=2, values={"glow": 0.3})
before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
resource.setrlimit(resource.RLIMIT_FSIZE, (300, resource.RLIM_INFINITY))
try:
    export("x^2/2+y^2", folder / name, size=(320, 240), frames=12, values={"glow": 0.3})
except OrbitdrawError as error:
    assert "\\n" not in str(error), error
    print("said:", error)
after = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
assert after == before, (sorted(after), sorted(before))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no file size limits")
@pytest.mark.parametrize("kind", KINDS)
def test_a_full_disk_is_said_and_changes_nothing(kind, tmp_path):
    # A limit on the size of files stops the real write calls of every library, as a full disk does.
    made = waiting.run([sys.executable, "-c", FULL, tmp_path, out(tmp_path, kind).name])
    assert made.returncode == 0, made.stderr[-2000:]
    assert made.stdout.startswith("said:")


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_that_is_not_there(kind, tmp_path):
    with pytest.raises(InputError, match="cannot write in"):
        export(spring(), out(tmp_path / "nowhere", kind), size=SIZE, frames=2)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_closed_to_writing(kind, tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(InputError, match="cannot write in"):
            export(spring(), out(tmp_path, kind), size=SIZE, frames=2)
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {".png", ".orbit"}))
@pytest.mark.parametrize("levels", [True, False])
def test_few_pictures_are_held_however_long_the_film(kind, levels, tmp_path):
    alive: weakref.WeakSet[Fake] = weakref.WeakSet()
    most = 0

    def endless():
        nonlocal most
        for index in range(60):
            one = np.full((32, 32), index, np.uint8)
            picture = leveled(one, RAMP) if levels else Fake(one.astype(np.uint32) * 0x010203)
            alive.add(picture)
            most = max(most, len(alive))
            yield picture
            del picture

    target = out(tmp_path, kind)
    if kind == "/":
        target.mkdir()
    EXPORTERS[kind](prefetch(endless()), target, Spec((32, 32), 60, Fraction(25)))
    assert most <= 8
