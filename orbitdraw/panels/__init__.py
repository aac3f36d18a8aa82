"""Drawing on a picture: lines, text, axes.

Imports ink, runtime and the flat tables; panels are given arrays.
"""
