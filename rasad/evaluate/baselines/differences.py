"""Where and why Rasad's own numbers differ from another tool's, in this data."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from rasad.evaluate.baselines.codes import NONE
from rasad.evaluate.baselines.coortweet import Participation, rows_in_pairs
from rasad.evaluate.baselines.coortweet_network import Network
from rasad.evaluate.baselines.shares import Shares, repeats
from rasad.evaluate.baselines.toolkit import DirectedNetwork

MILLISECONDS = 1e11
"""Beyond this, seconds since 1970 lie after the year 5100."""


def coortweet_differences(
    network: Network,
    min_participation: int,
    participation: Participation = "shipped",
) -> list[str]:
    """Say where Rasad's numbers differ from CooRTweet's.

    Parameters
    ----------
    network : Network
        What was found.
    min_participation, participation
        What was asked for.

    Returns
    -------
    list of str
        One sentence or more for each difference; what the network does not show is
        left out.
    """
    layer = network.full
    said = [
        "Weight: CooRTweet counts rows of post pairs, so two posts with two common "
        "objects weigh 2 and six posts around one weigh 6. Rasad counts objects, posts "
        "and pairs apart.",
        _participation(network, min_participation, participation),
    ]
    if len(layer):
        wrong = int((layer.edge_symmetry_score != layer.true_symmetry).sum())
        said.append(
            "Symmetry: CooRTweet compares older with newer posts, whoever's they are. "
            f"{wrong:,} of {_edges(len(layer))} here {_have(wrong)} another "
            "true_symmetry, which compares the two accounts."
        )
        said.append(_threshold(layer.weight))
    return said


def rows_sentence(table: Shares, dropped: bool) -> str | None:
    """Say how many rows repeat another or lack an object, if there are any.

    Parameters
    ----------
    table : Shares
        The table as it was read.
    dropped : bool
        Whether those rows were left out.
    """
    again, lacking = int(repeats(table).sum()), int((table.object == NONE).sum())
    if not again + lacking:
        return None
    found = (
        f"Rows: {again:,} {'row repeats' if again == 1 else 'rows repeat'} another, "
        f"{lacking:,} {'lacks' if lacking == 1 else 'lack'} an object. "
    )
    if dropped:
        return found + "They are left out here; CooRTweet itself counts them."
    return found + (
        "CooRTweet counts both towards participation, and a repeated row in every pair "
        "of its post. --drop-duplicates leaves them out."
    )


def time_sentence(time_s: NDArray[np.float64], window_s: float) -> str | None:
    """Say that times look like milliseconds, if they do.

    Examples
    --------
    >>> time_sentence(np.array([1.6e9]), 10)
    >>> time_sentence(np.array([1.6e12]), 10)[:44]
    'All times are above 100,000,000,000, as mill'
    """
    times = time_s[np.isfinite(time_s)]
    if not len(times) or times.min() <= MILLISECONDS:
        return None
    return (
        "All times are above 100,000,000,000, as milliseconds since 1970 are. The tool "
        f"reads seconds, so a window of {window_s:g} holds {window_s:g} milliseconds "
        "of them; divide the times by 1,000 if that is not meant."
    )


def toolkit_differences(
    made: DirectedNetwork, *, loops: bool = False, min_edge_weight: int = 1
) -> list[str]:
    """Say where Rasad's numbers differ from the toolkit's.

    Parameters
    ----------
    made : DirectedNetwork
        What was found.
    loops : bool
        Whether loops were kept.
    min_edge_weight : int
        What was asked for.

    Returns
    -------
    list of str
        One sentence or more for each difference.
    """
    return [
        "Weight: the toolkit counts the distinct messages of the source that met one "
        "of the target, so an edge may weigh 1 one way and 6 the other. Rasad's edges "
        "have no direction and count objects, posts of either side and pairs apart.",
        *_nothing_shared(made),
        *([_loops(made, min_edge_weight)] if loops else []),
        "Threshold: the toolkit keeps edges from a fixed weight on. Rasad compares "
        "each pair with what chance would give these accounts.",
    ]


def _participation(network: Network, least: int, participation: Participation) -> str:
    rows = rows_in_pairs(network.pairs)[network.full.accounts]
    few = int((rows < least).sum())
    counted = (
        f"{few:,} of {_accounts(len(rows))} here {_have(few)} fewer than {least:,} "
        "rows whose post is in a pair"
    )
    if participation == "documented":
        said = (
            "a pair is kept when both sides take part often enough, counted once; what "
            f"is left out then is not counted again. {counted}."
        )
    else:
        said = (
            "CooRTweet keeps a pair when either side takes part often enough. "
            f"{counted}"
            + ("; --participation documented asks it of both sides." if few else ".")
        )
    return (
        f"Participation: {said} Rasad tests a pair when both accounts have "
        "coaction.min_objects objects in the trace."
    )


def _threshold(weight: NDArray[np.int64]) -> str:
    least = int((weight == 1).sum())
    middle, high = np.quantile(weight, [0.5, 0.95])
    same = (
        f", and the 0.5 and the 0.95 quantile are both {middle:g}, so that they mark "
        "the same edges"
        if middle == high
        else ""
    )
    return (
        "Threshold: CooRTweet marks weights above a quantile of all weights. "
        f"{least:,} of {_edges(len(weight))} here {_weigh(least)} 1{same}. Rasad "
        "compares each pair with what chance would give these accounts."
    )


def _nothing_shared(made: DirectedNetwork) -> Iterator[str]:
    if made.kind in ("co_link", "co_tweet") and made.pairs:
        nothing = "the empty link" if made.kind == "co_link" else "the empty text"
        pairs = "pair" if made.pairs == 1 else "pairs"
        share = "shares" if made.empty_pairs == 1 else "share"
        yield (
            f"Empty: {made.empty_pairs:,} of {made.pairs:,} {pairs} here {share} "
            f"nothing but {nothing}. Rasad takes no link and no text as nothing shared."
        )
    if made.kind == "co_post":
        yield (
            "Nothing shared: this network asks for time alone, which Rasad takes for "
            "chance."
        )


def _loops(made: DirectedNetwork, least: int) -> str:
    more = made.loops_in_1_5_2
    return (
        "Loops: the toolkit's release 1.5.2 lets a message meet itself, so that every "
        f"account with at least {max(least, 1):,} of these messages has a loop, which "
        f"weighs as many messages as it has: {_accounts(more)} more than here. Here, "
        "as in the toolkit's later code, a message meets only others."
    )


def _accounts(count: int) -> str:
    return f"{count:,} account{'' if count == 1 else 's'}"


def _edges(count: int) -> str:
    return f"{count:,} edge{'' if count == 1 else 's'}"


def _have(count: int) -> str:
    return "has" if count == 1 else "have"


def _weigh(count: int) -> str:
    return "weighs" if count == 1 else "weigh"
