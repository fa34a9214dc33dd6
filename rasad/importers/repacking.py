"""Evidence copies written anew without some records, each in the form that it had."""

from __future__ import annotations

import codecs
import gzip
import zipfile
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyarrow as pa
import zstandard

from rasad.errors import ImportFormatError, RasadError
from rasad.importers.archives import ZIP
from rasad.importers.cutting import Owned, Tally, count_rows, cut_bytes
from rasad.importers.ledger import source_id
from rasad.importers.looking import Understood, looked
from rasad.importers.marks import Marks
from rasad.importers.parsed import parsed
from rasad.importers.row_cutting import marks_in, write_rows
from rasad.importers.traits import Body
from rasad.importers.unpacking import (
    GZIP,
    ZSTD,
    Place,
    is_workbook,
    measured,
    opened,
)
from rasad.importers.workbook import sheet_rows
from rasad.store.evidence import sha256
from rasad.store.files import written_whole

PACKED = (GZIP, ZSTD, ZIP)
PARQUET = b"PAR1"
LINE, OVERLAP = 1 << 20, 1 << 16
"""Bytes that are looked through at once, and those that are looked at twice."""


Written = tuple[Body, str, Tally]
"""A source, its new name in an archive, and what was done to it."""


class CannotCutError(RasadError):
    """A copy cannot be written anew without the records that have to go."""


@dataclass(frozen=True)
class Cut:
    """What became of one source: its new body, None if nothing of it is left."""

    was: str
    now: Body | None
    tally: Tally

    @classmethod
    def gone(cls, was: str, records: int = 0) -> Cut:
        """Return what becomes of a source that is removed without being read."""
        return cls(was, None, Tally(records=records, cut=records))


