"""Files made in a second process: the same bytes, stopped cleanly, and every end of that process is told."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
from pathlib import Path

import pytest
import waiting
from driving import drive, wait

from orbitdraw import Dust, Run, Scene
from orbitdraw.analysis.period import last_period
from orbitdraw.app.window import Window
from orbitdraw.errors import InputError, OrbitdrawError
from orbitdraw.exporters.export import export
from orbitdraw.exporters.process import ExportProcess, deserialize_run, serialize_run
from orbitdraw.library.loading import create_run, load_file
from orbitdraw.runtime.files import whole_file

SIZE = (48, 27)
FILE = """from orbitdraw import Look, scene
@scene(look=Look(exposure=1.0))
def mine(x, y, stiff=2.0):
    return stiff * (x**2 + y**2) / 2
"""


def never(*args, **options):
    raise AssertionError("it was made here")


def quiet(done, total):
    pass


def played(what="figure_eight", frames=90):
    run = create_run(what, 5)
    for _ in range(frames):
        if run.frame == 20:
            run.apply("glow", 0.3)
        run.advance()
    return run


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("name", ["a.png", "a.gif", "frames"])
def test_what_others_put_there_meanwhile_stays(name, links, tmp_path, monkeypatch):
    """Two windows offer the same name; the file that is whole first keeps it."""
    if not links:

        def refused(target, source):
            raise PermissionError(errno.EPERM, "no hard links here")

        monkeypatch.setattr(Path, "hardlink_to", refused)
    target, theirs = tmp_path / name, b"theirs"

    def meanwhile(done, total):
        if not target.exists():
            target.mkdir() if name == "frames" else target.write_bytes(theirs)
            target.is_dir() and (target / "00001.png").write_bytes(theirs)

    film = {"seconds": 0.2} if name != "a.png" else {"frames": 9}
    made = export("figure_eight", target, size=SIZE, **film, overwrite=False, progress=meanwhile)
    assert made.path.name == name.replace("a", "a-001", 1) if "." in name else made.path.name == "frames-001"
    assert (target / "00001.png" if target.is_dir() else target).read_bytes() == theirs
    other = export("figure_eight", tmp_path / f"other{Path(name).suffix}", size=SIZE, **film).path
    pairs = [(one, other / one.name) for one in made.path.iterdir()] if other.is_dir() else [(made.path, other)]
    assert pairs and all(one.read_bytes() == wanted.read_bytes() for one, wanted in pairs)
    assert not list(tmp_path.glob(".*"))
    target.rename(tmp_path / "away")
    assert export("figure_eight", target, size=SIZE, **film, overwrite=False).path == target


def test_what_is_half_done_elsewhere_stays_when_another_export_ends(tmp_path):
    """The draft of another program with the same name is none of ours to take away."""
    drafts = []

    with contextlib.ExitStack() as other:

        def meanwhile(done, total):
            if not drafts:
                drafts.append(other.enter_context(whole_file(tmp_path / "a.png")))
                drafts[0].write_bytes(b"whole")

        made = ExportProcess(never)(played(), tmp_path / "a.png", size=SIZE, frames=90, progress=meanwhile)
        assert drafts and drafts[0].exists() and made.path == tmp_path / "a.png"


@pytest.mark.parametrize("name", ["a.png", "a.gif", "frames"])
def test_it_is_the_same_file(name, tmp_path):
    run, (one, other) = played(), (tmp_path / "one" / name, tmp_path / "other" / name)
    one.parent.mkdir()
    other.parent.mkdir()
    heard = []
    film = {"start": 0.5, "seconds": 0.5} if name != "a.png" else {"frames": 90}
    made = ExportProcess(never)(run.again(), one, size=SIZE, **film, progress=lambda *far: heard.append(far))
    assert made.notes == export(run.again(), other, size=SIZE, **film).notes
    pairs = zip(sorted(one.iterdir()), sorted(other.iterdir()), strict=True) if one.is_dir() else [(one, other)]
    assert all(a.read_bytes() == b.read_bytes() for a, b in pairs)
    assert heard


def test_what_is_done_after_now_is_exported_too(tmp_path):
    run = played(frames=60)
    run.restore(run.again().snapshot())
    assert run.history.cursor < len(run.history.events)
    ExportProcess(never)(run.again(), tmp_path / "a.png", size=SIZE, frames=50, progress=quiet)
    export(run.again(), tmp_path / "b.png", size=SIZE, frames=50)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_the_last_turn_is_the_same_there():
    run = played("figure_eight", 1)
    beside = ExportProcess(never)
    try:
        assert beside.last_period(run.again(), 500, quiet) == last_period(run.again(), 500)
    finally:
        beside._stop_process()


def test_a_scene_of_a_program_is_exported_here(tmp_path):
    told = []
    run = Run(Scene("spring", potential="x^2/2", dust=Dust([[1, 0]])))
    ExportProcess(lambda *args, **options: told.append((args, options)))(
        run, tmp_path / "a.png", size=SIZE, progress=quiet
    )
    assert told == [((run, tmp_path / "a.png"), {"size": SIZE, "overwrite": False, "progress": quiet})]


def test_a_file_that_was_changed_since_is_another_scene(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(FILE)
    said = serialize_run(Run(load_file(path)))
    assert deserialize_run(said).hash() == said["first"]
    path.write_text(FILE.replace("2.0", "3.0"))
    assert deserialize_run(said) is None
    told = []
    path.write_text(FILE)
    run = Run(load_file(path))
    path.write_text(FILE.replace("2.0", "3.0"))
    ExportProcess(lambda *args, **options: told.append(args))(run, tmp_path / "a.png", size=SIZE, progress=quiet)
    assert told == [(run, tmp_path / "a.png")]


def test_stopping_leaves_nothing(tmp_path):
    class EnoughError(Exception):
        pass

    def stop(done, total):
        if done:
            assert list(tmp_path.iterdir()), "it has not begun to write"
            raise EnoughError

    beside = ExportProcess(never)
    with pytest.raises(EnoughError):
        beside(played(), tmp_path / "a.gif", size=(320, 180), seconds=200.0, progress=stop)
    assert beside._process is None and not any(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
def test_a_process_that_is_killed_is_told_and_leaves_nothing(tmp_path):
    beside = ExportProcess(never)

    def kill(done, total):
        if done:
            assert list(tmp_path.iterdir()), "it has not begun to write"
            os.kill(beside._process.pid, signal.SIGKILL)

    with pytest.raises(OrbitdrawError, match="nothing was written") as caught:
        beside(played(), tmp_path / "a.gif", size=(320, 180), seconds=200.0, progress=kill)
    assert "\n" not in str(caught.value) and not any(tmp_path.iterdir())


def test_it_ends_with_the_one_that_asked(tmp_path):
    """A window that is killed leaves no process behind that goes on drawing, and no half file."""
    beside, ends = ExportProcess(never), []

    def leave(done, total):
        if done and not ends:
            ends.append(beside._process)
            beside._process.stdin.close()

    with pytest.raises(OrbitdrawError), contextlib.suppress(BrokenPipeError):
        beside(played(), tmp_path / "a.gif", size=(320, 180), seconds=200.0, progress=leave)
    assert ends[0].poll() is not None and not any(tmp_path.iterdir())


def test_what_cannot_be_is_said_as_it_is_here(tmp_path):
    with pytest.raises(InputError) as here:
        export(played(), tmp_path / "no" / "a.png", size=SIZE)
    with pytest.raises(InputError) as there:
        ExportProcess(never)(played(), tmp_path / "no" / "a.png", size=SIZE, progress=quiet)
    assert str(there.value) == str(here.value)


def test_the_window_exports_beside_itself_and_can_stop_it(tmp_path):
    window = Window((320, 180), ui_scale=1.0, folder=tmp_path, exporter=ExportProcess(never))
    try:
        window.show_scene("figure_eight")
        stage = window.page
        wait(window, lambda: stage.shot is not None and stage.shot.frame >= 30)
        drive(window, ["E"])
        wait(window, lambda: "Exported" in window.toast.sentence)
        assert (tmp_path / "figure_eight-001.png").exists()
        stage.session.submit(lambda: stage.session.film.seek(20_000))
        wait(window, lambda: stage.shot.frame > 10_000)
        drive(window, ["Ctrl+G"])
        wait(window, lambda: window.exports.queue and window.exports.queue[0].activity)
        drive(window, ["Esc"])
        wait(window, lambda: "cancelled" in window.toast.sentence)
        assert [path.name for path in tmp_path.iterdir()] == ["figure_eight-001.png"]
    finally:
        window.close()


def test_who_stops_it_too_late_has_the_file(tmp_path):
    """What is said is true: a file that was made while the wish to stop was on its way is not said to be none."""
    path = tmp_path / "a.orbit"

    def late(done, total):
        waiting.until(path.exists)
        raise RuntimeError("too late")

    assert ExportProcess(never)(played(frames=5), path, size=SIZE, frames=60_000, progress=late).notes == []
    assert path.exists()
