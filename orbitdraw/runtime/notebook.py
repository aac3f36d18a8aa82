"""A scene and a drawing show their picture in a notebook."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def mime_bundle(what: Any, text: str) -> dict[str, Any]:
    """The picture and the text of a scene or drawing, as a notebook takes them.

    The exporter is imported by its name: it stands above scenes and drawings, which know nothing of it.
    """
    return {"image/png": import_module("orbitdraw.exporters.export").poster(what), "text/plain": text}
