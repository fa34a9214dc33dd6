"""What is done for whole columns is what is done record by record."""

from __future__ import annotations

import csv
import io
import random
import warnings
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from rasad.errors import ImportFormatError
from rasad.extend import Entry
from rasad.importers import blocks, plain_records
from rasad.importers.cell_columns import ids, lists, snowflakes
from rasad.importers.cells import clean_id, parse_list_cell, snowflake_us
from rasad.importers.checked import MISSHAPEN
from rasad.importers.identity import post_id, record_hash
from rasad.importers.large_tables import Table
from rasad.importers.parts import Part, parts_of
from rasad.importers.reader import inspect
from rasad.importers.record_names import post_ids, record_hashes
from rasad.importers.twitter_archive import TwitterArchive
from rasad.schema import KINDS, Record, record_columns
from rasad.schema.record_columns import Columns, columns_of
from rasad.simulate.archive import COLUMNS
from rasad.traces import TRACES
from rasad.traces.links import canonical_link, domain
from rasad.traces.ordinary_links import linked

VALUES = (
    *("a", " ", "", "\x1c", "é", "@X", "#a", 'q"\\\n', "http://t.co", "http://t.co/a"),
    *("https://www.Example.com/x?utm_source=1&b=2", "http://a.example/x/?UTM_x=1"),
    *("https://x.example/amp/", "http://a.example/...", "http://a.b.example/x/?b=1"),
    *("https://google.com/url?q=http://a.example/", "http://m.facebook.com/a?fref=1"),
    *("http://en.wikipedia.org/wiki/A", "http://chan.t.me/5", "http://m.a.example/?b"),
)
TEXTS = (
    *("RT @Ann: سلام  دنیا, this is long enough to say something", "www.a.example/b"),
    *("Sooooo TRUE!! @someone https://t.co/AbC and then some more words", "⟨url⟩ ﷽"),
    *("@Ann @bob look at #one #two_c http://a.example/b, please do", "", "x" * 1_100),
)
CELLS = (
    *("", "absent", "[]", "['a', 'b']", "['a', '']", "['a\u00a0']", "[1, 22]", "[01]"),
    *('["a", "b\\"c"]', "[ab+c=, 7]", "x|y", "['it''s']", "[", "nan", "['a'", "[1,2]"),
)
IDS = (
    *("885690310456246272", "906000000000000000", "8.98926E+17", "12.0", "7", "absent"),
    *("hxnqRnKHISSFV3Hs+CIjg=", '="12"', " 9 ", "None", "x", "0000001", "9" * 19),
)
TIMES = (
    *("2017-07-14 02:40", "2017-07-14", "2017-02-30 10:00", "", "2016-02-29 23:59"),
    *("2017-07-14T02:40:10Z", "0000-01-01 00:00", "soon", "2017-07-14 24:00"),
    *("9999-12-31 23:59", "2100-12-31 23:59", "2101-01-01 00:00", "1970-12-31 23:59"),
)

ENDS = "\u2028\u2029\x85\x0b\x0c\x1c\x1d\x1e"
"""What ends a line for some readers, and is a sign like any other in a table."""


@pytest.fixture(autouse=True)
def always_in_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_columns, "FEW", 0)


def records(n: int = 300) -> list[Record]:
    dice = random.Random(1)

    def some() -> tuple[str, ...] | None:
        return dice.choice([None, (), tuple(dice.choices(VALUES, k=3))])

    def one() -> str | None:
        return dice.choice([None, *VALUES])

    return [
        Record(
            account="twitter:1",
            platform="twitter",
            created_at=dice.randint(-5, 5),
            precision="s",
            raw_time="",
            kind=dice.choice(KINDS),  # type: ignore[arg-type]
            post=one(),
            text=dice.choice([None, *TEXTS]),
            truncated=dice.random() < 0.5,
            reply_to=one(),
            repost_of=dice.choice([None, "", "5"]),
            repost_of_account=one(),
            edition=dice.choice([None, "x"]),
            edited_at=dice.choice([None, 7]),
            links=some(),
            sites=some(),
            hashtags=some(),
            mentions=some(),
            objects=some(),
        )
        for _ in range(n)
    ]


@pytest.mark.parametrize("name", TRACES)
def test_traces_share_the_same_in_columns(name: str) -> None:
    found = records()
    row, value = TRACES[name].shared(Columns(columns_of(found)))  # type: ignore[attr-defined]
    assert list(zip(row.tolist(), value.to_pylist(), strict=True)) == [
        (place, value)
        for place, record in enumerate(found)
        if record.kind in TRACES[name].kinds
        for value in TRACES[name].objects(record)
    ]


def test_posts_and_versions_have_the_same_names_in_columns() -> None:
    found = records()
    columns = Columns(columns_of(found))
    names = post_ids(columns)
    assert names.to_pylist() == [post_id(record) for record in found]
    assert record_hashes(columns, names).hex() == "".join(
        record_hash(record, post_id(record)) for record in found
    )


def test_ordinary_links_are_told_as_all_are() -> None:
    found = linked(pa.array(VALUES))
    assert found.form.to_pylist() == [canonical_link(value) for value in VALUES]
    assert found.site.to_pylist() == [domain(value) for value in VALUES]


