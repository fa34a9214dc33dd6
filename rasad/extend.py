"""The four contracts by which Rasad grows, their registries, and conformance checks.

Adding a source, a trace or an export is one file, one registration line at the foot of
its package's `__init__`, one test and one stanza in the documentation. Null models are
registered so that pages print their assumptions; what a run does with each is decided
where edges are tested, because their results mean different things. A third party can
run the same `check_*` functions over its own leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar, runtime_checkable

import msgspec
import numpy as np

from rasad.errors import ConfigError
from rasad.schema import KINDS, PRECISIONS, Item, Record

if TYPE_CHECKING:
    from numpy.typing import NDArray

Progress = Callable[[str, int, int], None]
"""Called with stage, done and total; units are the stage's own."""


def no_progress(stage: str, done: int, total: int) -> None:
    """Report to nobody."""


# --- importers -----------------------------------------------------------------------


class Reject(msgspec.Struct, frozen=True, gc=False):
    """A record that cannot be read: a reason in plain words and a raw preview.

    `ends_early` marks the last record of a file that stops in the middle of one.
    """

    reason: str
    preview: str
    ends_early: bool = False


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One span of a file and what became of it.

    `line` counts from 1. `byte_start` is the first byte and `byte_end` the byte after
    the last; both are `None` without byte positions (Parquet, workbooks). Spans
    follow each other without gap or overlap.
    """

    line: int
    byte_start: int | None
    byte_end: int | None
    outcome: Record | Reject | Literal["header", "blank"]


@dataclass(frozen=True, kw_only=True)
class Head:
    """What sniffing may look at: the columns and the first rows of a file.

    `columns` are as written, after the byte-order mark. `rows` holds at most 200 rows
    of text cells, `None` for a NULL. `container` is `csv`, `tsv`, `jsonl`, `json`,
    `parquet` or `workbook`; for Parquet `types` gives the column types, and for JSON
    `items` the first values as they are, while columns are dotted names of what is
    plain in them. `member` names the file inside an archive, the sheet of a workbook.
    """

    path: Path
    container: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    types: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    member: str = ""

    @property
    def by_rows(self) -> bool:
        """Whether rows are accounted for by their number, because bytes say nothing."""
        return self.container in ("parquet", "workbook")


@dataclass(frozen=True, kw_only=True)
class Sniff:
    """How an importer understands a file.

    `confidence` lies in (0, 1]; `mapping` is role to column and stays empty where the
    format fixes it; `complete` is false when a person must add to the mapping;
    `warnings` are sentences for the import report.
    """

    importer: str
    confidence: float
    evidence: tuple[str, ...]
    mapping: Mapping[str, str] = field(default_factory=dict)
    complete: bool = True
    warnings: tuple[str, ...] = ()


@runtime_checkable
class Importer(Protocol):
    """Reads one family of files.

    `name` is permanent, `title` is for people, `support` is one sentence on what such
    data can and cannot support.
    """

    @property
    def name(self) -> str:
        """Permanent name."""
        ...

    @property
    def title(self) -> str:
        """Name for people."""
        ...

    @property
    def support(self) -> str:
        """What such data can and cannot support."""
        ...

    def sniff(self, head: Head) -> Sniff | None:
        """Recognise a file by its signature, or return None."""
        ...

    def read(self, head: Head, mapping: Mapping[str, str]) -> Iterator[Entry]:
        """Yield one entry per span, in file order, covering every byte or row."""
        ...


# --- traces --------------------------------------------------------------------------


@runtime_checkable
class Trace(Protocol):
    """One kind of action seen as evidence of common control.

    `name` is also the action's verb and the prefix of its objects. `question` is what
    sharing an object asks, as a sentence. `kinds` are the kinds of posts that feed it.
    Objects of a `long_lived` trace count as new on each UTC day in tests. `innocent`
    are ordinary reasons for sharing such an object.
    """

    @property
    def name(self) -> str:
        """Permanent name."""
        ...

    @property
    def question(self) -> str:
        """What sharing an object asks."""
        ...

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of posts that feed it."""
        ...

    @property
    def long_lived(self) -> bool:
        """Whether objects count as new on each UTC day in tests."""
        ...

    @property
    def innocent(self) -> tuple[str, ...]:
        """Ordinary reasons for sharing an object."""
        ...

    def objects(self, record: Record) -> tuple[str, ...]:
        """Return the values a post shares, without the `trace:` prefix, no repeats."""
        ...


