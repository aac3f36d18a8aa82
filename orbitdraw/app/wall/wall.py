"""Start page: a scene is chosen by mouse, arrow keys or typing."""

from __future__ import annotations

from pathlib import Path

import pygame

from orbitdraw.app.kit.theme import DARK_THEME, LIGHT_THEME
from orbitdraw.app.shell.layer import Page
from orbitdraw.app.shell.services import Services
from orbitdraw.app.wall import draft_cards
from orbitdraw.app.wall.cards import Card
from orbitdraw.app.wall.grid import CardGrid


class Wall(Page):
    """The page with the cards of all scenes and drafts."""

    name = "wall"
    handles_keys_first = False
    title = "orbitdraw"

    def __init__(self, window: Services, scenes: list[Card], selected: str = "") -> None:
        super().__init__()
        self.window = window
        self.scenes = scenes
        cards = draft_cards.wall_cards(draft_cards.find_drafts(window), scenes)
        # A theme chosen in a scene holds for the wall too.
        self.grid = CardGrid(cards, LIGHT_THEME if window.light_theme else DARK_THEME)
        self.layers = [self.grid]
        names = [card.name for card in cards]
        if selected in names:
            self.grid.selected = names.index(selected)
        window.set_theme(self.grid.theme)

    def tick(self, now: float) -> None:
        super().tick(now)
        self.window.worker.poll_messages()  # messages of a closed scene are dropped

    def _open_selected(self) -> None:
        if self.grid.visible_cards:
            card = self.grid.visible_cards[self.grid.selected]
            if card.draft is not None:
                self.window.show_draft(card.draft, card)
            else:
                self.window.show_scene(card.path, card=card)

    def update_drafts(self) -> None:
        """Update the cards; choose the first new card, else keep the index of the choice."""
        grid = self.grid
        before, selected = {card.name for card in grid.cards}, grid.selected
        grid.cards = draft_cards.wall_cards(draft_cards.find_drafts(self.window), self.scenes)
        grid.search(grid.query)
        new = [place for place, card in enumerate(grid.visible_cards) if card.name not in before]
        grid.select(new[0] if new else selected)

    def _delete_draft(self) -> None:
        card = self.grid.visible_cards[self.grid.selected] if self.grid.visible_cards else None
        if card is None or card.draft is None:
            self.window.toast.say("Only drafts can be deleted")
        else:
            draft_cards.delete_draft(self.window, card.draft)

    def do(self, action: str) -> bool:
        if action == "escape" and self.grid.query:
            self.grid.search("")
        elif action == "open":
            self._open_selected()
        elif action == "throw away":
            self._delete_draft()
        elif action == "fetch back":
            draft_cards.restore_draft(self.window)
        else:
            return False
        return True

    def handle(self, event: pygame.event.Event) -> bool:
        grid = self.grid
        if event.type == pygame.TEXTINPUT:
            if event.text.isprintable() and (event.text.strip() or grid.query):
                grid.search(grid.query + event.text)
        elif event.type == pygame.KEYDOWN and not event.mod & (pygame.KMOD_CTRL | pygame.KMOD_ALT):
            columns = grid.columns()
            steps = {pygame.K_LEFT: -1, pygame.K_RIGHT: 1, pygame.K_UP: -columns, pygame.K_DOWN: columns}
            ends = {pygame.K_HOME: 0, pygame.K_END: len(grid.visible_cards) - 1}
            if event.key in steps:
                target = grid.selected + steps[event.key]
                if 0 <= target < len(grid.visible_cards) or (event.key == pygame.K_DOWN and self._has_row_below()):
                    grid.select(target)
            elif event.key in ends:
                grid.select(ends[event.key])
            elif event.key == pygame.K_BACKSPACE:
                grid.search(grid.query[:-1])
            elif event.key == pygame.K_KP_ENTER:
                self._open_selected()
            else:
                return False
        elif event.type == pygame.MOUSEMOTION:
            hovered = grid.card_at(event.pos)
            if hovered is not None and hovered != grid.selected:
                grid.select(hovered, follow=False)
        elif event.type == pygame.MOUSEBUTTONDOWN and event.button == 1:
            hovered = grid.card_at(event.pos)
            if hovered is not None:
                grid.select(hovered, follow=False)
                self._open_selected()
        elif event.type == pygame.MOUSEWHEEL:
            turned = getattr(event, "precise_y", event.y)
            grid.scroll_target = min(max(0.0, grid.scroll_target - turned * grid.px(90)), grid.max_scroll())
        else:
            return False
        return True

    def use_as_landscape(self, path: Path) -> None:
        self.window.toast.say("Open a scene first, then drop the picture on it to use it as the landscape")

    def _has_row_below(self) -> bool:
        columns = self.grid.columns()
        return self.grid.selected // columns < (len(self.grid.visible_cards) - 1) // columns
