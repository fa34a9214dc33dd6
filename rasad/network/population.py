"""Who could act: the accounts of a case as codes, and the strata they belong to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from rasad.kernels.interning import add_fingerprints
from rasad.network.interning import TextInterner
from rasad.network.pruning import labels
from rasad.schema import PRECISION_US
from rasad.store.sql import Store

POOLED = "other"
NOT_STATED = "generic"
"""Platform of accounts of a table that states none."""

FEWEST_ALIKE = 20
"""Accounts of a crowd below which a language and platform has no rates of its own."""

MOST_STRATA = 12
"""More strata leave too few actions per bin and stratum to read a rate off."""

ACCOUNTS = """
    SELECT account, platform, md5_number_lower(account) AS hash,
      coalesce(split_part(lower(language), '-', 1), 'und') AS language
    FROM (
      SELECT account, platform, language, count(*) AS n FROM post WHERE current
      GROUP BY ALL
    )
    QUALIFY row_number() OVER (
      PARTITION BY account ORDER BY language IS NULL, n DESC, language, platform
    ) = 1
    ORDER BY account
"""


@dataclass(frozen=True, kw_only=True)
class Population:
    """Every account that posted, by code; codes follow the ids' UTF-8 bytes.

    A reference crowd belongs to it. An account of both is one of the case.

    Parameters
    ----------
    accounts : pyarrow.Array
        Ids, sorted; an account's code is its place.
    hashes : uint64 array of n
        A hash of each id that does not depend on who else is in the case.
    stratum : int32 array of n
        Stratum of each account.
    strata : tuple of str
        Name of each stratum: `language x platform`, the rare ones pooled.
    reference : bool array of n
        Marks the accounts of the reference crowd; none where there is no crowd.
    n_alone : int
        Accounts of the case whose language and platform hardly anybody of the crowd
        has, fewer than `FEWEST_ALIKE`; 0 where there is no crowd.
    """

    accounts: pa.Array
    hashes: NDArray[np.uint64]
    stratum: NDArray[np.int32]
    strata: tuple[str, ...]
    reference: NDArray[np.bool_]
    n_alone: int = 0

    @property
    def n_tested(self) -> int:
        """Accounts of the case itself."""
        return len(self.accounts) - int(self.reference.sum())


def population(
    store: Store, stratum_share: float, crowd: Store | None = None
) -> Population:
    """Read the accounts of a case and put each into a stratum.

    Parameters
    ----------
    store : Store
        The tables.
    stratum_share : float
        Share of accounts below which a stratum is pooled with the other rare ones.
    crowd : Store, optional
        The tables of a reference crowd.
    """
    table = _with_crowd(store.arrow(ACCOUNTS), crowd.arrow(ACCOUNTS) if crowd else None)
    named = pc.binary_join_element_wise(table["language"], table["platform"], " x ")
    encoded = named.combine_chunks().dictionary_encode()
    names, places = encoded.dictionary.to_pylist(), encoded.indices.to_numpy()
    reference = np.asarray(table["reference"].to_numpy(), np.bool_)
    # The case decides: its language is not pooled because few of the crowd have it.
    every = np.bincount(places, minlength=len(names))
    others = np.bincount(places[reference], minlength=len(names))
    own = every - others
    strata = _frequent(names, own, stratum_share)
    code = {name: place for place, name in enumerate(strata)}
    pooled = code.get(POOLED, 0)
    codes = np.array([code.get(name, pooled) for name in names], np.int32)
    return Population(
        accounts=table["account"].combine_chunks(),
        hashes=table["hash"].to_numpy().astype(np.uint64),
        stratum=codes[places],
        strata=strata,
        reference=reference,
        n_alone=int(own[others < FEWEST_ALIKE].sum()) if reference.any() else 0,
    )


def _with_crowd(own: pa.Table, crowd: pa.Table | None) -> pa.Table:
    """Add the accounts of a crowd that are none of the case's, and say which.

    Where one of the two does not state platforms, platforms make no strata.
    """
    own = own.append_column("reference", pa.array([False] * len(own), pa.bool_()))
    if crowd is None:
        return own
    known = pc.is_in(crowd["account"], value_set=own["account"].combine_chunks())
    others = crowd.filter(pc.invert(known))
    others = others.append_column(
        "reference", pa.array([True] * len(others), pa.bool_())
    )
    both = pa.concat_tables([own, others]).sort_by("account")
    if {NOT_STATED} not in (_platforms(own), _platforms(others)):
        return both
    nowhere = pa.array([NOT_STATED] * len(both))
    return both.set_column(both.column_names.index("platform"), "platform", nowhere)


def _platforms(accounts: pa.Table) -> set[str]:
    return set(accounts["platform"].unique().to_pylist())


def _frequent(
    names: list[str], counts: NDArray[np.int64], share: float
) -> tuple[str, ...]:
    """Return the strata to keep, sorted; the pooled one, where needed, is last."""
    least = share * int(counts.sum())
    enough = [(-n, name) for name, n in zip(names, counts, strict=True) if n >= least]
    kept = [name for n, name in sorted(enough) if n]
    if len(kept) == len(names) <= MOST_STRATA:
        return tuple(sorted(kept))
    return (*sorted(kept[: MOST_STRATA - 1]), POOLED)


@dataclass(frozen=True, kw_only=True)
class CodedTrace:
    """The actions of one trace as codes, in no particular order.

    Parameters
    ----------
    account, object, post : int32 arrays of m
        Codes; `account` is a place in the population.
    time_us : int64 array of m
        Microseconds since 1970 UTC.
    n_objects, n_posts : int
        Distinct objects and posts.
    n_repeated : int
        Actions left out because their post stands under another account too.
    precisions : dict of str to int
        Actions by time precision.
    prints : uint64 array of n
        For each account of the population, a number that changes with its actions.
    object_hash : uint64 array of n_objects
        A hash of each object's id, whatever else the case holds.
    post_hash : uint64 array of n_posts
        A hash of each post's id, the same in every trace.
    """

    account: NDArray[np.int32]
    object: NDArray[np.int32]
    post: NDArray[np.int32]
    time_us: NDArray[np.int64]
    n_objects: int
    n_posts: int
    n_repeated: int
    precisions: dict[str, int]
    prints: NDArray[np.uint64]
    object_hash: NDArray[np.uint64]
    post_hash: NDArray[np.uint64]

    def objects_per_account(self, n_accounts: int) -> NDArray[np.int64]:
        """Return the number of distinct objects of each account, shape (n,)."""
        pairs = np.unique(self.account.astype(np.int64) * self.n_objects + self.object)
        return np.bincount(pairs // max(self.n_objects, 1), minlength=n_accounts)


# Two releases of an archive can hash the author of one post differently. Taken for two
# accounts, they would act together to the millisecond. Rows of a bare table have no
# post of their own to go by.
ACTIONS = """
    SELECT account, object, epoch_us(acted_at) AS time_us, post
    FROM action WHERE verb = $verb
    QUALIFY verb = 'object' OR row_number() OVER (
      PARTITION BY object, post, acted_at, split_part(account, ':', 1)
      ORDER BY account
    ) = 1
