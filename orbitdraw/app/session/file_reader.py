"""Read a scene's file in a thread of its own, which can be given up because the file may run for ever."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from orbitdraw.runtime.cancellation import CancellableThread


class FileReader(CancellableThread):
    """Calls `make` on the present file. `on_finish` is called at the end, in the thread."""

    isolated = True

    def __init__(self, path: Path, make: Callable[[], Any], on_finish: Callable[[], None]) -> None:
        super().__init__(name="orbitdraw reading", daemon=True)
        self.path = path
        self.result: Any = None
        self.error: BaseException | None = None
        self.done = False
        self._make = make
        self._on_finish = on_finish
        self.start()

    def run(self) -> None:
        try:
            self.result = self._make()
        except BaseException as error:  # a scene may even call sys.exit()
            self.error = error
        self.done = True
        self._on_finish()

    def own_code_line(self) -> int:
        """The line of the file that is running; 0 while code outside the file is running."""
        return self.current_line(str(self.path))

    def cancel(self) -> bool:
        """Try to end the thread; False while it keeps running."""
        return super().cancel() if not self.done else not self.is_alive()
