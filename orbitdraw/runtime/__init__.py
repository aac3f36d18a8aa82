"""System services: compilation, threads, caches, files, fonts, memory and interruption. No physics here.

Imports errors, functions and the other flat tables.
"""
