"""Frozen groups against outages: the two questions that a person can ask.

A question names a case, a moment and outages. It cannot name an account, a group, a
language, a place of accounts or a topic: there is nothing to say it with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pyarrow as pa
import pyarrow.compute as pc

from rasad.case import Case, open_case
from rasad.config import Resources
from rasad.connectivity.activity import (
    Society,
    computable,
    control_of,
    counts_of,
    may_be_shown,
    society,
)
from rasad.connectivity.answers import Answer, answer_of
from rasad.connectivity.audit import (
    Freeze,
    answered,
    asked,
    freezes,
    latest_before,
    note_freeze,
    note_query,
    note_refusal,
    query_hash,
)
from rasad.connectivity.expectation import Int
from rasad.connectivity.rules import (
    BIN_US,
    check_apart,
    check_frozen,
    check_number,
    who_stayed_on,
)
from rasad.connectivity.silence import Event, silences
from rasad.connectivity.verdicts import judged
from rasad.errors import CaseError, NotEnoughDataError, RefusedError
from rasad.evaluate.frozen import Certified, certified_before
from rasad.exports.connectivity_groups import write_connectivity_groups
from rasad.extend import Progress, no_progress

SEED = 20_090_612


@dataclass(frozen=True, kw_only=True)
class Joined:
    """Answers on the groups of a freeze, and the page that shows them."""

    frozen: Freeze
    answers: list[Answer]
    page: Path


SHUTDOWNS = """
    SELECT place, depth,
      epoch_us(started_low) AS begin_us, epoch_us(ended_high) AS end_us
    FROM outage WHERE kind = 'shutdown' AND NOT contains(place, '/')
