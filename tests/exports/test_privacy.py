"""No export of any form gives out what its level hides."""

from __future__ import annotations

import errno
import hashlib
import json
import random
import re
import stat
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from exports.small_case import ROSE, TULIP, Small, fill
from rasad.errors import ConfigError, DiskFullError
from rasad.exports import EXPORTS
from rasad.exports.pseudonyms import Pseudonyms, fresh_key, key_in
from rasad.exports.shown import Disclosure
from rasad.exports.small_counts import SMALLEST
from rasad.schema import TABLES, columns
from rasad.schema.disclosure import (
    AGGREGATES,
    KIND_OF,
    LEVELS,
    text_columns,
    unknown_columns,
)
from rasad.store.duckdb import DuckDBStore
from rasad.store.sql import Step

HIDING = [level for level in LEVELS if level != "case"]
N_PLANTED = 100
START = datetime(2024, 3, 5, 14, 0, 7, 123456)
SENT = "A post by @{handle}, {name} that says marked_{n}_text https://x.com/{handle}/1"
LIKE_PLAIN = {"plain": "plain", "words": '["A sentence."]', "code": "fa"}


def marks(n: int) -> dict[str, str]:
    """What names one account, in each field that can."""
    return {
        "handle": f"handle_{n}_x",
        "id": f"9{n:07}7",
        "name": f"Planted نام {n:04}",
        "text": f"marked_{n}_text",
        "post": f"post{n:05}77",
        "file": f"file_of_{n}.csv",
        "free": f"typed_{n}_by_hand",
        "link": f"path_of_{n}",
    }


def planted(kind: str, column: str, n: int) -> str:
    """Return a value that names account number n, as a column of a kind may hold it."""
    mark = marks(n)
    text = SENT.format(handle=mark["handle"], name=mark["name"], n=n)
    traces = (
        f"mention:{mark['handle']}",
        f"repost:{mark['post']}",
        f"link:x.com/{mark['handle']}/{mark['link']}",
        f"domain:{mark['handle']}.example",
        f"hashtags:{mark['handle']} other",
        f"text:{mark['free']}",
        mark["free"],
    )
    counts = {"top_source": mark["name"], "n": 3, "account_a": f"x:{mark['id']}"}
    pair = {"account_a": f"x:{mark['id']}", "account_b": f"x:{marks(1)['id']}"}
    by_kind = {
        "account": f"x:{mark['id']}",
        "post": mark["post"],
        "person": mark["handle"] if column == "handle" else mark["name"],
        "text": text,
        "object": traces[n % len(traces)],
        "id": hashlib.sha256(mark["id"].encode()).hexdigest(),
        "label": mark["file"],
        "free": mark["free"],
        "json": json.dumps(counts | pair if column == "counts" else [counts | pair]),
        "reason": f"no post: {mark['free']}",
        "code": mark["handle"] if n % 2 else "fa",
    }
    return by_kind.get(kind) or LIKE_PLAIN[kind]


def full_store() -> DuckDBStore:
    """Return a store with planted accounts in every column of text of every table."""
    store = DuckDBStore(None)
    for table in TABLES:
        store.insert(table, pa.table(_planted_columns(store, table)))
    return store


def _planted_columns(store: DuckDBStore, table: str) -> dict[str, Any]:
    types = {field.name: field.type for field in store.arrow_schema(table)}
    found: dict[str, Any] = {}
    for name, sql in columns(table).items():
        kind = KIND_OF.get((table, name), "plain")
        if sql == "VARCHAR[]":
            values: list[Any] = [["link"]] * N_PLANTED
        elif sql == "VARCHAR":
            values = [planted(kind, name, n) for n in range(N_PLANTED)]
        elif sql == "TIMESTAMP":
            values = [START + timedelta(minutes=n) for n in range(N_PLANTED)]
        elif sql == "BOOLEAN":
            values = [True] * N_PLANTED
        else:
            values = [n + 20 for n in range(N_PLANTED)]
        found[name] = pa.array(values, types[name])
    return found


def content(path: Path) -> str:
    """Return all of a file as text, unpacked."""
    raw = path.read_bytes().decode("utf-8", "replace")
    if path.suffix == ".parquet":
        raw += repr(pq.read_table(path).to_pylist())
    return raw


@pytest.fixture(scope="module")
def planted_store() -> DuckDBStore:
    return full_store()


def test_every_column_of_text_has_a_kind() -> None:
    assert unknown_columns() == []


