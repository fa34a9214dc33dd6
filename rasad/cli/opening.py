"""A case, opened for a command with its progress and notices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rasad.case import Case, open_case
from rasad.config import Resources, load
from rasad.terminal import complain, progress_bar


@contextmanager
def opened(
    folder: Path,
    purpose: str,
    threads: int | None = None,
    memory: str | None = None,
    settings: Path | None = None,
    create: bool = False,
) -> Iterator[Case]:
    """Lend a case, and say afterwards what was noticed while it was opened."""
    defaults = Resources()
    resources = Resources(
        threads=threads or defaults.threads, memory=memory or defaults.memory
    )
    chosen = load(settings) if settings else None
    notices: list[str] = []
    try:
        with (
            progress_bar() as progress,
            open_case(
                folder,
                purpose=purpose,
                create=create,
                settings=chosen,
                resources=resources,
                progress=progress,
            ) as case,
        ):
            notices = case.notices
            yield case
    finally:
        for notice in notices:
            complain(notice)
