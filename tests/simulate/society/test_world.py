"""A world as files: what its readers find in them, and what a disk may do to them."""

from __future__ import annotations

import ast
import csv
import errno
import json
import os
import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from rasad.cli import main
from rasad.errors import ConfigError, DiskFullError
from rasad.extend import Reject
from rasad.importers import IMPORTERS
from rasad.importers.plan import plan
from rasad.schema import Record
from rasad.simulate.archive import COLUMNS
from rasad.simulate.society import world as world_module
from rasad.simulate.society.faces import make_faces
from rasad.simulate.society.history import History
from rasad.simulate.society.rows import deeds
from rasad.simulate.society.scenario import Scenario, read_scenario
from rasad.simulate.society.tables import Scribe, answers_of
from rasad.simulate.society.world import World, write_world
from simulate.society.small_worlds import SMALL, silent

DECOYS = replace(read_scenario("decoys").at_scale(0.002), days=2)
LINK = re.compile(r"https://\S+")

Row = dict[str, str]


@dataclass(frozen=True)
class Read:
    folder: Path
    world: World
    rows: list[Row]

    def by_id(self) -> dict[str, Row]:
        return {row["tweetid"]: row for row in self.rows}


def rows_of(world: World) -> list[Row]:
    return [row for path in world.posts for row in pq.read_table(path).to_pylist()]


def bytes_of(folder: Path) -> dict[str, bytes]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    folder = tmp_path_factory.mktemp("society") / "world"
    world = write_world(DECOYS, folder, seed=5)
    return Read(folder, world, rows_of(world))


def test_there_is_a_file_per_day_with_the_columns_of_the_archive(read: Read) -> None:
    assert [path.name for path in read.world.posts] == [
        "day-001.parquet",
        "day-002.parquet",
    ]
    for number, path in enumerate(read.world.posts, start=1):
        table = pq.read_table(path)
        assert tuple(table.column_names) == COLUMNS
        assert {str(column.type) for column in table.columns} == {"string"}
        assert all(column.null_count == 0 for column in table.columns)
        days = {time[:10] for time in table["tweet_time"].to_pylist()}
        assert days == {f"2024-03-0{number}"}


def test_the_importer_reads_every_row_and_all_of_it(read: Read) -> None:
    records: list[Record] = []
    for path in read.world.posts:
        planned = plan(path)
        assert planned.sniff.importer == "x_io_tweets"
        assert planned.sniff.warnings == ()
        importer = IMPORTERS.find(planned.sniff.importer)
        for entry in importer.read(planned.head, planned.sniff.mapping):
            assert isinstance(entry.outcome, Record), entry
            assert not isinstance(entry.outcome, Reject)
            records.append(entry.outcome)
    assert len(records) == read.world.counts["written"] == len(read.rows)
    assert {record.precision for record in records} == {"ms"}
    assert all(record.post and record.text for record in records)
    reposts = [record for record in records if record.kind == "repost"]
    assert all(record.repost_of and record.repost_of_account for record in reposts)
    assert all(r.reply_to for r in records if r.kind == "reply")
    assert all(r.quote_of for r in records if r.kind == "quote")
    said = Counter(record.kind for record in records)
    told: Counter[str] = Counter()
    for kinds in read.world.counts["posts"].values():
        told.update(kinds)
    assert said == told
    found = {
        name
        for record in records
        for name in ("links", "hashtags", "mentions")
        if getattr(record, name)
    }
    assert found == {"links", "hashtags", "mentions"}


def test_posts_show_what_their_cells_list(read: Read) -> None:
    for row in read.rows:
        tags = ast.literal_eval(row["hashtags"])
        links = ast.literal_eval(row["urls"])
        shown = row["tweet_text"].split()
        assert [f"#{tag}" in shown for tag in tags] == [True] * len(tags)
        if row["tweet_text"].endswith("…"):
            assert links == []
        else:
            assert tags == [word[1:] for word in shown if word.startswith("#")]
            assert links == LINK.findall(row["tweet_text"])


def test_reposts_repeat_their_target_as_far_as_there_is_room(read: Read) -> None:
    posts, cut, whole = read.by_id(), 0, 0
    for row in read.rows:
        assert row["is_retweet"] == str(bool(row["retweet_tweetid"])).lower()
        target = posts.get(row["retweet_tweetid"])
        if target is None:
            continue
        full = f"RT @{target['user_screen_name']}: {target['tweet_text']}"
        short = full if len(full) <= 140 else full[:139] + "…"
        assert row["tweet_text"] == short
        assert row["retweet_userid"] == target["userid"]
        assert row["user_mentions"] == f"[{target['userid']}]"
        assert row["tweet_language"] == target["tweet_language"]
        cut, whole = cut + (short != full), whole + (short == full)
        words = short.split()[: -1 if short != full else None]
        shown = [word[1:] for word in words if word.startswith("#")]
        assert ast.literal_eval(row["hashtags"]) == shown
    assert cut > 100
    assert whole > 3


