"""Import a file of every format and print where its records and bytes went."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.formats.imported import FATES, SPANS, Line, imported, imported_whole
from benchmarks.formats.made import SAMPLES, Sample
from benchmarks.formats.real import folders, real_files
from rasad.importers import IMPORTERS
from rasad.terminal import inert

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
HEADING = (
    f"{'format':<16} {'file':<36} {'records':>9} = {'accepted':>8} + {'dupl.':>5} + "
    f"{'filt.':>5} + {'rejected':>8}   {'bytes':>11} = {'header':>9} + {'blank':>6} + "
    f"{'records':>11}  balanced"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the options, import and print; return 1 where anything does not balance."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.formats")
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("RASAD_DATA", DATA)),
        help="folder of real files; RASAD_DATA, or the one beside the project",
    )
    parser.add_argument(
        "--only", nargs="+", choices=sorted(IMPORTERS), help="formats of made files"
    )
    options = parser.parse_args(arguments)
    chosen = [one for one in SAMPLES if one.format in (options.only or IMPORTERS)]
    made = _printed("Files made to the documented schemas", _made(chosen))
    real = _printed(f"Real files of {options.data}", _real(options.data))
    unread = [] if options.only else _unread(made)
    return _conclude([*made, *real], unread)


def _printed(title: str, lines: Iterator[Line]) -> list[Line]:
    """Print each line as soon as it is there, and return them all."""
    print(f"\n{title}\n{HEADING}")
    every = []
    for line in lines:
        print(_text(line), flush=True)
        every.append(line)
    return every


def _made(samples: Sequence[Sample]) -> Iterator[Line]:
    with tempfile.TemporaryDirectory() as folder:
        for sample in samples:
            path = Path(folder) / sample.name
            path.write_bytes(sample.content)
            for line in imported(path):
                yield _as_expected(line, sample)
            path.unlink()


def _as_expected(line: Line, sample: Sample) -> Line:
    """Hold a line against what the file was made to give."""
    fates = ("accepted", "duplicate", "rejected")
    expected = {fate: getattr(sample, fate) for fate in fates}
    if {fate: line.counts[fate] for fate in fates} != expected:
        line = replace(line, wrong=(*line.wrong, "not what was made"))
    if line.format != sample.format:
        line = replace(line, wrong=(*line.wrong, f"not read as {sample.format}"))
    return line


def _real(data: Path) -> Iterator[Line]:
    for file in real_files(data):
        yield from imported(file.path, file.mapping)
    for folder in folders(data):
        yield imported_whole(folder)


def _text(line: Line) -> str:
    """Return a line of the table; names of files can do nothing to a terminal."""
    n = line.counts
    spans = (
        f"{n['records']:>9,} rows of a table without byte positions"
        if line.by_rows
        else " + ".join(
            f"{n[span]:>{width},}"
            for span, width in zip(SPANS, (9, 6, 11), strict=True)
        )
    )
    fates = " + ".join(
        f"{n[fate]:>{width},}" for fate, width in zip(FATES, (8, 5, 5, 8), strict=True)
    )
    named = line.format + ("*" if line.provisional else "")
    said = f"{named:<16} {inert(line.name).plain:<36} {n['records']:>9,} = {fates}"
    said += f"   {line.size:>11,} = {spans}  {_verdict(line)}"
    return f"{said} ({inert(line.why).plain})" if line.why else said


def _verdict(line: Line) -> str:
    return f"NO: {', '.join(line.wrong)}" if line.wrong else "yes"


def _unread(made: Sequence[Line]) -> list[str]:
    """Return the formats that no line is about."""
    return sorted(set(IMPORTERS) - {line.format for line in made})


def _conclude(lines: Sequence[Line], unread: Sequence[str]) -> int:
    """Print sums, and return the exit status."""
    wrong = [line for line in lines if line.wrong]
    records = sum(line.counts["records"] for line in lines)
    formats = {line.format for line in lines} & IMPORTERS.keys()
    print(
        f"\n{len(lines)} imports of {len(formats)} formats, {records:,} records, "
        f"{sum(line.size for line in lines):,} bytes: {len(wrong)} do not balance."
    )
    print("* provisional: nobody has checked this format against a real file yet.")
    for name in unread:
        print(f"No file of format {name} was read.")
    return 1 if wrong or unread else 0


if __name__ == "__main__":
    raise SystemExit(main())
