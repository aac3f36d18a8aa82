"""Frames of reference: which there are, their origin in time, and the transform of strokes.

Imports ink, runtime and the flat tables.
"""
