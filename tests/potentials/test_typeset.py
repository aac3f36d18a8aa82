"""Formulas as pictures: set beside the window, kept, and set here where there is no other way."""

from __future__ import annotations

import subprocess
import sys

import pygame
import pytest

from orbitdraw.app.session.formula_picture import FONT_SIZE, caption_latex, load_svg
from orbitdraw.potentials import typeset
from orbitdraw.potentials.potential import Potential

LATEX = r"V = -\frac{\mathrm{mass}}{\sqrt{x^{2} + y^{2}}}"


@pytest.fixture(autouse=True)
def empty(tmp_path, monkeypatch):
    monkeypatch.setenv("ORBITDRAW_CACHE", str(tmp_path))


def test_a_second_process_sets_the_same_and_it_is_kept(monkeypatch) -> None:
    here = typeset.typeset(LATEX, 17.0)
    monkeypatch.setattr(typeset, "typeset", None)  # nobody sets anything in this process
    assert typeset.typeset_in_process(LATEX, 17.0) == here
    monkeypatch.setattr(subprocess, "run", None)
    assert typeset.typeset_in_process(LATEX, 17.0) == here


@pytest.mark.parametrize("trouble", [OSError("no more processes"), subprocess.TimeoutExpired("python", 30)])
def test_without_a_second_process_it_is_set_here(trouble, monkeypatch) -> None:
    def run(*args, **kwargs):
        raise trouble

    monkeypatch.setattr(subprocess, "run", run)
    assert typeset.typeset_in_process(LATEX, 17.0) == typeset.typeset(LATEX, 17.0)


def test_a_second_process_that_fails_is_no_formula(monkeypatch) -> None:
    monkeypatch.setattr(typeset, "COMMAND", "raise SystemExit(3)")
    assert typeset.typeset_in_process(LATEX, 17.0) == typeset.typeset(LATEX, 17.0)


def test_the_window_process_never_imports_the_typesetter() -> None:
    code = (
        "import sys; from orbitdraw.potentials.typeset import typeset_in_process; "
        "typeset_in_process('V = x', 17.0); print('ziamath' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_formula_is_white_ink_of_some_size() -> None:
    surface = load_svg(
        typeset.typeset_in_process(caption_latex(Potential.parse("-1/sqrt(x^2+y^2+a)", a=0.1)), FONT_SIZE * 2.0)
    )
    assert surface.get_width() > 60 and surface.get_height() > 20
    alpha = pygame.surfarray.array_alpha(surface)
    assert (alpha > 200).any() and (alpha == 0).any()
    assert (pygame.surfarray.array3d(surface)[alpha > 250] > 240).all()


def test_a_formula_that_nobody_could_read_is_not_set() -> None:
    assert caption_latex(Potential.parse("+".join(f"x^{n}*y^{n + 1}*sin({n}*x)" for n in range(1, 30)))) is None
