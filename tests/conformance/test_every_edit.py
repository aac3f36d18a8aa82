"""Drawings in which everything a hand can do was done, at random: what must hold for every edit that there is.

An edit joins by a line in NUMBERS, and one without a line fails. Each drawing then has to replay to the same bits, look
the same however one came to look at it, be undone and redone to the same states, and leave what was kept untouched.
"""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PIL import Image

from orbitdraw import Bodies, Drawing, Dust, InputError, Langevin, Look, Newton, Potential, Run, Scene, View
from orbitdraw.edits.dust import SHAPES
from orbitdraw.edits.fields import KINDS
from orbitdraw.edits.table import EDITS
from orbitdraw.exporters.export import export
from orbitdraw.film import keeper
from orbitdraw.film.film import Film
from orbitdraw.ink.look import BRUSHES, COLORS, STYLES
from orbitdraw.library.loading import replay

pytestmark = pytest.mark.slow

SIZE = (96, 54)

LOOK = Look(exposure=1.0, half_life=1.0)

SCENES = {
    "bodies": Scene(
        "bodies",
        law=Newton(order=4),
        bodies=Bodies([1.0, 0.01, 0.02], [[0, 0], [1, 0], [-1.4, 0]], [[0, 0], [0, 1], [0, -0.8]], softening=0.05),
        dust=lambda values, rng: Dust(rng.uniform(-1, 1, (40, 2)), np.zeros((40, 2))),
        dt=0.01,
        steps=2,
        look=LOOK,
        view=View(radius=2.0),
    ),
    "turning": Scene(
        "turning",
        potential=Potential.parse("a*x^2/2 + y^2/3 + 0.1*x*cos(t)", a=0.7),
        law=Newton(order=6, spin=0.4, field=0.3),
        bodies=Bodies([0.5, 0.5], [[-0.7, 0], [0.7, 0]], [[0, -0.4], [0, 0.4]], softening=0.05),
        dt=0.02,
        look=LOOK,
        view=View(radius=2.0),
    ),
    "empty": Scene("empty", law=Newton(order=2), dt=0.01, steps=2, look=LOOK, view=View(radius=2.0)),
    "dust": Scene(
        "dust",
        potential=Potential.parse("x^2/2 + y^2"),
        law=Newton(order=4),
        dust=lambda values, rng: Dust(rng.uniform(-1, 1, (60, 2)), rng.normal(0, 0.3, (60, 2))),
        dt=0.02,
        look=Look(exposure=1.0),
        view=View(radius=2.0),
    ),
    "heat": Scene(
        "heat",
        potential=Potential.parse("x^4/4 - x^2/2 + y^2/2"),
        law=Langevin(temperature=0.2, friction=1.0),
        dust=lambda values, rng: Dust(rng.uniform(-1, 1, (60, 2)), np.zeros((60, 2))),
        dt=0.02,
        look=Look(exposure=1.0, half_life=0.5, style="paper", palette="opal"),
        view=View(radius=2.0),
    ),
}

Numbers = tuple[float, ...]


def body(rng: random.Random, run: Run) -> float:
    names = run.bodies().tolist()
    if not names:
        raise InputError("nobody is here")
    return float(rng.choice(names))


def place(rng: random.Random) -> tuple[float, float]:
    return rng.uniform(-1.5, 1.5), rng.uniform(-1.5, 1.5)


def speed(rng: random.Random) -> tuple[float, float]:
    return rng.uniform(-1, 1), rng.uniform(-1, 1)


def field(rng: random.Random, run: Run) -> float:
    rows = run.state.get("fields", np.zeros((0, 8)))
    if not len(rows):
        raise InputError("nothing is planted")
    return float(rng.choice(rows[:, 0].tolist()))


def several(rng: random.Random, run: Run) -> Numbers:
    chosen = rng.sample(run.bodies().tolist(), k=min(2, len(run.bodies())))
    return tuple(float(number) for name in chosen for number in (name, *place(rng), *speed(rng)))


