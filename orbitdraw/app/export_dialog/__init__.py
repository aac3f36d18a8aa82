"""The export dialog and the queue of exports.

Imports stage, session, shell and kit.
"""
