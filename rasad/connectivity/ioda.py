"""Raw signals of IODA's API: one entity, one source of data, values by regular steps.

Provisional: written from the API's published description, and never checked against a
real file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from rasad.connectivity.clocks import two_letters
from rasad.connectivity.points import Point, plausible
from rasad.errors import ImportFormatError

SOURCE = "ioda"


def ioda_points(text: str, called: str) -> tuple[list[Point], int]:
    """Return the measurements of a document of raw signals.

    Parameters
    ----------
    text : str
        JSON of ``/v2/signals/raw``: ``data`` holds lists of signals, each with
        ``entityType``, ``entityCode``, ``datasource``, ``from``, ``step`` and
        ``values``.
    called : str
        Name of the file, for the error.

    Returns
    -------
    points : list of Point
        A value that is null was not measured, and stays a gap.
    bad : int
        Signals and values that cannot be read.

    Raises
    ------
    ImportFormatError
        If it is no JSON, or holds no signal.

    Examples
    --------
    >>> text = '''{"data": [[{"entityType": "country", "entityCode": "IR",
    ...     "datasource": "bgp", "from": 1573430400, "step": 300,
    ...     "values": [7200, null, 7190]}]]}'''
    >>> points, bad = ioda_points(text, "ir.json")
    >>> [(point.metric, point.value) for point in points], bad
    ([('bgp', 7200.0), ('bgp', 7190.0)], 0)
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ImportFormatError(
            f"{called} is damaged JSON", "get a whole copy of it"
        ) from error
    points: list[Point] = []
    bad = signals = 0
    for signal in _signals(document):
        signals += 1
        try:
            read, wrong = _points(signal)
        except (KeyError, ValueError, TypeError, OverflowError):
            bad += 1
        else:
            points += read
            bad += wrong
    if not signals:
        raise ImportFormatError(
            f"{called} holds no raw signals of IODA",
            "ask its API for /v2/signals/raw, or give comma-separated text",
        )
    return points, bad


def _signals(document: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every signal, however deep the lists around them are."""
    waiting = [document.get("data") if isinstance(document, dict) else document]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, list):
            waiting = one + waiting
        elif isinstance(one, dict) and "values" in one:
            yield one


def _points(signal: Mapping[str, Any]) -> tuple[list[Point], int]:
    country, region = _place(signal)
    metric = str(signal["datasource"])
    if signal.get("subtype"):
        metric += f" {signal['subtype']}"
    begin, step = int(signal["from"]), int(signal["step"])
    points, bad = [], 0
    for number, value in enumerate(signal["values"]):
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float):
            bad += 1
            continue
        moment = plausible((begin + number * step) * 1_000_000)
        points.append(Point(country, region, metric, moment, float(value)))
    return points, bad


def _place(signal: Mapping[str, Any]) -> tuple[str, str]:
    """Return country and region; of a region the full name tells the country."""
    kind, code = signal["entityType"], str(signal["entityCode"])
    if kind == "country":
        return two_letters(code), ""
    # geo.netacuity.AS.IR.1226: continent, country, number of the region.
    parts = str(signal.get("entityFqid", "")).split(".")
    if kind == "region" and len(parts) >= 2:
        return two_letters(parts[-2]), str(signal.get("entityName") or code)
    raise ValueError(f"a {kind} has no country")
