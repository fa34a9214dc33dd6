"""Official pages of one party or outlet: one source, and profiles that say so."""

from __future__ import annotations

from collections.abc import Sequence

from rasad.evidence.explanations.explanation import (
    FEWEST,
    LONGEST_NAME,
    MOST,
    Counts,
    Explanation,
    Verdict,
    Weighed,
    by_share,
)
from rasad.evidence.explanations.profiles import Profile, profiles_by_group
from rasad.store.sql import Store

REGISTRIES = frozenset(
    ("ac", "co", "com", "edu", "gov", "go", "ne", "net", "or", "org")
)
"""Parts before a country's code under which everybody has a site."""

ONE_OUTLET = Explanation(
    id="one-outlet",
    title="Official pages of one party or outlet",
    claim="The accounts are pages of one party, company or outlet, pass on what it "
    "publishes, and say in their profiles whose pages they are.",
    question="How many of the shared posts link to one site or repost one account, and "
    "how many of the members name it in handle, name or description?",
    fits_when=f"{MOST} % of at least {FEWEST} shared posts lead to one source, and "
    f"{MOST} % of the members name that source. Where the sources, or the profiles, "
    "are not in the data it stays insufficient; a ring that pushes one site and does "
    "not say whose it is does not fit.",
)

SOURCES = "SELECT * FROM weighed_top ORDER BY grp"
NAMES = """
    SELECT account, handle, name FROM account
    WHERE account IN (SELECT unnest($accounts)) ORDER BY account
"""


def weigh_outlet(store: Store) -> dict[str, Weighed]:
    """Hold each group against being the pages of one party or outlet."""
    rows = {row.pop("grp"): row for row in store.rows(SOURCES)}
    labels = _labels(store, list(rows.values()))
    profiles = profiles_by_group(store)
    for grp, row in rows.items():
        source = row["top_source"]
        _count_naming(row, profiles.get(grp, []), labels.get(source, ()))
    return {grp: (_verdict(row), row) for grp, row in rows.items()}


def _verdict(counts: Counts) -> Verdict:
    said = by_share(
        counts["posts_of_top_source"],
        counts["posts_of_unknown_source"],
        counts["shared_posts"],
    )
    if said != "fits":
        return said
    members, naming = counts["members"], counts["members_naming_source"]
    return by_share(naming, members - counts["members_with_profile"], members, fewest=2)


def _count_naming(
    counts: Counts, profiles: Sequence[Profile], labels: Sequence[str]
) -> None:
    """Add how many members have a profile and name the source in it."""
    source = counts["top_source"]
    counts["members_with_profile"] = len(profiles)
    counts["members_naming_source"] = sum(
        profile.account == source or profile.names(labels) for profile in profiles
    )
    counts["top_source"] = source and source[:LONGEST_NAME]


def _labels(store: Store, rows: Sequence[Counts]) -> dict[str, tuple[str, ...]]:
    """Return the names by which each source may be called."""
    labels: dict[str, tuple[str, ...]] = {
        row["top_source"]: (row["top_source"], site_label(row["top_source"]))
        for row in rows
        if row["top_source_is"] == "site"
    }
    reposted = {row["top_source"] for row in rows if row["top_source_is"] == "account"}
    labels |= {name: (name[1:],) for name in reposted if name.startswith("@")}
    for row in store.rows(NAMES, accounts=sorted(reposted)):
        labels[row["account"]] = tuple(filter(None, (row["handle"], row["name"])))
    return labels


def site_label(site: str) -> str:
    """Return the part of a site's name by which people call it.

    Examples
    --------
    >>> site_label("news.bbc.co.uk"), site_label("gazette.example")
    ('bbc', 'gazette')
    """
    parts = site.split(".")[:-1] or [site]
    if len(parts) > 1 and parts[-1] in REGISTRIES:
        parts.pop()
    return parts[-1]