class Repacker:
    """Writes evidence copies anew.

    Parameters
    ----------
    owned : Owned
        Whose records are cut out.
    marks : Marks
        What is replaced in all others.
    dropped : set of str
        Ids of sources that go wholly.
    """

    def __init__(
        self, owned: Owned, marks: Marks, dropped: Set[str] = frozenset()
    ) -> None:
        self._owned, self._marks, self._dropped = owned, marks, dropped

    def rewritten(
        self, copy: Path, sources: Sequence[Body], folder: Path
    ) -> list[Cut] | None:
        """Write a copy anew into a folder, under its hash.

        Parameters
        ----------
        copy : pathlib.Path
            The evidence copy, which stays as it is.
        sources : sequence of dict
            What the journal says of the sources in it.
        folder : pathlib.Path
            Where the new copy goes.

        Returns
        -------
        list of Cut or None
            None where the copy holds nothing that has to go.

        Raises
        ------
        CannotCutError
            If what is written could not be read again as it was.
        """
        if all(body["source_id"] in self._dropped for body in sources):
            return [Cut.gone(one["source_id"], one["records"]) for one in sources]
        part = folder / f"part-{copy.name}"
        if is_workbook(copy):
            self._check_workbook(copy, sources)
            return None
        try:
            cuts, beside = self._write(copy, sources, part)
            if not beside and not any(tally.changed for _, _, tally in cuts):
                part.unlink()
                return None
            return self._settled(copy, cuts, part)
        except (ImportFormatError, UnicodeError, pa.ArrowException) as error:
            part.unlink(missing_ok=True)
            raise _cannot(sources[0], "it cannot be written in its own form") from error

    def _check_workbook(self, copy: Path, sources: Sequence[Body]) -> None:
        """Refuse a workbook that holds what has to go: it can be read, not written."""
        for body in sources:
            if body["source_id"] in self._dropped:
                raise _cannot(body, "it is a workbook")
            tally = Tally()
            head, sniff = _as_it_was(copy, body["member"], body)
            with parsed(head, sniff, body["name"]) as reading:
                count_rows(reading.entries, self._owned, tally)
            if tally.changed:
                raise _cannot(body, "it is a workbook")
        if searched(Place(copy), self._marks):
            raise _cannot(sources[0], "it is a workbook")

    def _write(
        self, copy: Path, sources: Sequence[Body], part: Path
    ) -> tuple[list[Written], int]:
        """Write the copy; return its sources, and how many marks stood beside them."""
        with copy.open("rb") as file:
            begin = file.read(4)
        with written_whole(part) as file:
            if begin == ZIP:
                return self._archive(copy, sources, file)
            (body,) = sources
            tally = Tally()
            with _packing(begin, file) as packed:
                self._file(copy, body, cast(BinaryIO, packed), tally)
            return [(body, "", tally)], 0

    def _file(self, copy: Path, body: Body, file: BinaryIO, tally: Tally) -> None:
        """Write one file, as its bytes are when it is unpacked."""
        member = body.get("member", "")
        if measured(Place(copy, member)).state != "complete":
            raise _cannot(body, "its packed stream is damaged or ends early")
        head, sniff = _as_it_was(copy, member, body)
        with parsed(head, sniff, body["name"]) as reading:
            if head.container == "parquet":
                count_rows(reading.entries, self._owned, tally)
                write_rows(copy, file, tally, self._marks)
                return
            cut = cut_bytes(head, reading.entries, self._owned, self._marks, tally)
            for block in cut:
                file.write(block)

    def _archive(
        self, copy: Path, sources: Sequence[Body], file: BinaryIO
    ) -> tuple[list[Written], int]:
        """Write an archive; what is no source is looked through as text."""
        known = {body["member"]: body for body in sources}
        cuts: list[Written] = []
        beside = 0
        with (
            zipfile.ZipFile(copy) as old,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for about in old.infolist():
                name, n = self._marks.replaced(about.filename)
                tally = Tally(replaced=n)
                fresh = zipfile.ZipInfo(name, about.date_time)
                fresh.compress_type = zipfile.ZIP_DEFLATED
                body = known.get(about.filename)
                if body and body["source_id"] in self._dropped:
                    count = body["records"]
                    cuts.append((body, name, Tally(records=count, cut=count)))
                elif body:
                    with new.open(fresh, "w", force_zip64=True) as inside:
                        inner = cast(BinaryIO, inside)
                        self._file(copy, body, inner, tally)
                    cuts.append((body, name, tally))
                elif kept := self._other(old, about):
                    new.writestr(fresh, kept[0])
                    beside += n + kept[1]
        return cuts, beside

    def _other(
        self, archive: zipfile.ZipFile, about: zipfile.ZipInfo
    ) -> tuple[bytes, int] | None:
        """Return a file that is no source without marks; None if none can be sought."""
        content = archive.read(about)
        if content.startswith(PACKED):
            return None
        try:
            text, n = self._marks.replaced(content.decode())
        except UnicodeDecodeError:
            return content, 0
        return text.encode(), n

    def _settled(self, copy: Path, cuts: list[Written], part: Path) -> list[Cut]:
        """Give the new copy its name, and see that it can be read as it was."""
        gone = [body for body, _, tally in cuts if not tally.left[0]]
        if len(gone) == len(cuts):
            part.unlink()
            return [Cut(body["source_id"], None, tally) for body, _, tally in cuts]
        new = sha256(part)
        kept = part.with_name(new)
        part.replace(kept)
        kept.chmod(0o400)
        return [
            Cut(
                body["source_id"],
                None if body in gone else self._checked(kept, body, member, tally),
                tally,
            )
            for body, member, tally in cuts
        ]

    def _checked(self, copy: Path, body: Body, member: str, tally: Tally) -> Body:
        """Return what the journal will say of a source, which was read again."""
        records, rejected = tally.left
        now = {
            "source_id": source_id(copy.name, member),
            "evidence": copy.name,
            "member": member,
            "name": self._marks.replaced(body["name"])[0],
            "format": body["format"],
            "records": records + rejected,
            "rejected": rejected,
            "mapping": body["mapping"],
        }
        head, sniff = _as_it_was(copy, member, now)
        with parsed(head, sniff, now["name"]) as reading:
            again = Tally()
            count_rows(reading.entries, Owned(frozenset(), frozenset()), again)
        if again.left != (records, rejected):
            raise _cannot(body, "without the records it would be read differently")
        return now


def _as_it_was(copy: Path, member: str, body: Body) -> Understood:
    """Say how a source is read, as it was when it was imported."""
    return looked(copy, member, body["format"], body["mapping"])


def _cannot(body: Mapping[str, Any], why: str) -> CannotCutError:
    return CannotCutError(
        f"{body['name']} cannot be written without what has to go: {why}",
        "repeat the command with --drop-sources to remove the whole file from the case",
    )


@contextmanager
def _packing(begin: bytes, file: BinaryIO) -> Iterator[Any]:
    """Pack what is written as a file was packed that begins so."""
    if begin.startswith(GZIP):
        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
            yield packed
    elif begin == ZSTD:
        with zstandard.ZstdCompressor().stream_writer(file, closefd=False) as packed:
            yield packed
    else:
        yield file


def searched(place: Place, marks: Marks) -> int:
    """Return how many marks a file holds when it is unpacked."""
    if is_workbook(place.path):
        cells = (cell for row in sheet_rows(place.path) for cell in row.cells)
        return sum(marks.replaced(cell)[1] for cell in cells if cell)
    with opened(place) as file:
        begin = file.read(len(PARQUET))
    if begin == PARQUET and not place.member:
        return marks_in(place.path, marks)
    wide = begin.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    decode = codecs.getincrementaldecoder("utf-16" if wide else "utf-8")("replace")
    rest, count = "", 0
    with opened(place) as file:
        while block := file.read(LINE):
            # A mark may stand where two blocks meet, but not across lines.
            whole, _, rest = (rest + decode.decode(block)).rpartition("\n")
            if len(rest) > LINE:
                whole, rest = rest, rest[-OVERLAP:]
            count += marks.replaced(whole)[1]
    return count + marks.replaced(rest)[1]
