"""Pages of one folder know each other, in whatever order they are written."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from exports.small_case import Small
from rasad.connectivity.outages import Findings
from rasad.exports.connectivity import FILE as OUTAGES
from rasad.exports.connectivity import write_connectivity
from rasad.exports.connectivity_groups import FILE as GROUPS
from rasad.exports.connectivity_groups import write_connectivity_groups
from rasad.exports.dossier import FILE as DOSSIER
from rasad.exports.dossier import write_dossier
from rasad.exports.siblings import PAGES

WRITERS = {
    DOSSIER: lambda folder: write_dossier(Small().store(), folder / DOSSIER),
    OUTAGES: lambda folder: write_connectivity(
        Findings([], [], []), [], folder / OUTAGES
    ),
    GROUPS: lambda folder: write_connectivity_groups([], "1 June", 0, folder),
}


def links(page: Path) -> list[str]:
    return re.findall(r'<a href="([^"]+)"', page.read_text("utf-8"))


def test_every_page_is_known_to_the_others() -> None:
    assert set(PAGES) == set(WRITERS)


@pytest.mark.parametrize("order", list(itertools.permutations(WRITERS)))
def test_each_links_to_those_that_are_there_whichever_came_first(
    tmp_path: Path, order: tuple[str, ...]
) -> None:
    for name in order:
        WRITERS[name](tmp_path)
        there = [page for page in PAGES if (tmp_path / page).exists()]
        for page in there:
            others = [other for other in there if other != page]
            assert links(tmp_path / page) == others


def test_the_order_of_writing_leaves_no_trace(tmp_path: Path) -> None:
    folders = []
    for n, order in enumerate((tuple(WRITERS), tuple(reversed(WRITERS)))):
        folder = tmp_path / str(n)
        folder.mkdir()
        for name in (*order, order[0]):
            WRITERS[name](folder)
        folders.append({name: (folder / name).read_bytes() for name in WRITERS})
    assert folders[0] == folders[1]


def test_a_page_of_another_name_links_to_nothing_and_changes_nothing(
    tmp_path: Path,
) -> None:
    WRITERS[OUTAGES](tmp_path)
    before = (tmp_path / OUTAGES).read_bytes()
    write_dossier(Small().store(), tmp_path / "mine.html")
    assert (tmp_path / OUTAGES).read_bytes() == before
    assert links(tmp_path / "mine.html") == []


def test_a_foreign_file_of_that_name_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / DOSSIER).write_bytes(b"\xff no page of ours")
    WRITERS[OUTAGES](tmp_path)
    assert (tmp_path / DOSSIER).read_bytes() == b"\xff no page of ours"
