"""Edits of the state: bodies, dust, fields, landscapes, links, pins, pens, symmetry and twins.

Imports authoring and what that may import.
"""
