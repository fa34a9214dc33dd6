"""QQ plots show the tests that count, worst first, with the numbers of the table."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import pytest

from exports.small_case import Small, fill
from rasad.config import Settings, to_dict
from rasad.exports.calibration_plots import Panel
from rasad.exports.case_summary import summarise
from rasad.exports.dossier import dossier_html
from rasad.network.calibration import ALPHAS
from rasad.store.duckdb import DuckDBStore

Row = dict[str, Any]
Test = tuple[str, int, str, int | None, float, str]

STRETCHES: list[Test] = [
    ("link", 60, "timing", 1800, 0.5, "passed"),
    ("link", 60, "timing", 3600, 1.1, "passed"),
    ("link", 60, "timing", 21600, 4.0, "refused"),
    ("link", 600, "timing", 3600, 2.0, "refused"),
    ("link", 600, "timing", 21600, 9.0, "refused"),
    ("text", 60, "timing", 0, 0.9, "passed"),
    ("text", 60, "timing", 21600, 1.0, "passed"),
]


class Stricter(Small):
    """A case whose gate was set to refuse earlier."""

    def run(self, pairs: Sequence[Row]) -> Row:
        settings = to_dict(Settings())
        settings["calibration"]["largest_ratio"] = 1.25
        return super().run(pairs) | {"settings": json.dumps(settings)}


def checked(tests: Sequence[Test], small: Small | None = None) -> DuckDBStore:
    """Return a case in which these tests were checked."""
    store = (small or Small()).store()
    fill(store, "calibration", [row for test in tests for row in levels(*test)])
    fill(store, "calibration_quantile", [row for test in tests for row in points(test)])
    return store


def named(test: Test) -> Row:
    names = ("trace", "window_s", "null_model", "jitter_s")
    return {"run_id": "run", **dict(zip(names, test, strict=False))}


def levels(*test: Any) -> list[Row]:
    *_, ratio, verdict = test
    counts = {"n_pairs": 9000, "observed": 1, "expected": 1.0, "ratio": ratio}
    return [
        named(test) | counts | {"alpha": alpha, "verdict": verdict} for alpha in ALPHAS
    ]


def points(test: Test) -> list[Row]:
    quantiles = [10.0**-power for power in (3.9, 3, 2, 1, 0.1)]
    return [
        named(test) | {"uniform": level, "p_value": level / max(test[4], 1)}
        for level in quantiles
    ]


def panels(tests: Sequence[Test]) -> list[Panel]:
    return summarise(checked(tests), 1, 1).calibration_panels


def chances(n: int, verdict: str = "passed") -> list[Test]:
    """Return tests of null model J, the later the worse."""
    return [
        ("link", window, "opportunity", None, 0.1 * window, verdict)
        for window in range(1, n + 1)
    ]


def test_timing_is_drawn_in_the_stretch_that_is_used_or_the_last_resort() -> None:
    (panel,) = panels(STRETCHES)
    drawn = [(r["trace"], r["window_s"], r["jitter_s"]) for r in panel.labelled]
    assert drawn == [("link", 600, 3600), ("link", 60, 3600), ("text", 60, 0)]


def test_each_null_model_has_its_panel() -> None:
    found = panels([*STRETCHES, *chances(2)])
    assert [panel.null_model for panel in found] == ["opportunity", "timing"]
    assert "null model opportunity" in found[0].drawing
    assert "null model timing" in found[1].drawing


def test_the_worst_come_first_and_the_rest_are_counted() -> None:
    (panel,) = panels(chances(7))
    assert [row["window_s"] for row in panel.labelled] == [7, 6, 5, 4]
    assert panel.n_grey == 3


def test_too_few_pairs_to_decide_are_no_line() -> None:
    (panel,) = panels(
        [*chances(2), ("text", 9, "opportunity", None, 25.0, "insufficient")]
    )
    assert [row["trace"] for row in panel.labelled] == ["link", "link"]
    assert panels(chances(3, "insufficient")) == []


def test_numbers_are_those_of_the_table() -> None:
    html = dossier_html(checked([*STRETCHES, *chances(6)]))
    rows = re.findall(r'<tr><td class="n">(\d+)</td><td>(.*?)</td><td>(.*?)</td>', html)
    table = {number: (test, model) for number, test, model in rows}
    for caption in re.findall(r"<figcaption>(.*?)</figcaption>", html):
        keys = re.findall(r'class="no">(\d+)</span> ([^<]*)<', caption)
        assert keys
        assert [table[number][0] for number, _ in keys] == [test for _, test in keys]
        assert all(f">{number}</text>" in html for number, _ in keys)


def test_the_page_says_how_to_read_them_and_the_limit_that_was_set() -> None:
    html = dossier_html(checked(chances(6), Stricter()))
    assert "gate: 1.25 × at 0.001" in html
    assert "more than 1.25 times as many p-values as promised" in html
    assert "2 more tests in grey" in html
    assert "calibration_quantile" in html


@pytest.mark.parametrize("tests", [[], chances(1, "insufficient")])
def test_without_a_test_that_was_decided_there_is_no_plot(tests: list[Test]) -> None:
    html = dossier_html(checked(tests))
    assert "Each line is one test" not in html
    assert html.count("<svg") == 7


def test_the_same_tables_give_the_same_plots() -> None:
    tests = [*STRETCHES, *chances(9)]
    assert dossier_html(checked(tests)) == dossier_html(checked(tests[::-1]))
