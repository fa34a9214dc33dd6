"""A headless browser that writes nowhere but into a folder of the test."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--enable-logging=stderr",
)


def browse(page: Path, folder: Path, *flags: str) -> tuple[str, str]:
    """Open a page and return what the browser printed: its output and its log."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip("no Chromium is installed; looked for " + ", ".join(NAMES))
    home = folder / "home"
    home.mkdir(exist_ok=True)
    done = subprocess.run(
        [
            program,
            *FLAGS,
            f"--user-data-dir={folder / 'profile'}",
            *flags,
            page.as_uri(),
        ],
        env={**os.environ, "HOME": str(home), "XDG_CACHE_HOME": str(home)},
        capture_output=True,
        timeout=120,
        check=True,
    )
    return done.stdout.decode(), done.stderr.decode(errors="replace")
