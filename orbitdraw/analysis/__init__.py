"""Looking ahead: forecasts, flow, closed and periodic orbits.

Imports simulation and what that may import.
"""
