"""The toolkit's database is read as it is: its rows, its links, and nothing written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from rasad.errors import ImportFormatError
from rasad.evaluate.baselines.rival_files import read_messages
from rasad.evaluate.baselines.toolkit import KINDS, network, summary

SCHEMA = """
PRAGMA journal_mode = WAL;
CREATE TABLE edge (
    message_id PRIMARY KEY, user_id NOT NULL, username text, repost_id, reply_id,
    message text, transformed_message text, transformed_message_length integer,
    transformed_message_hash blob, token_set text, timestamp integer
);
CREATE TABLE message_url (
    message_id REFERENCES edge(message_id), url, timestamp, user_id,
    PRIMARY KEY (message_id, url)
);
"""
"""Those of its tables that are read, as release 1.5.2 makes them."""

ROWS = [
    ("1", "a", "anna", None, "r", "One text", 0, "u v"),
    ("2", "b", "bob", None, "r", "one  TEXT", 0.5, "v"),
    ("3", "c", "=cy", "p", None, "RT", 1, ""),
    ("4", "a", "anna", "p", None, "RT", 1.25, "u"),
    ("5", "b", "bob", None, "r", "Another", 60, ""),
]

Made = Callable[[Path], None]


def fill(path: Path) -> None:
    """Make a database as the toolkit makes one of a CSV file with these rows."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(SCHEMA)
        for message, user, name, repost, reply, text, time, urls in ROWS:
            edge = (message, user, name, repost, reply, text, *[None] * 4, time)
            database.execute(f"INSERT INTO edge VALUES ({', '.join('?' * 11)})", edge)
            for url in () if repost else urls.split(" "):
                link = (message, url, time, user)
                database.execute("INSERT INTO message_url VALUES (?, ?, ?, ?)", link)
        database.commit()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "data #1?.db"
    fill(path)
    return path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "messages.csv"
    lines = [",".join("" if cell is None else str(cell) for cell in r) for r in ROWS]
    path.write_text("\n".join(["id,who,name,of,to,text,when,links", *lines]) + "\n")
    return path


def test_a_database_gives_what_its_table_gives(database: Path, table: Path) -> None:
    ours, theirs = read_messages([database]), read_messages([table])
    assert ours.names == theirs.names
    assert ours.texts == theirs.texts
    for kind in KINDS:
        found, expected = (network(m, kind, 60, 1) for m in (ours, theirs))
        assert summary(found) == summary(expected)
        assert summary(found)["edges"] > 0, kind


def test_nothing_is_written_beside_a_database(database: Path) -> None:
    before = {path: path.read_bytes() for path in database.parent.iterdir()}
    read_messages([database])
    assert {path: path.read_bytes() for path in database.parent.iterdir()} == before


def test_what_is_still_in_the_log_is_read(database: Path) -> None:
    with closing(sqlite3.connect(database)) as writer:
        writer.execute("UPDATE edge SET user_id = 'z' WHERE message_id = '1'")
        writer.commit()
        assert "z" in read_messages([database]).users


def test_a_database_and_a_table_are_read_one_after_another(
    database: Path, table: Path
) -> None:
    with closing(sqlite3.connect(database)) as writer:
        writer.execute("DELETE FROM edge WHERE message_id = '2'")
        writer.commit()
    both = read_messages([database, table])
    assert [both.texts[-1], len(both)] == ["one  TEXT", len(ROWS)]
    assert len(both.links.url) == len(read_messages([table]).links.url)


def change(statement: str) -> Made:
    def changed(path: Path) -> None:
        fill(path)
        with closing(sqlite3.connect(path)) as database:
            database.executescript(statement)

    return changed


def cut(path: Path) -> None:
    fill(path)
    path.write_bytes(path.read_bytes()[:5_000])


BAD: dict[str, tuple[Made, str]] = {
    "no table": (change("DROP TABLE edge"), "without the toolkit's table edge"),
    "no links": (change("DROP TABLE message_url"), "table message_url"),
    "view": (
        change("DROP TABLE edge; CREATE VIEW edge AS SELECT * FROM message_url"),
        "without the toolkit's table edge",
    ),
    "older": (change("ALTER TABLE edge DROP COLUMN username"), "no such column"),
    "bytes": (change("UPDATE edge SET message = x'00ff'"), "bytes instead of text"),
    "text": (change("UPDATE edge SET message = CAST(x'ff' AS TEXT)"), "cannot be read"),
    "no time": (change("UPDATE edge SET timestamp = NULL"), "not a number of seconds"),
    "cut": (cut, "cannot be read"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_database_that_is_not_the_toolkits_is_one_sentence(
    kind: str, tmp_path: Path
) -> None:
    make, sentence = BAD[kind]
    path = tmp_path / "bad.db"
    make(path)
    with pytest.raises(ImportFormatError, match=sentence) as error:
        read_messages([path])
    assert "\n" not in str(error.value)
