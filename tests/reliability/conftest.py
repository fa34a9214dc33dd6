"""Counts of what was tried, printed at the end."""

from __future__ import annotations

from collections.abc import Callable

import pytest

COUNTED = "counted"


@pytest.fixture
def counted(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Lend what takes a line for the summary."""
    return lambda line: record_property(COUNTED, line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the lines that tests which passed have left."""
    lines = [
        str(value)
        for report in terminalreporter.stats.get("passed", [])
        for name, value in report.user_properties
        if name == COUNTED
    ]
    if lines:
        terminalreporter.section("counts")
    for line in sorted(lines):
        terminalreporter.line(line)
