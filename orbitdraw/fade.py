"""Old ink fades."""

from __future__ import annotations

from typing import Any

import numpy as np

from orbitdraw.jit import compiled


@compiled("void(u4[::1], u8, u8)")
def fade(ink: Any, factor: Any, offset: Any) -> None:
    """Multiply ink by factor / 2^32, rounded by `offset` / 2^32: over evenly spread offsets nothing is lost or won."""
    for i in range(ink.size):
        ink[i] = np.uint32((np.uint64(ink[i]) * factor + offset) >> np.uint64(32))
