"""The table of keys, from which key handling, the help and the README's table are made.

Letters are matched by key code, signs such as [ and + by the typed character, because most keyboard layouts have those
signs elsewhere, or with Shift or AltGr. Reserved for lessons on a playing scene: 1 to 9, the full stop, B, Enter, Tab,
the arrows and PageUp / PageDown. Presentation remotes send the full stop, B and Escape, so Escape never quits.
"""

from __future__ import annotations

from dataclasses import dataclass

import pygame


@dataclass(frozen=True)
class Key:
    """One row: name of the action, keys, description, group in the help, and pages ("scene", "wall", "panel")."""

    action: str
    keys: tuple[str, ...]
    sentence: str
    group: str
    pages: tuple[str, ...] = ("scene",)


BOTH = ("scene", "wall")

KEYS = (
    Key("pause", ("Space",), "Pause, and play on", "Time"),
    Key("step", ("N",), "One frame on", "Time"),
    Key("step back", ("Shift+N",), "One frame back", "Time"),
    Key("slower", ("[",), "Slower, to a sixteenth; the same path", "Time"),
    Key("faster", ("]",), "Faster, to sixteen times", "Time"),
    Key("rewind", ("Z",), "Back in time while it is held; then paused", "Time"),
    Key("reverse", ("T",), "Turn time round, where the law allows it", "Time"),
    Key("branch", ("Ctrl+B",), "The other future, after acting in the past; kept until saved", "Time"),
    Key("travel", ("wheel", "drag"), "On the time line below: to any frame, back or on", "Time"),
    Key("restart", ("R",), "From the start; also after a mistake", "Time"),
    Key("new seed", ("Shift+R",), "From the start, with other random numbers", "Time"),
    Key("throw", ("drag", "click"), "Throw a body, or place one; Shift: on a circular orbit", "Draw"),
    Key("heavier", ("M", "wheel"), "The body in the hand, or the next, is heavier", "Draw"),
    Key("lighter", ("Shift+M", "wheel"), "Lighter; the wheel while dragging", "Draw"),
    Key("hold", ("click",), "Hold a body; drag it or its arrow. Esc lets go", "Draw"),
    Key("take away", ("Delete",), "Take the body that is held away", "Draw"),
    Key("duplicate", ("Ctrl+D",), "Another body like it, beside it", "Draw"),
    Key("pin", ("I",), "Pin the body that is held, or let it go", "Draw"),
    Key("dust", ("D",), "Dust from a brush; again: as a disc, ring, line, cloud", "Dust and fields"),
    Key("spread", ("wheel",), "With dust in the hand: its spread; Shift+wheel: grains", "Dust and fields"),
    Key("fields", ("F",), "Plant a well; again: hill, spring, wall, wind, magnetic field", "Dust and fields"),
    Key("flip", ("Shift+F",), "The field that is held: the other sign", "Dust and fields"),
    Key("symmetry", ("X",), "Images about the centre, which pull each other: 2, 3, ... 12", "The whole drawing"),
    Key("mirror", ("Shift+X",), "Mirrored images too, or not", "The whole drawing"),
    Key("link", ("K",), "Lines between the held body and its neighbour, ten a second", "The whole drawing"),
    Key("close", ("C",), "The held body, or the last throw, onto the nearest closed orbit", "The whole drawing"),
    Key("close all", ("Shift+C",), "All bodies onto the nearest closed orbits", "The whole drawing"),
    Key("butterfly", ("Shift+B",), "200 twins a millionth apart: for how long are they one?", "The whole drawing"),
    Key("undo", ("Ctrl+Z",), "Take back what was done last", "The whole drawing"),
    Key("redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "Do it again", "The whole drawing"),
    Key("zoom in", ("+", "wheel"), "Closer, to the pointer", "View"),
    Key("zoom out", ("-", "wheel"), "Farther away", "View"),
    Key("pan", ("right drag", "Space+drag"), "Move the picture; or middle drag", "View"),
    Key("fit", ("0", "Home"), "The view the scene was made for", "View"),
    Key("watch", ("V",), "Watch from the next: body held, centre of mass, turning with a pair", "View"),
    Key("ground", ("G",), "Level lines and force arrows", "Ground and law"),
    Key("next law", ("L",), "Same ground and start, the next law", "Ground and law"),
    Key("formula", ("Ctrl+F",), "Type a formula of x, y, t, r and phi; other names become sliders", "Ground and law"),
    Key("save", ("S",), "Save the drawing", "Keep"),
    Key("export", ("E",), "Export the picture as a large PNG", "Keep"),
    Key("export turn", ("Ctrl+G",), "Export a GIF of the last turn, which loops", "Keep"),
    Key("export dialog", ("Ctrl+E",), "Export anything else: format, size, stretch, look", "Keep"),
    Key("choose", ("Shift+drag",), "On the time line: the stretch to export", "Keep"),
    Key("panel", ("P",), "Open the panel of settings, or put it away", "Window"),
    Key("theme", ("Shift+T",), "Light paper for a bright room, or the dark stage", "Window"),
    Key("captions", ("H",), "Hide captions and numbers, or show them", "Window"),
    Key("wall", ("W", "Backspace"), "Back to the wall of scenes", "Window"),
    Key("full screen", ("F11", "F5"), "Full screen, and back", "Window", BOTH),
    Key("help", ("?", "F1"), "These keys", "Window", BOTH),
    Key(
        "escape",
        ("Esc",),
        "Close help, stop an export or busy scene, leave full screen; never quits",
        "Window",
        BOTH,
    ),
    Key("quit", ("Ctrl+Q",), "Quit", "Window", BOTH),
    Key(
        "control", ("Tab", "Shift+Tab", "↑ ↓"), "The next control of the panel, or the one before", "Panel", ("panel",)
    ),
    Key("turn", ("← →", "wheel"), "Turn the control; with Shift a tenth as far", "Panel", ("panel",)),
    Key("type", ("digits", "Enter"), "Type a number, open a list, press a button", "Panel", ("panel",)),
    Key("reset", ("Backspace", "double click"), "Back to the default", "Panel", ("panel",)),
    Key("snap", ("Shift+drag",), "Between the ticks, without snapping", "Panel", ("panel",)),
    Key("leave", ("Esc",), "Give up what is typed; then back to the picture", "Panel", ("panel",)),
    Key("move", ("arrows",), "Go from scene to scene", "Wall", ("wall",)),
    Key("open", ("Enter", "click"), "Play the scene", "Wall", ("wall",)),
    Key("find", ("typing",), "Find a scene; Esc shows all again", "Wall", ("wall",)),
    Key("throw away", ("Delete",), "Throw the chosen draft away", "Wall", ("wall",)),
    Key("fetch back", ("Ctrl+Z",), "Bring back the draft thrown away last", "Wall", ("wall",)),
)

NAMED = {
    "Space": pygame.K_SPACE,
    "Home": pygame.K_HOME,
    "Backspace": pygame.K_BACKSPACE,
    "Esc": pygame.K_ESCAPE,
    "Enter": pygame.K_RETURN,
    "Delete": pygame.K_DELETE,
    "F1": pygame.K_F1,
    "F5": pygame.K_F5,
    "F11": pygame.K_F11,
}
GESTURES = {
    *("wheel", "right drag", "Space+drag", "Shift+drag", "drag", "arrows", "click", "double click", "typing", "digits"),
    *("Tab", "Shift+Tab", "↑ ↓", "← →"),
}
"""Entries of the table that are not single keys; the page handles them itself."""

SAME_SIGN = {"=": "+", "_": "-", "−": "-"}
"""Signs on the same key as a sign of the table, so that zooming needs no Shift."""


def _chords() -> dict[tuple[str, str], str]:
    out: dict[tuple[str, str], str] = {}
    for row in KEYS:
        for page in row.pages:
            for name in row.keys:
                if name not in GESTURES:
                    assert (page, name) not in out, f"{name} does two things on the {page}"
                    out[page, name] = row.action
    return out


_CHORDS = _chords()


def chord(event: pygame.event.Event) -> str:
    """The event in the notation of the table, such as `Shift+N`, `[`, `Ctrl+Q`; empty for any other event."""
    if event.type == pygame.TEXTINPUT:
        sign = str(event.text)
        return "" if sign.isalpha() or sign.isspace() else SAME_SIGN.get(sign, sign)
    if event.type != pygame.KEYDOWN:
        return ""
    name = next((name for name, key in NAMED.items() if key == event.key), _letter(event))
    if not name or event.mod & (pygame.KMOD_ALT | pygame.KMOD_META):
        return ""
    ctrl = "Ctrl+" if event.mod & pygame.KMOD_CTRL else ""
    shift = "Shift+" if event.mod & pygame.KMOD_SHIFT and len(name) == 1 else ""
    return ctrl + shift + name


def _letter(event: pygame.event.Event) -> str:
    if pygame.K_a <= event.key <= pygame.K_z:
        return chr(event.key).upper()
    # Keyboards without Latin letters: the letter at the same position on a Latin keyboard.
    scancode = getattr(event, "scancode", 0)
    if event.key > 127 and pygame.KSCAN_A <= scancode <= pygame.KSCAN_Z:
        return chr(ord("A") + scancode - pygame.KSCAN_A)
    return ""


def action(event: pygame.event.Event, page: str) -> str | None:
    """The action of an event on a page ("scene" or "wall"); None when the table has none."""
    return _CHORDS.get((page, chord(event)))


def groups() -> dict[str, list[Key]]:
    """Rows of the table by group, in the order of the table."""
    out: dict[str, list[Key]] = {}
    for row in KEYS:
        out.setdefault(row.group, []).append(row)
    return out


def table() -> str:
    """The table of keys of the README, in Markdown.

    >>> print(table().splitlines()[2])
    | `Space` | Pause, and play on |
    """
    rows = ["| key | what it does |", "|---|---|"]
    rows += [f"| {' '.join(f'`{key}`' for key in row.keys)} | {row.sentence} |" for row in KEYS]
    return "\n".join(rows)
