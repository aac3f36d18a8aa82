"""Rasterisation of strokes into an ink buffer, and its tone mapping to colours.

Imports runtime and the flat tables; no physics.
"""
