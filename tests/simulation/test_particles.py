"""How particles behave as a Motion: reversal, retirement, threads, replay, strokes and numbers."""

from __future__ import annotations

import numpy as np
import pytest

from orbitdraw.authoring.bodies import Bodies, Dust
from orbitdraw.authoring.scene import Scene
from orbitdraw.dynamics import stepping
from orbitdraw.dynamics.descent import Descent
from orbitdraw.dynamics.drivers.force import LANES, MAX_PAIRED_BODIES
from orbitdraw.dynamics.langevin import Langevin
from orbitdraw.dynamics.newton import Newton
from orbitdraw.errors import InputError
from orbitdraw.ink.look import Look, View
from orbitdraw.potentials.potential import Potential
from orbitdraw.simulation import measures, stepper
from orbitdraw.simulation.run import Run
from orbitdraw.slider import Slider
from orbitdraw.start import cloud, disc, ring

LAW_CASES = [
    Newton(order=1, drag=0.2, field=0.5, spin=0.3),
    Newton(order=2),
    Newton(order=2, drag=0.1, field=0.7, spin=0.2, mass=1.5),
    Newton(order=4),
    Newton(order=6, drag=0.1),
    Newton(order=8, spin=0.4),
    Descent(rate=0.001, momentum=0.9),
    Langevin(temperature=0.3),
]
GROUND = Potential.parse("-a/sqrt(x^2 + y^2 + 0.1)", a=Slider(1.0, 0.0, 2.0))
EXACT = ("x", "y", "vx", "vy", "alive")


def full_scene(law, count=300, bodies=3, mass=0.3, softening=0.05, **options):
    """Bodies, dust and a potential with a slider, together."""
    angle = 2 * np.pi * np.arange(bodies) / max(bodies, 1)
    out = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    around = np.stack([-out[:, 1], out[:, 0]], axis=1)
    return Scene(
        "full",
        GROUND,
        law=law,
        bodies=Bodies(mass, out, 0.9 * around, softening=softening) if bodies else None,
        dust=disc(count, radius=1.5, speed=0.6) if count else None,
        **{"dt": 0.01, "steps": 6, **options},
    )


def after(scene, frames=3, seed=0, change=None):
    run = Run(scene, seed=seed)
    if change is not None:
        change(run.state)
    for _ in range(frames):
        run.advance()
    return run


def same(a, b, which=slice(None)):
    return all(np.array_equal(a.state[name][which], b.state[name][which], equal_nan=True) for name in EXACT)


@pytest.mark.parametrize("law", LAW_CASES, ids=repr)
def test_a_run_repeats_to_the_bit_from_any_snapshot(law):
    scene = full_scene(law)
    run = after(scene, 2)
    kept = run.snapshot()
    run.advance()
    assert run.hash() == after(scene, 3).hash()
    run.restore(kept)
    run.advance()
    assert run.hash() == after(scene, 3).hash()


@pytest.mark.parametrize("moving", [GROUND, Potential.parse("-a/sqrt((x - sin(3*t))^2 + y^2 + 0.1)", a=1.0)], ids=str)
@pytest.mark.parametrize("law", LAW_CASES, ids=repr)
def test_a_force_kept_from_the_last_frame_is_the_one_that_would_be_worked_out(law, moving, monkeypatch):
    """One step a frame, with all that can change between two frames: a slider, a body moved, weighed, taken, thrown."""
    holds, found = stepping.ClosingForce.is_valid, []

    def told(closing, *arguments):
        found.append(holds(closing, *arguments))
        return found[-1]

    def played():
        run = Run(Scene("kept", moving, law, full_scene(law).bodies, full_scene(law).dust, dt=0.01, steps=1))
        for name, value in [
            ("a", 0.7), ("move", (1, 0.3, 0.4)), ("weigh", (0, 0.9)), ("take", (2,)), ("throw", (0.1, 1, 1, 0, 0))
        ]:  # fmt: skip
            run.advance()
            run.advance()
            run.apply(name, value)
        run.advance()
        return run

    monkeypatch.setattr(stepping.ClosingForce, "is_valid", told)
    kept = played()
    assert any(found) == (law.__class__ is Langevin or getattr(law, "order", 1) > 1)
    monkeypatch.setattr(stepping.ClosingForce, "is_valid", lambda *arguments: False)
    assert same(kept, played())


