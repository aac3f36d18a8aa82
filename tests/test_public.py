"""The public names, on purpose in one list. Growing it is a decision: change both."""

from __future__ import annotations

import orbitdraw

PUBLIC = [
    *("Bodies", "Descent", "Drawing", "Dust", "InputError", "Langevin", "Look", "Motion", "Newton", "OrbitdrawError"),
    *("Potential", "Run", "Scene", "Slider", "Strokes", "View", "cloud", "disc", "export", "frames", "gaussian"),
    *("grid", "line", "load", "log_halo", "poster", "ring", "ripple", "scene", "spring", "uniform", "well"),
]


def test_public_names() -> None:
    assert sorted(orbitdraw.__all__) == sorted(PUBLIC)


def test_every_public_name_is_there_and_explained() -> None:
    for name in orbitdraw.__all__:
        assert getattr(orbitdraw, name).__doc__, name


def test_the_decorator_is_not_the_module_it_lives_in() -> None:
    import orbitdraw.authoring.scene
    import orbitdraw.exporters.export

    assert callable(orbitdraw.scene)
    assert callable(orbitdraw.export)
