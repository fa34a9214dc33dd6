"""The page of a round: nothing in it runs or links out, and no cell is missing."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from browser.chromium import browse

from evaluate.told import HOSTILE, METHODS, WORLDS, a_round
from rasad.evaluate.cell import TIMELESS
from rasad.evaluate.report.cells import cell_of
from rasad.evaluate.report.page import policy, report_html, style
from rasad.evaluate.report.tables import details, matrix


@pytest.fixture(scope="module")
def page() -> str:
    return report_html(a_round())


class Elements(HTMLParser):
    """Every element with its attributes, and whether each is closed."""

    VOID = ("meta", "br", "rect", "line", "circle", "path")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_every_element_is_closed_and_none_can_run(page: str) -> None:
    elements = Elements(page)
    assert elements.open == []
    tags = {tag for tag, _ in elements.found}
    assert not tags & {"script", "iframe", "img", "object", "embed", "form", "link"}
    for _, attributes in elements.found:
        assert not any(name.startswith("on") for name in attributes)
        assert "style" not in attributes


def test_every_link_stays_in_the_page_and_leads_somewhere(page: str) -> None:
    elements = Elements(page).found
    ids = {attributes["id"] for _, attributes in elements if "id" in attributes}
    links = [a["href"] for tag, a in elements if tag == "a"]
    assert links
    assert all(link is not None and link[1:] in ids for link in links)
    assert all(link is not None and link[0] == "#" for link in links)
    addresses = [a for _, a in elements if "src" in a or "action" in a]
    assert addresses == []


def test_hostile_names_are_text_and_their_hidden_signs_are_shown(page: str) -> None:
    assert "<script" not in page
    assert "\u202e" not in page
    assert "\x00" not in page
    assert "⟦U+202E⟧" in page
    assert "alert(" in unescape(page)


def test_the_policy_allows_this_style_and_nothing_else(page: str) -> None:
    assert f'content="{policy()}"' in unescape(page).replace("&#39;", "'")
    assert "script-src" not in policy()
    assert "default-src 'none'" in policy()
    assert style() in page


def test_every_cell_is_in_the_table(page: str) -> None:
    table = matrix(a_round())
    assert len(table["rows"]) == len(METHODS)
    assert all(len(row["cells"]) == len(WORLDS) for row in table["rows"])
    rows = re.search(r'<table class="matrix">.*?</table>', page, re.S)
    assert rows
    cells = re.findall(r"<td[^>]*>(.*?)</td>", rows[0], re.S)
    # The line that says how to read a column, the methods, and the oracle.
    assert len(cells) == (1 + len(WORLDS)) + (len(METHODS) + 1) * len(WORLDS)
    body = cells[1 + len(WORLDS) : -len(WORLDS)]
    assert all(body)


def test_a_cell_without_figures_says_why_in_short_and_in_whole(page: str) -> None:
    assert "took too long" in page
    assert "no times" in page
    assert "no time at all" in page


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (TIMELESS, "no times"),
        ("It needs the times of posts, and this world has none.", "no times"),
        ("It asks who was together in time, and no time is known.", "no times"),
        ("Its accounts meet 7,000,000,000 times on common objects; ...", "cannot"),
        ("Its accounts share a day's hashtags 9 times; ...", "cannot"),
    ],
)
def test_only_what_lacks_times_is_said_to(reason: str, said: str) -> None:
    row = {"status": "cannot", "reason": reason}
    assert cell_of(row, "null", "whole").first == said


def test_the_best_of_a_column_is_marked_and_nobody_where_all_are_alike() -> None:
    table = matrix(a_round())
    place = {name: number for number, name in enumerate(WORLDS)}
    best = {
        name: [
            row["name"] for row in table["rows"] if row["cells"][place[name]]["best"]
        ]
        for name in WORLDS
    }
    assert best["army"] == ["rival"]
    assert best["empty"] == ["rasad"]
    assert best["crowd"] == []


def test_where_rasad_loses_is_told(page: str) -> None:
    told = re.search(r'<h2 id="loses">.*?</table>', page, re.S)
    assert told
    assert "average precision" in told[0]
    assert "0.500" in told[0]
    assert "0.750" in told[0]


def test_a_round_without_a_loss_says_so() -> None:
    assert "In none of the figures" in report_html(a_round() | {"losses": []})


def test_oracle_figures_are_marked() -> None:
    (first, *_) = details(a_round(), "army")
    assert [head["title"] for head in first["heads"] if head["oracle"]] == [
        "precision at the number of operators",
        "best F1",
    ]


def test_seconds_memory_commitments_and_versions_are_told(page: str) -> None:
    for said in ("1.2 s, 321 MiB", "cd" * 32, "ab" * 32, "Rasad 1.2.3", "0.05 of full"):
        assert said in page


def test_part_of_a_round_is_marked_as_such() -> None:
    part = report_html(a_round() | {"part_of_a_round": ["rasad/<b>"]})
    assert "Part of a round" in part
    assert "rasad/&lt;b&gt;" in part


def test_a_round_without_curves_cuts_or_worlds_is_a_page() -> None:
    empty: dict[str, list[object]] = {
        "cells": [],
        "worlds": [],
        "early": [],
        "curves": [],
        "losses": [],
    }
    page = report_html(a_round() | empty | {"differences": [], "absent": []})
    assert Elements(page).open == []


def test_the_same_results_give_the_same_page(page: str) -> None:
    assert report_html(a_round()) == page


def test_the_hostile_text_would_run_if_it_could() -> None:
    assert "<script>" in HOSTILE


@pytest.mark.browser
@pytest.mark.parametrize("width", [400, 1400])
def test_a_browser_shows_it_without_complaint(
    page: str, tmp_path: Path, width: int
) -> None:
    file = tmp_path / "page.html"
    file.write_text(page, encoding="utf-8")
    seen, log = browse(file, tmp_path, "--dump-dom", f"--window-size={width},900")
    assert "Where Rasad loses" in seen
    assert "Content Security Policy" not in log
    assert "Refused to" not in log
