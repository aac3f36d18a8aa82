"""The parameters of a typed formula: each unknown name becomes one with a slider."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from orbitdraw.errors import suggestion
from orbitdraw.functions import argument_counts
from orbitdraw.potentials.formula import Formula
from orbitdraw.potentials.tokens import fault, shorten
from orbitdraw.potentials.vocabulary import CALLS, KNOWN, VARIABLES
from orbitdraw.slider import Number, Slider

DEFAULT_SLIDER = Slider(1.0, 0.0, 2.0)
"""The slider of an undeclared parameter."""

RESERVED = frozenset({"scene", "seed", "script", "self", "cls", "text", "what", "params"})
"""Names of arguments that pass the scene itself: as parameters they would be ambiguous."""

MAX_LISTED = 6
"""Maximum number of names in a message."""

_KNOWN_WORDS = "|".join(sorted({*KNOWN, *CALLS}, key=len, reverse=True))


def parameters(formula: Formula, known: Mapping[str, Number], taken: Collection[str] = ()) -> dict[str, Number]:
    """The parameters of a formula in order of occurrence, with their values from `known` or a default slider.

    `taken` are the names used by the law of motion and the look. Raises FormulaError for those, with the column.

    >>> from orbitdraw.potentials.formula import read
    >>> found = parameters(read("k*x^2 + depth*exp(-r)"), {"k": Slider(3.0, 0.0, 9.0)})
    >>> {name: number.value for name, number in found.items()}
    {'k': 3.0, 'depth': 1.0}
    """
    for name, column in formula.names.items():
        if name in taken or (name in RESERVED and name not in known):
            message = f"the name {name!r} is already used; call the parameter {name}_1"
            raise fault(message, formula.text, column)
    return {name: known.get(name, DEFAULT_SLIDER) for name in formula.names}


def undeclared_message(formula: Formula, option: str = "") -> str:
    """A message about the undeclared parameters, "" if there are none.

    `option` is the command line option that declares one.

    >>> from orbitdraw.potentials.formula import read
    >>> undeclared_message(read("k*xy"), "--param")
    'k and xy are sliders: 1, from 0 to 2; --param k=... sets one; write x*y for a product'
    """
    if not formula.undeclared_names:
        return ""
    *others, last = map(shorten, formula.undeclared_names)
    if len(others) >= MAX_LISTED:
        others, last = others[: MAX_LISTED - 1], f"{len(formula.undeclared_names) - MAX_LISTED + 1} others"
    kind, pronoun = ("are sliders", "one") if others else ("is a slider", "it")
    names = " and ".join(filter(None, [", ".join(others), last]))
    parts = [f"{names} {kind}: {DEFAULT_SLIDER.value:g}, from {DEFAULT_SLIDER.low:g} to {DEFAULT_SLIDER.high:g}"]
    parts += [f"{option} {[*others, last][0]}=... sets {pronoun}"] if option else []
    advice = [_advice(name, formula.declared) for name in formula.undeclared_names]
    return "; ".join([*parts, *list(filter(None, advice))[:MAX_LISTED]])


def _advice(name: str, declared: Collection[str]) -> str:
    """The hint for a name that was probably not meant as a parameter; empty without one."""
    if power := re.fullmatch(r"([xytr])([0-9]+)", name):
        return f"write {power[1]}^{power[2]} for a power"
    if len(name) == 2 and name.isalpha() and not {*VARIABLES, "r"}.isdisjoint(name):
        return f"write {name[0]}*{name[1]} for a product"
    if product := spell_out(name):
        return f"write {product}" + ("" if "(" in product else " for a product")
    hint = suggestion(name, {*KNOWN, *declared})
    return hint if hint.startswith("did you mean") and (len(name) > 2 or name.lower() in KNOWN) else ""


def spell_out(word: str) -> str:
    """The formula that a word of functions and coordinates without signs means; "" where it means none.

    >>> [spell_out(word) for word in ("xy", "sinx", "rcosphi", "sin", "moth")]
    ['x*y', 'sin(x)', 'r*cos(phi)', 'sin(x)', '']
    """
    parts = re.findall(_KNOWN_WORDS, word)
    if not re.fullmatch(f"({_KNOWN_WORDS}){{1,4}}", word) or "".join(parts) != word:
        return ""
    factors: list[str] = []
    while parts:
        name = parts.pop(0)
        if name in CALLS:
            least, _ = argument_counts(name)
            if least > 1 and parts:
                return ""
            given = {1: "x", 2: "a, b"}.get(least, "x > 0, a, b")
            name = f"{name}({parts.pop(0) if parts and parts[0] in KNOWN else given})"
        factors.append(name)
    return "*".join(factors)


def as_slider(number: Number) -> Slider:
    """The parameter as a slider; a plain number gets a range around it.

    >>> as_slider(0.5).high, as_slider(0.0).low
    (2.0, -2.0)
    """
    if isinstance(number, Slider):
        return number
    if number == 0:
        return Slider(0.0, -2.0, 2.0)
    return Slider(number, min(0.0, 4 * number), max(0.0, 4 * number))
