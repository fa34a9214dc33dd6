"""Each hard rule of the group-level join, and an attempt to get round it."""

from __future__ import annotations

import inspect
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasad.cli.silence import freeze_command, join_command
from rasad.connectivity import activity, audit, rules
from rasad.connectivity.activity import (
    Society,
    collected,
    control_of,
    counts_of,
    may_be_shown,
    society,
)
from rasad.connectivity.answers import answer_of
from rasad.connectivity.rules import Cell, check_apart, check_frozen, showable
from rasad.connectivity.silence import Counts, Event, silences
from rasad.connectivity.verdicts import judged
from rasad.errors import NotEnoughDataError, RefusedError
from rasad.evaluate.frozen import leave_out_later
from rasad.evaluate.joining import freeze, join
from rasad.schema import TABLES, columns
from rasad.store.duckdb import DuckDBStore
from rasad.store.journal import Journal
from rasad.store.sql import Step

MONDAY = datetime(2024, 1, 1)
HOUR_US = 3_600_000_000
WEEKS = 30
BEGIN = 27 * 168 + 16


def posting(
    store: DuckDBStore, who: str, n: int, hours: range, language: str = "en"
) -> None:
    """Let so many accounts post once in each of some hours."""
    sql = f"""
        INSERT INTO post (post, platform, account, created_at, precision, language,
          record, client)
        SELECT $who || h || '-' || n, 'x', 'x:' || $who || n,
          TIMESTAMP '{MONDAY}' + to_hours(h::BIGINT), 's', $language,
          $who || h || '-' || n, 'client of ' || $who || n
        FROM range($first, $last, $step) AS hours(h), range($n) AS members(n)
    """
    values = {"who": who, "n": n, "language": language}
    values |= {"first": hours.start, "last": hours.stop, "step": hours.step}
    store.run(Step(name="post", sql=sql, values=values))


def us(hours: int) -> int:
    return round((MONDAY + timedelta(hours=hours)).replace(tzinfo=UTC).timestamp()) * (
        1_000_000
    )


def crowd(
    group: int, control: int, rest: int, idle: int = 0
) -> tuple[Society, list[np.ndarray]]:
    """Return a society of a group, its control and others who write Persian."""
    n = group + control + rest
    accounts = pa.array([f"x:{place:04}" for place in range(n)])
    declared = np.repeat([0, 0, 1], [group, control, rest])
    active = np.ones(n)
    active[:idle] = 0
    people = Society(accounts, declared, active)
    places = np.split(np.arange(n), [group, group + control])
    return people, places[:2]


def level(group: float = 1.0, control: float = 1.0) -> Counts:
    """Return counts in which the group and its control fall to shares in one day."""
    dice = np.random.default_rng(3)
    n = WEEKS * 168
    rhythm = 1 + 0.5 * np.sin(np.arange(n) * np.pi / 12)
    rows = [dice.poisson(size * rhythm).astype(float) for size in (20, 300)]
    for row, share in zip(rows, (group, control), strict=True):
        dark = slice(BEGIN, BEGIN + 24)
        row[dark] = dice.binomial(row[dark].astype(int), share)
    return Counts(400_000, rows[0], rows[1], np.zeros((0, n)), np.ones(n, np.bool_))


def told(counts: Counts) -> dict[str, Any]:
    event = Event(400_000 + BEGIN, 400_000 + BEGIN + 24, "IR", 0.9)
    return answer_of("abc", 60, judged(silences(counts, [event])), counts).row()


# --- rule 2: minimum sizes, and what is left over ---


def test_a_group_of_24_is_not_shown_and_one_of_25_is() -> None:
    assert not Cell(24, 24).large
    assert Cell(25, 10).large


def test_a_group_of_which_9_were_active_is_not_shown() -> None:
    people, (group, control) = crowd(30, 100, 0, idle=21)
    assert people.cell(group).active == 9
    assert not may_be_shown(people, group, control, [group])
    people, (group, control) = crowd(30, 100, 0, idle=20)
    assert may_be_shown(people, group, control, [group])


