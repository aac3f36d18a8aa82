"""Numbers of particles in motion: energy, momentum, the Jacobi constant, temperature, and the shade of each stroke."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from orbitdraw import edits
from orbitdraw.dynamics import drivers
from orbitdraw.edits import pins, symmetry
from orbitdraw.runtime import threads

if TYPE_CHECKING:
    from orbitdraw.authoring.motion import State
    from orbitdraw.authoring.scene import Scene
    from orbitdraw.dynamics.stepping import FrameIntegrator
    from orbitdraw.slider import Values

Floats = NDArray[np.float64]

COORDINATES = ("x", "y", "vx", "vy")

SAMPLE = 4096
"""Most dust particles on which energy is measured; of more, an evenly spaced sample is taken."""

GOLDEN = (math.sqrt(5) - 1) / 2


def hues(state: State) -> Floats:
    """The constant shade (n,) of each particle, from 0 to 1.

    Up to twelve are spaced evenly, more by the golden ratio. More than twelve grains of dust are shaded by initial
    position, so that neighbours look alike: by distance from the mean where dust moves, by direction where it rests.
    """
    n_bodies = len(state["mass"])
    dust = len(state["x"]) - n_bodies
    parts = [index_shades(n_bodies), index_shades(dust)]
    if dust > 12:
        x, y = (state[name][n_bodies:] - np.nanmean(state[name][n_bodies:]) for name in ("x", "y"))
        r = np.hypot(x, y)
        moves = bool(np.any(state["vx"][n_bodies:] != 0) or np.any(state["vy"][n_bodies:] != 0))
        if moves and np.nanstd(r) > 0.02 * np.nanmean(r):
            parts[1][np.argsort(r)] = np.arange(dust) / (dust - 1)
        elif np.nanmax(r) > 0:
            parts[1] = np.abs(np.arctan2(y, x)) / math.pi
    return np.nan_to_num(np.concatenate(parts))


def index_shades(n: int) -> Floats:
    """Shades (n,) from 0 to 1 by index: evenly spaced up to twelve, by the golden ratio for more."""
    shades = (np.arange(n) + 0.5) / n if n <= 12 else (0.5 + GOLDEN * np.arange(n)) % 1.0
    return np.asarray(shades, dtype=np.float64)


def _numbers(scene: Scene, values: Values) -> Floats:
    names = list(scene.potential.params) if scene.potential is not None else []
    return np.array([float(values[name]) for name in names] + list(scene.law.parameters_at(values).values()))


@np.errstate(over="ignore", invalid="ignore")  # the energy of an escaping particle overflows to inf
def set_reference(scene: Scene, state: State, values: Values, t: float) -> None:
    """Set the present energies as the reference for drift, if the parameters have changed since the last reference."""
    numbers = _numbers(scene, values)
    if "numbers" in state and np.array_equal(state["numbers"], numbers):
        return
    state["numbers"] = numbers
    if "swift" not in state:
        state["swift"] = np.array([_reference_speed(scene, state, values)])
    state["timed"] = np.array([_is_time_dependent(scene, values)])
    kinetic, potential, centrifugal = _energies(scene, state, values, t)
    state["reference"] = kinetic + potential - centrifugal
    magnitudes = np.abs(kinetic) + np.abs(potential) + np.abs(centrifugal)
    scale = abs(_mean(state["reference"]))
    magnitude = _mean(magnitudes)
    # On a near parabola the energies almost cancel: there drift is relative to the size of the terms.
    state["scale"] = np.array([scale if scale > 1e-3 * magnitude else magnitude, _mean(np.abs(kinetic)) or 1.0])


def _is_time_dependent(scene: Scene, values: Values) -> bool:
    """True when the potential depends on time, so that energy is not conserved; tested at five positions."""
    if scene.potential is None:
        return False
    x, y = scene.view.radius * np.array([[0.11, -0.53, 0.97, -0.29, 0.41], [0.37, 0.73, -0.19, -0.61, 0.05]])
    first, *later = (scene.potential.value(x, y, t, **_params(scene, values)) for t in (0.0, 0.377, 1.618, 29.1))
    return any(not np.array_equal(first, one, equal_nan=True) for one in later)


def _mean(numbers: Floats) -> float:
    is_finite = numbers[np.isfinite(numbers)]
    return float(is_finite.mean()) if is_finite.size else 0.0


def _reference_speed(scene: Scene, state: State, values: Values) -> float:
    """Reference speed, fixed at the start: the mean speed, or at rest the speed that the force will give."""
    speed = _mean(np.hypot(state["vx"], state["vy"]))
    if speed > 0:
        return speed
    sample = _sample(state)
    x, y = state["x"][sample], state["y"][sample]
    reach = float(np.hypot(np.nanstd(x), np.nanstd(y))) or _mean(np.hypot(x, y)) or 1.0 if x.size else 1.0
    pull = 0.0
    if scene.potential is not None and x.size:
        pull = _mean(np.hypot(*scene.potential.force(x, y, 0.0, **_params(scene, values))))
    parameters = scene.law.parameters_at(values)
    if natural := scene.law.natural_speed(parameters, float(values["dt"]), pull):
        return natural
    if len(state["mass"]) > 1:
        pull += float(state["gravity"][0] * state["mass"].sum()) / reach**2
    return math.sqrt(pull * reach) or 1.0


def _params(scene: Scene, values: Values) -> dict[str, Any]:
    return {} if scene.potential is None else {name: values[name] for name in scene.potential.params}


def _sample(state: State) -> slice:
    """Slice of the particles whose energies are measured: the bodies; without bodies the dust, or a sample of it."""
    n_bodies = len(state["mass"])
    if n_bodies:
        return slice(0, n_bodies)
    n = len(state["x"])
    return slice(0, n, max(1, -(-n // SAMPLE)))


def _energies(scene: Scene, state: State, values: Values, t: float) -> tuple[Floats, Floats, Floats]:
    """Kinetic, potential and centrifugal energy: of all bodies together (1,), or of each sampled particle (m,)."""
    state = symmetry.with_images(state)
    sample, law = _sample(state), scene.law.parameters_at(values)
    inertia, spin = law.get("mass", 1.0), law.get("spin", 0.0)
    x, y, vx, vy = (state[name][sample] for name in ("x", "y", "vx", "vy"))
    kinetic = 0.5 * inertia * (vx * vx + vy * vy)
    potential = potential_at(scene, state, values, x, y, t)
    centrifugal = 0.5 * inertia * spin * spin * (x * x + y * y)
    mass = state["mass"]
    if not mass.size:
        return kinetic, potential, centrifugal
    is_finite = np.isfinite(kinetic)
    total = [float(np.sum((mass * particles)[is_finite])) for particles in (kinetic, potential, centrifugal)]
    total[1] += (
        float(
            np.sum(
                mass[is_finite] * _mutual_potential(state, state["x"][: len(mass)], state["y"][: len(mass)])[is_finite]
            )
        )
        / 2
    )
    return np.array(total[:1]), np.array(total[1:2]), np.array(total[2:])


def potential_at(scene: Scene, state: State, values: Values, x: Floats, y: Floats, t: float) -> Floats:
    """Potential (n,) of the scene, its fields and landscape at positions; without that of the bodies."""
    potential = np.zeros_like(x)
    if scene.potential is not None and x.size:
        potential = np.broadcast_to(scene.potential.value(x, y, t, **_params(scene, values)), x.shape).astype(float)
    return np.asarray(potential + _field_potential(state, x, y))


def _field_potential(state: State, x: Floats, y: Floats) -> Any:
    """Potential of fields and landscape."""
    if "fields" not in state and "landscape" not in state:
        return 0.0
    return edits.fields.value(state, x, y)


def _mutual_potential(state: State, xs: Floats, ys: Floats) -> Floats:
    """The potential (..., n) of all other bodies at each of n bodies, -sum_j G m_j / sqrt(r_ij^2 + softening^2).

    Two bodies at one place count as any other pair where the force is softened; without softening their energy is
    infinite, and they are left out as the force leaves them out. One body at a time, so that many need little memory.
    """
    gravity, softening2 = state["gravity"]
    out = np.zeros(xs.shape)
    for j in range(xs.shape[-1]):
        r2 = (xs - xs[..., j : j + 1]) ** 2 + (ys - ys[..., j : j + 1]) ** 2
        others = (r2 + softening2 > 0) & (r2 < np.inf)
        others[..., j] = False
        out[others] -= gravity * state["mass"][j] / np.sqrt(r2[others] + softening2)
    return out


@np.errstate(over="ignore", invalid="ignore")
def metrics(scene: Scene, state: State, values: Values, t: float) -> dict[str, float]:
    """The numbers shown on screen, by name; conserved ones with their drift since the start or the last change.

    `energy` is the total of all bodies, or without bodies the mean of the dust (of an evenly spaced sample above SAMPLE
    particles). `jacobi` is C = -2 E in the rotating frame, per unit mass. Drift is relative.
    """
    law, parameters, out = scene.law, scene.law.parameters_at(values), {}
    if len(state["x"]):
        kinetic, potential, centrifugal = _energies(scene, state, values, t)
        if law.minimizes:
            out["loss"] = _mean(potential) / (float(state["mass"].sum()) or 1.0)
        else:
            _add_energy(scene, state, parameters, kinetic, potential, centrifugal, out)
        inertia = law.temperature_mass(parameters)
        if inertia is not None:
            out["temperature"] = _temperature(state, inertia)
    outer = scene.potential is not None or any(name in state for name in ("fields", "landscape", "pins"))
    if law.conserves_momentum(parameters) and len(state["mass"]) and not outer:
        _add_momenta(state, parameters, out)
    retired = len(state["alive"]) - int(np.count_nonzero(state["alive"]))
    if retired:
        out["retired"] = float(retired)
    return out


def _add_energy(
    scene: Scene,
    state: State,
    parameters: dict[str, float],
    kinetic: Floats,
    potential: Floats,
    centrifugal: Floats,
    out: Any,
) -> None:
    total = kinetic + potential - centrifugal
    # Right after an edit the old reference does not apply.
    has_reference = "numbers" in state
    is_conserved = has_reference and scene.law.conserves_energy(parameters) and not state["timed"][0]
    # Its length differs, too, if the edit added or deleted particles.
    drift = _mean(total - state["reference"]) / (float(state["scale"][0]) or 1.0) if is_conserved else 0.0
    if parameters.get("spin", 0.0) != 0:
        out["jacobi"] = (
            -2 * _mean(total) / (parameters["mass"] * (float(symmetry.with_images(state)["mass"].sum()) or 1.0))
        )
        if is_conserved:
            out["jacobi drift"] = drift
        return
    out["energy"] = _mean(total)
    if is_conserved:
        out["energy drift"] = drift


def _temperature(state: State, inertia: float) -> float:
    weight = np.ones(len(state["x"]))
    weight[: len(state["mass"])] = state["mass"]
    return _mean(0.5 * inertia * weight * (state["vx"] ** 2 + state["vy"] ** 2))


def _add_momenta(state: State, parameters: dict[str, float], out: dict[str, float]) -> None:
    """Add momentum and angular momentum of the bodies; the caller asks only where no external force acts."""
    state = symmetry.with_images(state)
    n_bodies = len(state["mass"])
    x, y, vx, vy = (state[name][:n_bodies] for name in ("x", "y", "vx", "vy"))
    is_finite, mass = np.isfinite(x), parameters["mass"] * state["mass"]
    out["momentum"] = float(np.hypot(np.sum((mass * vx)[is_finite]), np.sum((mass * vy)[is_finite])))
    out["angular momentum"] = float(np.sum((mass * (x * vy - y * vx))[is_finite]))


@np.errstate(over="ignore", invalid="ignore")
def shades(
    scene: Scene,
    state: State,
    values: Values,
    particles: slice,
    path: Floats,
    velocity: Floats,
    integrator: FrameIntegrator,
) -> Floats:
    """Shades (frames n,) or (k+1, frames n) of strokes, on scales that are fixed at the start."""
    color, frames = values.get("color", "particle"), integrator.frames
    if color == "speed":
        return _speed_shade(state, particles, velocity)
    if color == "age":
        n, duration = path.shape[1] // frames, abs(integrator.steps * integrator.dt)
        times = ((integrator.step0 + frame * integrator.steps) * integrator.dt for frame in range(frames))
        rows = [age_shades(scene, path[:, :n], time, duration) for time in times]
        return rows[0] if frames == 1 else np.concatenate(rows, axis=1)
    if color == "energy":
        ends = [(integrator.step0 + (frame + 1) * integrator.steps) * integrator.dt for frame in range(frames)]
        where = (
            _frame_ends(state, particles, path, velocity, frames)
            if frames > 1
            else [state[name][particles] for name in COORDINATES]
        )
        return _energy_shade(scene, state, values, particles, where, ends)
    hue: Floats = state["hue"][particles]
    return hue if frames == 1 else np.tile(hue, frames)


def age_shades(scene: Scene, path: Floats, time: float, duration: float) -> Floats:
    """Shades (k+1, n) of one frame's strokes by age: the scene time, from `time` on."""
    period = max(scene.seconds * 60 * duration, duration)
    moments = (time + np.linspace(0.0 if len(path) > 1 else 1.0, 1.0, len(path)) * duration) / period
    # A triangle wave: up the palette in the scene's length, then down again, so there is no jump.
    wave = 1 - np.abs(1 - moments % 2.0)
    return np.ascontiguousarray(np.broadcast_to(wave[:, None], (len(path), path.shape[1])))


