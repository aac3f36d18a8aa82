"""Drawings as data: the save file and its events, the autosave journal, and drawings embedded in exported files.

Imports runtime and the flat tables.
"""
