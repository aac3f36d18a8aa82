"""The worker's side of a scene that is shown: tasks, settings, undo, autosave. No display.

Imports shell and the engine.
"""
