"""Suspects: actions close to those of somebody who probably is no ordinary partner.

They are known before any test, and only so that classes of ordinary accounts are not
formed by what an operation does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rasad.config import Settings
from rasad.extend import TraceActions
from rasad.kernels.timing import set_aside
from rasad.network.halves import Both
from rasad.network.pair_tests import meetings, opportunity_model
from rasad.null_models.opportunity import SeenPairs, suspicion


def suspect_actions(
    actions: TraceActions,
    window_s: int,
    several: Both,
    settings: Settings,
    threads: int,
) -> NDArray[np.float64]:
    """Say how far each action is suspect: close to a partner who is no ordinary one.

    Parameters
    ----------
    actions : TraceActions
        First actions of everybody, in strata that know nothing of tempo.
    window_s : int
        What counts as close.
    several : (int32 array, int32 array)
        Pairs of accounts that co-act on two test objects or more.
    settings, threads
        Settings of null model J; threads to use.

    Returns
    -------
    float64 array
        One number per action: 0 for none, 1 for a partner who certainly is none.

    Notes
    -----
    A pair is as suspect as `suspicion` says after null model J, which does without
    tempo. Of several partners on one object the shares add up, to one at most.
    """
    first, second = several
    observed, _ = meetings(actions, window_s, first, second, threads)
    seen = SeenPairs(first=first, second=second, n_first=observed)
    fitted = opportunity_model(settings).fit(actions, window_s, seen, threads)
    share = suspicion(observed, fitted.expected(first, second, threads))
    shared = actions.shared
    start, order = shared.by_account
    unit = shared.object
    own_pairs, own_close = np.zeros(len(unit)), np.zeros(len(unit))
    by_unit = np.zeros(int(unit.max(initial=0)) + 1)
    set_aside(
        first, second, share, start, unit[order], order, shared.time_us,
        unit.astype(np.int64), window_s * 1_000_000,
        by_unit, by_unit.copy(), own_pairs, own_close,
    )  # fmt: skip
    suspect = np.zeros(len(actions.object))
    suspect[np.bincount(actions.object)[actions.object] > 1] = np.minimum(own_close, 1)
    return suspect
