"""In another order, or split over several files, rows give the same records."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rasad.importers import IMPORTERS, recognise
from rasad.importers.reader import inspect

START = datetime(2016, 3, 13, tzinfo=UTC)
Rows = list[dict[str, object]]


def moments(seed: int) -> list[datetime]:
    """Times of which the first 250 fall on whole minutes, the others anywhere."""
    source = random.Random(seed)
    coarse = [START + timedelta(minutes=n) for n in range(250)]
    fine = [
        START + timedelta(microseconds=source.randrange(10**10)) for _ in range(250)
    ]
    return coarse + fine


def dates(moment: datetime) -> str:
    if not moment.second and not moment.microsecond:
        return f"{moment:%Y-%m-%d %H:%M}"
    return moment.isoformat(" ")


def numbers(moment: datetime) -> str:
    seconds = int(moment.timestamp())
    return str(seconds if moment.microsecond % 2 else seconds * 1000 + 7)


def slashes(moment: datetime) -> str:
    moment += timedelta(days=moment.minute % 9 - 4)
    return f"{moment.day}/{moment.month}/{moment.year} {moment:%H:%M:%S}"


def zoned(moment: datetime) -> datetime:
    return moment


def seconds(moment: datetime) -> float:
    return moment.timestamp()


def generic(time: Callable[[datetime], object]) -> Callable[[int], Rows]:
    def rows(seed: int) -> Rows:
        return [
            {
                "user": f"U{n % 9}",
                "time": time(moment),
                "text": f"{'RT @a: ' * (n % 3 == 0)}words {n}",
                "post_id": f"90600000000000{n % 3}000",
            }
            for n, moment in enumerate(moments(seed))
        ]

    return rows


def toolkit(seed: int) -> Rows:
    names = "message_id user_id username repost_id reply_id message timestamp urls"
    return [
        dict(
            zip(
                names.split(),
                (
                    f"m{n % 400}",
                    f"u{n % 5}",
                    "",
                    "",
                    "",
                    f"x {n}",
                    seconds(m) % 999,
                    "",
                ),
                strict=True,
            )
        )
        for n, m in enumerate(moments(seed))
    ]


def coortweet(seed: int) -> Rows:
    return [
        {
            "object_id": f"o{n % 7}",
            "account_id": f"a{n % 5}",
            "content_id": f"c{n}",
            "timestamp_share": numbers(m)[:10],
        }
        for n, m in enumerate(moments(seed))
    ]


def archive(seed: int) -> Rows:
    return [
        {
            "tweetid": f"90600000000{n % 3}000000" if n % 5 else "",
            "userid": f"{n % 5}",
            "tweet_time": f"{m:%Y-%m-%d %H:%M}",
            "tweet_text": f"x {n}",
            "is_retweet": "false",
            "retweet_tweetid": "",
        }
        for n, m in enumerate(moments(seed))
    ]


FORMATS: dict[str, Callable[[int], Rows]] = {
    "dates": generic(dates),
    "numbers": generic(numbers),
    "slashes": generic(slashes),
    "timestamps": generic(zoned),
    "seconds as doubles": generic(seconds),
    "toolkit": toolkit,
    "coortweet": coortweet,
    "archive": archive,
}


def save(rows: Rows, path: Path, parquet: bool) -> Path:
    if parquet:
        pq.write_table(pa.Table.from_pylist(rows), path)
        return path
    lines: list[list[object]] = [list(rows[0]), *(list(row.values()) for row in rows)]
    path.write_text("".join(",".join(map(str, line)) + "\n" for line in lines))
    return path


def outcomes(path: Path) -> list[str]:
    """Return what each row became, as sorted text."""
    head = inspect(path)
    sniff = recognise(head)
    read = IMPORTERS.find(sniff.importer).read(head, sniff.mapping)
    return sorted(
        str(entry.outcome) for entry in read if entry.outcome not in ("header", "blank")
    )


@pytest.mark.parametrize("parquet", [False, True], ids=["csv", "parquet"])
@pytest.mark.parametrize("name", FORMATS)
def test_order_and_splitting_change_no_record(
    name: str, parquet: bool, tmp_path: Path
) -> None:
    rows = FORMATS[name](5)
    whole = outcomes(save(rows, tmp_path / "whole", parquet))
    assert sum("Record(" in one for one in whole) > 100
    split = [
        outcomes(save(part, tmp_path / "part", parquet))
        for part in (rows[:250], rows[250:])
    ]
    assert sorted(split[0] + split[1]) == whole
    for seed in range(3):
        shuffled = random.Random(seed).sample(rows, len(rows))
        assert outcomes(save(shuffled, tmp_path / "shuffled", parquet)) == whole
