"""A small set of controls on pygame surfaces: sharp at any scale, and all usable from the keyboard."""

from orbitdraw.app.kit.button import Button, Heading, Label, Toggle
from orbitdraw.app.kit.choice import Choice, Option
from orbitdraw.app.kit.column import Column
from orbitdraw.app.kit.control import Control
from orbitdraw.app.kit.slider import Slider
from orbitdraw.app.kit.slider_range import SliderRange
from orbitdraw.app.kit.text_field import TextField

__all__ = [
    "Button",
    "Choice",
    "Column",
    "Control",
    "Heading",
    "Label",
    "Option",
    "Slider",
    "SliderRange",
    "TextField",
    "Toggle",
]
