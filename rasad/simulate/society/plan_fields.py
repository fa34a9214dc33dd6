"""Plans as frozen dataclasses: what a field may hold, and how TOML becomes a plan."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, field, fields, is_dataclass
from datetime import date, datetime
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from rasad.errors import ConfigError

Plan = TypeVar("Plan")

WORDS = {
    int: "a whole number",
    float: "a number",
    str: "a text in quotes",
    bool: "true or false",
    date: "a day like 2024-03-01",
}


def entry(
    default: Any,
    doc: str,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: Sequence[str] = (),
) -> Any:
    """Declare a field of a plan: its default, its meaning and what it may hold.

    Parameters
    ----------
    default : object
        `MISSING` for a field that every plan must give.
    doc : str
        One sentence with the unit.
    low, high : float, optional
        Smallest and largest number, both allowed; of a list, for every item.
    choices : sequence of str
        The only texts allowed; empty for any.
    """
    limits = {"doc": doc, "low": low, "high": high, "choices": tuple(choices)}
    return field(default=default, metadata=limits)


def check(plan: Any, *more: tuple[bool, str]) -> None:
    """Refuse a plan with a field out of range.

    Parameters
    ----------
    plan : dataclass instance
        Its fields were declared by `entry`.
    *more : tuple of bool and str
        Whether a condition between fields holds, and what is said if not.

    Raises
    ------
    ConfigError
        Naming every field that cannot stay, and what is allowed.
    """
    found = [
        f"{item.name} is {getattr(plan, item.name)!r}, not {allowed(item)}"
        for item in fields(plan)
        if not _fits(getattr(plan, item.name), item)
    ]
    found += [said for fine, said in more if not fine]
    if found:
        raise ConfigError(
            f"{type(plan).__name__} cannot be used", "mend these: " + "; ".join(found)
        )


def allowed(item: Field[Any]) -> str:
    """Return in words what a field may hold.

    Examples
    --------
    >>> from dataclasses import dataclass, fields
    >>> @dataclass(frozen=True)
    ... class Garden:
    ...     shade: float = entry(0.5, "Share of shade.", low=0, high=1)
    >>> allowed(fields(Garden)[0])
    'from 0 to 1'
    """
    low, high = item.metadata.get("low"), item.metadata.get("high")
    if item.metadata.get("choices"):
        return "one of " + ", ".join(map(repr, item.metadata["choices"]))
    if low is not None and high is not None:
        return f"from {low:,.10g} to {high:,.10g}"
    return f"{low:,.10g} or more" if low is not None else f"{high:,.10g} or less"


def build(kind: type[Plan], values: Mapping[str, Any], where: str = "") -> Plan:
    """Make a plan of the keys and values of a TOML table.

    Parameters
    ----------
    kind : type
        A dataclass whose fields were declared by `entry`.
    values : mapping
        As read from the file.
    where : str
        Where the table stands, such as `operations[0].`.

    Raises
    ------
    ConfigError
        If a key is unknown or missing, or a value has the wrong type or range.
    """
    hints = get_type_hints(kind)
    known = {item.name: item for item in fields(kind)}  # type: ignore[arg-type]
    for key in values:
        if key not in known:
            raise ConfigError(
                f"The key {where + key!r} is unknown",
                "use one of " + ", ".join(sorted(known)),
            )
    for name, item in known.items():
        if item.default is MISSING and name not in values:
            raise ConfigError(
                f"The key {where + name!r} is missing",
                f"add it: {item.metadata['doc']}",
            )
    made = {
        key: _typed(f"{where}{key}", value, hints[key]) for key, value in values.items()
    }
    for key, value in made.items():
        if not _fits(value, known[key]):
            raise ConfigError(
                f"{where}{key} is {value!r}", f"give a value {allowed(known[key])}"
            )
    return _made(kind, made, where)


def _made(kind: type[Plan], values: dict[str, Any], where: str) -> Plan:
    """Make the plan; what it says of itself is told with the place in the file."""
    try:
        return kind(**values)
    except ConfigError as error:
        if not where:
            raise
        raise ConfigError(f"{where.rstrip('.')}: {error.what}", error.todo) from error


def _typed(name: str, value: Any, hint: Any) -> Any:
    if get_origin(hint) is tuple:
        (inner, *_) = get_args(hint)
        if not isinstance(value, list | tuple):
            raise ConfigError(f"{name} is {value!r}", "give a list, in brackets")
        return tuple(
            _typed(f"{name}[{i}]", item, inner) for i, item in enumerate(value)
        )
    if is_dataclass(hint):
        if not isinstance(value, Mapping):
            raise ConfigError(f"{name} is {value!r}", "give it keys and values")
        return build(hint, value, f"{name}.")  # type: ignore[arg-type]
    if hint is float and type(value) in (int, float):
        if not math.isfinite(value):
            raise ConfigError(f"{name} is {value!r}", "give a number that has an end")
        return float(value)
    # A moment is a date too for Python; here only a whole day will do.
    if type(value) is hint and not isinstance(value, datetime):
        return value
    raise ConfigError(f"{name} is {value!r}", f"give {WORDS[hint]}")


def _fits(value: Any, item: Field[Any]) -> bool:
    if isinstance(value, tuple):
        return all(_fits(part, item) for part in value)
    choices = item.metadata.get("choices")
    if choices and isinstance(value, str):
        return value in choices
    if not isinstance(value, int | float):
        return True
    low, high = item.metadata.get("low"), item.metadata.get("high")
    if not math.isfinite(value):
        return False
    return (low is None or value >= low) and (high is None or value <= high)
