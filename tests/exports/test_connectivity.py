"""The page of outages: whole, inert, right-to-left safe, the same bytes every time."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from browser.chromium import browse
from connectivity.drawn_series import daily, hourly, rhythm, steady

from rasad.connectivity.outages import Findings, detect
from rasad.connectivity.series import Series
from rasad.exports.connectivity import connectivity_html, write_connectivity

HOSTILE = "<script>document.documentElement.setAttribute('data-canary',1)</script>"
PERSIAN = "تهران\u202eabc"


def country(names: tuple[str, ...]) -> list[Series]:
    """Regions of which all but the last go dark."""
    series = []
    for seed, name in enumerate(names):
        values = rhythm(20, seed)
        if seed < len(names) - 1:
            values[400 + seed : 450] *= 0.04
        series.append(hourly(values, region=name, source="ip-observatory"))
    return series


@pytest.fixture(scope="module")
def findings() -> Findings:
    return detect(country(("Tehran", HOSTILE, PERSIAN, "Fars", "Yazd")))


def test_the_page_tells_outages_order_sources_and_what_they_cannot_see(
    findings: Findings,
) -> None:
    page = connectivity_html(findings, ["Times are UTC."])
    for said in (
        "1 national outage",
        "4 of 5 regions lost at least half",
        "How outage 1 spread over",
        "stayed lit",
        "Monash IP Observatory",
        "mobile networks",
        "Times are UTC.",
        "does not show who ordered",
    ):
        assert said in page
    assert page.count("<svg") == 2


def test_a_moment_in_the_table_is_never_broken(findings: Findings) -> None:
    page = connectivity_html(findings, [])
    cell = page[page.index("<tbody>") : page.index("</tr>", page.index("<tbody>"))]
    assert re.search(r'<br><span class="time">to <span', cell)
    assert re.search(r'<br><span class="time">best: <span', cell)


def test_hostile_names_become_text_and_never_enter_a_drawing(
    findings: Findings,
) -> None:
    page = connectivity_html(findings, [HOSTILE])
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "⟦U+202E⟧" in page
    assert "\u202e" not in page
    for drawing in re.findall(r"<svg.*?</svg>", page, re.DOTALL):
        assert "script" not in drawing
        assert "تهران" not in drawing


def test_the_page_holds_no_address_and_may_load_nothing(findings: Findings) -> None:
    page = connectivity_html(findings, [])
    assert "default-src 'none'" in unescape(page)
    without_font = re.sub(r"url\(data:[^)]*\)", "", page)
    assert not re.search(r"https?:|(?:src|href)=", without_font)


def test_the_same_series_give_the_same_bytes(tmp_path: Path) -> None:
    names = ("A", "B", "C")
    pages = [
        write_connectivity(detect(country(names)), [], tmp_path / f"{n}.html")
        for n in range(2)
    ]
    assert pages[0].read_bytes() == pages[1].read_bytes()


def test_an_artefact_is_drawn_apart_from_outages() -> None:
    users = steady(120)
    users[90:92] *= 30
    found = detect([daily(users, source="tor-metrics", reading="usage")])
    page = connectivity_html(found, [])
    assert "0 national outages" in page
    assert "monitor failure" in page
    assert "failed monitor, disaster, holiday, or unexplained" in page


def test_gaps_break_the_line_of_a_drawing() -> None:
    values = rhythm(10)
    whole = connectivity_html(detect([hourly(values)]), [])
    values[100:110] = np.nan
    broken = connectivity_html(detect([hourly(values)]), [])

    def lifts(page: str) -> int:
        line = re.search(r'<path d="([^"]*)" fill="none" stroke="#0072b2"', page)
        assert line
        return line.group(1).count("M")

    assert (lifts(whole), lifts(broken)) == (1, 2)


@pytest.mark.browser
def test_the_page_opens_in_a_browser_without_a_complaint(
    findings: Findings, tmp_path: Path
) -> None:
    path = write_connectivity(findings, [HOSTILE], tmp_path / "page.html")
    seen, log = browse(path, tmp_path, "--dump-dom")
    assert not re.search(r"<html[^>]*data-canary", seen)
    assert "How outage 1 spread over" in seen
    assert "Content Security Policy" not in log


def listed(n: int) -> list[Series]:
    """Names that a filter answers for, in some places."""
    return [
        daily(steady(40, place), region=f"P{place}", reading="listed", metric="names")
        for place in range(n)
    ]


def test_what_is_read_and_not_judged_is_drawn_with_the_reason() -> None:
    page = connectivity_html(detect(listed(1)), [])
    assert "1 series that was read is of readings that are not judged" in page
    assert "no rise tells a block" in page
    assert page.count("<svg") == 1
    # Nothing was expected of it, and the drawing does not say otherwise.
    assert ">expected<" not in page
    many = connectivity_html(detect([*listed(40), *country(("A", "B"))]), [])
    assert "40 series of readings in which no outage is looked for" in many
    assert "of the first 30" in many
    # They are counted apart from what was watched: two regions and the country.
    assert "In 3 series of 1 source" in many


def test_a_drawing_of_failed_tests_says_that_it_shows_those_that_passed() -> None:
    share = np.full(60, 0.1)
    tests = daily(
        share, reading="anomalies", metric="dns anomalies", out_of=np.full(60, 900.0)
    )
    page = connectivity_html(detect([tests]), [])
    assert "share of tests without dns anomalies" in page


def test_a_drawing_of_many_points_says_what_it_leaves_out() -> None:
    page = connectivity_html(detect([hourly(rhythm(160))]), [])
    assert "of every 3 measurements the lowest is drawn" in page
    assert "the lowest is drawn" not in connectivity_html(detect(country(("A",))), [])


def test_a_note_that_begins_with_a_persian_name_reads_from_left_to_right() -> None:
    page = connectivity_html(detect(country(("A",))), ["ایران.csv: times are UTC."])
    assert '<bdi dir="ltr">ایران.csv: times are UTC.</bdi>' in page


def test_a_region_that_goes_dark_late_is_drawn_inside_the_drawing() -> None:
    series = country(("A", "B", "C", "D"))
    late = rhythm(20, 9)
    late[:] = np.where(np.arange(480) >= 475, 0.04 * late, late)
    for one in series[:3]:
        one.values[400:] = rhythm(20, 5)[400:] * 0.04
    found = detect([*series, hourly(late, region="Z", source="ip-observatory")])
    page = connectivity_html(found, [])
    spread = page[page.index("Regions going dark") :]
    marks = re.findall(r'<rect x="([\d.]+)"[^>]*width="2.5"', spread)
    assert len(marks) == 4
    assert all(48 <= float(x) + 1 <= 944 for x in marks)