"""
PRECISIONS = """
    SELECT precision, count(*) AS n,
      count(*) FILTER (epoch_us(acted_at) % 60000000 = 0) AS min,
      count(*) FILTER (epoch_us(acted_at) % 3600000000 = 0) AS hour,
      count(*) FILTER (epoch_us(acted_at) % 86400000000 = 0) AS day
    FROM action WHERE verb = $verb
    GROUP BY precision ORDER BY precision
"""
ROUNDED = 0.5
"""Share of times on whole minutes (hours, days) above which they were rounded."""

Part = tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]
"""Codes of accounts and objects, times, and codes of posts."""

NO_ROWS: Part = (
    np.empty(0, np.int32),
    np.empty(0, np.int32),
    np.empty(0, np.int64),
    np.empty(0, np.int32),
)

SPLIT_KEY = 0x7261_7361_64
"""Key of the hashes that divide posts into halves; another one divides otherwise."""

FEWEST_TIMES = 20
"""Times below which nobody can tell whether they were rounded."""


def coded_trace(store: Store, verb: str, people: Population, key: int) -> CodedTrace:
    """Read the actions of one trace as codes, batch by batch.

    Parameters
    ----------
    key : int
        Key of the accounts' fingerprints; the same key gives the same.
    """
    objects, posts = TextInterner(), TextInterner()
    parts: list[Part] = [
        (
            _places(batch["account"], people),
            objects.codes(batch["object"].cast(pa.large_string())),
            # A view of one column would hold on to the ids beside it.
            np.array(batch["time_us"].to_numpy()),
            posts.codes(batch["post"].cast(pa.large_string())),
        )
        for batch in store.stream(ACTIONS, verb=verb)
    ]
    objects.seal()
    posts.seal()
    account, object, time_us, post = _joined(parts)
    prints = np.zeros(len(people.accounts), np.uint64)
    hashes = objects.hashes(key), posts.hashes(key + 1)
    add_fingerprints(account, object, time_us, post, *hashes, prints)
    n_posts, post_hash = len(posts), posts.hashes(SPLIT_KEY)
    # In a large case the ids take more than all else: they go as soon as they can.
    del hashes, posts
    counted = store.rows(PRECISIONS, verb=verb)
    ranks = _ranks(objects)
    object_hash = np.empty(len(objects), np.uint64)
    object_hash[ranks] = objects.hashes(SPLIT_KEY)
    return CodedTrace(
        account=account,
        object=ranks[object],
        post=post,
        time_us=time_us,
        n_objects=len(objects),
        n_posts=n_posts,
        n_repeated=sum(row["n"] for row in counted) - len(object),
        precisions=true_precisions(counted),
        prints=prints,
        object_hash=object_hash,
        post_hash=post_hash,
    )


def _joined(parts: list[Part]) -> Iterator[NDArray[Any]]:
    """Join the batches of each column, and let go of them one after the other."""
    columns = [list(column) for column in zip(NO_ROWS, *parts, strict=True)]
    parts.clear()
    while columns:
        yield np.concatenate(columns.pop(0))


def _places(accounts: pa.Array, people: Population) -> NDArray[np.int32]:
    found = pc.index_in(accounts, value_set=people.accounts)
    return np.asarray(found.to_numpy(), np.int32)


def _ranks(objects: TextInterner) -> NDArray[np.int32]:
    """Return the place of each object in the order of the ids' UTF-8 bytes."""
    return labels(objects.order().astype(np.int32), len(objects))


