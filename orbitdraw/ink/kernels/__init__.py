"""Compiled loops of ink. A module compiles when it is imported, so each is imported where it is first used.

Imports runtime and ink.units.
"""
