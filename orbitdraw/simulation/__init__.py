"""A scene being played: particles, measures, the run.

Imports edits and what those may import.
"""
