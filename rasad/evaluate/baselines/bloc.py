"""Nwala and others 2023: accounts whose behaviour spells the same words."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

import numpy as np

from rasad.evaluate.baselines.answers import components
from rasad.evaluate.baselines.bloc_strings import Strings, strings
from rasad.evaluate.baselines.cosine import (
    CANDIDATES,
    Rows,
    above_quantile,
    common,
    counted,
    smooth_idf,
    survey,
    tf_idf,
)
from rasad.evaluate.baselines.similarity_network import outcome
from rasad.evaluate.contest import CannotJudge, Outcome, Shown


@dataclass(frozen=True, kw_only=True)
class Bloc:
    """Words of acts, pauses and contents, compared by TF-IDF cosine.

    Parameters
    ----------
    least_acts : int
        Posts without which an account's string says too little.
    least_accounts : int
        Words of fewer accounts are not compared.
    kept_quantile : float
        Of the positive cosines; what reaches it is an edge.

    Notes
    -----
    The language has signs for acts (r repost, p reply, T any other post), for pauses of
    a minute and more in seven sizes, and for what a post holds (H hashtags, U link, m
    mention, t text). Words are the acts between two pauses, the pauses themselves, and
    the contents of a post. The paper tells friends from strangers and knows pictures,
    quotes and edits of the profile; actions do not say these, and the list of hashtags
    of a post is one H. A post that feeds no trace is not seen.

    The paper's figures are for classifiers that are taught with labels. Here an account
    scores by its nearest neighbour's cosine; edges are the top 0.5 % of all pairs, the
    share that the same laboratory takes for other traces, and groups the connected
    components. That is the label-free default, not the paper's. So are the ten posts.
    """

    name: str = "bloc"
    title: str = "Behavioural words, nearest neighbour"
    paper: str = (
        "Nwala et al., EPJ Data Science 2023, doi 10.1140/epjds/s13688-023-00410-9"
    )
    needs_time: bool = True
    least_acts: int = 10
    least_accounts: int = 2
    kept_quantile: float = 0.995

    def judge(self, shown: Shown) -> Outcome:
        """Judge a world.

        Raises
        ------
        CannotJudge
            If it has no times, nobody posts enough, or it is too large.
        """
        spelt = strings(shown)
        if spelt is None:
            raise CannotJudge("It reads pauses between posts, and this world has none.")
        rows = self._weighed(spelt)
        known = survey(rows)
        edges = above_quantile(rows, self.kept_quantile, known)
        score = np.full(shown.n_accounts, np.nan)
        score[rows.account] = known.nearest
        return outcome(score, edges, components(edges, shown.n_accounts))

    def _weighed(self, spelt: Strings) -> Rows:
        enough = spelt.acts >= self.least_acts
        if (n := int(enough.sum())) < 2:
            raise CannotJudge(
                f"It compares accounts with at least {self.least_acts} posts, and this "
                f"world has {n}."
            )
        if (pairs := n * (n - 1) // 2) > CANDIDATES:
            raise CannotJudge(
                f"It would compare all {pairs:,} pairs of accounts; at most "
                f"{CANDIDATES:,} can be."
            )
        words = [found for found, use in zip(spelt.words(), enough, strict=True) if use]
        code: dict[str, int] = {}
        item = [code.setdefault(word, len(code)) for word in chain(*words)]
        account = np.repeat(spelt.account[enough], [len(found) for found in words])
        rows = common(counted(account, np.array(item, np.int64)), self.least_accounts)
        return tf_idf(rows, smooth_idf)
