"""Versions of one post are all kept, act once, and one of them is shown."""

from __future__ import annotations

import random
from typing import Any

import pytest

from rasad.cli.audits import version_lines
from rasad.evidence import analysis
from rasad.exports import case_summary
from rasad.extend import Entry
from rasad.importers import facts
from rasad.importers.facts import batches
from rasad.importers.loading import Loading, stepping_back
from rasad.importers.parts import part_of
from rasad.network.population import coded_trace, population
from rasad.schema import Record
from rasad.store.duckdb import DuckDBStore
from rasad.store.facts import add_facts
from rasad.store.sql import Step
from rasad.store.versions import orphaned_steps
from rasad.traces import TRACES

S = 1_000_000
NOON = 1_700_000_000 * S - 1_700_000_000 * S % (60 * S)
LINK = ("https://example.com/a",)
WORDS = "Words that are long enough to be compared with others."
POSTS = """
    SELECT * EXCLUDE (source_id, line, byte_start, byte_end) FROM post ORDER BY ALL
"""

ACTIONS = "FROM action ORDER BY ALL"


def version(at: int = NOON, **more: Any) -> Record:
    fields: dict[str, Any] = {
        "account": "x:ann",
        "platform": "x",
        "created_at": at,
        "precision": "s",
        "raw_time": "",
        "post": "1",
        "links": LINK,
        "text": WORDS,
    }
    return Record(**fields | more)


def held(records: list[Record], size: int = 100) -> dict[str, list[dict[str, Any]]]:
    """Return the tables after records came in batches of a size."""
    with DuckDBStore(None) as store:
        for begin in range(0, len(records), size):
            _add(store, records[begin : begin + size])
        return {"post": store.rows(POSTS), "action": store.rows(ACTIONS)}


def entries_of(records: list[Record]) -> list[Entry]:
    return [Entry(1, n, n + 1, each) for n, each in enumerate(records)]


def _add(store: DuckDBStore, records: list[Record]) -> None:
    for batch in batches([part_of(entries_of(records))]):
        add_facts(store, batch.tables("source", TRACES))


def shown(records: list[Record]) -> dict[str, Any]:
    """Return the one version that is current."""
    (row,) = [row for row in held(records)["post"] if row["current"]]
    return row


@pytest.mark.parametrize("size", [1, 9])
@pytest.mark.parametrize("turned", [False, True])
def test_captures_that_state_other_times_act_once_at_the_most_exact(
    size: int, turned: bool
) -> None:
    captures = [
        version(NOON, precision="min"),
        version(NOON + 31 * S),
        version(NOON + 32 * S),
        version(NOON - 3600 * S, precision="min"),
    ]
    found = held(captures[::-1] if turned else captures, size)
    assert len(found["post"]) == 4
    links = [row for row in found["action"] if row["verb"] == "link"]
    (link,) = links
    assert (link["acted_at"].second, link["precision"]) == (31, "s")
    assert {row["verb"] for row in found["action"]} == {"link", "domain", "text"}
    assert len(found["action"]) == 3


def test_the_same_id_of_another_account_is_another_post() -> None:
    found = held([version(), version(NOON + S, account="x:bea")])
    assert all(row["current"] for row in found["post"])
    assert len([row for row in found["action"] if row["verb"] == "link"]) == 2


def test_a_link_that_an_edit_added_is_shared_when_that_was_written() -> None:
    both = (*LINK, "https://example.com/b")
    edit = version(NOON + 60 * S, links=both, text=None, edition="2")
    actions = held([edit, version()])["action"]
    links = {row["object"]: row["acted_at"] for row in actions if row["verb"] == "link"}
    assert {name: at.minute - 13 for name, at in links.items()} == {
        "link:example.com/a": 0,
        "link:example.com/b": 1,
    }


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ({"edited_at": NOON + 2 * S}, {"edited_at": NOON + S}),
        ({"edited_at": NOON + 2 * S}, {}),
        ({"collected_at": NOON + 2 * S}, {"collected_at": NOON + S}),
        ({"collected_at": NOON + 3 * S}, {"edited_at": NOON + S}),
        # The older id is collected later; it is still what was edited.
        ({"edition": "11"}, {"edition": "9", "collected_at": NOON + 9 * S}),
        ({"edition": "2"}, {"collected_at": NOON + 9 * S}),
        ({}, {"truncated": True}),
        ({}, {"text": None}),
    ],
)
def test_the_newest_version_is_shown(
    newer: dict[str, Any], older: dict[str, Any]
) -> None:
    records = [version(**{"text": "new"} | newer), version(**{"text": "old"} | older)]
    assert shown(records)["text"] == "new"
    assert shown(records[::-1])["text"] == "new"


