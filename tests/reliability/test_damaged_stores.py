"""A store or its log that is damaged: rebuilt from evidence, by nobody's hand."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reliability.call_watch import Disturbance
from reliability.disturbed import Trial, Workshop
from reliability.sizes import IMAGES, seeds

PAGE = 4096
ENDS = 3
"""Places near the end of a run where it is killed, so that a log is left."""

DETECT = ("detect",)

Damage = Callable[[random.Random, bytearray], None]


def cut(dice: random.Random, content: bytearray) -> None:
    del content[dice.randrange(len(content)) :]


def zero_the_tail(dice: random.Random, content: bytearray) -> None:
    start = dice.randrange(len(content))
    content[start:] = bytes(len(content) - start)


def change_a_page(dice: random.Random, content: bytearray) -> None:
    start = dice.randrange(len(content)) // PAGE * PAGE
    size = min(PAGE, len(content) - start)
    content[start : start + size] = dice.randbytes(size)


def flip_a_bit(dice: random.Random, content: bytearray) -> None:
    content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)


DAMAGES: tuple[Damage, ...] = (cut, zero_the_tail, change_a_page, flip_a_bit)
FILES = ("case.duckdb.wal", "case.duckdb")


@pytest.fixture(scope="module")
def workshop() -> Iterator[Workshop]:
    with Workshop(warm=True) as workshop:
        yield workshop


@pytest.fixture(scope="module")
def trial(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Trial:
    return Trial(workshop, tmp_path_factory.mktemp("damaged"), 1_200, DETECT)


@pytest.fixture(scope="module")
def left(trial: Trial, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Cases as kills leave them, all of whose work is acknowledged, with a log."""
    folder, found = tmp_path_factory.mktemp("left"), []
    for at in range(trial.calls, 0, -1):
        outcome = trial.disturbed(Disturbance(at))
        log = trial.case / FILES[0]
        if len(outcome.acknowledged) == 3 and log.exists() and log.stat().st_size:
            found.append(folder / str(at))
            shutil.copytree(trial.case, found[-1])
        if len(found) == ENDS:
            break
    return found


def test_a_damaged_store_is_rebuilt_unattended(
    trial: Trial, left: list[Path], counted: Callable[[str], None]
) -> None:
    if not trial.workshop.can_watch:
        pytest.skip("the kernel does not tell of calls")
    became: Counter[str] = Counter()
    for image in seeds(IMAGES):
        dice = random.Random(image)
        damage, name = DAMAGES[image % 4], FILES[image // 4 % 2]
        shutil.rmtree(trial.case)
        shutil.copytree(dice.choice(left), trial.case)
        content = bytearray((trial.case / name).read_bytes())
        damage(dice, content)
        (trial.case / name).write_bytes(content)
        stages = DETECT if image % 3 == 0 else ()
        seen = look_at(trial, stages, name, bytes(content), f"image {image}")
        became[seen] += 1
    assert became["set aside"] > IMAGES / 3
    counted(f"{IMAGES} damaged stores and logs, {dict(became)}, 0 lost")


def look_at(
    trial: Trial, stages: tuple[str, ...], name: str, content: bytes, image: str
) -> str:
    """Give the same command again; say what became of the damaged file."""
    after = trial.checked(stages)
    assert after.status == 0, f"{image}: {after}"
    assert not after.error + after.unclear, f"{image}: {after}"
    same = {table: trial.tables[table] for table in after.tables}
    assert after.tables == same, f"{image}: {after}"
    assert {"post", "action", "source"} <= same.keys()
    kept = sorted(trial.case.glob("case.duckdb.damaged-*"))
    if not kept:
        return "mended by the engine" if after.notices else "still whole"
    # What was damaged is kept to the byte, unless the engine got as far as writing.
    assert any(name.removeprefix("case.duckdb") in path.name for path in kept)
    assert name == FILES[1] or content in [path.read_bytes() for path in kept], image
    assert "kept as case.duckdb.damaged-1" in " ".join(after.notices), after.notices
    return "set aside"
