"""Milestones of the start-up on stderr, for benchmarks."""

from __future__ import annotations

import os
import sys
import time

_traced: set[str] = set()


def trace(moment: str) -> None:
    """Print a milestone to stderr once, if ORBITDRAW_TRACE is set to the start time (`date +%s.%N`)."""
    began = os.environ.get("ORBITDRAW_TRACE")
    if began and moment not in _traced:
        _traced.add(moment)
        print(f"{moment}: {time.time() - float(began):.3f} s", file=sys.stderr, flush=True)
