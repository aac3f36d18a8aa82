"""Symmetry inside the law: what is drawn stands for all its images, which pull each other too.

Z_n turns about a centre, D_n also mirrors. Only the bodies themselves are moved; at every kick their images are worked
out from them and pull like bodies, so a drawing is exactly symmetric for ever, and n images cost little more than one.
The scene's own potential turns with each image, as if the ground had the symmetry too.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from orbitdraw.errors import InputError
from orbitdraw.names import names
from orbitdraw.scene import State
from orbitdraw.strokes import Strokes

Floats = NDArray[np.float64]

MOST = 48
NEAR = 1e-9
"""An image this near to its body, in units of the body's distance from the centre, is the body itself."""

IDENTITY = np.array([[1.0, 0.0, 0.0, 0.0, 1.0, 0.0]])


def mirror(state: State, order: float, mirrored: float, x: float, y: float) -> None:
    """Draw with the symmetry Z_order, or D_order if `mirrored`, about (x, y) from now on; order 1 without ends it."""
    if not 1 <= order <= MOST or order != int(order):
        raise InputError(f"a symmetry has an order of 1 to {MOST}, not {order:g}")
    if mirrored not in (0.0, 1.0):
        raise InputError(f"mirrored is 0 or 1, not {mirrored:g}")
    if order == 1 and not mirrored:
        state.pop("symmetry", None)
    else:
        state["symmetry"] = np.array([order, mirrored, x, y])


def turns(state: State) -> Floats:
    """The maps (g, 6) to all images, x' = a x + b y + c and y' = d x + e y + f, the first of them the identity.

    >>> turns({"symmetry": np.array([2.0, 0.0, 0.0, 0.0])}).tolist()[1]
    [-1.0, 0.0, 0.0, 0.0, -1.0, 0.0]
    """
    if "symmetry" not in state:
        return IDENTITY
    order, mirrored, x, y = state["symmetry"].tolist()
    out = []
    for flip in (1.0, -1.0)[: 1 + int(mirrored)]:
        for k in range(int(order)):
            c, s = _circle(k, int(order))
            a, b, d, e = c, -s * flip, s, c * flip
            out.append([a, b, x - a * x - b * y, d, e, y - d * x - e * y])
    return np.array(out) + 0.0  # without signed zeros


