"""Overlay of the tools: aim, forecast, selection and labels."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pygame

from orbitdraw import dynamics
from orbitdraw.app.kit import overlay_shapes
from orbitdraw.app.stage.hud import format_number
from orbitdraw.app.tools.bodies import BodyTool
from orbitdraw.app.tools.context import ToolContext
from orbitdraw.app.tools.images import IDENTITY, image_positions
from orbitdraw.runtime import lazy

if TYPE_CHECKING:
    import numpy as np

    from orbitdraw.app.session.edit_tasks import AimForecast
    from orbitdraw.app.session.world import World
else:
    np = lazy.module("numpy")


def draw_world(context: ToolContext, world: World, surface: pygame.Surface, busy: bool) -> None:
    """Draw marks on new particles, and the symmetry; with its sectors while a tool is `busy`."""
    theme = context.stage.hud.theme
    bodies = len(world.new) - world.grains
    for positions, radius in (
        (image_positions(world, world.new[:bodies]), context.px(4)),
        (world.new[bodies:], context.px(2) if world.grains <= dynamics.MAX_MARKED_DUST else 1),
    ):
        for pixel in context.world_to_pixels(positions):
            if np.isfinite(pixel).all() and surface.get_rect().collidepoint(pixel):
                overlay_shapes.draw_disc(surface, (pixel[0], pixel[1]), radius, theme.ink)
    if world.symmetry:
        _draw_symmetry(context, world, surface, busy)


def draw_body(bodies: BodyTool, surface: pygame.Surface) -> None:
    """Draw the forecast of the aimed body, or the marks of the selected body."""
    aim_forecast = bodies.forecast
    if bodies.busy and aim_forecast is not None:
        _draw_forecast(bodies, surface, aim_forecast)
    elif bodies.selected is not None:
        _draw_selection(bodies, surface)


def _draw_symmetry(context: ToolContext, world: World, surface: pygame.Surface, busy: bool) -> None:
    """Draw a small mark in the centre, and while a tool is busy the rays between the sectors."""
    theme, ground = context.stage.hud.theme, context.stage.picture.background
    order, mirrored, x, y = world.symmetry
    at = context.pixel_of((x, y))
    if not all(map(math.isfinite, at)) or not surface.get_rect().inflate(4000, 4000).collidepoint(at):
        return
    quiet = overlay_shapes.blend(theme.ink, ground, 0.5)
    overlay_shapes.draw_ring(surface, at, context.px(7), quiet, context.px(1.5))
    if not busy:
        return
    rays = int(order) * (2 if mirrored else 1)
    faint, far = overlay_shapes.blend(theme.ink, ground, 0.25), 2 * max(surface.get_size())
    for k in range(rays):
        angle = math.tau * k / rays
        start = (at[0] + context.px(12) * math.cos(angle), at[1] - context.px(12) * math.sin(angle))
        pygame.draw.aaline(surface, faint, start, (at[0] + far * math.cos(angle), at[1] - far * math.sin(angle)))


def _draw_forecast(bodies: BodyTool, surface: pygame.Surface, aim_forecast: AimForecast) -> None:
    context = bodies.context
    theme, world, ground = context.stage.hud.theme, context.world, context.stage.picture.background
    assert world is not None
    color = theme.warning if aim_forecast.forecast.verdict.startswith("hits") else theme.accent
    image = bodies.image if aim_forecast.aim.without is not None else IDENTITY
    is_at_rest = world.frame_pose is None or not (world.frame_pose.is_rotated or any(world.frame_pose.velocity))
    if image is not IDENTITY and is_at_rest:
        path = np.array([image.map_position((x, y)) for x, y in aim_forecast.forecast.path.tolist()]).reshape(-1, 2)
        path = context.world_to_pixels(path)
    else:
        path = context.projection.frame_to_pixels(aim_forecast.forecast.path_in_frame)
    overlay_shapes.draw_path(surface, path, color, ground, context.px(2))
    start, tip = context.projection.arrow(
        image.map_position(aim_forecast.aim.pos), image.map_velocity(aim_forecast.vel)
    )
    overlay_shapes.draw_arrow(surface, start, tip, theme.ink, context.px(2), context.px(14))
    overlay_shapes.draw_disc(surface, start, context.px(5), theme.ink)
    sentence = aim_forecast.forecast.sentence()
    speed = float(np.hypot(*aim_forecast.vel))
    rows = [
        (sentence[:1].upper() + sentence[1:] + _orbit_words(aim_forecast.aim.eccentricity), color),
        (f"speed {format_number(speed)}    mass {format_number(aim_forecast.aim.mass)}", theme.ink),
        (
            f"energy {format_number(aim_forecast.forecast.energy)}    "
            f"ang. momentum {format_number(aim_forecast.forecast.momentum)}",
            theme.quiet,
        ),
    ]
    away = (tip[0] - start[0], tip[1] - start[1])
    overlay_shapes.draw_label(surface, theme, context.scale, rows, tip, away, context.stage.text_rects)


def _orbit_words(eccentricity: float | None) -> str:
    if eccentricity is None:
        return ""
    return ", circular" if eccentricity == 0 else f", eccentricity {format_number(eccentricity)}"


def _draw_selection(bodies: BodyTool, surface: pygame.Surface) -> None:
    context = bodies.context
    theme, world, body, copy = context.stage.hud.theme, context.world, bodies.body(), bodies.grabbed_copy()
    if world is None or body is None or copy is None or not np.isfinite(body[0]).all():
        return
    _, vel, mass = body
    start, tip = context.projection.arrow(*copy)
    overlay_shapes.draw_arrow(surface, start, tip, theme.ink, context.px(2), context.px(14))
    overlay_shapes.draw_ring(surface, start, context.px(12), theme.accent, context.px(2))
    pinned = bodies.selected in world.pinned
    if pinned:  # a square around it: it is fixed
        box = pygame.Rect(0, 0, 2 * context.px(8), 2 * context.px(8))
        box.center = overlay_shapes.to_pixel(surface, start)
        pygame.draw.rect(surface, theme.accent, box, context.px(2))
    if not context.stage.playback.playing:
        pinned_words = "Pinned    " if pinned else ""
        rows = [
            (f"{pinned_words}mass {format_number(mass)}    speed {format_number(float(np.hypot(*vel)))}", theme.ink),
            (
                f"drag: move{'' if pinned else ' body or arrow'}    M: heavier    "
                f"I: {'release' if pinned else 'pin'}    Delete: delete it",
                theme.quiet,
            ),
        ]
        away = (start[0] - tip[0], start[1] - tip[1])
        overlay_shapes.draw_label(surface, theme, context.scale, rows, start, away, context.stage.text_rects)
