"""Drawings as data: events, journal, the drawing inside another file.

Imports runtime and the flat tables.
"""
