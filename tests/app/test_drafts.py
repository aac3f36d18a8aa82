"""What was drawn and not saved is kept when it is left, and offered when the window is opened again."""

from __future__ import annotations

import gc
import io
import os
import threading
import time
from pathlib import Path

import pygame
import pytest
import waiting
from driving import button, drive, run_of, settle, wait

from orbitdraw import Bodies, Drawing, Look, Scene, View, load
from orbitdraw.app import open_window
from orbitdraw.app.kit.theme import DARK_THEME, LIGHT_THEME, blend_over, contrast_ratio
from orbitdraw.app.scene_page import ScenePage
from orbitdraw.app.session import lifecycle
from orbitdraw.app.stage import draft_thumbnail
from orbitdraw.app.wall.draft_cards import drafts_to_offer
from orbitdraw.app.wall.wall import Wall
from orbitdraw.app.window import Window
from orbitdraw.library.drafts import MAX_DRAFTS, drafts, prune_drafts
from orbitdraw.record.journal import read_journal

pytestmark = pytest.mark.slow

SIZE = (640, 360)


def shown(window, what="figure_eight", **options):
    window.show_scene(what, **options)
    wait(window, lambda: window.page.shot is not None and window.page.tools.world is not None)
    return window.page


def throw(window, at=(420, 120)):
    before = len(run_of(window.page).history.changes)
    drive(window, [button(1, at), button(1, (at[0] + 9, at[1] + 21), down=False)])
    wait(window, lambda: len(run_of(window.page).history.changes) > before)
    frame = window.page.shot.frame
    wait(window, lambda: window.page.shot.frame > frame + 3)


def left(window, what="figure_eight", **options):
    """A drawing that somebody leaves for the wall."""
    shown(window, what, **options)
    throw(window)
    drive(window, ["Space"])
    settle(window)
    film = window.page.session.film
    drive(window, ["W"])
    assert isinstance(window.page, Wall)
    return film


def killed(window):
    """As when the program is gone from one moment to the next: nothing is written any more, and nothing is held."""
    stage = window.page
    settle(window)
    for entry in stage.session.autosave._entries:
        if entry.journal is not None:
            entry.journal.unlock()
    stage.session.autosave._entries.clear()


# -- leaving -----------------------------------------------------------------------------------------------------------


def test_what_was_drawn_is_kept_on_the_way_to_the_wall_and_goes_on_with_one_key(window):
    film = left(window)
    assert window.toast.sentence.startswith("Saved as a draft: Figure eight, 1 s drawn")
    (draft,) = drafts()
    assert draft.clean_exit and pygame.image.load(draft.picture).get_size() == SIZE and draft.frames == film.run.frame
    grid = window.page.grid
    assert grid.visible_cards[0].draft == draft and grid.selected == 0
    drive(window, ["Enter"])
    wait(window, lambda: window.page.shot is not None)
    again = window.page.session.film
    assert again.run.hash() == film.run.hash() and again.run.history.events == film.run.history.events
    assert (again.picture().pixels == film.picture().pixels).all()
    assert not window.page.playback.playing
    drive(window, ["Ctrl+Z"])
    settle(window)
    assert again.run.history.events == []
    drive(window, ["Ctrl+Y", "Space"])
    wait(window, lambda: window.page.shot.frame > film.run.frame + 3)
    drive(window, ["W"])
    assert len(drafts()) == 1, "it is the same draft still"


@pytest.mark.parametrize("way", ["quit", "close", "another scene"])
def test_however_it_is_left_it_is_kept(tmp_path, way):
    window = Window(SIZE, ui_scale=1.0, folder=tmp_path)
    try:
        shown(window)
        throw(window)
        if way == "quit":
            drive(window, ["Ctrl+Q"])
        elif way == "close":
            pygame.event.post(pygame.event.Event(pygame.QUIT))
            window.run_once()
        else:
            shown(window, "moth")
        assert window.open == (way == "another scene")
    finally:
        window.close()
    (draft,) = drafts()
    assert [event.name for event in read_journal(draft.path).drawing.events] == ["throw"]
    assert draft.clean_exit


