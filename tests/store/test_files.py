from __future__ import annotations

import errno
import io
import multiprocessing
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import pytest

from rasad.errors import (
    CaseError,
    CaseLockedError,
    ConfigError,
    DiskFullError,
    EvidenceError,
)
from rasad.store import evidence
from rasad.store.evidence import Evidence, sha256
from rasad.store.files import disk_errors, written_whole
from rasad.store.folder import prepare, read_settings, settle
from rasad.store.lock import held


def given(room: Path) -> tuple[Path, Path]:
    """Make a file, and the folder of an evidence that is empty."""
    original, folder = room / "posts.csv", room / "evidence"
    original.write_bytes(b"a,b\n1,2\n")
    folder.mkdir()
    return original, folder


def test_a_file_that_fails_half_way_never_gets_its_name(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with pytest.raises(RuntimeError), written_whole(path) as file:
        file.write(b"half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_an_old_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with written_whole(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"


def test_a_full_disk_is_one_sentence_that_names_the_file(tmp_path: Path) -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with (
        pytest.raises(DiskFullError, match=r"full while writing out\.bin"),
        disk_errors(tmp_path / "out.bin"),
    ):
        raise full


def test_evidence_is_named_by_its_hash_and_never_writable(tmp_path: Path) -> None:
    original, folder = given(tmp_path)
    evidence = Evidence(folder)
    source_id = evidence.add(original)
    kept = evidence.path(source_id)
    assert sha256(kept) == source_id == sha256(original)
    assert kept.stat().st_mode & 0o222 == 0
    assert evidence.add(original) == source_id


def test_one_changed_bit_of_evidence_is_noticed(tmp_path: Path) -> None:
    original = tmp_path / "posts.csv"
    original.write_bytes(b"a,b\n1,2\n")
    evidence = Evidence(tmp_path)
    kept = evidence.path(evidence.add(original))
    kept.chmod(0o600)
    kept.write_bytes(b"a,b\n1,3\n")
    with pytest.raises(EvidenceError, match="was changed"):
        evidence.check(kept.name)
    kept.unlink()
    with pytest.raises(EvidenceError, match="is missing"):
        evidence.check(kept.name)


def hold(path: Path, ready: object, done: object) -> None:
    with held(path, "import"):
        ready.set()  # type: ignore[attr-defined]
        done.wait(30)  # type: ignore[attr-defined]


def test_a_second_process_is_told_who_holds_the_case(tmp_path: Path) -> None:
    path = tmp_path / "case.lock"
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    other = context.Process(target=hold, args=(path, ready, done))
    other.start()
    assert ready.wait(30)
    with (
        pytest.raises(CaseLockedError, match=rf"process {other.pid} \(rasad import"),
        held(path, "detect"),
    ):
        pass
    other.kill()
    other.join()
    with held(path, "detect"):
        pass


def test_a_folder_with_other_things_in_it_is_no_case(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").touch()
    with pytest.raises(CaseError, match="is no case folder"):
        prepare(tmp_path, create=True)


def test_a_missing_case_is_not_made_unless_asked(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="There is no case"):
        prepare(tmp_path / "new", create=False)
    assert not (tmp_path / "new").exists()


def test_a_case_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_text("[case]\nlayout = 99\n")
    with pytest.raises(CaseError, match="newer version"):
        read_settings(tmp_path / "case.toml")


def test_settings_are_written_once_and_read_back(tmp_path: Path) -> None:
    prepare(tmp_path, create=True)
    settle(tmp_path, None)
    before = (tmp_path / "case.toml").read_bytes()
    settle(tmp_path, None)
    assert (tmp_path / "case.toml").read_bytes() == before
    assert read_settings(tmp_path / "case.toml").coaction.min_objects == 2


@pytest.mark.parametrize("change", ["longer", "other", "shorter"])
def test_a_file_that_changes_while_it_is_copied_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    original, folder = given(tmp_path)

    def disturbed(blocks: Iterable[bytes], copy: BinaryIO) -> str:
        found = really(blocks, copy)
        new = {"longer": b"a,b\n1,2\n3,4\n", "other": b"a,b\n5,2\n", "shorter": b"a"}
        # Some systems count the time of a change in steps of ten milliseconds.
        while original.stat().st_ctime_ns == before.st_ctime_ns:
            original.write_bytes(new[change])
            os.utime(original, ns=(before.st_atime_ns, before.st_mtime_ns))
        return found

    before, really = original.stat(), evidence._copy
    monkeypatch.setattr(evidence, "_copy", disturbed)
    with pytest.raises(EvidenceError, match="changed while it was copied"):
        Evidence(folder).add(original)
    assert list(folder.iterdir()) == []


def test_a_file_that_gets_another_name_while_it_is_copied_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, folder = given(tmp_path)

    def linked(blocks: Iterable[bytes], copy: BinaryIO) -> str:
        found = really(blocks, copy)
        while original.stat().st_ctime_ns == before.st_ctime_ns:
            (tmp_path / "other.csv").unlink(missing_ok=True)
            (tmp_path / "other.csv").hardlink_to(original)
        return found

    before, really = original.stat(), evidence._copy
    monkeypatch.setattr(evidence, "_copy", linked)
    assert Evidence(folder).add(original) == sha256(original)


def test_a_copy_that_was_moved_and_linked_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, folder = given(tmp_path)
    kept = folder / Evidence(folder).add(original)
    kept.rename(tmp_path / "elsewhere")
    kept.symlink_to(tmp_path / "elsewhere")
    (folder / ("0" * 64)).symlink_to(tmp_path / "nowhere")
    monkeypatch.setattr(evidence, "check_room", lambda *_: pytest.fail("needs no room"))
    assert Evidence(folder).add(original) == kept.name


def test_a_file_that_cannot_be_read_is_not_blamed_on_the_disk_of_the_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    with pytest.raises(EvidenceError, match=r"^stick\.csv cannot be read to its end"):
        evidence._copy(evidence._blocks(Failing(), "stick.csv"), io.BytesIO())
    original, folder = given(tmp_path)
    really = evidence._blocks
    monkeypatch.setattr(evidence, "_blocks", lambda _, name: really(Failing(), name))
    with pytest.raises(EvidenceError, match=r"^posts\.csv cannot be read"):
        Evidence(folder).add(original)
    assert list(folder.iterdir()) == []


def test_copies_that_are_made_at_once_do_not_meet(tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    folder.mkdir()
    held = Evidence(folder)
    originals = [tmp_path / f"{n}.csv" for n in range(6)]
    for n, original in enumerate(originals):
        original.write_bytes(bytes([n]) * (1 << 20))
    with ThreadPoolExecutor(6) as threads:
        names = list(threads.map(held.add, originals))
    assert names == [sha256(original) for original in originals]
    assert names == [sha256(held.path(name)) for name in names]


def test_a_file_that_is_here_already_is_read_and_not_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, folder = given(tmp_path)
    source_id = Evidence(folder).add(original)
    monkeypatch.setattr(evidence, "check_room", lambda *_: pytest.fail("needs no room"))
    assert Evidence(folder).add(original) == source_id


@pytest.mark.parametrize("changed", [b"a,b\n1,3\n", b"a,b\n"])
def test_a_changed_copy_is_not_replaced_in_silence(
    tmp_path: Path, changed: bytes
) -> None:
    original, folder = given(tmp_path)
    kept = folder / Evidence(folder).add(original)
    kept.chmod(0o600)
    kept.write_bytes(changed)
    with pytest.raises(EvidenceError, match="was changed"):
        Evidence(folder).add(original)
    assert kept.read_bytes() == changed
    assert list(folder.iterdir()) == [kept]


def test_a_case_section_that_is_not_ours_is_named(tmp_path: Path) -> None:
    for text in ('[case]\nlayout = "x"\n', "case = 5\n"):
        (tmp_path / "case.toml").write_text(text)
        with pytest.raises(ConfigError, match="is not ours"):
            read_settings(tmp_path / "case.toml")
