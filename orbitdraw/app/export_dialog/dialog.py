"""The export dialog: a sheet over the picture, which keeps playing. Enter exports, Esc closes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pygame

from orbitdraw.app.export_dialog.choices import LOOKS, LOOPS, OFFERED, QUALITIES, SIZES, TYPED, WORDS, Choices
from orbitdraw.app.export_dialog.parts import Head, NameField, Outcome, Rule, SideField, TwoButtons, size_options, stops
from orbitdraw.app.export_dialog.paths import Target, ending, renamed, shown, target
from orbitdraw.app.export_dialog.queue import Exports
from orbitdraw.app.kit import Choice, Column, Control, Option, Reach, Slider, Toggle
from orbitdraw.app.kit.sheet import INSIDE
from orbitdraw.app.kit.theme import STAGE, Theme
from orbitdraw.app.session.saving import hand_out
from orbitdraw.app.shell.layer import Layer
from orbitdraw.app.shell.services import Services
from orbitdraw.app.stage.range_selector import Stretch
from orbitdraw.app.stage.stage_view import StageView
from orbitdraw.app.stage.timeline import BAND
from orbitdraw.errors import sentence

WIDE = 472.0
SMALLEST = 0.6
"""Smallest scale to which the dialog shrinks in a low window."""

PASSES = (pygame.K_F1, pygame.K_F5, pygame.K_F11)
ENTERS = (pygame.K_RETURN, pygame.K_KP_ENTER)
SHORTEST = 10.0
"""Smallest range in seconds of the time sliders."""


class Dialog(Layer):
    """The dialog for an export of the scene on `stage`; its choices are kept for the next export."""

    def __init__(self, window: Services, exports: Exports) -> None:
        super().__init__()
        self.window = window
        self.exports = exports
        self.theme: Theme = STAGE
        self.choices = Choices()
        self.stage: StageView | None = None
        self.stretch: Stretch | None = None
        self.column = Column()
        self.by_name: dict[str, Control] = {}
        self.outcome = Outcome()
        self.problems: dict[str, str] = {}
        self._reach, self._offered = 0.0, ""
        self._laid: tuple[Any, ...] = ()
        self._seen: tuple[Any, ...] = ()

    # -- opening and closing ---------------------------------------------------------------------------------------

    @property
    def visible(self) -> bool:
        """True while the dialog is open."""
        return self.stage is not None

    def open(self, stage: StageView, stretch: Stretch) -> None:
        """Open the dialog for the scene of a stage, if there is something to export."""
        world = stretch.timeline.world
        if world is None or stage.opened is None or stage.mishap.trouble is not None:
            self.window.toast.say("There is nothing to export yet: wait for the first picture of the scene")
            return
        self._reach = world.reach / 60
        self.stage, self.stretch = stage, stretch
        stretch.begin(not self.choices.form.film)
        self.column = Column()
        self.by_name = controls_of(self)
        self._fill()
        self.column.give_focus(self.by_name["format"])

    def close(self) -> None:
        """Close the dialog."""
        if self.stretch is not None:
            self.stretch.end()
            self.stage, self.stretch, self.stale = None, None, True

    def export(self) -> None:
        """Start the export, or show the first problem at its control."""
        assert self.stage is not None and self.stretch is not None
        self._seen = ()  # files and folders may have changed since the name was typed
        self._look()
        if self.problems:
            name = next(iter(self.problems))
            control = self.by_name[name]
            self.column.give_focus(control)
            control.remark = sentence(self.problems[name])
            self.column.say(control)
            return
        session, choices, path = self.stage.session, self.choices, self._target().path
        options = choices.options(self.window.picture_size, self.stretch.span)
        session.ask(hand_out, session, choices.suffix, options, False, path)
        choices.keep_folder(path.parent, self.window.keeps_in)
        self.close()

    # -- the controls ----------------------------------------------------------------------------------------------

    def moments(self) -> Reach:
        """Range of the time sliders, fixed when the dialog opens, because a growing range would move a held knob."""
        assert self.stretch is not None
        return Reach(0.0, max(SHORTEST, self._reach, self.stretch.span[1] / 60), soft=True, floor=0.0)

    def _shown(self) -> list[Control]:
        """The controls that apply to the format, with separators."""
        form, named = self.choices.form, self.by_name
        named["last"].label = "To" if form.film else "Time"
        out: list[Control] = [
            Head("Export", "Enter  export      Esc  cancel"),
            named["format"],
            named["file"],
            named["size"],
            named["typed"],
        ]
        out += [Rule(), *([named["first"]] if form.film else []), named["last"]]
        out += [named["rate"]] if form.film else []
        out += [named["loop"]] if form.loops else [named["quality"]] if form.video else []
        out += [Rule(), named["look"], *([named["transparent"]] if form.alpha else [])]
        return [*out, Rule(), self.outcome, named["buttons"]]

    def _fill(self) -> None:
        self.column.fill(self._shown())
        self._laid, self._seen, self.stale = (), (), True
        self._look()

    # -- choices of the user ---------------------------------------------------------------------------------------

    def set_format(self, suffix: str) -> None:
        """Set the format, and change the suffix of a typed name to match."""
        assert self.stretch is not None
        self.choices.suffix, self.choices.file = suffix, renamed(self.choices.file, suffix)
        self.stretch.still, self.stretch.stale = not self.choices.form.film, True
        self._fill()

    def set_file(self, typed: str) -> None:
        """Set the file name or path, and the format to its suffix."""
        # Passing the field with Tab does not set the name.
        self.choices.file = typed if self.choices.file or typed != self._offered else ""
        if (suffix := ending(typed)) not in ("", self.choices.suffix):
            self.set_format(suffix)

    def set_size(self, name: str) -> None:
        """Set the size by name."""
        field = self.by_name["typed"]
        assert isinstance(field, SideField)
        if name == TYPED:
            self.choices.typed = field.value
        self.choices.size = name

    def set_typed(self, typed: str) -> None:
        """Set a typed size."""
        field = self.by_name["typed"]
        assert isinstance(field, SideField)
        # Passing the field with Tab does not set the size.
        if self.choices.size == TYPED or typed != self._size_text():
            self.choices.size, self.choices.typed = TYPED, typed

    def set_span(self, first: float | None, last: float | None) -> None:
        """Set the range to export, in seconds; None keeps an end."""
        assert self.stretch is not None
        stretch = self.stretch
        before, after = stretch.span
        stretch.choose((before if first is None else round(first * 60), after if last is None else round(last * 60)))

    def set_rate(self, rate: float | None) -> None:
        """Set the frame rate."""
        self.choices.rates[self.choices.suffix] = rate or 1.0

    # -- drawing ---------------------------------------------------------------------------------------------------

    def _size_text(self) -> str:
        width, height = SIZES[self.choices.size][1](self.window.picture_size)
        return f"{width}×{height}"

    def _target(self) -> Target:
        """The file that the export would write."""
        assert self.stage is not None and self.stage.opened is not None
        taken = {export.path for export in self.exports.queue}
        home = Path(self.choices.folder) if self.choices.folder else self.window.keeps_in
        return target(self.choices.file, self.choices.suffix, self.stage.opened.name, home, taken)

    def _look(self) -> None:
        """Update the controls from the choices, made here or on the timeline."""
        assert self.stretch is not None
        chosen, span, window = self.choices, self.stretch.span, self.window.picture_size
        seen = (repr(chosen), span, window, self.moments())
        if seen == self._seen:
            return
        self._seen = seen
        self.problems = chosen.problems(window, span)
        named = self.by_name
        for name, value in (("first", span[0] / 60), ("last", span[1] / 60)):
            slider = named[name]
            assert isinstance(slider, Slider)
            slider.show(round(value, 2), self.moments())
        rate, field, file = named["rate"], named["typed"], named["file"]
        assert isinstance(rate, Slider) and isinstance(field, SideField) and isinstance(file, SideField)
        size, form = named["size"], named["format"]
        assert isinstance(size, Choice) and isinstance(form, Choice)
        rate.default = float(chosen.form.rate)
        rate.show(round(chosen.rate, 2), stops(chosen.suffix))
        size.show(chosen.size)
        form.show(chosen.suffix)
        field.show(chosen.typed if chosen.size == TYPED else self._size_text())
        field.bad = "typed" in self.problems
        field.mark()
        goal = self._target()
        self.problems |= {"file": goal.problem} if goal.problem else {}
        self._offered = shown(goal.path, self.window.keeps_in)
        file.show(chosen.file or self._offered)
        file.bad = bool(goal.problem)
        file.mark()
        words = ("", "") if self.problems else chosen.summary(window, span)
        self.outcome.show((words[0], goal.note or words[1]), goal.path, next(iter(self.problems.values()), ""))
        self.stale = True

    def tick(self, now: float) -> None:
        if self.stage is None:
            return
        self._look()
        self.column.tick(now)
        self.stale = self.stale or self.column.stale

    def lay(self, size: tuple[int, int]) -> None:
        """Place the dialog; the timeline stays free."""
        key = (size, self.scale, self.theme)
        if key == self._laid:
            return
        self._laid = key
        self.column.fill(self.column.controls)
        room = pygame.Rect(0, 0, size[0], size[1] - self.px(BAND)).inflate(-2 * self.px(10), -2 * self.px(10))
        # Shrunk rather than cut off, so that the buttons stay visible; below SMALLEST the dialog scrolls.
        tall = self._tallest(self.scale)
        scale = self.scale * min(1.0, max(SMALLEST, room.height / tall))
        place = pygame.Rect(0, 0, min(round(WIDE * scale), room.width), room.height)
        place.centerx = room.centerx
        # As tall as the tallest format needs, so that the dialog does not jump when the format changes.
        place.top = room.top + max(0, (room.height - self._tallest(scale)) // 2)
        place.height = room.bottom - place.top
        self.column.lay(place, pygame.Rect((0, 0), size), scale, replace(self.theme, cover=255))

    def _tallest(self, scale: float) -> int:
        """Largest height of the controls of a format: all of them but one, since none has both loop and quality."""
        controls = [*self.by_name.values(), self.outcome, Head(), Rule(), Rule(), Rule()]
        for control in controls:
            control.scale = scale
        tall = sum(control.tall(0) for control in controls)
        tall -= self.by_name["loop"].tall(0)
        return tall + 2 * round(INSIDE * scale)

    def draw(self, surface: pygame.Surface) -> None:
        if self.stage is not None:
            self.lay(surface.get_size())
            self.column.draw(surface)

    # -- events ----------------------------------------------------------------------------------------------------

    def handle(self, event: pygame.event.Event) -> bool:
        if self.stretch is None:
            return False
        if event.type == pygame.KEYDOWN:
            ctrl = bool(event.mod & pygame.KMOD_CTRL)
            if event.key in PASSES or (ctrl and event.key == pygame.K_q):
                return False
            self._key(event)
            return True
        if event.type == pygame.KEYUP:
            self.column.handle(event)
            return False
        if event.type == pygame.TEXTINPUT:
            self.column.handle(event)
            return True
        if event.type not in (pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP, pygame.MOUSEWHEEL):
            return False
        self.column.handle(event)
        if event.type in (pygame.MOUSEMOTION, pygame.MOUSEBUTTONUP):
            return False  # layers below must see that the pointer left, and that a button was released
        # Outside the dialog only the timeline can be used, where the range is chosen.
        at = self.column.pointer
        inside = self.column.place.collidepoint(at) or self.column.menu is not None
        return inside or not self.stretch.timeline.over(at)

    def _key(self, event: pygame.event.Event) -> None:
        column, focus = self.column, self.column.focus
        typing = isinstance(focus, Slider) and focus.entry is not None
        changed = isinstance(focus, SideField) and focus.entry is not None and focus.entry.text != focus.value
        if column.menu is not None:
            column.handle(event)
        elif event.key == pygame.K_ESCAPE and not (typing or changed):
            self.close()
        elif event.key in ENTERS and not typing and not (isinstance(focus, TwoButtons) and focus.chosen == 0):
            self.export()
        elif event.key == pygame.K_TAB and not event.mod & (pygame.KMOD_CTRL | pygame.KMOD_ALT):
            step = -1 if event.mod & pygame.KMOD_SHIFT else 1
            _ = column.move_focus(step) or column.move_focus(step)
        elif focus is None and event.key in (pygame.K_UP, pygame.K_DOWN):
            column.move_focus(-1 if event.key == pygame.K_UP else 1)
        else:
            column.handle(event)


def controls_of(dialog: Dialog) -> dict[str, Control]:
    """All controls of the dialog by name, with the values at its opening."""
    assert dialog.stretch is not None
    chosen, now = dialog.choices, dialog.stretch.span[1] / 60

    def pick(label: str, name: str, words: dict[str, str]) -> Choice:
        options = [Option(value, word) for value, word in words.items()]
        return Choice(label, options, getattr(chosen, name), options[0].value, partial(setattr, chosen, name))

    formats = [Option(suffix, WORDS[suffix]) for suffix in OFFERED]
    return {
        "format": Choice("Format", formats, chosen.suffix, ".png", dialog.set_format),
        "file": NameField("File name", "", dialog.set_file, dialog.set_file),
        "size": Choice("Size", size_options(), chosen.size, "window", dialog.set_size),
        "typed": SideField("Width × height", "", dialog.set_typed, dialog.set_typed),
        "first": Slider("From", dialog.moments(), 0.0, 0.0, lambda value: dialog.set_span(value, None), unit="s"),
        "last": Slider("To", dialog.moments(), 0.0, now, lambda value: dialog.set_span(None, value), unit="s"),
        "rate": Slider("Frames per second", stops(chosen.suffix), 0.0, 30.0, dialog.set_rate),
        "quality": pick("Quality", "quality", QUALITIES),
        "look": pick("Look", "look", LOOKS),
        "transparent": Toggle("Transparent background", chosen.transparent, partial(setattr, chosen, "transparent")),
        "loop": pick("Repeat", "loop", LOOPS),
        "buttons": TwoButtons(("Cancel", dialog.close), ("Export", dialog.export)),
    }
