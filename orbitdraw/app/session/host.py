"""Interface of a session for its parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from orbitdraw.film.film import Film


class Host(Protocol):
    """The film that is shown, and the means to reach the worker's thread and the window."""

    film: Film | None
    closed: bool
    """True after the scene was left: reports are dropped from then on."""

    def submit(self, task: Callable[..., object], *args: Any) -> None:
        """Run a task in the worker's thread, between two frames."""

    def report(self, message: Any) -> None:
        """Send a message to the window."""