def test_what_was_done_last_is_kept_though_it_was_left_at_once(window, monkeypatch):
    shown(window)
    monkeypatch.setattr(lifecycle, "WRITE_TIMEOUT", threading.TIMEOUT_MAX)  # however long it takes here
    session = window.page.session
    window.worker.submit(
        lambda: waiting.until(lambda: session.leaving)
    )  # what is done now is not heard before it is left
    drive(window, [button(1, (420, 120)), button(1, (430, 140), down=False), "W"])
    (draft,) = drafts()
    assert [event.name for event in read_journal(draft.path).drawing.events] == ["throw"]


@pytest.mark.parametrize("keys", [[], ["+", "V", "Shift+T"], ["G", "L"]])
def test_who_only_looks_leaves_nothing(window, journals, keys):
    shown(window)
    drive(window, keys)
    settle(window)
    drive(window, ["W"])
    assert drafts() == [] and not window.toast.sentence.startswith("Saved as a draft")


def test_what_was_all_taken_back_leaves_nothing(window):
    shown(window)
    throw(window)
    drive(window, ["Ctrl+Z"])
    settle(window)
    drive(window, ["W"])
    assert drafts() == []


def test_a_slider_of_a_lecture_is_teaching_and_one_of_a_scene_is_drawing(window):
    stage = shown(window, "bowl")
    name = next(iter(run_of(stage).scene.law.sliders())) if hasattr(run_of(stage).scene.law, "sliders") else "rate"
    stage.session.request_values({name: run_of(stage).values[name] * 0.9})
    settle(window)
    assert run_of(stage).history.events
    drive(window, ["W"])
    assert drafts() == []
    stage = shown(window, "two_wells")
    stage.session.request_values({"gap": 0.5})
    settle(window)
    drive(window, ["W"])
    assert [draft.scene.name for draft in drafts()] == ["two_wells"]


def test_what_was_saved_is_no_draft_and_what_was_done_after_saving_is(window, tmp_path):
    shown(window)
    throw(window)
    drive(window, ["S"])
    wait(window, lambda: "Saved" in window.toast.sentence)
    drive(window, ["W"])
    assert drafts() == [] and not window.toast.sentence.startswith("Saved as a draft")
    shown(window)
    throw(window)
    drive(window, ["S"])
    settle(window)
    throw(window, (200, 200))
    drive(window, ["W"])
    (draft,) = drafts()
    assert len(read_journal(draft.path).drawing.events) == 2


def test_a_saved_drawing_that_is_only_looked_at_leaves_nothing(window, tmp_path):
    left(window)
    drive(window, ["Home", "Enter"])
    wait(window, lambda: window.page.shot is not None)
    drive(window, ["S"])
    settle(window)
    assert drafts() == []
    (path,) = tmp_path.glob("*.orbit")
    stage = shown(window, path)
    wait(window, lambda: stage.shot.frame > Drawing.load(path).frames)
    drive(window, ["+", "W"])
    assert drafts() == []


def test_what_was_drawn_before_a_new_beginning_is_kept_too(window):
    shown(window)
    throw(window)
    first = run_of(window.page)
    drive(window, ["R"])
    wait(window, lambda: run_of(window.page) is not first)
    throw(window, (200, 200))
    drive(window, ["W"])
    assert "(and 1 other)" in window.toast.sentence
    events = [read_journal(draft.path).drawing.events for draft in drafts()]
    assert len(events) == 2 and first.history.events in events


def test_the_newest_twenty_are_kept(window, journals):
    left(window)
    (draft,) = drafts()
    for number in range(MAX_DRAFTS + 2):
        copy = journals / f"old-{number}.journal"
        copy.write_bytes(draft.path.read_bytes())
        os.utime(copy, (time.time() - 1000 - number, time.time() - 1000 - number))
    assert len(drafts()) == MAX_DRAFTS + 3
    left(window)
    kept = drafts()
    assert len(kept) == MAX_DRAFTS and f"At most {MAX_DRAFTS} are kept" in window.toast.sentence
    assert {draft.path.name for draft in kept if "old" in draft.path.name} == {
        f"old-{number}.journal" for number in range(MAX_DRAFTS - 2)
    }
    assert prune_drafts() == 0


# -- being offered -----------------------------------------------------------------------------------------------------


def on_the_next_start(monkeypatch, what, do):
    """Open a window as the command line does, and do this in it."""
    seen = []

    def run(window):
        try:
            if isinstance(window.page, ScenePage):
                wait(window, lambda: window.page.shot is not None)
            seen.append(do(window))
        finally:
            window.close()

    monkeypatch.setattr(Window, "run", run)
    open_window(what, size=SIZE, ui_scale=1.0)
    return seen[0]


