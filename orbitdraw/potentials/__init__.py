"""Formulas and potentials: text, SymPy expression, derivatives, source of a kernel, compiled force.

Imports runtime and the flat tables; SymPy is imported here only.
"""
