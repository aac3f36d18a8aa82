"""System services: compilation, threads, caches, files, fonts, memory and interruption. No physics here.

Imports errors, functions and the other flat tables.
"""

from orbitdraw.runtime import lazy

TYPE_CHECKING = False

if TYPE_CHECKING:
    from orbitdraw.runtime import picture_files as picture_files
    from orbitdraw.runtime import sealed_cache as sealed_cache
    from orbitdraw.runtime import warmup as warmup
else:
    __getattr__, __dir__ = lazy.attach(
        __name__, {"picture_files": "picture_files", "sealed_cache": "sealed_cache", "warmup": "warmup"}
    )
