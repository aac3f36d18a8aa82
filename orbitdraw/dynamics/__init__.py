"""Laws of motion: the numbers of each law, its steps, and their noise.

Imports potentials, runtime and the flat tables.
"""
