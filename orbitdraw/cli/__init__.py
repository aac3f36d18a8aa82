"""The command line.

Imports all other packages; only `__main__` imports it.
"""

from orbitdraw.runtime import lazy

TYPE_CHECKING = False

if TYPE_CHECKING:
    from orbitdraw.cli import describe as describe
    from orbitdraw.cli import doctor as doctor
    from orbitdraw.cli import headless as headless
else:
    __getattr__, __dir__ = lazy.attach(
        __name__,
        {
            "describe": "describe",
            "doctor": "doctor",
            "headless": "headless",
        },
    )
