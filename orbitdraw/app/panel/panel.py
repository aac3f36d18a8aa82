"""Panel at the right edge: controls of everything that can be set in the scene being played."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pygame

from orbitdraw.app.kit import Button, Choice, Column, Control, Heading, Slider
from orbitdraw.app.kit.shapes import outline, sliders
from orbitdraw.app.kit.text import plate
from orbitdraw.app.kit.theme import DARK_THEME, Theme
from orbitdraw.app.panel.controls import ControlFactory
from orbitdraw.app.panel.tool_section import ToolSection
from orbitdraw.app.session.settings import PresentValues, Settings
from orbitdraw.app.shell.gestures import GestureTracker
from orbitdraw.app.shell.layer import Layer

WIDTH = 276.0
MARGIN = 20.0
TAB_SIZE = (26.0, 58.0)
TAB_DURATION = 2.5
"""Seconds after the last motion of the pointer for which the tab that opens the panel is shown."""


@dataclass
class PanelState:
    """State of the panel that stays from scene to scene: open or closed, and the folded sections."""

    open: bool = False
    folded: set[str] = field(default_factory=set)


class Panel(Layer):
    """Sections of controls. A changed value is requested from the run, at most one of each name per turn of the loop.

    The controls show the values of the run, as the worker reports them: they follow undo, replays and other keys. Only
    a control whose request has not been granted yet shows the requested value.
    """

    def __init__(
        self,
        request_values: Callable[[Mapping[str, Any], Mapping[str, int]], int],
        do: Callable[[str], Any],
        choose_law: Callable[[str], None],
        state: PanelState | None = None,
    ) -> None:
        super().__init__()
        self.request_values = request_values
        self.do = do
        self.choose_law = choose_law
        self.state = state or PanelState()
        self.tool_section: ToolSection | None = None
        """Makes the section of the tool."""
        self.theme: Theme = DARK_THEME
        self.column = Column()
        self.by_name: dict[str, Control] = {}
        self.values: dict[str, Any] = {}
        self._factory: ControlFactory | None = None
        self._settings: Settings | None = None
        self._section_controls: dict[str, dict[str, Control]] = {}
        self._sections: list[tuple[Heading, list[Control]]] = []
        self._changes: dict[str, Any] = {}
        self._gestures = GestureTracker()
        self._pending: dict[str, int] = {}
        self._layout_key: tuple[Any, ...] = ()
        self._window = pygame.Rect(0, 0, 0, 0)
        self._now = 0.0
        self._pointer_time = -99.0
        self._tab_visible = self._tab_hovered = False

    # -- content ---------------------------------------------------------------------------------------------------

    @property
    def visible(self) -> bool:
        """True while the panel is open and has controls."""
        return self.state.open and bool(self._sections)

    @property
    def room(self) -> int:
        """Pixels at the right edge that the panel takes from the captions."""
        return self._panel_rect().width + self.px(MARGIN) // 2 if self.visible else 0

    @property
    def covers(self) -> int:
        """Pixels from the panel's left edge to the window's right one."""
        return self._window.width - self._panel_rect().left if self.visible else 0

    def toggle(self) -> None:
        """Open or close the panel."""
        self.state.open = not self.state.open
        self.column.set_focus(None)
        self._layout_key, self.stale = (), True

    def set_theme(self, theme: Theme) -> None:
        """Set the colours that go with the picture."""
        if theme is not self.theme:
            self.theme, self.stale = theme, True

    def show_settings(self, settings: Settings) -> None:
        """Show the controls of a scene; a control of the same name keeps the focus."""
        if settings == self._settings:
            return
        self._settings = settings
        focused = self._focused_name()
        self.column.set_focus(None)
        self._factory = ControlFactory(settings, self._change)
        self._pending.clear()
        self._changes.clear()
        sections = dict(self._factory.sections(self.choose_law))
        scene = {**sections.pop("Scene", {}), **self._formula_button()}
        self._section_controls = {"Scene": scene, **sections, "Export": self._buttons()}
        self._arrange(focused)
        self._show_controls(settings.defaults)

    def _focused_name(self) -> str:
        return next((name for name, control in self.by_name.items() if control is self.column.focus), "")

    def _arrange(self, focused: str) -> None:
        """Stack the sections, and give the focus to the control of that name if it is there."""
        titles = list(self._section_controls)
        sections = dict(self._section_controls)
        if self.tool_section is not None and (tool_section := self.tool_section.section()):
            titles.insert(titles.index("Look"), "Tools")
            sections["Tools"] = tool_section
        self.by_name, self._sections = {}, []
        for title in titles:
            controls = sections[title]
            self.by_name.update(controls)
            heading = Heading(title, title not in self.state.folded, lambda open_, t=title: self._fold(t, open_))  # type: ignore[misc]
            self._sections.append((heading, list(controls.values())))
        self._set_controls()
        if focused in self.by_name and self.by_name[focused] in self.column.controls:
            self.column.set_focus(self.by_name[focused])

    def _formula_button(self) -> dict[str, Control]:
        return {"formula…": Button("Formula…", lambda: self.do("formula"), hint="Ctrl+F")}

    def _buttons(self) -> dict[str, Control]:
        return {
            "dialog": Button("Export …", lambda: self.do("export dialog"), hint="Ctrl+E"),
            "export": Button("Picture as a large PNG", lambda: self.do("export"), hint="E"),
            "turn": Button("GIF of the last full orbit", lambda: self.do("export turn"), hint="Ctrl+G"),
            "save": Button("Save the drawing", lambda: self.do("save"), hint="S"),
        }

    def _fold(self, title: str, open_: bool) -> None:
        (self.state.folded.discard if open_ else self.state.folded.add)(title)
        self._set_controls()

    def _set_controls(self) -> None:
        shown: list[Control] = []
        for heading, controls in self._sections:
            shown += [heading, *(controls if heading.open else ())]
        self.column.set_controls(shown)
        self._layout_key, self.stale = (), True

    def show_values(self, standing: PresentValues) -> None:
        """Show the values of the run, except those changed meanwhile, whose requests are not granted yet."""
        for name in [name for name, number in self._pending.items() if number <= standing.request]:
            del self._pending[name]
        self._show_controls(standing.values)

    def _show_controls(self, values: Mapping[str, Any]) -> None:
        self.values.update(values)
        assert self._factory is not None
        for name, control in self.by_name.items():
            if name not in values or name in self._pending or name in self._changes:
                continue
            if isinstance(control, Slider):
                control.show(values[name], self._factory.range_of(name, self.values))
            elif isinstance(control, Choice):
                control.show(values[name])

    def _change(self, name: str, value: Any) -> None:
        self._changes[name] = value
        self.stale = True

    def receive(self, message: Any) -> None:
        if self.tool_section is not None:
            self.tool_section.receive(message)

    # -- every turn of the loop ------------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        self._now = now
        if self.tool_section is not None and self._section_controls and self.tool_section.tick(now, self.visible):
            self._arrange(self.tool_section.take_focus_request() or self._focused_name())
        if self.visible:
            self.column.tick(now)
        self._gestures.tick(now, self._focused_name() if getattr(self.column.focus, "dragging", False) else "")
        if self._changes:
            number = self.request_values(
                self._changes, {name: self._gestures.number_for(name) for name in self._changes}
            )
            self._pending.update(dict.fromkeys(self._changes, number))
            self._changes = {}
        shown = self._should_show_tab()
        if shown != self._tab_visible:
            self._tab_visible, self.stale = shown, True
        self.stale = self.stale or (self.visible and self.column.stale)

    def _should_show_tab(self) -> bool:
        return bool(self._sections) and not self.state.open and self._now - self._pointer_time < TAB_DURATION

    def _panel_rect(self) -> pygame.Rect:
        margin = self.px(MARGIN)
        width = min(self.px(WIDTH), max(1, self._window.width - 2 * margin))
        return pygame.Rect(self._window.width - margin - width, margin, width, max(1, self._window.height - 2 * margin))

    def _tab_rect(self) -> pygame.Rect:
        width, height = self.px(TAB_SIZE[0]), self.px(TAB_SIZE[1])
        return pygame.Rect(self._window.width - width, (self._window.height - height) // 2, width, height)

    def lay_out(self, size: tuple[int, int]) -> None:
        """Lay out the panel in a window of this size."""
        key = (size, self.scale, self.theme, self.visible)
        if key != self._layout_key:
            if self._layout_key[1:2] != key[1:2]:
                self.column.set_controls(self.column.controls)
            self._layout_key = key
            self._window = pygame.Rect((0, 0), size)
            if self.visible:
                self.column.lay_out(self._panel_rect(), self._window, self.scale, self.theme)

    def draw(self, surface: pygame.Surface) -> None:
        self.lay_out(surface.get_size())
        if self.visible:
            self.column.draw(surface)
        elif self._tab_visible:
            self._draw_tab(surface)

    def _draw_tab(self, surface: pygame.Surface) -> None:
        place, theme = self._tab_rect(), self.theme
        # Drawn wider than visible: its right half lies outside the window, so that only the left corners are round.
        size = (2 * place.width, place.height)
        surface.blit(plate(size, self.px(9), theme.plate, theme.cover), place)
        surface.blit(outline(size, self.px(9), self.px(1), theme.ink if self._tab_hovered else theme.line), place)
        sign = sliders(self.px(18), theme.ink if self._tab_hovered else theme.quiet, theme.plate)
        surface.blit(sign, sign.get_rect(center=place.center))

    # -- events ----------------------------------------------------------------------------------------------------

    def handle(self, event: pygame.event.Event) -> bool:
        if event.type == pygame.MOUSEMOTION:
            self._pointer_time = self._now
            hovered = self._tab_visible and self._tab_rect().collidepoint(event.pos)
            if hovered != self._tab_hovered:
                self._tab_hovered, self.stale = hovered, True
        if not self.visible:
            return self._handle_closed(event)
        tab = event.type == pygame.KEYDOWN and event.key == pygame.K_TAB and not event.mod & pygame.KMOD_ALT
        if tab and self.column.focus is None and not event.mod & pygame.KMOD_CTRL:
            self.column.move_focus(-1 if event.mod & pygame.KMOD_SHIFT else 1)
            return True
        return self.column.handle(event)

    def _handle_closed(self, event: pygame.event.Event) -> bool:
        if event.type == pygame.MOUSEBUTTONDOWN and event.button == 1 and self._tab_hovered:
            self._tab_hovered = False
            self.toggle()
            return True
        if event.type == pygame.KEYDOWN and event.key == pygame.K_TAB and self._sections:
            if event.mod & (pygame.KMOD_ALT | pygame.KMOD_CTRL):
                return False
            self.toggle()
            self.lay_out(self._window.size)
            self.column.move_focus(-1 if event.mod & pygame.KMOD_SHIFT else 1)
            return True
        return False
