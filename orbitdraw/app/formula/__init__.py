"""The formula bar: type, preview and run a formula.

Imports stage, session, shell and kit.
"""
