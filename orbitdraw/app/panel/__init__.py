"""The panel of controls beside the picture.

Imports tools, stage, session, shell and kit.
"""
