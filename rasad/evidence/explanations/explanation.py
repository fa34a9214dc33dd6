"""What an innocent explanation is, and how it is held against a group's posts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Verdict = Literal["fits", "does not fit", "insufficient"]
Counts = dict[str, Any]
Weighed = tuple[Verdict, Counts]

MOST = 80
"""Per cent of a group's shared posts, or members, that an explanation must cover."""

FEWEST = 6
"""Shared posts below which nothing is decided: two accounts on three objects."""

FEWEST_OUTSIDERS = 10
"""Outsiders in the data below which nobody can tell what others did."""

LONGEST_NAME = 80
"""Characters of a name taken from a post that counts may show."""


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """An ordinary reason why accounts act together, as a rule that can be checked.

    Parameters
    ----------
    id : str
        Permanent name; a rule that changes its meaning gets another.
    title : str
        Name for people.
    claim : str
        What would be going on.
    question : str
        What is counted.
    fits_when : str
        The rule of decision with its numbers.
    leaves_open : str
        What nobody knows yet where it fits, to be read after *leaves open*. Empty where
        a fit speaks against accounts that are run from one place and hide it.
    """

    id: str
    title: str
    claim: str
    question: str
    fits_when: str
    leaves_open: str = ""


def most(part: int, whole: int) -> bool:
    """Tell whether a part is at least 80 % of a whole that is not empty.

    Examples
    --------
    >>> most(4, 5), most(3, 4), most(0, 0)
    (True, False, False)
    """
    return whole > 0 and 100 * part >= MOST * whole


def by_share(explained: int, unknown: int, whole: int, fewest: int = FEWEST) -> Verdict:
    """Decide by how much of a whole is explained, and how much nobody can tell.

    Parameters
    ----------
    explained, unknown, whole : int
        Posts or members; those that are neither explained nor unknown speak against.
    fewest : int
        Smallest whole that decides anything.

    Examples
    --------
    >>> by_share(9, 0, 10), by_share(5, 4, 10), by_share(5, 0, 10), by_share(2, 0, 2)
    ('fits', 'insufficient', 'does not fit', 'insufficient')
    """
    if whole < fewest:
        return "insufficient"
    if most(explained, whole):
        return "fits"
    return "insufficient" if most(explained + unknown, whole) else "does not fit"