def test_a_version_seen_again_is_the_newest_again() -> None:
    """A post that was edited and edited back reads as it did at first."""
    seen = [
        version(text="one", collected_at=NOON + S),
        version(text="two", collected_at=NOON + 2 * S),
        version(text="one", collected_at=NOON + 3 * S, precision="min"),
        version(text="one"),
    ]
    for size in (1, 2, 4):
        for records in (seen, seen[::-1]):
            rows = held(records, size)["post"]
            assert len(rows) == 2
            (row,) = [row for row in rows if row["current"]]
            assert (row["text"], row["precision"]) == ("one", "s")


def any_versions(n: int) -> list[Record]:
    """Return versions of a few posts that differ in everything that counts."""
    source = random.Random(5)

    def any_version() -> Record:
        more: dict[str, Any] = {
            "post": source.choice("123"),
            "account": source.choice(["x:ann", "x:bea"]),
            "precision": source.choice(["ms", "s", "min"]),
            "text": source.choice([None, WORDS, WORDS + " More of it."]),
            "links": source.choice([None, LINK, (*LINK, "https://example.org/b")]),
            "collected_at": source.choice([None, NOON, NOON + S]),
            "edited_at": source.choice([None, None, NOON]),
            "edition": source.choice([None, None, "4", "10"]),
        }
        return version(NOON + source.choice([0, 0, 60, 3600]) * S, **more)

    return [any_version() for _ in range(n)]


def test_any_order_and_division_gives_the_same_tables() -> None:
    records = any_versions(80)
    first = held(records, 80)
    keys = [(r["account"], r["verb"], r["object"], r["post"]) for r in first["action"]]
    assert len(keys) == len(set(keys))
    current = [(row["account"], row["post"]) for row in first["post"] if row["current"]]
    assert len(current) == len(set(current)) == 6
    for size in (4, 40):
        random.Random(size).shuffle(records)
        assert held(records, size) == first


def test_a_file_of_many_batches_gives_the_same_tables_as_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Most posts of a file are seen once, and are added without a comparison."""
    monkeypatch.setattr(facts, "BATCH", 20)
    alone = [version(NOON + n * S, post=f"alone {n}") for n in range(60)]
    records = [*any_versions(60), *alone]
    random.Random(3).shuffle(records)
    parts = (part_of(entries_of(records[at : at + 20])) for at in range(0, 120, 20))
    with DuckDBStore(None) as store, store.transaction(), stepping_back() as threads:
        loading = Loading(store, TRACES, "source")
        accepted = [n for _, n in loading.added(batches(parts), threads)]
        rows = {"post": store.rows(POSTS), "action": store.rows(ACTIONS)}
    assert len(accepted) >= 6
    assert sum(accepted) == len(rows["post"])
    monkeypatch.undo()
    assert rows == held(records, len(records))


def test_when_the_newest_is_deleted_another_one_is_shown() -> None:
    with DuckDBStore(None) as store:
        _add(store, [version(text="old"), version(text="new", edition="2")])
        store.run(Step(name="delete", sql="DELETE FROM post WHERE edition = '2'"))
        for step in orphaned_steps():
            store.run(step)
        assert store.rows("SELECT text, current FROM post") == [
            {"text": "old", "current": True}
        ]


def test_versions_with_one_text_are_one_post_wherever_posts_are_counted() -> None:
    same = [version(NOON + n * S, language="en", client=str(n)) for n in range(5)]
    other = version(NOON, post="2", text="Something else that is long enough, too.")
    with DuckDBStore(None) as store:
        _add(store, [*same, other])
        for sql in (case_summary.POSTS, analysis.SPAN):
            assert store.rows(sql)[0]["n_posts"] == 2
        assert store.rows(case_summary.POSTS)[0]["n_older"] == 4
        assert store.rows(case_summary.KINDS) == [{"name": "post", "n": 2}]
        assert sum(row["n"] for row in store.rows(case_summary.PRECISIONS)) == 2
        texts = store.rows("SELECT object FROM action WHERE verb = 'text'")
        assert len(texts) == len({row["object"] for row in texts}) == 2
        coded = coded_trace(store, "link", population(store, 0.01), key=1)
        assert len(coded.account) == coded.n_posts == 2


def test_posts_whose_versions_are_days_apart_are_named() -> None:
    """A column of threads that is taken for posts makes one post of many."""
    near = [version(NOON, post="1"), version(NOON + 60 * S, post="1")]
    far = [version(NOON + day * 86_400 * S, post="2") for day in range(3)]
    with DuckDBStore(None) as store:
        assert version_lines(store) == []
        _add(store, [*near, *far, version(post="3")])
        assert version_lines(store) == [
            "Posts that are held in several versions: 2, in 5 versions. The newest is "
            "shown, and each acts once.",
            "Posts whose versions state times more than a day apart: 1. See whether "
            "what is read as `post` names one post.",
        ]
