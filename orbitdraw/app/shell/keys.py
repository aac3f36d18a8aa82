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
    Key("pause", ("Space",), "Pause or play", "Time"),
    Key("step", ("N",), "One frame forward", "Time"),
    Key("step back", ("Shift+N",), "One frame back", "Time"),
    Key("slower", ("[",), "Slower, down to 1/16 of the speed, on the same path", "Time"),
    Key("faster", ("]",), "Faster, up to 16 times the speed", "Time"),
    Key("rewind", ("Z",), "Hold to rewind", "Time"),
    Key("reverse", ("T",), "Reverse time, where the law allows it", "Time"),
    Key("branch", ("Ctrl+B",), "Switch between the old and the new continuation after changing the past", "Time"),
    Key("travel", ("wheel", "drag"), "On the timeline: go to any frame", "Time"),
    Key("restart", ("R",), "Restart (also after an error)", "Time"),
    Key("new seed", ("Shift+R",), "Restart with new random numbers", "Time"),
    Key("throw", ("drag", "click"), "Drag to throw a body, click to place one; with Shift on a circular orbit", "Draw"),
    Key("heavier", ("M", "wheel"), "Increase the mass of the selected body, or of the next one", "Draw"),
    Key("lighter", ("Shift+M", "wheel"), "Decrease the mass; the wheel works while dragging", "Draw"),
    Key("hold", ("click",), "Select a body, then drag it or its arrow. Esc deselects", "Draw"),
    Key("take away", ("Delete",), "Delete the selected body", "Draw"),
    Key("duplicate", ("Ctrl+D",), "Duplicate the selected body", "Draw"),
    Key("pin", ("I",), "Pin the selected body in place, or release it", "Draw"),
    Key("dust", ("D",), "Dust tool: brush; press again for disc, ring, line, cloud", "Dust and fields"),
    Key("spread", ("wheel",), "Dust tool: change the spread; Shift+wheel: number of grains", "Dust and fields"),
    Key(
        "fields",
        ("F",),
        "Field tool: well; press again for hill, spring, wall, wind, magnetic field",
        "Dust and fields",
    ),
    Key("flip", ("Shift+F",), "Flip the sign of the selected field", "Dust and fields"),
    Key("symmetry", ("X",), "Symmetry: 2, 3, ... 12 rotated copies that attract each other", "The whole drawing"),
    Key("mirror", ("Shift+X",), "Add or remove mirrored copies", "The whole drawing"),
    Key("link", ("K",), "Draw lines between the selected body and its neighbour, ten a second", "The whole drawing"),
    Key("close", ("C",), "Snap the selected body (or the last throw) to the nearest closed orbit", "The whole drawing"),
    Key("close all", ("Shift+C",), "Snap all bodies to the nearest closed orbits", "The whole drawing"),
    Key(
        "butterfly",
        ("Shift+B",),
        "Start 200 almost identical copies and see when they diverge (butterfly effect)",
        "The whole drawing",
    ),
    Key("undo", ("Ctrl+Z",), "Undo", "The whole drawing"),
    Key("redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "Redo", "The whole drawing"),
    Key("zoom in", ("+", "wheel"), "Zoom in at the pointer", "View"),
    Key("zoom out", ("-", "wheel"), "Zoom out", "View"),
    Key("pan", ("right drag", "Space+drag"), "Move the view; middle drag works too", "View"),
    Key("fit", ("0", "Home"), "Reset the view", "View"),
    Key("watch", ("V",), "Next reference frame: selected body, centre of mass, rotating with a pair", "View"),
    Key("ground", ("G",), "Contour lines and force arrows", "Landscape and law"),
    Key(
        "next law",
        ("L",),
        "Restart with the next law of motion (Newton, heavy ball, gradient descent, heat)",
        "Landscape and law",
    ),
    Key(
        "formula", ("Ctrl+F",), "Type a formula of x, y, t, r and phi; other names become sliders", "Landscape and law"
    ),
    Key("save", ("S",), "Save the drawing", "Save and export"),
    Key("export", ("E",), "Export the picture as a large PNG", "Save and export"),
    Key("export turn", ("Ctrl+G",), "Export the last full orbit as a looping GIF", "Save and export"),
    Key("export dialog", ("Ctrl+E",), "Export with options: format, size, time range, look", "Save and export"),
    Key("choose", ("Shift+drag",), "On the timeline: select the time range to export", "Save and export"),
    Key("panel", ("P",), "Open or close the panel of settings", "Window"),
    Key("theme", ("Shift+T",), "Switch between the light and the dark theme", "Window"),
    Key("captions", ("H",), "Show or hide captions and numbers", "Window"),
    Key("wall", ("W", "Backspace"), "Back to the wall of scenes", "Window"),
    Key("full screen", ("F11", "F5"), "Full screen on or off", "Window", BOTH),
    Key("help", ("?", "F1"), "Show these keys", "Window", BOTH),
    Key(
        "escape",
        ("Esc",),
        "Close or cancel the topmost thing; never quits",
        "Window",
        BOTH,
    ),
    Key("quit", ("Ctrl+Q",), "Quit", "Window", BOTH),
    Key("control", ("Tab", "Shift+Tab", "↑ ↓"), "Next or previous control of the panel", "Panel", ("panel",)),
    Key("turn", ("← →", "wheel"), "Change the value; Shift: by a tenth", "Panel", ("panel",)),
    Key("type", ("digits", "Enter"), "Type a number, open a list, press a button", "Panel", ("panel",)),
    Key("reset", ("Backspace", "double click"), "Reset to the default", "Panel", ("panel",)),
    Key("snap", ("Shift+drag",), "Move without snapping to the ticks", "Panel", ("panel",)),
    Key("leave", ("Esc",), "Cancel typing; then leave the panel", "Panel", ("panel",)),
    Key("move", ("arrows",), "Move from scene to scene", "Wall", ("wall",)),
    Key("open", ("Enter", "click"), "Play the scene", "Wall", ("wall",)),
    Key("find", ("typing",), "Search; Esc shows all scenes again", "Wall", ("wall",)),
    Key("throw away", ("Delete",), "Delete the chosen draft", "Wall", ("wall",)),
    Key("fetch back", ("Ctrl+Z",), "Restore the draft deleted last", "Wall", ("wall",)),
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
    | `Space` | Pause or play |
    """
    rows = ["| key | what it does |", "|---|---|"]
    rows += [f"| {' '.join(f'`{key}`' for key in row.keys)} | {row.sentence} |" for row in KEYS]
    return "\n".join(rows)