def _circle(k: int, n: int) -> tuple[float, float]:
    """cos and sin of k n-ths of a turn, exact at the quarters."""
    if 4 * k % n == 0:
        return ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[4 * k // n]
    return math.cos(2 * math.pi * k / n), math.sin(2 * math.pi * k / n)


def shared(
    height: Callable[[Floats, Floats], ArrayLike], state: State, center: tuple[float, float], reach: float
) -> bool:
    """Whether a ground V(x, y) is the same under all images, as far as 64 places within `reach` can tell.

    >>> state = {"symmetry": np.array([4.0, 0.0, 0.0, 0.0])}
    >>> [shared(ground, state, (0.0, 0.0), 2.0) for ground in (np.hypot, lambda x, y: x)]
    [True, False]
    """
    k = np.arange(64)
    far, angle = reach * np.sqrt((k + 0.5) / 64), 2.399963 * k  # the golden angle: evenly over the disc
    places = images(turns(state), center[0] + far * np.cos(angle), center[1] + far * np.sin(angle))
    heights = np.broadcast_to(height(*places), places[0].shape)
    known = np.isfinite(heights).all(axis=0)
    if not known.any():
        return True
    apart = np.abs(heights - heights[0])[:, known].max()
    return bool(apart <= 1e-9 * max(1.0, np.abs(heights[:, known]).max()))


def images(maps: Floats, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Places (g, n) of all images; the first row holds the places themselves, to the bit."""
    a, b, c, d, e, f = (maps[:, k : k + 1] for k in range(6))
    px, py = a * x + b * y + c, d * x + e * y + f
    px[0], py[0] = x, y
    return px, py


def distinct(state: State, maps: Floats) -> NDArray[np.bool_]:
    """Which images (g, n) of the bodies are others than those before: a star in the centre is one star, not six.

    A body counts as its own image where its velocity is that of the image too; one that only crosses a mirror does not.
    """
    few = len(state["mass"])
    moving = np.array([state[name][:few] for name in ("x", "y", "vx", "vy")])
    return _distinct(maps.tobytes(), moving.tobytes(), state["symmetry"].tobytes())


@functools.lru_cache(maxsize=8)
def _distinct(turned: bytes, moving: bytes, symmetry: bytes) -> NDArray[np.bool_]:
    # The end of a frame is the beginning of the next: each is asked for twice.
    maps, centre = np.frombuffer(turned).reshape(-1, 6), np.frombuffer(symmetry)[2:]
    x, y, vx, vy = np.frombuffer(moving).reshape(4, -1)
    few = len(x)
    px, py = images(maps, x, y)
    linear = maps.copy()
    linear[:, [2, 5]] = 0.0
    qx, qy = images(linear, vx, vy)
    reach = np.hypot(x - centre[0], y - centre[1])
    span, pace = (
        max(1e-300, float(np.nanmax(reach, initial=0.0))),
        max(1e-300, float(np.nanmax(np.hypot(vx, vy), initial=0.0))),
    )

    def apart(a: Floats, b: Floats, far: float) -> NDArray[np.bool_]:
        return np.asarray(~(np.hypot(a, b) <= far))

    out = np.ones((len(maps), few), dtype=np.bool_)
    # Two images are one only where some image is the body itself: most bodies are asked no more than that.
    other = apart(px - px[0], py - py[0], NEAR * span) | apart(qx - qx[0], qy - qy[0], NEAR * pace)
    own = np.flatnonzero(~other[1:].all(axis=0))
    if len(own):
        x, y, vx, vy = (one[:, None, own] - one[None, :, own] for one in (px, py, qx, qy))
        new = apart(x, y, NEAR * span) | apart(vx, vy, NEAR * pace)
        earlier = np.tri(len(maps), k=-1, dtype=np.bool_)[:, :, None]
        out[:, own] = (new | ~earlier).all(axis=1)
    out.flags.writeable = False  # others are given the same
    return out


def masses(state: State, maps: Floats) -> Floats:
    """The mass of every image, those of one body together: 0 where an image is one that was counted before."""
    if len(maps) == 1:
        return state["mass"]
    return np.ascontiguousarray(np.where(distinct(state, maps), state["mass"], 0.0).T.ravel())


def settle(state: State, maps: Floats) -> None:
    """Put bodies that are their own images back onto the centre or the mirror, from which rounding would take them."""
    if len(maps) == 1:
        return
    there = distinct(state, maps)
    linear = maps.copy()
    linear[:, [2, 5]] = 0.0
    for i in np.flatnonzero(~there.all(axis=0)).tolist():
        for keys, way in ((("x", "y"), maps), (("vx", "vy"), linear)):
            place = [state[key][i : i + 1] for key in keys]
            x, y = images(way, *place)
            scale = max(1.0, float(np.hypot(*place)[0]))
            own = np.hypot(x[:, 0] - x[0, 0], y[:, 0] - y[0, 0]) <= 1e-6 * scale
            for key, image in zip(keys, (x, y), strict=True):
                state[key][i] = float(image[own, 0].mean())


def unfolded(state: State) -> State:
    """The bodies with all their images, as the world they stand for: what is measured is measured on this."""
    if "symmetry" not in state:
        return state
    few, maps = len(state["mass"]), turns(state)
    keep = distinct(state, maps).ravel()
    linear = maps.copy()
    linear[:, [2, 5]] = 0.0
    x, y = images(maps, state["x"][:few], state["y"][:few])
    vx, vy = images(linear, state["vx"][:few], state["vy"][:few])
    out = dict(state)
    for name, array in (("x", x), ("y", y), ("vx", vx), ("vy", vy)):
        out[name] = np.concatenate([array.ravel()[keep], state[name][few:]])
    out["mass"] = np.tile(state["mass"], len(maps))[keep]
    return out


def unfold(strokes: Strokes, state: State) -> Strokes:
    """Strokes with all their images after them, and so those below."""
    maps = turns(state)
    layer: Strokes | None = strokes
    while layer is not None and len(maps) > 1:
        n, many = layer.path.shape[1], len(maps)
        matrix = maps[:, [0, 1, 3, 4]].reshape(many, 2, 2)
        path, velocity = (np.einsum("gij,knj->kgni", matrix, array) for array in (layer.path, layer.velocity))
        path += maps[:, None, [2, 5]]
        path[:, 0] = layer.path
        seen = np.ones((many, n))
        if layer is strokes and layer.bodies:
            seen = distinct(state, maps).astype(np.float64)
            if layer.mass is not None:  # seen from the centre of mass, all of them weigh
                layer.names = np.concatenate([names(state), np.full(n * (many - 1), -1)])
                layer.bodies, layer.mass = n * many, (layer.mass * seen).ravel()
        # In numbers, not as -1: numpy cannot tell how many where a layer has no particle or no velocity.
        layer.path, layer.velocity = (
            path.reshape(len(path), many * n, 2),
            velocity.reshape(len(velocity), many * layer.velocity.shape[1], 2),
        )
        layer.shade = np.tile(layer.shade, many)
        if layer.pen is not None:
            layer.pen = np.tile(layer.pen, many)
        layer.weight = (np.broadcast_to(layer.weight, n) * seen).ravel()
        if layer.mark.size:
            layer.mark = (layer.mark * seen).ravel()
        layer = layer.dust
    return strokes
