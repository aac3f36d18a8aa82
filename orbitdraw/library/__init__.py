"""Scenes by name, file and formula; drafts.

Imports simulation and what that may import.
"""