def test_nobody_writes_unnoticed_into_what_a_kept_force_came_from():
    run = after(full_scene(Newton()))
    with pytest.raises(ValueError, match="read-only"):
        run.state["x"][0] = 0.0


@pytest.mark.parametrize("law", LAW_CASES, ids=repr)
def test_a_retired_particle_leaves_the_others_as_they_were(law):
    """Bodies and dust that fail at once, and a body that was never there: all others go the same way to the bit."""
    scene = full_scene(law, bodies=20)
    gone = [2, 19, 20, 200]

    def spoil(state):
        state["x"][[2, 20]] = np.nan
        state["y"][19] = np.inf
        state["vy"][200] = np.inf

    def hide(state):
        state["x"][gone] = state["y"][gone] = np.nan

    one, two = after(scene, change=spoil), after(scene, change=hide)
    rest = np.setdiff1d(np.arange(320), gone)
    assert same(one, two, rest)
    assert one.state["alive"][rest].all() and not one.state["alive"][gone].any()
    for name in ("x", "y", "vx", "vy"):
        assert np.isnan(one.state[name][gone]).all()
    assert one.metrics()["retired"] == 4
    assert "retired" not in after(scene).metrics()


def test_dust_that_fails_does_not_touch_bodies_or_dust():
    scene = full_scene(Newton(order=4))

    def spoil(state):
        state["x"][[10, 299]] = np.nan

    rest = np.setdiff1d(np.arange(303), [10, 299])
    assert same(after(scene, change=spoil), after(scene), rest)


def test_a_potential_without_a_value_retires_who_meets_it():
    scene = Scene("root", "sqrt(x)", law=Newton(), dust=Dust([[1.0, 0], [0.001, 0]], [[1, 0], [-1, 0]]), dt=0.01)
    run = after(scene, 5)
    assert run.state["alive"].tolist() == [True, False]


@pytest.mark.parametrize("law", LAW_CASES, ids=repr)
def test_any_number_of_threads_gives_the_same_bits(law, monkeypatch):
    scene = full_scene(law, count=21_001, steps=2)
    runs = []
    for threads in ("1", "2", "3", "7"):
        monkeypatch.setenv("ORBITDRAW_THREADS", threads)
        runs.append(after(scene))
    assert all(same(runs[0], run) for run in runs[1:])


@pytest.mark.parametrize("threads", ["0", "two", "-1"])
def test_a_wrong_number_of_threads_is_named(threads, monkeypatch):
    monkeypatch.setenv("ORBITDRAW_THREADS", threads)
    with pytest.raises(InputError, match="ORBITDRAW_THREADS must be a whole number"):
        after(full_scene(Newton(), count=21_001))


@pytest.mark.parametrize("order", [2, 4, 6, 8])
@pytest.mark.parametrize("bodies", [0, 3, MAX_PAIRED_BODIES + 4])
def test_newton_runs_backwards_to_its_start(order, bodies):
    """Forward, all velocities turned round, forward again: the start, up to rounding."""
    scene = full_scene(Newton(order=order), bodies=bodies, count=50, mass=0.5 / max(bodies, 1), softening=0.4)
    run = Run(scene)
    first = run.state["x"].copy(), run.state["y"].copy()
    for _ in range(10):
        run.advance()
    run.state["vx"] *= -1
    run.state["vy"] *= -1
    for _ in range(10):
        run.advance()
    assert np.abs(run.state["x"] - first[0]).max() < 1e-10
    assert np.abs(run.state["y"] - first[1]).max() < 1e-10