"""
OUTAGES = f"{SHUTDOWNS} AND ended_high IS NOT NULL ORDER BY started_at, place"


def freeze(
    folder: Path,
    until_us: int,
    *,
    resources: Resources | None = None,
    progress: Progress = no_progress,
) -> Freeze:
    """Fix the groups of a case as the posts from before a moment make them.

    Parameters
    ----------
    folder : pathlib.Path
        The case.
    until_us : int
        The cut, microseconds since 1970 UTC.
    resources, progress : Resources, Progress
        As for every command.

    Returns
    -------
    Freeze
        What the journal says of it.

    Raises
    ------
    RefusedError
        If a group differs by fewer than 25 accounts from one that was answered for.
    NotEnoughDataError
        If no post is that old, or no certified group is large enough.
    """
    found = certified_before(folder, until_us, resources=resources, progress=progress)
    with open_case(folder, purpose="connectivity", resources=resources) as case:
        people = society(case.store, until_us)
        large = _large(people, found)
    frozen = Freeze(
        until_us=until_us,
        run_id=found.run_id,
        facts=found.facts,
        digest=found.digest,
        groups=tuple(sorted(large)),
        n_suppressed=len(found.members) - len(large),
    )
    if not large:
        raise NotEnoughDataError(
            "No certified group has 25 accounts, 10 of them active in the last 28 days",
            "nothing is frozen: smaller groups are not compared with outages",
        )
    _check_differences(folder, frozen, found, resources, progress)
    with open_case(folder, purpose="connectivity", resources=resources) as case:
        note_freeze(case.journal, frozen)
    return frozen


def join(
    folder: Path,
    events: Sequence[Event] = (),
    *,
    resources: Resources | None = None,
    progress: Progress = no_progress,
) -> Joined:
    """Compare every frozen group of a case with outages.

    Parameters
    ----------
    folder : pathlib.Path
        The case.
    events : sequence of Event
        Outages; none for the national shutdowns in the case's table `outage`.
    resources, progress : Resources, Progress
        As for every command.

    Returns
    -------
    Joined
        One answer per group that may be shown, by hash, and the page. The question is
        in the journal.

    Raises
    ------
    RefusedError
        If a rule forbids the answer. That is in the journal, too.
    NotEnoughDataError
        If there are no outages, or no group may be shown.
    CaseError
        If what was frozen cannot be worked out again.
    """
    with open_case(folder, purpose="connectivity", resources=resources) as case:
        chosen = _apart(events or _of_the_case(case))
        onset = min(event.begin for event in chosen) * BIN_US
        frozen = _latest_before(case, onset, chosen)
        _check_number(case, frozen, chosen)
        _check_begun(case, frozen, chosen)
    check_frozen(frozen.until_us, onset)
    found = _again(folder, frozen, resources, progress)
    try:
        _check_differences(folder, frozen, found, resources, progress)
    except RefusedError:
        with open_case(folder, purpose="connectivity", resources=resources) as case:
            note_query(case.journal, frozen, chosen, refused="difference")
        raise
    with open_case(folder, purpose="connectivity", resources=resources) as case:
        # Somebody may have asked meanwhile.
        _check_number(case, frozen, chosen)
        answers = _answers(case, frozen, found, chosen)
        # It counts as asked before anybody sees it.
        note_query(case.journal, frozen, chosen, refused="" if answers else "small")
        if not answers:
            raise RefusedError(
                "No group may be shown: a control, or what is left beside it, is too "
                "small",
                "import more accounts of the same time",
            )
        until = f"{datetime.fromtimestamp(frozen.until_us / 1e6, UTC):%Y-%m-%d %H:%M}"
        page = write_connectivity_groups(
            answers, f"{until} UTC", frozen.n_suppressed, case.out
        )
    return Joined(frozen=frozen, answers=answers, page=page)


def refuse_who_stayed_on(folder: Path, events: Sequence[Event]) -> NoReturn:
    """Note in the journal that D2 was asked for, and refuse it.

    Parameters
    ----------
    folder : pathlib.Path
        The case.
    events : sequence of Event
        Outages it was asked of.

    Raises
    ------
    RefusedError
        Always.
    """
    with open_case(folder, purpose="connectivity") as case:
        note_refusal(case.journal, events, "stayed on")
    who_stayed_on()


def _latest_before(case: Case, onset: int, events: Sequence[Event]) -> Freeze:
    try:
        return latest_before(case.journal, onset)
    except RefusedError:
        note_refusal(case.journal, events, "frozen")
        raise


def _check_number(case: Case, frozen: Freeze, events: Sequence[Event]) -> None:
    try:
        check_number(asked(case.journal), query_hash(frozen, events))
    except RefusedError:
        note_query(case.journal, frozen, events, refused="number")
        raise


def _check_begun(case: Case, frozen: Freeze, events: Sequence[Event]) -> None:
    """Refuse the later part of an outage that the case knows to be older than the cut.

    Otherwise a begin could be named that lies behind the cut, of groups that had the
    first days of the dark to be formed by.
    """
    try:
        for known in case.store.rows(SHUTDOWNS):
            for event in events:
                same = event.place in ("", known["place"].partition("/")[0])
                end_us = known["end_us"]
                over = end_us is not None and end_us <= event.begin * BIN_US
                if same and known["begin_us"] < event.end * BIN_US and not over:
                    check_frozen(frozen.until_us, known["begin_us"])
    except RefusedError:
        note_query(case.journal, frozen, events, refused="frozen")
        raise


def _answers(
    case: Case, frozen: Freeze, found: Certified, events: Sequence[Event]
) -> list[Answer]:
    people = society(case.store, frozen.until_us)
    large = {grp: people.places(found.members[grp]) for grp in frozen.groups}
    answers = []
    for grp, members in large.items():
        control = control_of(people, members, list(large.values()))
        if not may_be_shown(people, members, control, list(large.values())):
            continue
        counts = counts_of(case.store, people, members, control, SEED)
        given = judged(silences(counts, events))
        answers.append(answer_of(grp, len(members), given, counts))
    return answers


def _large(people: Society, found: Certified) -> dict[str, Int]:
    """Return the certified groups that are large and active enough to be shown."""
    places = {grp: people.places(ids) for grp, ids in found.members.items()}
    return {grp: one for grp, one in places.items() if people.cell(one).large}


def _again(
    folder: Path,
    frozen: Freeze,
    resources: Resources | None,
    progress: Progress,
) -> Certified:
    """Work out who belongs to frozen groups, and see that they are the same."""
    found = certified_before(
        folder, frozen.until_us, resources=resources, progress=progress
    )
    if found.facts != frozen.facts or not set(frozen.groups) <= set(found.members):
        raise CaseError(
            "The frozen groups cannot be worked out again: posts from before the cut, "
            "the settings or the version of the program have changed",
            "freeze anew, or restore what was changed",
        )
    return found


def _check_differences(
    folder: Path,
    frozen: Freeze,
    found: Certified,
    resources: Resources | None,
    progress: Progress,
) -> None:
    """Refuse aggregates a few accounts away from others that were answered for."""
    with open_case(folder, purpose="connectivity", resources=resources) as case:
        runs = answered(case.journal) - {frozen.run_id}
        known = {one.run_id: one for one in freezes(case.journal)}
    every = [(frozen, found)]
    for run_id in sorted(runs):
        old = known[run_id]
        every.append((old, _earlier(folder, old, resources, progress)))
    with open_case(folder, purpose="connectivity", resources=resources) as case:
        now, *before = [_aggregates(case, *one) for one in every]
    others = {name: ids for one in before for name, ids in one.items()}
    codes = _coded([*now.values(), *others.values()])
    check_apart(
        dict(zip(now, codes[: len(now)], strict=True)),
        dict(zip(others, codes[len(now) :], strict=True)),
    )


def _aggregates(case: Case, frozen: Freeze, found: Certified) -> dict[str, pa.Array]:
    """Return the members of all that the answers tell of."""
    people = society(case.store, frozen.until_us)
    large = {grp: people.places(found.members[grp]) for grp in frozen.groups}
    everyone = list(large.values())
    controls = {grp: control_of(people, one, everyone) for grp, one in large.items()}
    return {
        f"{frozen.run_id} {name}": people.accounts.take(pa.array(places))
        for name, places in computable(large, controls).items()
    }


def _earlier(
    folder: Path, old: Freeze, resources: Resources | None, progress: Progress
) -> Certified:
    try:
        return _again(folder, old, resources, progress)
    except CaseError as error:
        raise RefusedError(
            "This case has answered for groups that cannot be worked out any more, so "
            "nobody can tell by how many accounts these differ from them",
            "restore the settings and posts of then",
        ) from error


def _coded(groups: Sequence[pa.Array]) -> list[set[int]]:
    """Return members as numbers, the same for the same account."""
    every = pa.concat_arrays(list(groups)).unique()
    return [set(pc.index_in(ids, value_set=every).to_pylist()) for ids in groups]


def _of_the_case(case: Case) -> list[Event]:
    """Return the national shutdowns that were found in the case's series."""
    rows = case.store.rows(OUTAGES)
    places = sorted({row["place"] for row in rows})
    if len(places) > 1:
        raise CaseError(
            f"The case holds outages of {', '.join(places)}",
            "say which with --outage START/END",
        )
    if not rows:
        raise NotEnoughDataError(
            "The case holds no national shutdown that has ended",
            "give one with --outage START/END",
        )
    return [
        Event(
            begin=row["begin_us"] // BIN_US,
            end=-(-row["end_us"] // BIN_US),
            place=row["place"],
            depth=row["depth"],
        )
        for row in rows
    ]


def _apart(events: Sequence[Event]) -> list[Event]:
    """Return outages in order; two that overlap cannot be told apart."""
    ordered = sorted(events, key=lambda one: (one.begin, one.end))
    for one, other in zip(ordered, ordered[1:], strict=False):
        if other.begin < one.over:
            raise CaseError(
                "Two outages overlap, or the second begins before the first is over",
                "give them as one",
            )
    return ordered
