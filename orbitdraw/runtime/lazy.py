"""Late imports: the names of a package, and modules from outside, that are imported when they are first used."""

from __future__ import annotations

import sys
from importlib import import_module

TYPE_CHECKING = False
"""Not from `typing`, whose import takes ten milliseconds before the Ctrl-C handler is installed."""

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any


def attach(package: str, modules: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` of a package (PEP 562): each name of `modules` is imported from its module when it is
    first used, and is a global of the package from then on.

    A name that is its own home is that module. So a function and its module need two names: importing the module puts
    it into the package under its own.
    """

    def load_attribute(name: str) -> Any:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module_of = import_module(f"{package}.{modules[name]}")
        value = module_of if modules[name] == name else getattr(module_of, name)
        setattr(sys.modules[package], name, value)
        return value

    return load_attribute, lambda: sorted({*vars(sys.modules[package]), *modules})


class _LazyModule:
    """Proxy of a module that is imported when an attribute is first read; attributes that were read are stored."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        if name == "__wrapped__":  # doctest asks everything in a file for it, and must import nothing
            raise AttributeError(name)
        value = getattr(import_module(self._name), name)
        setattr(self, name, value)
        return value


def module(name: str) -> Any:
    """A proxy of a module from outside, which is imported at its first use; errors of that import are raised then.

    Attributes are stored in the proxy at their first use: a test that patches one patches the proxy.

    >>> late = module("fractions")
    >>> late.Fraction(1, 2) + late.Fraction(1, 3)
    Fraction(5, 6)
    """
    return _LazyModule(name)
