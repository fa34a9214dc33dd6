"""Rules: what a group's evidence may mean. Ids are permanent; new meaning, new id."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A claim that findings may make.

    `claim` says it in words for people, `refuted_by` what would show it wrong, and
    `innocent` are explanations to weigh whichever trace carries the group.
    """

    id: str
    claim: str
    refuted_by: tuple[str, ...]
    innocent: tuple[str, ...]


COORDINATED_GROUP = Rule(
    id="coordinated-group",
    claim="The accounts of this group share more objects within minutes of each other "
    "than acting in the same minutes explains.",
    refuted_by=(
        "A public call, schedule or feed that every member could follow without "
        "knowing the others.",
        "A larger reference crowd in which many ordinary pairs do the same.",
        "Posts that were imported with rounded or delayed times.",
    ),
    innocent=(
        "Fans or activists who answered an open call at an announced hour.",
        "Official pages of one party, outlet or company, which say so.",
        "Programs with permission: feeds, schedulers, share buttons.",
        "One person who openly runs several accounts.",
    ),
)

RANKED_CANDIDATES = Rule(
    id="ranked-candidates",
    claim="No pair of the case stands out above chance. These accounts share more than "
    "other pairs do; acting in the same minutes may explain it.",
    refuted_by=(
        "Nothing needs refuting: the order says where to look first, and no more.",
        "Posts of ordinary accounts of the same days and topics, in which such pairs "
        "are common.",
    ),
    innocent=COORDINATED_GROUP.innocent,
)

UNDISCLOSED_OPERATION = Rule(
    id="undisclosed-central-operation",
    claim="The accounts of this group are run from one place, which they do not "
    "disclose.",
    refuted_by=(
        "An innocent explanation that covers what the members share, and does not "
        "leave open whose accounts these are.",
        "Members who say openly whom they act for.",
        "People who can be shown to act on their own.",
    ),
    innocent=COORDINATED_GROUP.innocent,
)

RULES: dict[str, Rule] = {
    rule.id: rule
    for rule in (COORDINATED_GROUP, RANKED_CANDIDATES, UNDISCLOSED_OPERATION)
}
