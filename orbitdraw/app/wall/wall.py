"""Start page: a scene is chosen by mouse, arrow keys or typing."""

from __future__ import annotations

from pathlib import Path

import pygame

from orbitdraw.app.kit.theme import PAPER, STAGE
from orbitdraw.app.shell.layer import Page
from orbitdraw.app.shell.services import Services
from orbitdraw.app.wall import draft_cards as drafting
from orbitdraw.app.wall.cards import Card
from orbitdraw.app.wall.grid import Grid


class Wall(Page):
    """The page with the cards of all scenes and drafts."""

    name = "wall"
    comes_first = False
    title = "orbitdraw"

    def __init__(self, window: Services, scenes: list[Card], chosen: str = "") -> None:
        super().__init__()
        self.window = window
        self.scenes = scenes
        cards = drafting.cards_with(drafting.found(window), scenes)
        # A theme chosen in a scene holds for the wall too.
        self.grid = Grid(cards, PAPER if window.light else STAGE)
        self.layers = [self.grid]
        names = [card.name for card in cards]
        if chosen in names:
            self.grid.chosen = names.index(chosen)
        window.wear(self.grid.theme)

    def tick(self, now: float) -> None:
        super().tick(now)
        self.window.worker.news()  # messages of a closed scene are dropped

    def _open(self) -> None:
        if self.grid.shown:
            card = self.grid.shown[self.grid.chosen]
            if card.draft is not None:
                self.window.show_draft(card.draft, card)
            else:
                self.window.show_scene(card.path, card=card)

    def rehang(self) -> None:
        """Update the cards; choose the first new card, else keep the index of the choice."""
        grid = self.grid
        before, chosen = {card.name for card in grid.cards}, grid.chosen
        grid.cards = drafting.cards_with(drafting.found(self.window), self.scenes)
        grid.find(grid.typed)
        new = [place for place, card in enumerate(grid.shown) if card.name not in before]
        grid.choose(new[0] if new else chosen)

    def _throw_away(self) -> None:
        card = self.grid.shown[self.grid.chosen] if self.grid.shown else None
        if card is None or card.draft is None:
            self.window.toast.say("Only drafts can be deleted")
        else:
            drafting.throw_away(self.window, card.draft)

    def do(self, action: str) -> bool:
        if action == "escape" and self.grid.typed:
            self.grid.find("")
        elif action == "open":
            self._open()
        elif action == "throw away":
            self._throw_away()
        elif action == "fetch back":
            drafting.fetch_back(self.window)
        else:
            return False
        return True

    def handle(self, event: pygame.event.Event) -> bool:
        grid = self.grid
        if event.type == pygame.TEXTINPUT:
            if event.text.isprintable() and (event.text.strip() or grid.typed):
                grid.find(grid.typed + event.text)
        elif event.type == pygame.KEYDOWN and not event.mod & (pygame.KMOD_CTRL | pygame.KMOD_ALT):
            columns = grid.columns()
            steps = {pygame.K_LEFT: -1, pygame.K_RIGHT: 1, pygame.K_UP: -columns, pygame.K_DOWN: columns}
            ends = {pygame.K_HOME: 0, pygame.K_END: len(grid.shown) - 1}
            if event.key in steps:
                there = grid.chosen + steps[event.key]
                if 0 <= there < len(grid.shown) or (event.key == pygame.K_DOWN and self._row_below()):
                    grid.choose(there)
            elif event.key in ends:
                grid.choose(ends[event.key])
            elif event.key == pygame.K_BACKSPACE:
                grid.find(grid.typed[:-1])
            elif event.key == pygame.K_KP_ENTER:
                self._open()
            else:
                return False
        elif event.type == pygame.MOUSEMOTION:
            under = grid.at(event.pos)
            if under is not None and under != grid.chosen:
                grid.choose(under, follow=False)
        elif event.type == pygame.MOUSEBUTTONDOWN and event.button == 1:
            under = grid.at(event.pos)
            if under is not None:
                grid.choose(under, follow=False)
                self._open()
        elif event.type == pygame.MOUSEWHEEL:
            turned = getattr(event, "precise_y", event.y)
            grid.goal = min(max(0.0, grid.goal - turned * grid.px(90)), grid._deepest())
        else:
            return False
        return True

    def lay(self, path: Path) -> None:
        self.window.toast.say("Open a scene first, then drop the picture on it to use it as the landscape")

    def _row_below(self) -> bool:
        columns = self.grid.columns()
        return self.grid.chosen // columns < (len(self.grid.shown) - 1) // columns
