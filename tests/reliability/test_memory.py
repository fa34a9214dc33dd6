"""A file that becomes far more than it is takes little memory and time to refuse."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from reliability.bombs import BOMBS

MOST_MIB, MOST_S = 512, 5
NAMES = [make.__name__ for make in BOMBS]

REFUSE = """
import json, sys
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from rasad.case import open_case
from rasad.errors import RasadError
from rasad.importers.looking import all_looked
from rasad.importers.plan import Planned
def peak_kib():
    # What getrusage tells of a process begins with its parent's peak, on Linux.
    status = Path("/proc/self/status")
    if not status.exists():
        return getrusage(RUSAGE_SELF).ru_maxrss
    lines = status.read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
def seconds():
    return sum(getrusage(one).ru_utime for one in (RUSAGE_SELF, RUSAGE_CHILDREN))
def refused(path, case):
    for member, found in all_looked(path):
        if isinstance(found, RasadError):
            return str(found)
        try:
            case.import_file(Planned(path=path, head=found[0], sniff=found[1]))
        except RasadError as error:
            return str(error)
told = {}
with open_case(Path(sys.argv[2]), create=True) as case:
    for path in sorted(Path(sys.argv[1]).iterdir()):
        before = seconds()
        try:
            said = refused(path, case)
        except RasadError as error:
            said = str(error)
        told[path.name] = said, seconds() - before
    left = case.info()["sources"], list((case.folder / "evidence").iterdir())
peak = max(peak_kib(), getrusage(RUSAGE_CHILDREN).ru_maxrss) / 1024
print(json.dumps([told, peak, list(map(len, left))]))
"""
"""Imports files; prints why not each, the seconds it took, and the largest peak."""


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("bombs")
    (folder / "files").mkdir()
    for make in BOMBS:
        make(folder / "files" / make.__name__)
    given = [str(folder / "files"), str(folder / "case")]
    command = [sys.executable, "-c", REFUSE, *given]
    ended = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(ended.stdout)


@pytest.mark.parametrize("name", NAMES)
def test_a_bomb_is_refused_in_a_sentence_and_in_time(
    name: str, refused: Any, counted: Callable[[str], None]
) -> None:
    said, seconds = refused[0][name]
    expected = dict(zip(NAMES, BOMBS.values(), strict=True))[name]
    assert expected in said
    assert len(said) < 10_000
    assert seconds < MOST_S
    counted(f"bomb, {name.replace('_', ' ')}: refused in {seconds:.1f} s")


def test_bombs_are_refused_in_little_memory_and_leave_nothing(
    refused: Any, counted: Callable[[str], None]
) -> None:
    _, peak_mib, left = refused
    assert left == [0, 0]
    assert peak_mib < MOST_MIB
    counted(f"bombs, {len(BOMBS)} kinds: refused in {peak_mib:.0f} MiB at most")