def test_replies_name_whom_they_answer(read: Read) -> None:
    posts = read.by_id()
    replies = [row for row in read.rows if row["in_reply_to_tweetid"] in posts]
    assert len(replies) > 100
    for row in replies:
        target = posts[row["in_reply_to_tweetid"]]
        assert row["in_reply_to_userid"] == target["userid"]
        assert row["tweet_text"].startswith(f"@{target['user_screen_name']} ")


def test_answers_of_the_day_are_counted(read: Read) -> None:
    for number, column, kind in (
        (0, "retweet_count", "retweet_tweetid"),
        (1, "reply_count", "in_reply_to_tweetid"),
        (0, "quote_count", "quoted_tweet_tweetid"),
    ):
        day = f"2024-03-0{number + 1}"
        rows = [row for row in read.rows if row["tweet_time"].startswith(day)]
        counted = Counter(row[kind] for row in rows)
        assert all(int(row[column]) == counted[row["tweetid"]] for row in rows)


def test_every_profile_says_that_it_is_simulated(read: Read) -> None:
    about: dict[str, set[str]] = {}
    for row in read.rows:
        assert row["user_profile_description"].endswith(". simulated")
        profile = (row["user_screen_name"], row["user_profile_description"])
        about.setdefault(row["userid"], set()).add("|".join(profile))
    assert all(len(known) == 1 for known in about.values())
    assert len(set().union(*about.values())) == len(about)


def test_the_truth_names_everybody_in_order(read: Read) -> None:
    with read.world.truth.open(encoding="utf-8", newline="") as file:
        truth = list(csv.DictReader(file))
    accounts = [row["account"] for row in truth]
    assert accounts == sorted(accounts, key=str.encode)
    assert len(set(accounts)) == len(accounts)
    assert {f"twitter:{row['userid']}" for row in read.rows} <= set(accounts)
    assert Counter(row["role"] for row in truth) == read.world.counts["accounts"]
    roles = {row["account"]: row["role"] for row in truth}
    said = Counter(roles[f"twitter:{row['userid']}"] for row in read.rows)
    assert said == {
        role: sum(kinds.values())
        for role, kinds in read.world.counts["posts"].items()
        if sum(kinds.values())
    }


def test_no_account_has_an_id_that_looks_rounded(read: Read) -> None:
    assert all(int(row["userid"]) % 10**6 for row in read.rows)
    assert all(int(row["tweetid"]) % 10**6 for row in read.rows)


def test_the_summary_says_what_it_was_made_of(read: Read) -> None:
    text = read.world.summary.read_text(encoding="utf-8")
    told = json.loads(text)
    assert told["format"] == 1
    assert told["finished"] is True
    assert told["settings"]["seed"] == 5
    assert told["settings"]["scenario"]["start"] == "2024-03-01"
    assert told["written"] == len(read.rows)
    assert told["drawn"] == told["written"] + sum(told["dropped"].values())
    assert str(read.folder.parent) not in text


def test_the_bytes_depend_on_nothing_but_the_settings(
    read: Read, tmp_path: Path
) -> None:
    for threads in (2, 5):
        folder = tmp_path / f"of {threads}"
        write_world(DECOYS, folder, seed=5, threads=threads)
        assert bytes_of(folder) == bytes_of(read.folder)
    write_world(DECOYS, tmp_path / "other", seed=6)
    other = bytes_of(tmp_path / "other")
    assert all(
        other[name] != content for name, content in bytes_of(read.folder).items()
    )


def test_the_same_world_is_written_anew_over_what_is_left_of_it(
    tmp_path: Path,
) -> None:
    world = write_world(SMALL, tmp_path / "w")
    whole = bytes_of(tmp_path / "w")
    world.posts[1].unlink()
    (tmp_path / "w" / "posts" / "day-003.parquet.part").write_bytes(b"half")
    (tmp_path / "w" / "posts" / "day-009.parquet").write_bytes(b"stray")
    write_world(SMALL, tmp_path / "w", threads=2)
    assert bytes_of(tmp_path / "w") == whole


