"""The units of ink: a layer in a pixel, the widest narrow pen, and the block that fades at once."""

from __future__ import annotations

ONE = 65536
"""Ink that counts as one layer of full coverage; a pixel holds 65 535 layers."""

NARROW = 3.0
"""Pixels up to which a pen's ends are cut along the pixels. Wider than this, the slant of a cut would be seen."""

SHIFT = 6
BLOCK = 1 << SHIFT
"""Counts of ink, one after the other in a row of paper, that are faded together or left alone together. Twenty trails
cover a few hundredths of the paper; a crowd covers all of it, and then looking costs a third more."""