@pytest.fixture
def lost(window):
    """The film of a drawing whose program was killed."""
    shown(window)
    throw(window)
    drive(window, ["Space"])
    settle(window)
    film = window.page.session.film
    killed(window)
    window.page.session.film = None
    window.show_wall()
    return film


def brought_back(window):
    wait(window, lambda: window.page.shot is not None)
    run = run_of(window.page)
    return run.frame, run.hash()


def as_it_was(film):
    """The frame that was written down last, not more than a second before the end, and the state there."""
    film.seek(max(event.frame for event in film.run.history.events))
    return film.run.frame, film.run.hash()


def test_one_key_takes_it_from_the_wall(lost, monkeypatch):
    def do(window):
        card = window.page.grid.visible_cards[window.page.grid.selected]
        assert card.caption.startswith("Unsaved draft, interrupted just now")
        drive(window, ["Enter"])
        return brought_back(window)

    assert on_the_next_start(monkeypatch, None, do) == as_it_was(lost)


@pytest.mark.parametrize("way", ["key", "click"])
def test_one_key_or_click_takes_it_where_a_scene_is_opened(lost, monkeypatch, way):
    def do(window):
        drive(window, turns=2)
        assert window.question_card.draft is not None
        if way == "key":
            drive(window, ["Enter"])
        else:
            at = window.question_card.column.rect_of(window.question_card.column.controls[1]).center
            drive(window, [button(1, at), button(1, at, down=False)])
        assert window.question_card.draft is None
        wait(window, lambda: window.page.session.draft is not None)
        return brought_back(window)

    assert on_the_next_start(monkeypatch, "moth", do) == as_it_was(lost)


@pytest.mark.parametrize("answer", ["Esc", "Space", "P", "click", "wait"])
def test_going_on_is_later_and_it_hangs_on_the_wall(lost, monkeypatch, answer):
    def do(window):
        drive(window, turns=2)
        if answer == "wait":
            monkeypatch.setattr(window.question_card, "_until", 0.0)
            drive(window, turns=2)
        else:
            drive(window, [button(1, (20, 200)) if answer == "click" else answer])
        assert window.question_card.draft is None and not window.question_card.place
        if answer == "Space":
            assert not window.page.playback.playing, "Space pauses, and nothing else"
        return [draft.offered for draft in drafts()]

    assert on_the_next_start(monkeypatch, "moth", do) == [True]
    assert on_the_next_start(monkeypatch, "moth", lambda window: window.question_card.draft) is None, "it is asked once"
    assert on_the_next_start(monkeypatch, None, lambda window: window.page.grid.visible_cards[0].draft is not None)


def test_no_throws_it_away_and_ctrl_z_brings_it_back(lost, monkeypatch):
    def do(window):
        drive(window, turns=2)
        drive(window, ["Delete"])
        assert drafts() == [] and "Deleted the draft Figure eight" in window.toast.sentence
        drive(window, ["W"])
        assert window.page.grid.visible_cards[0].draft is None
        drive(window, ["Ctrl+Z"])
        return window.page.grid.visible_cards[window.page.grid.selected].draft

    draft = on_the_next_start(monkeypatch, "moth", do)
    assert draft == drafts()[0]


def test_delete_on_the_wall_means_drafts_only(window):
    left(window)
    grid = window.page.grid
    scenes = len([card for card in grid.visible_cards if card.draft is None])
    drive(window, ["End", "Delete"])
    assert "Only drafts" in window.toast.sentence and len(grid.visible_cards) == scenes + 1
    drive(window, ["Home", "Delete"])
    assert drafts() == [] and len(grid.visible_cards) == scenes
    drive(window, ["Ctrl+Z", "Ctrl+Z"])
    assert len(drafts()) == 1 and grid.visible_cards[grid.selected].draft is not None
    assert "no deleted draft" in window.toast.sentence


def test_of_several_all_can_be_reached(window):
    for what in ("figure_eight", "moth", "two_wells"):
        left(window, what)
    hung = window.page.grid.visible_cards
    assert [card.draft is not None for card in hung[:2]] == [True, False]
    assert [card.title for card in hung if card.draft] == ["Two wells", "Moth", "Figure eight"]
    assert "2 more drafts at the end of the wall" in hung[0].caption
    drive(window, [*"draft"])
    assert [card.draft is not None for card in window.page.grid.visible_cards] == [True] * 3
    drive(window, ["Esc", *"moth"])
    assert [card.draft is not None for card in window.page.grid.visible_cards] == [False, True], "the scene comes first"
    assert len(drafts_to_offer("moth")) == 3


