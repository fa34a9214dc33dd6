"""The separation index and substitution: known answers, and nothing from nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from connectivity.drawn_series import DAY, HOUR, MONDAY, Real, daily, hourly

from rasad.cli.group import main
from rasad.connectivity import substitution
from rasad.connectivity.alarms import Watched, watch
from rasad.connectivity.alignment import aligned
from rasad.connectivity.reading import read_series
from rasad.connectivity.separation import separation
from rasad.connectivity.series import Series
from rasad.connectivity.substitution import substitutions
from rasad.errors import NotEnoughDataError


def noisy(seed: int, n: int, level: float = 100.0) -> Real:
    rng = np.random.default_rng([5, seed])
    rhythm = 1 + 0.1 * np.sin(np.arange(n) * 2 * np.pi / 24)
    return level * rhythm * np.exp(rng.normal(0, 0.03, n))


def test_the_index_is_what_was_planted() -> None:
    home, abroad = noisy(1, 480), noisy(2, 480)
    home[400:] *= 0.8
    abroad[400:] *= 0.2
    found = separation(hourly(home, source="in"), hourly(abroad, source="out"))
    index = found.index[400:]
    assert float(np.median(index)) == pytest.approx(np.log(4), abs=0.1)
    inside = (found.low[400:] <= np.log(4)) & (found.high[400:] >= np.log(4))
    assert inside.mean() >= 0.9
    assert found.parted[400:].all()
    assert float(np.median(found.lost[400:])) == pytest.approx(0.75, abs=0.04)


def test_nothing_parts_where_both_fall_or_none_does() -> None:
    share = []
    for seed in range(6):
        home, abroad = noisy(seed, 480), noisy(seed + 50, 480)
        home[440:] *= 0.3
        abroad[440:] *= 0.3
        found = separation(hourly(home, source="in"), hourly(abroad, source="out"))
        share.append(int(found.parted.sum()))
    # One step in forty lies above its interval by chance; none is said to part.
    assert share == [0] * 6


def test_a_finer_series_is_averaged_and_gaps_stay_gaps() -> None:
    hours = noisy(3, 24 * 40)
    hours[24 * 30 : 24 * 31] = np.nan
    days = noisy(4, 40)
    one, other = aligned(hourly(hours, source="in"), daily(days, source="out"))
    assert one.step_us == other.step_us == DAY
    assert len(one.values) == 39
    assert one.times_us.tolist() == other.times_us.tolist()
    assert MONDAY + 30 * DAY not in one.times_us.tolist()


def test_other_places_and_other_times_are_refused() -> None:
    one = hourly(noisy(1, 48))
    with pytest.raises(ValueError, match="is not"):
        separation(one, replace(one, country="RU"))
    with pytest.raises(NotEnoughDataError, match="no time in common"):
        aligned(one, replace(one, times_us=one.times_us + 1000 * HOUR))


def test_a_common_holiday_is_no_substitution() -> None:
    rng = np.random.default_rng(3)
    one, other = (np.round(2000 * np.exp(rng.normal(0, 0.05, 150))) for _ in range(2))
    one[120:130] *= 0.5
    other[120:130] *= 0.5
    series = [
        daily(one, reading="usage", source="app", metric="users"),
        daily(other, reading="usage", source="tor-metrics", metric="users"),
    ]
    assert substitutions(series) == []


def test_users_who_go_over_are_found_once_and_dated() -> None:
    rng = np.random.default_rng(4)
    one, other = (np.round(2000 * np.exp(rng.normal(0, 0.05, 150))) for _ in range(2))
    one[120:135] = np.round(one[120:135] * 0.3)
    other[120:135] = np.round(other[120:135] * 2.5)
    # A day that nobody measured does not end it.
    one[126] = np.nan
    (found,) = substitutions(
        [
            daily(one, reading="usage", source="app", metric="users"),
            daily(other, reading="usage", source="tor-metrics", metric="users"),
        ]
    )
    assert (found.kind, found.confirmed) == ("substitution", True)
    assert found.started_us == MONDAY + 120 * DAY
    assert found.ended_us == MONDAY + 135 * DAY
    assert 0.6 < found.depth < 0.8


def test_nobody_goes_over_to_an_instrument_that_failed(shared_data: Path) -> None:
    files = ("ooni/ooni-data-ir.csv", "tor/tor-data-ir.csv")
    series = [
        one
        for name in files
        for one in read_series(shared_data / "shutdown" / name).series
    ]
    found = [one.row() for one in substitutions(series)]
    started = [str(one["started_at"]) for one in found]
    # From 21 to 25 September 2022 the estimate of users itself is wrong.
    assert not any("2022-09-20" < day < "2022-09-26" for day in started)
    assert any(day.startswith("2022-09-28") for day in started)


def table(path: Path, values: Real) -> Path:
    lines = [
        f"IR,{np.datetime64(MONDAY + n * HOUR, 'us')},{value:.4f}\n"
        for n, value in enumerate(values)
    ]
    path.write_text("place,time,value\n" + "".join(lines), encoding="utf-8")
    return path


def test_the_command_prints_the_index_as_json_and_for_people(tmp_path: Path) -> None:
    home, abroad = noisy(1, 240), noisy(2, 240)
    abroad[200:] *= 0.2
    files = [
        str(table(tmp_path / "in.csv", home)),
        str(table(tmp_path / "out.csv", abroad)),
    ]
    words = ["connectivity", "separation", *files]
    told = CliRunner().invoke(main, [*words, "--json"])
    assert told.exit_code == 0, told.output
    rows = json.loads(told.stdout)
    assert list(rows[0]) == ["place", "measured_at", "separation", "low", "high"]
    assert sum(row["low"] > 0 for row in rows[-40:]) == 40
    shown = CliRunner().invoke(main, words)
    assert "the ways abroad certainly lost more" in shown.output
    wrong = CliRunner().invoke(main, [*words, "--place", "RU"])
    assert wrong.exit_code == 1
    assert "holds no such series" in wrong.output


def test_the_command_finds_blocks(shared_data: Path) -> None:
    folder = shared_data / "shutdown"
    files = [str(folder / f"ooni/ooni-data-{c}.csv") for c in ("ir", "ru", "cn")]
    words = ["connectivity", "blocks", *files, str(folder / "tor/tor-data-ir.csv")]
    told = CliRunner().invoke(main, [*words, "--json"])
    assert told.exit_code == 0, told.output
    kinds = {row["kind"] for row in json.loads(told.stdout)}
    assert kinds == {"block", "substitution"}
    shown = CliRunner().invoke(main, words)
    assert "An anomaly is no confirmed block." in shown.output


def test_one_step_far_above_and_a_gap_in_a_run_part() -> None:
    home, abroad = noisy(1, 480), noisy(2, 480)
    abroad[400:412] *= 0.1
    abroad[405] = np.nan
    found = separation(hourly(home, source="in"), hourly(abroad, source="out"))
    parted = np.isin(found.times_us, MONDAY + np.arange(400, 412) * HOUR)
    known = np.isfinite(found.low)
    assert found.parted.tolist() == (parted & known).tolist()


def several(n: int, days: int) -> list[Series]:
    """Services of one place; of the first two one falls while the other rises."""
    rng = np.random.default_rng(4)
    made = []
    for place in range(n):
        users = np.round(2000 * np.exp(rng.normal(0, 0.05, 150)))
        if place < 2:
            run = slice(120, 120 + days)
            users[run] = np.round(users[run] * (0.3, 2.5)[place])
        made.append(
            daily(users, reading="usage", source=f"app {place}", metric="users")
        )
    return made


def test_the_more_services_are_compared_the_more_a_substitution_must_show() -> None:
    # One day is enough for a pair of services, not for the best of ninety pairs.
    assert len(substitutions(several(2, days=1))) == 1
    assert substitutions(several(10, days=1)) == []
    assert len(substitutions(several(10, days=2))) == 1


def test_a_series_is_expected_once_however_many_it_is_held_against(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = []

    def counted(series: Series, *_: object) -> Watched:
        seen.append(series.source)
        return watch(series)

    monkeypatch.setattr(substitution, "watch", counted)
    substitutions(several(6, days=2))
    assert sorted(seen) == [f"app {n}" for n in range(6)]
