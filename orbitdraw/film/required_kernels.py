"""Prediction of the compiled kernels that a scene needs, without importing them, because importing compiles.

Only the duration of the very first start depends on it: a kernel that is not predicted is compiled on first use.
"""

from __future__ import annotations

from orbitdraw import potentials
from orbitdraw.dynamics.stepping import MAX_MARKED_DUST
from orbitdraw.edits import pens
from orbitdraw.ink.canvas import DISC_MIN_WIDTH, NEAREST_MIN_POINTS
from orbitdraw.ink.units import NARROW_PEN
from orbitdraw.runtime import warmup
from orbitdraw.simulation.run import Run
from orbitdraw.simulation.stepper import MAX_TRAILS
from orbitdraw.slider import Values

ASSUMED_HEIGHT = 720
"""Assumed height of the picture in pixels: its size is not known yet."""

LINE_KERNELS = ("ink.kernels.flattening", "ink.kernels.thin_lines")
"""Kernels of lines; wide ones need `wide_lines` too."""


def required_modules(run: Run, values: Values | None = None) -> set[str]:
    """Names within the package of the kernel modules that a run needs with these `values`, by default its own.

    >>> from orbitdraw import load
    >>> sorted(required_modules(Run(load("thermal_well"))))
    ['dynamics.drivers.langevin', 'ink.kernels.fading', 'ink.kernels.points', 'ink.kernels.tone_density']
    """
    scene, values = run.scene, run.values if values is None else values
    light = values["style"] == "light"
    modules = {"ink.kernels.tone_density" if values["style"] == "density" else "ink.kernels.tone_light"}
    if light and float(values["glow"] or 0.0) > 0:
        modules.add("ink.kernels.glow")
    if scene.landmarks is not None:
        modules.add("panels.kernels.rounded_rect")
    if run.motion.panels:
        modules |= {"panels.kernels.rounded_rect", "panels.kernels.tint", "panels.kernels.area_under", *LINE_KERNELS}
    if scene.motion is not None:
        return modules | ({"ink.kernels.wide_lines"} if run.motion.panels else set())
    return modules | {_driver_module(run)} | _ink_modules(run, values)


def _driver_module(run: Run) -> str:
    return f"dynamics.drivers.{run.scene.law.driver}"


def _ink_modules(run: Run, values: Values) -> set[str]:
    """Kernel modules that draw the particles: trails and points."""
    state = run.state
    bodies = len(state["mass"])
    dust = len(state["x"]) - bodies
    modules = set()
    if values.get("half_life") is not None:
        modules.add("ink.kernels.fading")
    if bodies or 0 < dust <= MAX_TRAILS:
        modules |= set(LINE_KERNELS)
        if run.scene.look.unit == "screen" and float(values["width"]) * ASSUMED_HEIGHT / 1000 > NARROW_PEN:
            modules.add("ink.kernels.wide_lines")
        if pens.has_swept_area(state, values):
            modules.add("ink.kernels.triangles")
    if dust > MAX_TRAILS:
        modules.add(
            "ink.kernels.points_nearest"
            if dust > NEAREST_MIN_POINTS and float(values["grain"]) <= DISC_MIN_WIDTH
            else "ink.kernels.points"
        )
        if values["color"] == "speed":
            modules.add("dynamics.drivers.speed_shade")
    if float(values.get("mark") or 0.0) > 0 and (bodies or dust <= MAX_MARKED_DUST):
        modules.add("ink.kernels.disc")
    return modules


def missing_modules(run: Run, values: Values | None = None) -> list[str]:
    """The needed modules that are not compiled yet, during a very first start."""
    if not warmup.is_running():
        return []
    return sorted(name for name in required_modules(run, values) if not warmup.is_imported(name))


def prepare(run: Run) -> None:
    """On a very first start, compile the kernels of a scene together with the second process; later do nothing."""
    if not warmup.is_running():
        return
    warmup.prioritize(required_modules(run))
    # The kernel of the scene's potential can be compiled in this process only.
    if run.scene.potential is not None:
        run.scene.potential.kernel()
    if "fields" in run.state or "landscape" in run.state:
        potentials.field_kernels.kernel("landscape" in run.state)
    warmup.compile_needed()
