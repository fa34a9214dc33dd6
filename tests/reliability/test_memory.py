"""A file that unpacks to far more than it is takes little memory and time to refuse."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

MOST_MIB, MOST_S = 512, 5
TIMES = 400
ROWS = b"a,2024-03-01T10:00:00Z,the same words again and again\n" * 20_000
TABLE = (b"account,time,text\n", *(ROWS for _ in range(TIMES)))

REFUSE = """
import json, sys
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from rasad.case import open_case
from rasad.errors import ImportFormatError
from rasad.importers.plan import plan
def peak_kib():
    # What getrusage tells of a process begins with its parent's peak, on Linux.
    status = Path("/proc/self/status")
    if not status.exists():
        return getrusage(RUSAGE_SELF).ru_maxrss
    lines = status.read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
before = getrusage(RUSAGE_SELF).ru_utime
try:
    with open_case(Path(sys.argv[2]), create=True) as case:
        case.import_file(plan(Path(sys.argv[1])))
except ImportFormatError as error:
    own, reader = getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN)
    seconds = own.ru_utime - before + reader.ru_utime
    peak = max(peak_kib(), reader.ru_maxrss) / 1024
    print(json.dumps([str(error), seconds, peak]))
"""
"""Imports a file and prints why not, the seconds of both processes, and the larger."""


def gzipped(path: Path) -> None:
    with gzip.open(path, "wb") as file:
        for part in TABLE:
            file.write(part)


def zstandarded(path: Path) -> None:
    with path.open("wb") as raw, zstandard.ZstdCompressor().stream_writer(raw) as file:
        for part in TABLE:
            file.write(part)


def zipped(path: Path) -> None:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("posts.csv", "w") as file,
    ):
        for part in TABLE:
            file.write(part)


@pytest.mark.parametrize("pack", [gzipped, zstandarded, zipped])
def test_a_bomb_is_refused_in_little_memory(
    pack: Callable[[Path], None], tmp_path: Path
) -> None:
    path = tmp_path / "posts"
    pack(path)
    command = [sys.executable, "-c", REFUSE, str(path), str(tmp_path / "case")]
    ended = subprocess.run(command, check=True, capture_output=True, text=True)
    said, seconds, peak_mib = json.loads(ended.stdout)
    assert "times as large" in said
    assert seconds < MOST_S
    assert peak_mib < MOST_MIB
