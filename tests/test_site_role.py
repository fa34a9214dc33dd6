"""A column of sites, from the command line to what a dossier says of a group."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner
from planted_ring import planted_shares

from rasad.case import open_case
from rasad.cli import main

MAPPING = "account=who,object=page,time=at,site=outlet"


def write(path: Path, rows: list[tuple[str, str, int, str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("who", "page", "at", "outlet"), *rows])
    return path


def rasad(*words: object) -> str:
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_column_of_sites_feeds_the_trace_of_sites(tmp_path: Path) -> None:
    named = ["WWW.Gazette.Example", "https://gazette.example/a?b=1", "5878", "", "t.co"]
    rows = [("u", f"p{n}", 1_700_000_000 + n, name) for n, name in enumerate(named)]
    case = tmp_path / "c"
    rasad("import", case, write(tmp_path / "a.csv", rows), "--map", MAPPING)
    with open_case(case) as opened:
        found = opened.store.rows(
            "SELECT object, count(*) AS n FROM action WHERE verb = 'domain' "
            "GROUP BY object ORDER BY object"
        )
        (posts,) = opened.store.rows("SELECT count(*) AS n FROM post")
    assert [(row["object"], row["n"]) for row in found] == [
        ("domain:5878", 1),
        ("domain:gazette.example", 2),
    ]
    assert posts["n"] == len(named)
    kept = (case / "out" / "a.map.toml").read_text()
    assert '# site that was linked, where the table names it apart\nsite = "out' in kept


@pytest.fixture(scope="module")
def family(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case of a planted ring that does nothing but share pages of site 5878."""
    folder = tmp_path_factory.mktemp("family")
    draw = random.Random(3)
    rows = [
        (who, page, at, "5878" if "ring" in who else str(draw.randrange(60)))
        for who, page, at in planted_shares()
    ]
    path = write(folder / "pages.csv", rows)
    rasad("investigate", path, "--map", MAPPING, "--case", folder / "c")
    return folder / "c"


def test_a_group_of_one_site_is_explained_and_its_owner_is_not(family: Path) -> None:
    with open_case(family) as case:
        (group,) = case.store.rows("SELECT grp, size FROM grp ORDER BY rank LIMIT 1")
        rows = case.store.rows(
            "SELECT * FROM explanation WHERE grp = $grp", grp=group["grp"]
        )
        findings = case.store.rows(
            "SELECT rule, verdict FROM finding WHERE grp = $grp", grp=group["grp"]
        )
    assert group["size"] == 8
    assert {r["explanation"] for r in rows if r["verdict"] == "fits"} == {"one-source"}
    (counts,) = (r["counts"] for r in rows if r["explanation"] == "one-source")
    assert json.loads(counts)["top_source"] == "5878"
    assert json.loads(counts)["members_devoted"] == 8
    assert {row["rule"]: row["verdict"] for row in findings} == {
        "coordinated-group": "supported",
        "undisclosed-central-operation": "insufficient",
    }


def test_the_page_says_beside_the_verdict_what_is_left_open(family: Path) -> None:
    html = (family / "out" / "dossier.html").read_text(encoding="utf-8")
    assert "<strong>fits</strong>, but leaves open whose pages these are" in html
