"""Laws of motion: their parameters, integrators and noise.

Imports potentials, runtime and the flat tables.
"""
