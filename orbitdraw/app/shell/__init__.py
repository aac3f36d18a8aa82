"""The window's shell: layers, keys, gestures, worker, messages, toast and help.

Imports kit; no NumPy, because the window opens with it.
"""
