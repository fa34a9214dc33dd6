"""Worlds of a few rows, and the definitions of similarity spelt out in double loops."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations

import numpy as np

from rasad.evaluate.contest import Layer, Outcome, Shown

Row = tuple[int, int, float]
"""Account, object, seconds."""

Weights = dict[tuple[int, int], float]
"""Weight of each pair of accounts, the smaller code first."""


def layer(rows: Iterable[Row]) -> Layer:
    listed = list(rows)
    items = [item for _, item, _ in listed]
    return Layer(
        account=np.array([who for who, _, _ in listed], np.int64),
        object=np.array(items, np.int64),
        time_s=np.array([time for _, _, time in listed], np.float64),
        n_objects=max(items, default=-1) + 1,
    )


def timeless(pairs: Iterable[tuple[int, int]]) -> Layer:
    return layer((who, item, math.nan) for who, item in pairs)


def world(n_accounts: int, **layers: Layer) -> Shown:
    return Shown(accounts=[f"a{code}" for code in range(n_accounts)], layers=layers)


def random_rows(
    seed: int, n: int, accounts: int, objects: int, last_s: float = 1e5
) -> list[Row]:
    dice = np.random.default_rng([seed, *b"small world"])
    who = dice.integers(0, accounts, n)
    popular = (objects * dice.random(n) ** 2).astype(np.int64)
    time_s = np.floor(dice.random(n) * last_s)
    return list(zip(who.tolist(), popular.tolist(), time_s.tolist(), strict=True))


def weights(found: Outcome) -> Weights:
    pairs = zip(found.first.tolist(), found.second.tolist(), strict=True)
    return dict(zip(pairs, found.weight.tolist(), strict=True))


def plain_cosines(
    documents: Mapping[int, Sequence[object]],
    idf: Callable[[int, int], float],
    sublinear: bool = False,
    least_accounts: int = 1,
) -> Weights:
    """Cosines of TF-IDF by their definition; only the positive ones."""
    held = Counter(word for words in documents.values() for word in set(words))
    vectors = {}
    for who, words in documents.items():
        vector = {
            word: (1 + math.log(count) if sublinear else count)
            * idf(len(documents), held[word])
            for word, count in Counter(words).items()
            if held[word] >= least_accounts
        }
        length = math.sqrt(sum(value**2 for value in vector.values()))
        vectors[who] = {
            word: value / length for word, value in vector.items() if length
        }
    cosines = {}
    for one, two in combinations(sorted(vectors), 2):
        common = vectors[one].keys() & vectors[two].keys()
        value = sum(vectors[one][word] * vectors[two][word] for word in common)
        if round(value, 12) > 0:
            cosines[one, two] = value
    return cosines


def documents(rows: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for who, item in rows:
        found[who].append(item)
    return dict(found)


def plain_smooth(n: int, held: int) -> float:
    return math.log((1 + n) / (1 + held)) + 1


def plain_log2(n: int, held: int) -> float:
    return math.log2(n / held)


def top(cosines: Weights, level: float) -> Weights:
    """Return the pairs that reach a quantile of the weights, as numpy has it."""
    if not cosines:
        return {}
    cut = float(np.quantile(list(cosines.values()), level))
    return {pair: value for pair, value in cosines.items() if value >= cut - 1e-9}
