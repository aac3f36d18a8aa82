"""Files of every format, one module each, one table of suffixes.

Imports film, library, analysis and what those may import; never app.
"""

from orbitdraw.runtime import lazy

TYPE_CHECKING = False

if TYPE_CHECKING:
    from orbitdraw.exporters.process import ExportProcess as ExportProcess
else:
    __getattr__, __dir__ = lazy.attach(__name__, {"ExportProcess": "process"})
