"""Actions of one key on the whole drawing: symmetry, links, twins, closed orbits."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from orbitdraw import edits
from orbitdraw.app.session import snap as closing
from orbitdraw.app.stage.hud import number
from orbitdraw.app.tools.bodies import Throwing
from orbitdraw.app.tools.context import ToolContext
from orbitdraw.runtime import lazy

if TYPE_CHECKING:
    import numpy as np

    from orbitdraw.app.session.edits import Edit
    from orbitdraw.app.session.world import World
    from orbitdraw.authoring.motion import State
else:
    np = lazy.module("numpy")

ORDERS = (1, 2, 3, 4, 5, 6, 8, 12)
TWINS = 200
APART = 1e-6
"""Initial distance of the twins, in radii of the view: a millionth."""

LINK_EVERY = 6
"""Frames between two lines of a link: ten a second."""


def keys(context: ToolContext, bodies: Throwing) -> dict[str, Callable[[], None]]:
    """Actions of the key table for the whole drawing."""
    return {
        "symmetry": lambda: _symmetry(context),
        "mirror": lambda: _symmetry(context, mirror=True),
        "link": lambda: _link(context, bodies.chosen),
        "butterfly": lambda: _butterfly(context, bodies.chosen),
        "close": lambda: _close(context, bodies.chosen),
        "close all": lambda: _close(context, bodies.chosen, whole=True),
    }


def symmetry_words(order: float, mirrored: float, uneven: bool = False) -> str:
    """A symmetry in words.

    >>> symmetry_words(6, 0), symmetry_words(1, 0)
    ('Symmetry Z6: 6 copies that attract each other', 'No symmetry')
    """
    if order == 1 and not mirrored:
        return "No symmetry"
    many = int(order) * (2 if mirrored else 1)
    words = f"Symmetry {'D' if mirrored else 'Z'}{int(order)}: {many} copies that attract each other"
    if not uneven:
        return words
    return f"{words}. This landscape does not have that symmetry, so each copy moves over its own rotated landscape"


def _symmetry(context: ToolContext, mirror: bool = False) -> None:
    world = context.world
    if world is None or not context.open():
        return
    order, mirrored, x, y = context.wished or world.symmetry or (1.0, 0.0, *context.sight.home())
    if mirror:
        mirrored = 1.0 - mirrored
    else:
        order = float(next((one for one in ORDERS if one > order), 1))
    context.wished = (order, mirrored, x, y)
    edit, words = ("symmetry", context.wished), symmetry_words(order, mirrored)
    context.change(lambda state: ([edit], words))


def _link(context: ToolContext, chosen: int | None) -> None:
    if context.world is not None and context.open():
        context.change(partial(linked, chosen))


def linked(chosen: int | None, state: State) -> tuple[list[Edit], str]:
    """Link the selected body and its nearest neighbour, or the last two thrown, by a line every few frames."""
    known = edits.body_ids.ids_of(state).tolist()
    if len(known) < 2:
        return [], "A link needs two bodies"
    links = [_both(int(a), int(b)) for _, a, b in state["links"].tolist()] if "links" in state else []
    if chosen is None:
        pair = (known[-2], known[-1])
    else:
        here = edits.body_ids.index_of(state, chosen)
        x, y = (state[name][: len(known)] for name in "xy")
        apart = np.hypot(x - x[here], y - y[here])
        free = [i for i in np.argsort(apart, kind="stable").tolist() if i != here]
        unlinked = [i for i in free if _both(chosen, known[i]) not in links]
        if not unlinked:
            mine = [pair for pair in links if chosen in pair]
            return [("link", (0.0, float(a), float(b))) for a, b in mine], "Links of this body removed"
        pair = (chosen, known[unlinked[0]])
    if _both(*pair) in links:
        return [("link", (0.0, *pair))], f"Link between bodies {pair[0]} and {pair[1]} removed"
    return [("link", (float(LINK_EVERY), *pair))], f"Lines between bodies {pair[0]} and {pair[1]}, ten a second"


def _both(a: int, b: int) -> tuple[int, int]:
    return min(a, b), max(a, b)


def _close(context: ToolContext, chosen: int | None, whole: bool = False) -> None:
    """Snap to the nearest closed orbit; the scene is paused, because the result fits only this very frame."""
    if context.open():
        context.stage.rest()
        context.stage.session.ask(closing.snap, context.stage.session, chosen, whole)


def _butterfly(context: ToolContext, chosen: int | None) -> None:
    if context.world is not None and context.open():
        context.change(partial(doubled, chosen, APART * context.radius))


def doubled(chosen: int | None, apart: float, state: State) -> tuple[list[Edit], str]:
    """Twins of the selected body, of the one thrown last or, in a scene of dust, of its first grain; or remove them."""
    if "twin" in state:
        return [("twins", (0.0, 0.0, 0.0))], "Almost identical copies removed"
    known = edits.body_ids.ids_of(state).tolist()
    if not known and not len(state["x"]):
        return [], "There is nothing to copy yet: throw a body or add dust first"
    body = chosen if chosen is not None else (known[-1] if known else 0)
    return [("twins", (float(body), float(TWINS), apart))], (
        f"{TWINS} almost identical copies, a millionth of the picture apart. Colour shows how far they have diverged; "
        "until they do, the motion can be predicted"
    )


def parted_words(count: float, apart: float, time: float, radius: float) -> str:
    """Result of the twins in words; `apart` and `radius`, of the view, are in world units.

    >>> parted_words(200, 1e-6, 12.34, 1.0)  # doctest: +NORMALIZE_WHITESPACE
    '200 copies started a millionth of the picture apart. After a time of 12.34 half of them are a tenth of it away:
    beyond that, the motion cannot be predicted'
    """
    part = apart / radius
    small = "a millionth" if 0.5e-6 < part < 2e-6 else f"{part:.1g}"
    return (
        f"{count:.0f} copies started {small} of the picture apart. After a time of {number(time)} half of them are a "
        "tenth of it away: beyond that, the motion cannot be predicted"
    )


def watch_twins(context: ToolContext, now: World) -> None:
    """Report when most twins have diverged, which ends the time for which the motion is predictable."""
    before, opened = context.world, context.stage.opened
    if before is None or opened is None or not now.twins or math.isnan(now.twins[2]):
        return
    if not before.twins or math.isnan(before.twins[2]):
        count, apart, time = now.twins
        context.say(parted_words(count, apart, time, opened.home[2]))
