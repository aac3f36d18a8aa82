"""Potentials: parsing of typed formulas, SymPy expressions, derivatives, code generation, compiled forces.

Imports runtime and the flat tables; SymPy is imported here only.
"""

from orbitdraw.runtime import lazy

TYPE_CHECKING = False

if TYPE_CHECKING:
    from orbitdraw.potentials import codegen as codegen
    from orbitdraw.potentials import field_kernels as field_kernels
    from orbitdraw.potentials import formula as formula
    from orbitdraw.potentials import heightmap as heightmap
    from orbitdraw.potentials import heightmap_kernel as heightmap_kernel
    from orbitdraw.potentials import jumps as jumps
    from orbitdraw.potentials import kernel as kernel
    from orbitdraw.potentials import numpy_functions as numpy_functions
    from orbitdraw.potentials import parameters as parameters
    from orbitdraw.potentials import printing as printing
    from orbitdraw.potentials import symbolic as symbolic
    from orbitdraw.potentials import tokens as tokens
    from orbitdraw.potentials.evaluate import FormulaPotential as FormulaPotential
    from orbitdraw.potentials.potential import Potential as Potential
else:
    __getattr__, __dir__ = lazy.attach(
        __name__,
        {
            "FormulaPotential": "evaluate",
            "Potential": "potential",
            "codegen": "codegen",
            "field_kernels": "field_kernels",
            "formula": "formula",
            "heightmap": "heightmap",
            "heightmap_kernel": "heightmap_kernel",
            "jumps": "jumps",
            "kernel": "kernel",
            "numpy_functions": "numpy_functions",
            "parameters": "parameters",
            "printing": "printing",
            "symbolic": "symbolic",
            "tokens": "tokens",
        },
    )
