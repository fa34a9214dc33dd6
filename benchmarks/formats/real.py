"""Real files of others, where a folder has them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

IMPORTERS = Path("importers")
FOLDERS = (
    IMPORTERS / "twarc_v2_jsonl",
    IMPORTERS / "crowdtangle",
    IMPORTERS / "twitter_takedown_archive",
    IMPORTERS / "osome_coretweet_json" / "data",
)
"""Folders of which every file is imported."""

NO_EXPORT = ("LICENSE", "README.md")

TABLES = (
    "parity/qut_coretweet_test_input.csv",
    "parity/qut_sample_data.csv",
    "parity/coortweet_russian.parquet",
    "parity/coortweet_german.parquet",
)
"""Tables of both rivals."""

OBJECT = {"coortweet_german.parquet": "object=url_id"}
"""What a person has to say where a table has several columns to compare."""


@dataclass(frozen=True)
class Real:
    """A file, and the mapping that a person has to give for it."""

    path: Path
    mapping: str = ""


def real_files(data: Path) -> Iterator[Real]:
    """Yield what a folder of real data holds of exports, in order."""
    for folder in FOLDERS:
        inside = sorted((data / folder).glob("*"))
        yield from (Real(path) for path in inside if path.name not in NO_EXPORT)
    for name in TABLES:
        path = data / name
        if path.is_file():
            yield Real(path, OBJECT.get(path.name, ""))


def folders(data: Path) -> list[Path]:
    """Return the folders of real exports, to be imported as a whole too."""
    return [data / folder for folder in FOLDERS[:1] if (data / folder).is_dir()]
