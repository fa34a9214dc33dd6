"""What is said of imported data is counted over every accepted record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from benchmarks.formats.made import SAMPLES
from rasad.case import Case, open_case
from rasad.cli import main
from rasad.evidence.imported import Imported, imported
from rasad.evidence.support import FIELDS, percent, supports
from rasad.importers import IMPORTERS, coverage, recognise
from rasad.importers.identity import post_id, record_hash
from rasad.importers.plan import plan
from rasad.importers.reader import inspect
from rasad.schema import Record
from rasad.traces import TRACES

NAMES = (
    *("iran_112023_tweets_csv_hashed.csv", "flattened.jsonl", "telethon.jsonl"),
    *("coortweet.csv", "iran_112023_users_csv_hashed.csv", "mcl-posts.json"),
)
BY_POST = {
    "text": "text",
    "language": "language",
    "repost_of": "repost_of",
    "reply_to": "reply_to",
    "quote_of": "quote_of",
    "thread": "thread",
    "community": "community",
    "client": "client",
}
"""Fields that table `post` holds too, by their names there."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of several formats, and one that repeats half of another."""
    folder = tmp_path_factory.mktemp("files")
    for sample in SAMPLES:
        if sample.name in NAMES:
            (folder / sample.name).write_bytes(sample.content)
    lines = (folder / "flattened.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "half.jsonl").write_bytes(b"".join(lines[:2]) + b"\n")
    return folder


@pytest.fixture(scope="module")
def case(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    with open_case(tmp_path_factory.mktemp("case") / "c", create=True) as case:
        for name in (*NAMES, "half.jsonl"):
            case.import_file(plan(folder / name))
        yield case


def of(case: Case, name: str) -> Imported:
    (found,) = (one for one in imported(case.store) if one.name == name)
    return found


def test_counts_are_those_of_the_records(case: Case, folder: Path) -> None:
    for name in NAMES:
        head = inspect(folder / name)
        sniff = recognise(head)
        entries = IMPORTERS.find(sniff.importer).read(head, sniff.mapping)
        outcomes = (entry.outcome for entry in entries)
        records = [one for one in outcomes if isinstance(one, Record)]
        once = {record_hash(one, post_id(one)): one for one in records}
        found = of(case, name)
        assert found.accepted == len(once)
        for field in FIELDS:
            held = sum(bool(getattr(one, field)) for one in once.values())
            assert found.fields[field] == held, f"{field} of {name}"
        for trace, about in TRACES.items():
            fed = sum(bool(about.objects(one)) for one in once.values())
            assert found.traces[trace] == fed, f"{trace} of {name}"


def test_counts_balance_with_the_tables(case: Case) -> None:
    rows = case.store.rows("FROM source")
    for row in rows:
        found = of(case, row["name"])
        for field, column in BY_POST.items():
            (held,) = case.store.rows(
                f"SELECT count({column}) FILTER ({column} <> '') AS n FROM post "
                "WHERE source_id = $id",
                id=row["source_id"],
            )
            assert found.fields[field] == held["n"], field
        assert found.fields["account"] == found.fields["created_at"] == row["accepted"]
        assert sum(found.kinds.values()) == row["accepted"]
        assert sum(found.precisions.values()) == row["accepted"]
        assert sum(found.reasons.values()) == row["rejected"]
    half = of(case, "half.jsonl")
    assert (half.accepted, half.duplicate) == (0, 2)
    assert set(half.fields.values()) == {0}


def test_formats_and_the_whole_are_sums_of_files(case: Case) -> None:
    files, formats = imported(case.store), imported(case.store, by="format")
    (whole,) = imported(case.store, by="all")
    for many in (files, formats):
        assert sum(one.records for one in many) == whole.records
        for field in FIELDS:
            assert sum(one.fields[field] for one in many) == whole.fields[field]
    assert {one.format for one in formats} == {one.format for one in files}
    twarc = next(one for one in formats if one.format == "twarc2_json")
    assert (twarc.files, twarc.name) == (2, "twarc2_json")
    chosen = [row["source_id"] for row in case.store.rows("FROM source LIMIT 1")]
    assert len(imported(case.store, sources=chosen)) == 1
    assert imported(case.store, sources=[]) == []


def test_a_store_that_was_lost_counts_the_same(case: Case, folder: Path) -> None:
    with open_case(case.folder.parent / "d", create=True) as other:
        other.import_file(plan(folder / "telethon.jsonl"))
        before = imported(other.store)
    (other.folder / "case.duckdb").unlink()
    with open_case(other.folder) as other:
        assert imported(other.store) == before


def test_what_is_counted_is_what_is_told(case: Case) -> None:
    assert set(coverage.FIELDS) == set(FIELDS)
    told = of(case, "iran_112023_tweets_csv_hashed.csv")
    assert (told.accounts, told.hashed) == (5, 5)
    said = supports(told)
    assert said[0].startswith("Can be compared: ")
    assert any("Of 5 accounts 5 are named by hashes" in one for one in said)
    assert supports(of(case, "iran_112023_users_csv_hashed.csv")) == [
        "It holds no posts: nothing can be compared."
    ]


WHOLE = Imported(
    name="a",
    format="generic",
    files=1,
    records=100,
    accepted=100,
    duplicate=0,
    filtered=0,
    rejected=0,
    accounts=10,
    fields=dict.fromkeys(FIELDS, 100),
    traces={"repost": 40, "link": 60, "repost_text": 0},
    kinds={"post": 60, "repost": 40},
    precisions={"s": 100},
)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"fields": WHOLE.fields | {"repost_of": 0}},
            "None of the 40 reposts names the post that it repeats: they cannot be "
            "compared.",
        ),
        (
            {
                "fields": WHOLE.fields | {"repost_of": 0},
                "traces": WHOLE.traces | {"repost_text": 40},
            },
            "None of the 40 reposts names the post that it repeats: they are compared "
            "by words and author, which is weaker.",
        ),
        (
            {"fields": WHOLE.fields | {"repost_of": 20}},
            "Of 40 reposts 20 name the post that they repeat; the others are compared "
            "by words and author, which is weaker.",
        ),
        (
            {"kinds": {"reply": 50}, "fields": WHOLE.fields | {"reply_to": 1}},
            "Of 50 replies 1 name the post that they answer.",
        ),
        (
            {"precisions": {"min": 60, "s": 40}},
            "Times are known to the minute in 60 % of the posts: windows below 2 "
            "minutes mean nothing.",
        ),
        (
            {"precisions": {"day": 100}},
            "Times are known to the day in 100 % of the posts: windows below 2 days "
            "mean nothing.",
        ),
        (
            {"hashed": 3},
            "Of 10 accounts 3 are named by hashes: they match inside one release, and "
            "not across files of others.",
        ),
        (
            {"reasons": {"no account: TikTok takes the authors out": 7, "not JSON": 1}},
            "Of 100 records 7 do not say who wrote them: those cannot be compared.",
        ),
        (
            {"fields": WHOLE.fields | {"text": 30, "truncated": 0}},
            "Only 30 % of the posts have a text: comparing texts says little.",
        ),
        (
            {"fields": WHOLE.fields | {"truncated": 6}},
            "The text is cut in 6 % of the posts: what stood behind is lost.",
        ),
        (
            {"fields": WHOLE.fields | {"client": 0, "truncated": 0}},
            "Which program sent a post is not stated: automatic posting shows by its "
            "times alone.",
        ),
        (
            {"fields": WHOLE.fields | {"language": 0}},
            "Languages are not stated: accounts of all languages are compared with "
            "each other.",
        ),
        (
            {"traces": {"link": 0, "object": 0, "text": 1}},
            "Cannot be compared, because no post has any: link.",
        ),
    ],
)
def test_each_limit_is_said_where_it_holds(
    changes: dict[str, object], sentence: str
) -> None:
    assert sentence in supports(replace(WHOLE, **changes))  # type: ignore[arg-type]
    assert sentence not in supports(WHOLE)


