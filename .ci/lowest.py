"""Print the lowest versions that pyproject.toml allows, as constraints for pip."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).parent.parent / "pyproject.toml"


def lowest(text: str) -> list[str]:
    """A constraint for each requirement that has a lower bound."""
    project = tomllib.loads(text)["project"]
    optional = [one for group in project["optional-dependencies"].values() for one in group]
    bounds = [re.match(r"([\w.-]+)(?:\[\w+\])?>=([\w.]+)", one) for one in (*project["dependencies"], *optional)]
    return [f"{bound[1]}=={bound[2]}" for bound in bounds if bound]


if __name__ == "__main__":
    print("\n".join(lowest(PYPROJECT.read_text(encoding="utf-8"))))
