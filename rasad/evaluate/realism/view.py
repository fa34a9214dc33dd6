"""A set of posts as columns of numbers: what moments are taken from.

A simulated world and a real file become the same columns. What a set cannot tell is
named in `lacks` with the reason, and whatever would need it is not computed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]
Real = NDArray[np.float64]
Bool = NDArray[np.bool_]

POST, REPOST, QUOTE, REPLY = range(4)
"""Codes of the kinds of posts."""

UNKNOWN = -1
"""Stands for a time or a number that a set does not give."""

SECOND_US = 1_000_000
DAY_US = 86_400 * SECOND_US

NEEDS: dict[str, str] = {
    "activity": "every post of an account is there",
    "kinds": "which posts repost",
    "replies": "which posts reply",
    "quotes": "which posts quote",
    "links": "which posts hold a link",
    "tags": "which posts hold a hashtag",
    "every_tag": "all uses of each hashtag",
    "domains": "where links lead",
    "texts": "what posts say",
    "every_text": "all posts that could be copies of one another",
    "created": "on which day accounts were made",
    "originals": "when a reposted post was written",
    "objects": "who reposted what, and when",
    "audience": "everybody of the set who reposted something, not a sample",
    "every_object": "everything that was reposted, not a sample of it",
}
"""What a moment may need of a set, in words."""


class Trace(NamedTuple):
    """Who acted on what: equally long int64 arrays; times in microseconds."""

    account: Codes
    object: Codes
    time_us: Codes

    def at(self, rows: Bool | Codes) -> Trace:
        """Return some of the rows."""
        return Trace._make(column[rows] for column in self)


@dataclass(frozen=True, kw_only=True)
class View:
    """Posts of one side of a world or of a real set, by account and time.

    Parameters
    ----------
    account, time_us, kind : int64 arrays of (posts,)
        Account code, microseconds since 1970 UTC, kind.
    linked, tagged : bool arrays of (posts,)
        The post is its author's own and holds a link, a hashtag.
    text : sequence of str
        Each own post's text in the form for matching, empty where there is none.
    original_us : int64 array of (posts,)
        When the reposted post was written, `UNKNOWN` where nobody can tell.
    created_us : int64 array of (accounts,)
        When each account was made, or `UNKNOWN`.
    source : int64 array of (posts,)
        What the set is a sample of, and what a bootstrap draws: accounts, or cascades
        where a set was collected cascade by cascade.
    person : int64 array of (accounts,)
        Which person an account code stands for; several codes do where a set was cut
        into stretches.
    stretch : int64 array of (accounts,)
        The stretch an account code belongs to, 0 where nothing was cut.
    traces : mapping of str to Trace
        `repost`, `tag` and `domain`, as far as there are any.
    first_us, last_us : int
        First moment of the set, and the first moment after it.
    grain_us : int
        How exact times are.
    lacks : mapping of str to str
        Keys of `NEEDS` that the set cannot give, and why, for people.
    days : float
        Length of the set, or of a stretch.
    whole : View, optional
        The same before it was cut.
    """

    account: Codes
    time_us: Codes
    kind: Codes
    linked: Bool
    tagged: Bool
    text: Sequence[str]
    original_us: Codes
    created_us: Codes
    source: Codes
    person: Codes
    stretch: Codes
    traces: Mapping[str, Trace]
    first_us: int
    last_us: int
    grain_us: int
    days: float
    lacks: Mapping[str, str] = field(default_factory=dict)
    whole: View | None = None

    @property
    def n_accounts(self) -> int:
        """How many account codes there are."""
        return len(self.person)

    def __len__(self) -> int:
        return len(self.account)

    def missing(self, needs: Sequence[str]) -> str:
        """Return why something cannot be computed; empty if it can.

        Examples
        --------
        >>> empty_view().missing(["kinds"])
        'there are no posts'
        """
        if not len(self):
            return "there are no posts"
        return next((self.lacks[need] for need in needs if need in self.lacks), "")


def empty_view() -> View:
    """Return a view of nothing.

    Examples
    --------
    >>> len(empty_view())
    0
    """
    none, no = np.zeros(0, np.int64), np.zeros(0, np.bool_)
    return View(
        account=none,
        time_us=none,
        kind=none,
        linked=no,
        tagged=no,
        text=(),
        original_us=none,
        created_us=none,
        source=none,
        person=none,
        stretch=none,
        traces={},
        first_us=0,
        last_us=0,
        grain_us=1,
        days=0.0,
    )


def rounded(view: View, grain_us: int) -> View:
    """Return a view whose times are cut to a coarser grain, as another set has them.

    Parameters
    ----------
    view : View
        Not cut into stretches.
    grain_us : int
        Microseconds; a finer grain than the view's changes nothing.
    """
    if grain_us <= view.grain_us:
        return view
    traces = {
        name: trace._replace(time_us=_floor(trace.time_us, grain_us))
        for name, trace in view.traces.items()
    }
    return replace(
        view,
        time_us=_floor(view.time_us, grain_us),
        original_us=_floor(view.original_us, grain_us),
        traces=traces,
        grain_us=grain_us,
    )


def _floor(time_us: Codes, grain_us: int) -> Codes:
    known = time_us != UNKNOWN
    return np.where(known, time_us // grain_us * grain_us, UNKNOWN)


def cut(view: View, days: int) -> View:
    """Cut a long set into stretches as long as a world, to be looked at as one each.

    Accounts and objects of different stretches count apart. What is left over at the
    end is dropped, unless there is nothing else.

    Parameters
    ----------
    view : View
        At least one stretch long, or it stays as it is.
    days : int
        Length of a stretch.
    """
    length = days * DAY_US
    n_stretches = (view.last_us - view.first_us) // length
    if n_stretches < 1:
        return view
    at = (view.time_us - view.first_us) // length
    kept = np.flatnonzero(at < n_stretches)
    codes, account = np.unique(
        view.account[kept] * n_stretches + at[kept], return_inverse=True
    )
    person, stretch = np.divmod(codes, n_stretches)
    return View(
        account=account.astype(np.int64),
        time_us=view.time_us[kept],
        kind=view.kind[kept],
        linked=view.linked[kept],
        tagged=view.tagged[kept],
        text=[view.text[row] for row in kept.tolist()] if len(view.text) else (),
        original_us=view.original_us[kept],
        created_us=view.created_us[person],
        source=view.source[kept],
        person=view.person[person],
        stretch=stretch,
        traces={
            name: _cut_trace(trace, view, codes, length, int(n_stretches))
            for name, trace in view.traces.items()
        },
        first_us=view.first_us,
        last_us=view.first_us + int(n_stretches) * length,
        grain_us=view.grain_us,
        days=float(days),
        lacks=view.lacks,
        whole=view,
    )


def _cut_trace(
    trace: Trace, view: View, codes: Codes, length: int, n_stretches: int
) -> Trace:
    at = (trace.time_us - view.first_us) // length
    inside = at < n_stretches
    kept, at = trace.at(inside), at[inside]
    account = np.searchsorted(codes, kept.account * n_stretches + at)
    objects = np.unique(kept.object * n_stretches + at, return_inverse=True)[1]
    return Trace(account, objects.astype(np.int64), kept.time_us)


def persons(view: View) -> Codes:
    """Return the person behind each post."""
    return view.person[view.account]
