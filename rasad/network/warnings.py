"""What limits a run, in sentences for people."""

from __future__ import annotations

from typing import Any

from rasad.network.compared import crowd_warnings
from rasad.network.ladder import BACKGROUND_TIMES
from rasad.network.network import Network
from rasad.network.null_runs import FalseAlarms
from rasad.network.trace_analysis import TraceResult, Work
from rasad.network.waiting import Line

UNCALIBRATED = (
    "Uncalibrated, rank only: nothing has checked on these data how often the tests "
    "are wrong, so no error rate is shown and no group is certified."
)
REFUSED = (
    "Uncalibrated, rank only: on data made from what is here in which nobody is "
    "together, the tests were wrong more often than they promise, or there was too "
    "little to tell. No error rate is shown and no group is certified."
)
NOTHING = (
    "No pair stands out above chance. Either nothing here is run as one, or the "
    "reference population may be the operation itself: data that hold little else have "
    "no ordinary accounts to compare with. The groups are candidates, ranked and not "
    "certified."
)
BESIDE_CROWD = (
    "No pair stands out above chance, beside the background. The groups are "
    "candidates, ranked and not certified."
)
TOLD = (
    "The settings say that languages and platforms tell interests apart. Pairs are "
    "kept where acting in the same minutes or hours does not explain them, though "
    "shared interests might: nothing in the data could check that."
)


def calibration_of(results: list[TraceResult]) -> str:
    """Say what the calibration gate decided on a run."""
    tests = [test for result in results for test in result.asked]
    if not any(result.checked for result in results):
        return "uncalibrated"
    trusted = [test.trusted for test in tests]
    if all(trusted):
        return "passed"
    return "partly" if any(trusted) else "refused"


def warnings(
    results: list[TraceResult],
    network: Network,
    false: FalseAlarms | None,
    work: Work,
) -> list[str]:
    """Say what limits a run.

    Parameters
    ----------
    results, network
        What the run gave.
    false : FalseAlarms or None
        What it gave on data in which nobody is together.
    work : Work
        Settings of the run.
    """
    said = _gate(results, false)
    if not network.above_chance:
        beside = any(
            result.trace.outline.actions.reference is not None for result in results
        )
        said.append(BESIDE_CROWD if beside else NOTHING)
    longest = work.settings.validation.longest_window_s
    if any(test.window_s > longest for result in results for test in result.asked):
        said.append(
            f"Windows above {longest} seconds confirm no group: alone they cannot tell "
            "slow coordination from shared interest."
        )
    if work.settings.validation.strata_tell_interests:
        said.append(TOLD)
    if work.crowd is not None:
        said += crowd_warnings(work.people, Line([result.trace for result in results]))
    for result in results:
        said.extend(_left_out(result.runs[0]))
        said.extend(_too_coarse(result.runs))
    return said


def _too_coarse(runs: list[dict[str, Any]]) -> list[str]:
    """Say which windows of one trace the background's times cannot serve."""
    lost = {
        run["window_s"]: run["reason"]
        for run in runs
        if (run["reason"] or "").startswith(BACKGROUND_TIMES)
    }
    if not lost:
        return []
    windows = ", ".join(f"{window} s" for window in sorted(lost))
    return [
        f"Trace {runs[0]['trace']}: windows of {windows} are not computed, because "
        f"{lost[max(lost)]}."
    ]


def _gate(results: list[TraceResult], false: FalseAlarms | None) -> list[str]:
    state = calibration_of(results)
    if state == "uncalibrated":
        return [UNCALIBRATED]
    if state == "refused":
        return [REFUSED]
    said = []
    if state == "partly":
        left = ", ".join(
            f"{result.name} within {test.window_s} s"
            for result in results
            for test in result.asked
            if not test.trusted
        )
        said.append(
            "On data in which nobody is together some tests were wrong more often than "
            f"they promise, or could not be checked. They are not used: {left}."
        )
    if false and (false.edges or false.groups):
        said.append(
            f"On data in which nobody is together the same settings kept {false.edges} "
            f"pairs and certified {false.groups} groups."
        )
    return said


def _left_out(run: dict[str, Any]) -> list[str]:
    """Say what the limits on crowded objects left out of one trace."""
    said = []
    if run["untested_left_out"]:
        said.append(
            f"Trace {run['trace']} is crowded: pairs with an account below the floor "
            "of objects, which cannot be tested, were not enumerated."
        )
    if run["single_left_out"]:
        said.append(
            f"Trace {run['trace']} is crowded: pairs that share a single object inside "
            "a window are not listed there. No pair stands out by one object."
        )
    if run["n_capped_objects"]:
        said.append(
            f"Trace {run['trace']}: {run['n_capped_objects']} objects were sampled by "
            f"account, which left out {run['n_pairs_lost']} co-actions."
        )
    return said
