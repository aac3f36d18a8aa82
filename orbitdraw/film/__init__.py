"""The one path from a run to pixels, with keyframes and stroke history for seeking.

Imports simulation and what that may import.
"""
