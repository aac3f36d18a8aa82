"""Choice of one option: segments side by side where they fit, else a drop-down list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pygame

from orbitdraw.app.kit.control import PAD, SIZE, Control
from orbitdraw.app.kit.shapes import chevron, outline
from orbitdraw.app.kit.text import framed, plate, shortened, text, width
from orbitdraw.app.kit.theme import Color, Theme

OPENING = (pygame.K_RETURN, pygame.K_KP_ENTER, pygame.K_SPACE)
ROW = 28.0
BOX_WIDE = 150.0
SWATCH_WIDE = 64.0


@dataclass(frozen=True)
class Option:
    """A value, its label, and colours to show beside it."""

    value: str
    word: str
    swatch: tuple[Color, ...] = ()


class Choice(Control):
    """One of `options`. Left and Right step through them; Enter opens the list, and letters search it."""

    def __init__(
        self, label: str, options: list[Option], value: str, default: str, changed: Callable[[str], None], tip: str = ""
    ) -> None:
        super().__init__(label, tip)
        self.options = options
        self.value = value
        self.default = default
        self.changed = changed
        self.menu: Menu | None = None

    @property
    def index(self) -> int:
        """Index of the value among the options; 0 when it is none of them."""
        return next((i for i, option in enumerate(self.options) if option.value == self.value), 0)

    def show(self, value: str) -> None:
        """Show a value that was set elsewhere, even one that is not among the options."""
        if value != self.value:
            self.value = value
            self.mark()

    def set(self, value: str) -> None:
        """Set a value chosen by the user, and call `changed` if it is new."""
        self.mark()
        if value != self.value:
            self.value = value
            self.changed(value)

    # -- segments --------------------------------------------------------------------------------------------------

    def _segments(self) -> list[pygame.Rect]:
        """Rectangles of the options side by side; empty when they do not fit."""
        if any(option.swatch for option in self.options):
            return []
        wide = [width(option.word, "regular", self.px(SIZE)) + 2 * self.px(9) for option in self.options]
        room = self.rect.width - 2 * self.px(PAD) - width(self.label, "regular", self.px(SIZE)) - self.px(14)
        if sum(wide) > room:
            return []
        x = self.rect.width - self.px(PAD) - sum(wide)
        out = []
        for one in wide:
            out.append(pygame.Rect(x, self.px(4), one, self.rect.height - 2 * self.px(4)))
            x += one
        return out

    def drop_box(self) -> pygame.Rect:
        """Rectangle of the box, inside the control, that shows the value of a drop-down list."""
        wide = min(self.px(BOX_WIDE), self.rect.width * 2 // 3)
        left = self.rect.width - self.px(PAD) - wide
        return pygame.Rect(left, self.px(4), wide, self.rect.height - 2 * self.px(4))

    # -- events ----------------------------------------------------------------------------------------------------

    def tall(self, width: int) -> int:
        return self.px(34)

    def press(self, at: tuple[int, int], twice: bool, free: bool) -> None:
        segments = self._segments()
        for option, place in zip(self.options, segments, strict=False):
            if place.collidepoint(at):
                self.set(option.value)
                return
        if twice and not self.drop_box().collidepoint(at):
            self.set(self.default)
        elif not segments:
            self._open()

    def _open(self) -> None:
        self.menu = Menu(self)
        self.mark()

    def wheel(self, notches: float, free: bool) -> bool:
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
        elif event.key in OPENING and not self._segments():
            self._open()
        else:
            return False
        return True

    # -- drawing ---------------------------------------------------------------------------------------------------

    def paint(self, surface: pygame.Surface) -> None:
        theme, middle = self.theme, surface.get_height() // 2
        face = text(self.label, "regular", self.px(SIZE), theme.ink if self.hot or self.focused else theme.quiet)
        surface.blit(face, face.get_rect(midleft=(self.px(PAD), middle)))
        segments = self._segments()
        if segments:
            self._paint_segments(surface, segments)
        else:
            self._paint_box(surface)

    def _paint_segments(self, surface: pygame.Surface, segments: list[pygame.Rect]) -> None:
        theme, whole = self.theme, segments[0].unionall(segments[1:])
        surface.blit(plate(whole.size, self.px(6), theme.raised), whole)
        surface.blit(outline(whole.size, self.px(6), self.px(1), theme.line), whole)
        for option, place in zip(self.options, segments, strict=True):
            chosen = option.value == self.value
            if chosen:
                surface.blit(plate(place.size, self.px(6), theme.accent), place)
            word = text(option.word, "regular", self.px(SIZE), theme.plate if chosen else theme.ink)
            surface.blit(word, word.get_rect(center=place.center))

    def _paint_box(self, surface: pygame.Surface) -> None:
        theme, box = self.theme, self.drop_box()
        surface.blit(plate(box.size, self.px(6), theme.raised), box)
        surface.blit(outline(box.size, self.px(6), self.px(1), theme.ink if self.hot else theme.line), box)
        size = self.px(12)
        sign = chevron(size, True, theme.quiet)
        surface.blit(sign, sign.get_rect(midright=(box.right - self.px(8), box.centery)))
        option = next((one for one in self.options if one.value == self.value), Option(self.value, self.value))
        inside = pygame.Rect(box.left + self.px(10), box.top, box.width - self.px(10) - size - self.px(14), box.height)
        paint_option(surface, inside, option, theme, self.scale)


def paint_option(surface: pygame.Surface, room: pygame.Rect, option: Option, theme: Theme, scale: float) -> None:
    """Draw the label of an option at the left of `room` and its swatch at the right."""
    size = max(1, round(SIZE * scale))
    wide = room.width
    if option.swatch:
        strip = pygame.Rect(0, 0, min(round(SWATCH_WIDE * scale), room.width // 2), round(10 * scale))
        strip.midright = room.midright
        surface.blit(swatch(strip.size, option.swatch), strip)
        wide -= strip.width + round(8 * scale)
    word = text(shortened(option.word, "regular", size, wide), "regular", size, theme.ink)
    surface.blit(word, word.get_rect(midleft=room.midleft))


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
        self.before = owner.value
        self.first = 0
        self.place = pygame.Rect(0, 0, 0, 0)
        self._drawn: tuple[object, pygame.Surface] | None = None

    def lay(self, box: pygame.Rect, window: pygame.Rect) -> None:
        """Place the list below the box, else above it, else clamped to the window."""
        row, inside = self.owner.px(ROW), self.owner.px(5)
        rows = min(len(self.owner.options), max(1, (window.height - 4 * inside) // row))
        self.place = pygame.Rect(box.left, box.bottom + inside, max(box.width, 1), rows * row + 2 * inside)
        if self.place.bottom > window.bottom - inside and box.top - inside - self.place.height > window.top:
            self.place.bottom = box.top - inside
        self.place.clamp_ip(window.inflate(-2 * inside, -2 * inside))
        chosen = self.owner.index
        self.first = min(max(self.first, chosen - rows + 1), chosen, len(self.owner.options) - rows)

    @property
    def rows(self) -> int:
        """Number of visible options."""
        return max(1, (self.place.height - 2 * self.owner.px(5)) // self.owner.px(ROW))

    def close(self) -> None:
        """Close the list."""
        self.owner.menu = None
        self.owner.mark()

    def handle(self, event: pygame.event.Event, pointer: tuple[int, int]) -> bool:
        """Handle an event; while the list is open, it takes all keys."""
        owner = self.owner
        if event.type == pygame.MOUSEBUTTONDOWN:
            if self.place.collidepoint(pointer):
                row = (pointer[1] - self.place.top - owner.px(5)) // owner.px(ROW)
                if 0 <= row < self.rows:
                    owner.set(owner.options[self.first + row].value)
            self.close()
        elif event.type == pygame.MOUSEWHEEL:
            turned = -1 if event.y > 0 else 1
            self.first = min(max(self.first + turned, 0), len(owner.options) - self.rows)
            owner.mark()
        elif event.type == pygame.KEYDOWN:
            self._key(event)
        elif event.type == pygame.TEXTINPUT:
            begins = [o for o in owner.options if o.word.lower().startswith(event.text.lower())]
            later = [o for o in begins if owner.options.index(o) > owner.index]
            if begins and not event.text.isspace():
                owner.set((later or begins)[0].value)
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
            owner.set(self.before)
            self.close()
        elif event.key in (*OPENING, pygame.K_TAB):
            self.close()

    def draw(self, surface: pygame.Surface, pointer: tuple[int, int]) -> None:
        """Draw the list at the place chosen by `lay`."""
        owner = self.owner
        row, inside = owner.px(ROW), owner.px(5)
        over = (pointer[1] - self.place.top - inside) // row if self.place.collidepoint(pointer) else -1
        key = (self.first, owner.value, over, self.place.size, owner.theme)
        if self._drawn is None or self._drawn[0] != key:
            self._drawn = (key, self._painted(row, inside, over))
        surface.blit(self._drawn[1], self.place)

    def _painted(self, row: int, inside: int, over: int) -> pygame.Surface:
        owner, theme = self.owner, self.owner.theme
        sheet = framed(self.place.size, owner.px(8), theme.plate, 255, theme.line)
        for index in range(self.rows):
            option = owner.options[self.first + index]
            place = pygame.Rect(inside, inside + index * row, self.place.width - 2 * inside, row)
            if index == over:
                sheet.blit(plate(place.size, owner.px(5), theme.raised), place)
            if option.value == owner.value:
                sheet.blit(outline(place.size, owner.px(5), owner.px(2), theme.accent), place)
            paint_option(sheet, place.inflate(-2 * owner.px(9), 0), option, theme, owner.scale)
        if self.rows < len(owner.options):  # a scroll bar
            track = self.place.height - 2 * owner.px(8)
            tall = max(owner.px(16), track * self.rows // len(owner.options))
            y = owner.px(8) + (track - tall) * self.first // (len(owner.options) - self.rows)
            sheet.blit(plate((owner.px(2), tall), owner.px(1), theme.line), (self.place.width - owner.px(4), y))
        return sheet
