"""The table of keys, from which key handling, the help and the README's table are made.

Letters are matched by key code, signs such as [ and + by the typed character, because most keyboard layouts have those
signs elsewhere, or with Shift or AltGr. Reserved for lessons on a playing scene: 1 to 9, the full stop, B, Enter, Tab,
the arrows and PageUp / PageDown. Presentation remotes send the full stop, B and Escape, so Escape never quits.
"""

from __future__ import annotations

from dataclasses import dataclass

import pygame


@dataclass(frozen=True)
class KeyBinding:
    """One row: name of the action, keys, description, group in the help, and pages ("scene", "wall", "panel")."""

    action: str
    keys: tuple[str, ...]
    description: str
    group: str
    pages: tuple[str, ...] = ("scene",)


ALL_PAGES = ("scene", "wall")

KEYS = (
    KeyBinding("pause", ("Space",), "Pause or play", "Time"),
    KeyBinding("step", ("N",), "One frame forward", "Time"),
    KeyBinding("step back", ("Shift+N",), "One frame back", "Time"),
    KeyBinding("slower", ("[",), "Slower, down to 1/16 of the speed, on the same path", "Time"),
    KeyBinding("faster", ("]",), "Faster, up to 16 times the speed", "Time"),
    KeyBinding("rewind", ("Z",), "Hold to rewind", "Time"),
    KeyBinding("reverse", ("T",), "Reverse time, where the law allows it", "Time"),
    KeyBinding(
        "branch", ("Ctrl+B",), "Switch between the old and the new continuation after changing the past", "Time"
    ),
    KeyBinding("travel", ("wheel", "drag"), "On the timeline: go to any frame", "Time"),
    KeyBinding("restart", ("R",), "Restart (also after an error)", "Time"),
    KeyBinding("new seed", ("Shift+R",), "Restart with new random numbers", "Time"),
    KeyBinding(
        "throw", ("drag", "click"), "Drag to throw a body, click to place one; with Shift on a circular orbit", "Draw"
    ),
    KeyBinding("heavier", ("M", "wheel"), "Increase the mass of the selected body, or of the next one", "Draw"),
    KeyBinding("lighter", ("Shift+M", "wheel"), "Decrease the mass; the wheel works while dragging", "Draw"),
    KeyBinding("hold", ("click",), "Select a body, then drag it or its arrow. Esc deselects", "Draw"),
    KeyBinding("take away", ("Delete",), "Delete the selected body", "Draw"),
    KeyBinding("duplicate", ("Ctrl+D",), "Duplicate the selected body", "Draw"),
    KeyBinding("pin", ("I",), "Pin the selected body in place, or release it", "Draw"),
    KeyBinding("dust", ("D",), "Dust tool: brush; press again for disc, ring, line, cloud", "Dust and fields"),
    KeyBinding("spread", ("wheel",), "Dust tool: change the spread; Shift+wheel: number of grains", "Dust and fields"),
    KeyBinding(
        "fields",
        ("F",),
        "Field tool: well; press again for hill, spring, wall, wind, magnetic field",
        "Dust and fields",
    ),
    KeyBinding("flip", ("Shift+F",), "Flip the sign of the selected field", "Dust and fields"),
    KeyBinding(
        "symmetry", ("X",), "Symmetry: 2, 3, ... 12 rotated copies that attract each other", "The whole drawing"
    ),
    KeyBinding("mirror", ("Shift+X",), "Add or remove mirrored copies", "The whole drawing"),
    KeyBinding(
        "link", ("K",), "Draw lines between the selected body and its neighbour, ten a second", "The whole drawing"
    ),
    KeyBinding(
        "close", ("C",), "Snap the selected body (or the last throw) to the nearest closed orbit", "The whole drawing"
    ),
    KeyBinding("close all", ("Shift+C",), "Snap all bodies to the nearest closed orbits", "The whole drawing"),
    KeyBinding(
        "butterfly",
        ("Shift+B",),
        "Start 200 almost identical copies and see when they diverge (butterfly effect)",
        "The whole drawing",
    ),
    KeyBinding("undo", ("Ctrl+Z",), "Undo", "The whole drawing"),
    KeyBinding("redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "Redo", "The whole drawing"),
    KeyBinding("zoom in", ("+", "wheel"), "Zoom in at the pointer", "View"),
    KeyBinding("zoom out", ("-", "wheel"), "Zoom out", "View"),
    KeyBinding("pan", ("right drag", "Space+drag"), "Move the view; middle drag works too", "View"),
    KeyBinding("fit", ("0", "Home"), "Reset the view", "View"),
    KeyBinding("watch", ("V",), "Next reference frame: selected body, centre of mass, rotating with a pair", "View"),
    KeyBinding("ground", ("G",), "Contour lines and force arrows", "Landscape and law"),
    KeyBinding(
        "next law",
        ("L",),
        "Restart with the next law of motion (Newton, heavy ball, gradient descent, heat)",
        "Landscape and law",
    ),
    KeyBinding(
        "formula", ("Ctrl+F",), "Type a formula of x, y, t, r and phi; other names become sliders", "Landscape and law"
    ),
    KeyBinding("save", ("S",), "Save the drawing", "Save and export"),
    KeyBinding("export", ("E",), "Export the picture as a large PNG", "Save and export"),
    KeyBinding("export turn", ("Ctrl+G",), "Export the last full orbit as a looping GIF", "Save and export"),
    KeyBinding("export dialog", ("Ctrl+E",), "Export with options: format, size, time range, look", "Save and export"),
    KeyBinding("choose", ("Shift+drag",), "On the timeline: select the time range to export", "Save and export"),
    KeyBinding("panel", ("P",), "Open or close the panel of settings", "Window"),
    KeyBinding("theme", ("Shift+T",), "Switch between the light and the dark theme", "Window"),
    KeyBinding("captions", ("H",), "Show or hide captions and numbers", "Window"),
    KeyBinding("wall", ("W", "Backspace"), "Back to the wall of scenes", "Window"),
    KeyBinding("full screen", ("F11", "F5"), "Full screen on or off", "Window", ALL_PAGES),
    KeyBinding("help", ("?", "F1"), "Show these keys", "Window", ALL_PAGES),
    KeyBinding(
        "escape",
        ("Esc",),
        "Close or cancel the topmost thing; never quits",
        "Window",
        ALL_PAGES,
    ),
    KeyBinding("quit", ("Ctrl+Q",), "Quit", "Window", ALL_PAGES),
    KeyBinding("control", ("Tab", "Shift+Tab", "↑ ↓"), "Next or previous control of the panel", "Panel", ("panel",)),
    KeyBinding("turn", ("← →", "wheel"), "Change the value; Shift: by a tenth", "Panel", ("panel",)),
    KeyBinding("type", ("digits", "Enter"), "Type a number, open a list, press a button", "Panel", ("panel",)),
    KeyBinding("reset", ("Backspace", "double click"), "Reset to the default", "Panel", ("panel",)),
    KeyBinding("snap", ("Shift+drag",), "Move without snapping to the ticks", "Panel", ("panel",)),
    KeyBinding("leave", ("Esc",), "Cancel typing; then leave the panel", "Panel", ("panel",)),
    KeyBinding("move", ("arrows",), "Move from scene to scene", "Wall", ("wall",)),
    KeyBinding("open", ("Enter", "click"), "Play the scene", "Wall", ("wall",)),
    KeyBinding("find", ("typing",), "Search; Esc shows all scenes again", "Wall", ("wall",)),
    KeyBinding("throw away", ("Delete",), "Delete the chosen draft", "Wall", ("wall",)),
    KeyBinding("fetch back", ("Ctrl+Z",), "Restore the draft deleted last", "Wall", ("wall",)),
)

NAMED_KEYS = {
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
    name = next((name for name, key in NAMED_KEYS.items() if key == event.key), _letter(event))
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


def groups() -> dict[str, list[KeyBinding]]:
    """Rows of the table by group, in the order of the table."""
    out: dict[str, list[KeyBinding]] = {}
    for row in KEYS:
        out.setdefault(row.group, []).append(row)
    return out


def table() -> str:
    """The table of keys of the README, in Markdown.

    >>> print(table().splitlines()[2])
    | `Space` | Pause or play |
    """
    rows = ["| key | what it does |", "|---|---|"]
    rows += [f"| {' '.join(f'`{key}`' for key in row.keys)} | {row.description} |" for row in KEYS]
    return "\n".join(rows)
