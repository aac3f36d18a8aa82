"""Compiled loops of panels. A module compiles when it is imported.

Imports runtime.
"""