def heights(rng: random.Random, run: Run) -> Numbers:
    if rng.random() < 0.2:
        return (0.0,) * 6
    columns, rows = rng.randrange(1, 6), rng.randrange(1, 6)
    return (columns, rows, -1.0, -1.0, 0.5, 0.4, *(rng.random() for _ in range(columns * rows)))


def twinned(rng: random.Random, run: Run) -> Numbers:
    few = len(run.state["mass"])
    which = body(rng, run) if few else float(rng.randrange(max(1, len(run.pos))))
    return (which, rng.choice([0, 3, 20]), rng.choice([1e-6, 1e-2]))


NUMBERS: dict[str, Callable[[random.Random, Run], Numbers]] = {
    "steepen": lambda rng, run: (rng.uniform(-1, 1),),
    "throw": lambda rng, run: (rng.choice([0.0, 0.01, 0.3]), *place(rng), *speed(rng)),
    "scatter": lambda rng, run: (
        *(rng.randrange(len(SHAPES)), rng.randrange(1, 60), *place(rng), *place(rng), rng.random() / 5, *speed(rng)),
        rng.choice([-1, 0, 1]),
    ),
    "move": lambda rng, run: (body(rng, run), *place(rng)),
    "push": lambda rng, run: (body(rng, run), *speed(rng)),
    "align": several,
    "weigh": lambda rng, run: (body(rng, run), rng.choice([0.0, 0.05, 0.7])),
    "take": lambda rng, run: (body(rng, run),),
    "pen": lambda rng, run: (
        *(body(rng, run), rng.choice([-1, rng.random()]), rng.uniform(0.3, 4)),
        rng.randrange(-1, len(BRUSHES)),
    ),
    "pin": lambda rng, run: (body(rng, run), rng.choice([0, 1])),
    "symmetry": lambda rng, run: (rng.choice([1, 2, 3, 5]), rng.choice([0, 1]), *rng.choice([(0, 0), place(rng)])),
    "soften": lambda rng, run: (rng.choice([0.0, 0.1, 0.3]),),
    "plant": lambda rng, run: (rng.randrange(len(KINDS)), *place(rng), *place(rng), rng.uniform(-0.5, 0.5), 0.3),
    "shift": lambda rng, run: (field(rng, run), *place(rng), *place(rng)),
    "tune": lambda rng, run: (field(rng, run), rng.uniform(-0.5, 0.5), rng.uniform(0.1, 0.5)),
    "uproot": lambda rng, run: (field(rng, run),),
    "landscape": heights,
    "reverse": lambda rng, run: (rng.choice([-1, 1]),),
    "link": lambda rng, run: (rng.choice([0, 1, 3]), body(rng, run), body(rng, run)),
    "twins": twinned,
}
"""Numbers for each edit that mostly can be: what a run refuses is not done, and another is tried."""


def watched(rng: random.Random, run: Run) -> Numbers:
    arrived = rng.choice([(), (1,)])
    one, other = body(rng, run), body(rng, run)
    return (*rng.choice([(0,), (1, one), (2,), (3, one, other)]), *arrived)


VALUES: dict[str, Callable[[random.Random, Run], object]] = {
    "watch": watched,
    "view": lambda rng, run: (*place(rng), rng.uniform(1, 3)),
    "style": lambda rng, run: rng.choice(STYLES),
    "palette": lambda rng, run: rng.choice(["ember", "opal", "frost"]),
    "color": lambda rng, run: rng.choice(COLORS),
    "brush": lambda rng, run: rng.choice(BRUSHES),
    "half_life": lambda rng, run: rng.choice([None, 0.2, 1.0]),
    "glow": lambda rng, run: rng.choice([0.0, 0.5]),
    "exposure": lambda rng, run: rng.uniform(0.3, 3),
    "width": lambda rng, run: rng.uniform(0.5, 3),
}


