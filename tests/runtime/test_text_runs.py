"""Letters that the program's own fonts lack come from the system's; what is wrong with those stops nothing."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import numpy as np
import pygame
import pytest

from orbitdraw.app.kit import text as lettering
from orbitdraw.panels.text import glyphs, text_size
from orbitdraw.runtime import system_fonts, text_runs
from orbitdraw.runtime.bidi import runs
from orbitdraw.runtime.resources import asset

MONO = asset(text_runs.FACES["mono"])
WHITE = (255, 255, 255)


def table(data, name):
    count = struct.unpack_from(">H", data, 4)[0]
    rows = (struct.unpack_from(">4sIII", data, 12 + 16 * row) for row in range(count))
    return next((row, offset, size) for row, (found, _, offset, size) in enumerate(rows) if found == name)


def glyphs_of(data):
    """The number of the glyph of every letter of a font with a table of format 12."""
    _, head, _ = table(data, b"cmap")
    rows = (
        struct.unpack_from(">HHI", data, head + 4 + 8 * k) for k in range(struct.unpack_from(">H", data, head + 2)[0])
    )
    at = next(head + offset for _, _, offset in rows if struct.unpack_from(">H", data, head + offset)[0] == 12)
    count = struct.unpack_from(">I", data, at + 12)[0]
    groups = struct.iter_unpack(">III", data[at + 16 : at + 16 + 12 * count])
    return {code: glyph + code - first for first, last, glyph in groups for code in range(first, last + 1)}


def with_letters(letters, kind=12):
    """The shipped mono font as one that has these letters alone: they look like A, B, C and so on."""
    data = bytearray(MONO.read_bytes())
    own = glyphs_of(data)
    codes = sorted((ord(letter), own[ord("A") + index]) for index, letter in enumerate(letters))
    if kind == 12:
        made = struct.pack(">HHIII", 12, 0, 16 + 12 * len(codes), 0, len(codes))
        made += b"".join(struct.pack(">III", code, code, index) for code, index in codes)
    else:
        codes.append((0xFFFF, 0x10000))
        columns = [[code for code, _ in codes], [code for code, _ in codes]]
        columns.append([(index - code) % 0x10000 for code, index in codes])
        size = 16 + 8 * len(codes)
        made = struct.pack(">HHHHHHH", 4, size, 0, 2 * len(codes), 0, 0, 0)
        made += struct.pack(f">{len(codes)}H", *columns[0]) + b"\0\0" + struct.pack(f">{len(codes)}H", *columns[1])
        made += struct.pack(f">{len(codes)}H", *columns[2]) + bytes(2 * len(codes))
    row, _, _ = table(data, b"cmap")
    whole = struct.pack(">HHHHI", 0, 1, 3, 10 if kind == 12 else 1, 12) + made
    struct.pack_into(">II", data, 12 + 16 * row + 8, len(data), len(whole))
    return bytes(data) + whole


@pytest.fixture(autouse=True)
def system(tmp_path, monkeypatch):
    """The only fonts that this system has."""
    folder = tmp_path / "fonts"
    folder.mkdir()
    kept = (
        system_fonts.font_characters,
        system_fonts.font_files,
        system_fonts.font_for,
        text_runs.runs,
        text_runs._system_font,
    )
    kept = (*kept, lettering.text, lettering.paragraph, glyphs)

    def forget():
        system_fonts._excluded.clear()
        for one in kept:
            one.cache_clear()

    monkeypatch.setattr(system_fonts, "folders", lambda: [folder])
    forget()
    yield folder
    forget()


def drawn(string, face="mono", size=20):
    return pygame.surfarray.array_alpha(text_runs.line(string, face, size, WHITE)).T


def box(face="mono"):
    return drawn("\U0010fffd", face)


@pytest.mark.parametrize("kind", [4, 12])
def test_a_letter_that_the_face_lacks_comes_from_a_font_of_the_system(system, kind):
    assert np.array_equal(drawn("三"), box())
    for one in (system_fonts.font_files, system_fonts.font_for, text_runs.runs):
        one.cache_clear()
    (system / "own.ttf").write_bytes(with_letters("三体運", kind=kind))
    assert np.array_equal(drawn("三体運"), drawn("ABC"))
    assert np.array_equal(drawn("x三y"), drawn("xAy"))
    assert text_runs.width("x三体y", "mono", 20) == text_runs.width("xABy", "mono", 20)


def test_panels_and_the_window_take_it_too(system):
    (system / "own.ttf").write_bytes(with_letters("三体運"))
    assert np.array_equal(glyphs("三体運", "mono", 24.0), glyphs("ABC", "mono", 24.0))
    assert text_size("三体運", "mono", 24.0) == text_size("ABC", "mono", 24.0)
    ours, theirs = (pygame.surfarray.array_alpha(lettering.text(one, "mono", 18, WHITE)) for one in ("三体", "AB"))
    assert np.array_equal(ours, theirs)
    assert lettering.ellipsize("三体運" * 9, "mono", 18, 100).endswith("…")


def test_one_font_for_all_of_a_text_goes_before_several(system):
    (system / "a.ttf").write_bytes(with_letters("三"))
    (system / "fonts bold").mkdir()
    (system / "fonts bold" / "all bold.ttf").write_bytes(with_letters("三体運"))
    assert {run.path.name for run in text_runs.runs("三体", "mono")} == {"all bold.ttf"}
    assert {run.path.name for run in text_runs.runs("三", "mono")} == {"a.ttf"}, "the plain cut"


def test_letters_that_no_font_has_are_boxes(system):
    (system / "own.ttf").write_bytes(with_letters("三"))
    assert np.array_equal(drawn("三動x"), np.hstack([drawn("A"), box(), drawn("x")]))


def test_text_that_the_face_has_is_drawn_as_ever_and_no_font_is_looked_for(system, monkeypatch):
    monkeypatch.setattr(system_fonts, "font_files", lambda: pytest.fail("the system's fonts were looked through"))
    for string in ("Energy drift", "x² + ½ ω → ∞", "", "Hénon–Heiles"):
        assert text_runs.runs(string, "regular") == (text_runs.TextRun(string),)
        surface = text_runs.font("regular", 20).render(string, True, WHITE)
        assert np.array_equal(pygame.surfarray.array_alpha(surface).T, drawn(string, "regular"))


def test_joiners_and_selectors_of_forms_are_no_boxes(system):
    (system / "own.ttf").write_bytes(with_letters("三体"))
    assert np.array_equal(drawn("三\ufe0f\u200d体"), drawn("AB"))
    assert np.array_equal(drawn("x\u200by"), drawn("xy"))


# -- from right to left ------------------------------------------------------------------------------------------------


def test_a_line_from_right_to_left(system):
    (system / "own.ttf").write_bytes(with_letters("אבג"))
    assert np.array_equal(drawn("אבג"), drawn("CBA"))
    assert np.array_equal(drawn("אב ג"), drawn("C BA"))
    assert np.array_equal(drawn("אב 12 x"), drawn("x 12 BA"))
    assert np.array_equal(drawn("x אב, ג y"), drawn("x C ,BA y"))
    assert np.array_equal(drawn("(אב)"), drawn("(BA)"))


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("", []),
        ("plain", [("plain", False)]),
        ("אב", [("אב", True)]),
        ("a אב b", [("a ", False), ("אב", True), (" b", False)]),
        ("אב a", [("a", False), ("אב ", True)]),
        ("אב 3.14", [("3.14", False), ("אב ", True)]),
        ("אב 10% ג", [(" ג", True), ("10%", False), ("אב ", True)]),
        ("a אב 12", [("a ", False), ("12", False), ("אב ", True)]),
        ("\u0661\u0662", [("\u0661\u0662", False)]),
        ("\u0645 1-2", [("2", False), ("-", True), ("1", False), ("\u0645 ", True)]),
        ("אב ", [("אב ", True)]),
        ("a אב ", [("a ", False), ("אב", True), (" ", False)]),
    ],
)
def test_the_order_of_both_directions(text, seen):
    assert runs(text) == seen


@pytest.mark.parametrize("text", ["אב", "a אב (ג) 12%, 3", "\u0627\u0628 12 \u0661\u0662 x", " ,א", "1א2", "א\u0301b"])
def test_no_letter_is_lost_or_doubled(text):
    assert sorted("".join(part for part, _ in runs(text))) == sorted(text)


# -- strange fonts -----------------------------------------------------------------------------------------------------


def strange():
    good = with_letters("三体")
    row, offset, _ = table(good, b"cmap")
    many = bytearray(good)
    struct.pack_into(">I", many, offset + 12 + 12, 2**32 - 1)
    far = bytearray(good)
    struct.pack_into(">II", far, 12 + 16 * row + 8, 2**32 - 1, 2**32 - 1)
    crooked = bytearray(good)
    struct.pack_into(">I", crooked, offset + 8, 2**31)
    headless = bytearray(good)
    headless[12 + 16 * table(good, b"head")[0] :][:4] = b"hEad"
    headless = headless.replace(b"head", b"hEad", 1)
    return {
        "empty": b"",
        "garbage": bytes(range(256)) * 40,
        "cut short": good[: len(good) // 2],
        "many groups": bytes(many),
        "far away": bytes(far),
        "crooked": bytes(crooked),
        "collection": struct.pack(">4sIII", b"ttcf", 1, 1, 2**32 - 1),
        "no head": bytes(headless),
        "pictures": good.replace(b"glyf", b"CBDT", 1),
        "many tables": good[:4] + b"\xff\xff" + good[6:],
    }


@pytest.mark.parametrize("kind", strange())
def test_a_strange_font_is_passed_over(system, kind):
    (system / "a.ttf").write_bytes(strange()[kind])
    (system / "z good.ttf").write_bytes(with_letters("三体"))
    assert np.array_equal(drawn("三体"), drawn("AB"))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_only_regular_files_are_read(system):
    os.mkfifo(system / "a pipe.ttf")
    (system / "a folder.ttf").mkdir()
    (system / "a link.ttf").symlink_to("/dev/zero")
    (system / "a loop.ttf").symlink_to("a loop.ttf")
    (system / "round").symlink_to(system)
    (system / "z good.ttf").write_bytes(with_letters("三体"))
    assert np.array_equal(drawn("三体"), drawn("AB"))


def test_fonts_beyond_a_number_or_a_size_are_not_looked_at(system, monkeypatch):
    for number in range(5):
        (system / f"{number}.ttf").write_bytes(b"")
    monkeypatch.setattr(system_fonts, "MAX_FILES", 3)
    assert len(system_fonts.font_files()) == 3
    monkeypatch.setattr(system_fonts, "MAX_BYTES", 1000)
    (system / "own.ttf").write_bytes(with_letters("三"))
    assert system_fonts.font_characters(system / "own.ttf") is None


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_every_system_has_folders_for_fonts(platform, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr("sys.platform", platform)
    assert len(system_fonts.folders()) >= 2


# -- lines -------------------------------------------------------------------------------------------------------------


def test_text_without_spaces_is_broken_between_its_letters(system):
    (system / "own.ttf").write_bytes(with_letters("三体運"))
    room = text_runs.width("AAAA", "mono", 20)
    assert lettering.wrap_text("三体運三体運三体", "mono", 20, room) == ["三体運三", "体運三体"]
    assert lettering.wrap_text("ab 三体運三体", "mono", 20, room) == ["ab 三", "体運三体"]
    assert lettering.wrap_text("三体運三。体", "mono", 20, room) == ["三体運", "三。体"]
    assert lettering.wrap_text("two words", "mono", 20, text_runs.width("words", "mono", 20)) == ["two", "words"]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are listed in /proc")
def test_letters_of_many_sizes_do_not_keep_as_many_files_open():
    def opened():
        return sum(1 for _ in Path("/proc/self/fd").iterdir())

    text_runs.font.cache_clear()
    before = opened()
    for size in range(8, 100):
        text_runs.font("regular", size)
    assert opened() <= before + text_runs.CACHED_FONTS
