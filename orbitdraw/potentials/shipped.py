"""Precomputed derivations of the formulas that ship with the program, so that they never need SymPy.

`assets/derived.json` is written by `python assets/derive.py`; a test compares it with what SymPy derives.
"""

from __future__ import annotations

import functools
import json
from typing import Any

from orbitdraw.errors import OrbitdrawError
from orbitdraw.runtime.resources import asset

FILE = "derived.json"


def recall(key: str) -> dict[str, Any] | None:
    """The shipped derivation of the formula with this key; None without one."""
    return _records().get(key)


@functools.cache
def _records() -> dict[str, dict[str, Any]]:
    try:
        formulas = json.loads(asset(FILE).read_bytes())["formulas"]
    except (OSError, ValueError, OrbitdrawError):  # without the file everything is derived by SymPy
        return {}
    return {one["key"]: one["derived"] for one in formulas.values()}
