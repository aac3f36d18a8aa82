"""The scene file that `orbitdraw new` writes: the shipped template with the given name."""

from __future__ import annotations

import keyword
import re
from pathlib import Path

from orbitdraw.errors import InputError
from orbitdraw.runtime.files import whole_file
from orbitdraw.runtime.resources import scenes_folder

TEMPLATE_NAME = "my_scene"


def write_scene(name: str, where: Path) -> Path:
    """Write the template as the scene `name` into a folder or file and return its path; never overwrite a file.

    >>> import tempfile
    >>> write_scene("comet", Path(tempfile.mkdtemp())).name
    'comet.py'
    """
    name = name[:-3] if name.lower().endswith(".py") else name
    if not name.isidentifier() or keyword.iskeyword(name):
        fixed = re.sub(r"\W+", "_", name.strip(), flags=re.ASCII).strip("_").lower()
        fixed = f"scene_{fixed}" if not fixed.isidentifier() or keyword.iskeyword(fixed) else fixed
        raise InputError(f"{name!r} is not a valid scene name, which has letters, digits and _; try {fixed}")
    path = where if where.suffix.lower() == ".py" else where / f"{name}.py"
    if path.exists():
        raise InputError(f"{path} exists already; choose another name or folder")
    template = (scenes_folder() / "_template.py").read_text(encoding="utf-8")
    with whole_file(path) as draft:
        draft.write_text(re.sub(rf"\b{TEMPLATE_NAME}\b", name, template), encoding="utf-8")
    return path
