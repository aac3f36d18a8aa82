"""What the parts of a session know of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from orbitdraw.film.film import Film


class Host(Protocol):
    """The film that is shown, and the ways to the worker's thread and to the window."""

    film: Film | None
    closed: bool
    """True when the scene was left: what is reported from then on is dropped."""

    def ask(self, task: Callable[..., object], *args: Any) -> None:
        """Do this in the worker's thread, between two frames."""

    def report(self, news: Any) -> None:
        """Tell the window."""
