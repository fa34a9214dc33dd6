"""Fixtures that most tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings
from planted_ring import planted_shares, write_shares

ROOT = Path(__file__).resolve().parents[1]

# The machine may be busy, and the first call of a loop loads it.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real test data, which is never part of the project."""
    folder = Path(os.environ.get("RASAD_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the shared test data is absent; set RASAD_DATA to its folder")
    return folder


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of account, object and time in which a ring of eight is planted."""
    folder = tmp_path_factory.mktemp("planted")
    return write_shares(folder / "planted.csv", planted_shares())
