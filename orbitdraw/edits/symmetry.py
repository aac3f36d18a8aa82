"""Symmetry inside the law: what is drawn stands for all its images, which pull each other too.

Z_n turns about a centre, D_n also mirrors. Only the bodies themselves are moved; at every kick their images are worked
out from them and pull like bodies, so a drawing is exactly symmetric for ever, and n images cost little more than one.
The scene's own potential turns with each image, as if the ground had the symmetry too.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from orbitdraw.authoring.motion import State
from orbitdraw.errors import InputError
from orbitdraw.ink.strokes import Strokes

Floats = NDArray[np.float64]

MOST = 48

MOST_SEEN = 1_000_000
"""Grains with all their images: a frame of them takes some 200 MB beside what is kept of the past."""

IDENTITY = np.array([[1.0, 0.0, 0.0, 0.0, 1.0, 0.0]])
LINEAR = [0, 1, 3, 4]
NOBODY = np.zeros((0, 7))

NEAR = 1e-9
"""An image this near to its body, in units of the farthest body's distance from the centre, is the body itself."""


def check(order: float, mirrored: float, x: float, y: float) -> None:
    """Raise InputError for numbers that no symmetry has."""
    if not 1 <= order <= MOST or order != int(order):
        raise InputError(f"a symmetry has an order of 1 to {MOST}, not {order:g}")
    if mirrored not in (0.0, 1.0):
        raise InputError(f"mirrored is 0 or 1, not {mirrored:g}")


def mirror(state: State, order: float, mirrored: float, x: float, y: float) -> None:
    """Draw with the symmetry Z_order, or D_order if `mirrored`, about (x, y) from now on; order 1 without ends it."""
    if order == 1 and not mirrored:
        state.pop("symmetry", None)
    else:
        many, dust = int(order) * (1 + int(mirrored)), len(state["x"]) - len(state["mass"])
        if many * dust > MOST_SEEN:
            raise InputError(f"{many} images of {dust:,} grains are too many; {MOST_SEEN:,} in all are the most")
        state["symmetry"] = np.array([order, mirrored, x, y])
    settle(state)


def images_of(state: State) -> int:
    """How many images each particle has, itself among them.

    >>> images_of({}), images_of({"symmetry": np.array([6.0, 1.0, 0.0, 0.0])})
    (1, 12)
    """
    order, mirrored = state["symmetry"][:2].tolist() if "symmetry" in state else (1.0, 0.0)
    return int(order) * (1 + int(mirrored))


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


