"""Other tools' tables are read as they are, or refused with one sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rasad.errors import ImportFormatError, MappingError
from rasad.evaluate.baselines.rival_files import read_messages, read_shares

Write = Callable[[str], Path]

SHARES = "object_id,account_id,content_id,timestamp_share\n"
MESSAGES = "message_id,user_id,username,repost_id,reply_id,message,timestamp,urls\n"


@pytest.fixture
def written(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        path = tmp_path / f"table{len(list(tmp_path.iterdir()))}.csv"
        path.write_bytes(text.encode())
        return path

    return write


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("1600000000", 1_600_000_000.0),
        ("1.6e+09", 1_600_000_000.0),
        ("1600000000.25", 1_600_000_000.25),
        ("2020-09-13 12:26:40", 1_600_000_000.0),
        ("2020-09-13 12:26:40.25", 1_600_000_000.25),
        ("0.1", 0.1),
        ("-5", -5.0),
    ],
)
def test_times_are_seconds_or_dates_in_utc(
    cell: str, seconds: float, written: Write
) -> None:
    shares = read_shares([written(f"{SHARES}o,a,c,{cell}\n")])
    assert shares.time_s.tolist() == [seconds]


def test_what_r_takes_for_missing_is_missing(written: Write) -> None:
    shares = read_shares([written(f"{SHARES}NA,a,c,1\no,,c,2\no,a,NA,3\no,a,c,NA\n")])
    assert shares.object.tolist() == [-1, 0, 0, 0]
    assert shares.account.tolist() == [0, -1, 0, 0]
    assert shares.content.tolist() == [0, 0, -1, 0]
    assert np.isnan(shares.time_s[3])


def test_a_name_in_parquet_may_be_na(tmp_path: Path) -> None:
    path = tmp_path / "shares.parquet"
    columns = {"object_id": ["o"], "account_id": ["NA"], "content_id": ["c"]}
    pq.write_table(pa.table({**columns, "timestamp_share": [1]}), path)
    assert read_shares([path]).accounts == ["NA"]


@pytest.mark.parametrize("name", ["account_id", "id_user", "id_account"])
def test_older_names_of_the_account_are_known(name: str, written: Write) -> None:
    path = written(SHARES.replace("account_id", name) + "o,a,c,1\n")
    assert read_shares([path]).accounts == ["a"]


def test_long_ids_keep_their_digits(written: Write) -> None:
    near = ["9007199254740993", "9007199254740992", "898925911294132225"]
    path = written(SHARES + "".join(f"{one},{one},{one},1\n" for one in near))
    shares = read_shares([path])
    assert shares.accounts == shares.objects == shares.contents == sorted(near)


def test_names_from_right_to_left_and_long_ones(written: Write) -> None:
    names = ["علی", "שרה", "\u202eevil", "x" * 5_000]
    path = written(SHARES + "".join(f"o,{name},c,1\n" for name in names))
    assert read_shares([path]).accounts == sorted(names)


def test_files_are_read_one_after_another(written: Write) -> None:
    paths = [written(f"{SHARES}o,{name},c,1\n") for name in "ba"]
    assert read_shares(paths).account.tolist() == [1, 0]


def test_columns_are_found_by_role(written: Write) -> None:
    path = written("link,who,content_id,when\no,a,c,1\n")
    mapping = {"object": "link", "account": "who", "time": "when"}
    assert read_shares([path], mapping).objects == ["o"]


def test_a_missing_column_ends_with_the_option_to_type(written: Write) -> None:
    path = written("link,account_id,content_id,timestamp_share\no,a,c,1\n")
    with pytest.raises(MappingError, match="--map object=COLUMN"):
        read_shares([path])


def test_a_role_that_the_tool_has_no_use_for_is_refused(written: Write) -> None:
    path = written(f"{SHARES}o,a,c,1\n")
    with pytest.raises(MappingError, match="no use for the role text"):
        read_shares([path], {"text": "object_id"})


@pytest.mark.parametrize(
    "body",
    ["o,a,c,soon\n", "o,a,c\n", "o,a,c,inf\n", 'o,"a,c,1\n', "o,a,c,2020-13-40\n"],
)
def test_a_row_that_cannot_be_read_is_an_error(body: str, written: Write) -> None:
    path = written(f"{SHARES}o,a,c,1\no,b,d,2\no,e,f,3\n" + body)
    with pytest.raises(ImportFormatError, match=r"Line 5 of table0\.csv"):
        read_shares([path])


# --- the toolkit ---------------------------------------------------------------------


def test_the_toolkits_columns_are_told_by_their_places(written: Write) -> None:
    path = written("\ufeffx,x,,x,x,x,x,x\n1,u,name,,r,Text,0.5,a b\n\n2,v,n,p,,T,1,\n")
    messages = read_messages([path])
    assert messages.users == ["u", "v"]
    assert messages.repost.tolist() == [-1, 0]
    assert messages.reply.tolist() == [0, -1]
    assert messages.time_s.tolist() == [0.5, 1.0]
    assert messages.urls == ["a", "b"]
    assert messages.names == ["name", "n"]


def test_links_are_cut_at_spaces_and_an_empty_cell_is_one(written: Write) -> None:
    rows = "1,u,n,,,T,0,\n2,u,n,,,T,0,a  b\n3,u,n,,,T,0,\"['a', 'b']\"\n"
    messages = read_messages([written(MESSAGES + rows)])
    found = [messages.urls[code] for code in messages.links.url]
    assert found == ["", "a", "", "b", "['a',", "'b']"]


def test_no_column_of_links_is_no_link(written: Write) -> None:
    path = written("id,who,when\n1,u,0\n2,v,0\n")
    mapping = {"post": "id", "account": "who", "time": "when"}
    assert len(read_messages([path], mapping).links.url) == 0


def test_the_same_file_twice_is_the_same_table(written: Write) -> None:
    path = written(MESSAGES + "1,u,n,,,T,0,a\n2,v,n,,,T,1,a\n")
    once, twice = read_messages([path]), read_messages([path, path])
    assert once.message.tolist() == twice.message.tolist()
    assert once.links.message.tolist() == twice.links.message.tolist()


def test_the_toolkits_table_as_parquet(tmp_path: Path) -> None:
    path = tmp_path / "messages.parquet"
    cells = [["1"], ["u"], ["n"], [None], ["r"], ["T"], [0.25], [None]]
    names = MESSAGES.strip().split(",")
    pq.write_table(pa.table(dict(zip(names, cells, strict=True))), path)
    messages = read_messages([path])
    assert messages.time_s.tolist() == [0.25]
    assert len(messages.links.url) == 0


@pytest.mark.parametrize(
    "body", ["1,u,n,,,T,soon,\n", "1,u,n,,,T,0\n", "1,u,n,,,T,0,a,b\n"]
)
def test_a_row_that_the_toolkit_stops_at_is_an_error(body: str, written: Write) -> None:
    with pytest.raises(ImportFormatError, match=r"Line 3 of table0\.csv"):
        read_messages([written(MESSAGES + "0,u,n,,,T,0,\n" + body)])


@pytest.mark.parametrize("time", ["nan", "inf", "-inf"])
def test_times_without_end_are_refused_where_the_toolkit_takes_them(
    time: str, written: Write
) -> None:
    with pytest.raises(ImportFormatError, match="not a number of seconds"):
        read_messages([written(f"{MESSAGES}1,u,n,,,T,{time},\n")])


def test_blank_lines_are_passed_over_where_the_toolkit_stops(written: Write) -> None:
    path = written(f"{MESSAGES}1,u,n,,,T,0,\n\n2,v,n,,,T,1,\n")
    assert read_messages([path]).time_s.tolist() == [0.0, 1.0]


def test_numbers_are_read_as_each_tools_language_reads_them(written: Write) -> None:
    """Python takes an underscore for nothing, R for no number."""
    assert read_messages([written(f"{MESSAGES}1,u,n,,,T,1_000,\n")]).time_s == [1000]
    for cell in ("1_000", "١٢"):
        with pytest.raises(ImportFormatError, match="Line 2"):
            read_shares([written(f"{SHARES}o,a,c,{cell}\n")])


@pytest.mark.parametrize(
    ("body", "cells"), [("1;u;0\n", "1 cell"), ("1,u,0\n", "3 cells")]
)
def test_a_table_of_another_kind_ends_with_the_option_to_type(
    body: str, cells: str, written: Write
) -> None:
    with pytest.raises(ImportFormatError) as error:
        read_messages([written(f"id,who,when\n{body}")])
    assert f"has {cells} set apart by commas" in str(error.value)
    assert "--map post=COLUMN,account=COLUMN,time=COLUMN" in str(error.value)


def test_an_encoding_that_the_toolkit_cannot_read_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes(MESSAGES.encode() + b"1,u,n,,,caf\xe9,0,\n")
    with pytest.raises(ImportFormatError, match="not in UTF-8"):
        read_messages([path])
