"""What each figure of a method on a world says, in words for people."""

from __future__ import annotations

from rasad.evaluate.metrics.figure import (
    AGREEMENTS,
    FRACTIONS,
    LISTS,
    SETS,
    SORTS,
    Figure,
)

FEW_TEAMS = "Too narrow with a handful of teams."
RARE = "Alarms rarer than one in the ordinary accounts of this world were never seen."

WORLD = {
    "accounts": Figure(title="accounts", says="Accounts that methods are shown."),
    "operators": Figure(title="operators", says="Operated accounts among them."),
    "operators_not_shown": Figure(
        title="operators not shown",
        says="Operated accounts that did too little to be shown; not missed.",
    ),
    "decoy_accounts": Figure(
        title="decoy accounts", says="Accounts that act together in the open."
    ),
    "unlabelled": Figure(
        title="unlabelled",
        says="Accounts without a label, left out wherever right and wrong are counted.",
    ),
}


def _words(fraction: str) -> str:
    return fraction.replace("_", " ")


ORDER = {
    "scored": Figure(title="scored", says="Accounts that have a score."),
    "average_precision": Figure(
        title="average precision",
        says="Mean precision over the operators, down the order; decoys are wrong.",
        better="high",
        needs=("operated",),
    ),
    "average_precision_low": Figure(
        title="from",
        says="Lower end of its interval of 95 %.",
        caution=FEW_TEAMS,
        needs=("operated", "draws", "two_teams"),
    ),
    "average_precision_high": Figure(
        title="to",
        says="Upper end of its interval of 95 %.",
        caution=FEW_TEAMS,
        needs=("operated", "draws", "two_teams"),
    ),
    "average_precision_without_decoys": Figure(
        title="average precision without decoys",
        says="The same with the decoys left out.",
        better="high",
        needs=("operated",),
    ),
    **{
        f"average_precision_{name}": Figure(
            title=f"average precision, {_words(name)}",
            says=f"Average precision if {_words(name)} accounts is operated.",
            better="high",
            caution=RARE,
            needs=("operated", "ordinary"),
        )
        for name in FRACTIONS
    },
    **{
        f"precision_at_{length}": Figure(
            title=f"precision at {length}",
            says=f"Share of operators among the first {length}.",
            better="high",
            needs=("operated", "scored"),
        )
        for length in LISTS
    },
    **{
        f"precision_at_{length}_{name}": Figure(
            title=f"precision at {length}, {_words(name)}",
            says=f"Share of operators among the first {length} of a world in which "
            f"{_words(name)} accounts is operated.",
            better="high",
            caution=RARE,
            needs=("operated", "ordinary", "scored"),
        )
        for length in LISTS
        for name in FRACTIONS
    },
    "recall_at_false_share_5": Figure(
        title="recall at 5 % false",
        says="Largest share of operators found with at most 5 % of the list wrong.",
        better="high",
        needs=("operated",),
    ),
    "recall_at_false_share_5_1_in_100": Figure(
        title="recall at 5 % false, 1 in 100",
        says="The same if 1 in 100 accounts is operated.",
        better="high",
        caution=RARE,
        needs=("operated", "ordinary"),
    ),
    "recall_at_100_alarms": Figure(
        title="recall at 100 alarms",
        says="Largest share of operators found with at most 100 wrong accounts.",
        better="high",
        needs=("operated",),
    ),
    "precision_at_budget": Figure(
        title="precision at the budget",
        says="Share of operators among as many accounts as Rasad lists.",
        better="high",
        needs=("operated", "budget", "spent", "scored"),
    ),
    "recall_at_budget": Figure(
        title="recall at the budget",
        says="Share of all operators among as many accounts as Rasad lists.",
        better="high",
        needs=("operated", "budget"),
    ),
    "precision_at_1_percent": Figure(
        title="precision at 1 %",
        says="Share of operators among the first hundredth of labelled accounts.",
        better="high",
        needs=("operated", "scored"),
    ),
    "recall_at_1_percent": Figure(
        title="recall at 1 %",
        says="Share of all operators among the first hundredth of labelled accounts.",
        better="high",
        needs=("operated",),
    ),
    "precision_at_operators": Figure(
        title="precision at the number of operators",
        says="Share of operators among as many accounts as there are operators.",
        better="high",
        oracle=True,
        needs=("operated", "scored"),
    ),
    "recall_at_operators": Figure(
        title="recall at the number of operators",
        says="Share of operators found among as many accounts as there are operators.",
        better="high",
        oracle=True,
        needs=("operated",),
    ),
    "best_f1": Figure(
        title="best F1",
        says="F1 at the best of all cuts.",
        better="high",
        oracle=True,
        needs=("operated",),
    ),
    "roc_auc": Figure(
        title="ROC AUC",
        says="The chance that an operator stands above another account.",
        better="high",
        caution="Misleading where activity alone separates the two; never alone.",
        needs=("operated", "ordinary"),
    ),
}

LISTED = {
    "listed": Figure(
        title="listed", says="Accounts in groups it vouches for.", needs=("stops",)
    ),
    "listed_labelled": Figure(
        title="listed with a label",
        says="Accounts with a label in groups it vouches for.",
        needs=("stops",),
    ),
    "listed_precision": Figure(
        title="precision of the list",
        says="Share of operators among labelled accounts listed; decoys are wrong.",
        better="high",
        needs=("operated", "stops", "listed"),
    ),
    "listed_recall": Figure(
        title="recall of the list",
        says="Share of all operators that are listed.",
        better="high",
        needs=("operated", "stops"),
    ),
    "alarms": Figure(
        title="false alarms",
        says="Ordinary accounts listed.",
        better="low",
        needs=("stops",),
    ),
    "decoy_alarms": Figure(
        title="decoys listed",
        says="Accounts of decoys listed.",
        better="low",
        needs=("stops",),
    ),
}

