"""Symmetry in the dynamics: every particle has images under a rotation or reflection group, and all attract each other.

Z_n rotates about a centre, D_n also reflects. Only the bodies are integrated; at every kick their images are computed
from them and attract like bodies, so a drawing stays exactly symmetric, and n images cost little more than one.
The scene's own potential is transformed with each image, as if it had the symmetry too.
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

MAX_ORDER = 48

MAX_IMAGES = 1_000_000
"""Most grains, counted with all their images: a frame of them takes about 200 MB besides the kept history."""

IDENTITY = np.array([[1.0, 0.0, 0.0, 0.0, 1.0, 0.0]])
LINEAR = [0, 1, 3, 4]
NO_PROJECTIONS = np.zeros((0, 7))

COINCIDENCE = 1e-9
"""Distance below which an image coincides with its body, in units of the farthest body's distance from the centre."""


def check(order: float, mirrored: float, x: float, y: float) -> None:
    """Raise InputError for numbers that are invalid for a symmetry."""
    if not 1 <= order <= MAX_ORDER or order != int(order):
        raise InputError(f"the order of a symmetry must be a whole number from 1 to {MAX_ORDER}, not {order:g}")
    if mirrored not in (0.0, 1.0):
        raise InputError(f"mirrored must be 0 or 1, not {mirrored:g}")


def set_symmetry(state: State, order: float, mirrored: float, x: float, y: float) -> None:
    """Set the symmetry Z_order, or D_order if `mirrored`, about (x, y); order 1 not mirrored ends it."""
    if order == 1 and not mirrored:
        state.pop("symmetry", None)
    else:
        n_images, dust = int(order) * (1 + int(mirrored)), len(state["x"]) - len(state["mass"])
        if n_images * dust > MAX_IMAGES:
            raise InputError(
                f"{n_images} images of {dust:,} grains are too many; at most {MAX_IMAGES:,} are possible in all"
            )
        state["symmetry"] = np.array([order, mirrored, x, y])
    find_self_images(state)


def image_count(state: State) -> int:
    """Number of images of each particle, including itself.

    >>> image_count({}), image_count({"symmetry": np.array([6.0, 1.0, 0.0, 0.0])})
    (1, 12)
    """
    order, mirrored = state["symmetry"][:2].tolist() if "symmetry" in state else (1.0, 0.0)
    return int(order) * (1 + int(mirrored))


def image_maps(state: State) -> Floats:
    """Affine maps (g, 6) to all images, x' = a x + b y + c and y' = d x + e y + f; the first is the identity.

    >>> image_maps({"symmetry": np.array([2.0, 0.0, 0.0, 0.0])}).tolist()[1]
    [-1.0, 0.0, 0.0, 0.0, -1.0, 0.0]
    """
    if "symmetry" not in state:
        return IDENTITY
    order, mirrored, x, y = state["symmetry"].tolist()
    out = []
    for flip in (1.0, -1.0)[: 1 + int(mirrored)]:
        for k in range(int(order)):
            c, s = _cos_sin(k, int(order))
            a, b, d, e = c, -s * flip, s, c * flip
            out.append([a, b, x - a * x - b * y, d, e, y - d * x - e * y])
    return np.array(out) + 0.0  # without signed zeros


