"""Benchmark of a million particles about three softened attractors, against C, plain Numba, NumPy, REBOUND and gala.

    python benchmarks/particles.py

C is compiled on the spot with `cc -O3 -march=native -ffast-math -fopenmp`, blocks in cache, two threads; without a
compiler its row is left out, as are REBOUND and gala where they are not installed (`pip install rebound gala`); both
work in three dimensions and play a tenth of the particles. Rows alternate and the median is printed, because the
machine drifts.
"""

from __future__ import annotations

import ctypes
import math
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

# OpenMP's threads go on spinning for some milliseconds after their work, on a core that the next row needs.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import numpy as np
from numba import njit

from orbitdraw import Dust, Look, Newton, Run, Scene, well

COUNT, REPEATS, DT, SOFT = 1_000_000, 7, 0.01, 0.05
ATTRACTORS = [(np.cos(a), np.sin(a)) for a in (0.0, 2 * np.pi / 3, 4 * np.pi / 3)]

C_SOURCE = """
#include <math.h>
#define BLOCK 512
static const double AX[3]={%s}, AY[3]={%s};
void play(double*x,double*y,double*u,double*v,long n,long steps,double dt){
  #pragma omp parallel for schedule(static) num_threads(2)
  for(long lo=0;lo<n;lo+=BLOCK){
    long m=(n-lo<BLOCK)?n-lo:BLOCK; double *X=x+lo,*Y=y+lo,*U=u+lo,*V=v+lo;
    for(long s=0;s<steps;s++) for(long i=0;i<m;i++){
      double px=X[i]+0.5*dt*U[i], py=Y[i]+0.5*dt*V[i], ax=0, ay=0;
      for(int k=0;k<3;k++){
        double dx=AX[k]-px, dy=AY[k]-py, r2=dx*dx+dy*dy+%g, w=1.0/(3.0*r2*sqrt(r2));
        ax+=w*dx; ay+=w*dy;
      }
      U[i]+=dt*ax; V[i]+=dt*ay; X[i]=px+0.5*dt*U[i]; Y[i]=py+0.5*dt*V[i];
    }
  }
}
"""


def start() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    radius, angle = rng.uniform(1.2, 4.0, COUNT), rng.uniform(0, 2 * np.pi, COUNT)
    speed = rng.uniform(0.6, 1.1, COUNT) / np.sqrt(radius)
    pos = np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1)
    return pos, np.stack([-speed * np.sin(angle), speed * np.cos(angle)], 1)


def ours(steps: int) -> Callable[[], object]:
    pos, vel = start()
    ground = sum(
        (well(at=at, mass=1 / 3, soften=SOFT) for at in ATTRACTORS[1:]), well(at=ATTRACTORS[0], mass=1 / 3, soften=SOFT)
    )
    run = Run(Scene("three", ground, Newton(), dust=Dust(pos, vel), dt=DT, steps=steps, look=Look(exposure=1.0)))
    return run.advance


def in_c(steps: int) -> Callable[[], object] | None:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return None
    folder = Path(tempfile.mkdtemp())
    xs, ys = (",".join(f"{float(at[i])!r}" for at in ATTRACTORS) for i in (0, 1))
    (folder / "play.c").write_text(C_SOURCE % (xs, ys, SOFT**2))
    flags = ["-O3", "-march=native", "-ffast-math", "-fopenmp", "-shared", "-fPIC"]
    subprocess.run([compiler, *flags, "play.c", "-o", "play.so", "-lm"], cwd=folder, check=True)
    play = ctypes.CDLL(str(folder / "play.so")).play
    pos, vel = start()
    arrays = [np.ascontiguousarray(a) for a in (*pos.T, *vel.T)]
    pointers = [a.ctypes.data_as(ctypes.c_void_p) for a in arrays]
    size = ctypes.c_long(COUNT)
    return lambda: (play(*pointers, size, ctypes.c_long(steps), ctypes.c_double(DT)), arrays)


