"""The picture of a scene and its overlays: numbers, timeline, camera, errors.

Imports session, shell and kit.
"""
