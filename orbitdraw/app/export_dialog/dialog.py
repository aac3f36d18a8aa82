"""The export dialog: a sheet over the picture, which keeps playing. Enter exports, Esc closes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pygame

from orbitdraw.app.export_dialog.parts import (
    DialogButtons,
    DialogTitle,
    ExportSummary,
    LabeledTextField,
    PathField,
    Separator,
    frame_rate_range,
    size_options,
)
from orbitdraw.app.export_dialog.paths import Target, display_path, format_suffix, replace_suffix, resolve_target
from orbitdraw.app.export_dialog.queue import ExportQueue
from orbitdraw.app.export_dialog.settings import (
    DIALOG_FORMATS,
    FORMAT_LABELS,
    LOOKS,
    LOOPS,
    QUALITIES,
    SIZES,
    TYPED,
    ExportSettings,
)
from orbitdraw.app.kit import Choice, Column, Control, Option, Slider, SliderRange, Toggle
from orbitdraw.app.kit.scroll_area import AREA_PADDING
from orbitdraw.app.kit.theme import DARK_THEME, Theme
from orbitdraw.app.session.saving import request_export
from orbitdraw.app.shell.layer import Layer
from orbitdraw.app.shell.services import Services
from orbitdraw.app.stage.range_selector import RangeSelector
from orbitdraw.app.stage.stage_view import StageView
from orbitdraw.app.stage.timeline import BAND_HEIGHT
from orbitdraw.errors import sentence

WIDTH = 472.0
MIN_SCALE = 0.6
"""Smallest scale to which the dialog shrinks in a low window."""

PASS_KEYS = (pygame.K_F1, pygame.K_F5, pygame.K_F11)
ENTER_KEYS = (pygame.K_RETURN, pygame.K_KP_ENTER)
MIN_DURATION = 10.0
"""Smallest range in seconds of the time sliders."""


class ExportDialog(Layer):
    """The dialog for an export of the scene on `stage`; its choices are kept for the next export."""

    def __init__(self, window: Services, exports: ExportQueue) -> None:
        super().__init__()
        self.window = window
        self.exports = exports
        self.theme: Theme = DARK_THEME
        self.settings = ExportSettings()
        self.stage: StageView | None = None
        self.stretch: RangeSelector | None = None
        self.column = Column()
        self.by_name: dict[str, Control] = {}
        self.summary = ExportSummary()
        self.problems: dict[str, str] = {}
        self._recorded_seconds, self._default_name = 0.0, ""
        self._layout_key: tuple[Any, ...] = ()
        self._shown_state: tuple[Any, ...] = ()

    # -- opening and closing ---------------------------------------------------------------------------------------

    @property
    def visible(self) -> bool:
        """True while the dialog is open."""
        return self.stage is not None

    def open(self, stage: StageView, stretch: RangeSelector) -> None:
        """Open the dialog for the scene of a stage, if there is something to export."""
        world = stretch.timeline.world
        if world is None or stage.opened is None or stage.error_card.trouble is not None:
            self.window.toast.say("There is nothing to export yet: wait for the first picture of the scene")
            return
        self._recorded_seconds = world.last_frame / 60
        self.stage, self.stretch = stage, stretch
        stretch.open(not self.settings.format.film)
        self.column = Column()
        self.by_name = make_controls(self)
        self._set_controls()
        self.column.set_focus(self.by_name["format"])

    def close(self) -> None:
        """Close the dialog."""
        if self.stretch is not None:
            self.stretch.close()
            self.stage, self.stretch, self.stale = None, None, True

    def export(self) -> None:
        """Start the export, or show the first problem at its control."""
        assert self.stage is not None and self.stretch is not None
        self._shown_state = ()  # files and folders may have changed since the name was typed
        self._update_controls()
        if self.problems:
            name = next(iter(self.problems))
            control = self.by_name[name]
            self.column.set_focus(control)
            control.remark = sentence(self.problems[name])
            self.column.show_remark(control)
            return
        session, settings, path = self.stage.session, self.settings, self._target().path
        options = settings.options(self.window.picture_size, self.stretch.span)
        session.submit(request_export, session, settings.suffix, options, False, path)
        settings.remember_folder(path.parent, self.window.output_folder)
        self.close()

    # -- the controls ----------------------------------------------------------------------------------------------

    def time_range(self) -> SliderRange:
        """Range of the time sliders, fixed when the dialog opens, because a growing range would move a held knob."""
        assert self.stretch is not None
        return SliderRange(
            0.0, max(MIN_DURATION, self._recorded_seconds, self.stretch.span[1] / 60), soft=True, floor=0.0
        )

    def _visible_controls(self) -> list[Control]:
        """The controls that apply to the format, with separators."""
        format, controls = self.settings.format, self.by_name
        controls["last"].label = "To" if format.film else "Time"
        out: list[Control] = [
            DialogTitle("Export", "Enter  export      Esc  cancel"),
            controls["format"],
            controls["file"],
            controls["size"],
            controls["typed"],
        ]
        out += [Separator(), *([controls["first"]] if format.film else []), controls["last"]]
        out += [controls["rate"]] if format.film else []
        out += [controls["loop"]] if format.loops else [controls["quality"]] if format.video else []
        out += [Separator(), controls["look"], *([controls["transparent"]] if format.alpha else [])]
        return [*out, Separator(), self.summary, controls["buttons"]]

    def _set_controls(self) -> None:
        self.column.set_controls(self._visible_controls())
        self._layout_key, self._shown_state, self.stale = (), (), True
        self._update_controls()

    # -- choices of the user ---------------------------------------------------------------------------------------

    def set_format(self, suffix: str) -> None:
        """Set the format, and change the suffix of a typed name to match."""
        assert self.stretch is not None
        self.settings.suffix, self.settings.file = suffix, replace_suffix(self.settings.file, suffix)
        self.stretch.single_frame, self.stretch.stale = not self.settings.format.film, True
        self._set_controls()

    def set_file(self, typed: str) -> None:
        """Set the file name or path, and the format to its suffix."""
        # Passing the field with Tab does not set the name.
        self.settings.file = typed if self.settings.file or typed != self._default_name else ""
        if (suffix := format_suffix(typed)) not in ("", self.settings.suffix):
            self.set_format(suffix)

    def set_size(self, name: str) -> None:
        """Set the size by name."""
        field = self.by_name["typed"]
        assert isinstance(field, LabeledTextField)
        if name == TYPED:
            self.settings.typed = field.value
        self.settings.size = name

    def set_typed(self, typed: str) -> None:
        """Set a typed size."""
        field = self.by_name["typed"]
        assert isinstance(field, LabeledTextField)
        # Passing the field with Tab does not set the size.
        if self.settings.size == TYPED or typed != self._size_text():
            self.settings.size, self.settings.typed = TYPED, typed

    def set_span(self, first: float | None, last: float | None) -> None:
        """Set the range to export, in seconds; None keeps an end."""
        assert self.stretch is not None
        stretch = self.stretch
        before, after = stretch.span
        stretch.select((before if first is None else round(first * 60), after if last is None else round(last * 60)))

    def set_rate(self, rate: float | None) -> None:
        """Set the frame rate."""
        self.settings.rates[self.settings.suffix] = rate or 1.0

    # -- drawing ---------------------------------------------------------------------------------------------------

    def _size_text(self) -> str:
        width, height = SIZES[self.settings.size][1](self.window.picture_size)
        return f"{width}×{height}"

    def _target(self) -> Target:
        """The file that the export would write."""
        assert self.stage is not None and self.stage.opened is not None
        taken = {export.path for export in self.exports.queue}
        home = Path(self.settings.folder) if self.settings.folder else self.window.output_folder
        return resolve_target(self.settings.file, self.settings.suffix, self.stage.opened.name, home, taken)

    def _update_controls(self) -> None:
        """Update the controls from the choices, made here or on the timeline."""
        assert self.stretch is not None
        settings, span, window = self.settings, self.stretch.span, self.window.picture_size
        state = (repr(settings), span, window, self.time_range())
        if state == self._shown_state:
            return
        self._shown_state = state
        self.problems = settings.problems(window, span)
        controls = self.by_name
        for name, value in (("first", span[0] / 60), ("last", span[1] / 60)):
            slider = controls[name]
            assert isinstance(slider, Slider)
            slider.show(round(value, 2), self.time_range())
        rate, field, file = controls["rate"], controls["typed"], controls["file"]
        assert isinstance(rate, Slider) and isinstance(field, LabeledTextField) and isinstance(file, LabeledTextField)
        size, format_choice = controls["size"], controls["format"]
        assert isinstance(size, Choice) and isinstance(format_choice, Choice)
        rate.default = float(settings.format.rate)
        rate.show(round(settings.rate, 2), frame_rate_range(settings.suffix))
        size.show(settings.size)
        format_choice.show(settings.suffix)
        field.show(settings.typed if settings.size == TYPED else self._size_text())
        field.invalid = "typed" in self.problems
        field.invalidate()
        target = self._target()
        self.problems |= {"file": target.problem} if target.problem else {}
        self._default_name = display_path(target.path, self.window.output_folder)
        file.show(settings.file or self._default_name)
        file.invalid = bool(target.problem)
        file.invalidate()
        lines = ("", "") if self.problems else settings.summary(window, span)
        self.summary.show((lines[0], target.note or lines[1]), target.path, next(iter(self.problems.values()), ""))
        self.stale = True

    def tick(self, now: float) -> None:
        if self.stage is None:
            return
        self._update_controls()
        self.column.tick(now)
        self.stale = self.stale or self.column.stale

    def lay_out(self, size: tuple[int, int]) -> None:
        """Place the dialog; the timeline stays free."""
        key = (size, self.scale, self.theme)
        if key == self._layout_key:
            return
        self._layout_key = key
        self.column.set_controls(self.column.controls)
        room = pygame.Rect(0, 0, size[0], size[1] - self.px(BAND_HEIGHT)).inflate(-2 * self.px(10), -2 * self.px(10))
        # Shrunk rather than cut off, so that the buttons stay visible; below SMALLEST the dialog scrolls.
        max_height = self._max_height(self.scale)
        scale = self.scale * min(1.0, max(MIN_SCALE, room.height / max_height))
        place = pygame.Rect(0, 0, min(round(WIDTH * scale), room.width), room.height)
        place.centerx = room.centerx
        # As tall as the tallest format needs, so that the dialog does not jump when the format changes.
        place.top = room.top + max(0, (room.height - self._max_height(scale)) // 2)
        place.height = room.bottom - place.top
        self.column.lay_out(place, pygame.Rect((0, 0), size), scale, replace(self.theme, cover=255))

    def _max_height(self, scale: float) -> int:
        """Largest height of the controls of a format: all of them but one, since none has both loop and quality."""
        controls = [*self.by_name.values(), self.summary, DialogTitle(), Separator(), Separator(), Separator()]
        for control in controls:
            control.scale = scale
        total = sum(control.height_for_width(0) for control in controls)
        total -= self.by_name["loop"].height_for_width(0)
        return total + 2 * round(AREA_PADDING * scale)

    def draw(self, surface: pygame.Surface) -> None:
        if self.stage is not None:
            self.lay_out(surface.get_size())
            self.column.draw(surface)

    # -- events ----------------------------------------------------------------------------------------------------

    def handle(self, event: pygame.event.Event) -> bool:
        if self.stretch is None:
            return False
        if event.type == pygame.KEYDOWN:
            ctrl = bool(event.mod & pygame.KMOD_CTRL)
            if event.key in PASS_KEYS or (ctrl and event.key == pygame.K_q):
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
        return inside or not self.stretch.timeline.contains(at)

    def _key(self, event: pygame.event.Event) -> None:
        column, focus = self.column, self.column.focus
        typing = isinstance(focus, Slider) and focus.entry is not None
        changed = isinstance(focus, LabeledTextField) and focus.entry is not None and focus.entry.text != focus.value
        if column.menu is not None:
            column.handle(event)
        elif event.key == pygame.K_ESCAPE and not (typing or changed):
            self.close()
        elif event.key in ENTER_KEYS and not typing and not (isinstance(focus, DialogButtons) and focus.selected == 0):
            self.export()
        elif event.key == pygame.K_TAB and not event.mod & (pygame.KMOD_CTRL | pygame.KMOD_ALT):
            step = -1 if event.mod & pygame.KMOD_SHIFT else 1
            _ = column.move_focus(step) or column.move_focus(step)
        elif focus is None and event.key in (pygame.K_UP, pygame.K_DOWN):
            column.move_focus(-1 if event.key == pygame.K_UP else 1)
        else:
            column.handle(event)


def make_controls(dialog: ExportDialog) -> dict[str, Control]:
    """All controls of the dialog by name, with the values at its opening."""
    assert dialog.stretch is not None
    settings, now = dialog.settings, dialog.stretch.span[1] / 60

    def make_choice(label: str, name: str, words: dict[str, str]) -> Choice:
        options = [Option(value, word) for value, word in words.items()]
        return Choice(label, options, getattr(settings, name), options[0].value, partial(setattr, settings, name))

    formats = [Option(suffix, FORMAT_LABELS[suffix]) for suffix in DIALOG_FORMATS]
    return {
        "format": Choice("Format", formats, settings.suffix, ".png", dialog.set_format),
        "file": PathField("File name", "", dialog.set_file, dialog.set_file),
        "size": Choice("Size", size_options(), settings.size, "window", dialog.set_size),
        "typed": LabeledTextField("Width × height", "", dialog.set_typed, dialog.set_typed),
        "first": Slider("From", dialog.time_range(), 0.0, 0.0, lambda value: dialog.set_span(value, None), unit="s"),
        "last": Slider("To", dialog.time_range(), 0.0, now, lambda value: dialog.set_span(None, value), unit="s"),
        "rate": Slider("Frames per second", frame_rate_range(settings.suffix), 0.0, 30.0, dialog.set_rate),
        "quality": make_choice("Quality", "quality", QUALITIES),
        "look": make_choice("Look", "look", LOOKS),
        "transparent": Toggle(
            "Transparent background", settings.transparent, partial(setattr, settings, "transparent")
        ),
        "loop": make_choice("Repeat", "loop", LOOPS),
        "buttons": DialogButtons(("Cancel", dialog.close), ("Export", dialog.export)),
    }
