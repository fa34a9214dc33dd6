"""A stage of paper: a board of made-up posts, so that troupes act without a world."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from rasad.simulate.population import LANGUAGES
from rasad.simulate.society.cast import Stage, Troupe
from rasad.simulate.society.deeds import Deeds, Int, Originals
from rasad.simulate.society.rows import all_originals, originals
from rasad.simulate.society.teams import DAY_MS
from rasad.simulate.society.wording import free_text, page, tag_sequence

CROWD = 200
"""Accounts of the crowd, which have the first codes."""

POSTS = 400
"""Posts of the crowd on a day."""


class PaperStage:
    """A day of a world in which the crowd posts at random moments.

    `popular` returns one of the last fifty posts of a language, each as likely.
    """

    def __init__(
        self, day: int, language: NDArray[np.str_], weekday: int = 0, seed: int = 0
    ) -> None:
        self.day, self.days = day, 30
        self.weekday = (weekday + day) % 7
        self.language = language
        self._code = np.array([LANGUAGES.index(name) for name in language.tolist()])
        self.community = self._code + 4 * (np.arange(len(language)) % 3)
        self._seed = seed
        self._given = day * 10_000_000 + 1
        self.board = self._crowd_posts()

    def rng(self, part: str) -> np.random.Generator:
        return np.random.default_rng([self._seed, self.day, *part.encode()])

    def new_posts(self, at_ms: Int) -> Int:
        first = self._given
        self._given += len(at_ms)
        return np.arange(first, self._given)

    def popular(self, language: str, at_ms: Int, rng: np.random.Generator) -> Int:
        rows = np.flatnonzero(self.language[self.board.account] == language)
        newest = np.searchsorted(self.board.at_ms[rows], at_ms)
        place = newest - 1 - rng.integers(0, 50, len(at_ms))
        return np.where(place >= 0, rows[place.clip(min=0)] if len(rows) else -1, -1)

    def show(self, more: Originals) -> None:
        """Put posts on the board, by time."""
        whole = all_originals([self.board, more])
        self.board = whole.at(np.argsort(whole.at_ms, kind="stable"))

    def _crowd_posts(self) -> Originals:
        rng = self.rng("crowd")
        # Yesterday's are there too, for the moments after midnight.
        at_ms = np.sort(
            rng.integers((self.day - 1) * DAY_MS, (self.day + 1) * DAY_MS, 2 * POSTS)
        )
        account = rng.integers(0, CROWD, len(at_ms))
        linked, tagged = rng.random((2, len(at_ms))) < 0.5
        number = rng.integers(0, 1000, len(at_ms))
        tags = tag_sequence(rng.integers(0, 100, (len(at_ms), 2)))
        return originals(
            at_ms,
            account,
            self.new_posts(at_ms),
            text=free_text(rng, self._code[account]),
            link=np.where(linked, page("ordinary", number), -1),
            tags=np.where(tagged, tags, -1),
            community=self.community[account],
        )


def put_on(troupe: Troupe) -> NDArray[np.str_]:
    """Cast a troupe behind the crowd; return the language of every account."""
    cohorts = troupe.cohorts()
    ends = CROWD + np.cumsum([0, *(len(cohort) for cohort in cohorts)])
    troupe.cast([np.arange(a, b) for a, b in zip(ends, ends[1:], strict=False)])
    crowd = np.resize(np.array(LANGUAGES), CROWD)
    own = [np.full(len(cohort), cohort.language or "en") for cohort in cohorts]
    return np.concatenate([crowd, *own])


def play(
    troupe: Troupe, days: int = 30, weekday: int = 0, seed: int = 0
) -> Iterator[tuple[Stage, Originals, Deeds]]:
    """Let a troupe act on some days; yield the stage, its originals and its deeds."""
    language = put_on(troupe)
    for day in range(days):
        stage = PaperStage(day, language, weekday, seed)
        own = troupe.originals(stage)
        stage.show(own)
        yield stage, own, troupe.deeds(stage)
