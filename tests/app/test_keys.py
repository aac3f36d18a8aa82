"""The key table: every key once, every row with a deed, every glyph in the font."""

from __future__ import annotations

import driving
import pygame
import pytest
from places import ROOT

from orbitdraw.app.kit.text import font
from orbitdraw.app.shell import keys


@pytest.fixture(autouse=True)
def fonts():
    pygame.font.init()


ROWS = [
    pytest.param(page, key, row.action, id=f"{page} {key}")
    for row in keys.KEYS
    for page in row.pages
    for key in row.keys
    if key not in keys.GESTURES
]


@pytest.mark.parametrize(("page", "key", "action"), ROWS)
def test_pressing_a_key_of_the_table_means_its_action(page, key, action):
    meant = [keys.action(event, page) for event in driving.press(key)]
    assert [one for one in meant if one is not None] == [action]


def test_no_key_does_two_things_on_one_page():
    for page in ("scene", "wall"):
        names = [key for row in keys.KEYS if page in row.pages for key in row.keys if key not in keys.GESTURES]
        assert sorted(names) == sorted(set(names))


def test_keys_kept_for_lessons_are_free():
    reserved = [*"123456789.B", "Enter", "Tab", "Left", "Right", "Up", "Down", "PageUp", "PageDown"]
    scene_keys = {key for row in keys.KEYS if "scene" in row.pages for key in row.keys}
    assert not scene_keys & set(reserved)


def test_escape_does_not_quit():
    assert keys.action(driving.press("Esc")[0], "scene") != "quit"


def test_signs_are_found_wherever_the_keyboard_has_them():
    german = pygame.event.Event(pygame.KEYDOWN, key=pygame.K_8, mod=pygame.KMOD_RALT, unicode="[", scancode=37)
    assert keys.action(german, "scene") is None
    assert keys.action(pygame.event.Event(pygame.TEXTINPUT, text="["), "scene") == "slower"
    assert keys.action(pygame.event.Event(pygame.TEXTINPUT, text="="), "scene") == "zoom in"


def test_letters_are_found_on_a_keyboard_without_latin_letters():
    russian = pygame.event.Event(pygame.KEYDOWN, key=0x442, mod=0, unicode="т", scancode=pygame.KSCAN_N)
    assert keys.action(russian, "scene") == "step"


def test_alt_and_a_letter_is_left_to_the_desktop():
    event = pygame.event.Event(pygame.KEYDOWN, key=pygame.K_r, mod=pygame.KMOD_LALT, unicode="r", scancode=0)
    assert keys.action(event, "scene") is None


def test_the_readme_has_the_table():
    readme = ROOT / "README.md"
    if not readme.exists():
        pytest.skip("no README in this copy")
    missing = [row for row in keys.table().splitlines() if row not in readme.read_text(encoding="utf-8")]
    assert not missing, "write the table of `orbitdraw.app.shell.keys.table()` into the README"


@pytest.mark.parametrize("row", keys.KEYS, ids=lambda row: row.action)
def test_every_glyph_of_the_table_is_in_the_fonts(row):
    assert None not in font("regular", 14).metrics(row.description + row.group)
    assert None not in font("mono", 12).metrics("".join(row.keys))
