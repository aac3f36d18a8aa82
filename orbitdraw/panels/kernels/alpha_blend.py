"""Alpha blending of one colour over a pixel. Each shape has a file of its own, because importing it compiles it."""

from __future__ import annotations

from typing import Any

import numpy as np

from orbitdraw.runtime.jit import jit_inline


@jit_inline
def blend(under: Any, red: float, green: float, blue: float, cover: float) -> Any:
    """Blend a colour over a pixel with the opacity `cover`."""
    r = float((under >> np.uint32(16)) & np.uint32(255))
    g = float((under >> np.uint32(8)) & np.uint32(255))
    b = float(under & np.uint32(255))
    r, g, b = r + (red - r) * cover + 0.5, g + (green - g) * cover + 0.5, b + (blue - b) * cover + 0.5
    return (np.uint32(r) << np.uint32(16)) | (np.uint32(g) << np.uint32(8)) | np.uint32(b)