def true_precisions(counted: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return the number of times by precision, as they are and not as written.

    Times that were rounded to minutes are mostly written with seconds that are zero.
    Of times written alike, one in sixty lies on a whole minute by chance; where more
    than half do, those were rounded. Hours and days likewise. All times of the trace
    decide, so that no order or division of files changes the answer.

    Parameters
    ----------
    counted : sequence of mappings
        Per written precision: how many times (`n`), and how many of them lie on whole
        minutes (`min`), hours (`hour`) and days (`day`).

    Examples
    --------
    >>> true_precisions([{"precision": "s", "n": 90, "min": 90, "hour": 1, "day": 0}])
    {'min': 90}
    """
    true: dict[str, int] = {}
    for row in counted:
        written, rounded_to, n = row["precision"], _rounded(row), row["n"]
        if rounded_to:
            true[rounded_to] = true.get(rounded_to, 0) + row[rounded_to]
            n -= row[rounded_to]
        if n:
            true[written] = true.get(written, 0) + n
    return true


def _rounded(row: Mapping[str, Any]) -> str | None:
    """Return the coarsest precision to which most times of one kind were rounded."""
    for coarse in ("day", "hour", "min"):
        coarser = PRECISION_US[coarse] > PRECISION_US[row["precision"]]
        if coarser and row["n"] >= FEWEST_TIMES and row[coarse] > ROUNDED * row["n"]:
            return coarse
    return None
