"""Panel at the right edge: controls of everything that can be set in the scene being played."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pygame

from orbitdraw.app.kit import Button, Choice, Column, Control, Heading, Slider
from orbitdraw.app.kit.shapes import outline, sliders
from orbitdraw.app.kit.text import plate
from orbitdraw.app.kit.theme import STAGE, Theme
from orbitdraw.app.panel.controls import Maker
from orbitdraw.app.panel.hand_section import HandPanel
from orbitdraw.app.session.settings import Settings, Standing
from orbitdraw.app.shell.gestures import Movements
from orbitdraw.app.shell.layer import Layer

WIDE = 276.0
EDGE = 20.0
TAB = (26.0, 58.0)
TAB_STAYS = 2.5
"""Seconds after the last motion of the pointer for which the tab that opens the panel is shown."""


@dataclass
class Memory:
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
        wish: Callable[[Mapping[str, Any], Mapping[str, int]], int],
        do: Callable[[str], Any],
        choose_law: Callable[[str], None],
        memory: Memory | None = None,
    ) -> None:
        super().__init__()
        self.wish = wish
        self.do = do
        self.choose_law = choose_law
        self.memory = memory or Memory()
        self.hand: HandPanel | None = None
        """Makes the section of the tool."""
        self.theme: Theme = STAGE
        self.column = Column()
        self.by_name: dict[str, Control] = {}
        self.values: dict[str, Any] = {}
        self._maker: Maker | None = None
        self._settings: Settings | None = None
        self._made: dict[str, dict[str, Control]] = {}
        self._sections: list[tuple[Heading, list[Control]]] = []
        self._changes: dict[str, Any] = {}
        self._movements = Movements()
        self._waiting: dict[str, int] = {}
        self._laid: tuple[Any, ...] = ()
        self._window = pygame.Rect(0, 0, 0, 0)
        self._now = 0.0
        self._pointed = -99.0
        self._tab_shown = self._tab_hot = False

    # -- content ---------------------------------------------------------------------------------------------------

    @property
    def visible(self) -> bool:
        """True while the panel is open and has controls."""
        return self.memory.open and bool(self._sections)

    @property
    def room(self) -> int:
        """Pixels at the right edge that the panel takes from the captions."""
        return self._place().width + self.px(EDGE) // 2 if self.visible else 0

    @property
    def covers(self) -> int:
        """Pixels from the panel's left edge to the window's right one."""
        return self._window.width - self._place().left if self.visible else 0

    def toggle(self) -> None:
        """Open or close the panel."""
        self.memory.open = not self.memory.open
        self.column.give_focus(None)
        self._laid, self.stale = (), True

    def wear(self, theme: Theme) -> None:
        """Set the colours that go with the picture."""
        if theme is not self.theme:
            self.theme, self.stale = theme, True

    def show_settings(self, settings: Settings) -> None:
        """Show the controls of a scene; a control of the same name keeps the focus."""
        if settings == self._settings:
            return
        self._settings = settings
        focused = self._focused()
        self.column.give_focus(None)
        self._maker = Maker(settings, self._change)
        self._waiting.clear()
        self._changes.clear()
        sections = dict(self._maker.sections(self.choose_law))
        scene = {**sections.pop("Scene", {}), **self._formula_button()}
        self._made = {"Scene": scene, **sections, "Export": self._buttons()}
        self._arrange(focused)
        self._show(settings.defaults)

    def _focused(self) -> str:
        return next((name for name, control in self.by_name.items() if control is self.column.focus), "")

    def _arrange(self, focused: str) -> None:
        """Stack the sections, and give the focus to the control of that name if it is there."""
        titles = list(self._made)
        made = dict(self._made)
        if self.hand is not None and (hand := self.hand.section()):
            titles.insert(titles.index("Look"), "Tools")
            made["Tools"] = hand
        self.by_name, self._sections = {}, []
        for title in titles:
            controls = made[title]
            self.by_name.update(controls)
            heading = Heading(title, title not in self.memory.folded, lambda open_, t=title: self._fold(t, open_))  # type: ignore[misc]
            self._sections.append((heading, list(controls.values())))
        self._fill()
        if focused in self.by_name and self.by_name[focused] in self.column.controls:
            self.column.give_focus(self.by_name[focused])

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
        (self.memory.folded.discard if open_ else self.memory.folded.add)(title)
        self._fill()

    def _fill(self) -> None:
        shown: list[Control] = []
        for heading, controls in self._sections:
            shown += [heading, *(controls if heading.open else ())]
        self.column.fill(shown)
        self._laid, self.stale = (), True

    def follow(self, standing: Standing) -> None:
        """Show the values of the run, except those changed meanwhile, whose requests are not granted yet."""
        for name in [name for name, number in self._waiting.items() if number <= standing.wish]:
            del self._waiting[name]
        self._show(standing.values)

    def _show(self, values: Mapping[str, Any]) -> None:
        self.values.update(values)
        assert self._maker is not None
        for name, control in self.by_name.items():
            if name not in values or name in self._waiting or name in self._changes:
                continue
            if isinstance(control, Slider):
                control.show(values[name], self._maker.reach(name, self.values))
            elif isinstance(control, Choice):
                control.show(values[name])

    def _change(self, name: str, value: Any) -> None:
        self._changes[name] = value
        self.stale = True

    def hear(self, news: Any) -> None:
        if self.hand is not None:
            self.hand.hear(news)

    # -- every turn of the loop ------------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        self._now = now
        if self.hand is not None and self._made and self.hand.tick(now, self.visible):
            self._arrange(self.hand.claim() or self._focused())
        if self.visible:
            self.column.tick(now)
        self._movements.tick(now, self._focused() if getattr(self.column.focus, "held", False) else "")
        if self._changes:
            number = self.wish(self._changes, {name: self._movements.of(name) for name in self._changes})
            self._waiting.update(dict.fromkeys(self._changes, number))
            self._changes = {}
        shown = self._tab_wanted()
        if shown != self._tab_shown:
            self._tab_shown, self.stale = shown, True
        self.stale = self.stale or (self.visible and self.column.stale)

    def _tab_wanted(self) -> bool:
        return bool(self._sections) and not self.memory.open and self._now - self._pointed < TAB_STAYS

    def _place(self) -> pygame.Rect:
        edge = self.px(EDGE)
        wide = min(self.px(WIDE), max(1, self._window.width - 2 * edge))
        return pygame.Rect(self._window.width - edge - wide, edge, wide, max(1, self._window.height - 2 * edge))

    def _tab(self) -> pygame.Rect:
        wide, high = self.px(TAB[0]), self.px(TAB[1])
        return pygame.Rect(self._window.width - wide, (self._window.height - high) // 2, wide, high)

    def lay(self, size: tuple[int, int]) -> None:
        """Lay out the panel in a window of this size."""
        key = (size, self.scale, self.theme, self.visible)
        if key != self._laid:
            if self._laid[1:2] != key[1:2]:
                self.column.fill(self.column.controls)
            self._laid = key
            self._window = pygame.Rect((0, 0), size)
            if self.visible:
                self.column.lay(self._place(), self._window, self.scale, self.theme)

    def draw(self, surface: pygame.Surface) -> None:
        self.lay(surface.get_size())
        if self.visible:
            self.column.draw(surface)
        elif self._tab_shown:
            self._draw_tab(surface)

    def _draw_tab(self, surface: pygame.Surface) -> None:
        place, theme = self._tab(), self.theme
        # Drawn wider than visible: its right half lies outside the window, so that only the left corners are round.
        size = (2 * place.width, place.height)
        surface.blit(plate(size, self.px(9), theme.plate, theme.cover), place)
        surface.blit(outline(size, self.px(9), self.px(1), theme.ink if self._tab_hot else theme.line), place)
        sign = sliders(self.px(18), theme.ink if self._tab_hot else theme.quiet, theme.plate)
        surface.blit(sign, sign.get_rect(center=place.center))

    # -- events ----------------------------------------------------------------------------------------------------

    def handle(self, event: pygame.event.Event) -> bool:
        if event.type == pygame.MOUSEMOTION:
            self._pointed = self._now
            hot = self._tab_shown and self._tab().collidepoint(event.pos)
            if hot != self._tab_hot:
                self._tab_hot, self.stale = hot, True
        if not self.visible:
            return self._handle_closed(event)
        tab = event.type == pygame.KEYDOWN and event.key == pygame.K_TAB and not event.mod & pygame.KMOD_ALT
        if tab and self.column.focus is None and not event.mod & pygame.KMOD_CTRL:
            self.column.move_focus(-1 if event.mod & pygame.KMOD_SHIFT else 1)
            return True
        return self.column.handle(event)

    def _handle_closed(self, event: pygame.event.Event) -> bool:
        if event.type == pygame.MOUSEBUTTONDOWN and event.button == 1 and self._tab_hot:
            self._tab_hot = False
            self.toggle()
            return True
        if event.type == pygame.KEYDOWN and event.key == pygame.K_TAB and self._sections:
            if event.mod & (pygame.KMOD_ALT | pygame.KMOD_CTRL):
                return False
            self.toggle()
            self.lay(self._window.size)
            self.column.move_focus(-1 if event.mod & pygame.KMOD_SHIFT else 1)
            return True
        return False
