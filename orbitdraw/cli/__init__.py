"""The command line.

Imports all other packages; only `__main__` imports it.
"""
