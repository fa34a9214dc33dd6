"""Times and ids are counted over all records of a file, and said in short sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from rasad.extend import Entry, Reject
from rasad.importers.audit import Audit
from rasad.importers.audit_remarks import of_the_future, remarks
from rasad.importers.audited import Audited, Ids, from_json, later_than
from rasad.importers.cells import LOST, clean_id
from rasad.importers.parts import NOWHERE, RECORD, REJECT, Part
from rasad.importers.times import read_time
from rasad.importers.written_times import stated_in, zones_of
from rasad.importers.x_posts import post_time
from rasad.schema import PRECISIONS, Record
from rasad.schema.record_columns import columns_of

from .x_reading import MOMENT_MS, snowflake

HOUR_MS = 3_600_000


def record(raw: str, post: str | None = None, **more: Any) -> Record:
    """Return a post of X as its importers make it."""
    us, unit = post_time(post, raw)
    fields: dict[str, Any] = {
        "account": "twitter:7",
        "platform": "twitter",
        "created_at": us,
        "precision": unit,
        "raw_time": raw,
        "post": post,
    }
    return Record(**fields | more)


def counted(records: Iterable[Record], parts: int = 1, lost: int = 0) -> Audited:
    audit, every = Audit(), list(records)
    size = -(-len(every) // parts)
    for begin in range(0, len(every), size):
        audit.look(columns_of(every[begin : begin + size]))
    return audit.told(lost)


def iso(ms: int, form: str = "%Y-%m-%dT%H:%M:%S.000Z") -> str:
    return datetime.fromtimestamp(ms // 1000, UTC).strftime(form)


def posts(n: int, ahead_ms: int = 0, form: str = "%Y-%m-%dT%H:%M:%SZ") -> list[Record]:
    moments = [MOMENT_MS + 77_003 * one for one in range(n)]
    return [record(iso(ms + ahead_ms, form), snowflake(ms)) for ms in moments]


# --- zones and precisions ---


def test_each_way_to_write_a_zone_is_counted() -> None:
    raw = {
        "UTC": ["2024-05-01T12:00:00Z", "2024-05-01 12:00:00 UTC"],
        "+03:30": ["2024-05-01T12:00:00+0330", "2024-05-01T12:00:00+03:30"],
        "-05:00": ["Thu Jun 07 06:36:05 -0500 2012"],
        "EST": ["2024-05-01 12:00:00 EST"],
        "none": ["2024-05-01 12:00", "5/1/2024 12:00"],
        "day": ["2024-05-01", "5/1/2024"],
        "number": ["1714564800", "1714564800.5", "-5"],
        "other": ["3kdgeujwlq32y", "yesterday 3:00 ABC"],
    }
    listed = pa.array([text for texts in raw.values() for text in texts])
    assert zones_of(listed) == {zone: len(texts) for zone, texts in raw.items()}
    assert zones_of(listed.slice(2, 2)) == {"+03:30": 2}


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-01T12:34:56.000Z",
        "2024-05-01T12:34:56.789Z",
        "2024-05-01 12:34:56.789123+0330",
        "2024-05-01 12:34",
        "2024-05-01 12:34:56",
        "2024-05-01",
        "1714564800",
        "1714564800123",
        "Thu Jun 07 06:36:05 +0000 2012",
        "13/5/2024 12:34",
    ],
)
def test_times_together_say_what_they_say_one_by_one(text: str) -> None:
    said = stated_in(pa.array([text, text]))
    us, unit = read_time(text)
    assert said.known.all()
    assert [(int(said.us[1]), PRECISIONS[said.unit[1]])] == [(us, unit)]


@pytest.mark.parametrize("text", ["2024-02-30T12:34:56Z", "2024-05-01 99:00", "soon"])
def test_what_is_no_time_is_not_known(text: str) -> None:
    said = stated_in(pa.array([text, "2024-05-01T12:34:56Z"]))
    assert said.known.tolist() == [False, True]


def test_times_without_a_zone_are_said_to_be_read_as_utc() -> None:
    bare = "%Y-%m-%d %H:%M:%S"
    (said,) = (one for one in remarks(counted(posts(9, form=bare))) if "zone" in one)
    assert said == (
        "9 of 9 times state no zone: they are read as UTC, as the times inside of the "
        "ids are."
    )
    plain = [record("2024-05-01 12:00:00"), record("2024-05-01 13:00:00")]
    assert remarks(counted(plain)) == (
        "2 of 2 times state no zone: they are read as UTC, and may be hours off if "
        "they are local ones.",
    )


def test_several_clocks_and_precisions_in_one_file_are_told() -> None:
    mixed = [
        record("2024-05-01T12:00:03Z"),
        record("2024-05-01T12:00:04Z"),
        record("2024-05-01T12:00:00+0300"),
        record("2024-05-01 12:00"),
        record("1714564801"),
        record("2024-05-01"),
    ]
    said = remarks(counted(mixed))
    assert (
        "Times are written in several ways, maybe by several clocks: 2 in UTC, 1 as "
        "+03:00, 1 as days, 1 without a zone, 1 as numbers."
    ) in said
    assert (
        "2 of 6 times are stated to the minute or worse, the others more exactly."
    ) in said


# --- ids that hold a time ---


def test_a_file_in_another_zone_is_told_with_its_zone() -> None:
    """Far more records than those that are looked at before an import."""
    shifted, sound = posts(1_204, ahead_ms=3 * HOUR_MS), posts(106)
    audited = counted([*sound, *shifted], parts=3)
    gaps = audited.gaps["twitter"]
    assert (gaps.agree, gaps.shifts, gaps.apart) == (106, {"12": 1_204}, 0)
    assert gaps.taken == 1_204
    assert (
        "1,204 of 1,310 posts are exactly 3 h from what their ids say: the file is in "
        "UTC+3. The times inside of the ids are taken."
    ) in remarks(audited)


def test_a_table_that_names_no_platform_keeps_its_zone_and_says_so() -> None:
    def bare(one: Record) -> Record:
        us, unit = read_time(one.raw_time)
        return Record(
            account="generic:7",
            platform="generic",
            created_at=us,
            precision=unit,
            raw_time=one.raw_time,
            post=one.post,
        )

    ahead = posts(30, -int(3.5 * HOUR_MS), "%Y-%m-%d %H:%M")
    audited = counted(map(bare, ahead))
    assert audited.gaps["generic"].shifts == {"-14": 30}
    assert (
        "30 of 30 posts are exactly 3 h 30 min from what their ids say: the file is in "
        "UTC-3:30. They are kept as stated: write times in UTC to compare them with "
        "others."
    ) in remarks(audited)
    # Numbers that are no ids of X hold no time, and nothing is said of it.
    others = [bare(record("2024-05-01 12:00:00", str(10**17 + n))) for n in range(9)]
    assert not any(
        "ids say" in one or "inside" in one for one in remarks(counted(others))
    )


def test_other_differences_are_counted_with_the_worst() -> None:
    off = [record(iso(MOMENT_MS + 50 * HOUR_MS + 7_000), snowflake(MOMENT_MS))]
    audited = counted([*off, *posts(3)])
    gaps = audited.gaps["twitter"]
    assert (gaps.agree, gaps.apart) == (3, 1)
    assert gaps.worst_us // 1_000_000 == 50 * 3_600 + 6
    assert (
        "In 1 of 4 posts the time inside of the id is not the one stated, by up to 2 "
        "days; that one is kept."
    ) in remarks(audited)


def test_an_edit_is_compared_by_its_own_id() -> None:
    first, second = snowflake(MOMENT_MS), snowflake(MOMENT_MS + HOUR_MS)
    edited = record(iso(MOMENT_MS + HOUR_MS), second)
    edited = Record(
        **{name: getattr(edited, name) for name in Record.__struct_fields__}
        | {"post": first, "edition": second}
    )
    assert counted([edited]).gaps["twitter"].agree == 1


def test_what_is_known_better_than_stated_is_told() -> None:
    audited = counted(posts(5, form="%Y-%m-%d %H:%M"))
    assert (audited.stated, audited.known) == ({"min": 5}, {"ms": 5})
    assert (
        "5 of 5 times are stated to the minute or worse, and known to the millisecond "
        "from the ids."
    ) in remarks(audited)


# --- ids ---


def rounded(ids: Iterable[int], how: Callable[[int], object]) -> tuple[str, ...]:
    made = [
        Record(
            account="generic:7",
            platform="generic",
            created_at=0,
            precision="s",
            raw_time="0",
            post=str(how(one)),
        )
        for one in ids
    ]
    return remarks(counted(made))


SOUND = [1_700_000_000_000_000_001 + 7_777_777_777 * n for n in range(60)]


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (lambda one: int(float(one)), "Of 60 long ids of posts all were rounded"),
        (lambda one: one // 100 * 100, "60 of 60 long ids of posts end in two zeros"),
        (
            lambda one: one // 10_000 * 10_000,
            "60 of 60 long ids of posts end in nothing but zeros after their 15th",
        ),
    ],
)
def test_ids_that_were_rounded_are_told(
    how: Callable[[int], object], words: str
) -> None:
    assert any(words in one for one in rounded(SOUND, how))


def test_sound_ids_are_not_said_to_be_rounded() -> None:
    assert rounded(SOUND, str) == ()
    # Most of X are multiples of 4,096, which are whole doubles too.
    assert rounded((one // 4_096 * 4_096 for one in SOUND), str) == ()
    assert rounded([12_345_678_901_234_500], str) == ()


def test_hashed_accounts_are_counted_over_all_records() -> None:
    names = ["a" * 64, "A9/+" * 10 + "abc=", "someone", "12", "a@b.example"]
    made = [record("2024-05-01T12:00:00Z", account=f"twitter:{name}") for name in names]
    assert counted(made).hashed == 2
    assert (
        "2 of 5 records are of accounts whose ids are hashed: they match inside data "
        "of one release only."
    ) in remarks(counted(made))


def test_an_entry_that_lost_an_id_counts_once() -> None:
    def entries() -> Iterable[Entry]:
        for cell in ("12", "8.98926E+17", "906000000000000000", "'1.5E+18"):
            # Importers may ask twice about one id.
            assert clean_id(cell) == clean_id(cell)
            yield Entry(1, None, None, "blank")

    assert len(list(LOST.passing(entries()))) == 4
    assert LOST.records == 3
    assert remarks(Audited(records=2, lost=1_300)) == (
        "Records with an id whose last digits are lost: 1,300. Such an id counts as "
        "missing and is never compared.",
    )


# --- years ---


def test_times_before_the_platform_or_in_the_future_are_told() -> None:
    made = [record("2004-05-01T12:00:00Z"), record("2031-05-01T12:00:00Z")]
    audited = counted(made)
    assert audited.years == {"2004": 1, "2031": 1}
    assert "Times from before their platform existed: 1." in remarks(audited)
    said = of_the_future(later_than(audited, 2026))
    assert said == "Times in years that have not begun: 1 (2031)."
    assert of_the_future(later_than(audited, 2031)) is None


def test_a_sound_file_says_nothing_and_any_division_counts_the_same() -> None:
    sound = [record(one.raw_time, post=None) for one in posts(40)]
    assert remarks(counted(sound)) == ()
    mixed = [*posts(20), *posts(20, HOUR_MS), *sound]
    whole = counted(mixed)
    assert counted(mixed, parts=7) == whole
    assert from_json(whole.as_json()) == whole
    assert Audited(ids={"post": Ids(long=2)}) != Audited()


# --- what a spreadsheet holds ---


def part(last: int, records: int, rejects: int = 0) -> Part:
    """Return a part with one real record and many rejects, as a long table has."""
    n = records + rejects
    what = np.array([RECORD] * records + [REJECT] * rejects, np.uint8)
    line = np.arange(last - n + 1, last + 1)
    nowhere = np.full(n, NOWHERE)
    reject = Reject("empty", "")
    held = columns_of([record("2024-05-01T12:00:00Z")] * records)
    return Part(line, nowhere, nowhere, what, held, [reject] * rejects)


@pytest.mark.parametrize(
    ("container", "last", "entries", "full"),
    [
        ("workbook", 1_048_576, 3, 1_048_576),
        ("workbook", 1_048_575, 3, 0),
        ("csv", 1_050_000, 1_048_575, 1_048_576),
        ("csv", 1_050_000, 1_048_576, 1_048_576),
        ("csv", 1_048_576, 1_000_000, 0),
        ("tsv", 65_536, 65_535, 65_536),
        ("jsonl", 1_048_576, 1_048_576, 0),
    ],
)
def test_a_table_as_long_as_a_sheet_may_have_been_cut(
    container: str, last: int, entries: int, full: int
) -> None:
    audit = Audit()
    for _ in audit.passing([part(last, 1, entries - 1)]):
        pass
    audited = audit.told(container=container)
    assert audited.full_rows == full
    said = f"The table has {full:,} rows, as many as a spreadsheet holds: "
    assert any(one.startswith(said) for one in remarks(audited)) == bool(full)


def test_a_text_as_long_as_a_cell_may_have_been_cut() -> None:
    texts = ["خ" * 32_767, "x" * 32_766, "x" * 32_768, None, "é" * 17_000]
    made = [record("2024-05-01T12:00:00Z", text=text) for text in texts]
    audited = counted(made)
    assert audited.full_texts == 1
    assert remarks(audited) == (
        "Texts of 32,767 characters, as many as a cell of a spreadsheet holds: 1. "
        "Their ends may be lost.",
    )
