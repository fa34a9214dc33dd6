"""A reference crowd in population, first actions and pairs: it counts, and is apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from exports.small_case import fill
from null_models.test_opportunity import actions_of

from network.worlds import people_rows, trace_of
from rasad.config import Coaction, Settings
from rasad.extend import TraceActions
from rasad.kernels.measures import DAY_US
from rasad.network.compared import (
    EVERYBODY,
    NONE_LEFT,
    UNLIKE,
    compared_with,
    crowd_warnings,
)
from rasad.network.first_actions import both
from rasad.network.halves import TracePairs
from rasad.network.ladder import served
from rasad.network.pair_tests import fit_nulls, meetings, of_case
from rasad.network.population import (
    FEWEST_ALIKE,
    CodedTrace,
    Population,
    population,
)
from rasad.network.reference import coded_crowd, to_the_minute
from rasad.store.duckdb import DuckDBStore

SETTINGS = Settings()
START = datetime(2024, 3, 5)
N_CASE, N = 40, 100
"""Accounts of the case, which come first here, and all accounts."""

CROWD = np.arange(N) >= N_CASE


@cache
def world() -> TracePairs:
    """Return people of a case and of a crowd, who act on things of their own."""
    case = people_rows(1, N_CASE, objects=60, audience=20)
    crowd = people_rows(2, N - N_CASE, objects=60, audience=20)
    crowd = [(1000 + thing, second, N_CASE + who) for thing, second, who in crowd]
    trace = trace_of(case + crowd, N)
    return replace(trace, actions=replace(trace.actions, reference=CROWD))


def listed(actions: TraceActions) -> list[tuple[int, int, int]]:
    columns = actions.account, actions.object, actions.time_us
    return list(zip(*(column.tolist() for column in columns), strict=True))


# --- actions of some -----------------------------------------------------------------


def test_some_of_the_actions_keep_their_order_and_everything_of_accounts() -> None:
    actions = world().actions
    kept = actions.object % 3 == 0
    some = actions.where(kept)
    assert listed(some) == [row for row in listed(actions) if row[1] % 3 == 0]
    for name in ("eligible", "stratum", "reference"):
        assert getattr(some, name) is getattr(actions, name)
    # What is known of the places of all actions must not be taken for those of some.
    start, order = some.by_account
    assert start[-1] == len(some.account) == len(order)


def test_the_crowd_s_actions_are_those_of_its_accounts_and_everybody_s_without() -> (
    None
):
    actions = world().actions
    crowd = actions.crowd
    assert listed(crowd) == [row for row in listed(actions) if row[0] >= N_CASE]
    assert crowd.reference is None
    assert crowd.crowd is crowd
    everybody = replace(actions, reference=None)
    assert everybody.crowd is everybody


def test_the_crowd_alone_keeps_its_actions_posts_halves_and_pairs() -> None:
    trace = world()
    able = np.arange(N) % 2 == 0
    alone = trace.crowd_alone(able)
    rows = [
        (row, int(post), bool(half))
        for row, post, half in zip(
            listed(trace.actions), trace.post, trace.half, strict=True
        )
        if row[0] >= N_CASE
    ]
    assert rows == [
        (row, int(post), bool(half))
        for row, post, half in zip(
            listed(alone.actions), alone.post, alone.half, strict=True
        )
    ]
    assert alone.actions.reference is None
    assert np.flatnonzero(alone.actions.eligible).tolist() == list(range(N_CASE, N, 2))
    for name in ("pairs", "several"):
        (whole,), (own,) = getattr(trace, name), getattr(alone, name)
        pairs = list(zip(*(side.tolist() for side in own), strict=True))
        assert pairs == [
            pair
            for pair in zip(*(side.tolist() for side in whole), strict=True)
            if min(pair) >= N_CASE
        ]
        assert 0 < len(pairs) < len(whole[0])
    assert (alone.number, alone.windows_s) == (trace.number, trace.windows_s)
    assert alone.crowd_alone(able) is alone


def test_what_a_crowd_acts_on_is_never_what_the_case_acts_on() -> None:
    case = actions_of([(o, o, a) for o in range(4) for a in (0, 1)], [0] * 4)
    crowd = actions_of([(o, o, a) for o in range(4) for a in (2, 3)], [0] * 4)
    people = Population(
        accounts=pa.array("abcd"),
        hashes=np.zeros(4, np.uint64),
        stratum=np.zeros(4, np.int32),
        strata=("x",),
        reference=np.array([False, False, True, True]),
    )
    together = case.beside(crowd, people.reference)
    assert together.object.dtype == np.int32
    assert together.object.tolist() == np.repeat(np.arange(8), 2).tolist()
    assert together.reference is people.reference
    nothing = case.where(np.zeros(8, np.bool_)).beside(crowd, people.reference)
    assert listed(nothing) == listed(crowd)


def test_pairs_of_case_and_crowd_stand_window_by_window_the_case_s_first() -> None:
    def side(*accounts: int) -> Any:
        return np.array(accounts, np.int32)

    case = ((side(0), side(1)), (side(0, 0), side(1, 2)))
    crowd = ((side(3), side(4)), (side(), side()))
    found = [[part.tolist() for part in pairs] for pairs in both(case, crowd)]
    assert found == [[[0, 3], [1, 4]], [[0, 0], [1, 2]]]


# --- both nulls ----------------------------------------------------------------------


@pytest.mark.parametrize("shuffled", [False, True])
def test_nulls_return_only_pairs_of_the_case_in_the_order_given(shuffled: bool) -> None:
    trace = world()
    first, second = trace.pairs[0]
    if shuffled:
        order = np.random.default_rng(3).permutation(len(first))
        first, second = first[order], second[order]
    fit = fit_nulls(trace.actions, 60, first, second, SETTINGS, 1, 21_600)
    own = first < N_CASE
    assert 0 < own.sum() < len(own)
    assert fit.pairs.first.tolist() == first[own].tolist()
    assert fit.pairs.second.tolist() == second[own].tolist()
    alone = replace(trace.actions.where(trace.actions.account < N_CASE), reference=None)
    observed, sessions = meetings(alone, 60, first[own], second[own], 1)
    assert fit.observed.tolist() == observed.tolist()
    assert fit.sessions.tolist() == sessions.tolist()
    tests = fit.tests(1)
    for name in ("expected", "p_value", "share"):
        assert len(getattr(tests, name)) == int(own.sum())
    assert tests.expected.min() > 0


def test_a_case_in_which_nobody_co_acts_has_no_pair_to_test_beside_a_crowd() -> None:
    trace = world()
    first, second = trace.pairs[0]
    crowd = first >= N_CASE
    fit = fit_nulls(trace.actions, 60, first[crowd], second[crowd], SETTINGS, 1, 21_600)
    assert len(fit.key) == len(fit.tests(1).p_value) == 0


def test_who_is_tested_is_everybody_without_a_crowd() -> None:
    actions = world().actions
    account = np.array([0, N_CASE, 3, N - 1], np.int32)
    assert account[of_case(actions, account)].tolist() == [0, 3]
    everybody = replace(actions, reference=None)
    assert account[of_case(everybody, account)].tolist() == account.tolist()


# --- population ----------------------------------------------------------------------


def store_of(*posts: tuple[str, str]) -> DuckDBStore:
    """Return a store of posts, given as account and language."""
    store = DuckDBStore(None)
    rows = [
        {
            "post": f"p{n}",
            "platform": account.split(":")[0],
            "account": account,
            "kind": "post",
            "created_at": START + timedelta(seconds=n),
            "precision": "s",
            "language": language,
            "record": f"r{n}",
            "current": True,
        }
        for n, (account, language) in enumerate(posts)
    ]
    fill(store, "post", rows)
    actions = [
        {
            "account": row["account"],
            "verb": "link",
            "object": f"link:{n % 3}",
            "acted_at": row["created_at"],
            "post": row["post"],
            "precision": "s",
        }
        for n, row in enumerate(rows)
    ]
    fill(store, "action", actions)
    return store


def test_an_account_of_both_is_the_case_s() -> None:
    case = store_of(("x:a", "fa"), ("x:c", "fa"))
    crowd = store_of(("x:b", "en"), ("x:c", "en"), ("x:d", "en"))
    people = population(case, 0.01, crowd)
    assert people.accounts.to_pylist() == ["x:a", "x:b", "x:c", "x:d"]
    assert people.reference.tolist() == [False, True, False, True]
    assert people.n_tested == 2
    named = [people.strata[code] for code in people.stratum]
    assert named == ["fa x x", "other", "fa x x", "other"]


@pytest.mark.parametrize("alike", [FEWEST_ALIKE - 1, FEWEST_ALIKE])
def test_accounts_of_a_language_that_few_of_the_crowd_have_are_counted(
    alike: int,
) -> None:
    case = store_of(("x:a", "fa"), ("x:b", "fa"), ("x:c", "en"))
    others = [(f"x:fa{n}", "fa") for n in range(alike)]
    people = population(case, 0.01, store_of(*others, ("x:d", "ru")))
    assert people.n_alone == (3 if alike < FEWEST_ALIKE else 1)
    assert population(case, 0.01).n_alone == 0


def test_codes_follow_the_bytes_of_ids_across_case_and_crowd() -> None:
    # In UTF-16 the face sorts before the last letter, in UTF-8 after it.
    ids = ["x:Z", "x:a", "x:é", "x:س", "x:\uffee", "x:\U0001f600", "x:9007199254740993"]
    case = store_of(*((name, "fa") for name in ids[::2]))
    crowd = store_of(*((name, "fa") for name in ids[1::2]))
    people = population(case, 0.01, crowd)
    assert people.accounts.to_pylist() == sorted(ids, key=str.encode)
    crowd_ids = people.accounts.filter(pa.array(people.reference)).to_pylist()
    assert set(crowd_ids) == set(ids[1::2])
    alone = population(case, 0.01)
    both_hashes = dict(
        zip(people.accounts.to_pylist(), people.hashes.tolist(), strict=True)
    )
    for name, number in zip(
        alone.accounts.to_pylist(), alone.hashes.tolist(), strict=True
    ):
        assert both_hashes[name] == number


def test_without_a_crowd_nobody_is_reference() -> None:
    people = population(store_of(("x:a", "fa"), ("x:b", "fa")), 0.01)
    assert people.reference.dtype == np.bool_
    assert not people.reference.any()
    assert people.n_tested == 2


def test_a_crowd_of_which_everybody_is_in_the_case_leaves_nobody() -> None:
    case = store_of(("x:a", "fa"), ("x:b", "fa"))
    people = population(case, 0.01, store_of(("x:b", "en")))
    assert people.accounts.to_pylist() == ["x:a", "x:b"]
    assert not people.reference.any()


def test_of_the_crowd_s_tables_only_the_crowd_s_accounts_are_read() -> None:
    case = store_of(("x:b", "fa"), ("x:e", "fa"))
    crowd = store_of(("x:a", "en"), ("x:b", "en"), ("x:c", "en"), ("x:b", "en"))
    people = population(case, 0.01, crowd)
    coded = coded_crowd(crowd, "link", people)
    assert coded is not None
    names = [people.accounts[code].as_py() for code in coded.account.tolist()]
    assert sorted(names) == ["x:a", "x:c"]
    sizes = {len(coded.object), len(coded.post), len(coded.time_us)}
    assert sizes == {len(coded.account)}
    assert coded_crowd(crowd, "text", people) is None


def test_times_are_cut_to_the_minute_before_1970_too() -> None:
    second = 1_000_000
    times = np.array([-1, 0, 59 * second, 60 * second, 61 * second - 1, -61 * second])
    coded = CodedTrace(
        account=np.zeros(6, np.int32),
        object=np.zeros(6, np.int32),
        post=np.zeros(6, np.int32),
        time_us=times,
        n_objects=1,
        n_posts=1,
        n_repeated=0,
        precisions={"s": 6},
        prints=np.zeros(1, np.uint64),
        object_hash=np.zeros(1, np.uint64),
        post_hash=np.zeros(1, np.uint64),
    )
    cut = to_the_minute(coded).time_us // second
    assert cut.tolist() == [-60, 0, 0, 60, 60, -120]


@pytest.mark.parametrize(
    ("case", "crowd", "windows"),
    [
        ({"s": 9}, None, [10, 60, 600, 3600]),
        ({"s": 9}, {"ms": 9}, [10, 60, 600, 3600]),
        ({"s": 9}, {"min": 1, "s": 99}, [10, 60, 600, 3600]),
        ({"s": 9}, {"hour": 9}, [3600]),
        ({"s": 9}, {"day": 9}, []),
        ({"min": 9}, {"s": 9}, [0, 60, 600, 3600]),
        ({"min": 9}, {"min": 9}, [0, 60, 600, 3600]),
        ({"min": 9}, {"hour": 9}, [0, 3600]),
        ({"day": 9}, {"s": 9}, []),
    ],
)
def test_a_window_is_computed_where_the_times_of_both_serve_it(
    case: dict[str, int], crowd: dict[str, int] | None, windows: list[int]
) -> None:
    reasons, found = served(case, crowd, Coaction())
    assert found == windows
    assert {10, 60, 600, 3600} - set(windows) == set(reasons)


# --- what is said --------------------------------------------------------------------


def people_of(stratum: list[int], reference: list[bool]) -> Population:
    return Population(
        accounts=pa.array([f"x:{n:05}" for n in range(len(stratum))]),
        hashes=np.zeros(len(stratum), np.uint64),
        stratum=np.array(stratum, np.int32),
        strata=tuple(f"s{n}" for n in range(max(stratum) + 1)),
        reference=np.array(reference),
    )


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["b"], "1,200 accounts of the background (b)"),
        (["b", "a", "c"], "1,200 accounts of the background (b, a, c)"),
        (list("bacd"), "1,200 accounts of the background (b, a, c and 1 more file)"),
        (list("bacde"), "1,200 accounts of the background (b, a, c and 2 more files)"),
    ],
)
def test_a_run_says_how_many_accounts_of_which_files_it_compared_with(
    names: list[str], said: str
) -> None:
    people = people_of([0] * 1300, [False] * 100 + [True] * 1200)
    files = [{"name": name} for name in names]
    assert compared_with(people, files, compared=True) == said


def test_a_run_does_not_say_that_it_compared_with_nobody() -> None:
    people = people_of([0] * 3, [False] * 3)
    assert compared_with(people, [], compared=True) == EVERYBODY
    said = compared_with(people, [{"name": "back.csv"}], compared=True)
    assert said.startswith(EVERYBODY)
    assert "back.csv" in said
    one = people_of([0] * 3, [False, False, True])
    said = compared_with(one, [{"name": "b"}], compared=True)
    assert said == "1 account of the background (b)"
    said = compared_with(one, [{"name": "b"}], compared=False)
    assert said == f"{EVERYBODY}; the background (b) did nothing of the kind"


def without_crowd() -> TracePairs:
    return replace(world(), actions=replace(world().actions, reference=None))


def test_a_crowd_of_which_nobody_is_left_is_named() -> None:
    people = people_of([0] * N, [False] * N)
    assert crowd_warnings(people, [without_crowd()]) == [NONE_LEFT]


@pytest.mark.parametrize("alone", [0, 10])
def test_accounts_with_hardly_anybody_like_them_in_the_crowd_are_named(
    alone: int,
) -> None:
    people = replace(people_of([0] * N, CROWD.tolist()), n_alone=alone)
    said = crowd_warnings(people, [world()])
    assert said[0] == UNLIKE
    few = [text for text in said if "of a language and platform" in text]
    assert len(few) == bool(alone)
    assert all(text.startswith("10 accounts of the case") for text in few)


@pytest.mark.parametrize(("days", "share"), [(0, None), (30, "100%"), (-9_000, "100%")])
def test_days_without_crowd_are_said_where_they_are_many(
    days: int, share: str | None
) -> None:
    actions = world().actions
    moved = actions.time_us + np.where(CROWD[actions.account], days * DAY_US, 0)
    trace = replace(world(), actions=replace(actions, time_us=moved))
    said = crowd_warnings(people_of([0] * N, CROWD.tolist()), [trace])
    found = [text for text in said if "on days on which" in text]
    assert [text.split()[2] for text in found] == ([share] if share else [])


def test_a_trace_in_which_the_crowd_did_nothing_is_named() -> None:
    alone = without_crowd()
    said = crowd_warnings(people_of([0] * N, CROWD.tolist()), [world(), alone])
    assert [text for text in said if "did nothing of the kind" in text] == [
        f"Trace {alone.name}: the background did nothing of the kind, so the accounts "
        "of the case are compared with each other."
    ]
