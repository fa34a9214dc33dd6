from __future__ import annotations

import hashlib
import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from planted_ring import NEW_YEAR, Share, write_shares

from rasad.case import Case, open_case
from rasad.config import Calibration, Coaction, Resources, Settings
from rasad.errors import (
    CaseError,
    CaseLockedError,
    ConfigError,
    DiskFullError,
    NotEnoughDataError,
)
from rasad.evaluate import working_copy as copies
from rasad.evaluate.injection import choose_trace, inject, read_host, withdraw
from rasad.evaluate.power import Request, Room, power
from rasad.evaluate.shared_fields import OWN, STATED, TEXTS, new_object, record
from rasad.importers.plan import plan
from rasad.simulate import DemoWorld, write_demo
from rasad.simulate.ring import RingDesign, make_ring
from rasad.store.lock import held
from rasad.traces import TRACES

QUICK = Settings(
    coaction=Coaction(windows_s=(10, 60)), calibration=Calibration(pairs=20_000)
)
"""Two windows and a shorter check of the tests: enough for a small case."""

LOUD = RingDesign(members=8, tasks_per_day=4, lag_s=10)
SILENT = replace(LOUD, tasks_per_day=0)
ONE_THREAD = Resources(threads=1)


def some_shares(n: int = 200, days: int = 5) -> list[Share]:
    """Return shares of accounts of which every second one is busy."""
    draw = random.Random(7)
    shares = []
    for account in range(n):
        for _ in range(15 if account % 2 else 60):
            second = draw.randrange(days * 86_400)
            thing = second // 7_200 * 4 + min(draw.randrange(6), 3)
            shares.append((f"user{account:03}", f"item{thing:04}", NEW_YEAR + second))
    return sorted(set(shares), key=lambda share: (share[2], share))


def made(folder: Path, shares: list[Share]) -> Path:
    """Import shares into a new case."""
    path = write_shares(folder / "shares.csv", shares)
    mapping = {"account": "account", "object": "object", "time": "time"}
    with open_case(folder / "case", create=True, settings=QUICK) as case:
        case.import_file(plan(path, mapping=mapping))
    return folder / "case"


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("power"), some_shares())


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case made of an archive with posts of every kind, ids and names hashed."""
    folder = tmp_path_factory.mktemp("archive")
    small = DemoWorld(ordinary=60, operators=(4, 4, 4), fans=6, days=2, hashed_share=1)
    world = write_demo(folder, small)
    with open_case(folder / "case", create=True, settings=QUICK) as case:
        case.import_file(plan(world.archive))
    return folder / "case"


def files(folder: Path) -> dict[str, str]:
    """Return the hash of every file of a case, but for the lock."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "case.lock"
    }


def measured(folder: Path, *designs: RingDesign, **more: Any) -> list[dict[str, Any]]:
    request = Request(designs=designs, **{"rings": 2, "at_once": 2} | more)
    return list(power(folder, request, TRACES, resources=ONE_THREAD))


