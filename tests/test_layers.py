"""The house keeps its order: ranks, no cycles, leaves apart, small functions.

Every check takes a house, a mapping from module name to source text, and returns its
complaints, so that each is shown to find a small wrong example too.
"""

from __future__ import annotations

import ast
import graphlib
import statistics
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

House = Mapping[str, str]
Check = Callable[[House], list[str]]

RANKS = {
    **dict.fromkeys(("errors", "config", "memory", "printable", "schema"), 0),
    **dict.fromkeys(("store", "kernels", "simulate"), 1),
    "extend": 2,
    **dict.fromkeys(("importers", "traces", "null_models", "charts"), 3),
    "terminal": 3,
    **dict.fromkeys(("network", "connectivity", "narrative"), 4),
    "evidence": 5,
    "exports": 6,
    **dict.fromkeys(("case", "options"), 7),
    **dict.fromkeys(("evaluate", "hiding", "purge"), 8),
    **dict.fromkeys(("cli", "workbench"), 9),
    "__main__": 10,
}
"""Rank of every room; a module imports lower ranks, its own room, or rank 0."""

LEAVES = ("importers", "traces", "null_models", "exports")
"""Rooms whose package gathers leaves; their other modules are parts for the leaves."""

SHARED = {f"rasad.importers.{name}" for name in ("mapping", "preview", "reader")}
"""Parts that a package itself needs too, to recognise a file."""

REGISTRY_READERS = ("case", "cli", "options", "purge")

NETWORK = {
    *("aiohttp", "ftplib", "http", "httpx", "imaplib", "poplib", "pycurl", "requests"),
    *("smtplib", "socket", "socketserver", "ssl", "telnetlib", "urllib.request"),
    *("urllib3", "webbrowser", "websockets", "xmlrpc"),
}
UNSAFE = {"cloudpickle", "dill", "joblib", "marshal", "pickle", "shelve"}
UNSAFE_CALLS = {"eval", "exec", "compile", "__import__"}
ENGINE = {"duckdb": "rasad.store.duckdb", "pyspark": "rasad.store.spark"}
"""Engines, and the one module that may import each."""

LONGEST_MODULE = 400
LONGEST_FUNCTION = 60


@dataclass(frozen=True)
class Import:
    """One imported module, and when it is imported."""

    importer: str
    target: str
    at_load: bool

    @property
    def ours(self) -> bool:
        return self.target.split(".")[0] == "rasad"


