"""Snapshot of a scene for the window: everything that the mouse and the panel can edit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from orbitdraw import edits, potentials, reference_frames
from orbitdraw.runtime import lazy
from orbitdraw.simulation.scale import arrow_time

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from orbitdraw.authoring.motion import State
    from orbitdraw.film.film import Film
    from orbitdraw.reference_frames.reference import FramePose, Reference
    from orbitdraw.simulation.run import Run
else:
    np = lazy.module("numpy")

MAX_NEW_GRAINS = 3_000
"""Grains shown when scattered, before they have drawn anything; more look no different."""

UNTICKED_EVENTS = frozenset({"view", "exposure", "watch"})
"""Events without a tick on the timeline: a change of view is not drawing."""

EDITABLE_KEYS = frozenset({"x", "y", "vx", "vy", "mass"})
"""Keys of a state that the mouse can edit."""


def _no_fields() -> NDArray[np.float64]:
    return np.zeros((0, 8))


@dataclass(frozen=True)
class World:
    """Everything the mouse can edit: the bodies at the frame that is shown, and the drawing's length and events.

    `pos` and `vel` (n, 2), `mass` and `name` (n,); `new` (m, 2) are positions of particles added in this very frame,
    which have drawn nothing yet: at frame 0 all particles, the bodies first. `last_frame` is the last frame
    ever played to, `ticks` the frames of events.
    """

    is_editable: bool
    frame: int
    t: float
    last_frame: int
    ticks: tuple[int, ...]
    pos: NDArray[np.float64]
    vel: NDArray[np.float64]
    mass: NDArray[np.float64]
    name: NDArray[np.int64]
    new: NDArray[np.float64]
    grains: int = 0
    """Number of grains of dust, at the end of `new`."""
    is_off_screen: bool = False
    """True when there are particles, and none of them is in the picture."""
    arrow_time: float = 1.0
    """Time units in which a body would travel the length of its arrow: the length divided by this is the speed."""
    frame_pose: FramePose | None = None
    """The frame of reference of the picture."""
    reference: Reference = (0,)
    """The reference frame that is shown or that a transition leads to."""
    fields: NDArray[np.float64] = field(default_factory=_no_fields)
    """Planted fields, rows (m, 8): name, kind, x, y, x2, y2, strength, size."""
    pinned: frozenset[int] = frozenset()
    symmetry: tuple[float, ...] = ()
    """Order, whether it mirrors, and the centre; empty where there is none."""
    lacks_symmetry: bool = False
    """True when the scene's own potential, or the landscape, lacks that symmetry."""
    landscape: float | None = None
    """The strength of the landscape, where there is one."""
    links: frozenset[tuple[int, int]] = frozenset()
    twins: tuple[float, ...] = ()
    """Number of copies, their initial distance, and the time until they diverged: nan until then."""
    backwards: bool = False
    hue: NDArray[np.float64] | None = None
    pens: dict[int, tuple[float, float]] = field(default_factory=dict)
    """Width and brush of the bodies that have a pen of their own."""

    def index_of(self, name: int) -> int | None:
        """Index of the body of that name in the arrays."""
        matches = np.flatnonzero(self.name == name)
        return int(matches[0]) if len(matches) else None

    def pen(self, name: int | None) -> tuple[str, float, float]:
        """Brush (its number), width in pens and place on the palette of a body."""
        width, brush = self.pens.get(-1 if name is None else name, (1.0, -1.0))
        index = None if name is None else self.index_of(name)
        hue = 0.0 if self.hue is None or index is None else float(self.hue[index])
        return f"{brush:.0f}", width, hue


class WorldSnapshots:
    """Takes a snapshot of every frame; what changes seldom is computed once."""

    def __init__(self) -> None:
        self._run: Run | None = None
        self._arrow_time = 1.0
        self._key: tuple[int, int] = (-1, -1)
        self._ticks: tuple[int, ...] = ()
        self._lacks_symmetry = False

    def take(self, film: Film) -> World:
        """The snapshot of this frame."""
        run = film.run
        # The edits of a custom Motion may not be meant for the mouse.
        is_editable = bool(run.motion.edits) and run.state.keys() >= EDITABLE_KEYS
        if run is not self._run:
            self._run, self._key = run, (-1, -1)
            self._arrow_time = arrow_time(run) if is_editable else 1.0
        if self._key != (len(run.history.changes), len(run.history.events)):
            self._key = (len(run.history.changes), len(run.history.events))
            self._ticks = tuple(
                sorted({event.frame for event in run.history.events if event.name not in UNTICKED_EVENTS})
            )
            self._lacks_symmetry = "symmetry" in run.state and _potential_lacks_symmetry(run)
        if not is_editable:
            empty = np.zeros((0, 2))
            no_ids = np.zeros(0, np.int64)
            return World(
                False, run.frame, run.t, film.last_frame, self._ticks, empty, empty, empty[:, 0], no_ids, empty
            )
        body_count = len(run.state["mass"])
        pos = np.stack([run.state["x"][:body_count], run.state["y"][:body_count]], axis=1)
        vel = np.stack([run.state["vx"][:body_count], run.state["vy"][:body_count]], axis=1)
        name = run.state["name"].copy() if "name" in run.state else np.arange(body_count)
        mass = run.state["mass"].copy()
        new, grains = _new_positions(run, name)
        known = (
            run.frame,
            run.t,
            film.last_frame,
            self._ticks,
            pos,
            vel,
            mass,
            name,
            new,
            grains,
            _is_off_screen(film),
            self._arrow_time,
        )
        frames = (film.frame_pose, reference_frames.reference_of(run.values["watch"]))
        return World(True, *known, *frames, lacks_symmetry=self._lacks_symmetry, **_user_changes(run.state))


