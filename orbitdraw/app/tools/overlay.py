"""Overlay of the tools: aim, forecast, selection and labels."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pygame

from orbitdraw import dynamics
from orbitdraw.app.kit import arrows as sketch
from orbitdraw.app.stage.hud import number
from orbitdraw.app.tools.bodies import Throwing
from orbitdraw.app.tools.context import ToolContext
from orbitdraw.app.tools.images import ITSELF, places_of
from orbitdraw.runtime import lazy

if TYPE_CHECKING:
    import numpy as np

    from orbitdraw.app.session.edits import Foretold
    from orbitdraw.app.session.world import World
else:
    np = lazy.module("numpy")


def draw_world(context: ToolContext, world: World, surface: pygame.Surface, busy: bool) -> None:
    """Draw marks on new particles, and the symmetry; with its sectors while a tool is `busy`."""
    theme = context.stage.hud.theme
    bodies = len(world.new) - world.grains
    for places, radius in (
        (places_of(world, world.new[:bodies]), context.px(4)),
        (world.new[bodies:], context.px(2) if world.grains <= dynamics.MARKED else 1),
    ):
        for at in context.at(places):
            if np.isfinite(at).all() and surface.get_rect().collidepoint(at):
                sketch.disc(surface, (at[0], at[1]), radius, theme.ink)
    if world.symmetry:
        _draw_symmetry(context, world, surface, busy)


def draw_body(bodies: Throwing, surface: pygame.Surface) -> None:
    """Draw the forecast of the aimed body, or the marks of the selected body."""
    told = bodies.foretold
    if bodies.busy and told is not None:
        _draw_foretold(bodies, surface, told)
    elif bodies.chosen is not None:
        _draw_chosen(bodies, surface)


def _draw_symmetry(context: ToolContext, world: World, surface: pygame.Surface, busy: bool) -> None:
    """Draw a small mark in the centre, and while a tool is busy the rays between the sectors."""
    theme, ground = context.stage.hud.theme, context.stage.picture.ground_color
    order, mirrored, x, y = world.symmetry
    at = context.pixel_of((x, y))
    if not all(map(math.isfinite, at)) or not surface.get_rect().inflate(4000, 4000).collidepoint(at):
        return
    quiet = sketch.mixed(theme.ink, ground, 0.5)
    sketch.ring(surface, at, context.px(7), quiet, context.px(1.5))
    if not busy:
        return
    rays = int(order) * (2 if mirrored else 1)
    faint, far = sketch.mixed(theme.ink, ground, 0.25), 2 * max(surface.get_size())
    for k in range(rays):
        angle = math.tau * k / rays
        start = (at[0] + context.px(12) * math.cos(angle), at[1] - context.px(12) * math.sin(angle))
        pygame.draw.aaline(surface, faint, start, (at[0] + far * math.cos(angle), at[1] - far * math.sin(angle)))


def _draw_foretold(bodies: Throwing, surface: pygame.Surface, told: Foretold) -> None:
    context = bodies.context
    theme, world, ground = context.stage.hud.theme, context.world, context.stage.picture.ground_color
    assert world is not None
    color = theme.warning if told.forecast.verdict.startswith("hits") else theme.accent
    image = bodies.image if told.aim.without is not None else ITSELF
    rests = world.standpoint is None or not (world.standpoint.is_rotated or any(world.standpoint.velocity))
    if image is not ITSELF and rests:
        path = np.array([image.place((x, y)) for x, y in told.forecast.path.tolist()]).reshape(-1, 2)
        path = context.at(path)
    else:
        path = context.chart.drawn(told.forecast.seen)
    sketch.path(surface, path, color, ground, context.px(2))
    start, tip = context.chart.arrow(image.place(told.aim.pos), image.turned(told.vel))
    sketch.arrow(surface, start, tip, theme.ink, context.px(2), context.px(14))
    sketch.disc(surface, start, context.px(5), theme.ink)
    sentence = told.forecast.sentence()
    speed = float(np.hypot(*told.vel))
    rows = [
        (sentence[:1].upper() + sentence[1:] + _orbit(told.aim.circle), color),
        (f"speed {number(speed)}    mass {number(told.aim.mass)}", theme.ink),
        (f"energy {number(told.forecast.energy)}    ang. momentum {number(told.forecast.momentum)}", theme.quiet),
    ]
    away = (tip[0] - start[0], tip[1] - start[1])
    sketch.label(surface, theme, context.scale, rows, tip, away, context.stage.written)


def _orbit(eccentricity: float | None) -> str:
    if eccentricity is None:
        return ""
    return ", circular" if eccentricity == 0 else f", eccentricity {number(eccentricity)}"


def _draw_chosen(bodies: Throwing, surface: pygame.Surface) -> None:
    context = bodies.context
    theme, world, body, marked = context.stage.hud.theme, context.world, bodies.body(), bodies.marked()
    if world is None or body is None or marked is None or not np.isfinite(body[0]).all():
        return
    _, vel, mass = body
    start, tip = context.chart.arrow(*marked)
    sketch.arrow(surface, start, tip, theme.ink, context.px(2), context.px(14))
    sketch.ring(surface, start, context.px(12), theme.accent, context.px(2))
    pinned = bodies.chosen in world.pinned
    if pinned:  # a square around it: it is fixed
        box = pygame.Rect(0, 0, 2 * context.px(8), 2 * context.px(8))
        box.center = sketch.whole(surface, start)
        pygame.draw.rect(surface, theme.accent, box, context.px(2))
    if not context.stage.pace.playing:
        held = "Pinned    " if pinned else ""
        rows = [
            (f"{held}mass {number(mass)}    speed {number(float(np.hypot(*vel)))}", theme.ink),
            (
                f"drag: move{'' if pinned else ' body or arrow'}    M: heavier    "
                f"I: {'release' if pinned else 'pin'}    Delete: delete it",
                theme.quiet,
            ),
        ]
        away = (start[0] - tip[0], start[1] - tip[1])
        sketch.label(surface, theme, context.scale, rows, start, away, context.stage.written)
