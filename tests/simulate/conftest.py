"""Worlds that are written once for all tests of the simulator."""

from __future__ import annotations

import pytest

from rasad.simulate import DemoWorld
from simulate.reading import ReadBack, read_back


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> ReadBack:
    """The default world."""
    return read_back(tmp_path_factory.mktemp("world"), DemoWorld())


@pytest.fixture(scope="session")
def quiet_world(tmp_path_factory: pytest.TempPathFactory) -> ReadBack:
    """A small world without teams and without a fan club."""
    settings = DemoWorld(ordinary=60, operators=(0, 0, 0), fans=0, days=2, seed=5)
    return read_back(tmp_path_factory.mktemp("quiet"), settings)