@pytest.fixture(scope="module")
def house() -> House:
    """Every module of the package by name; packages are named without `__init__`."""
    named = {}
    for path in sorted((ROOT / "rasad").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        named[name] = path.read_text(encoding="utf-8")
    return named


def room(module: str) -> str:
    return (module.split(".") + [""])[1]


def imports(house: House) -> Iterator[Import]:
    for module, source in house.items():
        for node, at_load in imported(ast.parse(source), at_load=True):
            for target in targets(node, house):
                yield Import(module, target, at_load)


def imported(
    parent: ast.AST, at_load: bool
) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    """Find import statements, and whether they run when the module is loaded."""
    for node in ast.iter_child_nodes(parent):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node, at_load
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            yield from imported(ast.Module(node.body, []), at_load=False)
            yield from imported(ast.Module(node.orelse, []), at_load)
        else:
            later = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            yield from imported(node, at_load and not later)


def targets(node: ast.Import | ast.ImportFrom, house: House) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (name.name for name in node.names)
        return
    origin = node.module or ""
    for name in node.names:
        whole = f"{origin}.{name.name}"
        module = origin.split(".")[0] != "rasad" or whole in house
        yield whole if module else origin


def rank_complaints(house: House) -> list[str]:
    return [f"{name} has no rank" for name in house if unranked(name)] + [
        f"{found.importer} imports {found.target}"
        for found in imports(house)
        if found.ours and not may_import(found.importer, found.target)
    ]


def unranked(module: str) -> bool:
    return module != "rasad" and room(module) not in RANKS


def may_import(importer: str, target: str) -> bool:
    own, other = RANKS.get(room(importer), 0), RANKS.get(room(target), 0)
    if room(importer) == room(target):
        return True
    if room(importer) == "kernels":
        return False
    return other == 0 if room(importer) == "simulate" else other < own or other == 0


def cycle_complaints(house: House) -> list[str]:
    """Look for a cycle at load time; packages, which gather their modules, left out."""
    packages = {name.rpartition(".")[0] for name in house}
    graph: dict[str, set[str]] = {}
    for found in imports(house):
        if found.at_load and not {found.importer, found.target} & packages:
            graph.setdefault(found.importer, set()).add(found.target)
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return [" -> ".join(error.args[1])]
    return []


def sibling_complaints(house: House) -> list[str]:
    leaves = leaves_of(house)
    registries = {f"rasad.{name}" for name in LEAVES}
    return [
        f"{found.importer} imports its sibling {found.target}"
        for found in imports(house)
        if room(found.importer) == room(found.target)
        and found.importer not in registries
        and found.target
        in (leaves | registries if found.importer in leaves else leaves)
    ]


def leaves_of(house: House) -> set[str]:
    """Return the modules that the packages gather, without the parts they share."""
    return {
        found.target
        for found in imports(house)
        if found.importer.removeprefix("rasad.") in LEAVES
        and begins_with(found.target, found.importer)
    } - SHARED


def registry_complaints(house: House) -> list[str]:
    registries = {f"rasad.{name}" for name in LEAVES}
    return [
        f"{found.importer} reads the registry of {found.target}"
        for found in imports(house)
        if found.target in registries
        and room(found.importer) not in (*REGISTRY_READERS, room(found.target))
    ]


def forbidden_complaints(house: House) -> list[str]:
    return [
        f"{found.importer} imports {found.target}"
        for found in imports(house)
        if any(begins_with(found.target, name) for name in NETWORK | UNSAFE)
        or any(
            begins_with(found.target, engine) and found.importer != owner
            for engine, owner in ENGINE.items()
        )
    ]


def begins_with(module: str, name: str) -> bool:
    return module == name or module.startswith(name + ".")


def call_complaints(house: House) -> list[str]:
    return [
        f"{module}:{node.lineno} calls {named(node)}"
        for module, source in house.items()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and unsafe(node, module)
    ]


def unsafe(call: ast.Call, module: str) -> bool:
    if named(call) == "duckdb.connect":
        return module != ENGINE["duckdb"]
    pickled = any(word.arg == "allow_pickle" for word in call.keywords)
    return named(call) in UNSAFE_CALLS or pickled


def named(call: ast.Call) -> str:
    return ast.unparse(call.func)


def length_complaints(house: House) -> list[str]:
    longest = [
        f"{module} has {len(source.splitlines())} lines"
        for module, source in house.items()
        if len(source.splitlines()) > LONGEST_MODULE
    ]
    return longest + [
        f"{name} has {length} lines"
        for name, length in function_lengths(house).items()
        if length > LONGEST_FUNCTION
    ]


def function_lengths(house: House) -> dict[str, int]:
    """Lines of every function's body without its docstring, longest first."""
    lengths = {
        f"{module}:{node.lineno} {node.name}": body_lines(node)
        for module, source in house.items()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    return dict(sorted(lengths.items(), key=lambda item: (-item[1], item[0])))


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_module_imports_up_the_ranks(house: House) -> None:
    assert rank_complaints(house) == []


def test_there_is_no_import_cycle(house: House) -> None:
    assert cycle_complaints(house) == []


def test_leaves_do_not_import_their_siblings(house: House) -> None:
    assert sibling_complaints(house) == []


def test_only_the_case_reads_the_registries(house: House) -> None:
    assert registry_complaints(house) == []


def test_nothing_can_reach_a_network_or_unpickle(house: House) -> None:
    assert forbidden_complaints(house) == []


def test_nothing_runs_text_as_code_or_opens_a_second_database(house: House) -> None:
    assert call_complaints(house) == []


def test_modules_and_functions_are_small(house: House) -> None:
    lengths = function_lengths(house)
    worst = "\n".join(list(lengths)[:20])
    assert length_complaints(house) == []
    assert statistics.median(lengths.values()) < 10, worst
    assert statistics.quantiles(lengths.values(), n=10)[-1] < 30, worst


WRONG: list[tuple[Check, House]] = [
    (rank_complaints, {"rasad.schema": "import rasad.case", "rasad.case": ""}),
    (rank_complaints, {"rasad.store.a": "from rasad.kernels import b"}),
    (rank_complaints, {"rasad.kernels.a": "from rasad.errors import RasadError"}),
    (rank_complaints, {"rasad.simulate.a": "def f():\n from rasad.store import sql"}),
    (rank_complaints, {"rasad.utils": ""}),
    (
        cycle_complaints,
        {"rasad.a": "from rasad import b", "rasad.b": "import rasad.a"},
    ),
    (
        sibling_complaints,
        {
            "rasad.importers": "from rasad.importers import a, b",
            "rasad.importers.a": "from rasad.importers import b",
            "rasad.importers.b": "",
        },
    ),
    (
        sibling_complaints,
        {
            "rasad.importers": "from rasad.importers import a",
            "rasad.importers.a": "from rasad.importers import IMPORTERS",
        },
    ),
    (registry_complaints, {"rasad.network.a": "from rasad.traces import TRACES"}),
    (
        forbidden_complaints,
        {"rasad.case": "def f():\n from urllib.request import Request"},
    ),
    (forbidden_complaints, {"rasad.case": "import socket"}),
    (forbidden_complaints, {"rasad.case": "import pickle"}),
    (forbidden_complaints, {"rasad.case": "import duckdb"}),
    (call_complaints, {"rasad.case": "x = duckdb.connect()"}),
    (call_complaints, {"rasad.case": "eval('1')"}),
    (call_complaints, {"rasad.case": "numpy.load('x', allow_pickle=True)"}),
    (length_complaints, {"rasad.case": "\n" * 401}),
    (length_complaints, {"rasad.case": "def f():\n" + " x = 1\n" * 61}),
]


@pytest.mark.parametrize(("check", "wrong"), WRONG)
def test_each_check_finds_a_wrong_example(check: Check, wrong: House) -> None:
    assert len(check(wrong)) == 1


RIGHT: list[tuple[Check, House]] = [
    (
        cycle_complaints,
        {
            "rasad.a": "if TYPE_CHECKING:\n from rasad import b",
            "rasad.b": "import rasad.a",
        },
    ),
    (
        cycle_complaints,
        {"rasad.a": "def f():\n import rasad.b", "rasad.b": "import rasad.a"},
    ),
    (
        sibling_complaints,
        {
            "rasad.exports": "from rasad.exports import dossier",
            "rasad.exports.dossier": "from rasad.exports.escape import escape",
            "rasad.exports.escape": "",
        },
    ),
    (forbidden_complaints, {"rasad.store.duckdb": "import duckdb"}),
    (forbidden_complaints, {"rasad.case": "from urllib.parse import urlsplit"}),
    (rank_complaints, {"rasad.config": "from rasad.errors import ConfigError"}),
    (length_complaints, {"rasad.case": 'def f():\n "a"\n' + " x = 1\n" * 60}),
]


@pytest.mark.parametrize(("check", "right"), RIGHT)
def test_no_check_complains_without_reason(check: Check, right: House) -> None:
    assert check(right) == []
