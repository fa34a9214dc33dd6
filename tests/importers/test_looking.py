"""What a child says of a file before it is read, none of which is believed."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rasad.errors import ImportFormatError, MappingError, RasadError
from rasad.importers import looking
from rasad.importers.frames import End, Failed, encode, framed
from rasad.importers.look_child import Looked, Names, Unreadable, seen
from rasad.importers.looking import all_looked, looked, names_in
from rasad.importers.parsed import started
from rasad.importers.plan import files_of

TABLE = b"account_id,url,created_at\na,https://e.example/1,2020-01-01\n"
Write = Callable[..., Path]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "posts.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("a.csv", TABLE)
        file.writestr("b.csv", b"no table")
        file.writestr("c.csv", TABLE.replace(b"url", b"odd"))
    return path


def test_a_child_says_what_would_be_seen_here(written: Write) -> None:
    path = written(TABLE)
    head, sniff = looked(path)
    here, expected = seen(path)
    assert sniff == expected
    assert (head.columns, head.container) == (here.columns, here.container)
    assert head.rows == ()


def test_one_child_tells_of_all_files_inside(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts = []

    def counted(*words: Any) -> Any:
        starts.append(words)
        return started(*words)

    monkeypatch.setattr(looking, "started", counted)
    found = dict(all_looked(archive))
    assert len(starts) == 1
    assert list(found) == ["a.csv", "b.csv", "c.csv"]
    assert isinstance(found["b.csv"], ImportFormatError)
    assert isinstance(found["c.csv"], MappingError)
    assert not isinstance(found["a.csv"], RasadError)
    assert names_in(archive) == list(found)
    with pytest.raises(ImportFormatError, match="has 3 files"):
        looked(archive)
    with pytest.raises(ImportFormatError, match=r"has no file d\.csv"):
        looked(archive, "d.csv")


def told(member: str = "", **changed: Any) -> bytes:
    about: dict[str, Any] = {
        "member": member,
        "container": "csv",
        "columns": [],
        "importer": "generic",
        "confidence": 0.5,
        "evidence": [],
        "mapping": {},
        "warnings": [],
        "first": [],
    }
    return encode(Looked(**about | changed))


ONE, END = encode(Names([""])), encode(End(1))
FORGED = {
    "nothing": (),
    "no names": (told(), END),
    "empty names": (encode(["names", []]), END),
    "names twice": (ONE, ONE, told(), END),
    "a name twice": (encode(Names(["a", "a"])), told("a"), END),
    "another name": (ONE, told("a"), END),
    "told twice": (ONE, told(), told(), encode(End(2))),
    "no end": (ONE, told()),
    "wrong count": (ONE, told(), encode(End(2))),
    "too few": (ONE, encode(End(0))),
    "no such importer": (ONE, told(importer="odd"), END),
    "another importer": (ONE, told(importer="reddit_dump"), END),
    "too sure": (ONE, told(confidence=2.0), END),
    "no container": (ONE, told(container="exe"), END),
    "rows without bytes": (ONE, told(container="parquet"), END),
    "a workbook": (ONE, told(container="workbook"), END),
    "many warnings": (ONE, told(warnings=["a"] * 101), END),
    "a long warning": (ONE, told(warnings=["a" * 5_000]), END),
    "an error of ours": (ONE, encode(Unreadable("", Failed("StoreError"))), END),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_child_that_was_taken_over_is_refused(
    name: str, written: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, stream = written(TABLE), tmp_path / "stream"
    stream.write_bytes(b"".join(map(framed, FORGED[name])))

    @contextmanager
    def forged(*_: Any) -> Iterator[Any]:
        with stream.open("rb", buffering=0) as stdout:
            yield SimpleNamespace(stdout=stdout, wait=lambda _: 0)

    monkeypatch.setattr(looking, "started", forged)
    with pytest.raises(ImportFormatError, match="The reader of a "):
        looked(path, importer="generic")


def test_a_folder_of_very_many_files_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rasad.importers.plan.MOST_FILES", 3)
    for name in "abc":
        (tmp_path / name).write_bytes(TABLE)
    assert len(files_of(tmp_path)) == 3
    (tmp_path / "d").write_bytes(TABLE)
    with pytest.raises(ImportFormatError, match="more than 3 files"):
        files_of(tmp_path)
