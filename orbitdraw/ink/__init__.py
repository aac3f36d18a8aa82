"""Strokes become ink, ink becomes colour.

Imports runtime and the flat tables; no physics.
"""
