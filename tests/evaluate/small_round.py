"""A round so small that it takes seconds: recorded worlds with a planted ring."""

from __future__ import annotations

from pathlib import Path

import pytest
from planted_ring import planted_shares, write_shares

from rasad.evaluate import suite
from rasad.evaluate.processes import Limits
from rasad.evaluate.rounds import Choices
from rasad.evaluate.suite import Suite
from rasad.evaluate.worlds import Recorded, World

COLUMNS = {"account": "account", "object": "object", "time": "time"}
LIMITS = Limits(seconds=300, memory=2 << 30)
TESTS = Path(__file__).resolve().parents[1]


def small_suite(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write a recorded world, and make the suite `small` of it."""
    shares = planted_shares()
    write_shares(folder / "events.csv", shares)
    accounts = sorted({account for account, _, _ in shares})
    lines = [f"{name},{int(name.startswith('ring'))}\n" for name in accounts]
    (folder / "labels.csv").write_text("account,coordinated\n" + "".join(lines))
    whole = Recorded(file="events.csv", labels="labels.csv", columns=COLUMNS)
    blind = Recorded(file="events.csv", columns=COLUMNS)
    small = Suite(
        name="small",
        title="A ring among others",
        worlds=(
            World(name="ring", title="A ring & others", kind="operation", made=whole),
            World(
                name="unlabelled",
                title="The same without labels",
                kind="real",
                made=blind,
                scored="nothing",
            ),
            World(
                name="gone",
                title="Not there",
                kind="real",
                made=Recorded(file="nowhere.csv"),
                scored="nothing",
            ),
        ),
        scale=1.0,
        limits=LIMITS,
        roster="evaluate.troublemakers:METHODS",
    )
    monkeypatch.setitem(suite.SUITES, "small", small)
    monkeypatch.setenv("PYTHONPATH", f"{TESTS.parent}:{TESTS}")


def choices(
    data: Path, roster: str = "METHODS", *only: str, limits: Limits = LIMITS
) -> Choices:
    return Choices(
        suite="small",
        roster=f"evaluate.troublemakers:{roster}",
        scale=1.0,
        data=str(data),
        seed=3,
        only=only,
        limits=limits,
    )