def test_every_edit_is_in_the_suite() -> None:
    assert set(NUMBERS) == set(EDITS)


def something(rng: random.Random, run: Run, first: str = "", looks: bool = True) -> None:
    """Do one random thing to a run: what is `first`, if that can be done."""
    for _ in range(50):
        name = first or rng.choice([*NUMBERS] * 3 + [*VALUES] * looks)
        first = ""
        if name == "reverse" and "heat" in run.scene.name:
            continue
        try:
            run.apply(name, (NUMBERS if name in NUMBERS else VALUES)[name](rng, run))
        except InputError:
            continue
        return
    raise AssertionError("nothing could be done")


def drawn(scene: Scene, seed: int, actions: int = 32) -> tuple[Film, dict[int, str]]:
    """A film in which all kinds of things were done, and the hash of the state at every frame of it."""
    rng = random.Random(f"{scene.name} {seed}")
    film = Film(Run(scene, seed), SIZE)
    hashes = {}
    todo = rng.sample(sorted(NUMBERS), k=len(NUMBERS))
    for _ in range(actions):
        something(rng, film.run, todo.pop() if todo else "")
        for _ in range(rng.choice([0, 0, 1, 3, 9])):
            hashes[film.run.frame] = film.run.hash()
            film.advance()
    hashes[film.run.frame] = film.run.hash()
    return film, hashes


def picture(film: Film) -> bytes:
    return film.picture().pixels.tobytes()


def linear(film: Film) -> Iterator[Film]:
    """The saved drawing played from its beginning, frame by frame, by something that keeps no states."""
    drawing = Drawing.of_bytes(film.run.drawing().bytes())
    other = Film(replay(drawing, scene=film.run.scene), SIZE)
    other.keeper.enabled = False
    yield other
    while other.run.frame < drawing.frames:
        other.advance()
        yield other


CASES = [*((name, 0) for name in SCENES), ("bodies", 1)]


@pytest.fixture(autouse=True)
def many_keyframes(monkeypatch: pytest.MonkeyPatch) -> None:
    """These drawings are short, and should have many states to come back to all the same."""
    monkeypatch.setattr(keeper, "KEYFRAME_EVERY", 16)
    monkeypatch.setattr(keeper, "NEAR_EVERY", 4)