def in_numpy(steps: int) -> Callable[[], object]:
    pos, vel = start()
    x, y, u, v = (np.ascontiguousarray(a) for a in (*pos.T, *vel.T))

    def play() -> None:
        for _ in range(steps):
            x[:] += 0.5 * DT * u
            y[:] += 0.5 * DT * v
            for ax, ay in ATTRACTORS:
                dx, dy = ax - x, ay - y
                r2 = dx * dx + dy * dy + SOFT**2
                w = DT / (3 * r2 * np.sqrt(r2))
                u[:] += w * dx
                v[:] += w * dy
            x[:] += 0.5 * DT * u
            y[:] += 0.5 * DT * v

    return play


@njit
def loop(pos: np.ndarray, vel: np.ndarray, fixed: np.ndarray, steps: int, dt: float, soft2: float) -> None:
    for i in range(len(pos)):
        for _ in range(steps):
            pos[i, 0] += 0.5 * dt * vel[i, 0]
            pos[i, 1] += 0.5 * dt * vel[i, 1]
            for k in range(len(fixed)):
                dx, dy = fixed[k, 0] - pos[i, 0], fixed[k, 1] - pos[i, 1]
                r2 = dx * dx + dy * dy + soft2
                w = dt / (3 * r2 * math.sqrt(r2))
                vel[i, 0] += w * dx
                vel[i, 1] += w * dy
            pos[i, 0] += 0.5 * dt * vel[i, 0]
            pos[i, 1] += 0.5 * dt * vel[i, 1]


def in_numba(steps: int) -> Callable[[], object]:
    pos, vel = start()
    fixed = np.array(ATTRACTORS)
    return lambda: loop(pos, vel, fixed, steps, DT, SOFT**2)


def in_rebound(steps: int) -> Callable[[], object] | None:
    """Three bodies that hold each other on a circle in place of fixed ones; REBOUND knows no others."""
    try:
        import rebound
    except ImportError:
        return None
    sim = rebound.Simulation()
    sim.integrator, sim.dt, sim.softening, sim.N_active = "leapfrog", DT, SOFT, 3
    turn = math.sqrt(1 / (3 * math.sqrt(3)))
    for x, y in ATTRACTORS:
        sim.add(m=1 / 3, x=x, y=y, vx=-turn * y, vy=turn * x)
    for (x, y), (vx, vy) in zip(*(array[::10].tolist() for array in start()), strict=True):
        sim.add(x=x, y=y, vx=vx, vy=vy)
    return lambda: sim.steps(steps)


def in_gala(steps: int) -> Callable[[], object] | None:
    try:
        import gala.dynamics as dynamics
        import gala.integrate as integrate
        import gala.potential as potential
        from gala.units import dimensionless
    except ImportError:
        return None
    ground = potential.CCompositePotential()
    for k, (x, y) in enumerate(ATTRACTORS):
        ground[f"well {k}"] = potential.PlummerPotential(m=1 / 3, b=SOFT, origin=[x, y, 0.0], units=dimensionless)
    pos, vel = (np.vstack([array[::10].T, np.zeros(COUNT // 10)]) for array in start())
    here = dynamics.PhaseSpacePosition(pos=pos, vel=vel)
    leapfrog = integrate.LeapfrogIntegrator
    return lambda: ground.integrate_orbit(here, dt=DT, n_steps=steps, Integrator=leapfrog, save_all=False)


def main() -> None:
    print(f"{COUNT:,} particles, three attractors, float64; million particle-steps a second (ratio to C)")
    for steps in (1, 10, 50):
        rows = {"C": in_c(steps), "orbitdraw": ours(steps)}
        if steps < 50:
            rows |= {"Numba": in_numba(steps), "NumPy": in_numpy(steps)}
            rows |= {"REBOUND": in_rebound(steps), "gala": in_gala(steps)}
        times: dict[str, list[float]] = {name: [] for name, play in rows.items() if play is not None}
        for repeat in range(REPEATS + 1):
            for name in times:
                began = time.perf_counter()
                rows[name]()  # type: ignore[misc]
                if repeat:
                    times[name].append(time.perf_counter() - began)
        rates = {name: COUNT * steps / statistics.median(spent) / 1e6 for name, spent in times.items()}
        for name in rates.keys() & {"REBOUND", "gala"}:
            rates[name] /= 10
        whole = rates.get("C", float("nan"))
        print(f"{steps:3d} steps a frame: " + ", ".join(f"{n} {r:.0f} ({r / whole:.2f})" for n, r in rates.items()))


if __name__ == "__main__":
    main()
