"""The wall of scenes and drafts.

Imports stage, session, shell and kit; no NumPy.
"""
