"""A world: who acts on what and when, and the truth about each account."""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal, NamedTuple, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

DAY = 86_400
HOUR = 3_600

START = 1_714_953_600
"""Monday, 6 May 2024, 00:00 UTC, in seconds since 1970."""

LANGUAGES = ("en", "fa", "ru", "ar")

Strata = Literal["none", "language", "community"]
STRATA: tuple[Strata, ...] = ("none", "language", "community")
"""What a file says about its accounts beside their actions; in its language column."""

Int = NDArray[np.int64]
Real = NDArray[np.float64]
Bool = NDArray[np.bool_]


class Actions(NamedTuple):
    """Seconds since the world began, and codes of accounts and objects."""

    second: Int
    account: Int
    thing: Int

    def at(self, rows: Int | Bool) -> Actions:
        """Return some of the rows."""
        return Actions(*(column[rows] for column in self))


@dataclass(frozen=True, kw_only=True)
class Accounts:
    """The truth about each account; equally long arrays.

    Parameters
    ----------
    role : str array
        What it is: `ordinary`, or what was planted.
    team : str array
        With whom it was planted; empty for ordinary accounts.
    community : int64 array
        Where its interests lie.
    zone : float64 array
        Hours ahead of UTC.
    early : bool array
        Whether it is told of what its sources publish.
    """

    role: NDArray[np.str_]
    team: NDArray[np.str_]
    community: Int
    zone: Real
    early: Bool

    def __len__(self) -> int:
        return len(self.role)

    @property
    def language(self) -> NDArray[np.str_]:
        """What each account writes; communities speak one language."""
        return np.array(LANGUAGES)[self.community % len(LANGUAGES)]

    def members(self, team: str) -> Int:
        """Return the accounts of a team."""
        return np.flatnonzero(self.team == team)

    def joined(self, other: Self) -> Self:
        """Return these accounts and then the others."""
        columns = {
            item.name: np.concatenate(
                [getattr(self, item.name), getattr(other, item.name)]
            )
            for item in fields(self)
        }
        return type(self)(**columns)


@dataclass(frozen=True, kw_only=True)
class World:
    """First actions in the order of time, and the accounts; codes follow these."""

    seed: int
    days: int
    actions: Actions
    accounts: Accounts

    @property
    def names(self) -> NDArray[np.str_]:
        """The id of each account; their order says nothing about the accounts."""
        number = dice(self.seed, "names").permutation(len(self.accounts))
        return np.array([f"u{each:06d}" for each in number])

    @property
    def next_thing(self) -> int:
        """The first free code of an object."""
        return int(self.actions.thing.max(initial=-1)) + 1

    def with_planted(self, actions: Actions, accounts: Accounts | None = None) -> World:
        """Return the world with more actions, and accounts after those it has."""
        everybody = (
            self.accounts if accounts is None else self.accounts.joined(accounts)
        )
        parts = zip(self.actions, actions, strict=True)
        together = Actions(*(np.concatenate(columns) for columns in parts))
        return World(
            seed=self.seed,
            days=self.days,
            actions=first_actions(together, self.days),
            accounts=everybody,
        )

    def write(self, path: Path, strata: Strata = "none") -> dict[str, str]:
        """Write the actions as Parquet and return the mapping to read them with."""
        names = self.names[self.actions.account]
        columns: dict[str, pa.Array] = {
            "who": pa.array(names),
            "what": pa.array([f"{self.seed}-{x}" for x in self.actions.thing.tolist()]),
            "when": pa.array(START + self.actions.second),
        }
        mapping = {"account": "who", "object": "what", "time": "when"}
        if strata != "none":
            spoken = stratum_names(self.accounts, strata)[self.actions.account]
            columns["spoken"] = pa.array(spoken)
            mapping["language"] = "spoken"
        pq.write_table(pa.table(columns), path)
        return mapping

    def write_truth(self, path: Path) -> None:
        """Write the role and team of every account, by account."""
        truth = self.accounts
        rows = zip(
            self.names.tolist(), truth.role.tolist(), truth.team.tolist(), strict=True
        )
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("account", "role", "team"))
            writer.writerows(sorted(rows))


def dice(seed: int, purpose: str) -> np.random.Generator:
    """Return random numbers of their own for each world and purpose."""
    return np.random.default_rng([seed, *purpose.encode()])


def stratum_names(accounts: Accounts, strata: Strata) -> NDArray[np.str_]:
    """Return the stratum that a file would give each account.

    Who was planted pretends to be of any.
    """
    if strata == "language":
        return accounts.language
    if strata == "community":
        return np.array([f"c{number:02d}" for number in accounts.community.tolist()])
    return np.full(len(accounts), "und")


def first_actions(actions: Actions, days: int) -> Actions:
    """Keep what lies within the days, and of it each account's first on each object.

    Returns
    -------
    Actions
        In the order of time, then account, then object.
    """
    inside = actions.at((actions.second >= 0) & (actions.second < days * DAY))
    ordered = inside.at(np.lexsort((inside.thing, inside.account, inside.second)))
    key = ordered.account * (int(ordered.thing.max(initial=0)) + 1) + ordered.thing
    return ordered.at(np.sort(np.unique(key, return_index=True)[1]))
