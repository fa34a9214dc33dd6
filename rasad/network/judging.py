"""What the calibration gate decides: which tests count, and how."""

from __future__ import annotations

from dataclasses import dataclass

from rasad.config import Settings
from rasad.network.calibration import SHORT_S, Checked, stretches
from rasad.network.pair_tests import UNUSED


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What the gate decided on one window.

    `trusted` is whether it counts, `stretch_s` T's stretch in it, and `alone` whether J
    counts there without T.
    """

    trusted: bool
    stretch_s: int
    alone: bool = False


def judge(checked: list[Checked], window_s: int, settings: Settings) -> Judged:
    """Decide on one window.

    Parameters
    ----------
    checked : list of Checked
        p-values on data in which the nulls are true.
    window_s : int
        The window.
    settings : Settings
        All settings.

    Notes
    -----
    Null model J must pass. T is used in the longest stretch in which it passes: the
    shorter a stretch, the more of daily rhythm it conditions away, and the less it can
    see. Where T cannot be checked, because hardly any object has others to compare
    with, J counts alone, in windows of at most a minute.

    Where the settings say that strata tell interests apart, J counts without T too.
    Nothing in the data could say so: fans who answer one call look the same to J as
    accounts that share an interest.
    """
    largest = settings.calibration.largest_ratio
    said = {
        (one.null_model, one.stretch_s): one.verdict(largest)
        for one in checked
        if one.window_s == window_s
    }
    chance = said.get(("opportunity", None)) == "passed"
    timed = {
        stretch: said.get(("timing", stretch), "insufficient")
        for stretch in stretches(window_s, settings)
    }
    for stretch, verdict in timed.items():
        if verdict == "passed":
            alone = chance and settings.validation.strata_tell_interests
            return Judged(trusted=chance, stretch_s=stretch, alone=alone)
    unknown = set(timed.values()) == {"insufficient"}
    alone = chance and unknown and window_s <= SHORT_S
    return Judged(trusted=alone, stretch_s=UNUSED)
