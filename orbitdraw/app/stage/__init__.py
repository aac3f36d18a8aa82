"""The picture of a scene and what lies on it: numbers, timeline, camera, errors.

Imports session, shell and kit.
"""