def _is_off_screen(film: Film) -> bool:
    """True when there are particles, and none is in the picture. Of many, a sample is tested first."""
    run, (width, height) = film.run, film.size
    x, y = run.state["x"], run.state["y"]
    scale, ox, oy = run.view.pixels(film.size)
    for stride in (max(1, len(x) // MAX_NEW_GRAINS), 1):
        with np.errstate(all="ignore"):  # positions that overflow to inf or nan are in no picture
            across, up = film.frame_pose.to_frame(np.stack([x[::stride], y[::stride]], axis=1)).T
            inside = (np.abs(ox + scale * across - width / 2) < width / 2) & (
                np.abs(oy - scale * up - height / 2) < height / 2
            )
        if inside.any():
            return False
    return len(x) > 0


def _potential_lacks_symmetry(run: Run) -> bool:
    law, (_, mirrored, *centre) = run.scene.law.parameters_at(run.values), run.state["symmetry"].tolist()
    if (mirrored and (law.get("field") or law.get("spin"))) or (any(centre) and law.get("spin")):
        return True  # a mirror reverses their sense of rotation, and the frame rotates about the origin
    return not edits.symmetry.has_symmetry(
        lambda x, y: _scene_potential(run, x, y), run.state, run.view.center, run.view.radius
    )


def _scene_potential(run: Run, x: NDArray[np.float64], y: NDArray[np.float64]) -> Any:
    """V of the scene's own potential and the landscape, without planted fields: those have copies of their own."""
    total: Any = 0.0
    if run.scene.potential is not None:
        parameters = {name: run.values[name] for name in run.scene.potential.names}
        total = run.scene.potential.value(x, y, run.t, **parameters)
    if "landscape" in run.state:
        total = total + potentials.heightmap.value(run.state["landscape"], x, y)
    return total


def _user_changes(state: State) -> dict[str, Any]:
    """The user's other changes of the world: copies, fields, pins, symmetry, pens, landscape, links."""
    out: dict[str, Any] = {"backwards": bool(state["clock"][1] < 0)}
    if "twin" in state:
        _, size, _, apart, since, until = state["twin"].tolist()
        out["twins"] = (state["twins"].shape[1] // size, apart, abs(until - since))
    if "fields" in state:
        out["fields"] = state["fields"].copy()
    if "pins" in state:
        out["pinned"] = frozenset(int(name) for name in state["pins"][:, 0])
    if "symmetry" in state:
        out["symmetry"] = tuple(state["symmetry"].tolist())
    if "hue" in state:
        out["hue"] = state["hue"][: len(state["mass"])].copy()
    if "pens" in state:
        out["pens"] = {int(body): (width, brush) for body, _, width, brush in state["pens"].tolist()}
    if "landscape" in state:
        out["landscape"] = float(state["landscape"][5])
    if "links" in state:
        out["links"] = frozenset((int(min(a, b)), int(max(a, b))) for _, a, b in state["links"])
    return out


def _new_positions(run: Run, name: NDArray[np.int64]) -> tuple[NDArray[np.float64], int]:
    """Positions of particles added or moved in this frame, which have drawn nothing yet, and how many are dust."""
    body_count, count, thrown, grains = len(name), len(run.state["x"]), 0, 0
    moved = set()
    cursor = run.history.cursor
    for event in reversed(run.history.events[max(0, cursor - MAX_NEW_GRAINS) : cursor]):
        if event.frame != run.frame:
            break
        if isinstance(event.value, list):
            thrown += event.name == "throw"
            grains += round(event.value[1]) if event.name == "scatter" else 0
            moved |= {event.value[0]} if event.name == "move" else set()
    if run.frame == 0:
        thrown, grains = body_count, count - body_count
    indices = [i for i in range(body_count) if i >= body_count - thrown or name[i] in moved]
    first = max(body_count, count - grains)
    dust = range(first, count, max(1, -(-(count - first) // MAX_NEW_GRAINS)))  # a sample of each shape
    indices += dust
    return np.stack([run.state["x"][indices], run.state["y"][indices]], axis=1), len(dust)