def test_a_column_without_a_kind_is_not_given_out(
    planted_store: DuckDBStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(KIND_OF, ("gap", "trace"))
    with Disclosure("share").of(planted_store) as shown:
        rows = shown.rows("SELECT DISTINCT trace FROM gap")
    assert rows == [{"trace": None}]


@pytest.mark.parametrize("level", HIDING)
def test_no_planted_string_is_in_any_table_of_any_form(
    planted_store: DuckDBStore, level: Any, tmp_path: Path
) -> None:
    wanted = {mark for n in range(N_PLANTED) for mark in marks(n).values()}
    if level == "team":
        # A team reads texts, without the names in them.
        wanted -= {marks(n)["text"] for n in range(N_PLANTED)}
    written = written_at(level, planted_store, ["parquet", "csv", "jsonl"], tmp_path)
    assert len(written) == 3 * len(TABLES)
    for path in written:
        found = content(path)
        assert [mark for mark in wanted if mark in found] == [], path.name


def written_at(
    level: Any, store: DuckDBStore, forms: Iterable[str], folder: Path
) -> list[Path]:
    """Write every form at one level and return all files."""
    key = folder / "key" if level == "team" else None
    with Disclosure(level, key).of(store) as shown:
        written = [EXPORTS.find(form).write(shown, folder) for form in forms]
    return [path for paths in written for path in paths]


def test_without_a_level_the_same_search_finds_all(
    planted_store: DuckDBStore, tmp_path: Path
) -> None:
    with Disclosure("case").of(planted_store) as shown:
        written = EXPORTS.find("csv").write(shown, tmp_path)
    found = "".join(map(content, written))
    # Every seventh has a link for an object, and so all of its marks somewhere.
    hidden = [mark for n in range(2, N_PLANTED, 7) for mark in marks(n).values()]
    assert [mark for mark in hidden if mark not in found] == []


@pytest.mark.parametrize("level", HIDING)
def test_every_registered_form_hides_a_small_case(level: Any, tmp_path: Path) -> None:
    names = {account: f"Secret Name {account[2:]}" for account in ROSE + TULIP}
    texts: dict[str, str | None] = {
        account: f"Said by secret_{account[2:]} alone" for account in ROSE + TULIP
    }
    store = Small(names=names, texts=texts, truth=True, file_name="leak_9.csv").store()
    store.run(_as_large_groups())
    written = written_at(level, store, sorted(EXPORTS), tmp_path)
    found = "".join(map(content, written))
    wanted = [f"x:{account[2:]}" for account in ROSE + TULIP]
    wanted += [*names.values(), "leak_9.csv"]
    if level != "team":
        wanted += [f"secret_{account[2:]}" for account in ROSE + TULIP]
    assert [mark for mark in wanted if mark in found] == []


def _as_large_groups() -> Step:
    return Step(name="larger groups", sql="UPDATE grp SET size = size + 10")


def test_one_account_has_one_pseudonym_in_all_tables_and_joins_still_join() -> None:
    store = Small().store()
    with Disclosure("share").of(store) as shown:
        accounts = {row["account"] for row in shown.rows("SELECT account FROM account")}
        members = shown.rows("SELECT DISTINCT account FROM member")
        joined = shown.rows("SELECT count(*) AS n FROM action JOIN post USING (post)")
    assert len(accounts) == 12
    assert {row["account"] for row in members} <= accounts
    before = store.rows("SELECT count(*) AS n FROM action JOIN post USING (post)")
    assert joined == before
    assert all(re.fullmatch(r"x:(?:[a-z2-7]{4}-){3}[a-z2-7]{4}", a) for a in accounts)


def test_pairs_stand_in_the_order_of_their_pseudonyms_with_their_counts() -> None:
    store = Small().store()
    asked = """
        SELECT account_a, account_b, trace, window_s, n_posts_a, n_posts_b, n_a_first,
          n_b_first FROM edge
    """
    with Disclosure("share").of(store) as shown:
        rows = shown.rows(asked)
    assert all(row["account_a"] < row["account_b"] for row in rows)

    def sides(found: list[dict[str, Any]]) -> list[Any]:
        return sorted(
            sorted(
                [
                    (str(row["n_posts_a"]), str(row["n_a_first"])),
                    (str(row["n_posts_b"]), str(row["n_b_first"])),
                ]
            )
            for row in found
        )

    assert sides(rows) == sides(store.rows(asked))


def test_a_team_has_the_same_pseudonyms_again_and_shares_never(tmp_path: Path) -> None:
    store = Small().store()

    def accounts(how: Disclosure) -> set[str]:
        with how.of(store) as shown:
            found = shown.rows("SELECT account FROM account")
        return {str(row["account"]) for row in found}

    team = Disclosure("team", tmp_path / "key")
    assert accounts(team) == accounts(team)
    assert not accounts(Disclosure("share")) & accounts(Disclosure("share"))
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_the_list_of_names_is_for_its_owner_alone(tmp_path: Path) -> None:
    store, listed = Small().store(), tmp_path / "names.csv"
    with Disclosure("team", tmp_path / "key", listed).of(store) as shown:
        rows = shown.rows("SELECT account FROM account")
    text = listed.read_text(encoding="utf-8")
    assert all(str(row["account"]) in text for row in rows)
    assert all(account in text for account in ROSE)
    assert stat.S_IMODE(listed.stat().st_mode) == 0o600


def test_without_the_key_all_ids_together_undo_no_pseudonym() -> None:
    ids = [f"x:{number}" for number in range(20_000)]
    given = {Pseudonyms(fresh_key()).account(one) for one in ids[:50]}
    guessed = Pseudonyms(fresh_key())
    assert not given & {guessed.account(one) for one in ids}
    plain = {hashlib.sha256(one.encode()).hexdigest()[:16] for one in ids}
    assert not {one[2:].replace("-", "") for one in given} & plain


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key_in(key)
    key.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        key_in(key)
    key.chmod(0o600)
    key.write_text("no key")
    with pytest.raises(ConfigError, match="holds no key"):
        key_in(key)


def test_a_key_or_list_that_cannot_be_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--privacy team"):
        Disclosure.chosen("share", tmp_path, tmp_path / "key", None)
    with pytest.raises(ConfigError, match="given away"):
        Disclosure.chosen("team", tmp_path, None, tmp_path / "out" / "names.csv")
    with pytest.raises(ConfigError, match="key would lie among"):
        Disclosure.chosen("team", tmp_path, tmp_path / "out" / "a.key", None)
    (tmp_path / "give").mkdir()
    how = Disclosure.chosen("team", tmp_path, None, tmp_path / "give" / "names.csv")
    with pytest.raises(ConfigError, match="given away"):
        how.check_apart(tmp_path / "give")
    with pytest.raises(ConfigError, match="There is no folder"):
        Disclosure.chosen("team", tmp_path, None, tmp_path / "nowhere" / "names.csv")
    (tmp_path / "posts.csv").write_text("id,text\n")
    with pytest.raises(ConfigError, match="would be overwritten"):
        Disclosure.chosen("team", tmp_path, None, tmp_path / "posts.csv")
    with pytest.raises(ConfigError, match="There is no folder"):
        key_in(tmp_path / "nowhere" / "a.key")


def test_a_full_disk_leaves_no_half_of_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patched:
        patched.setattr("rasad.exports.pseudonyms.os.fsync", full)
        with pytest.raises(DiskFullError):
            key_in(tmp_path / "key")
    assert len(key_in(tmp_path / "key")) == 32


def test_a_published_case_has_groups_alone_and_days(
    planted_store: DuckDBStore,
) -> None:
    with Disclosure("publish").of(planted_store) as shown:
        for table in TABLES:
            count = shown.rows(f'SELECT count(*) AS n FROM "{table}"')[0]["n"]
            assert bool(count) == (table in AGGREGATES), table
        first = shown.rows("SELECT DISTINCT first_at FROM run")
    assert first == [{"first_at": datetime(2024, 3, 5)}]


def test_no_published_table_gives_a_small_count_back() -> None:
    draw, some = random.Random(7), 0
    for _ in range(25):
        total, tested = draw.randint(3, 60), draw.randint(0, 60)
        in_trace = draw.randint(0, 60)
        tested, in_trace = min(total, tested), min(total, in_trace)
        store = DuckDBStore(None)
        run = {
            "run_id": "r",
            "n_accounts": total,
            "n_eligible": tested,
            "n_possible_pairs": tested * (tested - 1) // 2,
        }
        trace = {
            "run_id": "r",
            "trace": "link",
            "window_s": 10,
            "n_accounts": in_trace,
            "n_eligible": min(tested, in_trace),
        }
        sizes = [draw.randint(2, 30) for _ in range(4)]
        groups = [
            {"run_id": "r", "grp": f"g{n}", "size": s} for n, s in enumerate(sizes)
        ]
        for table, rows in (("run", [run]), ("trace_run", [trace]), ("grp", groups)):
            fill(store, table, rows)
        with Disclosure("publish").of(store) as shown:
            said = shown.rows("SELECT * FROM run")[0]
            told = shown.rows("SELECT * FROM trace_run")[0]
            kept = shown.rows("SELECT size FROM grp ORDER BY size")
        large = sorted(size for size in sizes if size >= SMALLEST)
        assert [row["size"] for row in kept] == large
        people = [said["n_accounts"], said["n_eligible"]]
        people += [told["n_accounts"], told["n_eligible"], sum(large) or None]
        shown_counts = [count for count in people if count is not None]
        gaps = [
            whole - part
            for whole in shown_counts
            for part in shown_counts
            if whole is not part
        ]
        assert all(count >= SMALLEST for count in shown_counts)
        assert not [gap for gap in gaps if 0 < gap < SMALLEST]
        some += said["n_accounts"] is not None
        assert (said["n_possible_pairs"] is None) == (said["n_eligible"] is None)
    assert some


def test_all_columns_of_text_are_known_to_this_test() -> None:
    assert {table for table in TABLES if text_columns(table)} == {
        table for table, _ in KIND_OF
    }
