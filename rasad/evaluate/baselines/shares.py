"""CooRTweet's long table, and the rows of it that repeat others or lack an object."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rasad.evaluate.baselines.codes import NONE, Ints


@dataclass(frozen=True, kw_only=True)
class Shares:
    """CooRTweet's long table: one row for each account, object and post.

    Parameters
    ----------
    object, account, content : int32, shape (n,)
        Codes in the order of the texts' code points; -1 where there is none.
    time_s : float64, shape (n,)
        Seconds; NaN where there is none.
    objects, accounts, contents : list of str
        The text of each code.
    missing : bool
        Whether what is missing has a code of its own, which is 0, instead of -1.
    """

    object: Ints
    account: Ints
    content: Ints
    time_s: NDArray[np.float64]
    objects: list[str]
    accounts: list[str]
    contents: list[str]
    missing: bool = False

    def of_rows(self, rows: Ints | NDArray[np.bool_]) -> Shares:
        """Return some rows, as places or as marks; codes stay what they are."""
        return replace(
            self,
            object=self.object[rows],
            account=self.account[rows],
            content=self.content[rows],
            time_s=self.time_s[rows],
        )


def with_missing(shares: Shares) -> Shares:
    """Give what is missing a code of its own, before all others, as R sorts it.

    Examples
    --------
    >>> from rasad.evaluate.baselines.rival_files import ShareTable
    >>> table = ShareTable()
    >>> table.add(None, "a", "post", 0.0)
    >>> named = with_missing(table.finished())
    >>> named.objects, named.accounts
    (['NA'], ['NA', 'a'])
    """
    columns = (shares.object, shares.account, shares.content)
    if not any((codes == NONE).any() for codes in columns):
        return shares
    return replace(
        shares,
        object=shares.object + 1,
        account=shares.account + 1,
        content=shares.content + 1,
        objects=["NA", *shares.objects],
        accounts=["NA", *shares.accounts],
        contents=["NA", *shares.contents],
        missing=True,
    )


def repeats(shares: Shares) -> NDArray[np.bool_]:
    """Tell which rows with an object repeat an earlier one in all four columns.

    Examples
    --------
    >>> from rasad.evaluate.baselines.rival_files import ShareTable
    >>> table = ShareTable()
    >>> for item in ("link", None, None, "link"):
    ...     table.add(item, "a", "post", 0.0)
    >>> repeats(table.finished())
    array([False, False, False,  True])
    """
    # Adding 0 makes -0.0 equal to 0.0; missing times are equal as they stand.
    moment = (shares.time_s + 0.0).view(np.int64)
    order = np.lexsort((moment, shares.content, shares.account, shares.object))
    ahead, behind = order[:-1], order[1:]  # of equal rows the first comes first
    same = moment[behind] == moment[ahead]
    for codes in (shares.content, shares.account, shares.object):
        same &= codes[behind] == codes[ahead]
    again = np.zeros(len(order), np.bool_)
    again[behind[same]] = True
    again &= shares.object != NONE
    return again


def without_duplicates(shares: Shares) -> Shares:
    """Leave out rows that repeat another, and rows without an object."""
    return shares.of_rows((shares.object != NONE) & ~repeats(shares))
