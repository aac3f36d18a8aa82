"""Undo in the past: what came later and needs what was undone has no effect, and has it again after redo."""

from __future__ import annotations

import pytest

from orbitdraw import Drawing, InputError, Run, load
from orbitdraw.edits.table import EDITS
from orbitdraw.film.film import Film
from orbitdraw.library.loading import replay

SIZE = (96, 54)


@pytest.fixture
def film() -> Film:
    film = Film(Run(load("figure_eight")), SIZE)
    film.seek(10)
    film.run.apply("throw", (0.01, 1.0, 1.0, 0.0, 0.0))
    film.seek(50)
    film.run.apply("move", (3, 0.5, 0.5))
    film.run.apply("align", (0, 0.1, 0.1, 0.0, 0.0, 3, 0.2, 0.2, 0.0, 0.0))
    film.run.apply("twins", (3, 5, 1e-3))
    film.seek(90)
    return film


def test_what_needs_what_was_undone_is_void_until_redo(film: Film) -> None:
    whole = film.run.hash()
    film.seek(30)
    assert film.undo() is not None
    film.seek(90)
    assert film.run.void == 3 and film.run.metrics()["void edits"] == 3
    assert len(film.run.mass) == 3 and "twins" not in film.run.state
    plain = Film(Run(load("figure_eight")), SIZE)
    plain.seek(90)
    assert (film.run.pos == plain.run.pos).all(), "an edit that could not be done for one body was done for none"
    again = replay(Drawing.of_bytes(film.run.drawing().bytes()))
    while again.frame < 90:
        again.advance()
    assert again.hash() == film.run.hash() and again.void == 3
    film.seek(30)
    film.redo()
    film.seek(90)
    assert film.run.hash() == whole and film.run.void == 0 and "void edits" not in film.run.metrics()


@pytest.mark.parametrize("name", sorted(EDITS))
def test_an_edit_that_is_refused_has_done_nothing(film: Film, name: str) -> None:
    """Without the copy on which a new edit is tried: a replay does without."""
    wrong = {
        "scatter": (9,) * 10,
        "landscape": (1.0,) * 9,
        "symmetry": (0, 0, 0, 0),
        "soften": (-1,),
        "reverse": (0,),
        "align": (0, 1, 1, 1, 1, 99, 1, 1, 1, 1),
    }
    count = EDITS[name].split(":", 1)[0].count(",") + 1
    numbers = wrong.get(name, (99.0,) * count if name != "throw" else (-1.0,) * 5)
    before = film.run.hash()
    with pytest.raises(InputError):
        film.run.motion.edit(film.run.state, film.run.values, name, tuple(map(float, numbers)))
    assert film.run.hash() == before
