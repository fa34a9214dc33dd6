"""One frozen tree of settings, read from TOML, with a digest that names a result.

Two trees, because they answer different questions. `Settings` decides *what* is
computed and enters the digest. `Resources` decides *how*, and never changes a byte
of the result.
"""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, get_type_hints

from rasad.errors import ConfigError
from rasad.schema import LINK_RULES


def setting(default: Any, doc: str) -> Any:
    """Declare one setting with its default and the sentence that the pages print."""
    return field(default=default, metadata={"doc": doc})


@dataclass(frozen=True, kw_only=True, slots=True)
class Coaction:
    """Which pairs of actions count as acting together."""

    windows_s: tuple[int, ...] = setting(
        (10, 60, 600, 3600),
        "Windows in seconds; two accounts co-act when their actions lie this close.",
    )
    min_objects: int = setting(
        2, "Distinct objects an account needs in a trace before it can be tested."
    )
    coarse_share: float = setting(
        0.01,
        "Share of actions of a coarser time precision that switches a shorter window "
        "off.",
    )
    max_untested_pairs: int = setting(
        5_000_000,
        "Co-actions of one trace inside its longest window above which pairs with an "
        "account that cannot be tested are left out.",
    )
    max_pairs: int = setting(
        5_000_000,
        "Pairs of one trace that are listed: with more co-actions than this, pairs "
        "that share a single object are left out; if that is not enough, the most "
        "crowded objects are sampled by account.",
    )
    max_co_actions: int = setting(
        2_000_000_000,
        "Co-actions of one trace inside its longest window above which the most "
        "crowded objects are sampled by account in any case.",
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Opportunity:
    """Null model J: what two accounts would share by acting in the same minutes."""

    bin_s: int = setting(
        900, "Width of a time bin in seconds; never below the window itself."
    )
    shrinkage: float = setting(
        500.0, "Pseudo-exposures that pull a bin's rate towards its stratum's mean."
    )
    rounds: int = setting(
        5,
        "Rounds in which pairs that stand out are taken out of the background rate; 0 "
        "for none.",
    )
    stratum_share: float = setting(
        0.01, "Share of accounts below which a language and platform is pooled."
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Timing:
    """Null model T: how close in time those are who chose the same."""

    stretch_s: int = setting(
        21_600,
        "Times on an object are exchangeable inside stretches of this many seconds; 0 "
        "for its whole life.",
    )
    spectrum_s: tuple[int, ...] = setting(
        (1_800, 3_600, 21_600, 0),
        "Stretches for which the evidence of kept pairs is shown; 0 for a whole life.",
    )
    shrinkage: float = setting(
        50.0,
        "Pseudo-pairs that pull an object's share of close pairs towards that of "
        "objects alike.",
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Validation:
    """Which pairs are kept as edges of the network."""

    dependence: bool = setting(
        False,
        "Correct by Benjamini and Yekutieli, valid whatever the dependence, instead of "
        "Benjamini and Hochberg.",
    )
    q: float = setting(0.05, "Largest false-discovery rate of a kept pair.")
    lift: float = setting(2.0, "Smallest lower bound of the lift of a kept pair.")
    strata_tell_interests: bool = setting(
        False,
        "Whether strata tell interests apart, which only you can know: pairs are then "
        "kept without null model T, where they co-act more often than half again as "
        "often as J expects, as unequal as ordinary pairs are.",
    )
    longest_window_s: int = setting(
        600,
        "Longest window in which a group may be confirmed; beyond, slow coordination "
        "and shared interest cannot be told apart.",
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Groups:
    """How groups are found on half of the posts and confirmed on the other."""

    largest_p: float = setting(
        1e-3, "Largest p-value, on the half that finds, of a pair that makes groups."
    )
    resolution: float = setting(
        0.25, "Density of log-lift that a community must exceed (Leiden, CPM)."
    )
    seed: int = setting(20_090_612, "Seed of communities and of drawn crowds.")
    min_size: int = setting(2, "Accounts a group needs to be reported.")
    fewest_certified: int = setting(
        3,
        "Accounts a group needs to be certified. Of two, table `pair` says what is "
        "known, and innocent explanations can hardly be tested.",
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """How the tests are checked on the case's own data."""

    pairs: int = setting(
        200_000,
        "Pairs to test under each null made from the data, per trace and window; 0 "
        "switches the check off, and with it every error rate.",
    )
    largest_ratio: float = setting(
        1.5,
        "Observed over expected p-values below one in a thousand, above which a test "
        "is not trusted.",
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Everything that decides what is computed.

    Examples
    --------
    >>> Settings().coaction.windows_s
    (10, 60, 600, 3600)
    """

    coaction: Coaction = field(default_factory=Coaction)
    opportunity: Opportunity = field(default_factory=Opportunity)
    validation: Validation = field(default_factory=Validation)
    timing: Timing = field(default_factory=Timing)
    groups: Groups = field(default_factory=Groups)
    calibration: Calibration = field(default_factory=Calibration)

    def __post_init__(self) -> None:
        problems = _problems(self)
        if problems:
            raise ConfigError(
                "Settings cannot be used", "mend these: " + "; ".join(problems)
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class Resources:
    """How much of the machine a run may use; never part of a result's digest."""

    memory: str = setting(
        "auto", "Memory to stay within, like 2GB; auto is half of what is free."
    )
    threads: int = setting(
        os.cpu_count() or 1, "Threads that the store and the kernels may use."
    )


def to_dict(tree: Any) -> dict[str, Any]:
    """Return a settings tree as plain nested dictionaries, in declaration order."""
    plain: dict[str, Any] = {}
    for item in fields(tree):
        value = getattr(tree, item.name)
        plain[item.name] = to_dict(value) if is_dataclass(value) else value
    return plain


def to_toml(settings: Settings) -> str:
    """Return settings as TOML with the documentation of each as a comment.

    Examples
    --------
    >>> from_dict(tomllib.loads(to_toml(Settings()))) == Settings()
    True
    """
    lines = []
    for section in fields(settings):
        part = getattr(settings, section.name)
        lines.append(f"[{section.name}]")
        for item in fields(part):
            value = getattr(part, item.name)
            shown = list(value) if isinstance(value, tuple) else value
            shown = str(shown).lower() if isinstance(shown, bool) else shown
            lines += [f"# {item.metadata['doc']}", f"{item.name} = {shown}"]
        lines.append("")
    return "\n".join(lines)


def digest(settings: Settings | Coaction) -> str:
    """Return the twelve hexadecimal digits that name these settings.

    Those of an analysis name the rules too by which links become one object.

    Examples
    --------
    >>> digest(Settings()) == digest(from_dict({}))
    True
    """
    canonical = json.dumps(to_dict(settings), sort_keys=True, separators=(",", ":"))
    if isinstance(settings, Settings):
        canonical += f"\nlinks {LINK_RULES}"
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def from_dict(values: dict[str, Any]) -> Settings:
    """Build settings from nested dictionaries; an unknown key is an error.

    Raises
    ------
    ConfigError
        If a section or key is unknown, of the wrong type or out of range.

    Examples
    --------
    >>> from_dict({"coaction": {"windows_s": [60]}}).coaction.windows_s
    (60,)
    """
    settings = Settings()
    for section, content in values.items():
        known = {item.name for item in fields(settings)}
        if section not in known:
            raise _unknown("section", section, known)
        if not isinstance(content, dict):
            raise ConfigError(
                f"Section [{section}] holds a single value", "give it keys and values"
            )
        part = replace(getattr(settings, section), **_typed(settings, section, content))
        settings = replace(settings, **{section: part})
    return settings


def load(path: Path) -> Settings:
    """Read settings from a TOML file.

    Raises
    ------
    ConfigError
        If the file is missing, is not TOML, or `from_dict` refuses it.
    """
    try:
        return from_dict(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise ConfigError(f"{path} does not exist", "check its name") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not TOML ({error})", "mend the file") from error


def _unknown(what: str, name: str, known: set[str]) -> ConfigError:
    return ConfigError(
        f"The {what} {name!r} is unknown", "use one of " + ", ".join(sorted(known))
    )


def _typed(settings: Settings, section: str, content: dict[str, Any]) -> dict[str, Any]:
    part = getattr(settings, section)
    hints = get_type_hints(type(part))
    for key in content:
        if key not in hints:
            raise _unknown(f"setting of [{section}]", key, set(hints))
    return {
        key: _convert(f"{section}.{key}", value, hints[key])
        for key, value in content.items()
    }


def _convert(name: str, value: Any, hint: Any) -> Any:
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if hint is bool and type(value) is bool:
        return value
    if hint is not float and hint is not int:
        if isinstance(value, list | tuple) and all(type(v) is int for v in value):
            return tuple(value)
    elif type(value) is hint:
        return value
    words = {int: "int", float: "float", bool: "true or false"}
    expected = words.get(hint, "a list of whole numbers")
    raise ConfigError(f"{name} is {value!r}", f"give {expected}")


def _problems(settings: Settings) -> list[str]:
    windows = settings.coaction.windows_s
    checks = [
        (
            bool(windows) and min(windows) > 0,
            "coaction.windows_s needs positive values",
        ),
        (list(windows) == sorted(set(windows)), "coaction.windows_s must ascend"),
        (settings.coaction.min_objects >= 1, "coaction.min_objects is below 1"),
        (
            0 <= settings.coaction.coarse_share < 1,
            "coaction.coarse_share not in [0, 1)",
        ),
        (settings.coaction.max_pairs >= 1, "coaction.max_pairs is below 1"),
        (settings.coaction.max_co_actions >= 1, "coaction.max_co_actions is below 1"),
        (
            settings.coaction.max_untested_pairs >= 1,
            "coaction.max_untested_pairs is below 1",
        ),
        (settings.opportunity.bin_s >= 1, "opportunity.bin_s is below 1"),
        (settings.opportunity.shrinkage > 0, "opportunity.shrinkage is not positive"),
        (settings.opportunity.rounds >= 0, "opportunity.rounds is negative"),
        (
            0 < settings.opportunity.stratum_share <= 1,
            "opportunity.stratum_share is not in (0, 1]",
        ),
        (settings.timing.stretch_s >= 0, "timing.stretch_s is negative"),
        (
            min(settings.timing.spectrum_s, default=0) >= 0,
            "timing.spectrum_s holds a negative value",
        ),
        (settings.timing.shrinkage > 0, "timing.shrinkage is not positive"),
        (0 < settings.groups.largest_p < 1, "groups.largest_p is not in (0, 1)"),
        (settings.calibration.pairs >= 0, "calibration.pairs is negative"),
        (
            settings.calibration.largest_ratio > 0,
            "calibration.largest_ratio is not positive",
        ),
        (0 < settings.validation.q < 1, "validation.q is not in (0, 1)"),
        (settings.validation.lift >= 0, "validation.lift is negative"),
        (
            settings.validation.longest_window_s > 0,
            "validation.longest_window_s is not positive",
        ),
        (settings.groups.resolution > 0, "groups.resolution is not positive"),
        (settings.groups.seed >= 0, "groups.seed is negative"),
        (settings.groups.min_size >= 2, "groups.min_size is below 2"),
        (settings.groups.fewest_certified >= 2, "groups.fewest_certified is below 2"),
    ]
    return [message for fine, message in checks if not fine]
