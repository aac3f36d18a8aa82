"""Choice of one option: segments side by side where they fit, else a drop-down list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pygame

from orbitdraw.app.kit.control import FONT_SIZE, PADDING, Control
from orbitdraw.app.kit.shapes import chevron, outline
from orbitdraw.app.kit.text import bordered_plate, ellipsize, plate, text, width
from orbitdraw.app.kit.theme import Color, Theme

OPEN_KEYS = (pygame.K_RETURN, pygame.K_KP_ENTER, pygame.K_SPACE)
ROW_HEIGHT = 28.0
BOX_WIDTH = 150.0
SWATCH_WIDTH = 64.0


@dataclass(frozen=True)
class Option:
    """A value, its label, and colours to show beside it."""

    value: str
    label: str
    swatch: tuple[Color, ...] = ()


class Choice(Control):
    """One of `options`. Left and Right step through them; Enter opens the list, and letters search it."""

    def __init__(
        self,
        label: str,
        options: list[Option],
        value: str,
        default: str,
        on_change: Callable[[str], None],
        tip: str = "",
    ) -> None:
        super().__init__(label, tip)
        self.options = options
        self.value = value
        self.default = default
        self.on_change = on_change
        self.menu: Menu | None = None

    @property
    def index(self) -> int:
        """Index of the value among the options; 0 when it is none of them."""
        return next((i for i, option in enumerate(self.options) if option.value == self.value), 0)

    def show(self, value: str) -> None:
        """Show a value that was set elsewhere, even one that is not among the options."""
        if value != self.value:
            self.value = value
            self.invalidate()

    def set(self, value: str) -> None:
        """Set a value chosen by the user, and call `on_change` if it is new."""
        self.invalidate()
        if value != self.value:
            self.value = value
            self.on_change(value)

    # -- segments --------------------------------------------------------------------------------------------------

    def _segments(self) -> list[pygame.Rect]:
        """Rectangles of the options side by side; empty when they do not fit."""
        if any(option.swatch for option in self.options):
            return []
        widths = [width(option.label, "regular", self.px(FONT_SIZE)) + 2 * self.px(9) for option in self.options]
        room = self.rect.width - 2 * self.px(PADDING) - width(self.label, "regular", self.px(FONT_SIZE)) - self.px(14)
        if sum(widths) > room:
            return []
        x = self.rect.width - self.px(PADDING) - sum(widths)
        segments = []
        for segment_width in widths:
            segments.append(pygame.Rect(x, self.px(4), segment_width, self.rect.height - 2 * self.px(4)))
            x += segment_width
        return segments

    def dropdown_rect(self) -> pygame.Rect:
        """Rectangle of the box, inside the control, that shows the value of a drop-down list."""
        box_width = min(self.px(BOX_WIDTH), self.rect.width * 2 // 3)
        left = self.rect.width - self.px(PADDING) - box_width
        return pygame.Rect(left, self.px(4), box_width, self.rect.height - 2 * self.px(4))

    # -- events ----------------------------------------------------------------------------------------------------

    def height_for_width(self, width: int) -> int:
        return self.px(34)

    def press(self, position: tuple[int, int], double_click: bool, modifier: bool) -> None:
        segments = self._segments()
        for option, place in zip(self.options, segments, strict=False):
            if place.collidepoint(position):
                self.set(option.value)
                return
        if double_click and not self.dropdown_rect().collidepoint(position):
            self.set(self.default)
        elif not segments:
            self._open_menu()

    def _open_menu(self) -> None:
        self.menu = Menu(self)
        self.invalidate()

    def wheel(self, notches: float, modifier: bool) -> bool:
        return False  # scrolling past the control must not change its value

    def key(self, event: pygame.event.Event) -> bool:
        if event.mod & (pygame.KMOD_CTRL | pygame.KMOD_ALT | pygame.KMOD_META):
            return False
        if event.key in (pygame.K_LEFT, pygame.K_RIGHT):
            step = -1 if event.key == pygame.K_LEFT else 1
            self.set(self.options[(self.index + step) % len(self.options)].value)
        elif event.key in (pygame.K_HOME, pygame.K_END):
            self.set(self.options[0 if event.key == pygame.K_HOME else -1].value)
        elif event.key in (pygame.K_BACKSPACE, pygame.K_DELETE):
            self.set(self.default)
        elif event.key in OPEN_KEYS and not self._segments():
            self._open_menu()
        else:
            return False
        return True

    # -- drawing ---------------------------------------------------------------------------------------------------

    def paint(self, surface: pygame.Surface) -> None:
        theme, middle = self.theme, surface.get_height() // 2
        label = text(
            self.label, "regular", self.px(FONT_SIZE), theme.ink if self.hovered or self.focused else theme.quiet
        )
        surface.blit(label, label.get_rect(midleft=(self.px(PADDING), middle)))
        segments = self._segments()
        if segments:
            self._paint_segments(surface, segments)
        else:
            self._paint_box(surface)

    def _paint_segments(self, surface: pygame.Surface, segments: list[pygame.Rect]) -> None:
        theme, frame = self.theme, segments[0].unionall(segments[1:])
        surface.blit(plate(frame.size, self.px(6), theme.raised), frame)
        surface.blit(outline(frame.size, self.px(6), self.px(1), theme.line), frame)
        for option, place in zip(self.options, segments, strict=True):
            selected = option.value == self.value
            if selected:
                surface.blit(plate(place.size, self.px(6), theme.accent), place)
            label = text(option.label, "regular", self.px(FONT_SIZE), theme.plate if selected else theme.ink)
            surface.blit(label, label.get_rect(center=place.center))

    def _paint_box(self, surface: pygame.Surface) -> None:
        theme, box = self.theme, self.dropdown_rect()
        surface.blit(plate(box.size, self.px(6), theme.raised), box)
        surface.blit(outline(box.size, self.px(6), self.px(1), theme.ink if self.hovered else theme.line), box)
        size = self.px(12)
        arrow = chevron(size, True, theme.quiet)
        surface.blit(arrow, arrow.get_rect(midright=(box.right - self.px(8), box.centery)))
        option = next((one for one in self.options if one.value == self.value), Option(self.value, self.value))
        content = pygame.Rect(box.left + self.px(10), box.top, box.width - self.px(10) - size - self.px(14), box.height)
        paint_option(surface, content, option, theme, self.scale)


def paint_option(surface: pygame.Surface, room: pygame.Rect, option: Option, theme: Theme, scale: float) -> None:
    """Draw the label of an option at the left of `room` and its swatch at the right."""
    size = max(1, round(FONT_SIZE * scale))
    label_width = room.width
    if option.swatch:
        strip = pygame.Rect(0, 0, min(round(SWATCH_WIDTH * scale), room.width // 2), round(10 * scale))
        strip.midright = room.midright
        surface.blit(swatch(strip.size, option.swatch), strip)
        label_width -= strip.width + round(8 * scale)
    label = text(ellipsize(option.label, "regular", size, label_width), "regular", size, theme.ink)
    surface.blit(label, label.get_rect(midleft=room.midleft))


def swatch(size: tuple[int, int], colors: tuple[Color, ...]) -> pygame.Surface:
    """A strip of colours, from the first to the last."""
    strip = pygame.Surface((len(colors), 1))
    for x, color in enumerate(colors):
        strip.set_at((x, 0), color)
    return pygame.transform.smoothscale(strip, (max(0, size[0]), max(0, size[1])))


class Menu:
    """The drop-down list of a choice, drawn over everything. A value applies at once; Esc restores the first one."""

    def __init__(self, owner: Choice) -> None:
        self.owner = owner
        self.original_value = owner.value
        self.first_visible = 0
        self.place = pygame.Rect(0, 0, 0, 0)
        self._rendered: tuple[object, pygame.Surface] | None = None

    def lay_out(self, box: pygame.Rect, window: pygame.Rect) -> None:
        """Place the list below the box, else above it, else clamped to the window."""
        row_height, padding = self.owner.px(ROW_HEIGHT), self.owner.px(5)
        rows = min(len(self.owner.options), max(1, (window.height - 4 * padding) // row_height))
        self.place = pygame.Rect(box.left, box.bottom + padding, max(box.width, 1), rows * row_height + 2 * padding)
        if self.place.bottom > window.bottom - padding and box.top - padding - self.place.height > window.top:
            self.place.bottom = box.top - padding
        self.place.clamp_ip(window.inflate(-2 * padding, -2 * padding))
        selected = self.owner.index
        self.first_visible = min(max(self.first_visible, selected - rows + 1), selected, len(self.owner.options) - rows)

    @property
    def rows(self) -> int:
        """Number of visible options."""
        return max(1, (self.place.height - 2 * self.owner.px(5)) // self.owner.px(ROW_HEIGHT))

    def close(self) -> None:
        """Close the list."""
        self.owner.menu = None
        self.owner.invalidate()

    def handle(self, event: pygame.event.Event, pointer: tuple[int, int]) -> bool:
        """Handle an event; while the list is open, it takes all keys."""
        owner = self.owner
        if event.type == pygame.MOUSEBUTTONDOWN:
            if self.place.collidepoint(pointer):
                row = (pointer[1] - self.place.top - owner.px(5)) // owner.px(ROW_HEIGHT)
                if 0 <= row < self.rows:
                    owner.set(owner.options[self.first_visible + row].value)
            self.close()
        elif event.type == pygame.MOUSEWHEEL:
            step = -1 if event.y > 0 else 1
            self.first_visible = min(max(self.first_visible + step, 0), len(owner.options) - self.rows)
            owner.invalidate()
        elif event.type == pygame.KEYDOWN:
            self._key(event)
        elif event.type == pygame.TEXTINPUT:
            matches = [o for o in owner.options if o.label.lower().startswith(event.text.lower())]
            following = [o for o in matches if owner.options.index(o) > owner.index]
            if matches and not event.text.isspace():
                owner.set((following or matches)[0].value)
        else:
            return False
        return True

    def _key(self, event: pygame.event.Event) -> None:
        owner = self.owner
        steps = {pygame.K_UP: -1, pygame.K_DOWN: 1, pygame.K_PAGEUP: -self.rows, pygame.K_PAGEDOWN: self.rows}
        if event.key in steps:
            index = min(max(owner.index + steps[event.key], 0), len(owner.options) - 1)
            owner.set(owner.options[index].value)
        elif event.key in (pygame.K_HOME, pygame.K_END):
            owner.set(owner.options[0 if event.key == pygame.K_HOME else -1].value)
        elif event.key == pygame.K_ESCAPE:
            owner.set(self.original_value)
            self.close()
        elif event.key in (*OPEN_KEYS, pygame.K_TAB):
            self.close()

    def draw(self, surface: pygame.Surface, pointer: tuple[int, int]) -> None:
        """Draw the list at the place chosen by `lay_out`."""
        owner = self.owner
        row_height, padding = owner.px(ROW_HEIGHT), owner.px(5)
        hovered_row = (pointer[1] - self.place.top - padding) // row_height if self.place.collidepoint(pointer) else -1
        key = (self.first_visible, owner.value, hovered_row, self.place.size, owner.theme)
        if self._rendered is None or self._rendered[0] != key:
            self._rendered = (key, self._render(row_height, padding, hovered_row))
        surface.blit(self._rendered[1], self.place)

    def _render(self, row_height: int, padding: int, hovered_row: int) -> pygame.Surface:
        owner, theme = self.owner, self.owner.theme
        surface = bordered_plate(self.place.size, owner.px(8), theme.plate, 255, theme.line)
        for index in range(self.rows):
            option = owner.options[self.first_visible + index]
            place = pygame.Rect(padding, padding + index * row_height, self.place.width - 2 * padding, row_height)
            if index == hovered_row:
                surface.blit(plate(place.size, owner.px(5), theme.raised), place)
            if option.value == owner.value:
                surface.blit(outline(place.size, owner.px(5), owner.px(2), theme.accent), place)
            paint_option(surface, place.inflate(-2 * owner.px(9), 0), option, theme, owner.scale)
        if self.rows < len(owner.options):  # a scroll bar
            track = self.place.height - 2 * owner.px(8)
            bar_height = max(owner.px(16), track * self.rows // len(owner.options))
            y = owner.px(8) + (track - bar_height) * self.first_visible // (len(owner.options) - self.rows)
            surface.blit(plate((owner.px(2), bar_height), owner.px(1), theme.line), (self.place.width - owner.px(4), y))
        return surface