@pytest.mark.parametrize("order", [2, 4, 8])
def test_field_rotation_and_drag_run_backwards_with_their_signs_turned(order):
    """Turning time round turns the field and the rotation round, and drag into push: here by the step's own numbers."""
    from orbitdraw.dynamics.composition import stages

    numbers = {"mass": 1.3, "drag": 0.4, "spin": 0.6, "field": 0.9}
    forth, back = stages(order, 0.1, **numbers), stages(order, -0.1, **numbers)

    def step(made, z, v):
        def force(z):
            return -z * abs(z) ** 2

        v = v + made.half[0] * force(z) + made.half[1] * z
        for s, (dr, di, er, ei, kick, lift, _) in enumerate(made.table):
            z, v = z + complex(dr, di) * v, complex(er, ei) * v
            if s == len(made.table) - 1:
                kick, lift = made.half
            v = v + kick * force(z) + lift * z
        return z, v

    z, v = step(back, *step(forth, 0.7 + 0.2j, -0.3 + 0.5j))
    assert abs(z - (0.7 + 0.2j)) < 1e-14 and abs(v - (-0.3 + 0.5j)) < 1e-14


@pytest.mark.parametrize("n", sorted({1, 2, MAX_PAIRED_BODIES, MAX_PAIRED_BODIES + 1, LANES, LANES + 1, 20, 3 * LANES}))
def test_many_bodies_pull_as_few_do(n):
    """The two ways to sum the pull, in full lanes or not, agree with the plain formula."""
    rng = np.random.default_rng(4)
    pos, mass = rng.standard_normal((n, 2)), rng.uniform(0.1, 1, n)
    offset = pos[None] - pos[:, None]
    r2 = (offset**2).sum(axis=2) + 0.1**2
    pull = (mass[None, :, None] * offset / r2[..., None] ** 1.5).sum(axis=1) * 2.0
    dt = 1e-3
    run = after(Scene("pull", law=Newton(order=1), bodies=Bodies(mass, pos, softening=0.1, G=2.0), dt=dt), 1)
    assert np.abs(run.vel / dt - pull).max() <= 1e-12 * np.abs(pull).max()


@pytest.mark.parametrize("count", [0, 300])
@pytest.mark.parametrize("law", LAW_CASES, ids=repr)
def test_who_fills_the_lanes_changes_nothing(law, count, monkeypatch):
    """Nine bodies move to the bit as they do without ghosts beside them, with images and a pin, and alone on paper."""

    def play():
        run = Run(full_scene(law, count=count, bodies=LANES + 1), seed=3)
        run.apply("pin", (2, 1))
        frames = [run.advance(), run.advance()]
        run.apply("symmetry", (3, 1, 0.1, 0.2))
        return run, [*frames, run.advance()]

    (one, seen), (two, plain) = play(), (monkeypatch.setattr("orbitdraw.dynamics.drivers.LANES", 1), play())[1]
    assert same(one, two) and one.state["alive"].all()
    for a, b in zip(seen, plain, strict=True):
        assert np.array_equal(a.path, b.path) and np.array_equal(a.velocity, b.velocity)
        assert np.isfinite(a.path).all() and a.path.flags.c_contiguous


def test_the_pull_of_twenty_keeps_their_momentum():
    rng = np.random.default_rng(7)
    mass, pos = rng.uniform(0.1, 1.0, 20), rng.standard_normal((20, 2))
    run = after(Scene("twenty", law=Newton(order=4), bodies=Bodies(mass, pos, softening=0.05), dt=0.002, steps=500))
    momentum = mass @ run.vel
    assert np.abs(run.vel).max() > 0.5
    assert np.abs(momentum).max() < 1e-12


