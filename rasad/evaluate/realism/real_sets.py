"""The real sets that a world is held against, and what each of them cannot tell."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv
import pyarrow.parquet as pq

from rasad.case import open_case
from rasad.config import Resources
from rasad.errors import NotEnoughDataError
from rasad.evaluate.realism.reading import read_view
from rasad.evaluate.realism.view import View
from rasad.importers.plan import plan

Side = Literal["ordinary", "operation"]

ONLY_REPOSTS = "only reposts were collected"
CHOSEN_POSTS = "reposts of chosen posts were collected, not all that an account did"
CHOSEN_OBJECTS = "posts were chosen by those who collected their reposts"
SAMPLED = "a sample of posts, four per account"

CASCADES_LACK = {
    "activity": CHOSEN_POSTS,
    "every_object": CHOSEN_OBJECTS,
    **dict.fromkeys(("kinds", "replies", "quotes"), ONLY_REPOSTS),
}


@dataclass(frozen=True, kw_only=True)
class RealSet:
    """A file of real posts and how it is read.

    Parameters
    ----------
    name : str
        Short name, as the table's heading has it.
    title : str
        What it is.
    file : str
        Where it is in the folder of data.
    mapping : mapping of str to str, optional
        Columns by role, where the file is not of a known format.
    objects : str
        Trace that stands for reposts.
    cascades : bool
        It was collected object by object.
    labels : (str, str, str), optional
        A file of labels, its column of the label, and the label of the rows to read.
    lacks : mapping of str to str
        Keys of `NEEDS` it cannot give although the columns are there, and why.
    note : str
        What a reader of the comparison must know.
    """

    name: str
    title: str
    file: str
    mapping: Mapping[str, str] | None = None
    objects: str
    cascades: bool = False
    labels: tuple[str, str, str] | None = None
    lacks: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    def files(self) -> list[str]:
        """Return the names of all files that it takes."""
        return [self.file, *([self.labels[0]] if self.labels else [])]


WEIBO = RealSet(
    name="weibo",
    title="reposts of posts on Weibo, 2011 to 2015, a quarter of the collection",
    file="weibo_reposts_quarter.parquet",
    mapping={
        "account": "account",
        "time": "date",
        "object": "source_id",
        "post": "mid",
    },
    objects="object",
    cascades=True,
    lacks=CASCADES_LACK,
    note="Posts that were checked as rumours, and others of their size.",
)
VIRAL = RealSet(
    name="viral-2015",
    title="reposts of viral posts on Twitter, 2015 to 2016, by ordinary accounts",
    file="worldB_coretweet_events.parquet",
    mapping={"account": "account", "time": "time_utc", "object": "object"},
    objects="object",
    cascades=True,
    labels=("worldB_labels.csv", "coordinated", "0"),
    lacks=CASCADES_LACK,
    note="Accounts with fewer than three such reposts are not in it.",
)
IRA = RealSet(
    name="ira-dev",
    title="posts of the Internet Research Agency on Twitter, to March 2016",
    file="ira_posts_dev.parquet",
    mapping={
        "account": "author_id",
        "time": "publish_date",
        "text": "content",
        "kind": "kind",
        "language": "language",
    },
    objects="repost_text",
    lacks={"replies": "the release has no replies"},
    note="Reposts are matched by their words, since no target is given.",
)
IRAN = RealSet(
    name="iran-sample",
    title="posts of Iranian takedowns on Twitter, a sample",
    file="importers/twitter_takedown_archive/iran_tweets_sample_a.csv",
    objects="repost",
    lacks=dict.fromkeys(
        ("activity", "audience", "every_object", "every_tag", "every_text"), SAMPLED
    ),
    note="Four posts per account out of thousands.",
)

PAIRS: dict[Side, tuple[RealSet, RealSet]] = {
    "ordinary": (WEIBO, VIRAL),
    "operation": (IRA, IRAN),
}
"""For each side the set that worlds may be fitted to, and the one that checks them.

The crowd is fitted to Weibo: the viral posts of 2015 are the crowd on which false
alarms of detectors are counted, and a world that had been made like them would be no
independent test. Weibo has no labels; in the arena it is listed, and nobody is ranked
on it. The operation is fitted to marginal habits alone, never to who acts with whom,
which is what detectors are scored by.
"""


def missing_files(data: Path, sets: Sequence[RealSet]) -> list[str]:
    """Return the names of files that are not in the folder of data."""
    names = [name for each in sets for name in each.files()]
    return [name for name in names if not (data / name).is_file()]


def check_data(data: Path | None, sets: Sequence[RealSet]) -> Path:
    """Return the folder of real data.

    Raises
    ------
    NotEnoughDataError
        If it is not given or lacks a file; the error names all that is needed.
    """
    needed = ", ".join(name for each in sets for name in each.files())
    if data is None:
        raise NotEnoughDataError(
            "No folder of real data is given",
            f"name it with --data or RASAD_DATA; it must hold {needed}",
        )
    absent = missing_files(data, sets)
    if absent:
        raise NotEnoughDataError(
            f"{data} lacks {', '.join(absent)}",
            f"name the folder that holds {needed} with --data or RASAD_DATA",
        )
    return data


def check_all(data: Path | None) -> Path:
    """Return the folder of real data if it holds every set of `PAIRS`."""
    return check_data(data, [real for pair in PAIRS.values() for real in pair])


def read_real(
    real: RealSet, data: Path, resources: Resources, share: float = 1.0
) -> View:
    """Read a real set through a case that is thrown away.

    Parameters
    ----------
    real : RealSet
        Which.
    data : pathlib.Path
        The folder of data.
    resources : Resources
        Memory and threads to use.
    share : float
        Share of the accounts to read, or of the posts whose reposts were collected;
        always the same ones. Files that are not Parquet are read whole.
    """
    with tempfile.TemporaryDirectory(prefix="rasad-real-") as name:
        folder = Path(name)
        path = _part(real, data, folder, share)
        with open_case(folder / "case", create=True, resources=resources) as case:
            case.import_file(plan(path, mapping=real.mapping))
            return read_view(
                case.store,
                objects=real.objects,
                cascades=real.cascades,
                lacks=real.lacks,
            )


def _part(real: RealSet, data: Path, folder: Path, share: float) -> Path:
    """Return the file, or a copy of the rows that are wanted."""
    path = data / real.file
    if path.suffix != ".parquet" or (real.labels is None and share >= 1):
        return path
    table = pq.read_table(path)
    mapping = real.mapping or {}
    if real.labels is not None:
        name, column, wanted = real.labels
        labels = pv.read_csv(data / name)
        chosen = pc.equal(pc.cast(labels[column], "string"), wanted)
        accounts = labels.filter(chosen)[mapping["account"]]
        table = table.filter(
            pc.is_in(table[mapping["account"]], accounts.combine_chunks())
        )
    if share < 1:
        unit = table[mapping["object" if real.cascades else "account"]]
        different = sorted(filter(None, unit.unique().to_pylist()))
        kept = np.diff(np.ceil(np.arange(len(different) + 1) * share)) > 0
        table = table.filter(pc.is_in(unit, pa.array(different).filter(kept)))
    part = folder / path.name
    pq.write_table(table, part)
    return part
