"""The toolkit's six networks: against a plain twin, and what they count wrongly."""

from __future__ import annotations

import time
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluate.plain_toolkit import (
    ACCOUNTS_OF_TEST_INPUT,
    NETWORKS_OF_SAMPLE,
    Cells,
    Weights,
    names_of,
    pairs_behind,
    weights,
)
from rasad.errors import ConfigError
from rasad.evaluate.baselines import toolkit_edges
from rasad.evaluate.baselines.rival_files import MessageTable, read_messages
from rasad.evaluate.baselines.toolkit import (
    KINDS,
    DirectedNetwork,
    Kind,
    Links,
    Messages,
    network,
    summary,
)

ROWS = st.lists(
    st.tuples(
        st.sampled_from([*map(str, range(12))]),
        st.sampled_from(["a", "b", "c", ""]),
        st.just("name"),
        st.sampled_from(["", "", "p", "q"]),
        st.sampled_from(["", "r", "s"]),
        st.sampled_from(
            ["", "@a", "@a @b", "Hello you", "hello  YOU", "hello me", "hello you ."]
        ),
        st.sampled_from(["0", "0.1", "0.3", "1", "10", "10.1", "10.3", "60"]),
        st.sampled_from(["", "u", "u v", "v u", "v  w", "['u', 'v']"]),
    ).map(list),
    max_size=16,
)


def messages_of(rows: list[Cells]) -> Messages:
    table = MessageTable()
    for cells in rows:
        table.add([*cells], float(cells[6]))
    return table.finished()


def found(messages: Messages, made: DirectedNetwork) -> Weights:
    ends = zip(made.source.tolist(), made.target.tolist(), strict=True)
    named = [names_of(messages, *pair) for pair in ends]
    assert named == sorted(named)
    return dict(zip(named, made.weight.tolist(), strict=True))


@settings(max_examples=150, deadline=None)
@given(ROWS, st.sampled_from([0, 10, 10.2, 60]), st.integers(0, 2), st.booleans())
def test_edges_are_those_of_the_plain_twin(
    rows: list[Cells], window: float, least: int, loops: bool
) -> None:
    messages = messages_of(rows)
    for kind in KINDS:
        made = network(messages, kind, window, least, loops=loops, similarity=0.5)
        expected = weights(rows, kind, window, least, loops, similarity=0.5)
        assert found(messages, made) == expected, kind


@settings(max_examples=50, deadline=None)
@given(ROWS)
def test_edges_do_not_depend_on_how_pairs_are_laid_out(rows: list[Cells]) -> None:
    messages = messages_of(rows)
    with pytest.MonkeyPatch.context() as patch:
        for kind in KINDS:
            whole = network(messages, kind, 60, 1)
            patch.setattr("rasad.evaluate.baselines.windows.BLOCK", 2)
            parts = network(messages, kind, 60, 1)
            patch.undo()
            assert found(messages, parts) == found(messages, whole)
            assert (parts.pairs, parts.empty_pairs) == (whole.pairs, whole.empty_pairs)


def row(message: int, user: str, **cells: str) -> Cells:
    names = ("repost", "reply", "text", "time", "urls")
    repost, reply, text, second, urls = (cells.get(name, "") for name in names)
    return [str(message), user, user, repost, reply, text, second or "0", urls]


def made_of(
    rows: list[Cells], kind: Kind, min_document_size: float = 1
) -> DirectedNetwork:
    messages = messages_of(rows)
    return network(messages, kind, 10, 1, min_document_size=min_document_size)


def test_weights_are_distinct_messages_of_the_source() -> None:
    rows = [row(n, "a", repost="p", time=str(n)) for n in range(6)]
    rows.append(row(9, "b", repost="p", time="3"))
    made = made_of(rows, "co_retweet")
    assert found(messages_of(rows), made) == {("a", "b"): 6, ("b", "a"): 1}
    assert made.pairs == 6


def test_pairs_are_those_behind_the_edges_that_are_kept() -> None:
    """Twice a meets b, once c; only from a to b is the edge heavy enough."""
    rows = [row(n, "a", repost="p", time=str(n)) for n in (0, 1)]
    rows += [row(2, "b", repost="p"), row(3, "a", repost="q"), row(4, "c", repost="q")]
    messages = messages_of(rows)
    assert network(messages, "co_retweet", 10, 1).pairs == 3
    made = network(messages, "co_retweet", 10, 2)
    assert (found(messages, made), made.pairs) == ({("a", "b"): 2}, 2)
    assert network(messages, "co_retweet", 10, 3).pairs == 0


