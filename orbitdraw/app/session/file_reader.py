"""One reading of a scene's file, in a thread of its own: it may go on for ever, and can be given up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from orbitdraw.runtime.cancellation import Leavable


class Reading(Leavable):
    """Makes something of what is in a file now. `finished` is called at the end, in the thread."""

    anywhere = True

    def __init__(self, path: Path, make: Callable[[], Any], finished: Callable[[], None]) -> None:
        super().__init__(name="orbitdraw reading", daemon=True)
        self.path = path
        self.made: Any = None
        self.error: BaseException | None = None
        self.done = False
        self._make = make
        self._finished = finished
        self.start()

    def run(self) -> None:
        try:
            self.made = self._make()
        except BaseException as error:  # a scene may even call sys.exit()
            self.error = error
        self.done = True
        self._finished()

    def own_line(self) -> int:
        """The line of the file that is being run; 0 while it is something else that takes its time."""
        return self.line(str(self.path))

    def give_up(self) -> bool:
        """Try to end it; False while it goes on."""
        return super().give_up() if not self.done else not self.is_alive()
