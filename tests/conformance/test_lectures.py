"""The numbers of the lecture scenes, from the scenes' own steps."""

from __future__ import annotations

import numpy as np
import pytest

from orbitdraw import InputError, Run, load
from orbitdraw.film.film import Film


def bowl(steps: int, **values: float) -> Run:
    run = Run(load("bowl"), pace=10.0, **values)
    while run.metrics()["step"] < steps and "left the screen at step" not in run.metrics():
        run.advance()
    return run


@pytest.mark.parametrize(("product", "steps"), [(0.1, 44), (0.5, 7), (1.0, 1), (1.5, 7), (1.9, 44)])
def test_bowl_steps_to_one_percent(product: float, steps: int) -> None:
    assert bowl(steps + 1, rate=product / 2, k=2.0).metrics()["steps to 1 %"] == steps


@pytest.mark.parametrize("rate", [0.1, 0.7, 1.3, 1.99])
def test_bowl_is_a_power(rate: float) -> None:
    run = bowl(30, rate=rate)
    trail = run.state["trail"][:31]
    expected = run.values["x0"] * (1 - rate) ** np.arange(31)
    assert np.abs(trail - expected).max() < 1e-9 * abs(run.values["x0"])


def test_bowl_goes_to_and_fro_at_two_over_k() -> None:
    trail = bowl(50, rate=1.0, k=2.0).state["trail"][:51]
    assert np.array_equal(trail, 1.6 * (-1.0) ** np.arange(51))


def test_bowl_holds_the_last_place_when_it_flies_out() -> None:
    run = bowl(1000, rate=2.4)
    left = run.metrics()["left the screen at step"]
    assert left == np.ceil(np.log(1e6 / 1.6) / np.log(1.4))
    for _ in range(60):
        run.advance()
    assert abs(run.metrics()["x"]) <= 1e6
    Film(run, (160, 90)).picture()


def test_bowl_learning_rate_ends_where_k_says() -> None:
    run = Run(load("bowl"), k=4.0)
    run.apply("rate", 0.6)
    with pytest.raises(InputError, match=r"choose 0 to 0\.6"):
        run.apply("rate", 0.61)


def test_bowl_keeps_its_own_clock() -> None:
    run = Run(load("bowl"), pace=2.0)
    for _ in range(300):
        run.advance()
    assert run.metrics()["step"] == 10


def test_denoiser_learns_as_fast_as_it_should() -> None:
    # An independent run of another random stream had these errors. Ten seeds of ours gave 720..728, 434..447, 3.0..4.8,
    # 0.094..0.110 and 0.0214..0.0233.
    run = Run(load("denoiser"), tries=1000)
    assert run.metrics()["error"] == pytest.approx(892.219, abs=1e-3)
    assert run.metrics()["best possible"] == pytest.approx(0.0075861, abs=1e-7)
    assert run.metrics()["doing nothing"] == 0.25
    expected = {10: (720, 0.03), 30: (440, 0.04), 100: (3.46, 0.5), 200: (0.097, 0.2), 300: (0.0218, 0.1)}
    for frame in range(1, 301):
        run.advance()
        if frame in expected:
            error, within = expected[frame]
            assert run.metrics()["error"] == pytest.approx(error, rel=within), frame
    assert run.metrics()["accepted in all"] == pytest.approx(0.26, abs=0.04)


def test_denoiser_big_pokes_are_coarse_early_and_poor_late() -> None:
    fine, coarse = Run(load("denoiser"), tries=1000, poke=0.1), Run(load("denoiser"), tries=1000, poke=0.3)
    for frame in range(1, 301):
        fine.advance()
        coarse.advance()
        if frame == 100:
            assert coarse.metrics()["error"] < fine.metrics()["error"]
    assert coarse.metrics()["error"] > fine.metrics()["error"]
    assert coarse.metrics()["error"] == pytest.approx(0.055, rel=0.5)