def _speed_shade(state: State, particles: slice, velocity: Floats) -> Floats:
    reference_speed = float(state["swift"][0])
    if len(velocity) < 2:  # points have no path, hence no velocities along one
        vx, vy = state["vx"][particles], state["vy"][particles]
        out = np.empty(len(vx))
        threads.parallel_for(
            lambda start, stop: drivers.shade_by_speed(vx, vy, reference_speed, out, start, stop), len(vx)
        )
        return out
    speed = np.nan_to_num(np.hypot(velocity[..., 0], velocity[..., 1]), posinf=0.0)
    shades: Floats = speed / (speed + reference_speed)
    return shades


def _frame_ends(state: State, particles: slice, path: Floats, velocity: Floats, frames: int) -> list[Floats]:
    """x, y, vx and vy (frames, n) at the ends of frames; the state has only the last."""
    x, y, vx, vy = (one[-1, :, k].reshape(frames, -1).copy() for one in (path, velocity) for k in range(2))
    is_retired = ~np.isfinite((x - x) + (y - y) + (vx - vx) + (vy - vy))
    for one in (x, y, vx, vy):
        one[is_retired] = np.nan
    if particles.start == 0:
        for i, *position in pins.pinned_positions(state).tolist():
            x[:, int(i)], y[:, int(i)] = position
            vx[:, int(i)] = vy[:, int(i)] = 0.0
    return [x, y, vx, vy]


