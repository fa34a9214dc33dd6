"""A world, stand-ins for the real sets, and one comparison of both."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluate.realism.stand_ins import write_stand_ins
from rasad.config import Resources
from rasad.evaluate.realism.validation import Validation, validate
from rasad.simulate import DemoWorld, WrittenWorld, write_demo

MACHINE = Resources(memory="1GB", threads=1)


def quickly(world: WrittenWorld, truth: Path, data: Path) -> Validation:
    """Compare with fewer draws than people would want."""
    return validate(
        [world.archive], truth, data, resources=MACHINE, times=20, shuffles=19
    )


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that looks like the real data."""
    return write_stand_ins(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def demo_world(tmp_path_factory: pytest.TempPathFactory) -> WrittenWorld:
    """A small world with a crowd and operators."""
    settings = DemoWorld(ordinary=200, operators=(10, 8, 6), fans=5, days=8, seed=3)
    return write_demo(tmp_path_factory.mktemp("demo"), settings)


@pytest.fixture(scope="session")
def validation(data: Path, demo_world: WrittenWorld) -> Validation:
    """That world beside those data."""
    return quickly(demo_world, demo_world.truth, data)
