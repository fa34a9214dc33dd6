"""Tables that were made for other tools, and those of nobody in particular."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.formats.made.sample import SECOND, TEXTS, Sample, lines, table
from rasad.importers.hidden import MARK, written
from rasad.schema import Record

Cells = dict[str, str]


def shared(n: int, account: str = "account_id", **cells: str) -> Cells:
    plain = {
        "object_id": f"object{n % 2}",
        account: f"account{n}",
        "content_id": f"content{n}",
        "timestamp_share": str(SECOND + n),
    }
    return plain | cells


def coortweet(account: str) -> bytes:
    """Return shares, one of them twice, and one by nobody."""
    rows = [shared(n, account) for n in (0, 1, 2, 3, 0)]
    return table([*rows, shared(4, account) | {account: ""}])


TOOLKIT = "message_id,user_id,username,repost_id,reply_id,message,timestamp,urls"
OTHER_NAMES = "m,u,n,r,p,t,s,l"


def toolkit(header: str) -> bytes:
    """Return eight columns; with the toolkit's names one row may be by nobody."""
    names = header.split(",")
    made = [
        ["m0", "u0", "One", "", "", TEXTS[0], str(SECOND), "['https://a.example/x']"],
        ["m1", "u1", "Two", "m0", "", TEXTS[0], f"{SECOND + 1}.5", "[]"],
        ["m2", "u0", "One", "", "m1", TEXTS[1], str(SECOND + 2), ""],
        ["m3", "u2", "Three", "", "", TEXTS[2], str(SECOND + 3), ""],
    ]
    nobody = ["m4", "", "", "", "", TEXTS[3], str(SECOND + 4), ""]
    made += [nobody] if header == TOOLKIT else []
    rows = [dict(zip(names, row, strict=True)) for row in made]
    return b"\xef\xbb\xbf" + table(rows)


def plain(n: int, **cells: str) -> Cells:
    made = {
        "Author ID": f"{500 + n % 3}",
        "Date": f"2023-11-14 22:13:{20 + n}",
        "Post": str(900 + n),
        "Text": TEXTS[n % len(TEXTS)],
        "URL": "https://a.example/x",
    }
    return made | cells


def posts() -> list[Cells]:
    return [*map(plain, range(4)), plain(0), plain(4) | {"Author ID": ""}]


def parquet() -> bytes:
    rows = posts()
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def hidden(n: int) -> bytes:
    """Return a record as an import at a level of privacy keeps it."""
    record = Record(
        account=f"x:pseudonym{n}",
        platform="x",
        created_at=(SECOND + n) * 1_000_000,
        precision="s",
        raw_time="",
        post=f"post{n}",
        text=TEXTS[n % len(TEXTS)],
    )
    return written(record)


def pseudonyms() -> bytes:
    """Return records, one of them twice, and a line that is none."""
    return b"".join(map(hidden, (0, 1, 2, 3, 0))) + lines([{MARK: {"account": "x:a"}}])


FATES = {"accepted": 4, "duplicate": 1, "rejected": 1}

TABLES = (
    Sample(
        format="coortweet",
        name="coortweet.csv",
        content=coortweet("account_id"),
        **FATES,
    ),
    Sample(
        format="coortweet",
        name="coortweet-older.csv",
        content=coortweet("id_user"),
        **FATES,
    ),
    Sample(
        format="qut_toolkit",
        name="toolkit.csv",
        content=toolkit(TOOLKIT),
        accepted=4,
        rejected=1,
    ),
    Sample(
        format="qut_toolkit",
        name="toolkit-other-names.csv",
        content=toolkit(OTHER_NAMES),
        accepted=4,
    ),
    Sample(
        format="rasad_pseudonyms",
        name="pseudonyms.jsonl",
        content=pseudonyms(),
        **FATES,
    ),
    Sample(format="generic", name="table.csv", content=table(posts()), **FATES),
    Sample(format="generic", name="table.tsv", content=table(posts(), "\t"), **FATES),
    Sample(format="generic", name="table.jsonl", content=lines(posts()), **FATES),
    Sample(format="generic", name="table.parquet", content=parquet(), **FATES),
)