def test_dust_goes_where_a_body_without_mass_would_go():
    pos, vel = [[1.0, 0.3], [-0.4, 0.8], [0.2, -1.0]], [[0.1, 0.8], [-0.5, 0.0], [0.6, 0.1]]
    common = {"law": Newton(order=6), "dt": 0.01, "steps": 10}
    whole = after(Scene("a", bodies=Bodies([1.0, 0.7, 0.0], pos, vel), **common))
    parted = after(Scene("b", bodies=Bodies([1.0, 0.7], pos[:2], vel[:2]), dust=Dust(pos[2:], vel[2:]), **common))
    assert np.abs(whole.pos - parted.pos).max() < 1e-14


@pytest.mark.parametrize("law", LAW_CASES, ids=repr)
def test_the_paper_does_not_change_the_motion(law):
    """How many nodes a path has, and how it is coloured, is no matter to the particles."""
    plain = full_scene(law)
    detailed = full_scene(law, nodes=1, look=Look(color="speed"))
    assert same(after(plain), after(detailed))


@pytest.mark.parametrize("law", LAW_CASES, ids=repr)
def test_nodes_are_the_states_between_steps(law):
    scene, single = full_scene(law, steps=6), full_scene(law, steps=1)
    strokes = Run(scene).advance()
    run = Run(single)
    assert strokes.path.shape == (7, 3, 2) and strokes.dust.path.shape == (7, 300, 2)
    for node in range(7):
        for part, which in ((strokes, slice(0, 3)), (strokes.dust, slice(3, None))):
            assert np.abs(part.path[node] - run.pos[which]).max() < 1e-12
            assert np.abs(part.velocity[node] - run.vel[which]).max() < 1e-10
        run.advance()


@pytest.mark.parametrize("color", ["particle", "speed", "energy", "age"])
@pytest.mark.parametrize("count", [1, 30, stepper.MAX_TRAILS + 1])
@pytest.mark.parametrize("law", [Newton(), Descent(), Langevin()], ids=["newton", "descent", "langevin"])
def test_shades_lie_on_the_palette(color, count, law):
    scene = full_scene(law, count=count, bodies=2, look=Look(color=color))
    run = Run(scene)
    for _ in range(2):
        layer = run.advance()
        while layer is not None:
            assert layer.shade.shape in [(layer.path.shape[1],), layer.path.shape[:2]]
            assert (layer.shade >= 0).all() and (layer.shade <= 1).all()
            layer = layer.dust


def test_strokes_carry_the_pen():
    strokes = Run(
        full_scene(Newton(), count=stepper.MAX_TRAILS + 1, look=Look(width=3.0, grain=0.7, half_life=2.0))
    ).advance()
    assert (strokes.width, strokes.half_life, strokes.bodies) == (3.0, 2.0, 3)
    assert strokes.duration == pytest.approx(0.06)
    assert strokes.dust.width == 0.7
    assert strokes.dust.path.shape == (1, stepper.MAX_TRAILS + 1, 2)
    assert (strokes.mark == 6.0).all() and not strokes.dust.mark.any()


def test_no_frame_is_written_over_by_the_next():
    run = Run(full_scene(Newton(), bodies=0, count=stepper.MAX_TRAILS + 1))
    first = run.advance()
    kept = first.path.copy()
    run.advance()
    assert np.array_equal(first.path, kept)


def test_numbers_appear_where_they_are_conserved():
    eight = [[1.0, 0.0], [-1.0, 0.0]], [[0.0, 0.5], [0.0, -0.5]]
    assert set(after(Scene("two", bodies=Bodies(1.0, *eight))).metrics()) == {
        "energy",
        "energy drift",
        "momentum",
        "angular momentum",
    }
    assert set(after(Scene("ball", "x^2/2", dust=Dust([[1, 0]]))).metrics()) == {"energy", "energy drift"}
    assert set(after(Scene("slow", "x^2/2", law=Newton(drag=0.1), dust=Dust([[1, 0]]))).metrics()) == {"energy"}
    assert set(after(Scene("turn", "x^2/2", law=Newton(spin=1.0), dust=Dust([[1, 0]]))).metrics()) == {
        "jacobi",
        "jacobi drift",
    }
    assert set(after(Scene("warm", "x^2/2", law=Langevin(), dust=Dust([[1, 0]]))).metrics()) == {
        "energy",
        "temperature",
    }
    assert set(after(Scene("down", "x^2/2", law=Descent(), dust=Dust([[1, 0]]))).metrics()) == {"loss"}
    assert set(after(Scene("push", "x*sin(t)", dust=Dust([[1, 0]]))).metrics()) == {"energy"}


