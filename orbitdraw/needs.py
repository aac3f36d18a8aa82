"""Which compiled loops the first moving picture of a scene takes, told without importing any, for that compiles them.

Nothing depends on it but the time of a very first start: what is not foretold is compiled when it is asked for.
"""

from __future__ import annotations

from orbitdraw import brushes, warmup
from orbitdraw.run import Run
from orbitdraw.slider import Values
from orbitdraw.units import NARROW

ROWS = 720
"""Of a usual picture: its size is not known yet."""

LINES = ("flatten", "strip")
"""What lines take; one that is wider than usual `mitre` too."""


def needed(run: Run, values: Values | None = None) -> set[str]:
    """The modules, by their names in the package; with other `values` than those that are set, if any are given.

    >>> from orbitdraw import load
    >>> sorted(needed(Run(load("thermal_well"))))
    ['drivers.langevin', 'fade', 'grains', 'tone_mono']
    """
    scene, values = run.scene, run.values if values is None else values
    light = values["style"] == "light"
    found = {"tone_mono" if values["style"] == "density" else "tone_color"}
    if light and float(values["glow"] or 0.0) > 0:
        found.add("glow")
    if scene.landmarks is not None:
        found.add("plate")
    if run.motion.panels:
        found |= {"plate", "wash", "under", *LINES}
    if scene.motion is not None:
        return found | ({"mitre"} if run.motion.panels else set())
    return found | {_driver(run)} | _ink(run, values)


def _driver(run: Run) -> str:
    return f"drivers.{run.scene.law.driver}"


def _ink(run: Run, values: Values) -> set[str]:
    """What the particles' ink takes: trails, and a crowd's grains."""
    from orbitdraw.canvas import MANY, SPOT
    from orbitdraw.stepper import CROWD
    from orbitdraw.stepping import MARKED

    state = run.state
    bodies = len(state["mass"])
    dust = len(state["x"]) - bodies
    found = set()
    if values.get("half_life") is not None:
        found.add("fade")
    if bodies or 0 < dust <= CROWD:
        found |= set(LINES)
        if run.scene.look.unit == "screen" and float(values["width"]) * ROWS / 1000 > NARROW:
            found.add("mitre")
        if brushes.sweeps(state, values):
            found.add("area")
    if dust > CROWD:
        found.add("crowd" if dust > MANY and float(values["grain"]) <= SPOT else "grains")
        if values["color"] == "speed":
            found.add("drivers.paper")
    if float(values.get("mark") or 0.0) > 0 and (bodies or dust <= MARKED):
        found.add("stamp")
    return found


def lacking(run: Run, values: Values | None = None) -> list[str]:
    """Those that are still to be compiled, on a very first start."""
    if not warmup.running():
        return []
    return sorted(name for name in needed(run, values) if not warmup.imported(name))


def make_ready(run: Run) -> None:
    """On a very first start, compile what a scene takes together with the second process; later nothing."""
    if not warmup.running():
        return
    warmup.want(needed(run))
    # Its forces are its own, and only this process can compile them.
    if run.scene.potential is not None:
        run.scene.potential.kernel()
    if "fields" in run.state or "landscape" in run.state:
        from orbitdraw import field_kernels

        field_kernels.kernel("landscape" in run.state)
    warmup.share()
