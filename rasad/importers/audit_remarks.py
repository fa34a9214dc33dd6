"""What the counts of an audit mean, in short sentences; nothing where all is well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rasad.importers.audited import Audited, Gaps, Ids

WORDS = {
    "UTC": "in UTC",
    "number": "as numbers",
    "day": "as days",
    "none": "without a zone",
    "other": "otherwise",
}
MOST_WAYS = 6
COARSE = ("min", "hour", "day")

MOST = 0.5
"""Share of posts above which a zone is that of the file, and ids are X's."""

ENOUGH = 20
"""Ids of which it is worth saying that all were rounded in one way."""

RARE = 0.01
CUT = 0.2
"""Share of ids that end in zeros after the 15th digit, above which they were cut. Of
sound ids of 17 digits one in twenty-five does, of longer ones hardly any."""

ROLES = {"post": "posts", "account": "accounts", "target": "reposted or answered posts"}


def remarks(audited: Audited) -> tuple[str, ...]:
    """Return what is to be said of a file's times and ids.

    Examples
    --------
    >>> gaps = Gaps(agree=106, shifts={"12": 1204}, taken=1204)
    >>> (said,) = remarks(Audited(records=1310, gaps={"twitter": gaps}))
    >>> said[:61]
    '1,204 of 1,310 posts are exactly 3 h from what their ids say:'
    >>> said[61:]
    ' the file is in UTC+3. The times inside of the ids are taken.'
    """
    return (
        *_of_zones(audited),
        *_of_precisions(audited),
        *(said for name, one in audited.gaps.items() for said in _of_gaps(name, one)),
        *_of_years(audited),
        *(said for role, one in audited.ids.items() for said in _of_ids(role, one)),
        *_of_names(audited),
        *_of_sheets(audited),
    )


def _of_zones(audited: Audited) -> Iterator[str]:
    bare, zones = audited.zones.get("none", 0), audited.zones
    if bare:
        sure = "as the times inside of the ids are."
        unsure = "and may be hours off if they are local ones."
        yield (
            f"{bare:,} of {audited.records:,} times state no zone: they are read as "
            f"UTC, {sure if _agree(audited) else unsure}"
        )
    if len(zones) > 1:
        ways = sorted(zones.items(), key=lambda item: (-item[1], item[0]))
        named = [f"{n:,} {WORDS.get(one, 'as ' + one)}" for one, n in ways[:MOST_WAYS]]
        if rest := len(ways) - len(named):
            named.append(f"and {rest} more")
        yield (
            "Times are written in several ways, maybe by several clocks: "
            f"{', '.join(named)}."
        )


def _agree(audited: Audited) -> bool:
    """Tell whether nearly all times were checked by ids and agree."""
    agreeing = sum(gaps.agree for gaps in audited.gaps.values())
    return agreeing > 0 and agreeing >= (1 - RARE) * audited.records


def _of_precisions(audited: Audited) -> Iterator[str]:
    coarse = sum(audited.stated.get(unit, 0) for unit in COARSE)
    if 0 < coarse < audited.records:
        yield (
            f"{coarse:,} of {audited.records:,} times are stated to the minute or "
            "worse, the others more exactly."
        )
    mended = coarse - sum(audited.known.get(unit, 0) for unit in COARSE)
    if mended > 0:
        yield (
            f"{mended:,} of {audited.records:,} times are stated to the minute or "
            "worse, and known to the millisecond from the ids."
        )


def _of_gaps(platform: str, gaps: Gaps) -> Iterator[str]:
    total = gaps.total
    # Numbers of a table that names no platform may hold no time at all.
    held = gaps.agree + max(gaps.shifts.values(), default=0)
    if not total or (platform == "generic" and held < MOST * total):
        return
    if gaps.shifts:
        yield _of_shifts(gaps)
    if gaps.apart:
        yield (
            f"In {gaps.apart:,} of {total:,} posts the time inside of the id is not "
            f"the one stated, by up to {_long(gaps.worst_us)}; that one is kept."
        )