def test_cells_say_the_same_in_columns() -> None:
    assert ids(pa.array(IDS))[0].to_pylist() == [clean_id(cell) for cell in IDS]
    expected = [parse_list_cell(cell) for cell in CELLS]
    told = lists(pa.array(CELLS)).to_pylist()
    assert told == [None if one is None else list(one) for one in expected]
    inside = snowflakes(pa.array(IDS)).tolist()
    assert inside == [snowflake_us(cell) or -1 for cell in IDS]


def test_odd_cells_say_the_same_in_columns() -> None:
    """Lists and ids of what is special to any of the forms, put together by chance."""
    dice = random.Random(3)
    parts = (
        *("[", "]", ", ", ",", " ", "'", '"', "|", "://", "+", "=", "-", "_", "/", "."),
        *("True", "false", "null", "None", "nan", "absent", "lambda", "if", "0", "00"),
        *(
            "000000",
            "1",
            "e",
            "E",
            "e+",
            "0x1",
            "1j",
            "1_0",
            "abcdef",
            "MAGA",
            "a",
            "N",
        ),
        *(
            "سلام",
            "é",
            "\u00a0",
            "\u3000",
            "\u2003",
            "\u200c",
            "\ufeff",
            "Ｔｒｕｅ",
            "٣",
            "#",
        ),
    )
    inside = ["".join(dice.choices(parts, k=dice.randint(1, 4))) for _ in range(3_000)]
    joined = (", ".join(dice.choices(inside, k=dice.randint(1, 3))) for _ in inside)
    cells = [*inside, *(f"[{items}]" for items in joined)]
    with warnings.catch_warnings(action="ignore", category=SyntaxWarning):
        expected = [parse_list_cell(cell) for cell in cells]
        told = lists(pa.array(cells)).to_pylist()
    assert told == [None if one is None else list(one) for one in expected]
    assert ids(pa.array(cells))[0].to_pylist() == [clean_id(cell) for cell in cells]


def archive(dice: random.Random, rows: int) -> bytes:
    """Return an archive in which every kind of cell occurs, and much is damaged."""
    by_name = {"tweet_time": TIMES, "tweet_text": (*TEXTS, 'say "x",\r\nmore', "…")}
    by_name["tweet_client_name"] = ("Web", *(f"c{end}d" for end in ENDS))
    by_name |= dict.fromkeys(dice.sample(COLUMNS[2:], dice.choice([0, 3, 25])), ("",))
    lists = dict.fromkeys(("hashtags", "urls", "user_mentions"), CELLS)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator=dice.choice(["\n", "\r\n", "\r"]))
    writer.writerow(COLUMNS)
    for _ in range(rows):
        choices = lists | by_name
        cells = [
            dice.choice(choices.get(name, IDS if "id" in name else ("", "true", "é")))
            for name in COLUMNS
        ]
        if dice.random() < 0.5:  # a name that is hidden, as in the archives
            cells[COLUMNS.index("user_display_name")] = cells[COLUMNS.index("userid")]
        writer.writerow(cells[: dice.choice([31] * 30 + [5])])
        buffer.write(dice.choice([""] * 40 + ["\n", '"', "a,b\n", "\0"]))
    content = bytearray(buffer.getvalue().encode())
    if dice.random() < 0.5:
        content[dice.randrange(1_000, len(content))] = dice.choice(b'"\xff\n,\r')
    return bytes(content[: dice.randrange(len(content) // 2, len(content) + 1)])


def by_columns(path: Path) -> Iterator[Part]:
    head = inspect(path)
    table = Table(head.columns, TwitterArchive().reader(head), ",", 0)
    with path.open("rb") as file:
        yield from table.parts(file)


@pytest.mark.parametrize("seed", range(60))
def test_a_large_archive_gives_the_entries_of_a_small_one(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(seed)
    path = tmp_path / "tweets.csv"
    path.write_bytes(archive(dice, 60))
    monkeypatch.setattr(plain_records, "SIZE", dice.choice([1 << 10, 1 << 14]))
    monkeypatch.setattr(plain_records, "STRETCH", dice.choice([1, 2_000]))
    try:
        expected = list(TwitterArchive().read(inspect(path), {}))
    except ImportFormatError:
        return  # most of it cannot be read, in whichever way
    found = [
        entry
        for part in by_columns(path)
        for entry in blocks.read(memoryview(blocks.written(part))).entries()
    ]
    assert found == expected


def test_a_block_that_was_changed_is_never_believed() -> None:
    entries = [Entry(n, n, n + 1, one) for n, one in enumerate(records(40), 1)]
    message = blocks.written(next(parts_of(entries)))
    dice = random.Random(2)
    refused = 0
    for _ in range(400):
        changed = bytearray(message)
        changed[dice.choice([dice.randrange(900), dice.randrange(len(changed))])] ^= 64
        try:
            part = blocks.read(memoryview(changed))
            part.records.validate(full=True)
        except MISSHAPEN:
            refused += 1
    assert refused > 200
    with pytest.raises(MISSHAPEN):
        blocks.read(memoryview(message[:-1]))