@np.errstate(over="ignore", invalid="ignore")  # who flies off is for a frame where numbers end
def images(maps: Floats, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Places (g, n) of all images; the first row holds the places themselves, to the bit."""
    a, b, c, d, e, f = (maps[:, k : k + 1] for k in range(6))
    px, py = a * x + b * y + c, d * x + e * y + f
    px[0], py[0] = x, y
    return px, py


@np.errstate(over="ignore", invalid="ignore")
def settle(state: State) -> None:
    """Find out which bodies are their own images, after something was done to them: a star in the centre is one star,
    not six.

    A body counts as its own image where its velocity is that of the image too; one that only crosses a mirror does not.
    It stays so until a hand changes it: exactly symmetric forces keep it there, and what others do to it, as noise or a
    ground that lacks the symmetry, is undone after each frame (`mirrors`). So no body ever becomes two, or two one.
    """
    few, maps = len(state["mass"]), turns(state)
    state.pop("others", None), state.pop("mirrors", None)
    if len(maps) == 1 or not few:
        return
    linear = maps * [1, 1, 0, 1, 1, 0]
    seen = images(maps, state["x"][:few], state["y"][:few]), images(linear, state["vx"][:few], state["vy"][:few])
    x, y = state["symmetry"][2:].tolist()
    own = np.ones((len(maps), few), dtype=np.bool_)
    for (px, py), (cx, cy) in zip(seen, ((x, y), (0.0, 0.0)), strict=True):
        reach = np.fmax.reduce(np.hypot(px[0] - cx, py[0] - cy), initial=1e-300)
        own &= np.hypot(px - px[0], py - py[0]) <= NEAR * reach
    which = np.flatnonzero(own[1:].any(axis=0))
    if not len(which):
        return
    others, rows = np.ones_like(own), []
    for i in which:
        # The mean of the images that are the body itself leads onto the mirror, or into the centre.
        back = maps[own[:, i]].mean(axis=0)
        back[np.abs(back) < 1e-15] = 0.0
        rows.append([float(i), *back])
        ways = maps[:, LINEAR].reshape(-1, 2, 2) @ back[LINEAR].reshape(2, 2)
        one = np.abs(ways[:, None] - ways).max(axis=(2, 3)) < 1e-9
        others[:, i] = ~np.tril(one, -1).any(axis=1)
    state["others"], state["mirrors"] = others, np.array(rows)


def others(state: State) -> NDArray[np.bool_]:
    """Which images (g, n) of the bodies are others than those before; all but those of a body on its mirror."""
    return state["others"] if "others" in state else np.ones((len(turns(state)), len(state["mass"])), dtype=np.bool_)


def mirrors(state: State) -> Floats:
    """Rows (m, 7) for the drivers: who is its own image, and the map onto its mirror, or into the centre."""
    rows: Floats = state.get("mirrors", NOBODY)
    return rows


def masses(state: State) -> Floats:
    """The mass of every image, those of one body together: 0 where an image is one that was counted before."""
    if "symmetry" not in state:
        return state["mass"]
    return np.ascontiguousarray(np.where(others(state), state["mass"], 0.0).T.ravel())


def unfolded(state: State) -> State:
    """The bodies with all their images, as the world they stand for: what is measured is measured on this."""
    if "symmetry" not in state:
        return state
    few, maps = len(state["mass"]), turns(state)
    keep = others(state).ravel()
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
    """Strokes with all their images after them, frame by frame, and so those below."""
    if "symmetry" not in state:
        return strokes
    maps, counted = turns(state), others(state).astype(np.float64)
    layer: Strokes | None = strokes
    while layer is not None:
        frames, many = layer.frames, len(maps)
        n = layer.path.shape[1] // frames
        seen = np.broadcast_to(counted if layer is strokes and layer.bodies else 1.0, (frames, many, n))
        if layer is strokes and layer.bodies:
            if layer.mass is not None:  # seen from the centre of mass, all of them weigh
                old = np.arange(n) if layer.names is None else layer.names
                layer.names = np.concatenate([old, np.full(n * (many - 1), -1)])
                layer.mass = (layer.mass * seen[0]).ravel()
            layer.bodies = n * many

        def tiled(array: Floats, n: int = n, frames: int = frames, many: int = many) -> Floats:
            """Numbers of particles as those of all their images."""
            apart = array.reshape(*array.shape[:-1], frames, 1, n)
            return np.broadcast_to(apart, (*array.shape[:-1], frames, many, n)).reshape(*array.shape[:-1], -1)

        layer.velocity = _imaged(layer.velocity, maps * [1, 1, 0, 1, 1, 0], frames)
        layer.path = _imaged(layer.path, maps, frames)
        layer.shade = tiled(layer.shade)
        if layer.pen is not None:
            layer.pen = tiled(layer.pen)
        layer.weight = tiled(layer.weight) * seen.ravel()
        if layer.mark.size:
            layer.mark = tiled(layer.mark) * seen.ravel()
        layer = layer.dust
    return strokes


@np.errstate(over="ignore", invalid="ignore")
def _imaged(array: Floats, maps: Floats, frames: int) -> Floats:
    """(k, frames n, 2) under all maps, (k, frames g n, 2); the first images are the places themselves, to the bit."""
    k, n = array.shape[0], array.shape[1] // frames
    apart, many = array.reshape(k, frames, 1, n, 2), len(maps)
    a, b, c, d, e, f = (maps[:, None, i] for i in range(6))
    out = np.empty((k, frames, many, n, 2))
    x, y = apart[..., 0], apart[..., 1]
    out[..., 0] = a * x + b * y + c
    out[..., 1] = d * x + e * y + f
    out[:, :, 0] = apart[:, :, 0]
    return out.reshape(k, frames * many * n, 2)
