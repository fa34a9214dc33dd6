"""Files on their way into a case, at the level of privacy that a person chose."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from rasad.case import Case
from rasad.cli.planning import Plan
from rasad.errors import ConfigError
from rasad.hiding import HidingLevel, check_level, hidden_files
from rasad.importers.plan import Planned
from rasad.schema.disclosure import Level
from rasad.terminal import complain


@contextmanager
def at_level(
    case: Case, planned: Plan, ordinary: Plan, level: Level, key: Path | None
) -> Iterator[tuple[list[Planned], list[Planned]]]:
    """Lend the files of a plan, and those of the background, as the case may have them.

    Names of files that are not imported are not written down above the level `case`.

    Raises
    ------
    ConfigError
        If a key is given where there are no pseudonyms.
    """
    check_level(case, level)
    if level == "case":
        if key:
            raise ConfigError(
                "At the level case nothing has a pseudonym",
                "leave out --key, or choose --privacy team or share",
            )
        case.leave_out([*planned.left_out, *ordinary.left_out])
        yield planned.files, ordinary.files
        return
    given = [*planned.files, *ordinary.files]
    with hidden_files(case, given, cast(HidingLevel, level), key) as files:
        first = len(planned.files)
        yield files[:first], files[first:]
    complain("The case holds pseudonyms; what was given is not kept in it.")
