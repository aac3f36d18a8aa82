"""The records of a scene: what an author writes, and the checks of it.

Imports dynamics, panels, reference_frames, potentials, ink, record, runtime and the flat tables.
"""