def test_a_draft_that_is_open_in_another_window_says_so(window):
    left(window)
    card = window.page.grid.visible_cards[0]
    _, _, lock = card.draft.resume()
    assert drafts() == []
    window.show_draft(card.draft, card)
    wait(window, lambda: window.page.error_card.trouble is not None)
    assert "in another window" in window.page.error_card.trouble.message
    lock.release()
    drive(window, ["R"])
    wait(window, lambda: window.page.shot is not None)


def test_leaving_while_it_is_drawn_again_leaves_it(window):
    left(window)
    (draft,) = drafts()
    window.show_draft(draft)
    drive(window, ["W"])
    settled_drafts = drafts()
    wait(window, lambda: len(drafts()) == 1)
    assert settled_drafts in ([], drafts())


def test_opening_a_draft_runs_no_file_but_the_one_a_person_opened(window, tmp_path, monkeypatch):
    path = tmp_path / "springs.py"
    text = (
        "from orbitdraw import Dust, Look, scene\n"
        "open(__file__ + '.ran', 'a').close()\n"
        "@scene(start=Dust([[1, 0.2]]), look=Look(exposure=1.0))\n"
        "def springs(x, y):\n    return x**2 + y**2\n"
    )
    path.write_text(text)
    film = left(window, path)
    (draft,) = drafts()
    ran = tmp_path / "springs.py.ran"
    ran.unlink()
    monkeypatch.chdir(tmp_path)
    drive(window, ["Home", "Enter"])
    wait(window, lambda: window.page.error_card.trouble is not None)
    assert "drawn in springs.py; open that file" in window.page.error_card.trouble.message
    assert not ran.exists() and drafts() == [draft]
    assert drafts_to_offer("moth") == []

    def do(window):
        drive(window, turns=2)
        drive(window, ["Enter"])
        wait(window, lambda: window.page.session.draft is not None)
        found = brought_back(window)[1], window.page.session.file_watcher is not None
        path.write_text(text.replace("x**2", "2 * x**2"))
        wait(window, lambda: "springs.py was saved" in window.toast.sentence)
        return found

    assert on_the_next_start(monkeypatch, str(path), do) == (film.run.hash(), True)
    assert drafts_to_offer(str(path)) == [], "another text is another scene"


def test_a_scene_that_a_program_made_says_where_it_can_be_gone_on_with(window):
    left(window, Scene("mine", potential="x^2", bodies=load("figure_eight").bodies))
    drive(window, ["Home", "Enter"])
    wait(window, lambda: window.page.error_card.trouble is not None)
    assert "a scene of a program; replay it in that program" in window.page.error_card.trouble.message


def test_a_formula_is_offered_with_its_text(window):
    from orbitdraw.library.loading import formula_scene

    film = left(window, formula_scene("x^2/2 + y^2"))
    assert window.page.grid.visible_cards[0].title == "x^2/2 + y^2"
    drive(window, ["Home", "Enter"])
    assert brought_back(window) == (film.run.frame, film.run.hash())


def typed(window, text):
    bar = window.page.formula
    if not bar.open:
        drive(window, ["Ctrl+F"])
        wait(window, lambda: bar.open and bar._has_text)
    drive(window, ["Ctrl+A", pygame.event.Event(pygame.TEXTINPUT, text=text)])
    wait(window, lambda: bar.running_text == text)
    settle(window)


def test_a_formula_that_was_typed_is_a_drawing_though_nothing_was_drawn_in_it(window):
    stage = shown(window)
    for text in ("x^2", "x^2 + y^2", "x^2/2 + y^2"):
        typed(window, text)
    frame = stage.shot.frame
    wait(window, lambda: stage.shot.frame > frame + 70)
    killed(window)  # with the field still open
    (draft,) = drafts()
    assert draft.scene.text == "x^2/2 + y^2" and draft.frames >= 60
    window.show_draft(draft)
    assert brought_back(window)[0] == draft.frames
    assert run_of(window.page).scene.text == "x^2/2 + y^2"


