"""What surrounds the code is whole: pinned requirements, licence, reasons, no secrets.

Addresses that must not occur are put together here from parts, so that this file does
not hold them either.
"""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from network_guard import NetworkUsedError, is_local

from rasad import __version__

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-bench.txt")
FORBIDDEN = re.compile(
    "|".join(
        [
            r"(?<![\w.~-])/(?:work|root|home/\w+|Users/\w+)/",
            *(
                re.escape(".".join(host))
                for host in (
                    ("pypi", "org"),
                    ("pythonhosted", "org"),
                    ("deb", "debian", "org"),
                    ("registry", "npmjs", "org"),
                )
            ),
            r"-{2}(?:extra-index-url|index-url|find-links|trusted-host)",
        ]
    )
)
"""Folders of one machine, hosts of package registries, options that name an index."""


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def project() -> dict[str, Any]:
    return tomllib.loads(read("pyproject.toml"))["project"]  # type: ignore[no-any-return]


def names(requirements: list[str]) -> list[str]:
    return [re.split(r"[<>=!~ \[;]", entry)[0].lower() for entry in requirements]


def pins(lock: str) -> dict[str, str]:
    """Each pinned package with everything that is said about it."""
    entries = re.split(r"^(?=[a-z0-9])", read(lock), flags=re.MULTILINE)
    return {entry.split("==")[0]: entry for entry in entries if "==" in entry}


def tracked() -> list[Path]:
    """Every file that a clone would hold."""
    listed = subprocess.run(
        [
            "git",
            "-c",
            f"safe.directory={ROOT}",
            "ls-files",
            "-co",
            "--exclude-standard",
        ],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return [ROOT / name for name in listed.splitlines() if (ROOT / name).is_file()]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_with_hashes_of_more_than_one_file(
    lock: str,
) -> None:
    assert pins(lock)
    for name, entry in pins(lock).items():
        hashes = re.findall(r"--hash=sha256:[0-9a-f]{64}", entry)
        assert len(hashes) >= 2, f"{name} is pinned to a single local file"


def test_the_locks_hold_what_the_package_asks_for() -> None:
    build = tomllib.loads(read("pyproject.toml"))["build-system"]["requires"]
    base, dev, bench = (set(pins(lock)) for lock in LOCKS)
    optional = project()["optional-dependencies"]
    assert {*names(project()["dependencies"]), *names(build)} <= base
    assert {*names(optional["dev"]), *names(optional["excel"])} <= dev
    assert set(names(optional["bench"])) <= bench
    assert base & dev == (base | dev) & bench == set()


def reasons(page: str) -> set[str]:
    """Packages that have a row in a table of a page."""
    return set(re.findall(r"^\| `([\w-]+)` \|", read(page), re.MULTILINE))


def test_every_dependency_has_its_reason() -> None:
    wanted = names(project()["dependencies"])
    optional = project()["optional-dependencies"]
    wanted += names(optional["dev"]) + names(optional["excel"])
    assert reasons("docs/decisions.md") - {"setuptools"} == set(wanted)


def test_every_tool_of_the_benchmark_has_its_reason() -> None:
    wanted = names(project()["optional-dependencies"]["bench"])
    assert reasons("docs/methods/engine-speed.md") == set(wanted)


def test_no_file_names_a_machine_or_a_registry() -> None:
    found = []
    for path in tracked():
        text = path.read_bytes().decode("utf-8", errors="replace")
        found += [f"{path.name}: {hit[0]}" for hit in FORBIDDEN.finditer(text)]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "/".join(("see ", "work", "main")),
        ".".join(("https://files", "pythonhosted", "org")),
        "-" * 2 + "extra-index-url x",
    ],
)
def test_a_forbidden_address_is_found(text: str) -> None:
    assert FORBIDDEN.search(text)


def test_make_knows_every_target_that_is_promised() -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    assert {"demo", "test", "lint", "fix", "docs", "serve"} <= targets
    assert {"bench", "bench-large"} <= targets
    assert read(".ci/run").splitlines()[-1] == "make test"


def test_licence_and_changelog_are_in_place() -> None:
    assert read("LICENSE").startswith("MIT License")
    assert "the Rasad developers" in read("LICENSE")
    assert "## [Unreleased]" in read("CHANGELOG.md")
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)


def test_the_guard_refuses_every_other_machine() -> None:
    assert "network_guard" in sys.modules
    with pytest.raises(NetworkUsedError), socket.socket() as plug:
        plug.connect(("192.0.2.1", 80))
    with pytest.raises(NetworkUsedError):
        socket.getaddrinfo("example.org", 80)


def test_the_guard_lets_a_machine_talk_to_itself() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
    for left in socket.socketpair():
        left.close()


@pytest.mark.parametrize(
    ("address", "local"),
    [
        (("127.0.0.1", 80), True),
        (("::1", 80, 0, 0), True),
        (("localhost", 80), True),
        ("/run/a.socket", True),
        (b"\0abstract", True),
        (("10.0.0.1", 80), False),
        (("example.org", 80), False),
        ("example.org", False),
        (b"example.org", False),
        (None, True),
    ],
)
def test_the_guard_tells_near_from_far(address: Any, local: bool) -> None:
    assert is_local(address) is local


def test_no_figure_is_left_to_fill() -> None:
    mark = "-".join(("TO", "FILL"))
    pages = [path for path in tracked() if path.suffix == ".md"]
    assert [path.name for path in pages if mark in path.read_text("utf-8")] == []
