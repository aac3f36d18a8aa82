"""The reference to its scene that a drawing stores."""

from __future__ import annotations

import hashlib
from pathlib import Path

from orbitdraw.authoring.scene import Scene
from orbitdraw.record.drawing import SceneRef
from orbitdraw.runtime.resources import scenes_folder
from orbitdraw.slider import Slider


def reference(scene: Scene) -> SceneRef:
    """The reference to a scene that a drawing stores: a name, formula or file, never code."""
    if scene.text:
        params = scene.potential.params if scene.potential is not None else {}
        sliders: list[list[str | float]] = [
            [name, s.value, s.low, s.high] if isinstance(s, Slider) else [name, float(s)] for name, s in params.items()
        ]
        return SceneRef(kind="formula", name=scene.name, text=scene.text, params=sliders, law=scene.retold)
    path = Path(scene.path) if scene.path else None
    if path is not None and path.is_file():
        if scenes_folder().resolve() in path.resolve().parents:
            return SceneRef(kind="scene", name=scene.name, law=scene.retold)
        # Of the source that was loaded; the file may have changed since.
        digest = scene.sha256 or hashlib.sha256(path.read_bytes()).hexdigest()
        return SceneRef(kind="file", name=scene.name, text=path.name, sha256=digest, law=scene.retold)
    return SceneRef(kind="program", name=scene.name, law=scene.retold)
