"""Where and why Rasad's own numbers differ from another tool's, in this data."""

from __future__ import annotations

from rasad.evaluate.baselines.coortweet_network import Network
from rasad.evaluate.baselines.coortweet_stats import posts_in_pairs
from rasad.evaluate.baselines.toolkit import DirectedNetwork


def coortweet_differences(network: Network, min_participation: int) -> list[str]:
    """Say where Rasad's numbers differ from CooRTweet's.

    Parameters
    ----------
    network : Network
        What was found.
    min_participation : int
        What was asked for.

    Returns
    -------
    list of str
        One sentence or two for each difference.
    """
    layer = network.full
    posts = posts_in_pairs(network.pairs)[layer.accounts]
    few = int((posts < min_participation).sum())
    wrong = int((layer.edge_symmetry_score != layer.true_symmetry).sum())
    least = int((layer.weight == 1).sum())
    return [
        "Weight: CooRTweet counts rows of post pairs, so two posts with two common "
        "objects weigh 2 and six posts around one weigh 6. Rasad counts objects, posts "
        "and pairs apart.",
        "Participation: CooRTweet keeps a pair when either side takes part often "
        f"enough. {few:,} of {len(posts):,} accounts here have fewer than "
        f"{min_participation} posts in the pairs; --participation documented asks it "
        "of both sides. Rasad tests a pair when both accounts have "
        "coaction.min_objects objects in the trace.",
        "Symmetry: CooRTweet compares older with newer posts, whoever's they are. "
        f"{wrong:,} of {len(layer):,} edges here have another true_symmetry, which "
        "compares the two accounts.",
        "Threshold: CooRTweet marks weights above a quantile of all weights. "
        f"{least:,} of {len(layer):,} edges here weigh 1, so most quantiles are the "
        "same. Rasad compares each pair with what chance would give these accounts.",
    ]


def toolkit_differences(made: DirectedNetwork) -> list[str]:
    """Say where Rasad's numbers differ from the toolkit's.

    Parameters
    ----------
    made : DirectedNetwork
        What was found.

    Returns
    -------
    list of str
        One sentence or two for each difference.
    """
    said = [
        "Weight: the toolkit counts the distinct messages of the source that met one "
        "of the target, so an edge may weigh 1 one way and 6 the other. Rasad's edges "
        "have no direction and count objects, posts of either side and pairs apart.",
        "Threshold: the toolkit keeps edges from a fixed weight on. Rasad compares "
        "each pair with what chance would give these accounts.",
    ]
    if made.kind in ("co_link", "co_tweet"):
        nothing = "the empty link" if made.kind == "co_link" else "the empty text"
        said.insert(
            1,
            f"Empty: {made.empty_pairs:,} of {made.pairs:,} pairs here share nothing "
            f"but {nothing}. Rasad takes no link and no text as nothing shared.",
        )
    if made.kind == "co_post":
        said.insert(
            1,
            "Nothing shared: this network asks for time alone, which Rasad takes for "
            "chance.",
        )
    return said