EDGES = {
    "edges": Figure(title="edges", says="Edges that it gives."),
    "edges_team": Figure(
        title="edges in a team",
        says="Edges inside a team of an operation.",
        needs=("teams",),
    ),
    "edges_operation": Figure(
        title="edges between teams",
        says="Edges between teams of one operation.",
        needs=("teams",),
    ),
    "edges_right": Figure(
        title="edges in an operation", says="Edges inside an operation."
    ),
    "edges_decoy": Figure(
        title="edges in a decoy", says="Edges inside one benign instance."
    ),
    "edges_false": Figure(
        title="false edges",
        says="Edges between labelled accounts that nobody runs as one.",
        better="low",
    ),
    "edges_unknown": Figure(
        title="edges of unknown ends", says="Edges with an end that has no label."
    ),
    "edge_false_share": Figure(
        title="false edges, share",
        says="Share of false edges among false ones and those inside an operation.",
        better="low",
        needs=("edges", "plain_edges"),
    ),
    "edge_false_share_with_decoys": Figure(
        title="false or decoy edges, share",
        says="The same if edges inside a decoy are false.",
        better="low",
        needs=("edges",),
    ),
    "edge_false_share_of_teams": Figure(
        title="false edges, share, teams told apart",
        says="Share of false edges if those between teams of an operation are false.",
        better="low",
        needs=("teams", "edges", "plain_edges"),
    ),
    "operators_with_right_edge": Figure(
        title="operators with a right edge",
        says="Share of operators with an edge into their own operation.",
        better="high",
        needs=("operated",),
    ),
    "edge_precision_at_budget": Figure(
        title="edges right at the budget",
        says="Share inside an operation of as many surest edges as Rasad keeps.",
        better="high",
        needs=("operated", "edge_budget", "edges_spent", "edges"),
    ),
    "edge_decoys_at_budget": Figure(
        title="edges in decoys at the budget",
        says="Share inside a decoy of as many surest edges as Rasad keeps.",
        better="low",
        needs=("decoys", "edge_budget", "edges_spent", "edges"),
    ),
    "fdr_calibration_error": Figure(
        title="FDR calibration error",
        says="Mean gap of promised and true shares of false edges; decoys are true.",
        better="low",
        caution="A cautious method has a gap too.",
        needs=("q_values", "small_q"),
    ),
    "fdr_excess": Figure(
        title="FDR excess",
        says="How far the share of false edges exceeds what was promised, on average.",
        better="low",
        needs=("q_values", "small_q"),
    ),
}

GROUPS = {
    "groups": Figure(title="groups", says="Groups that it gives."),
    "groups_certified": Figure(
        title="groups vouched for", says="Groups that it vouches for."
    ),
    "groups_false": Figure(
        title="false groups",
        says="Groups it vouches for that are mostly neither an operation nor a decoy.",
        better="low",
    ),
    "campaigns": Figure(title="operations", says="Operations in this world."),
    "campaigns_matched": Figure(
        title="operations matched",
        says="Share of operations of which one group holds half and is mostly that.",
        better="high",
        needs=("operated",),
    ),
    "teams": Figure(title="teams", says="Teams in this world.", needs=("teams",)),
    "teams_matched": Figure(
        title="teams matched",
        says="Share of teams of which one group holds half and is mostly that.",
        better="high",
        needs=("operated", "teams"),
    ),
    "groups_per_campaign": Figure(
        title="groups per operation",
        says="Groups that are mostly one operation, per operation that has any.",
        needs=("operated", "main_group"),
    ),
    "decoys": Figure(title="decoys", says="Benign instances in this world."),
    "decoys_certified": Figure(
        title="decoys certified",
        says="Benign instances that it vouches for as if they were operations.",
        better="low",
    ),
    "decoys_certified_share": Figure(
        title="decoys certified, share",
        says="The same as a share.",
        better="low",
        needs=("decoys",),
    ),
    **{
        f"{name}_weighted_precision": Figure(
            title=f"weighted precision, groups {words}",
            says=f"Share of operators in the group of an average operator; groups "
            f"{words}.",
            better="high",
            caution="Says nothing of operators outside all groups.",
            needs=("operated", f"right_{name}"),
        )
        for name, words in SETS.items()
    },
    **{
        f"{name}_singleton_share": Figure(
            title=f"singletons, groups {words}",
            says=f"Share of one-member groups among groups {words}.",
            better="low",
            needs=(f"some_{name}",),
        )
        for name, words in SETS.items()
    },
    **{
        f"{name}_{measure}_{end}": Figure(
            title=f"{measure}, {sort}, groups {words}",
            says=f"{says.format(sort=sort)}; groups {words}.",
            better="high",
            needs=("operated", "teams") if end == "team" else ("operated",),
        )
        for name, words in SETS.items()
        for end, sort in SORTS.items()
        for measure, says in AGREEMENTS.items()
    },
}

FIGURES: dict[str, Figure] = {**WORLD, **ORDER, **LISTED, **EDGES, **GROUPS}
"""Every figure that `judged` gives, in its order."""
