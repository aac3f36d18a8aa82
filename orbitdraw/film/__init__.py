"""The one path from a run to pixels, with the past kept for going back.

Imports simulation and what that may import.
"""