@pytest.mark.parametrize("strange", ["notes.txt", "world.json"])
def test_a_folder_with_anything_else_is_refused(tmp_path: Path, strange: str) -> None:
    (tmp_path / strange).write_text("{}", encoding="utf-8")
    with pytest.raises(ConfigError, match="name a new folder"):
        write_world(SMALL, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [strange]


def test_another_world_and_a_file_are_refused(tmp_path: Path) -> None:
    write_world(silent(), tmp_path / "w")
    before = bytes_of(tmp_path / "w")
    with pytest.raises(ConfigError, match="holds another world"):
        write_world(silent(), tmp_path / "w", seed=2)
    with pytest.raises(ConfigError, match="holds another world"):
        write_world(silent(days=1), tmp_path / "w")
    assert bytes_of(tmp_path / "w") == before
    (tmp_path / "f").touch()
    with pytest.raises(ConfigError, match="is no folder"):
        write_world(silent(), tmp_path / "f")
    with pytest.raises(ConfigError, match="seed is -1"):
        write_world(silent(), tmp_path / "g", seed=-1)
    assert not (tmp_path / "g").exists()


@pytest.mark.parametrize("threads", [1, 3])
def test_a_full_disk_is_told_and_leaves_whole_files_only(
    tmp_path: Path, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(pq.ParquetWriter):  # type: ignore[misc]
        def write_table(self, *table: Any, **options: Any) -> None:
            super().write_table(*table, **options)
            if "day-002" in str(self.where):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(pq, "ParquetWriter", Full)
    with pytest.raises(DiskFullError, match="make room"):
        write_world(SMALL, tmp_path / "w", threads=threads)
    left = [path.name for path in (tmp_path / "w" / "posts.part").iterdir()]
    assert "day-001.parquet" in left
    assert set(left) <= {"day-001.parquet", "day-003.parquet"}
    told = json.loads((tmp_path / "w" / "world.json").read_text(encoding="utf-8"))
    assert told["finished"] is False
    assert not (tmp_path / "w" / "posts").exists()


def test_what_somebody_put_beside_the_days_is_not_removed(tmp_path: Path) -> None:
    write_world(silent(), tmp_path / "w")
    (tmp_path / "w" / "posts" / "notes.txt").touch()
    with pytest.raises(ConfigError, match=r"holds posts/notes\.txt"):
        write_world(silent(), tmp_path / "w")
    assert (tmp_path / "w" / "posts" / "notes.txt").exists()


@pytest.mark.parametrize("threads", [1, 2])
def test_a_stop_leaves_no_half_of_a_day(tmp_path: Path, threads: int) -> None:
    def stop(stage: str, done: int, total: int) -> None:
        assert (stage, total) == ("days", 3)
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_world(SMALL, tmp_path / "w", threads=threads, progress=stop)
    assert not (tmp_path / "w" / "posts").exists()
    for path in (tmp_path / "w" / "posts.part").iterdir():
        assert path.suffix == ".parquet"
        assert pq.read_table(path).num_rows > 0
    write_world(SMALL, tmp_path / "w", threads=threads)
    write_world(SMALL, tmp_path / "v")
    assert bytes_of(tmp_path / "w") == bytes_of(tmp_path / "v")


def scribe(scenario: Scenario) -> Scribe:
    history = History(scenario, 1)
    faces = make_faces(history.people, history.start_ms, 1)
    return Scribe(faces, history.people.language, history.start_ms)


def test_a_day_without_posts_is_a_file_with_columns(tmp_path: Path) -> None:
    none = deeds(np.empty(0, np.int64), [])
    table = scribe(silent()).table(none, answers_of(none))
    pq.write_table(table, tmp_path / "empty.parquet", store_schema=False)
    assert tuple(pq.read_table(tmp_path / "empty.parquet").column_names) == COLUMNS


def test_a_day_is_the_same_in_groups_of_any_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = rows_of(write_world(SMALL, tmp_path / "one"))
    monkeypatch.setattr(world_module, "ROWS_PER_GROUP", 101)
    many = write_world(SMALL, tmp_path / "many")
    assert pq.ParquetFile(many.posts[0]).metadata.num_row_groups > 5
    assert rows_of(many) == whole


def test_posts_without_words_links_or_known_targets_can_be_written() -> None:
    rows = deeds(
        np.array([5, 6, 7]),
        [0, 1, 2],
        [0, 1, 3],
        post=[1 << 60, (1 << 60) + 1, (1 << 60) + 2],
        target=[-1, 1 << 59, 1 << 59],
    )
    table = scribe(silent()).table(rows, answers_of(rows)).to_pydict()
    assert table["tweet_text"] == ["", "", ""]
    assert table["retweet_tweetid"] == ["", str(1 << 59), ""]
    assert table["retweet_userid"] == ["", "", ""]
    assert table["user_mentions"] == ["[]", "[]", "[]"]


def test_the_command_makes_a_world_and_says_how(tmp_path: Path) -> None:
    def rasad(*arguments: object) -> Any:
        return CliRunner().invoke(main, [str(argument) for argument in arguments])

    out = tmp_path / "a world"
    small = ("--scale", 0.002, "--days", 1, "--seed", 5)
    done = rasad("simulate", "decoys", out, *small)
    assert done.exit_code == 0, done.output
    assert f"rasad investigate '{out / 'posts'}'/*.parquet" in done.stdout
    for word in ("fan_club", "rows in", "rows a second", "of memory", "truth.csv"):
        assert word in done.stdout
    again = rasad("simulate", "decoys", out, *small, "--json", "--threads", 3)
    told = json.loads(again.stdout)
    assert told["written"] == sum(
        sum(kinds.values()) for kinds in told["posts"].values()
    )
    assert told["peak_memory_bytes"] > 1 << 20
    unknown = rasad("simulate", "nowhere", tmp_path / "n")
    assert unknown.exit_code == 1
    assert "nobody" in unknown.stderr
    assert rasad("simulate", "decoys", out, "--scale", "huge").exit_code == 2
    other = rasad("simulate", "nobody", out, *small)
    assert other.exit_code == 1
    assert "another world" in other.stderr
