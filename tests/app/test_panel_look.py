"""How the panel looks, every section open, in the dark and on light paper, at both scales."""

from __future__ import annotations

from pathlib import Path

import pygame
import pytest
from driving import drive, settle, wait
from spring_law import spring

from orbitdraw.app.kit import Heading
from orbitdraw.app.kit.theme import DARK_THEME, LIGHT_THEME
from orbitdraw.app.window import Window


@pytest.mark.parametrize("theme", [DARK_THEME, LIGHT_THEME], ids=["dark", "light"])
@pytest.mark.parametrize("scale", [1, 2])
def test_the_panel_looks_as_it_did(theme, scale, golden):
    window = Window((480 * scale, 1500 * scale), ui_scale=float(scale), folder=Path("/pictures"))
    try:
        window.show_scene(spring())
        wait(window, lambda: window.page.shot is not None)
        drive(window, ["Space", "P"], turns=3)
        settle(window)
        panel = window.page.panel
        for heading in [one for one in panel.column.controls if isinstance(one, Heading)]:
            if not heading.open:
                panel.column.set_focus(heading)
                drive(window, ["Right"], turns=2)
        assert {*panel.by_name.values()} <= {*panel.column.controls}, "a section is still folded"
        # One control with the focus: its ring is part of how it looks.
        panel.column.set_focus(panel.by_name["drag"])
        panel.set_theme(theme)
        panel.tick(0.0)
        panel.lay_out(window.size)
        sheet = pygame.Surface(window.size)
        sheet.fill(theme.ground)
        panel.draw(sheet)
        seen = pygame.surfarray.array3d(sheet.subsurface(panel.column.place)).swapaxes(0, 1)
        assert panel.column.max_scroll == 0, "not all of it is seen"
    finally:
        window.close()
    golden(f"panel-{'dark' if theme is DARK_THEME else 'light'}-{scale}", seen)
