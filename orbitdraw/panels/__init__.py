"""Panels drawn over a picture: lines, text, axes, plots.

Imports ink, runtime and the flat tables; panels take arrays.
"""
