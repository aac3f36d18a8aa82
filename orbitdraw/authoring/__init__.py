"""The records that make a scene, and their validation.

Imports dynamics, panels, reference_frames, potentials, ink, record, runtime and the flat tables.
"""
