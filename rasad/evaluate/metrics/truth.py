"""What is known about accounts: who is operated, by which team, and who is benign."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rasad.errors import ImportFormatError, RasadError
from rasad.evaluate.contest import Codes
from rasad.evaluate.metrics.ranking import Bool

OPERATOR = "operator"
ORDINARY = "ordinary"
UNLABELLED = ""
"""The role of an account of which the truth says nothing."""

LABELS = ("label", "coordinated")
"""Columns of files that only say 1 for operated and 0 for not known to be."""

Row = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True)
class Truth:
    """The truth about accounts; equally long lists.

    Parameters
    ----------
    accounts : list of str
        Names, each once.
    role : str array of (n,)
        `operator`, `ordinary`, empty where nothing is known; every other role is that
        of a benign decoy, such as `fan`.
    team : str array of (n,)
        With whom an account acts: `operation/team` for operators, the instance for
        decoys, empty for ordinary accounts.
    teams_known : bool
        Whether `team` says anything; real worlds only say who is operated.
    """

    accounts: list[str]
    role: NDArray[np.str_]
    team: NDArray[np.str_]
    teams_known: bool = True

    def __len__(self) -> int:
        return len(self.accounts)

    @cached_property
    def operated(self) -> Bool:
        """Accounts of operators."""
        return np.asarray(self.role == OPERATOR)

    @cached_property
    def ordinary(self) -> Bool:
        """Accounts of the crowd."""
        return np.asarray(self.role == ORDINARY)

    @cached_property
    def known(self) -> Bool:
        """Accounts of which anything is known."""
        return np.asarray(self.role != UNLABELLED)

    @cached_property
    def benign(self) -> Bool:
        """Decoys: accounts that act together in the open."""
        return self.known & ~self.operated & ~self.ordinary

    @cached_property
    def campaign(self) -> NDArray[np.str_]:
        """Operation of each account: its team's name up to the first slash."""
        names, at = np.unique(self.team, return_inverse=True)
        return np.array([name.split("/")[0] for name in names.tolist()], np.str_)[at]

    @cached_property
    def team_code(self) -> Codes:
        """Number of the team of each operated account, -1 for all others."""
        return _codes(self.team, self.operated)[0]

    @cached_property
    def campaign_code(self) -> Codes:
        """Number of the operation of each operated account, -1 for all others.

        Where no teams are known, all operated accounts count as one operation.
        """
        return _codes(self.campaign, self.operated)[0]

    @cached_property
    def campaigns(self) -> list[str]:
        """Names of the operations by their number."""
        return _codes(self.campaign, self.operated)[1]

    @cached_property
    def teams(self) -> list[str]:
        """Names of the teams by their number."""
        return _codes(self.team, self.operated)[1]

    @cached_property
    def decoy_code(self) -> Codes:
        """Number of the benign instance of each decoy, -1 for all others."""
        return _codes(self._instance, self.benign)[0]

    @cached_property
    def decoys(self) -> list[str]:
        """Names of the benign instances by their number."""
        return _codes(self._instance, self.benign)[1]

    @property
    def block(self) -> Codes:
        """Team or benign instance, to be drawn anew as a whole; -1 for none."""
        if not self.teams_known:
            return np.full(len(self), -1)
        teams = len(self.teams)
        return np.where(self.benign, teams + self.decoy_code, self.team_code)

    @property
    def _instance(self) -> NDArray[np.str_]:
        return np.where(self.team == "", self.role, self.team)

    def aligned(self, accounts: list[str]) -> Truth:
        """Return what is known about these accounts, in their order.

        Parameters
        ----------
        accounts : list of str
            Names as a case has them, such as `generic:7f3a`; a truth that has no
            platforms is asked for `7f3a`.

        Raises
        ------
        RasadError
            If none of the accounts is in the truth, or two of them are the same there.

        Examples
        --------
        >>> truth = Truth(accounts=["b", "a"], role=np.array(["operator", "ordinary"]),
        ...     team=np.array(["x/1", ""]))
        >>> truth.aligned(["generic:a", "generic:b", "generic:c"]).role.tolist()
        ['ordinary', 'operator', '']
        """
        place = {name: row for row, name in enumerate(self.accounts)}
        at = np.array([_place(name, place) for name in accounts], np.int64)
        seen = at[at >= 0]
        if len(accounts) and len(place) and not len(seen):
            raise RasadError(
                f"None of the {len(accounts)} accounts, such as {accounts[0]!r}, is in "
                f"the truth, which names accounts such as {self.accounts[0]!r}",
                "give the truth of this world",
            )
        if len(np.unique(seen)) < len(seen):
            raise RasadError(
                "Two accounts are one and the same in the truth",
                "name accounts in the truth with their platform",
            )
        return Truth(
            accounts=accounts,
            role=_picked(self.role, at),
            team=_picked(self.team, at),
            teams_known=self.teams_known,
        )


def _place(name: str, place: dict[str, int]) -> int:
    return place.get(name, place.get(name.partition(":")[2], -1))


def _picked(values: NDArray[np.str_], at: Codes) -> NDArray[np.str_]:
    return np.append(values, "")[at]  # -1, not in the truth, takes the empty text


def _codes(names: NDArray[np.str_], where: Bool) -> tuple[Codes, list[str]]:
    code = np.full(len(names), -1)
    known, code[where] = np.unique(names[where], return_inverse=True)
    return code, known.tolist()


def read_truth(path: Path) -> Truth:
    """Read a truth file.

    Parameters
    ----------
    path : pathlib.Path
        CSV with columns `account`, `role` and `team`, or with `account` and `label` (or
        `coordinated`), which is 1 or 0. Other columns are left aside.

    Raises
    ------
    ImportFormatError
        If columns are missing, a label is neither 0 nor 1, or an account has no name or
        occurs twice.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        columns = list(reader.fieldnames or [])
        read = _row_reader(path, columns)
        rows = list(_checked(path, map(read, reader)))
    accounts, role, team = zip(*rows, strict=True) if rows else ((), (), ())
    return Truth(
        accounts=list(accounts),
        role=np.array(role, np.str_),
        team=np.array(team, np.str_),
        teams_known="team" in columns,
    )


def _row_reader(path: Path, columns: list[str]) -> Callable[[dict[str, str]], Row]:
    """Return what makes account, role and team of a row of the file."""
    if {"account", "role", "team"} <= set(columns):
        return lambda row: (row["account"], row["role"], row["team"])
    label = next((name for name in LABELS if name in columns), None)
    if "account" not in columns or label is None:
        raise ImportFormatError(
            f"{path} has the columns {', '.join(columns) or '(none)'}",
            "give a truth file with account,role,team or with account,label",
        )
    roles = {"0": ORDINARY, "1": OPERATOR}
    return lambda row: (row["account"], roles.get(row[label], ""), "")


def _checked(path: Path, rows: Iterator[Row]) -> Iterator[Row]:
    seen = set()
    for number, row in enumerate(rows, start=2):
        if not all(isinstance(cell, str) for cell in row) or not row[0] or not row[1]:
            raise ImportFormatError(
                f"Row {number} of {path} lacks a name, a role or a label of 0 or 1",
                "mend the row",
            )
        if row[0] in seen:
            raise ImportFormatError(
                f"Row {number} of {path} names {row[0]!r} a second time",
                "keep one row per account",
            )
        seen.add(row[0])
        yield row