def test_a_turned_knob_begins_a_new_measure_of_drift():
    scene = full_scene(Newton(order=4), dt=0.005)
    run = after(scene)
    assert abs(run.metrics()["energy drift"]) < 1e-6
    run.apply("a", 1.5)
    run.advance()
    assert abs(run.metrics()["energy drift"]) < 1e-6


def test_a_parabola_of_energy_zero_has_a_small_drift():
    bodies = Bodies([1.0, 1.0], [[0.5, 0], [-0.5, 0]], [[0, 1.0], [0, -1.0]])
    run = after(Scene("parabola", bodies=bodies, law=Newton(order=4), dt=0.01))
    assert abs(run.energy()) < 1e-8
    assert abs(run.metrics()["energy drift"]) < 1e-8


def test_bodies_and_dust_may_be_functions_of_values_and_chance():
    def bodies(values, rng):
        return Bodies(values.m, rng.standard_normal((2, 2)))

    scene = Scene("random", bodies=bodies, dust=cloud(5), params={"m": Slider(1.0, 0.5, 2.0)})
    assert same(Run(scene, seed=1), Run(scene, seed=1))
    assert not same(Run(scene, seed=1), Run(scene, seed=2))
    assert Run(scene, m=2.0).mass.tolist() == [2, 2, 0, 0, 0, 0, 0]
    with pytest.raises(InputError, match="must return Bodies, not 7"):
        Run(Scene("wrong", bodies=lambda values, rng: 7))


def test_a_scene_without_particles_plays():
    run = after(Scene("empty", "x^2"))
    assert run.pos.shape == (0, 2) and run.metrics() == {}


def test_noise_depends_on_seed_particle_and_step_only():
    common = {"law": Langevin(), "dt": 0.01, "view": View()}
    two = after(Scene("two", dust=Dust(np.zeros((2, 2))), **common, steps=4), 2, seed=5)
    one = after(Scene("one", dust=Dust(np.zeros((1, 2))), **common, steps=1), 8, seed=5)
    assert one.pos[0] == pytest.approx(two.pos[0], abs=1e-14)
    assert not np.allclose(two.pos[0], two.pos[1])


def test_dust_is_shaded_by_where_it_starts():
    hue = Run(Scene("ring", "x^2", dust=ring(200))).state["hue"]
    assert np.abs(np.diff(hue)).max() < 0.011  # neighbours alike, also where the ring closes
    assert abs(hue[0] - hue[-1]) < 0.011
    few = measures.hues({**Run(Scene("three", bodies=Bodies(1.0, np.eye(3)[:, :2]))).state})
    assert few.tolist() == pytest.approx([1 / 6, 1 / 2, 5 / 6])


def test_a_body_without_mass_is_shaken_like_dust():
    common = {"law": Langevin(temperature=0.3), "dt": 0.02, "steps": 10}
    body = after(Scene("a", "x^2/2 + y^2/2", bodies=Bodies([0.0], [[1, 0]]), **common))
    grain = after(Scene("b", "x^2/2 + y^2/2", dust=Dust([[1, 0]]), **common))
    assert body.state["alive"].all() and np.array_equal(body.pos, grain.pos)


def test_bodies_at_one_place_are_taken_where_their_pull_is_finite():
    places = [[0.5, 0.0], [0.5, 0.0]]
    for bodies in (Bodies(1.0, places, softening=0.1), Bodies(0.0, places), Bodies(1.0, places, G=0.0)):
        run = Run(Scene("pair", bodies=bodies))
        run.advance()
        assert run.state["x"].tolist() == [0.5, 0.5]
