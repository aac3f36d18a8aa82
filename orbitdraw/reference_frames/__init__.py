"""Frames of reference: their kinds, transitions between them, tracking of their origin, transform of strokes.

Imports ink, runtime and the flat tables.
"""
