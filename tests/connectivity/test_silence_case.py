"""From a table of shares to an answer on a group, and no account on the way out."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from dark_world import DARK, DAY, OUTAGE, QUICK, dark_shares, moment
from planted_ring import write_shares

from rasad.case import open_case
from rasad.cli import main
from rasad.evaluate import joining
from rasad.importers.plan import plan
from rasad.schema import TABLES
from rasad.store.journal import Journal

FREEZE = ("--until", moment(DARK[0]), "--threads", "1")
JOIN = ("--outage", OUTAGE, "--country", "ir", "--threads", "1")
TWO_DAYS = f"{moment(DARK[0])}/{moment(DARK[1] + DAY)}"


@dataclass(frozen=True)
class Asked:
    """A case with a frozen group, its answer, and what was there before."""

    case: Path
    before: dict[str, int]
    freeze: Result
    join: Result

    @property
    def names(self) -> set[str]:
        """Every account by id and by handle."""
        with (self.case.parent / "shares.csv").open(newline="") as file:
            handles = {row["account"] for row in csv.DictReader(file)}
        return handles | {f"generic:{handle}" for handle in handles}


def rasad(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def rows(case: Path) -> dict[str, int]:
    """Return how many rows each table of the store has, temporary ones included."""
    with open_case(case) as opened:
        tables = opened.store.rows("SELECT table_name AS name FROM duckdb_tables()")
        return {
            row["name"]: opened.store.rows(
                f'SELECT count(*) AS n FROM "{row["name"]}"'
            )[0]["n"]
            for row in tables
        }


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    folder = tmp_path_factory.mktemp("dark")
    path = write_shares(folder / "shares.csv", dark_shares())
    with open_case(folder / "case", create=True, settings=QUICK) as case:
        case.import_file(plan(path))
    before = rows(folder / "case")
    frozen = rasad("connectivity", "freeze", folder / "case", *FREEZE)
    joined = rasad("connectivity", "join", folder / "case", *JOIN)
    return Asked(folder / "case", before, frozen, joined)


def last_question(case: Path) -> dict[str, Any]:
    """Return the last question that the journal holds."""
    last = Journal(case / "journal.jsonl").entries()[-1]
    assert last["event"] == "outage_query"
    body: dict[str, Any] = last["body"]
    return body


@pytest.fixture
def copy(asked: Asked, tmp_path: Path) -> Path:
    """Lend a copy of the case to try things on."""
    shutil.copytree(asked.case, tmp_path / "case")
    return tmp_path / "case"


def test_a_group_that_goes_dark_with_a_country_is_found(asked: Asked) -> None:
    assert asked.freeze.exit_code == 0, asked.freeze.output
    assert "1 group frozen" in asked.freeze.stdout
    assert asked.join.exit_code == 0, asked.join.output
    assert "supported" in asked.join.stdout
    assert "about 30" in asked.join.stdout
    assert "platform took the accounts down: does not fit" in asked.join.stdout


def test_no_account_is_in_any_file_that_this_stage_writes(asked: Asked) -> None:
    written = [
        path
        for path in asked.case.rglob("*")
        if path.is_file()
        and "evidence" not in path.parts
        and not path.name.startswith("case.duckdb")
    ]
    assert {"journal.jsonl", "connectivity-groups.html"} <= {p.name for p in written}
    for path in written:
        content = path.read_bytes()
        # The source file's own name is no account.
        found = [name for name in asked.names if name.encode() in content]
        assert found == [], path


def test_nothing_of_it_is_in_the_store(asked: Asked) -> None:
    assert rows(asked.case) == asked.before
    assert set(asked.before) == set(TABLES)
    # Not even the groups: they were worked out in a copy that is gone.
    assert asked.before["member"] == asked.before["grp"] == 0
    assert list((asked.case / "cache").rglob("*")) == []


def test_no_account_is_printed(asked: Asked) -> None:
    said = asked.freeze.output + asked.join.output
    as_json = rasad("connectivity", "join", asked.case, *JOIN, "--json")
    said += as_json.output
    assert [name for name in asked.names if name in said] == []
    (row,) = json.loads(as_json.stdout)
    assert row["verdict"] == "supported"
    assert row["stayed_on"] == "refused"
    assert row["size"] % 5 == 0
    (outage,) = row["outages"]
    assert outage["d1"] < -1
    assert outage["place"] == "IR"
    assert outage["started_at"] == "2024-01-29T00:00:00Z"


def test_the_page_opens_offline_and_shows_the_placebo_dates(asked: Asked) -> None:
    page = (asked.case / "out" / "connectivity-groups.html").read_text("utf-8")
    assert "default-src &#39;none&#39;" in page
    assert "<script" not in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert page.count("<figure>") == 1
    assert "placebo dates" in page
    assert "What else could explain it" in page
    assert "No account" in page or "no account" in page


def test_the_same_question_gives_the_same_bytes(asked: Asked, copy: Path) -> None:
    page = copy / "out" / "connectivity-groups.html"
    before = page.read_bytes()
    page.unlink()
    assert rasad("connectivity", "join", copy, *JOIN).exit_code == 0
    assert page.read_bytes() == before


def test_every_question_is_in_the_journal_and_no_answer_is(asked: Asked) -> None:
    entries = Journal(asked.case / "journal.jsonl").entries()
    events = [entry["event"] for entry in entries]
    assert events.count("freeze") == 1
    assert events.count("outage_query") >= 1
    bodies = [e["body"] for e in entries if e["event"] == "outage_query"]
    assert set(bodies[0]) == {"query", "run_id", "groups", "n_outages", "answered"}


def test_a_question_is_noted_before_anybody_sees_the_answer(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("the page cannot be written")

    before = len(Journal(copy / "journal.jsonl").entries())
    monkeypatch.setattr(joining, "write_connectivity_groups", broken)
    done = rasad("connectivity", "join", copy, "--outage", TWO_DAYS)
    assert done.exit_code == 1
    assert len(Journal(copy / "journal.jsonl").entries()) == before + 1


def test_an_outage_from_before_the_freeze_is_refused(copy: Path) -> None:
    early = f"{moment(DARK[0] - DAY)}/{moment(DARK[1])}"
    done = rasad("connectivity", "join", copy, "--outage", early)
    assert done.exit_code == 1
    assert "after the outage began" in done.stderr
    assert "connectivity freeze" in done.stderr
    last = last_question(copy)
    assert (last["refused"], last["answered"]) == ("frozen", False)


def test_who_stayed_on_is_refused(copy: Path) -> None:
    done = rasad("connectivity", "join", copy, *JOIN, "--stayed-on")
    assert done.exit_code == 1
    assert "has no panel" in done.stderr
    # It is in the journal, and takes nothing from the twenty.
    last = last_question(copy)
    assert (last["refused"], last["answered"]) == ("stayed on", False)


def test_posts_slipped_in_before_the_cut_end_the_answers(
    copy: Path, tmp_path: Path
) -> None:
    # Three more ordinary accounts: the difference of two controls would be theirs.
    share = [(f"new{n}", "item00001", DARK[0] - 5 * DAY + n) for n in range(3)]
    path = write_shares(tmp_path / "more.csv", share)
    with open_case(copy) as case:
        case.import_file(plan(path))
    done = rasad("connectivity", "join", copy, *JOIN)
    assert done.exit_code == 1
    assert "cannot be worked out again" in done.stderr
    # Nor does it help to freeze anew: nobody can tell what the difference would be.
    again = rasad("connectivity", "freeze", copy, *FREEZE)
    assert again.exit_code == 1
    assert "has answered for groups that cannot be worked out" in again.stderr


def test_a_cut_that_moves_the_control_by_a_few_is_refused(
    tmp_path: Path, asked: Asked
) -> None:
    # Four accounts begin to post on the last day before the outage.
    new = [
        (f"new{n}", f"item{n}", DARK[0] - hour * 3_600)
        for n in range(4)
        for hour in range(1, 20)
    ]
    path = write_shares(tmp_path / "shares.csv", sorted(dark_shares() + new))
    with open_case(tmp_path / "case", create=True, settings=QUICK) as case:
        case.import_file(plan(path))
    first = rasad("connectivity", "freeze", tmp_path / "case", *FREEZE)
    assert first.exit_code == 0, first.output
    assert rasad("connectivity", "join", tmp_path / "case", *JOIN).exit_code == 0
    earlier = ("--until", moment(DARK[0] - DAY), "--threads", "1")
    second = rasad("connectivity", "freeze", tmp_path / "case", *earlier)
    assert second.exit_code == 1
    assert "differ by fewer than 25 accounts" in second.stderr


def test_twenty_questions_are_enough(copy: Path) -> None:
    journal = Journal(copy / "journal.jsonl")
    body = next(e["body"] for e in journal.entries() if e["event"] == "outage_query")
    for n in range(19):
        journal.append("outage_query", {**body, "query": f"another {n}"})
    done = rasad("connectivity", "join", copy, "--outage", TWO_DAYS)
    assert done.exit_code == 1
    assert "20 different questions" in done.stderr
    assert journal.entries()[-1]["body"]["refused"] == "number"
    # The first one may be repeated.
    assert rasad("connectivity", "join", copy, *JOIN).exit_code == 0


def test_without_a_freeze_nothing_is_answered(copy: Path) -> None:
    lines = (copy / "journal.jsonl").read_text().splitlines(keepends=True)
    kept = [line for line in lines if '"event":"import"' in line]
    (copy / "journal.jsonl").write_text("".join(lines[: len(kept) + 1]))
    done = rasad("connectivity", "join", copy, *JOIN)
    assert done.exit_code == 1
    assert "No group of this case is frozen" in done.stderr


def test_a_case_without_outages_says_what_to_give(copy: Path) -> None:
    done = rasad("connectivity", "join", copy)
    assert done.exit_code == 1
    assert "--outage START/END" in done.stderr


def test_the_shutdowns_of_the_case_are_asked_for_by_themselves(copy: Path) -> None:
    columns = "place, kind, started_at, started_low, ended_high, depth, sources"
    with open_case(copy) as case:
        low, high = (f"TIMESTAMP '{moment(at)[:-1]}'" for at in DARK)
        sql = f"INSERT INTO outage ({columns}) VALUES ('IR', $kind, {low}, {low}, "
        for kind in ("shutdown", "disaster"):
            case.store.rows(f"{sql} {high}, 0.95, ['ooni'])", kind=kind)
    done = rasad("connectivity", "join", copy, "--json")
    (row,) = json.loads(done.stdout)
    assert [one["place"] for one in row["outages"]] == ["IR"]
    assert row["verdict"] == "supported"


@pytest.mark.parametrize(
    "wrong",
    [
        ("join", "--outage", "yesterday/today"),
        ("join", "--outage", "2024-02-07T00:00/2024-02-08T00:00"),
        ("join", "--outage", "2024-02-08T00:00Z/2024-02-07T00:00Z"),
        ("join", "--outage", "2024-02-07T00:00Z/2024-02-08T00:00Z/2"),
        ("join", "--outage", "2024-02-07T00:00Z"),
        ("join", "--accounts", "ring01"),
        ("join", "--language", "fa"),
        ("freeze",),
        ("freeze", "--until", "2024-02-07"),
        ("freeze", "--until", "2024-02-07T00:00Z", "--group", "abc"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(
    asked: Asked, wrong: tuple[str, ...]
) -> None:
    command, *rest = wrong
    assert rasad("connectivity", command, asked.case, *rest).exit_code == 2


def test_the_later_part_of_an_outage_is_no_outage_of_its_own(copy: Path) -> None:
    # The case knows that it was dark two days before the cut.
    columns = "place, kind, started_at, started_low, ended_high, depth, sources"
    early = f"TIMESTAMP '{moment(DARK[0] - 2 * DAY)[:-1]}'"
    for ended in ("NULL", f"TIMESTAMP '{moment(DARK[1])[:-1]}'"):
        with open_case(copy) as case:
            case.store.rows("DELETE FROM outage")
            case.store.rows(
                f"INSERT INTO outage ({columns}) VALUES "
                f"('IR', 'shutdown', {early}, {early}, {ended}, 0.95, ['ooni'])"
            )
        done = rasad("connectivity", "join", copy, *JOIN)
        assert done.exit_code == 1
        assert "from after the outage began" in done.stderr
    journal = Journal(copy / "journal.jsonl").entries()
    assert journal[-1]["body"]["refused"] == "frozen"
    # One that was over before is no part of it, nor is one of another country.
    with open_case(copy) as case:
        case.store.rows(f"UPDATE outage SET ended_high = {early}")
    assert rasad("connectivity", "join", copy, *JOIN).exit_code == 0
    with open_case(copy) as case:
        case.store.rows("UPDATE outage SET place = 'RU', ended_high = NULL")
    assert rasad("connectivity", "join", copy, *JOIN).exit_code == 0


def test_outages_that_overlap_are_no_two_outages(copy: Path) -> None:
    done = rasad("connectivity", "join", copy, *JOIN, "--outage", TWO_DAYS)
    assert done.exit_code == 1
    assert "overlap" in done.stderr


def test_a_cut_before_all_posts_is_one_sentence(copy: Path) -> None:
    done = rasad("connectivity", "freeze", copy, "--until", "2020-01-01T00:00Z")
    assert done.exit_code == 1
    assert "no post from before 2020-01-01" in done.stderr
