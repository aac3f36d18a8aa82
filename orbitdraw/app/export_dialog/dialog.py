"""The export dialog: a sheet over the picture, which plays on behind it. Enter exports, Esc closes."""

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
"""Part of its size to which it is set smaller in a window that is too low for it."""

PASSES = (pygame.K_F1, pygame.K_F5, pygame.K_F11)
ENTERS = (pygame.K_RETURN, pygame.K_KP_ENTER)
SHORTEST = 10.0
"""Seconds that the track of a moment stands for at least."""


class Dialog(Layer):
    """What can be chosen for an export of the scene on `stage`; what was chosen stays for the next time."""

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

    # -- coming and going ------------------------------------------------------------------------------------------

    @property
    def visible(self) -> bool:
        """True while it is open."""
        return self.stage is not None

    def open(self, stage: StageView, stretch: Stretch) -> None:
        """Show it for the scene of this stage, once there is something to export."""
        world = stretch.timeline.world
        if world is None or stage.opened is None or stage.mishap.trouble is not None:
            self.window.toast.say("There is nothing to export yet")
            return
        self._reach = world.reach / 60
        self.stage, self.stretch = stage, stretch
        stretch.begin(not self.choices.form.film)
        self.column = Column()
        self.by_name = controls_of(self)
        self._fill()
        self.column.give_focus(self.by_name["format"])

    def close(self) -> None:
        """Put it away."""
        if self.stretch is not None:
            self.stretch.end()
            self.stage, self.stretch, self.stale = None, None, True

    def export(self) -> None:
        """Ask for the file, or say at its control what is wrong."""
        assert self.stage is not None and self.stretch is not None
        self._seen = ()  # a folder may have gone since the name was typed, and a file come
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
        """The time line as it was at the opening, because one that grows moves under the hand; later can be typed."""
        assert self.stretch is not None
        return Reach(0.0, max(SHORTEST, self._reach, self.stretch.span[1] / 60), soft=True, floor=0.0)

    def _shown(self) -> list[Control]:
        """The controls that mean something for the format, with what stands between them."""
        form, named = self.choices.form, self.by_name
        named["last"].label = "To" if form.film else "Moment"
        out: list[Control] = [
            Head("Export", "Enter exports,  Esc closes"),
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

    # -- what a hand chooses ---------------------------------------------------------------------------------------

    def set_format(self, suffix: str) -> None:
        """Another format; the ending of a name that was typed goes with it."""
        assert self.stretch is not None
        self.choices.suffix, self.choices.file = suffix, renamed(self.choices.file, suffix)
        self.stretch.still, self.stretch.stale = not self.choices.form.film, True
        self._fill()

    def set_file(self, typed: str) -> None:
        """Another name or path; the format goes with its ending."""
        # Walking past the field with Tab is no wish for a name of one's own.
        self.choices.file = typed if self.choices.file or typed != self._offered else ""
        if (suffix := ending(typed)) not in ("", self.choices.suffix):
            self.set_format(suffix)

    def set_size(self, name: str) -> None:
        """Another size."""
        field = self.by_name["typed"]
        assert isinstance(field, SideField)
        if name == TYPED:
            self.choices.typed = field.value
        self.choices.size = name

    def set_typed(self, typed: str) -> None:
        """A size that is none of those that have a name."""
        field = self.by_name["typed"]
        assert isinstance(field, SideField)
        # Walking past the field with Tab is no wish for a size of one's own.
        if self.choices.size == TYPED or typed != self._size_text():
            self.choices.size, self.choices.typed = TYPED, typed

    def set_span(self, first: float | None, last: float | None) -> None:
        """Another stretch, in seconds; None leaves its end where it is."""
        assert self.stretch is not None
        stretch = self.stretch
        before, after = stretch.span
        stretch.choose((before if first is None else round(first * 60), after if last is None else round(last * 60)))

    def set_rate(self, rate: float | None) -> None:
        """So many pictures a second."""
        self.choices.rates[self.choices.suffix] = rate or 1.0

    # -- what is shown ---------------------------------------------------------------------------------------------

    def _size_text(self) -> str:
        width, height = SIZES[self.choices.size][1](self.window.picture_size)
        return f"{width}×{height}"

    def _target(self) -> Target:
        """The file that would be made."""
        assert self.stage is not None and self.stage.opened is not None
        taken = {export.path for export in self.exports.queue}
        home = Path(self.choices.folder) if self.choices.folder else self.window.keeps_in
        return target(self.choices.file, self.choices.suffix, self.stage.opened.name, home, taken)

    def _look(self) -> None:
        """Show what follows from the choices, whether they were made here or on the time line."""
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
        """Find its place; the time line stays free."""
        key = (size, self.scale, self.theme)
        if key == self._laid:
            return
        self._laid = key
        self.column.fill(self.column.controls)
        room = pygame.Rect(0, 0, size[0], size[1] - self.px(BAND)).inflate(-2 * self.px(10), -2 * self.px(10))
        # Set smaller rather than cut off: the buttons must be seen. Where even that is too much, it scrolls.
        tall = self._tallest(self.scale)
        scale = self.scale * min(1.0, max(SMALLEST, room.height / tall))
        place = pygame.Rect(0, 0, min(round(WIDE * scale), room.width), room.height)
        place.centerx = room.centerx
        # As high as the tallest format needs: a sheet that jumps when the format changes cannot be read.
        place.top = room.top + max(0, (room.height - self._tallest(scale)) // 2)
        place.height = room.bottom - place.top
        self.column.lay(place, pygame.Rect((0, 0), size), scale, replace(self.theme, cover=255))

    def _tallest(self, scale: float) -> int:
        """Pixels that the controls of any format need at most: all but one, which no format has with the others."""
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
            return False  # what lies below must hear that the pointer left, and that a button was let go
        # Beside the sheet nothing can be touched but the time line, where the stretch is chosen.
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
    """Every control that the dialog can have, by name, as things stand at its opening."""
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
        "rate": Slider("Pictures a second", stops(chosen.suffix), 0.0, 30.0, dialog.set_rate),
        "quality": pick("Quality", "quality", QUALITIES),
        "look": pick("Look", "look", LOOKS),
        "transparent": Toggle("Transparent ground", chosen.transparent, partial(setattr, chosen, "transparent")),
        "loop": pick("Plays", "loop", LOOPS),
        "buttons": TwoButtons(("Cancel", dialog.close), ("Export", dialog.export)),
    }
