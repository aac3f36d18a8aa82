"""How the hand looks: what it aims at, what would become of it, and in words what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pygame

from orbitdraw.app import sketch
from orbitdraw.app.hud import number

if TYPE_CHECKING:
    from orbitdraw.app.deeds import Foretold
    from orbitdraw.app.tools import Tools


def draw_hand(tools: Tools, surface: pygame.Surface) -> None:
    """Everything the hand shows, over the picture."""
    import numpy as np

    stage = tools.stage
    theme, world = stage.hud.theme, tools.world
    if world is None or not world.open:
        return
    for at in tools.at(world.new):
        if np.isfinite(at).all() and surface.get_rect().collidepoint(at):
            few = len(world.new) <= len(world.name)
            sketch.disc(surface, (at[0], at[1]), tools.px(4) if few else 1, theme.ink)
    if tools.dusting:
        _draw_brush(tools, surface)
        return
    told = tools.foretold
    if tools.deed and told is not None:
        _draw_foretold(tools, surface, told)
    elif tools.chosen is not None:
        _draw_chosen(tools, surface)


def _draw_brush(tools: Tools, surface: pygame.Surface) -> None:
    theme, size = tools.stage.hud.theme, tools.stage.window.size
    radius = max(2.0, tools.spread * min(size) / 2)
    sketch.ring(surface, tools.pointer, radius, theme.accent, tools.px(1.5))
    rows = [
        (f"Dust, {tools.grains} grains a frame", theme.ink),
        ("wheel: spread    Shift+wheel: grains", theme.quiet),
        ("Shift: on circular orbits    D: done", theme.quiet),
    ]
    if tools.deed:
        rows = rows[:1]
    edge = (tools.pointer[0] + radius * 0.7, tools.pointer[1] + radius * 0.7)
    sketch.label(surface, theme, tools.scale, rows, edge, (1, 1), tools.stage.hud.places)


def _draw_foretold(tools: Tools, surface: pygame.Surface, told: Foretold) -> None:
    import numpy as np

    theme, world, ground = tools.stage.hud.theme, tools.world, tools.stage.picture.ground_color
    assert world is not None
    color = theme.warning if told.forecast.verdict.startswith("hits") else theme.accent
    sketch.path(surface, tools.chart.drawn(told.forecast.seen), color, ground, tools.px(2))
    start, tip = tools.chart.arrow(told.aim.pos, told.vel)
    sketch.arrow(surface, start, tip, theme.ink, tools.px(2), tools.px(14))
    sketch.disc(surface, start, tools.px(5), theme.ink)
    sentence = told.forecast.sentence()
    speed = float(np.hypot(*told.vel))
    rows = [
        (sentence[:1].upper() + sentence[1:] + (", circular" if told.aim.circle else ""), color),
        (f"speed {number(speed)}    mass {number(told.aim.mass)}", theme.ink),
        (f"energy {number(told.forecast.energy)}    ang. momentum {number(told.forecast.momentum)}", theme.quiet),
    ]
    away = (tip[0] - start[0], tip[1] - start[1])
    sketch.label(surface, theme, tools.scale, rows, tip, away, tools.stage.hud.places)


def _draw_chosen(tools: Tools, surface: pygame.Surface) -> None:
    import numpy as np

    theme, world, body = tools.stage.hud.theme, tools.world, tools.body()
    if world is None or body is None or not np.isfinite(body[0]).all():
        return
    pos, vel, mass = body
    start, tip = tools.chart.arrow(pos, vel)
    sketch.arrow(surface, start, tip, theme.ink, tools.px(2), tools.px(14))
    sketch.ring(surface, start, tools.px(12), theme.accent, tools.px(2))
    if not tools.stage.pace.playing:
        rows = [
            (f"mass {number(mass)}    speed {number(float(np.hypot(*vel)))}", theme.ink),
            ("drag it or its arrow, M heavier, Delete", theme.quiet),
        ]
        away = (start[0] - tip[0], start[1] - tip[1])
        sketch.label(surface, theme, tools.scale, rows, start, away, tools.stage.hud.places)
