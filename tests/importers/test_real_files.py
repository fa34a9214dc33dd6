"""Real files, where they are present: every record is accounted for."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from rasad.errors import MappingError
from rasad.extend import Reject
from rasad.importers import IMPORTERS, recognise
from rasad.importers.reader import inspect
from rasad.schema import Record

pytestmark = pytest.mark.data


class Tally:
    """What a large file gave, counted in one pass without keeping it."""

    def __init__(self, path: Path, mapping: dict[str, str] | None = None) -> None:
        head = inspect(path)
        self.sniff = recognise(head, mapping=mapping)
        self.kinds: Counter[str] = Counter()
        self.precisions: Counter[str] = Counter()
        self.rejects: Counter[str] = Counter()
        self.with_object = 0
        importer = IMPORTERS.find(self.sniff.importer)
        for number, entry in enumerate(importer.read(head, self.sniff.mapping), 1):
            assert entry.line == number
            self._add(entry.outcome)

    def _add(self, outcome: object) -> None:
        if isinstance(outcome, Reject):
            self.rejects[outcome.reason] += 1
        assert isinstance(outcome, Record | Reject)
        if isinstance(outcome, Record):
            self.kinds[outcome.kind] += 1
            self.precisions[outcome.precision] += 1
            self.with_object += outcome.objects is not None


def test_the_archive_of_a_takedown(shared_data: Path, read: Any) -> None:
    folder = shared_data / "importers" / "twitter_takedown_archive"
    result = read(folder / "iran_tweets_sample_a.csv")
    assert result.sniff.importer == "x_io_tweets"
    assert len(result.records) == 1_325
    assert result.rejects == []
    assert len({record.post for record in result.records}) == 1_311
    assert {record.precision for record in result.records} == {"ms"}
    kinds = Counter(record.kind for record in result.records)
    assert kinds["repost"] == 795
    assert all(record.repost_of for record in result.records if record.kind == "repost")


def test_posts_of_an_operation_as_a_table(shared_data: Path) -> None:
    result = Tally(shared_data / "ira_posts_dev.parquet")
    assert result.sniff.mapping == {
        "account": "author_id",
        "time": "publish_date",
        "text": "content",
        "language": "language",
        "kind": "kind",
    }
    assert result.kinds.total() == 445_514
    assert result.kinds["repost"] == 146_698
    assert set(result.precisions) == {"s"}
    assert any("whole minutes" in said for said in result.sniff.warnings)
    assert not result.rejects


@pytest.mark.parametrize(
    ("name", "content", "count"),
    [
        ("worldA_debate2015_posts", "text", 14_110),
        ("worldB_coretweet_events", "object", 496_301),
        ("worldC3_events", "object", 74_996),
        ("worldC8_events", "object", 77_319),
    ],
)
def test_the_worlds(name: str, content: str, count: int, shared_data: Path) -> None:
    result = Tally(shared_data / f"{name}.parquet")
    mapping = dict(result.sniff.mapping)
    mapping.pop("kind", None)
    assert mapping == {"account": "account", "time": "time_utc", content: content}
    assert result.kinds.total() == count
    assert not result.rejects


def test_a_table_without_objects_has_none_invented(shared_data: Path) -> None:
    result = Tally(shared_data / "weibo_reposts_quarter.parquet")
    assert result.sniff.mapping == {
        "account": "account",
        "time": "date",
        "post": "mid",
        "text": "text",
    }
    assert result.kinds.total() == 294_558
    assert result.rejects == {"its time is not written as a time": 18}


def test_tables_of_other_tools(shared_data: Path, read: Any) -> None:
    parity = shared_data / "parity"
    russian = Tally(parity / "coortweet_russian.parquet")
    assert russian.sniff.importer == "coortweet"
    assert russian.kinds.total() == 35_125
    for name, count in (("coretweet_test_input", 15), ("sample_data", 100)):
        result = read(parity / f"qut_{name}.csv")
        assert result.sniff.importer == "qut_toolkit"
        assert len(result.records) == count
        assert result.rejects == []


def test_a_table_with_several_possible_objects_asks(shared_data: Path) -> None:
    path = shared_data / "parity" / "coortweet_german.parquet"
    with pytest.raises(MappingError) as caught:
        recognise(inspect(path))
    option = "--map post=post_id,account=account_id,object=url_id,time=timestamp"
    assert option in str(caught.value)
    result = Tally(path, {"object": "url_id"})
    assert result.kinds.total() == 218_971
    assert result.with_object == 50_785
