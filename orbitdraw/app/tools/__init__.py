"""The tools of the pointer: bodies, dust, fields, the whole drawing.

Imports stage, session, shell and kit.
"""
