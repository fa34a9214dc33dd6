"""Accounts as strings of what they do and how long they pause, in the BLOC language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rasad.evaluate.baselines.shown_traces import (
    HASHTAGS,
    LINK,
    MENTION,
    OBJECT,
    REPLY,
    REPOST,
    TEXT,
    timed,
    trace,
)
from rasad.evaluate.contest import Codes, Real, Shown

ACTION = {"r": REPOST, "p": REPLY}
"""Acts that are a post each; what else is posted is a T."""

CONTENT = {"H": HASHTAGS, "U": LINK, "m": MENTION, "t": TEXT}
"""What a post holds, in the order in which it is spelt."""

PAUSES = "\u25a1\u2680\u2681\u2682\u2683\u2684\u2685"
"""An empty square, then the six faces of a die: the longer the pause, the more dots."""

PAUSE_S = (60.0, 300.0, 3600.0, 86_400.0, 604_800.0, 2_628_000.0, 31_540_000.0)
"""From how many seconds on each of them stands; a shorter pause has no sign."""

_WORD = re.compile(rf"[^{PAUSES}]+|[{PAUSES}]")
_RUN = re.compile(r"(.)\1{3,}")


@dataclass(frozen=True, kw_only=True)
class Strings:
    """What accounts with a time did, in order.

    Parameters
    ----------
    account : int64 array of (n,)
        Accounts, ascending.
    acts : int64 array of (n,)
        How many posts each made.
    action : list of str
        Acts, with pauses between them.
    content : list of list of str
        What the posts hold that hold something, one word each.
    """

    account: Codes
    acts: Codes
    action: list[str]
    content: list[list[str]]

    def words(self) -> Iterator[list[str]]:
        """Yield the words of each account: acts between pauses, pauses, contents.

        Notes
        -----
        A sign that stands four times or more in a row stands three times with a plus,
        so that ten and eleven reposts in a row are one word.
        """
        for action, content in zip(self.action, self.content, strict=True):
            found = _WORD.findall(folded(action))
            found += map(folded, content)
            yield found


def folded(text: str) -> str:
    """Shorten runs of four or more equal signs.

    Examples
    --------
    >>> folded("rrrrrTTT")
    'rrr+TTT'
    """
    return _RUN.sub(r"\1\1\1+", text)


def pauses(gap_s: Real) -> NDArray[np.str_]:
    """Return the sign of each pause.

    Examples
    --------
    >>> signs = pauses(np.array([59.0, 60.0, 86_400.0 + 5]))
    >>> [PAUSES.find(sign) if sign else None for sign in signs]
    [None, 0, 3]
    """
    signs = np.array(["", *PAUSES])
    found: NDArray[np.str_] = signs[np.searchsorted(PAUSE_S, gap_s, "right")]
    return found


def strings(shown: Shown) -> Strings | None:
    """Spell what every account did; None if nothing has a time.

    Notes
    -----
    Actions say which account did what at what time, but not which of them are one
    post. So each repost and each reply is a post, and everything else that an account
    did at one moment is one more, or belongs to the reply if there is one. Of many
    equal signs at one moment four are spelt, which are folded as any more would be.
    """
    moments = _moments(shown)
    if moments is None:
        return None
    account, time_s, counts = moments
    plain = (counts["r"] == 0) & (counts["p"] == 0)
    spelt = np.char.add(_spelt(counts, ACTION), np.where(plain, "T", ""))
    new = np.flatnonzero(np.diff(account, prepend=-1) != 0)
    between = pauses(np.diff(time_s, prepend=time_s[0]))
    between[new] = ""
    pieces = np.char.add(between, spelt).tolist()
    held = _spelt(counts, CONTENT).tolist()
    stops = [*new[1:].tolist(), len(account)]
    spans = list(zip(new.tolist(), stops, strict=True))
    acts = counts["r"] + counts["p"] + plain
    return Strings(
        account=account[new],
        acts=np.add.reduceat(acts, new),
        action=["".join(pieces[start:stop]) for start, stop in spans],
        content=[[word for word in held[start:stop] if word] for start, stop in spans],
    )


def _spelt(counts: dict[str, Codes], signs: Iterable[str]) -> NDArray[np.str_]:
    word = np.zeros(len(counts["r"]), "U1")
    for sign in signs:
        word = np.char.add(word, np.char.multiply(sign, np.minimum(counts[sign], 4)))
    return word


def _moments(shown: Shown) -> tuple[Codes, Real, dict[str, Codes]] | None:
    """Count the actions of each kind at each moment of an account."""
    named = {**ACTION, **CONTENT, "o": OBJECT}
    found = {sign: timed(trace(shown, names)) for sign, names in named.items()}
    layers = {sign: layer for sign, layer in found.items() if layer is not None}
    if not layers:
        return None
    account = np.concatenate([layer.account for layer in layers.values()])
    time_s = np.concatenate([layer.time_s for layer in layers.values()])
    order = np.lexsort((time_s, account))
    new = (np.diff(account[order], prepend=-1) != 0) | (
        np.diff(time_s[order], prepend=np.nan) != 0
    )
    place = np.empty(len(order), np.int64)
    place[order] = np.cumsum(new) - 1
    counts, begin = {}, 0
    for sign in named:
        rows = len(layers[sign]) if sign in layers else 0
        counts[sign] = np.bincount(place[begin : begin + rows], minlength=new.sum())
        begin += rows
    return account[order][new], time_s[order][new], counts
