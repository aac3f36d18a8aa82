"""Derive what follows from the formulas that travel with the program: those of the scenes and of planted fields.

    python assets/derive.py

writes it to derived.json, which spares the first start of an installation SymPy. To be run when a formula has changed,
or a file that turns formulas into code; until then the changed ones are derived where they are played.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import sympy

from orbitdraw import load
from orbitdraw.edits.fields import KINDS
from orbitdraw.edits.fields import potential as field
from orbitdraw.library.catalogue import catalogue
from orbitdraw.potentials.shipped import FILE


def derived() -> dict[str, Any]:
    """The content of the file, as SymPy derives it now."""
    scenes = {entry.name: load(entry.name).potential for entry in catalogue()}
    formulas = {name: V for name, V in scenes.items() if V is not None} | {kind: field(kind) for kind in KINDS}
    found = {name: {"key": V.key, "derived": V.derive()} for name, V in formulas.items()}
    return {"sympy": sympy.__version__, "formulas": found}


if __name__ == "__main__":
    target = Path(__file__).parent / FILE
    target.write_text(json.dumps(derived(), indent=1) + "\n", encoding="utf-8", newline="\n")
    print(target.name, f"{target.stat().st_size / 1024:.0f} KiB")
