"""Backgrounds that were damaged or cut off, and those that hardly compare."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from planted_ring import Share, write_shares
from reference_world import (
    DAY,
    QUICK,
    RING,
    ordinary_shares,
    ring_shares,
    to_the,
)
from test_case_background import compared, exported, finish, read

from rasad.case import open_case
from rasad.config import Coaction, Settings
from rasad.errors import CaseLockedError, EvidenceError, RasadError
from rasad.importers.plan import Planned, plan
from rasad.store.duckdb import DuckDBStore

EVERY_PAIR = 66
"""Pairs of the ring."""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("odd")
    takedown = write_shares(folder / "takedown.csv", ring_shares())
    crowd = ordinary_shares("back", 150, 2)
    return takedown, write_shares(folder / "ordinary.csv", crowd)


@pytest.fixture(scope="module")
def finished(
    files: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("odd_finished") / "c"
    finish(folder, files[:1], files[1:])
    return folder


@pytest.fixture
def copy(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "copy"))


# --- evidence, kills, damage ---------------------------------------------------------


def test_verify_looks_at_the_background_too(copy: Path) -> None:
    with open_case(copy) as case:
        checked = case.verify()
        assert [line for line in checked if line.startswith("background, ")] == [
            "background, journal: 1 entries, chain unbroken",
            "background, evidence: 1 copies, all as received",
        ]
        (kept,) = (copy / "background" / "evidence").iterdir()
        kept.chmod(0o600)
        whole = bytearray(kept.read_bytes())
        whole[len(whole) // 2] ^= 1
        kept.write_bytes(bytes(whole))
        with pytest.raises(EvidenceError, match="was changed"):
            case.verify()
        kept.unlink()
        with pytest.raises(EvidenceError, match="is missing"):
            case.verify()


def test_verify_finds_a_changed_journal_of_the_background(copy: Path) -> None:
    journal = copy / "background" / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b'"accepted"', b'"Accepted"', 1))
    with open_case(copy) as case, pytest.raises(RasadError, match="journal"):
        case.verify()


def test_an_import_of_the_background_that_was_cut_off_is_finished_by_the_next(
    files: tuple[Path, Path], finished: Path, tmp_path: Path
) -> None:
    left = [1]

    def interrupted(*_: object) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt

    folder = tmp_path / "c"
    with (
        pytest.raises(KeyboardInterrupt),
        open_case(folder, create=True, settings=QUICK, progress=interrupted) as case,
    ):
        case.import_file(plan(files[0]))
        case.import_background(plan(files[1]))
    assert list((folder / "background" / "evidence").iterdir()) == []
    run = finish(folder, files[:1], files[1:])
    assert exported(folder) == exported(finished)
    assert run["reference"] == "150 accounts of the background (ordinary.csv)"


def test_a_background_committed_but_not_written_down_is_acknowledged(
    files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    folder = tmp_path / "c"
    with open_case(folder, create=True, settings=QUICK) as case:
        case.import_file(plan(files[0]))
        with monkeypatch.context() as patched:
            patched.setattr("rasad.store.journal.Journal.append", killed)
            with pytest.raises(KeyboardInterrupt):
                case.import_background(plan(files[1]))
        assert case.verify()[2] == "background, journal: 1 entries, chain unbroken"


@pytest.mark.parametrize("damage", ["missing", "noise", "cut", "empty"])
def test_a_damaged_store_of_the_background_is_rebuilt_from_its_evidence(
    copy: Path, finished: Path, damage: str
) -> None:
    store = copy / "background" / "case.duckdb"
    whole = store.read_bytes()
    store.unlink()
    if damage == "noise":
        store.write_bytes(random.Random(2).randbytes(len(whole)))
    elif damage == "cut":
        store.write_bytes(whole[: len(whole) // 2])
    elif damage == "empty":
        # A kill in the middle of rebuilding leaves a store that opens and is empty.
        DuckDBStore(store).close()
    with open_case(copy) as case:
        # The hash over the background's facts is part of the run's name.
        assert case.detect()["run_id"] == read(finished, "run")[0]["run_id"]
    with open_case(copy / "background") as beside:
        (source,) = beside.info()["sources"]
        assert source["accepted"] == len(ordinary_shares("back", 150, 2))


def test_a_lost_store_of_the_case_is_rebuilt_beside_its_background(
    copy: Path, finished: Path
) -> None:
    (copy / "case.duckdb").unlink()
    with open_case(copy) as case:
        case.detect()
        case.dossier()
    assert exported(copy) == exported(finished)


def test_a_background_that_cannot_be_read_leaves_the_case_as_it_was(
    copy: Path, finished: Path
) -> None:
    bad = copy.parent / "bad.csv"
    planned = plan(write_shares(bad, ordinary_shares("back", 5, 2)))
    bad.write_text("account,object,time\nx,y,yesterday\nz,y,tomorrow\n")
    with open_case(copy) as case:
        before = case.info()
        with pytest.raises(RasadError, match="cannot be the time"):
            case.import_background(planned)
        assert case.info() == before
        assert case.detect()["run_id"] == read(finished, "run")[0]["run_id"]
    assert len(list((copy / "background" / "evidence").iterdir())) == 1


def test_a_background_that_somebody_else_has_open_is_refused(copy: Path) -> None:
    with (
        open_case(copy / "background", purpose="info"),
        open_case(copy) as case,
        pytest.raises(CaseLockedError, match="rasad info"),
    ):
        case.verify()


# --- backgrounds that hardly compare -------------------------------------------------


def test_a_background_that_is_in_the_case_is_none_and_that_is_said(
    tmp_path: Path,
) -> None:
    run = compared(tmp_path, ring_shares(), ring_shares()[:30])
    assert run["reference"].startswith("all accounts of the case")
    assert "crowd.csv" in run["reference"]
    assert run["kept"] == []
    assert not any("beside the background" in text for text in run["warnings"])


def written_texts(path: Path, shares: list[Share]) -> Planned:
    """Write posts that share texts, and no object."""
    lines = [
        f"{who},{path.stem}{n},everybody has to read what {thing} says of it,{at}\n"
        for n, (who, thing, at) in enumerate(shares)
    ]
    path.write_text("account,post,text,time\n" + "".join(lines), encoding="utf-8")
    roles = ("account", "post", "text", "time")
    return plan(path, mapping={role: role for role in roles})


def test_each_trace_is_compared_with_whoever_did_something_of_the_kind(
    tmp_path: Path, files: tuple[Path, Path]
) -> None:
    few = [share for share in ring_shares() if share[0] < "ring04"]
    texts = "SELECT * EXCLUDE (run_id) FROM edge WHERE trace = 'text' ORDER BY ALL"
    minute = Settings(coaction=Coaction(windows_s=(60,)))
    with open_case(tmp_path / "c", create=True, settings=minute) as case:
        case.import_file(plan(files[0]))
        case.import_file(written_texts(tmp_path / "texts.csv", few))
        case.detect()
        alone = case.store.rows(texts)
        case.import_background(plan(files[1]))
        run = case.detect()
        beside = case.store.rows(texts)
        verdicts = {
            row["trace"]: row["verdict"]
            for row in case.store.rows(
                "SELECT trace, verdict FROM calibration "
                "WHERE null_model = 'opportunity' AND alpha = 0.001"
            )
        }
        kept = case.store.rows("SELECT best_trace FROM pair WHERE kept")
    assert verdicts == {"object": "passed", "text": "insufficient"}
    assert run["calibration"] == "partly"
    assert [row["best_trace"] for row in kept] == ["object"] * EVERY_PAIR
    assert "Trace text: the background did nothing of the kind" in run["warnings"]
    assert "Trace object: the background did nothing" not in run["warnings"]
    # Among texts nothing changed: there the case is compared with itself.
    assert len(beside) == 6
    assert beside == alone


def test_days_on_which_the_background_did_nothing_are_said(tmp_path: Path) -> None:
    crowd = ordinary_shares("back", 400, 2)
    moved = [(who, thing, at + 3 * DAY) for who, thing, at in crowd]
    covered = {at // DAY for _, _, at in moved}
    first: dict[tuple[str, str], int] = {}
    for who, thing, at in ring_shares():
        first[who, thing] = min(at, first.get((who, thing), at))
    alone = [at // DAY not in covered for at in first.values()]
    run = compared(tmp_path, ring_shares(), moved)
    (said,) = [text for text in run["warnings"] if "did nothing; there" in text]
    share = f"{sum(alone) / len(alone):.0%}"
    assert said.startswith(f"Trace object: {share} of what the case did")
    assert 0 < sum(alone) < len(alone)
    assert len(run["kept"]) == EVERY_PAIR


def test_a_background_of_the_same_days_says_nothing_of_days(finished: Path) -> None:
    (run,) = read(finished, "run")
    assert "there its average counts" not in run["warnings"]


@pytest.mark.parametrize(
    ("case_s", "crowd_s", "windows"),
    [
        pytest.param(60, 1, [0, 60], id="minutes beside seconds"),
        pytest.param(1, 60, [60], id="seconds beside minutes"),
    ],
)
def test_windows_are_those_that_the_times_of_both_serve(
    tmp_path: Path, case_s: int, crowd_s: int, windows: list[int]
) -> None:
    crowd = to_the(crowd_s, ordinary_shares("back", 150, 2))
    run = compared(tmp_path, to_the(case_s, ring_shares()), crowd)
    rows = {row["window_s"]: row for row in read(tmp_path / "c", "trace_run")}
    assert [w for w in sorted(rows) if rows[w]["computed"]] == windows
    assert "no finer than min" in rows[10]["reason"]
    assert len(run["kept"]) == EVERY_PAIR


@pytest.mark.parametrize(("case_s", "crowd_s"), [(60, 1), (1, 60)])
def test_ordinary_accounts_keep_nothing_however_times_were_rounded(
    tmp_path: Path, case_s: int, crowd_s: int
) -> None:
    case = to_the(case_s, ordinary_shares("user", 80, 1))
    crowd = to_the(crowd_s, ordinary_shares("back", 240, 101))
    run = compared(tmp_path, case, crowd)
    assert run["calibration"] == "passed"
    assert run["kept"] == []


def test_a_background_by_the_day_leaves_nothing_to_compute(tmp_path: Path) -> None:
    crowd = to_the(DAY, ordinary_shares("back", 150, 2))
    run = compared(tmp_path, ring_shares(), crowd)
    assert not any(row["computed"] for row in read(tmp_path / "c", "trace_run"))
    assert read(tmp_path / "c", "pair") == []
    assert run["calibration"] == "uncalibrated"


def test_big_ids_stay_apart_and_a_name_from_right_to_left_is_kept_as_it_is(
    tmp_path: Path,
) -> None:
    # As floats, each account of the background would be one of the case's.
    base = 2**53

    def renamed(shares: list[Share], odd: int) -> list[Share]:
        return [(str(base + 2 * int(w[4:]) + odd), o, at) for w, o, at in shares]

    crowd = renamed(ordinary_shares("back", 150, 2), 1)
    # A Persian name with a joiner that does not show, and Hebrew beside a number.
    name = "مردم\u200cعادی و אנשים (2).csv"
    run = compared(tmp_path, renamed(ring_shares(), 0), crowd, name)
    assert run["n_accounts"] == len(RING)
    assert run["reference"] == f"150 accounts of the background ({name})"
    assert [row["name"] for row in read(tmp_path / "c", "background")] == [name]
    assert name in (tmp_path / "c" / "out" / "dossier.html").read_text("utf-8")
    assert len(run["kept"]) == EVERY_PAIR
    assert all(int(who.split(":")[1]) % 2 == 0 for pair in run["kept"] for who in pair)


def test_a_background_of_hardly_anybody_is_no_reason_to_keep_a_pair(
    tmp_path: Path,
) -> None:
    run = compared(tmp_path, ring_shares(), ordinary_shares("back", 1, 1, each=40))
    assert run["calibration"] == "refused"
    assert run["kept"] == []
    assert run["reference"] == "1 account of the background (crowd.csv)"
    assert any("are of a language and platform" in text for text in run["warnings"])