def _of_shifts(gaps: Gaps) -> str:
    quarters, n = max(gaps.shifts.items(), key=lambda item: (item[1], item[0]))
    every, zone = sum(gaps.shifts.values()), _zone(int(quarters))
    if n > MOST * gaps.total:
        what = f"say: the file is in {zone}."
    else:
        what = f"say, as times in {zone} are."
    if every > n:
        what += f" {every - n:,} more differ by other whole quarter hours."
    return (
        f"{n:,} of {gaps.total:,} posts are exactly {_hours(int(quarters))} from what "
        f"their ids {what} {_taken(gaps.taken, every)}"
    )


def _taken(taken: int, every: int) -> str:
    """Say what became of times in another zone: nothing is mended in silence."""
    if taken == every:
        return "The times inside of the ids are taken."
    kept = f"{every - taken:,} of them" if taken else "They"
    return f"{kept} are kept as stated: write times in UTC to compare them with others."


def _hours(quarters: int) -> str:
    hours, rest = divmod(abs(quarters), 4)
    parts = [f"{hours} h"] if hours else []
    return " ".join([*parts, f"{15 * rest} min"] if rest else parts)


def _zone(quarters: int) -> str:
    hours, rest = divmod(abs(quarters), 4)
    minutes = f":{15 * rest:02}" if rest else ""
    return f"UTC{'+' if quarters > 0 else '-'}{hours}{minutes}"


def _long(us: int) -> str:
    seconds = us // 1_000_000
    for size, unit in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds // size:,} {unit}"
    return f"{seconds:,} seconds"


def _of_years(audited: Audited) -> Iterator[str]:
    if audited.early:
        yield f"Times from before their platform existed: {audited.early:,}."


def _of_ids(role: str, ids: Ids) -> Iterator[str]:
    what = ROLES[role]
    if ids.cut >= 2 and ids.cut >= CUT * ids.long:
        yield (
            f"{ids.cut:,} of {ids.long:,} long ids of {what} end in nothing but zeros "
            "after their 15th digit, as a spreadsheet cuts them: they may merge what "
            "is apart. Export ids as text."
        )
    elif ids.hundreds >= ENOUGH and ids.hundreds >= MOST * ids.long:
        yield (
            f"{ids.hundreds:,} of {ids.long:,} long ids of {what} end in two zeros, as "
            "a program that reads them as numbers writes them: they may merge what is "
            "apart."
        )
    elif ids.on_grid >= ENOUGH and ids.off_grid <= RARE * ids.on_grid:
        yield (
            f"Of {ids.long:,} long ids of {what} all were rounded, as a program does "
            "that reads them as numbers past 2^53: they may merge what is apart."
        )


def _of_names(audited: Audited) -> Iterator[str]:
    if audited.lost:
        yield (
            f"Records with an id whose last digits are lost: {audited.lost:,}. Such an "
            "id counts as missing and is never compared."
        )
    if audited.hashed:
        yield (
            f"{audited.hashed:,} of {audited.records:,} records are of accounts whose "
            "ids are hashed: they match inside data of one release only."
        )


def _of_sheets(audited: Audited) -> Iterator[str]:
    if audited.full_rows:
        yield (
            f"The table has {audited.full_rows:,} rows, as many as a spreadsheet "
            "holds: what came after them may be lost."
        )
    if audited.full_texts:
        yield (
            f"Texts of 32,767 characters, as many as a cell of a spreadsheet holds: "
            f"{audited.full_texts:,}. Their ends may be lost."
        )


def of_the_future(later: Mapping[str, int]) -> str | None:
    """Say how many times lie in years that have not begun.

    Examples
    --------
    >>> of_the_future({"2031": 2})
    'Times in years that have not begun: 2 (2031).'
    """
    if not later:
        return None
    n, years = sum(later.values()), ", ".join(list(later)[:5])
    return f"Times in years that have not begun: {n:,} ({years})."
