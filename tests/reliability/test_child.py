"""Files are read in a child that may do nothing else, and that nobody believes."""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from importers.workbooks import xlsx

from rasad.case import open_case
from rasad.errors import ImportFormatError, MappingError, RasadError
from rasad.extend import Entry, Reject
from rasad.importers import child, frames, limits, parsed, seccomp
from rasad.importers.parsed import Pipe, heard
from rasad.importers.plan import Planned, files_in, plan
from rasad.importers.unpacking import Place, measured
from rasad.schema import Record
from rasad.store.evidence import Evidence
from reliability import in_process, odd_children
from reliability.generated_files import generated
from reliability.sizes import CHILDREN, seeds

TABLE = "account,time,text\n" + "".join(
    f"a{n % 7},2024-03-01T10:{n % 60:02}:00Z,سلام {n}\n" for n in range(5_000)
)
KILLED = "The reader of .* was killed, maybe because memory was short"
SENSELESS = "The reader of .* was stopped: it did not keep to its form"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "posts.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.fixture
def children(
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Every child that was started; none may be there in the end, alive or dead."""
    started = []
    start = subprocess.Popen

    def noted(*words: Any, **choices: Any) -> subprocess.Popen[bytes]:
        started.append(start(*words, **choices))
        return started[-1]

    monkeypatch.setattr("subprocess.Popen", noted)
    yield started
    for process in started:
        with pytest.raises(ChildProcessError):
            os.waitpid(process.pid, os.WNOHANG)
        with pytest.raises(ProcessLookupError):
            os.kill(process.pid, 0)


Odd = Callable[[str, str], None]


@pytest.fixture
def odd(
    monkeypatch: pytest.MonkeyPatch, children: list[subprocess.Popen[bytes]]
) -> Odd:
    """Replace the child that makes records by an odd one with a short life."""
    start = parsed.child_process

    def replaced(kind: str, name: str) -> None:
        @contextmanager
        def started(which: str) -> Iterator[subprocess.Popen[bytes]]:
            with monkeypatch.context() as patch:
                if which == parsed.CHILD:
                    patch.setattr(parsed, "BOOT", odd_children.boot(kind, name))
                with start(which) as process:
                    yield process

        monkeypatch.setattr(parsed, "child_process", started)
        monkeypatch.setattr(parsed, "seconds_for", lambda _: 2)

    return replaced


def in_child(planned: Planned) -> list[Entry]:
    head, sniff = planned.head, planned.sniff
    with parsed.parsed(head, sniff, planned.name) as reading:
        assert reading.measured == measured(Place(head.path, head.member))
        return list(reading.entries)


def packed_far(content: bytes) -> bytes:
    """Pack with zstd, so that unpacking has to look back over 2 GiB."""
    packer = zstandard.ZstdCompressor().compressobj()
    packed = bytearray(packer.compress(content) + packer.flush())
    packed[5] = (31 - 10) << 3
    return bytes(packed)


def a_file(kind: str, folder: Path) -> Path:
    rows = [line.split(",") for line in TABLE.splitlines()[1:]]
    objects = [dict(zip(("account", "time", "text"), row, strict=True)) for row in rows]
    path = folder / kind
    if kind == "parquet":
        pq.write_table(pa.Table.from_pylist(objects), path)
    elif kind == "workbook":
        path.write_bytes(xlsx({"posts": [["account", "time", "text"], *rows[:50]]}))
    elif kind == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a/posts.csv", TABLE)
            archive.writestr("b/posts.csv", TABLE[:500])
    else:
        broken = TABLE + 'x,2024-03-01T10:00:00Z,"never closed\n\n'
        content = {
            "csv": TABLE.encode(),
            "broken": broken.encode(),
            "utf16": TABLE.encode("utf-16"),
            "jsonl": "\n".join(map(json.dumps, objects)).encode(),
            "json": json.dumps(objects).encode(),
            "gzip": gzip.compress(TABLE.encode()),
            "cut": gzip.compress(TABLE.encode())[:-2_000],
            "zstd": packed_far(TABLE.encode()),
        }
        path.write_bytes(content[kind])
    return path


KINDS = [
    *("csv", "broken", "utf16", "jsonl", "json", "parquet"),
    *("gzip", "cut", "zstd", "zip"),
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_child_gives_the_same_entries(
    kind: str, tmp_path: Path, children: list[subprocess.Popen[bytes]]
) -> None:
    for path, member in files_in([a_file(kind, tmp_path)]):
        planned = plan(path, member=member)
        expected = in_process.read(planned)
        assert sum(isinstance(one.outcome, Record) for one in expected) > 5
        assert in_child(planned) == expected
    assert children


@pytest.mark.parametrize("part", range(4))
def test_generated_files_are_read_the_same_by_real_children(
    part: int, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    for seed in seeds(CHILDREN, part, 4):
        path.write_bytes(generated(seed))
        try:
            ((file, member),) = in_process.files_in(path)
            planned = in_process.plan(file, member)
        except RasadError:
            continue
        assert in_child(planned) == in_process.read(planned), seed


@pytest.mark.parametrize("name", ["پرونده ۱", "a\nb", os.fsdecode(b"\xff\xfe")])
def test_a_folder_may_have_any_name(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    folder.mkdir()
    planned = plan(a_file("csv", folder))
    assert in_child(planned) == in_process.read(planned)


def test_what_the_importer_says_is_wrong_is_said_as_it_was(table: Path) -> None:
    planned = plan(table)
    table.write_bytes(b"\n")
    with pytest.raises(ImportFormatError) as inside:
        plan(table)
    with pytest.raises(ImportFormatError) as told:
        in_child(planned)
    assert str(told.value) == str(inside.value)


# --- limits --------------------------------------------------------------------------

STOPPED = {
    "needs_memory": "was stopped: it needed more than 256MiB of memory",
    "never_ends": "was stopped: it needed more than 2 seconds of computing",
    "sleeps": "was stopped: it said nothing for too long",
    "crashes": r"crashed \(SIGSEGV\), maybe short of memory",
    "leaves": r"crashed \(exit code 3\)",
    "fails": r"met what it was not made for \(ZeroDivisionError\)",
}


@pytest.mark.parametrize("act", STOPPED)
def test_an_import_that_goes_wrong_is_one_sentence_and_the_case_as_before(
    act: str, table: Path, tmp_path: Path, odd: Odd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsed, "memory_for", lambda _: 256 << 20)
    if act == "never_ends":
        # On a busy machine two seconds of computing take many on the wall.
        monkeypatch.setattr(parsed, "PATIENCE", 12)
    folder = tmp_path / "case"
    with open_case(folder, create=True) as case:
        before = case.info()
        odd("act", act)
        begun = time.monotonic()
        with pytest.raises(ImportFormatError, match=STOPPED[act]) as told:
            case.import_file(plan(table))
        assert time.monotonic() - begun < 30
        assert "posts.csv" in str(told.value)
        assert "secret" not in str(told.value)
        assert case.info() == before
        assert case.journal.entries() == []
    assert list((folder / "evidence").iterdir()) == []


def test_what_a_library_prints_does_not_come_among_the_frames(
    table: Path, odd: Odd
) -> None:
    odd("act", "prints")
    assert in_child(plan(table))[-1].outcome == Reject("nothing", "")


def test_a_child_cannot_connect_write_or_start_anything(table: Path, odd: Odd) -> None:
    planned = plan(table)
    with parsed.parsed(planned.head, planned.sniff, "posts") as reading:
        if limits.LACKING["calls"] in reading.sniff.warnings:
            pytest.skip("the kernel has no filter for calls")
    odd("act", "tries")
    last = in_child(planned)[-1].outcome
    assert isinstance(last, Reject)
    refused = dict.fromkeys(odd_children.TRIES, "PermissionError")
    permitted = dict.fromkeys(odd_children.PERMITTED, "done")
    assert json.loads(last.reason) == refused | permitted


def test_a_system_without_filters_is_named_in_the_report(
    table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = child.Task(str(table), "", "generic", {}, 0, 0)
    message = frames.decode(next(child.messages(task, ("calls",))))
    assert isinstance(message, frames.Held)
    monkeypatch.setattr("platform.machine", lambda: "other")
    assert not seccomp.filtered()
    assert message.lacking == ("calls",)


def test_programs_of_the_filter_end_and_stay_within_themselves() -> None:
    for calls in seccomp.MACHINES.values():
        steps = seccomp.program(calls)
        assert len(steps) % 8 == 0
        codes = [steps[at] for at in range(0, len(steps), 8)]
        assert codes[-1] == seccomp.RETURN
        leaps = [max(steps[at + 2 : at + 4]) for at in range(0, len(steps) - 8, 8)]
        assert all(at + leap < len(codes) for at, leap in enumerate(leaps, 1))
        assert len(set(calls.refused)) == len(calls.refused)


CHANGES = re.compile(
    r"O_WRONLY|O_RDWR|O_CREAT|O_TMPFILE|(creat|unlink|rename|mkdir)\w*\("
)
CALLS = "trace=%network,execve,creat,open,openat,unlink,unlinkat,rename,mkdir,mkdirat"


def test_an_import_connects_to_nothing_and_writes_into_the_case_alone(
    table: Path, tmp_path: Path
) -> None:
    log, case = tmp_path / "calls", tmp_path / "case"
    trace = ["strace", "-f", "-z", "-y", "-s", "200", "-o", str(log), "-e", CALLS]
    if not shutil.which("strace") or subprocess.run([*trace, "true"]).returncode:
        pytest.skip("system calls cannot be traced here")
    command = [sys.executable, "-m", "rasad", "import", str(case), str(table)]
    # Measuring which lines run writes files of its own.
    plain = {k: v for k, v in os.environ.items() if not k.startswith("COVERAGE_")}
    subprocess.run([*trace, *command], check=True, capture_output=True, env=plain)
    calls = log.read_text(encoding="utf-8", errors="replace").splitlines()
    names = [line.split(maxsplit=1)[1].partition("(")[0] for line in calls]
    assert names.count("execve") == 3  # the command, and two children
    assert {"socket", "connect", "sendto", "bind"} & set(names) == set()
    changes = [line for line in calls if CHANGES.search(line)]
    assert any(str(case) in line for line in changes)
    cache = os.environ.get("NUMBA_CACHE_DIR", "__pycache__")
    permitted = (str(case), "/dev/null", cache, "__pycache__")
    assert [one for one in changes if not any(map(one.__contains__, permitted))] == []


# --- ends ----------------------------------------------------------------------------


def test_a_killed_child_imports_nothing(
    table: Path,
    tmp_path: Path,
    odd: Odd,
    children: list[subprocess.Popen[bytes]],
) -> None:
    odd("act", "sleeps")
    planned = plan(table)
    with (
        pytest.raises(ImportFormatError, match=KILLED),
        parsed.parsed(planned.head, planned.sniff, planned.name) as reading,
    ):
        assert next(reading.entries).byte_end == 1
        children[-1].kill()
        list(reading.entries)


def test_ctrl_c_while_waiting_leaves_no_child(
    table: Path, odd: Odd, children: list[subprocess.Popen[bytes]]
) -> None:
    odd("act", "sleeps")
    planned = plan(table)

    def pressed(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, pressed)
    try:
        signal.setitimer(signal.ITIMER_REAL, 1.5)
        with pytest.raises(KeyboardInterrupt):
            in_child(planned)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert len(children) == 2  # one looked at the file, the other read it


def test_a_reader_that_stops_early_leaves_no_child(
    table: Path, children: list[subprocess.Popen[bytes]]
) -> None:
    planned = plan(table)

    def first() -> Iterator[Entry]:
        with parsed.parsed(planned.head, planned.sniff, "posts") as reading:
            yield from reading.entries

    reader = first()
    next(reader)
    reader.close()  # type: ignore[attr-defined]
    assert len(children) == 2


# --- forged frames -------------------------------------------------------------------


@pytest.mark.parametrize("name", ["too long", "gap", "no end", "a page", "nothing"])
def test_a_child_that_was_taken_over_is_refused(
    name: str, table: Path, tmp_path: Path, odd: Odd
) -> None:
    odd("forge", name)
    with open_case(tmp_path / "case", create=True) as case:
        before = case.info()
        with pytest.raises(ImportFormatError, match="nothing was imported"):
            case.import_file(plan(table))
        assert case.info() == before


@pytest.mark.parametrize("error", ["MappingError", "StoreDamagedError", "SystemExit"])
def test_only_errors_of_importers_are_passed_on(
    error: str, table: Path, odd: Odd
) -> None:
    odd("forge", error)
    expected = MappingError if error == "MappingError" else ImportFormatError
    with pytest.raises(RasadError) as told:
        in_child(plan(table))
    assert type(told.value) is expected


def listened(stream: bytes | bytearray, table: Path, folder: Path) -> list[Entry]:
    """Hear what some bytes say of a table, as if a child had written them."""
    file = folder / "stream"
    file.write_bytes(stream)
    task = child.Task(str(table), "", "generic", {}, 0, 1)
    planned = plan(table)
    with file.open("rb", buffering=0) as stdout:
        process = SimpleNamespace(stdout=stdout, wait=lambda _: 0)
        pipe = Pipe(process, task, "posts")  # type: ignore[arg-type]
        return list(heard(pipe, planned.head, planned.sniff).entries)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.csv"
    path.write_text(TABLE[:200])
    return path


@pytest.mark.parametrize("name", odd_children.forgeries(0))
def test_a_forged_stream_is_refused(name: str, small: Path, tmp_path: Path) -> None:
    stream = odd_children.forgeries(small.stat().st_size)[name]
    with pytest.raises(ImportFormatError, match="The reader of posts"):
        listened(stream, small, tmp_path)


def truthful(path: Path) -> bytes:
    planned = plan(path)
    sniff = planned.sniff
    task = child.Task(str(path), "", sniff.importer, dict(sniff.mapping), 0, 0)
    return odd_children.said(*child.messages(task, ()))


def test_damaged_streams_are_refused_or_keep_the_rules(
    small: Path, tmp_path: Path
) -> None:
    stream = truthful(small)
    expected = listened(stream, small, tmp_path)
    assert expected == in_process.read(plan(small))
    draw = random.Random(6)
    refused = 0
    for _ in range(500):
        damaged = bytearray(stream)
        for _ in range(draw.choice((1, 1, 3))):
            damaged[draw.randrange(len(damaged))] = draw.randrange(256)
        try:
            found = listened(damaged, small, tmp_path)
        except RasadError:
            refused += 1
            continue
        assert [one.byte_start for one in found[1:]] == [
            one.byte_end for one in found[:-1]
        ]
        assert len(found) == len(expected)
    assert refused > 200


def test_a_stream_cut_anywhere_is_refused(small: Path, tmp_path: Path) -> None:
    stream = truthful(small)
    for size in range(0, len(stream), 7):
        with pytest.raises(ImportFormatError):
            listened(stream[:size], small, tmp_path)


def test_frames_are_split_where_they_would_be_too_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(frames, "LONGEST", 2_000)
    text = "x" * 600
    entries = [Entry(n, n, n + 1, odd_children.record(text=text)) for n in range(1, 12)]
    told = [frames.decode(one) for one in frames.messages_of(entries)]
    spans = [len(one.spans) for one in told if isinstance(one, frames.Entries)]
    assert sum(spans) == 11
    assert max(spans) <= 3
    assert told[-1] == frames.End(11)


# --- nothing is parsed here -----------------------------------------------------------

PARSERS = (
    "csv.reader",
    "zipfile.ZipFile",
    "zipfile.ZipExtFile",
    "pyarrow.parquet.ParquetFile",
    "rasad.importers.json_values.value_of",
    "rasad.importers.objects.value_of",
    "rasad.importers.packed_frames.Frames.__init__",
    "rasad.importers.reader.opened",
    "rasad.importers.reader.inspect",
    "rasad.importers.sheets.sheets",
    "rasad.importers.unpacking.opened",
    "rasad.importers.unpacking.measured",
)


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet", "gzip", "zip", "workbook"])
def test_a_case_is_made_and_rebuilt_without_parsing_a_byte_here(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = a_file(kind, tmp_path)

    def parsed_here(*_: object, **__: object) -> None:
        raise AssertionError("parsed in this process")

    with open_case(tmp_path / "case", create=True) as case:
        with monkeypatch.context() as patch:
            for parser in PARSERS:
                patch.setattr(parser, parsed_here)
            rows = [case.import_file(plan(*one)) for one in planned_in(path)]
        accepted = sum(row["accepted"] for row in rows)
        assert accepted > 5
    (tmp_path / "case" / "case.duckdb").unlink()
    for parser in PARSERS:
        monkeypatch.setattr(parser, parsed_here)
    with open_case(tmp_path / "case") as case:
        assert sum(row["accepted"] for row in case.info()["sources"]) == accepted


def planned_in(path: Path) -> list[tuple[Path, None, None, str]]:
    """Return what `plan` is asked for each file inside."""
    return [(file, None, None, member) for file, member in files_in([path])]


# --- a child gets ready while the file is still on its way ---------------------------


def test_a_child_reads_another_file_than_it_got_ready_for(
    table: Path, tmp_path: Path
) -> None:
    planned = plan(table)
    expected = in_child(planned)
    with parsed.reader(planned.head, planned.sniff) as child:
        table.rename(tmp_path / "kept")
        head = replace(planned.head, path=tmp_path / "kept")
        reading = child.read(head, planned.sniff, planned.name)
        assert list(reading.entries) == expected


def test_a_child_that_is_told_nothing_is_gone_with_the_block(
    table: Path, children: list[subprocess.Popen[bytes]]
) -> None:
    planned = plan(table)
    with parsed.reader(planned.head, planned.sniff):
        assert children[-1].poll() is None


def test_a_child_waits_while_the_file_is_copied(
    table: Path,
    tmp_path: Path,
    children: list[subprocess.Popen[bytes]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    planned, add, seen = plan(table), Evidence.add, []

    def noted(evidence: Evidence, original: Path) -> str:
        seen.append(len(children))
        return add(evidence, original)

    monkeypatch.setattr(Evidence, "add", noted)
    with open_case(tmp_path / "case", create=True) as case:
        case.import_file(planned)
        # A file that is known needs none, and its child is gone with the others.
        assert case.import_file(planned)["records"] == 5_000
    assert seen == [2, 3]


def test_a_child_that_dies_while_the_file_is_copied_imports_nothing(
    table: Path,
    tmp_path: Path,
    children: list[subprocess.Popen[bytes]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    planned, add = plan(table), Evidence.add

    def killed(evidence: Evidence, original: Path) -> str:
        children[-1].kill()
        children[-1].wait()
        return add(evidence, original)

    with open_case(tmp_path / "case", create=True) as case:
        with monkeypatch.context() as patch:
            patch.setattr(Evidence, "add", killed)
            with pytest.raises(ImportFormatError, match=KILLED):
                case.import_file(planned)
        assert list((tmp_path / "case" / "evidence").iterdir()) == []
        assert case.import_file(planned)["records"] == 5_000


def test_limits_are_those_of_the_copy(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The original may be on a disk that fails, and only who copies it can say so."""
    looked_at = []

    def noted(path: Path) -> int:
        looked_at.append(path.parent.name)
        return limits.memory_for(path)

    planned = plan(table)
    monkeypatch.setattr(parsed, "memory_for", noted)
    with open_case(tmp_path / "case", create=True) as case:
        case.import_file(planned)
    assert looked_at == ["evidence"]


def test_a_child_does_without_what_compilers_look_for(table: Path, odd: Odd) -> None:
    odd("act", "finds_scipy")
    assert in_child(plan(table))[-1].outcome == Reject("nothing", "")
