"""The machine: compiling, threads, caches, files, fonts, memory and interruption. It names no physics.

Imports errors, functions and the other flat tables.
"""