def test_a_share_is_never_rounded_to_all_or_none() -> None:
    assert percent(0, 0) == "0 %"
    assert percent(999, 1000) == "above 99 %"


def rasad(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_the_command_line_tells_it_briefly_and_whole(
    folder: Path, tmp_path: Path
) -> None:
    case = tmp_path / "c"
    users = folder / "iran_112023_users_csv_hashed.csv"
    result = rasad("import", case, folder / "telethon.jsonl", users)
    assert result.exit_code == 0, result.output
    assert f"{users.name}: It holds no posts. What its 3 records are" in result.stderr
    assert "What 4 accepted posts state: account 100 %, " in result.stderr
    assert "Can be compared: text (3 posts)" in result.stderr
    shown = rasad("info", case, "--fields").stdout
    assert "telethon.jsonl (tg_telethon)" in shown
    assert "4 posts by 4 accounts, 2023-11-14 22:13:20" in shown
    assert "Rejected: no post: an account 3." in shown
    assert "All 2 files" in shown
    told = json.loads(rasad("info", case, "--fields", "--json").stdout)
    assert [one["name"] for one in told["files"]] == [users.name, "telethon.jsonl"]
    assert told["files"][1]["fields"]["text"] == 4
    assert told["files"][1]["supports"][0].startswith("Can be compared")
    assert len(told["formats"]) == 2
    assert told["all"][0]["records"] == 9


def test_the_dossier_shows_it(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "given").mkdir()
    for name in ("telethon.jsonl", "coortweet.csv"):
        (tmp_path / "given" / name).write_bytes((folder / name).read_bytes())
    (tmp_path / "given" / "<i>.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    case = tmp_path / "c"
    assert rasad("import", case, tmp_path / "given").exit_code == 0
    assert rasad("dossier", case).exit_code == 0
    page = (case / "out" / "dossier.html").read_text(encoding="utf-8")
    assert "What the files state, and what that allows" in page
    assert "Can be compared: object (4 posts)." in page
    assert "The same for each file" in page
    assert "1 file that was given and is not imported" in page
    assert "&lt;i&gt;.png" in page