@pytest.mark.parametrize("rest", [1, 3, 24])
def test_nothing_is_shown_when_a_few_accounts_are_left_over(rest: int) -> None:
    people, (group, control) = crowd(30, 100, rest)
    assert not may_be_shown(people, group, control, [group])


@pytest.mark.parametrize("rest", [0, 25])
def test_nobody_or_many_may_be_left_over(rest: int) -> None:
    people, (group, control) = crowd(30, 100, rest)
    assert may_be_shown(people, group, control, [group])


def test_a_second_group_cannot_be_subtracted_to_reach_the_few() -> None:
    people, (group, control) = crowd(30, 100, 33)
    second = np.arange(130, 160)
    assert may_be_shown(people, group, control, [group])
    # All without group, control and second group would be three accounts.
    assert not may_be_shown(people, group, control, [group, second])


def test_a_small_group_is_part_of_the_control_and_so_cannot_be_worked_out() -> None:
    people, (group, _) = crowd(30, 100, 0)
    assert len(control_of(people, group, [group])) == 100


@given(st.lists(st.integers(0, 60), min_size=1, max_size=4), st.integers(0, 60))
def test_no_cell_below_the_minimum_is_shown_or_left(
    sizes: list[int], rest: int
) -> None:
    cells = [Cell(size, size) for size in sizes]
    if showable(cells, [Cell(rest, rest)]):
        assert min(sizes) >= 25
        assert rest == 0 or rest >= 25


def test_counting_itself_refuses_small_aggregates() -> None:
    with DuckDBStore(None) as store:
        posting(store, "few", 24, range(0, 400))
        posting(store, "many", 60, range(0, 400))
        people = society(store, us(400))
        few = people.places(pa.array([f"x:few{n}" for n in range(24)]))
        many = people.places(pa.array([f"x:many{n}" for n in range(60)]))
        with pytest.raises(ValueError, match="too small"):
            counts_of(store, people, few, many, 1)
        with pytest.raises(ValueError, match="too small"):
            counts_of(store, people, many, few, 1)


# --- rule 3: frozen before, and no way to name accounts ---


