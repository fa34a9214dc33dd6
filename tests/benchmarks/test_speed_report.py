"""Tables and chart say what was measured."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.speed.chart import Axis, decades, exponent
from benchmarks.speed.growth import drawing, growth_table
from benchmarks.speed.plan import PLANS, Benchmark, Entry, growth, size, world
from benchmarks.speed.table import table

LIMIT = 12_000


def row(**changes: Any) -> dict[str, Any]:
    return {
        **{"status": "ok", "reason": "", "title": "Rasad", "label": "", "cold": False},
        **{
            "near_per_action": 0.95,
            "seconds": 2.0,
            "peak_mib": 1_500,
            "own_mib": 900,
            "others_s": 0.0,
        },
        **{"steps": {"edges": 2.0}, "said": {}, "answers": {}},
        **changes,
    }


def lines(rows: list[dict[str, Any]]) -> list[str]:
    benchmark = Benchmark(
        name="a", title="A title", data=world(1_000), entries=(), timeout_s=600
    )
    return table(benchmark, rows, LIMIT).splitlines()


def test_a_table_has_seconds_ratio_memory_and_edges() -> None:
    answers = {"10s": {"edges": 12}, "60s": {"edges": 3_400}}
    other = row(title="Other", seconds=9.0, answers=answers)
    found = lines([row(), other])
    assert found[0] == "### A title"
    assert found[-1] == "| Other | 9.00 | 4.50 | 1,500 | 900 | 12 + 3,400 |  |"


@pytest.mark.parametrize(
    ("status", "remark"),
    [
        ("timeout", "did not finish in 600 s"),
        ("memory", "needs more than 12,000 MiB"),
        ("missing", "not installed"),
        ("failed", "failed: no"),
    ],
)
def test_an_engine_without_an_answer_has_its_row(status: str, remark: str) -> None:
    found = lines([row(), row(status=status, reason="no")])
    assert found[-1] == f"| Rasad |  |  |  |  |  | {remark} |"


def test_what_a_reader_must_know_is_said() -> None:
    said = {"mode": "disk", "capped_objects": 1, "pairs_lost": 5_000}
    steps = {"read": 1.0, "edges": 1.0}
    noted = row(said=said, steps=steps, others_s=1.0, cold=True, label="told 3GiB")
    found = lines([noted])[-1]
    assert found.startswith("| Rasad, told 3GiB, compiling first |")
    assert "read 1.00 s, edges 1.00 s, on disk, 1 crowded objects thinned" in found
    assert "5,000 co-actions lost to it, others used the machine for 1.0 s" in found


def test_a_wrong_answer_stands_out() -> None:
    found = lines([row(status="wrong", reason="edges of 60s: 1, not 2")])[-1]
    assert "WRONG: edges of 60s: 1, not 2" in found


def grown() -> list[tuple[Benchmark, list[dict[str, Any]]]]:
    """Ten times the actions in twenty times the time and ten times the memory."""
    small, large = growth(1_000, (1_000, 10_000), (10, 60), 1)

    def rows(factor: float) -> list[dict[str, Any]]:
        taken = {"seconds": 2.0 * factor, "peak_mib": round(100 * factor / 2)}
        return [row(label=entry.label, **taken) for entry in small.entries]

    return [(small, rows(1)), (large, rows(20))]


def test_growth_is_told_by_its_exponent() -> None:
    found = growth_table(grown())
    assert "| 10,000 | 0.95 | 40.00 s, 1,000 | 40.00 s, 1,000 |" in found
    assert "| exponent of time |  | 1.30 | 1.30 |" in found
    assert exponent([(1, 1), (10, 100)]) == pytest.approx(2)


def test_a_size_that_was_not_reached_is_left_out_of_the_exponent() -> None:
    measured = grown()
    measured[1][1][0] = row(status="timeout", label="10 s")
    found = growth_table(measured)
    assert "| 10,000 | 0.95 | timeout | 40.00 s, 1,000 |" in found
    assert "| exponent of time |  |  | 1.30 |" in found


def test_the_chart_is_a_drawing_with_two_panels_and_a_line_per_window() -> None:
    text = drawing(grown())
    assert text.startswith("<svg xmlns=")
    assert text.count("<path ") == 4
    assert text.count("<circle ") == 8
    assert "Peak memory in MiB" in text
    assert text == drawing(grown())


def test_an_axis_reaches_from_one_power_of_ten_to_another() -> None:
    found = [decades(values, 0, 1).ticks for values in ((2, 4), (10, 300), (0.5, 1))]
    assert found == [[1, 10], [10, 100, 1000], [0.1, 1, 10]]


def test_an_axis_is_logarithmic() -> None:
    axis = Axis(1, 100, 0, 200)
    assert [axis.place(value) for value in (1, 10, 100)] == [0, 100, 200]
    assert axis.ticks == [1, 10, 100]


@pytest.mark.parametrize("name", PLANS)
def test_plans_ask_each_question_once(name: str) -> None:
    plan = PLANS[name]()
    keys = [(b.name, entry.key) for b in plan.benchmarks for entry in b.entries]
    assert len(keys) == len(set(keys))
    assert all(b.entries[0].driver == "rasad" for b in plan.benchmarks)


@pytest.mark.parametrize(
    ("count", "text"), [(3_000_000, "3m"), (64_000, "64k"), (1_500, "1500")]
)
def test_sizes_are_short(count: int, text: str) -> None:
    assert size(count) == text


def test_a_cold_start_is_another_entry() -> None:
    assert Entry(driver="rasad").key != Entry(driver="rasad", cold=True).key
