"""Controls of a run's values: range, label and tooltip of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from orbitdraw import ink
from orbitdraw.app.kit import Choice, Control, Option, Slider, SliderRange
from orbitdraw.app.session.settings import Settings
from orbitdraw.ink.look import CHOICES
from orbitdraw.library.catalogue import title_from_name

SWATCH_COLORS = 24

RANGES = {
    "mass": SliderRange(0.05, 20.0, log=True, soft=True, floor=1e-9),
    "drag": SliderRange(0.0, 2.0, soft=True, floor=0.0),
    "spin": SliderRange(-3.0, 3.0, ticks=(0.0,), soft=True),
    "field": SliderRange(-5.0, 5.0, ticks=(0.0,), soft=True),
    "rate": SliderRange(0.0, 0.1, soft=True, floor=0.0),
    "momentum": SliderRange(0.0, 1.0, soft=True),
    "temperature": SliderRange(0.0, 2.0, soft=True, floor=0.0),
    "friction": SliderRange(0.0, 10.0, soft=True, floor=0.0),
    "glow": SliderRange(0.0, 1.5, soft=True, floor=0.0),
    "half_life": SliderRange(0.05, 60.0, log=True, soft=True, floor=1e-6, endless="for ever"),
}
"""Ranges of numbers that a scene gives without a range. All their ends are soft."""

LABELS = {
    "style": (
        "Style",
        "Light: bright ink adds up on black. Density: coloured by the palette. Paper: dark ink on white",
    ),
    "palette": ("Palette", "The colours of the ink"),
    "color": ("Colour by", "What the colour shows"),
    "brush": (
        "Brush",
        "How paths are drawn. Calligraphic: thicker where the body is slow. Area: fills the region swept around the "
        "attractor",
    ),
    "exposure": ("Exposure", "Brightness of the ink; the default was measured for this scene"),
    "width": ("Width", "Pen width, {unit}"),
    "glow": ("Glow", "Soft light around bright ink"),
    "half_life": ("Trail", "Half-life of the ink in scene time; far right: it stays for ever"),
    "mark": ("Marks", "Radius of the disc at each body, {unit}"),
    "grain": ("Grains", "Size of a point of dust, {unit}"),
    "mass": ("Mass", "Mass of every particle"),
    "drag": ("Drag", "Slows particles down: force −drag·v"),
    "spin": ("Spin", "Angular speed of the rotating frame"),
    "field": ("Magnetic field", "Bends the paths of moving particles: force field·v × z"),
    "rate": ("Learning rate", "Size of a step down the gradient"),
    "momentum": ("Momentum", "Fraction of the velocity that each step keeps"),
    "temperature": ("Temperature", "Temperature of the bath, in units of energy"),
    "friction": ("Friction", "Friction of the bath, in 1/time"),
}
UNITS = {"screen": "in thousandths of the picture's shorter side", "world": "in the scene's units"}
CHOICE_NAMES = ("style", "palette", "color", "brush")


def default_range(value: float) -> SliderRange:
    """A range for a number of which only the default `value` is known.

    >>> default_range(0.5).high, default_range(-1.0).low
    (2.0, -4.0)
    """
    if value == 0:
        return SliderRange(-2.0, 2.0, soft=True)
    return SliderRange(min(0.0, 4 * value), max(0.0, 4 * value), soft=True)


class ControlFactory:
    """Makes the controls of a scene's declared values."""

    def __init__(self, settings: Settings, change: Callable[[str, Any], None]) -> None:
        self.settings = settings
        self.change = change
        self.numbers = {name: number for group in settings.groups.values() for name, number in group.items()}

    def sections(self, choose_law: Callable[[str], None]) -> list[tuple[str, dict[str, Control]]]:
        """The non-empty sections, each with its controls by name."""
        out = []
        for title, numbers in self.settings.groups.items():
            controls: dict[str, Control] = {}
            if title == "Law" and self.settings.law:
                options = [Option(name, title_from_name(name)) for name in self.settings.laws]
                tip = "How particles respond to forces; another law restarts the scene"
                law = self.settings.law
                controls["law"] = Choice("Law of motion", options, law, law, choose_law, tip)
            controls.update({name: self._control(name, title) for name in numbers})
            if controls:
                out.append((title, controls))
        return out

    def range_of(self, name: str, values: Mapping[str, Any]) -> SliderRange:
        """The range of a number at these values: the scene's own, the usual one of its name, or a default one."""
        number = self.numbers[name]
        if hasattr(number, "bounds"):
            try:
                low, high, ticks = number.bounds(dict(values))
            except (KeyError, ZeroDivisionError, TypeError):
                low, high, ticks = number.low, number.high, number.ticks
            low, high = min(low, high), max(low, high)
            return SliderRange(low, high, tuple(ticks), number.log, endless="for ever" if name == "half_life" else "")
        default = self.settings.defaults[name]
        if name == "exposure" or name in ("width", "mark", "grain"):
            center = float(default) if default else 1.0
            factor = 32.0 if name == "exposure" else 8.0
            return SliderRange(center / factor, center * factor, log=True, soft=True, floor=center * 1e-6)
        usual_range = RANGES.get(name)
        value_range = default_range(float(default)) if usual_range is None and default is not None else usual_range
        assert value_range is not None
        return value_range.widen_to(default)

    def _control(self, name: str, section: str) -> Control:
        number = self.numbers[name]
        default = self.settings.defaults[name]
        # WORDS describes the numbers of laws and looks: a scene may give another meaning to such a name.
        label_text, tip = (
            LABELS.get(name, (title_from_name(name), "")) if section != "Scene" else (title_from_name(name), "")
        )
        tip = tip.replace("{unit}", UNITS[self.settings.unit])
        if name in CHOICE_NAMES and section == "Look":
            return Choice(label_text, self._options(name), default, default, partial(self.change, name), tip)
        label = getattr(number, "label", "") or label_text
        label = title_from_name(label)
        unit = getattr(number, "unit", "")
        range_of = self.range_of(name, self.settings.defaults)
        return Slider(label, range_of, default, default, partial(self.change, name), unit=unit, tip=tip)

    def _options(self, name: str) -> list[Option]:
        if name != "palette":
            return [Option(value, title_from_name(value)) for value in CHOICES[name]]
        names = ink.palette.palette_names()
        default = str(self.settings.defaults["palette"])
        names = names if default in names else [default, *names]
        out = []
        for value in names:
            colors = ink.palette.palette(value)[:: 256 // SWATCH_COLORS]
            out.append(Option(value, title_from_name(value), tuple((int(r), int(g), int(b)) for r, g, b in colors)))
        return out
