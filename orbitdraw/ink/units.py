"""Constants of the ink buffer: the unit of ink, the widest narrow pen, and the block size of fading."""

from __future__ import annotations

LAYER = 65536
"""Count of one layer of full coverage; a pixel holds at most 65 535 layers."""

NARROW_PEN = 3.0
"""Width in pixels up to which the ends of a pen are cut along the pixel grid; on wider pens such cuts would show."""

SHIFT = 6
BLOCK = 1 << SHIFT
"""Consecutive counts of ink that are faded or skipped together. Twenty trails cover a few hundredths of a canvas; a
crowd covers all of it, and then the check makes fading a third slower."""