def test_a_formula_that_is_kept_is_a_draft_and_one_that_is_given_up_is_none(window):
    stage = shown(window)
    typed(window, "x^2")
    drive(window, ["Esc"])
    settle(window)
    assert drafts() == [] and stage.session.autosave.path is None
    for text in ("x^2/3 + y^2", "x^2/2 + y^2"):
        typed(window, text)
        drive(window, ["Enter"])
        wait(window, lambda: not stage.formula.open)
        settle(window)
    drive(window, ["W"])
    assert {draft.scene.text for draft in drafts()} == {"x^2/3 + y^2", "x^2/2 + y^2"}


def test_while_it_plays_its_picture_is_kept_for_the_case_of_a_crash(window, monkeypatch):
    monkeypatch.setattr(draft_thumbnail, "THUMBNAIL_INTERVAL", 0.0)
    shown(window)
    throw(window)
    path = window.page.session.autosave.path
    wait(window, lambda: path.with_suffix(".png").exists())
    assert max(pygame.image.load(path.with_suffix(".png")).get_size()) <= draft_thumbnail.THUMBNAIL_WIDTH


@pytest.mark.parametrize("theme", [DARK_THEME, LIGHT_THEME])
def test_the_card_can_be_read_over_any_picture(theme):
    for ground in ((0, 0, 0), (255, 255, 255)):
        plate = blend_over(theme.plate, theme.cover, ground)
        assert (
            min(
                contrast_ratio(theme.ink, plate),
                contrast_ratio(theme.quiet, plate),
                contrast_ratio(theme.accent, plate),
            )
            >= 7
        )


# -- the picture of a draft whose ink fades ----------------------------------------------------------------------------

GROUND = (10, 12, 18)


def painted(pixels):
    surface = pygame.Surface((40, 20), 0, 32)
    surface.fill(GROUND)
    surface.fill((200, 200, 200), (0, 0, pixels, 1))
    return surface


def test_the_picture_of_a_drawing_is_the_latest_until_its_ink_has_faded(tmp_path):
    portrait = draft_thumbnail.DraftThumbnail(None, None)
    one, other = tmp_path / "1.journal", tmp_path / "2.journal"
    steps = [
        (20, (3,), one, 20),
        (15, (3,), one, 15),
        (1, (3,), one, 20),
        (0, (3, 9), one, 20),
        (30, (3, 9), one, 30),
        (2, (3,), one, 2),  # what was done at 9 was taken back
        (1, (3,), other, 1),
    ]
    for pixels, done, journal, chosen in steps:
        best = portrait.best(painted(pixels), GROUND, done, journal)
        assert draft_thumbnail.ink_amount(best, GROUND) == draft_thumbnail.ink_amount(painted(chosen), GROUND), (
            pixels,
            done,
        )


def test_a_draft_of_which_all_has_flown_away_shows_what_it_was(window, monkeypatch):
    monkeypatch.setattr(draft_thumbnail, "MEASURE_INTERVAL", 0.0)
    look = Look(exposure=1.0, half_life=0.02, glow=0.0, mark=0.0)
    shown(window, Scene("away", "-20*x^2", bodies=Bodies(1.0, [[0.5, 0.0]]), look=look, view=View(radius=2.0)))
    throw(window)
    stage = window.page
    path = stage.session.autosave.path
    stage.playback.scale_speed(16.0)
    wait(window, lambda: stage.tools.world.is_off_screen and stage.shot.frame > 600)
    drive(window, ["Space"])
    settle(window)
    last = pygame.surfarray.array3d(stage.picture.surface).max()
    drive(window, ["W"])
    assert last < 40 < pygame.surfarray.array3d(pygame.image.load(path.with_suffix(".png"))).max()


def test_writing_thumbnails_leaves_nothing_in_memory(tmp_path: Path) -> None:
    """pygame-ce never releases a file object that it saves to."""

    def held() -> int:
        gc.collect()
        return sum(issubclass(type(each), io.IOBase) for each in gc.get_objects())

    small, path = pygame.Surface((40, 30)), tmp_path / "a thumbnail é 日.png"
    small.fill((9, 80, 70))
    before = held()
    for _ in range(5):
        draft_thumbnail.write_thumbnail(small, path)
    assert held() == before
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
    assert pygame.image.load(path).get_at((3, 3))[:3] == (9, 80, 70)


def test_a_thumbnail_that_cannot_be_written_is_left_out(tmp_path: Path) -> None:
    draft_thumbnail.write_thumbnail(pygame.Surface((4, 3)), tmp_path / "no folder" / "a.png")
    assert not list(tmp_path.iterdir())
