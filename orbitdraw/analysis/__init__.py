"""Prediction without drawing: forecast of a throw, flow of the bodies, closed and periodic orbits, period.

Imports simulation and what that may import.
"""
