"""The formula bar: typing, trying and showing a formula.

Imports stage, session, shell and kit.
"""
