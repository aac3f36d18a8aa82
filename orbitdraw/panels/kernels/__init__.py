"""Compiled loops of panels. Importing a module compiles it.

Imports runtime.
"""
