"""Files imported at a level of privacy: no name gets into the case, all else does."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from rasad.case import open_case
from rasad.cli import main
from rasad.config import Resources
from rasad.exports.pseudonyms import Pseudonyms
from rasad.hiding import HIDING, Hider
from rasad.schema import Record
from rasad.traces import TRACES

ONE = Resources(threads=1)
PEOPLE = [f"person_{n}_{n * 7919 % 997}" for n in range(6)]
IDS = [str(7_000_000_000_000 + n * 104_729) for n in range(6)]
NAMES = [f"Some Body{n} The {n}rd" for n in range(6)]
OFFICIAL = "the_origin_77"
LONG = "we all say the very same long sentence today"


def post(n: int, **more: Any) -> dict[str, str]:
    who = n % 6
    return {
        "user_id": IDS[who],
        "username": PEOPLE[who],
        "display_name": NAMES[who],
        "created_at": f"2024-03-01T10:00:{n:02}Z",
        "post_id": str(9_100_000_000_000_000 + n),
        "text": f"{LONG}, says {NAMES[who]} to @{PEOPLE[who - 1]} #together #now",
        "link": f"https://site{n % 2}.example/{PEOPLE[0]}/page?id={IDS[0]}",
        "mentions": PEOPLE[who - 1],
        "repost_of": str(9_000_000_000_000_000 + n % 3) if n % 4 == 3 else "",
        "source": f"program of {PEOPLE[who]}",
        "community": f"home of {PEOPLE[who]}",
        **more,
    }


MAP = (
    "account=user_id,handle=username,name=display_name,time=created_at,post=post_id,"
    "text=text,link=link,mentions=mentions,repost_of=repost_of,client=source,"
    "community=community"
)


def table(rows: list[dict[str, str]]) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode() + b"broken,row\n"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("given")
    first = folder / f"posts_of_{PEOPLE[0]}.csv"
    first.write_bytes(table([post(n) for n in range(12)]))
    second = folder / "more.csv.gz"
    second.write_bytes(gzip.compress(table([post(n) for n in range(12, 20)])))
    return [first, second]


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [*map(str, words)])


def command(case: Path, files: list[Path], *more: object) -> Result:
    return run("import", case, *files, "--map", MAP, "--yes", *more)


FACTS = ("account", "post", "action", "source", "rejected", "left_out")


def secrets() -> set[str]:
    posts = [post(n) for n in range(20)]
    ids = {row["post_id"] for row in posts} | {row["repost_of"] for row in posts}
    return {*PEOPLE, *IDS, *NAMES, *ids, "more.csv"} - {""}


def held_by(case: Path) -> bytes:
    """Return all bytes of a case, its tables in clear as well as packed."""
    files = [path.read_bytes() for path in case.rglob("*") if path.is_file()]
    tables = [str(pq.read_table(one).to_pylist()) for one in case.rglob("*.parquet")]
    with open_case(case, resources=ONE) as opened:
        rows = [str(opened.store.rows(f"FROM {name}")) for name in FACTS]
    found = [*files, *(text.encode() for text in (*tables, *rows))]
    return b"\n".join(found).lower()


@pytest.fixture(scope="module", params=HIDING)
def hidden(
    request: pytest.FixtureRequest,
    files: list[Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    case = tmp_path_factory.mktemp("hidden") / f"{request.param}.rasad"
    ended = command(case, files, "--privacy", request.param)
    assert ended.exit_code == 0, ended.output
    assert run("dossier", case).exit_code in (0, 1)
    assert run("export", case, "--format", "csv").exit_code == 0
    return case


def test_no_name_or_id_is_in_any_byte_of_the_case(hidden: Path) -> None:
    found = held_by(hidden)
    assert {one for one in secrets() if one.lower().encode() in found} == set()
    assert LONG.encode() in found or hidden.stem == "share"
    assert (LONG.encode() in found) == (hidden.stem == "team")


def test_every_byte_given_is_accounted_for_and_told(
    hidden: Path, files: list[Path]
) -> None:
    with open_case(hidden, resources=ONE) as case:
        told = [e["body"] for e in case.journal.entries() if e["event"] == "privacy"]
        assert "2 files have pseudonyms only" in case.verify()[0]
    assert [(one["records"], one["rejected"]) for one in told] == [(13, 1), (9, 1)]
    sizes = [len(files[0].read_bytes()), len(gzip.decompress(files[1].read_bytes()))]
    assert [one["bytes"] for one in told] == sizes
    for one in told:
        spans = ("header_bytes", "blank_bytes", "record_bytes")
        assert sum(one[name] for name in spans) == one["bytes"]


def crowds(case: Path) -> Counter[tuple[Any, ...]]:
    """Return how many posts of how many accounts share each object, by trace."""
    sql = """
        SELECT verb, count(*) AS n, count(DISTINCT account) AS who
        FROM action GROUP BY verb, object
    """
    with open_case(case, resources=ONE) as opened:
        return Counter(tuple(row.values()) for row in opened.store.rows(sql))


def test_accounts_share_what_they_shared_and_the_store_can_be_rebuilt(
    hidden: Path, files: list[Path], tmp_path: Path
) -> None:
    clear = tmp_path / "clear.rasad"
    assert command(clear, files).exit_code == 0
    expected, found = crowds(clear), crowds(hidden)
    assert {verb for verb, *_ in expected} >= {"repost", "link", "mention", "hashtags"}
    assert found == expected
    (hidden / "case.duckdb").unlink()
    assert crowds(hidden) == expected


def test_levels_do_not_meet_and_the_same_file_changes_nothing(
    hidden: Path, files: list[Path], tmp_path: Path
) -> None:
    before = crowds(hidden)
    ended = command(hidden, files, "--privacy", hidden.stem)
    assert ended.exit_code == 0, ended.output
    assert crowds(hidden) == before
    assert list((hidden / "cache").glob("*.jsonl")) == []
    refused = command(hidden, files)
    assert refused.exit_code == 1
    assert "would not meet them" in refused.output
    refused = command(tmp_path / "other", files, "--privacy", "publish")
    assert "nothing could be found" in refused.output


def test_a_key_elsewhere_gives_the_same_pseudonyms_in_another_case(
    files: list[Path], tmp_path: Path
) -> None:
    key, accounts = tmp_path / "key", []
    for name in ("a", "b"):
        told = command(tmp_path / name, files[1:], "--privacy", "share", "--key", key)
        assert told.exit_code == 0, told.output
        with open_case(tmp_path / name, resources=ONE) as case:
            rows = case.store.rows("SELECT account FROM account ORDER BY account")
            accounts.append([row["account"] for row in rows])
        assert not (tmp_path / name / "pseudonyms.key").exists()
    assert accounts[0] == accounts[1]
    assert len(accounts[0]) == 6


SAID = (
    f"{LONG} @person_1_938",
    f"@one_2 @two_3 {LONG}",
    f"RT @{OFFICIAL}: {LONG}",
    "short",
)


@pytest.mark.parametrize("level", HIDING)
@pytest.mark.parametrize("text", SAID)
def test_texts_mean_the_same_for_every_trace(level: Any, text: str) -> None:
    """Two posts share an object in clear exactly if they share one when hidden."""
    about: dict[str, Any] = {"platform": "x", "created_at": 0, "precision": "s"}
    kind: Any = "repost" if text.startswith("RT") else "post"
    records = [
        Record(account=f"x:{n}", raw_time="", kind=kind, text=said, **about)
        for n, said in enumerate((text, text, text + " and more words than before"))
    ]
    hider = Hider(level, Pseudonyms(bytes(32)), {})
    for trace in TRACES.values():
        clear = [trace.objects(one) for one in records]
        hidden_ = [trace.objects(hider.hidden(one)) for one in records]
        for a in range(3):
            for b in range(3):
                assert len(set(clear[a]) & set(clear[b])) == len(
                    set(hidden_[a]) & set(hidden_[b])
                ), (trace.name, json.dumps(hidden_))
