"""Drawing surface of a plot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from numpy.typing import ArrayLike

Box = tuple[float, float, float, float]
"""Left, top, width and height, in thousandths of the picture's shorter side."""


class Surface(Protocol):
    """The methods of `Painter` that `Axes` uses; see there."""

    def text_width(self, string: str, size: float = ..., face: str = ...) -> float: ...

    def text(
        self,
        string: str,
        at: Sequence[float],
        size: float = ...,
        color: str | None = ...,
        align: str = ...,
        face: str = ...,
        alpha: float = ...,
        valign: str = ...,
    ) -> None: ...

    def line(
        self,
        points: ArrayLike,
        color: str | None = ...,
        width: float = ...,
        alpha: float = ...,
        clip: Box | None = ...,
    ) -> None: ...

    def fill(
        self, points: ArrayLike, base: float, color: str | None = ..., alpha: float = ..., clip: Box | None = ...
    ) -> None: ...

    def disc(self, at: Sequence[float], radius: float, color: str | None = ..., alpha: float = ...) -> None: ...

    def rect(
        self, box: Box, color: str | None = ..., alpha: float = ..., corner: float = ..., rim: float = ...
    ) -> None: ...
