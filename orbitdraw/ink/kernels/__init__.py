"""Compiled loops of ink. Importing a module compiles it, so each is imported where it is first used.

Imports runtime and ink.units.
"""