# --- null models ---------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class TraceActions:
    """The first actions of one trace, as contiguous arrays, for null models.

    Rows are sorted by (object, time, account) codes. All arrays have one entry per
    action except the last three, which have one per account code.

    account : int32 codes, 0 to n_accounts - 1, in order of the ids' UTF-8 bytes.
    object : int32 codes of test objects (an object, or an object on one UTC day).
    time_us : int64 microseconds since 1970 UTC.
    eligible : bool per account code.
    stratum : int32 per account code.
    reference : bool per account code, or None. Marks a reference crowd: its actions
        alone say what chance gives, on objects of their own, and it is not tested.
        None where all accounts are compared with each other.
    """

    account: NDArray[Any]
    object: NDArray[Any]
    time_us: NDArray[Any]
    eligible: NDArray[Any]
    stratum: NDArray[Any]
    reference: NDArray[Any] | None = None

    def where(self, kept: NDArray[Any]) -> TraceActions:
        """Return some of the actions, in the same order."""
        return replace(
            self,
            account=self.account[kept],
            object=self.object[kept],
            time_us=self.time_us[kept],
        )

    @property
    def crowd(self) -> TraceActions:
        """The actions of the reference crowd, or of everybody where there is none."""
        if self.reference is None:
            return self
        return replace(self.where(self.reference[self.account]), reference=None)

    @property
    def tested(self) -> TraceActions:
        """The actions of all but the reference crowd; they come before the crowd's."""
        if self.reference is None:
            return self
        return replace(self.where(~self.reference[self.account]), reference=None)

    def beside(self, crowd: TraceActions, reference: NDArray[Any]) -> TraceActions:
        """Return these actions and a crowd's, whose objects are never the same.

        `reference` marks the accounts of the crowd.
        """
        apart = np.int32(int(self.object.max(initial=-1)) + 1)
        return replace(
            self,
            account=np.concatenate([self.account, crowd.account]),
            object=np.concatenate([self.object, crowd.object + apart]),
            time_us=np.concatenate([self.time_us, crowd.time_us]),
            reference=reference,
        )

    @cached_property
    def shared(self) -> TraceActions:
        """The actions on objects of two accounts or more: no other makes a pair."""
        n, same = len(self.object), self.object[1:] == self.object[:-1]
        return self.where(np.r_[False, same][:n] | np.r_[same, False][:n])

    @cached_property
    def by_account(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Where each account's actions begin, and all places by account, then object.

        Both nulls merge the actions of two accounts, in every window and every round.
        """
        order = np.lexsort((self.object, self.account))
        accounts = np.arange(len(self.stratum) + 1)
        return np.searchsorted(self.account[order], accounts), order


@runtime_checkable
class NullModel(Protocol):
    """Says what chance alone would give a pair.

    `assumption` is the sentence that must hold for its p-values to mean anything.
    """

    @property
    def name(self) -> str:
        """Permanent name."""
        ...

    @property
    def title(self) -> str:
        """Name for people."""
        ...

    @property
    def assumption(self) -> str:
        """What must hold for its p-values to mean anything."""
        ...


# --- exports -------------------------------------------------------------------------


@runtime_checkable
class Export(Protocol):
    """Writes what a case holds in a form that something else reads."""

    @property
    def name(self) -> str:
        """Permanent name."""
        ...

    @property
    def title(self) -> str:
        """Name for people."""
        ...

    def write(self, store: Any, folder: Path) -> list[Path]:
        """Write into an existing folder and return the files, sorted."""
        ...


# --- registry ------------------------------------------------------------------------

Leaf = TypeVar("Leaf", bound=Any)


class Registry(dict[str, Leaf]):
    """Leaves by permanent name, in order of registration.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> registry = Registry("export")
    >>> registry.add(SimpleNamespace(name="csv")).name
    'csv'
    """

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def add(self, leaf: Leaf) -> Leaf:
        """Register a leaf and return it; a name is given once."""
        if leaf.name in self:
            raise ConfigError(
                f"There are two {self.kind}s named {leaf.name!r}", "rename one"
            )
        self[leaf.name] = leaf
        return leaf

    def find(self, name: str) -> Leaf:
        """Return the leaf of that name, or say which names there are."""
        if name not in self:
            raise ConfigError(
                f"There is no {self.kind} {name!r}", "use one of " + ", ".join(self)
            )
        return self[name]


# --- conformance ---------------------------------------------------------------------


def check_named(leaf: Any, sentences: tuple[str, ...]) -> None:
    """Check that a leaf has a usable name and speaks to people in sentences."""
    if not leaf.name.replace("_", "").isalnum() or leaf.name != leaf.name.lower():
        raise ConfigError(f"The name {leaf.name!r} is not usable", "use a-z, 0-9 and _")
    for attribute in sentences:
        text = getattr(leaf, attribute)
        if len(text.split()) < 3 or not text.endswith((".", "?")):
            raise ConfigError(
                f"{leaf.name}.{attribute} is not a sentence", "write it for people"
            )


def check_importer(importer: Importer, head: Head, mapping: Mapping[str, str]) -> None:
    """Check that an importer accounts for every byte or row of a file it recognises."""
    check_named(importer, ("support",))
    end = 0
    for entry in importer.read(head, mapping):
        if entry.byte_start is not None and entry.byte_start != end:
            raise ConfigError(
                f"{importer.name} left a gap at byte {end}", "yield every span"
            )
        end = entry.byte_end or 0
        _check_record(importer.name, entry.outcome)
    if end and end != head.path.stat().st_size:
        raise ConfigError(f"{importer.name} stopped at byte {end}", "read to the end")


def _check_record(name: str, outcome: object) -> None:
    if not isinstance(outcome, Record):
        return
    if outcome.kind not in KINDS or outcome.precision not in PRECISIONS:
        raise ConfigError(f"{name} made a record of unknown kind", "use schema's words")
    if not outcome.account.startswith(outcome.platform + ":"):
        raise ConfigError(f"{name} made an account without platform", "use platform:id")


def check_trace(trace: Trace, records: list[Record]) -> None:
    """Check that a trace reads only the kinds it names and never repeats an object."""
    check_named(trace, ("question",))
    if not set(trace.kinds) <= set(KINDS):
        raise ConfigError(f"{trace.name} names an unknown kind", "use schema's words")
    for record in records:
        values = trace.objects(record)
        if len(values) != len(set(values)) or "" in values:
            raise ConfigError(f"{trace.name} repeats or empties an object", "mend it")
        if record.kind not in trace.kinds and values:
            raise ConfigError(
                f"{trace.name} reads kind {record.kind}", "skip that kind"
            )


def check_null_model(model: NullModel) -> None:
    """Check that a null model states its assumption."""
    check_named(model, ("assumption",))