@settings(max_examples=60, deadline=None)
@given(ROWS, st.integers(0, 3), st.booleans())
def test_pairs_are_those_of_the_plain_twin(
    rows: list[Cells], least: int, loops: bool
) -> None:
    """Of times that doubles hold: others may be seen from one side of the window."""
    held = {"0.1": "0.5", "0.3": "0.75", "10.1": "10.5", "10.3": "10.75"}
    rows = [[*cells[:6], held.get(cells[6], cells[6]), cells[7]] for cells in rows]
    messages = messages_of(rows)
    for kind in KINDS:
        made = network(messages, kind, 10, least, loops=loops, similarity=0.5)
        expected = pairs_behind(rows, kind, 10, least, loops, similarity=0.5)
        assert made.pairs == expected, kind


def test_times_at_the_ends_of_the_doubles_give_no_warning() -> None:
    rows = [
        row(n, "ab"[n], repost="p", time=t) for n, t in enumerate(["1e308", "-1e308"])
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(network(messages_of(rows), "co_retweet", 1e308, 1)) == 0


def test_posts_without_links_share_the_empty_link() -> None:
    made = made_of([row(1, "a"), row(2, "b")], "co_link")
    assert (len(made), made.pairs, made.empty_pairs) == (2, 1, 1)
    real = made_of([row(1, "a", urls="u"), row(2, "b", urls="u")], "co_link")
    assert (len(real), real.pairs, real.empty_pairs) == (2, 1, 0)


def test_a_pair_with_two_common_links_is_one_pair() -> None:
    made = made_of([row(1, "a", urls="u v"), row(2, "b", urls="v u")], "co_link")
    assert (made.pairs, made.weight.tolist()) == (1, [1, 1])


def test_replies_of_mentions_alone_are_the_same_text() -> None:
    made = made_of([row(1, "a", text="@x"), row(2, "b", text="@y @z")], "co_tweet")
    assert (len(made), made.empty_pairs) == (2, 1)


def test_a_repeated_message_id_is_dropped_and_its_links_are_not() -> None:
    rows = [
        row(1, "a", repost="p"),
        row(1, "a", repost="q"),
        row(2, "b", repost="q"),
    ]
    assert len(made_of(rows, "co_retweet")) == 0
    rows = [row(1, "a", urls="u"), row(1, "c", urls="v"), row(2, "b", urls="v")]
    linked = found(messages_of(rows), made_of(rows, "co_link"))
    assert linked == {("b", "c"): 1, ("c", "b"): 1}


def test_reposts_belong_to_two_networks_only() -> None:
    same = {"repost": "p", "reply": "r", "text": "same", "urls": "u"}
    rows = [row(1, "a", **same), row(2, "b", **same)]
    with_edges = [kind for kind in KINDS if len(made_of(rows, kind))]
    assert with_edges == ["co_retweet", "co_post"]


def test_empty_texts_are_like_no_other_where_the_toolkit_fails() -> None:
    rows = [row(1, "a", text=""), row(2, "b", text="@x")]
    assert len(made_of(rows, "co_similar_tweet", min_document_size=0)) == 0


def test_short_texts_are_like_no_other() -> None:
    rows = [row(1, "a", text="two words"), row(2, "b", text="words two")]
    assert len(made_of(rows, "co_similar_tweet", min_document_size=2)) == 2
    assert len(made_of(rows, "co_similar_tweet", min_document_size=3)) == 0


def test_a_message_does_not_meet_itself() -> None:
    rows = [row(1, "a", repost="p"), row(2, "b", repost="q"), row(3, "b", repost="q")]
    made = network(messages_of(rows), "co_retweet", 10, 1, loops=True)
    assert found(messages_of(rows), made) == {("b", "b"): 2}


def test_loops_that_another_release_would_add_are_counted() -> None:
    rows = [row(n, "a", repost="p", time=str(20 * n)) for n in (0, 1)]
    rows += [row(2, "b", repost="q"), row(3, "b", repost="q"), row(4, "c", repost="q")]
    messages = messages_of(rows)
    more = [
        network(messages, "co_retweet", 10, least, loops=True).loops_in_1_5_2
        for least in (0, 1, 2, 3)
    ]
    assert more == [2, 2, 1, 0]
    assert network(messages, "co_retweet", 10, 1).loops_in_1_5_2 == 0


def test_nothing_gives_an_empty_network() -> None:
    for kind in KINDS:
        made = made_of([row(1, "a")], kind)
        assert summary(made) == dict.fromkeys(summary(made), 0)


# --- size ----------------------------------------------------------------------------


def crowd(count: int, step_s: float) -> Messages:
    code = np.arange(count, dtype=np.int32)
    names = [f"{n:07}" for n in range(count)]
    none = code[:0]
    return Messages(
        message=code,
        user=code,
        repost=np.zeros(count, np.int32),
        reply=np.full(count, -1, np.int32),
        time_s=code.astype(np.float64) * step_s,
        names=names,
        texts=names,
        users=names,
        urls=[],
        links=Links(message=none, user=none, url=none, time_s=np.zeros(0)),
    )


def test_a_popular_post_that_is_reposted_slowly_costs_next_to_nothing() -> None:
    messages = crowd(64_000, 60.0)
    begun = time.perf_counter()
    made = network(messages, "co_retweet", 10, 1)
    assert time.perf_counter() - begun < 1
    assert len(made) == 0


def test_a_burst_gives_every_pair_in_both_directions() -> None:
    made = network(crowd(500, 0.001), "co_retweet", 10, 1)
    assert (made.pairs, len(made)) == (500 * 499 // 2, 500 * 499)


def test_too_many_edges_are_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toolkit_edges, "MOST_EDGES", 1_000)
    with pytest.raises(ConfigError, match="more than 1,000 edges"):
        network(crowd(100, 0.001), "co_retweet", 10, 1)


# --- parity --------------------------------------------------------------------------


@pytest.mark.data
@pytest.mark.parametrize(
    ("window", "least", "loops", "accounts"), ACCOUNTS_OF_TEST_INPUT
)
def test_accounts_of_the_toolkits_test_input(
    window: int, least: int, loops: bool, accounts: int, shared_data: Path
) -> None:
    messages = read_messages([shared_data / "parity" / "qut_coretweet_test_input.csv"])
    made = network(messages, "co_retweet", window, least, loops=loops)
    assert summary(made)["accounts"] == accounts


MINUTE = {
    ("uid0", "uid0"): 2,
    ("uid0", "uid1"): 2,
    ("uid1", "uid0"): 1,
    ("uid10", "uid10"): 2,
    ("uid2", "uid3"): 1,
    ("uid3", "uid2"): 1,
    ("uid4", "uid5"): 2,
    ("uid5", "uid4"): 2,
}
SECOND = {("uid0", "uid0"): 2, ("uid4", "uid5"): 1, ("uid5", "uid4"): 1}


@pytest.mark.data
@pytest.mark.parametrize(("window", "expected"), [(60, MINUTE), (1, SECOND)])
def test_edges_of_the_toolkits_test_input(
    window: int, expected: Weights, shared_data: Path
) -> None:
    messages = read_messages([shared_data / "parity" / "qut_coretweet_test_input.csv"])
    made = network(messages, "co_retweet", window, 1, loops=True)
    assert found(messages, made) == expected
    if window == 60:
        assert len(made) + made.loops_in_1_5_2 == 15  # what release 1.5.2 gives


@pytest.mark.data
@pytest.mark.parametrize(("kind", "edges", "largest", "total"), NETWORKS_OF_SAMPLE)
def test_six_networks_of_the_toolkits_example(
    kind: Kind, edges: int, total: int, largest: int, shared_data: Path
) -> None:
    messages = read_messages([shared_data / "parity" / "qut_sample_data.csv"])
    made = network(messages, kind, 60, 1, similarity=0.9)
    counts = summary(made)
    assert (counts["edges"], counts["sum_weight"]) == (edges, total)
    assert counts["max_weight"] == largest


@pytest.mark.data
@pytest.mark.parametrize(
    ("window", "edges", "accounts"),
    [(10, 1092, 1525), (60, 6206, 3954), (3600, 276_975, 8080)],
)
def test_both_tools_agree_on_reposts(
    window: int, edges: int, accounts: int, shared_data: Path
) -> None:
    """At an hour, seven edges less than CooRTweet: repeated ids are dropped."""
    mapping = {
        "post": "content_id",
        "account": "account_id",
        "repost_of": "object_id",
        "time": "timestamp_share",
    }
    table = shared_data / "parity" / "coortweet_russian.parquet"
    made = network(read_messages([table], mapping), "co_retweet", window, 1)
    counts = summary(made)
    assert (counts["edges"], counts["accounts"]) == (2 * edges, accounts)
    if window == 3600:
        assert made.pairs == 290_955
