"""The worker's side of an open scene: tasks, settings, undo, autosave. No display.

Imports shell and the engine.
"""
