"""A disk that is full or fails at any moment: one sentence, and nothing is lost."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reliability.call_watch import Disturbance
from reliability.disturbed import Trial, Workshop
from reliability.sizes import RELEASE

LASTING = (False, True) if RELEASE else (None,)
"""Once and from there on; by turns when there is little time."""

SENTENCE = {
    errno.ENOSPC: "The disk is full while writing",
    errno.EIO: "The disk reports an error",
}
STEP = (2 if RELEASE else 24) << 10
"""Bytes between the limits of file sizes."""

LATER = 1 if RELEASE else 40
"""Every n-th call of detecting and writing is tried."""

Counted = Callable[[str], None]


@pytest.fixture(scope="module")
def workshop() -> Iterator[Workshop]:
    with Workshop(warm=True) as workshop:
        yield workshop


@pytest.fixture(scope="module")
def trial(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Trial:
    return Trial(workshop, tmp_path_factory.mktemp("faults"), 200)


def try_calls(trial: Trial, calls: range, error: int) -> str:
    """Let each of these calls fail; say how many were tried."""
    tried = reported = 0
    for at in calls:
        for lasting in LASTING:
            how = at % 2 == 0 if lasting is None else lasting
            outcome = trial.disturbed(Disturbance(at, error, lasting=how))
            wrong = trial.complaint(outcome)
            assert not wrong, f"call {at}, lasting {how}: {wrong}"
            assert outcome.status == 0, f"call {at}, lasting {how}: {outcome}"
            assert not outcome.error or outcome.error.startswith(SENTENCE[error])
            tried, reported = tried + 1, reported + bool(outcome.error)
    assert reported > tried / 2
    return f"{tried} times {errno.errorcode[error]}, {reported} reported, 0 lost"


@pytest.mark.parametrize("error", SENTENCE, ids=errno.errorcode.get)
def test_no_call_of_an_import_that_fails_loses_anything(
    trial: Trial, error: int, counted: Counted
) -> None:
    if not trial.workshop.can_watch:
        pytest.skip("the kernel does not tell of calls; limits of size are tried below")
    assert trial.calls > 40
    counted("import: " + try_calls(trial, range(1, trial.calls + 1), error))


@pytest.mark.parametrize("error", SENTENCE, ids=errno.errorcode.get)
def test_no_call_of_detecting_and_writing_that_fails_loses_anything(
    trial: Trial, error: int, counted: Counted, tmp_path: Path
) -> None:
    if not trial.workshop.can_watch:
        pytest.skip("the kernel does not tell of calls; limits of size are tried below")
    later = Trial(trial.workshop, tmp_path, 1_200, ("detect", "write"))
    calls = range(trial.calls, later.calls + 1, LATER)
    counted("detect, write: " + try_calls(later, calls, error))


def test_no_limit_of_file_sizes_loses_anything(trial: Trial, counted: Counted) -> None:
    for limit in range(1, 4 << 20, STEP):
        outcome = trial.disturbed(Disturbance(0), limit)
        wrong = trial.complaint(outcome)
        assert not wrong, f"limit {limit}: {wrong}"
        if not outcome.error:
            break
        assert outcome.error.startswith(SENTENCE[errno.ENOSPC])
    assert not outcome.error
    tried = 1 + limit // STEP
    assert tried > 3
    counted(f"{tried} limits of file sizes, 0 lost")
