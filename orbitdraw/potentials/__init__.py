"""Potentials: parsing of typed formulas, SymPy expressions, derivatives, code generation, compiled forces.

Imports runtime and the flat tables; SymPy is imported here only.
"""