def _energy_shade(
    scene: Scene, state: State, values: Values, particles: slice, where: list[Floats], times: list[float]
) -> Floats:
    """Shades by energy of particles at positions and velocities (n,), or (frames, n), at the ends of frames."""
    x, y, vx, vy = where
    inertia = scene.law.parameters_at(values).get("mass", 1.0)
    energy = 0.5 * inertia * (vx * vx + vy * vy)
    if scene.potential is not None:
        for k, t in enumerate(times):
            here = (slice(None),) if energy.ndim == 1 else (k,)
            energy[here] = energy[here] + scene.potential.value(x[here], y[here], t, **_params(scene, values))
    energy = energy + _field_potential(state, x, y)
    n_bodies = len(state["mass"])
    if particles.start == 0 and n_bodies:
        bodies = state if energy.ndim > 1 else symmetry.with_images(state)
        xs, ys = (x, y) if energy.ndim > 1 else (bodies[name][: len(bodies["mass"])] for name in ("x", "y"))
        energy = energy + _mutual_potential(bodies, xs, ys)[..., particles]
    middle = _mean(state["reference"]) / (float(symmetry.with_images(state)["mass"].sum()) or 1.0)
    deviation: Floats = np.nan_to_num((energy - middle) / state["scale"][1])
    shades: Floats = 0.5 + 0.5 * deviation / (1 + np.abs(deviation))
    return shades.ravel()
