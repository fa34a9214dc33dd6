"""Tables whose header comes after a preamble, such as the name of a report.

A preamble cannot be guessed: a short first row may as well be a damaged table. It is
only looked for where a known format has one, and the header is the row that holds all
the columns by which that format is known.
"""

from __future__ import annotations

from collections.abc import Sequence

from rasad.importers.cells import plain_name

MOST_ROWS = 50
"""Rows in which the header must be."""

BRANDWATCH = ("query id", "query name", "full text", "thread entry type", "page type")
MELTWATER = ("hit sentence", "influencer", "alternate date format", "tweet id")
MELTWATER_LATER = ("hit sentence", "document id", "author handle", "source domain")
CROWDTANGLE_FB = ("facebook id", "post created", "total interactions", "final link")
CROWDTANGLE_IG = ("account", "user name", "post created", "photo")
TOR_RELAYS = ("date", "country", "users", "lower", "upper", "frac")
TOR_BRIDGES = ("date", "country", "users", "frac")

SIGNATURES = (
    *(BRANDWATCH, MELTWATER, MELTWATER_LATER),
    *(CROWDTANGLE_FB, CROWDTANGLE_IG),
    *(TOR_RELAYS, TOR_BRIDGES),
)
"""Columns of formats that may have a preamble, as `plain_name` gives them."""


def header_row(rows: Sequence[Sequence[str]]) -> int:
    """Return the place of the header among the first rows; blank rows are left out.

    It is the first row, unless a later one holds a signature and every row before it
    has fewer filled cells than the signature: no record looks like a preamble.

    Examples
    --------
    >>> header_row([["Report:", "All"], ["X", *map(str.title, BRANDWATCH)]])
    1
    >>> header_row([["a", "b"], ["1", "2"]])
    0
    """
    most_filled = 0
    for place, cells in enumerate(rows):
        names = {plain_name(cell) for cell in cells}
        found = [one for one in SIGNATURES if names.issuperset(one)]
        if found:
            return place if most_filled < min(map(len, found)) else 0
        most_filled = max(most_filled, sum(bool(name) for name in names))
    return 0