def test_a_freeze_of_later_posts_is_no_freeze(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    with pytest.raises(RefusedError, match="No group of this case is frozen"):
        audit.latest_before(journal, us(100))
    late = audit.Freeze(
        until_us=us(101), run_id="r", facts="f", digest="d", groups=("g",),
        n_suppressed=0,
    )  # fmt: skip
    audit.note_freeze(journal, late)
    with pytest.raises(RefusedError, match="after the outage began"):
        audit.latest_before(journal, us(100))
    assert audit.latest_before(journal, us(101)) == late
    with pytest.raises(RefusedError, match="after the outage began"):
        check_frozen(us(101), us(100))


def test_who_is_in_a_society_is_decided_before_the_cut() -> None:
    with DuckDBStore(None) as store:
        posting(store, "early", 30, range(0, 100), "en")
        posting(store, "late", 30, range(100, 200), "en")
        # What they write later changes nothing.
        posting(store, "early", 30, range(100, 400), "fa")
        people = society(store, us(100))
        assert len(people.accounts) == 30
        assert set(people.declared.tolist()) == {0}


def test_no_parameter_can_carry_accounts_or_choose_some() -> None:
    commands = {
        command.name: {option.name for option in command.params}
        for command in (freeze_command, join_command)
    }
    machine = {"threads", "memory", "as_json"}
    assert commands == {
        "freeze": {"case", "until", *machine},
        "join": {"case", "outages", "country", "stayed_on", *machine},
    }
    # The country is the outage's: it finds holidays and filters nobody.
    library = {"folder", "resources", "progress"}
    assert set(inspect.signature(freeze).parameters) == {*library, "until_us"}
    assert set(inspect.signature(join).parameters) == {*library, "events"}
    assert set(Event.__dataclass_fields__) == {"begin", "end", "place", "depth"}


def test_the_country_of_an_outage_changes_no_number() -> None:
    counts = level(group=0.1)
    rows = []
    for place in ("IR", "SE", ""):
        event = Event(400_000 + BEGIN, 400_000 + BEGIN + 24, place)
        given = judged(silences(counts, [event]))
        rows.append(given.silences[0])
    assert len({(one.d1, one.p_placebo, one.r_group) for one in rows}) == 1


@pytest.mark.parametrize(("precision", "left"), [("s", 30), ("hour", 0), ("day", 0)])
def test_a_post_known_to_the_hour_or_day_of_the_cut_may_come_from_after_it(
    precision: str, left: int
) -> None:
    with DuckDBStore(None) as store:
        posting(store, "a", 30, range(0, 1))
        sql = f"UPDATE post SET precision = '{precision}'"
        store.run(Step(name="coarsen", sql=sql))
        half_past = us(0) + HOUR_US // 2
        assert len(society(store, half_past).accounts) == left
        leave_out_later(store, half_past)
        assert store.rows("SELECT count(*) AS n FROM post") == [{"n": left}]


def test_what_was_edited_after_the_cut_may_say_what_nobody_had_said() -> None:
    with DuckDBStore(None) as store:
        posting(store, "a", 30, range(0, 1))
        later = f"TIMESTAMP '{MONDAY}' + to_hours(2)"
        sql = f"UPDATE post SET edited_at = {later} WHERE account = 'x:a7'"
        store.run(Step(name="edit", sql=sql))
        leave_out_later(store, us(3))
        assert store.rows("SELECT count(*) AS n FROM post") == [{"n": 30}]
        leave_out_later(store, us(1))
        assert store.rows("SELECT count(*) AS n FROM post") == [{"n": 29}]


# --- rule 4: differencing, limits, hours, rounding ---


def test_two_groups_that_differ_by_a_few_are_refused() -> None:
    first = set(range(30))
    for few in ({100}, set(range(100, 124))):
        with pytest.raises(RefusedError, match="differ by fewer than 25"):
            check_apart({"b": first | few}, {"a": first})
        with pytest.raises(RefusedError, match="differ by fewer than 25"):
            check_apart({"a": first, "b": first | few}, {})
    with pytest.raises(RefusedError):
        # One out, one in.
        check_apart({"b": (first - {1}) | {100}}, {"a": first})
    check_apart({"b": first | set(range(100, 125))}, {"a": first})
    check_apart({"b": first}, {"a": first})


def test_two_sums_that_differ_by_a_few_are_refused_though_their_parts_are_far() -> None:
    # Twenty-five accounts move from the control to the group, and three are new.
    group, control = np.arange(40), np.arange(40, 240)
    more, fewer = np.arange(65), np.r_[np.arange(65, 240), [900, 901, 902]]
    before = activity.computable({"a": group}, {"a": control})
    after = activity.computable({"b": more}, {"b": fewer})
    before_, after_ = (
        {name: set(places.tolist()) for name, places in told.items()}
        for told in (before, after)
    )
    for name in ("", " control"):
        check_apart({"b": after_[f"b{name}"]}, {"a": before_[f"a{name}"]})
    with pytest.raises(RefusedError, match="differ by fewer than 25"):
        check_apart(after_, before_)
    # The same question again is not in its own way.
    check_apart(before_, before_)


@given(st.sets(st.integers(0, 60)), st.sets(st.integers(0, 60)))
def test_what_is_let_through_is_equal_or_far_apart(a: set[int], b: set[int]) -> None:
    try:
        check_apart({"a": a}, {"b": b})
    except RefusedError:
        assert 0 < len(a ^ b) < 25
    else:
        assert a == b or len(a ^ b) >= 25


def test_a_case_answers_twenty_questions_and_repeats_them_for_nothing(
    tmp_path: Path,
) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    frozen = audit.Freeze(
        until_us=0, run_id="r", facts="f", digest="d", groups=("g",), n_suppressed=0
    )
    for n in range(rules.MOST_QUERIES):
        events = [Event(n, n + 1)]
        new = audit.query_hash(frozen, events)
        rules.check_number(audit.asked(journal), new)
        audit.note_query(journal, frozen, events)
    old = audit.query_hash(frozen, [Event(3, 4)])
    rules.check_number(audit.asked(journal), old)
    # Another depth or country is the same question.
    assert old == audit.query_hash(frozen, [Event(3, 4, "IR", 0.5)])
    with pytest.raises(RefusedError, match="20 different questions"):
        rules.check_number(
            audit.asked(journal), audit.query_hash(frozen, [Event(99, 100)])
        )


def test_a_refused_question_is_noted_and_takes_nothing_from_the_others(
    tmp_path: Path,
) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    frozen = audit.Freeze(
        until_us=0, run_id="r", facts="f", digest="d", groups=("g",), n_suppressed=0
    )
    audit.note_query(journal, frozen, [Event(1, 2)], refused="difference")
    (entry,) = journal.entries()
    assert entry["body"]["refused"] == "difference"
    assert audit.asked(journal) == set()
    assert audit.answered(journal) == set()


def test_the_same_groups_at_another_cut_are_asked_anew_and_hide_no_earlier_run(
    tmp_path: Path,
) -> None:
    # Their controls differ: each must stay in what later ones are held against.
    journal = Journal(tmp_path / "journal.jsonl")
    first, second = (
        audit.Freeze(
            until_us=cut,
            run_id=run,
            facts=run,
            digest="d",
            groups=("g",),
            n_suppressed=0,
        )
        for cut, run in ((1, "r1"), (2, "r2"))
    )
    for frozen in (first, second):
        audit.note_query(journal, frozen, [Event(1, 2)])
    assert audit.answered(journal) == {"r1", "r2"}
    assert len(audit.asked(journal)) == 2


def test_counts_leave_only_as_multiples_of_five() -> None:
    assert (rules.rounded(np.arange(200.0)) % 5 == 0).all()
    counts = level(group=0.1)
    before = told(counts)
    seen = counts.group[BEGIN : BEGIN + 24].sum()
    # Two accounts more in one hour of the outage, within the same multiple of five.
    more = 2 if (seen + 2.5) % 5 < 3 else -2
    counts.group[BEGIN + int(counts.group[BEGIN : BEGIN + 24].argmax())] += more
    assert told(counts) == before


def test_one_account_alone_moves_no_number_of_a_drawing_by_itself() -> None:
    counts = level(group=0.1)
    event = Event(400_000 + BEGIN, 400_000 + BEGIN + 24)
    given = judged(silences(counts, [event]))
    display = answer_of("abc", 60, given, counts).displays[0]
    assert display is not None
    assert display.bin_us >= HOUR_US
    assert display.bin_us % HOUR_US == 0


@pytest.mark.parametrize("hours", [1, 4, 24])
def test_a_column_of_a_drawing_is_no_longer_than_the_outage(hours: int) -> None:
    counts = level(group=0.1)
    event = Event(400_000 + BEGIN, 400_000 + BEGIN + hours)
    given = judged(silences(counts, [event]))
    display = answer_of("abc", 60, given, counts).displays[0]
    assert display is not None
    assert display.bin_us <= hours * HOUR_US
    column = (event.begin * HOUR_US - display.start_us) / display.bin_us
    assert column == int(column)


def test_nights_in_which_nobody_is_expected_are_drawn_as_no_silence() -> None:
    counts = level()
    counts.group[np.arange(len(counts)) % 24 < 6] = 0
    event = Event(400_000 + BEGIN, 400_000 + BEGIN + 1)
    counts.group[BEGIN] = 0
    given = judged(silences(counts, [event]))
    display = answer_of("abc", 60, given, counts).displays[0]
    assert display is not None
    assert display.sparse > 0
    hours = display.start_us // HOUR_US + np.arange(len(display.group))
    asleep = (hours - counts.start_hour) % 24 < 6
    assert np.isnan(display.group[asleep]).all()
    assert np.isfinite(display.group[~asleep]).all()
    assert display.group[hours == event.begin] == 0


def test_time_is_counted_in_whole_hours_and_no_finer() -> None:
    assert rules.BIN_US == HOUR_US
    for sql in (activity.BEFORE, activity.HOURS, activity.COLLECTED):
        assert "$bin" in sql
    with DuckDBStore(None) as store:
        posting(store, "a", 30, range(0, 400))
        posting(store, "b", 90, range(0, 400, 2))
        people = society(store, us(400))
        group = people.places(pa.array([f"x:a{n}" for n in range(30)]))
        control = control_of(people, group, [group])
        counts = counts_of(store, people, group, control, 1)
    assert counts.group.tolist() == [30.0] * 400
    assert counts.control.tolist() == [90.0, 0.0] * 200


def test_times_known_to_the_day_are_no_hours() -> None:
    with DuckDBStore(None) as store:
        posting(store, "a", 30, range(0, 400))
        store.run(Step(name="coarsen", sql="UPDATE post SET precision = 'day'"))
        with pytest.raises(NotEnoughDataError, match="only to the day"):
            collected(store)


def test_a_gap_in_the_collection_is_no_silence() -> None:
    with DuckDBStore(None) as store:
        posting(store, "a", 1, range(0, 100))
        posting(store, "a", 1, range(200, 300))
        start, known = collected(store)
    assert start == us(0) // HOUR_US
    assert np.flatnonzero(~known).tolist() == list(range(100, 200))


# --- rule 5: who stayed on is not answered ---


def test_d2_is_always_refused_and_takes_no_grade() -> None:
    assert not inspect.signature(rules.who_stayed_on).parameters
    with pytest.raises(RefusedError, match="no panel"):
        rules.who_stayed_on()


def test_a_group_that_stayed_on_looks_like_one_of_which_nothing_is_known() -> None:
    # The declared population went dark and the group did not: the answer to D2.
    stayed = told(level(control=0.05))
    (outage,) = stayed["outages"]
    for name in ("r_group", "r_control", "d1", "d1_low", "d1_high", "p_placebo"):
        assert outage[name] is None
    assert outage["e_value"] == 0.5
    assert stayed["p_value"] is None
    assert stayed["verdict"] == "not_supported"
    assert stayed["rivals"] == []


def test_how_far_it_stayed_on_is_nowhere_to_be_read() -> None:
    answers = [told(level(control=share)) for share in (0.05, 0.4)]
    assert answers[0] == answers[1]


def test_a_group_that_stayed_on_is_not_drawn() -> None:
    counts = level(control=0.05)
    event = Event(400_000 + BEGIN, 400_000 + BEGIN + 24)
    answer = answer_of("abc", 60, judged(silences(counts, [event])), counts)
    assert answer.displays == (None,)


# --- rule 6: no client, no address ---


def test_only_who_when_where_and_the_language_are_read() -> None:
    read = " ".join((activity.BEFORE, activity.HOURS, activity.COLLECTED))
    words = set(re.findall(r"[a-z_]+", read))
    # The table has the name of one of its columns.
    posts = set(columns("post")) - {"post"}
    assert words & posts == {
        "account",
        "platform",
        "language",
        "created_at",
        "precision",
    }
    assert not {"ip", "address", "location", "device"} & {
        name for table in TABLES for name in columns(table)
    }


def test_what_posts_were_sent_with_changes_nothing() -> None:
    found = []
    for client in ("phone", None):
        with DuckDBStore(None) as store:
            posting(store, "a", 30, range(0, 400))
            posting(store, "b", 90, range(0, 400, 2))
            sql = "UPDATE post SET client = $client"
            store.run(Step(name="set", sql=sql, values={"client": client}))
            people = society(store, us(400))
            group = people.places(pa.array([f"x:a{n}" for n in range(30)]))
            control = control_of(people, group, [group])
            found.append(counts_of(store, people, group, control, 1).group.tolist())
    assert found[0] == found[1]
