"""Display of scenes and drawings in a notebook."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def mime_bundle(what: Any, text: str) -> dict[str, Any]:
    """The MIME bundle of a scene or drawing for a notebook: its poster as PNG, and a text.

    The exporter is imported by name, because it belongs to a higher layer than scenes and drawings.
    """
    return {"image/png": import_module("orbitdraw.exporters.export").poster(what), "text/plain": text}
