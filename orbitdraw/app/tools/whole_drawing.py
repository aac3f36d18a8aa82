"""Actions of one key on the whole drawing: symmetry, links, twins, closed orbits."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from orbitdraw import edits
from orbitdraw.app.session import snap
from orbitdraw.app.stage.hud import format_number
from orbitdraw.app.tools.bodies import BodyTool
from orbitdraw.app.tools.context import ToolContext
from orbitdraw.runtime import lazy

if TYPE_CHECKING:
    import numpy as np

    from orbitdraw.app.session.edit_tasks import Edit
    from orbitdraw.app.session.world import World
    from orbitdraw.authoring.motion import State
else:
    np = lazy.module("numpy")

ORDERS = (1, 2, 3, 4, 5, 6, 8, 12)
TWIN_COUNT = 200
TWIN_DISTANCE = 1e-6
"""Initial distance of the twins, in radii of the view: a millionth."""

LINK_INTERVAL = 6
"""Frames between two lines of a link: ten a second."""


def keys(context: ToolContext, bodies: BodyTool) -> dict[str, Callable[[], None]]:
    """Actions of the key table for the whole drawing."""
    return {
        "symmetry": lambda: _change_symmetry(context),
        "mirror": lambda: _change_symmetry(context, mirror=True),
        "link": lambda: _toggle_link(context, bodies.selected),
        "butterfly": lambda: _toggle_twins(context, bodies.selected),
        "close": lambda: _snap_to_closed_orbit(context, bodies.selected),
        "close all": lambda: _snap_to_closed_orbit(context, bodies.selected, all_bodies=True),
    }


def symmetry_words(order: float, mirrored: float, lacks_symmetry: bool = False) -> str:
    """A symmetry in words.

    >>> symmetry_words(6, 0), symmetry_words(1, 0)
    ('Symmetry Z6: 6 copies that attract each other', 'No symmetry')
    """
    if order == 1 and not mirrored:
        return "No symmetry"
    many = int(order) * (2 if mirrored else 1)
    words = f"Symmetry {'D' if mirrored else 'Z'}{int(order)}: {many} copies that attract each other"
    if not lacks_symmetry:
        return words
    return f"{words}. This landscape does not have that symmetry, so each copy moves over its own rotated landscape"


def _change_symmetry(context: ToolContext, mirror: bool = False) -> None:
    world = context.world
    if world is None or not context.can_edit():
        return
    order, mirrored, x, y = context.requested_symmetry or world.symmetry or (1.0, 0.0, *context.camera.home_center())
    if mirror:
        mirrored = 1.0 - mirrored
    else:
        order = float(next((one for one in ORDERS if one > order), 1))
    context.requested_symmetry = (order, mirrored, x, y)
    edit, words = ("symmetry", context.requested_symmetry), symmetry_words(order, mirrored)
    context.change(lambda state: ([edit], words))


def _toggle_link(context: ToolContext, selected: int | None) -> None:
    if context.world is not None and context.can_edit():
        context.change(partial(link_edits, selected))


def link_edits(selected: int | None, state: State) -> tuple[list[Edit], str]:
    """Link the selected body and its nearest neighbour, or the last two thrown, by a line every few frames."""
    ids = edits.body_ids.ids_of(state).tolist()
    if len(ids) < 2:
        return [], "A link needs two bodies"
    links = [_sorted_pair(int(a), int(b)) for _, a, b in state["links"].tolist()] if "links" in state else []
    if selected is None:
        pair = (ids[-2], ids[-1])
    else:
        index = edits.body_ids.index_of(state, selected)
        x, y = (state[name][: len(ids)] for name in "xy")
        distances = np.hypot(x - x[index], y - y[index])
        others = [i for i in np.argsort(distances, kind="stable").tolist() if i != index]
        unlinked = [i for i in others if _sorted_pair(selected, ids[i]) not in links]
        if not unlinked:
            own_links = [pair for pair in links if selected in pair]
            return [("link", (0.0, float(a), float(b))) for a, b in own_links], "Links of this body removed"
        pair = (selected, ids[unlinked[0]])
    if _sorted_pair(*pair) in links:
        return [("link", (0.0, *pair))], f"Link between bodies {pair[0]} and {pair[1]} removed"
    return [("link", (float(LINK_INTERVAL), *pair))], f"Lines between bodies {pair[0]} and {pair[1]}, ten a second"


def _sorted_pair(a: int, b: int) -> tuple[int, int]:
    return min(a, b), max(a, b)


def _snap_to_closed_orbit(context: ToolContext, selected: int | None, all_bodies: bool = False) -> None:
    """Snap to the nearest closed orbit; the scene is paused, because the result fits only this very frame."""
    if context.can_edit():
        context.stage.pause()
        context.stage.session.submit(snap.snap_to_closed_orbit, context.stage.session, selected, all_bodies)


def _toggle_twins(context: ToolContext, selected: int | None) -> None:
    if context.world is not None and context.can_edit():
        context.change(partial(twin_edits, selected, TWIN_DISTANCE * context.radius))


def twin_edits(selected: int | None, apart: float, state: State) -> tuple[list[Edit], str]:
    """Twins of the selected body, of the one thrown last or, in a scene of dust, of its first grain; or remove them."""
    if "twin" in state:
        return [("twins", (0.0, 0.0, 0.0))], "Almost identical copies removed"
    ids = edits.body_ids.ids_of(state).tolist()
    if not ids and not len(state["x"]):
        return [], "There is nothing to copy yet: throw a body or add dust first"
    body = selected if selected is not None else (ids[-1] if ids else 0)
    return [("twins", (float(body), float(TWIN_COUNT), apart))], (
        f"{TWIN_COUNT} almost identical copies, a millionth of the picture apart. Colour shows how far they have "
        "diverged; until they do, the motion can be predicted"
    )


def divergence_words(count: float, apart: float, time: float, radius: float) -> str:
    """Result of the twins in words; `apart` and `radius`, of the view, are in world units.

    >>> divergence_words(200, 1e-6, 12.34, 1.0)  # doctest: +NORMALIZE_WHITESPACE
    '200 copies started a millionth of the picture apart. After a time of 12.34 half of them are a tenth of it away:
    beyond that, the motion cannot be predicted'
    """
    fraction = apart / radius
    small = "a millionth" if 0.5e-6 < fraction < 2e-6 else f"{fraction:.1g}"
    return (
        f"{count:.0f} copies started {small} of the picture apart. After a time of {format_number(time)} half of them "
        "are a tenth of it away: beyond that, the motion cannot be predicted"
    )


def report_divergence(context: ToolContext, world: World) -> None:
    """Report when most twins have diverged, which ends the time for which the motion is predictable."""
    before, opened = context.world, context.stage.opened
    if before is None or opened is None or not world.twins or math.isnan(world.twins[2]):
        return
    if not before.twins or math.isnan(before.twins[2]):
        count, apart, time = world.twins
        context.say(divergence_words(count, apart, time, opened.home[2]))