def _cos_sin(k: int, n: int) -> tuple[float, float]:
    """cos and sin of 2 pi k / n, exact at multiples of pi / 2."""
    if 4 * k % n == 0:
        return ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[4 * k // n]
    return math.cos(2 * math.pi * k / n), math.sin(2 * math.pi * k / n)


def has_symmetry(
    height: Callable[[Floats, Floats], ArrayLike], state: State, center: tuple[float, float], reach: float
) -> bool:
    """True when a landscape V(x, y) has the symmetry, tested at 64 positions within `reach` of `center`.

    >>> state = {"symmetry": np.array([4.0, 0.0, 0.0, 0.0])}
    >>> [has_symmetry(ground, state, (0.0, 0.0), 2.0) for ground in (np.hypot, lambda x, y: x)]
    [True, False]
    """
    k = np.arange(64)
    radius, angle = reach * np.sqrt((k + 0.5) / 64), 2.399963 * k  # the golden angle: evenly over the disc
    positions = images(image_maps(state), center[0] + radius * np.cos(angle), center[1] + radius * np.sin(angle))
    heights = np.broadcast_to(height(*positions), positions[0].shape)
    finite = np.isfinite(heights).all(axis=0)
    if not finite.any():
        return True
    difference = np.abs(heights - heights[0])[:, finite].max()
    return bool(difference <= 1e-9 * max(1.0, np.abs(heights[:, finite]).max()))


@np.errstate(over="ignore", invalid="ignore")  # escaping particles overflow to inf or nan for one frame
def images(maps: Floats, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Positions x and y (g, n) of all images; the first row is a bit-exact copy of the given positions."""
    a, b, c, d, e, f = (maps[:, k : k + 1] for k in range(6))
    px, py = a * x + b * y + c, d * x + e * y + f
    px[0], py[0] = x, y
    return px, py


@np.errstate(over="ignore", invalid="ignore")
def find_self_images(state: State) -> None:
    """Find the bodies that are their own images, after an edit: a star in the centre is one star, not six.

    A body is its own image when both position and velocity coincide; one that only crosses a mirror line is not.
    This holds until the next edit: exactly symmetric forces keep the body on its mirror line or centre, and other
    influences (noise, a landscape without the symmetry) are projected out after each frame. So the number
    of distinct images never changes by itself.
    """
    n_bodies, maps = len(state["mass"]), image_maps(state)
    state.pop("others", None), state.pop("mirrors", None)
    if len(maps) == 1 or not n_bodies:
        return
    linear = maps * [1, 1, 0, 1, 1, 0]
    positions_and_velocities = (
        images(maps, state["x"][:n_bodies], state["y"][:n_bodies]),
        images(linear, state["vx"][:n_bodies], state["vy"][:n_bodies]),
    )
    x, y = state["symmetry"][2:].tolist()
    is_own_image = np.ones((len(maps), n_bodies), dtype=np.bool_)
    for (px, py), (cx, cy) in zip(positions_and_velocities, ((x, y), (0.0, 0.0)), strict=True):
        reach = np.fmax.reduce(np.hypot(px[0] - cx, py[0] - cy), initial=1e-300)
        is_own_image &= np.hypot(px - px[0], py - py[0]) <= COINCIDENCE * reach
    self_images = np.flatnonzero(is_own_image[1:].any(axis=0))
    if not len(self_images):
        return
    distinct, rows = np.ones_like(is_own_image), []
    for i in self_images:
        # The mean of the maps that fix the body is the projection onto its mirror line, or the centre.
        projection = maps[is_own_image[:, i]].mean(axis=0)
        projection[np.abs(projection) < 1e-15] = 0.0
        rows.append([float(i), *projection])
        products = maps[:, LINEAR].reshape(-1, 2, 2) @ projection[LINEAR].reshape(2, 2)
        is_same = np.abs(products[:, None] - products).max(axis=(2, 3)) < 1e-9
        distinct[:, i] = ~np.tril(is_same, -1).any(axis=1)
    state["others"], state["mirrors"] = distinct, np.array(rows)


def distinct_images(state: State) -> NDArray[np.bool_]:
    """Mask (g, n) of the images of bodies that are distinct from earlier ones; False only for bodies on a mirror line
    or in the centre."""
    return (
        state["others"] if "others" in state else np.ones((len(image_maps(state)), len(state["mass"])), dtype=np.bool_)
    )


def mirror_projections(state: State) -> Floats:
    """Rows (m, 7) for the drivers: index of a body that is its own image, and the projection onto its mirror or the
    centre."""
    rows: Floats = state.get("mirrors", NO_PROJECTIONS)
    return rows


def image_masses(state: State) -> Floats:
    """Mass of every image, grouped by body: 0 for an image that coincides with an earlier one."""
    if "symmetry" not in state:
        return state["mass"]
    return np.ascontiguousarray(np.where(distinct_images(state), state["mass"], 0.0).T.ravel())


def with_images(state: State) -> State:
    """The state with the bodies replaced by all their distinct images: energies and momenta are measured on this."""
    if "symmetry" not in state:
        return state
    n_bodies, maps = len(state["mass"]), image_maps(state)
    keep = distinct_images(state).ravel()
    linear = maps.copy()
    linear[:, [2, 5]] = 0.0
    x, y = images(maps, state["x"][:n_bodies], state["y"][:n_bodies])
    vx, vy = images(linear, state["vx"][:n_bodies], state["vy"][:n_bodies])
    out = dict(state)
    for name, array in (("x", x), ("y", y), ("vx", vx), ("vy", vy)):
        out[name] = np.concatenate([array.ravel()[keep], state[name][n_bodies:]])
    out["mass"] = np.tile(state["mass"], len(maps))[keep]
    return out


def add_images(strokes: Strokes, state: State) -> Strokes:
    """Strokes followed by those of all their images, frame by frame, also in the layers below."""
    if "symmetry" not in state:
        return strokes
    maps, distinct = image_maps(state), distinct_images(state).astype(np.float64)
    layer: Strokes | None = strokes
    while layer is not None:
        frames, n_images = layer.frames, len(maps)
        n = layer.path.shape[1] // frames
        is_drawn = np.broadcast_to(distinct if layer is strokes and layer.bodies else 1.0, (frames, n_images, n))
        if layer is strokes and layer.bodies:
            if layer.mass is not None:  # the centre of mass is that of all images
                names = np.arange(n) if layer.names is None else layer.names
                layer.names = np.concatenate([names, np.full(n * (n_images - 1), -1)])
                layer.mass = (layer.mass * is_drawn[0]).ravel()
            layer.bodies = n * n_images

        def tile(array: Floats, n: int = n, frames: int = frames, n_images: int = n_images) -> Floats:
            """Repeat per-particle numbers for all images."""
            by_frame = array.reshape(*array.shape[:-1], frames, 1, n)
            return np.broadcast_to(by_frame, (*array.shape[:-1], frames, n_images, n)).reshape(*array.shape[:-1], -1)

        layer.velocity = _map_paths(layer.velocity, maps * [1, 1, 0, 1, 1, 0], frames)
        layer.path = _map_paths(layer.path, maps, frames)
        layer.shade = tile(layer.shade)
        if layer.pen is not None:
            layer.pen = tile(layer.pen)
        layer.weight = tile(layer.weight) * is_drawn.ravel()
        if layer.mark.size:
            layer.mark = tile(layer.mark) * is_drawn.ravel()
        layer = layer.dust
    return strokes


@np.errstate(over="ignore", invalid="ignore")
def _map_paths(array: Floats, maps: Floats, frames: int) -> Floats:
    """Vectors (k, frames n, 2) under all maps, (k, frames g n, 2); the first image is a bit-exact copy."""
    k, n = array.shape[0], array.shape[1] // frames
    vectors, n_images = array.reshape(k, frames, 1, n, 2), len(maps)
    a, b, c, d, e, f = (maps[:, None, i] for i in range(6))
    out = np.empty((k, frames, n_images, n, 2))
    x, y = vectors[..., 0], vectors[..., 1]
    out[..., 0] = a * x + b * y + c
    out[..., 1] = d * x + e * y + f
    out[:, :, 0] = vectors[:, :, 0]
    return out.reshape(k, frames * n_images * n, 2)
