"""Files of every format, one module each, one table of suffixes.

Imports film, library, analysis and what those may import; never app.
"""