@pytest.fixture(params=CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def drawing(request: pytest.FixtureRequest) -> tuple[Film, dict[int, str]]:
    name, seed = request.param
    return drawn(SCENES[name], seed)


def test_all_edits_are_done_somewhere() -> None:
    done = {event.name for name in SCENES for event in drawn(SCENES[name], 0)[0].run.history.events}
    assert done >= set(EDITS)


def test_what_is_shown_is_what_is_saved_and_exported(drawing, tmp_path) -> None:
    film, hashes = drawing
    for other in linear(film):
        assert other.run.hash() == hashes[other.run.frame], other.run.frame
    assert other.run.frame == film.run.frame
    shown = film.picture().pixels
    np.testing.assert_array_equal(other.picture().pixels, shown)
    export(film.run.again(), tmp_path / "a.png", size=SIZE, frames=film.run.frame)
    with Image.open(tmp_path / "a.png") as kept:
        rgb = np.asarray(kept.convert("RGB")).astype(np.uint32)
    np.testing.assert_array_equal(rgb[..., 0] << 16 | rgb[..., 1] << 8 | rgb[..., 2], shown & 0xFFFFFF)


@pytest.mark.parametrize("budget", [256 << 20, 200_000], ids=["plenty", "little"])
def test_scrubbing_at_random_gives_the_same_states_and_pictures(drawing, budget) -> None:
    film, hashes = drawing
    film.keeper.budget = budget
    rng = random.Random(4)
    goals = [rng.randrange(film.run.frame + 1) for _ in range(25)]
    seen = {other.run.frame: picture(other) for other in linear(film) if other.run.frame in goals[:6]}
    for frame in goals:
        film.seek(frame)
        assert film.run.hash() == hashes[frame], frame
        if frame in seen:
            assert picture(film) == seen[frame], frame


def test_undone_and_redone_it_is_the_same(drawing) -> None:
    film, _ = drawing
    whole, states, done = film.run.hash(), [film.run.hash()], film.run.history.cursor
    before = picture(film)
    while film.undo() is not None:
        states.append(film.run.hash())
    assert len(states) > 15 and not film.run.history.events
    fresh = Film(Run(film.run.scene, film.run.seed), SIZE)
    fresh.seek(film.run.frame)
    assert fresh.run.hash() == states[-1]
    assert picture(fresh) == picture(film)
    while film.redo() is not None:
        states.pop()
        assert film.run.hash() == states[-1]
    assert (film.run.hash(), film.run.history.cursor, len(states)) == (whole, done, 1)
    assert picture(film) == before


def test_undone_in_the_past_it_lands_where_it_was(drawing) -> None:
    """Undo, redo and travels in between, in any order, never lose the drawing."""
    film, hashes = drawing
    end, rng = film.run.frame, random.Random(9)
    for _ in range(12):
        steps = rng.randrange(1, 6)
        taken = sum(film.undo() is not None for _ in range(steps))
        film.seek(rng.randrange(film.run.frame + 1, end + 2) if film.run.frame < end else end)
        back = sum(film.redo() is not None for _ in range(taken))
        assert back == taken
        film.seek(end)
        assert film.run.hash() == hashes[end]
    frame = rng.randrange(end)
    film.seek(frame)
    film.run.apply("symmetry", (1, 0, 0, 0))
    film.seek(end)
    other = film.run.hash()
    for wanted in (hashes[end], other) * 2:
        assert film.branch()
        assert film.run.hash() == wanted


def test_what_was_kept_is_never_written_to(drawing) -> None:
    film, hashes = drawing
    prints = {}
    for kept in (*film.keeper.keyframes, *film.keeper.near):
        for array in kept.run.state.values():
            array.flags.writeable = False
        prints[kept.run.frame] = copy.deepcopy(kept.run.state)
    rng = random.Random(2)
    for kept in list(film.keeper.keyframes):
        film.seek(kept.run.frame)
        assert film.run.hash() == hashes[kept.run.frame]
        futures = len(film.run.history.branches)
        something(rng, film.run, looks=False)
        parted = len(film.run.history.branches) > futures  # after the last event there is no other future to leave
        for _ in range(5):
            film.advance()
        film.undo()
        for name, array in kept.run.state.items():
            np.testing.assert_array_equal(array, prints[kept.run.frame][name])
        assert not parted or film.branch()
    film.seek(max(hashes))
    assert film.run.hash() == hashes[max(hashes)]


def test_a_symmetry_of_nothing_draws_nothing() -> None:
    run = Run(SCENES["empty"])
    run.apply("symmetry", (6, 1, 0.0, 0.0))
    strokes = run.advance()
    assert strokes.path.shape[1] == 0 and not run.mismatch and math.isfinite(run.t)


def test_numbers_can_be_read_right_after_grains_came_or_bodies_went() -> None:
    """Energies that drift is measured from are then those of fewer, or more, particles."""
    run = Run(SCENES["heat"])
    run.apply("scatter", (0, 5, 0.0, 0.0, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0))
    assert math.isfinite(run.metrics()["energy"])


def test_from_rest_to_rest_is_no_turn() -> None:
    """Two events that both say the world at rest: the picture between them is the one it always was."""
    film, still = (Film(Run(SCENES["dust"]), SIZE) for _ in range(2))
    for one in (film, still):
        one.seek(30)
    film.run.apply("watch", (0,))
    for one in (film, still):
        one.seek(50)
    assert film.frame_blend().pure is None
    assert picture(film) == picture(still)
