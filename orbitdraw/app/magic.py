"""What one key does to the whole drawing: symmetry, links, twins, closed orbits."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from orbitdraw.app import closing
from orbitdraw.app.hud import number

if TYPE_CHECKING:
    from orbitdraw.app.tools import Tools
    from orbitdraw.app.world import World

ORDERS = (1, 2, 3, 4, 5, 6, 8, 12)
TWINS = 200
APART = 1e-6
"""How far twins stand apart at first, in radii of the view: a millionth."""

LINK_EVERY = 6
"""Frames between two lines of a link: ten a second."""


def keys(tools: Tools) -> dict[str, Callable[[], None]]:
    """What the actions of the key table do."""
    return {
        "symmetry": lambda: _symmetry(tools),
        "mirror": lambda: _symmetry(tools, mirror=True),
        "link": lambda: _link(tools),
        "butterfly": lambda: _butterfly(tools),
        "close": lambda: _close(tools),
        "close all": lambda: _close(tools, whole=True),
    }


def symmetry_words(order: float, mirrored: float, uneven: bool = False) -> str:
    """A symmetry as a person reads it.

    >>> symmetry_words(6, 0), symmetry_words(1, 0)
    ('Symmetry Z6: 6 images, which pull each other', 'No symmetry')
    """
    if order == 1 and not mirrored:
        return "No symmetry"
    many = int(order) * (2 if mirrored else 1)
    words = f"Symmetry {'D' if mirrored else 'Z'}{int(order)}: {many} images, which pull each other"
    return f"{words}. The ground is not so even: each image moves over its own copy of it" if uneven else words


def _symmetry(tools: Tools, mirror: bool = False) -> None:
    world = tools.world
    if world is None or not tools.open():
        return
    order, mirrored, x, y = tools.wished or world.symmetry or (1.0, 0.0, *tools.stage.sight.home())
    if mirror:
        mirrored = 1.0 - mirrored
    else:
        order = float(next((one for one in ORDERS if one > order), 1))
    tools.wished = (order, mirrored, x, y)
    tools.do(("symmetry", tools.wished))
    tools.say(symmetry_words(order, mirrored))


def _link(tools: Tools) -> None:
    """A line every so often between the held body and its nearest neighbour, or between the last two thrown."""
    world = tools.world
    if world is None or not tools.open():
        return
    names = world.name.tolist()
    if len(names) < 2:
        tools.say("A link needs two bodies")
        return
    import numpy as np

    if tools.chosen is None:
        pair = (names[-2], names[-1])
    else:
        here = world.place(tools.chosen) or 0
        apart = np.hypot(*(world.pos - world.pos[here]).T)
        free = [i for i in np.argsort(apart, kind="stable").tolist() if i != here]
        unlinked = [i for i in free if _both(tools.chosen, names[i]) not in world.links]
        if not unlinked:
            linked = [(0.0, float(a), float(b)) for a, b in world.links if tools.chosen in (a, b)]
            tools.do(*(("link", one) for one in linked))
            tools.say("The links of this body end")
            return
        pair = (tools.chosen, names[unlinked[0]])
    if _both(*pair) in world.links:
        tools.do(("link", (0.0, *pair)))
        tools.say(f"The link between bodies {pair[0]} and {pair[1]} ends")
    else:
        tools.do(("link", (float(LINK_EVERY), *pair)))
        tools.say(f"Ten times a second a line between bodies {pair[0]} and {pair[1]}")


def _both(a: int, b: int) -> tuple[int, int]:
    return min(a, b), max(a, b)


def _close(tools: Tools, whole: bool = False) -> None:
    """Snap to closed; time stands still meanwhile, for what is found fits this very moment."""
    if tools.open():
        tools.stage.rest()
        tools.stage.show.ask(closing.snap, tools.stage.show, tools.chosen, whole)


def _butterfly(tools: Tools) -> None:
    """Twins of the held body, or of the one thrown last; in a scene of dust, of its first grain."""
    world = tools.world
    if world is None or not tools.open():
        return
    if world.twins:
        tools.do(("twins", (0.0, 0.0, 0.0)))
        tools.say("The twins are gone")
        return
    names = world.name.tolist()
    body = tools.chosen if tools.chosen is not None else (names[-1] if names else 0)
    tools.do(("twins", (body, TWINS, APART * tools.radius)))
    tools.say(
        f"{TWINS} twins begin a millionth of the picture apart; colour tells how far they have parted, and as long as "
        "they are together, their future can be predicted"
    )


def parted_words(count: float, apart: float, time: float, radius: float) -> str:
    """What "predictable for" means; `apart` and `radius`, of the view, are in world units.

    >>> parted_words(200, 1e-6, 12.34, 1.0)  # doctest: +NORMALIZE_WHITESPACE
    '200 twins began a millionth of the picture apart; 12.34 later half of them are a tenth of it away: beyond that,
    nothing here can be predicted'
    """
    part = apart / radius
    small = "a millionth" if 0.5e-6 < part < 2e-6 else f"{part:.1g}"
    return (
        f"{count:.0f} twins began {small} of the picture apart; {number(time)} later half of them are a tenth of it "
        "away: beyond that, nothing here can be predicted"
    )


def watch_twins(tools: Tools, now: World) -> None:
    """Say so when most twins have parted, and the time for which things could be predicted stands still."""
    before, opened = tools.world, tools.stage.opened
    if before is None or opened is None or not now.twins or math.isnan(now.twins[2]):
        return
    if not before.twins or math.isnan(before.twins[2]):
        count, apart, time = now.twins
        tools.say(parted_words(count, apart, time, opened.home[2]))
