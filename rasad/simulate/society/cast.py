"""What a planted team is asked for, and what it may look at: the contract of a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from rasad.simulate.society.deeds import Deeds, Int, Originals, Real

Connection = Literal["home", "dark", "whitelisted", "abroad"]
"""What a blackout of the home country does to accounts: thins them like everybody
(`home`), stops them whole (`dark`), or leaves them alone (`whitelisted`, `abroad`)."""


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """Accounts of one role and team, which are made together.

    Parameters
    ----------
    role, team : str
        As the truth file names them; the crowd has the role `ordinary` and no team.
    language : str
        What they write, a key of `LEXICONS`; empty for the mixture of the crowd.
    zone_h : float, optional
        Hours ahead of UTC at which all of them live; drawn by language if left out.
    per_day : float64 array of (size,)
        Everyday posts a day, which everybody writes like an ordinary account; nought
        for machines. For planted accounts this is their camouflage.
    created_ms : int64 array of (size,)
        When each was made, in milliseconds since the world began, so below nought.
    first_day, last_day : int64 arrays of (size,)
        Days, both inclusive, on which each acts at all: sleepers wake late, purged
        accounts end early.
    connection : str
        What a blackout does to them.
    note : str
        What their public profile says of them, such as the club; empty for nothing.
    client : str
        The program that they post with; empty for that of anybody.
    """

    role: str
    team: str = ""
    language: str = ""
    zone_h: float | None = None
    per_day: Real
    created_ms: Int
    first_day: Int
    last_day: Int
    connection: Connection = "home"
    note: str = ""
    client: str = ""

    def __len__(self) -> int:
        return len(self.per_day)


class Stage(Protocol):
    """What there is to see on a day of a world, for whoever acts in it.

    Attributes
    ----------
    day, days : int
        The day, from 0, and how many there are.
    weekday : int
        Of the day in UTC, Monday being 0.
    community : int64 array of (accounts,)
        Where each account of the world is at home.
    language : str array of (accounts,)
        What each writes.
    board : Originals
        Posts of the last two days and of the whole of this one, by time.
    """

    day: int
    days: int
    weekday: int
    community: Int
    language: NDArray[np.str_]
    board: Originals

    def rng(self, part: str) -> np.random.Generator:
        """Return random numbers of a part's own for this day."""
        ...

    def new_posts(self, at_ms: Int) -> Int:
        """Return ids for posts at these times, never twice the same."""
        ...

    def popular(self, language: str, at_ms: Int, rng: np.random.Generator) -> Int:
        """Return for each moment the row of a recent, much noticed post of the board.

        The more fitness and the younger, the likelier; -1 where there is none.
        """
        ...


class Troupe(Protocol):
    """Accounts that do something beside their everyday life: a team, a club, bots."""

    def cohorts(self) -> list[Cohort]:
        """Return the accounts that it needs; they get codes in this order."""
        ...

    def cast(self, members: list[Int]) -> None:
        """Learn the account codes of each of its cohorts."""
        ...

    def originals(self, stage: Stage) -> Originals:
        """Return posts of the day of which others may learn; the board lacks them."""
        ...

    def deeds(self, stage: Stage) -> Deeds:
        """Return what is done on orders of the day; the board has its originals.

        Orders are given on this day; what follows from them may lie on the next.
        """
        ...
