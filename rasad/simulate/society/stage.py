"""What there is to see on a day of a world: the board, and ways to look at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rasad.simulate.population import LANGUAGES
from rasad.simulate.society.attention import Fading, Shelf
from rasad.simulate.society.clock import patience_class
from rasad.simulate.society.deeds import Int, Originals
from rasad.simulate.society.following import Mail
from rasad.simulate.society.people import People
from rasad.simulate.society.wording import language_codes

POPULAR_MIN = 60.0
"""Patience of whoever looks for a much noticed post."""


def dice(seed: int, part: str) -> np.random.Generator:
    """Return random numbers of a part of a world, whatever other parts draw."""
    return np.random.default_rng([seed, *part.encode()])


@dataclass(kw_only=True)
class Today:
    """A day of a world; what `Stage` of `cast` promises, and shelves for the crowd.

    Parameters
    ----------
    seed : int
        Of the world.
    day, days, weekday : int
        As `Stage` has them; day -1 is the one before the world.
    people : People
        Everybody.
    board : Originals
        Posts by time.
    fading : Fading
        How attention fades.
    issue : callable
        Gives ids to posts of some moments.
    """

    seed: int
    day: int
    days: int
    weekday: int
    people: People
    board: Originals
    fading: Fading
    issue: Callable[[Int], Int]

    community: Int = field(init=False)
    language: NDArray[np.str_] = field(init=False)

    def __post_init__(self) -> None:
        self.community = self.people.community
        self.language = self.people.language_names

    def rng(self, part: str) -> np.random.Generator:
        """Return random numbers of a part's own for this day."""
        return dice(self.seed, f"day {self.day} {part}")

    def new_posts(self, at_ms: Int) -> Int:
        """Return ids for posts at these times, never twice the same."""
        return self.issue(at_ms)

    def popular(self, language: str, at_ms: Int, rng: np.random.Generator) -> Int:
        """Return for each moment the row of a recent, much noticed post, else -1."""
        code = language_codes([language])[0]
        patience = patience_class(np.array([POPULAR_MIN]))[0]
        shape = len(at_ms)
        return self.far.choose(
            np.full(shape, code), at_ms, np.full(shape, patience), self.fading, rng
        )

    @cached_property
    def near(self) -> Shelf:
        """Posts by the community in which they are read."""
        board, groups = self.board, len(self.people.communities)
        return Shelf(board.at_ms, board.community, board.fitness, groups)

    @cached_property
    def far(self) -> Shelf:
        """Posts by the language of whoever wrote them."""
        board, language = self.board, self.people.language
        return Shelf(
            board.at_ms, language[board.account], board.fitness, len(LANGUAGES)
        )

    @cached_property
    def mail(self) -> Mail:
        """Posts by whoever wrote them."""
        return Mail(self.board)