def timeless(answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [answer | {"seconds": None} for answer in answers]


@pytest.fixture(scope="module")
def found(case: Path) -> list[dict[str, Any]]:
    before = files(case)
    answers = measured(case, LOUD, SILENT)
    assert files(case) == before
    return answers


def test_loud_rings_are_found_and_silent_ones_are_not(
    found: list[dict[str, Any]],
) -> None:
    loud, silent = found
    assert loud["certified"] == loud["listed"] == loud["rings"] == 2
    assert loud["share"] == loud["share_high"] == 1
    assert loud["share_low"] == pytest.approx(0.342, abs=1e-3)
    assert 14 <= loud["certified_members"] <= 16
    assert silent["certified_members"] == 0
    assert loud["kept_pairs"] > 0.8 * loud["possible_pairs"]
    assert silent["certified"] == silent["listed"] == silent["share"] == 0
    assert silent["kept_pairs"] == 0
    assert silent["share_high"] < 1


def test_an_answer_says_what_was_hidden_and_what_was_needed(
    found: list[dict[str, Any]],
) -> None:
    loud, silent = found
    assert loud["trace"] == "object"
    assert (loud["days"], loud["tasks"], silent["tasks"]) == (5, 20, 0)
    assert 12 < loud["together"] < 20
    assert loud["runs"] == sum(loud["calibration"].values()) == 1
    assert loud["calibration"] == {"passed": 1}
    assert loud["untrusted"] == 0
    assert loud["frontier"]["10"] > loud["frontier"]["100"] > 1


def test_the_same_seed_gives_the_same_answer(
    case: Path, found: list[dict[str, Any]]
) -> None:
    assert timeless(measured(case, LOUD)) == timeless(found[:1])


def test_a_case_without_calibration_certifies_nothing_and_says_why(
    case: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "case"
    shutil.copytree(case, folder)
    unchecked = replace(QUICK, calibration=Calibration(pairs=0))
    with open_case(folder, settings=unchecked):
        pass
    (answer,) = measured(folder, LOUD, rings=1)
    assert answer["calibration"] == {"uncalibrated": 1}
    assert answer["untrusted"] == 1
    assert answer["certified"] == 0


class Stopped(KeyboardInterrupt):
    """Somebody pressed Ctrl-C."""


def test_an_interrupted_run_leaves_nothing_behind(case: Path) -> None:
    before = files(case)

    def stop(stage: str, done: int, total: int) -> None:
        assert any((case / "cache").glob("copy-*"))
        raise Stopped

    with pytest.raises(Stopped):
        next(power(case, Request(designs=[LOUD]), TRACES, progress=stop))
    assert files(case) == before
    assert not any((case / "cache").iterdir())


def test_what_a_killed_run_left_is_removed(case: Path) -> None:
    left = case / "cache" / "copy-killed" / "case"
    left.mkdir(parents=True)
    (left / "case.duckdb").write_bytes(b"x")
    with copies.working_copy(case, "power") as copy:
        assert not left.exists()
        assert (copy / "case.duckdb").is_file()
    assert not any((case / "cache").iterdir())


def test_a_case_is_locked_while_rings_are_hidden_in_its_copy(case: Path) -> None:
    with (
        copies.working_copy(case, "power"),
        pytest.raises(CaseLockedError, match="rasad power"),
        open_case(case),
    ):
        pass
    with held(case / "case.lock", "import"), pytest.raises(CaseLockedError):
        measured(case, LOUD)


def test_a_damaged_store_is_mended_in_the_copy_only(case: Path, tmp_path: Path) -> None:
    folder = tmp_path / "case"
    shutil.copytree(case, folder)
    (folder / "case.duckdb").write_bytes(b"no database")
    before = files(folder)
    with copies.working_copy(folder, "power") as copy, open_case(copy) as mended:
        assert mended.store.rows("SELECT count(*) AS n FROM post")[0]["n"] > 7_000
    assert files(folder) == before


def test_a_copy_holds_evidence_and_background_too(case: Path, tmp_path: Path) -> None:
    folder = tmp_path / "case"
    shutil.copytree(case, folder)
    crowd = write_shares(tmp_path / "crowd.csv", some_shares(n=30))
    with open_case(folder) as with_crowd:
        with_crowd.import_background(plan(crowd))
        checked = with_crowd.verify()
    before = files(folder)
    with copies.working_copy(folder, "power") as copy, open_case(copy) as copied:
        assert copied.verify() == checked
    assert files(folder) == before


def test_a_full_disk_is_said_before_anything_is_copied(
    case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(case)._replace(free=1 << 20)
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage)
    with pytest.raises(DiskFullError, match="free some space"):
        measured(case, LOUD)
    assert not any((case / "cache").iterdir())


@pytest.mark.parametrize(
    ("design", "said"),
    [
        (RingDesign(members=51), "take at most 50"),
        (RingDesign(members=50, tasks_per_day=1_000), "take fewer tasks"),
    ],
)
def test_a_ring_that_is_a_large_part_of_the_case_is_refused(
    case: Path, design: RingDesign, said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        measured(case, LOUD, design)


def test_rings_at_once_stay_a_small_part_of_the_case() -> None:
    request = Request(designs=[LOUD, replace(LOUD, members=30)], rings=10)
    small = Room(accounts=200, actions=7_500, days=5)
    large = Room(accounts=10_000, actions=500_000, days=5)
    assert [request.batch(LOUD, room) for room in (small, large)] == [2, 5]
    assert request.batch(request.designs[1], small) == 1
    assert request.batch(replace(LOUD, tasks_per_day=12), small) == 1
    assert request.n_runs(small) == 5 + 10


# --- cases in which nothing can be hidden --------------------------------------------


def test_a_folder_that_is_no_case_stays_as_it_is(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(CaseError, match="import a file"):
            measured(folder, LOUD)
    assert not any(tmp_path.iterdir())


def test_an_empty_case_is_refused(tmp_path: Path) -> None:
    with open_case(tmp_path / "case", create=True):
        pass
    with pytest.raises(NotEnoughDataError, match="no action"):
        measured(tmp_path / "case", LOUD)


def test_one_account_is_too_few(tmp_path: Path) -> None:
    shares = [("user", f"item{n}", NEW_YEAR + n * 60) for n in range(50)]
    with pytest.raises(ConfigError, match="import more accounts"):
        measured(made(tmp_path, shares), LOUD)


def test_times_to_the_day_are_too_coarse(tmp_path: Path) -> None:
    shares = [
        (f"user{n % 40}", f"item{n % 7}", NEW_YEAR + n % 9 * 86_400) for n in range(400)
    ]
    with pytest.raises(NotEnoughDataError, match="too coarse"):
        measured(made(tmp_path, shares), LOUD)


def test_a_trace_that_the_case_does_not_hold_is_refused(case: Path) -> None:
    with pytest.raises(ConfigError, match="use one of object"):
        measured(case, LOUD, trace="link")


# --- what is put in ------------------------------------------------------------------


@pytest.fixture
def copy(archive: Path) -> Iterator[Case]:
    with copies.working_copy(archive, "test") as folder, open_case(folder) as case:
        yield case


def content(case: Case) -> list[list[dict[str, Any]]]:
    tables = ("post", "action", "account")
    return [case.store.rows(f"FROM {name} ORDER BY ALL") for name in tables]


def put_in(case: Case, trace: str, design: RingDesign = LOUD) -> dict[str, Any]:
    """Put one ring into a trace; return its actions by trace, and its accounts."""
    host = read_host(case.store, TRACES[trace], case.settings)
    ring = make_ring(host.actions, design, seed=1, number=1)
    inject(case.store, host, {1: ring}, TRACES)
    actions = case.store.rows("FROM action WHERE starts_with(post, 'injected')")
    return {"host": host, "ring": ring, "actions": actions}


HELD = ("repost", "link", "domain", "text", "hashtags", "reply")


@pytest.mark.parametrize("trace", HELD)
def test_codes_stand_for_what_the_case_holds(copy: Case, trace: str) -> None:
    host = read_host(copy.store, TRACES[trace], copy.settings)
    names = host.accounts["account"].to_pylist(), host.objects.to_pylist()
    coded = zip(
        *(host.actions.account.tolist(), host.actions.object.tolist()),
        host.actions.second.tolist(),
        strict=True,
    )
    held = copy.store.rows(
        "SELECT account, object, epoch_us(acted_at) // 1000000 AS second "
        "FROM action WHERE verb = $verb",
        verb=trace,
    )
    assert sorted((names[0][a], names[1][o], s) for a, o, s in coded) == sorted(
        tuple(row.values()) for row in held
    )


@pytest.mark.parametrize("trace", HELD)
def test_a_ring_shares_objects_that_the_archive_holds(copy: Case, trace: str) -> None:
    known = {row["object"] for row in copy.store.rows("SELECT object FROM action")}
    put = put_in(copy, trace)
    ring = put["ring"]
    own = [row for row in put["actions"] if row["verb"] == trace]
    assert len(own) == len(ring)
    new = {row["object"] for row in own} - known
    assert len(new) == len({n for n in ring.object.tolist() if n >= 0})
    accounts = {row["account"] for row in own}
    assert set(put["host"].members(1, ring)) <= accounts
    verbs = {row["verb"] for row in put["actions"]}
    assert (verbs == {"link", "domain"}) == (trace == "link")


def test_taking_a_ring_out_leaves_the_copy_as_it_was(copy: Case) -> None:
    before = content(copy)
    put = put_in(copy, "link")
    assert content(copy) != before
    withdraw(copy.store, put["host"])
    assert content(copy) == before


def test_members_pretend_to_be_of_the_platform_and_language_of_somebody(
    copy: Case,
) -> None:
    languages = {
        row["language"] for row in copy.store.rows("SELECT DISTINCT language FROM post")
    }
    put_in(copy, "repost")
    rows = copy.store.rows("FROM post WHERE starts_with(post, 'injected')")
    assert {row["kind"] for row in rows} == {"repost"}
    assert {row["language"] for row in rows} <= languages
    assert {row["platform"] for row in rows} == {"twitter"}
    assert {row["account"].split(":")[0] for row in rows} == {"twitter"}


def test_reposts_are_what_a_ring_in_an_archive_does(copy: Case) -> None:
    assert choose_trace(copy.store, TRACES).name == "repost"


def test_times_are_as_exact_as_those_of_the_case(tmp_path: Path) -> None:
    shares = [(a, o, t // 60 * 60) for a, o, t in some_shares(60)]
    with open_case(made(tmp_path, shares)) as case:
        put = put_in(case, "object")
        assert put["host"].precision == "min"
        assert {row["acted_at"].second for row in put["actions"]} == {0}


def test_names_never_meet_those_of_the_case(tmp_path: Path) -> None:
    """Somebody else's injected accounts, and names from right to left."""
    right = "\u0645\u0631\u06cc\u0645\u200c\u0647\u0627"
    shares = [
        (f"Injected-ring-1-account-{n % 5}", f"{right}{n % 9}", NEW_YEAR + n * 600)
        for n in range(300)
    ]
    shares += [(f"{right}{n % 40}", "\u202eitem", NEW_YEAR + n * 60) for n in range(90)]
    with open_case(made(tmp_path, shares)) as case:
        before = {row["account"] for row in case.store.rows("SELECT account FROM post")}
        host = read_host(case.store, TRACES["object"], case.settings)
        assert host.label == "injected2"
        ring = make_ring(host.actions, LOUD, seed=1)
        assert not before & set(host.members(1, ring))
        inject(case.store, host, {1: ring}, TRACES)
        rows = case.store.rows("FROM post WHERE starts_with(post, 'injected2')")
        assert len(rows) == len(ring)


def test_numbers_beyond_two_to_the_53_keep_apart(tmp_path: Path) -> None:
    shares = [
        (str(2**60 + n % 40), str(2**61 + n % 90), NEW_YEAR + n * 60)
        for n in range(900)
    ]
    with open_case(made(tmp_path, shares)) as case:
        known = {row["object"] for row in case.store.rows("SELECT object FROM action")}
        put = put_in(case, "object", replace(LOUD, own_share=0.0))
        assert {row["object"] for row in put["actions"]} <= known


@pytest.mark.parametrize("trace", TRACES)
def test_a_new_object_of_every_trace_is_one_object_and_says_that_it_is_injected(
    trace: str,
) -> None:
    assert set(TRACES) == {*STATED, *TEXTS}
    assert set(OWN) <= set(TRACES)
    common = {"account": "x:1", "platform": "x", "created_at": 0, "precision": "s"}
    values = [
        TRACES[trace].objects(
            record(**common, raw_time="", **new_object(TRACES[trace], name))
        )
        for name in ("injectedring1task1", "injectedring1task12")
    ]
    assert [len(value) for value in values] == [1, 1]
    assert values[0] != values[1]
    assert trace in TEXTS or "injectedring1task1" in values[0][0]
