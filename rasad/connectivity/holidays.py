"""Public holidays on which whole countries use their networks less.

Only the large ones, computed rather than listed: fixed days, Islamic feasts by the
tabular calendar, Nowruz, the Chinese New Year, Easter. A country may shift a feast by a
day or two, so a day beside a holiday counts as well.
"""

from __future__ import annotations

import math
from datetime import date, timedelta

ISLAMIC = frozenset(
    (
        *("AE", "AF", "AZ", "BD", "BH", "BN", "DJ", "DZ", "EG", "ER", "ET", "ID", "IQ"),
        *("IR", "JO", "KM", "KW", "KZ", "KG", "LB", "LY", "MA", "ML", "MR", "MV", "MY"),
        *("NE", "NG", "OM", "PK", "PS", "QA", "SA", "SD", "SN", "SO", "SY", "TD", "TJ"),
        *("TM", "TN", "TR", "UZ", "YE"),
    )
)
"""Where the two Eids close offices."""

SHIA = frozenset(("AZ", "BH", "IQ", "IR", "LB"))
NOWRUZ = frozenset(("AF", "AZ", "IR", "IQ", "KG", "KZ", "TJ", "TM", "UZ"))
LUNAR = frozenset(("CN", "HK", "KR", "MO", "SG", "TW", "VN"))
ORTHODOX = frozenset(("AM", "BY", "ER", "ET", "GE", "MD", "ME", "MK", "RS", "RU", "UA"))
NO_CHRISTMAS = frozenset(("CN", "IL", "JP", "TH")) | ISLAMIC
"""Where neither feast is a holiday; those of `ORTHODOX` keep their own."""

ISLAMIC_EPOCH = date(622, 7, 19)
"""First day of the tabular calendar, Gregorian."""

FEASTS = (
    ("Eid al-Fitr", 10, 1, 3),
    ("Eid al-Adha", 12, 10, 4),
)
ASHURA = ("Tasua and Ashura", 1, 9, 2)
SLACK = 1
"""Days by which a moon-sighted or bridged holiday may differ from its computed day."""


def holiday(country: str, day: date) -> str:
    """Return the name of the holiday on or next to a day, nothing if there is none.

    Parameters
    ----------
    country : str
        ISO 3166-1 alpha-2 code.
    day : datetime.date
        Day in the place's own clock.

    Examples
    --------
    >>> holiday("IR", date(2022, 3, 21)), holiday("CN", date(2023, 1, 22))
    ('Nowruz', 'Chinese New Year')
    >>> holiday("ID", date(2022, 5, 2)), holiday("DE", date(2022, 5, 4))
    ('Eid al-Fitr', '')
    """
    for name, first, last in _holidays(country, day.year):
        if first - timedelta(SLACK) <= day <= last + timedelta(SLACK):
            return name
    return ""


def _holidays(country: str, year: int) -> list[tuple[str, date, date]]:
    found = [("New Year", date(year - 1, 12, 31), date(year, 1, 1))]
    found.append(("New Year", date(year, 12, 31), date(year + 1, 1, 1)))
    if country not in NO_CHRISTMAS | ORTHODOX:
        found.append(("Christmas", date(year, 12, 24), date(year, 12, 26)))
        found.append(
            ("Easter", easter(year) - timedelta(2), easter(year) + timedelta(1))
        )
    if country in ORTHODOX:
        found.append(("Orthodox Christmas", date(year, 1, 2), date(year, 1, 8)))
        start = orthodox_easter(year)
        found.append(("Orthodox Easter", start - timedelta(2), start + timedelta(1)))
    if country in NOWRUZ:
        found.append(("Nowruz", date(year, 3, 20), date(year, 4, 2)))
    if country in LUNAR:
        start = chinese_new_year(year)
        found.append(("Chinese New Year", start - timedelta(1), start + timedelta(6)))
    return found + _islamic_feasts(country, year)


def _islamic_feasts(country: str, year: int) -> list[tuple[str, date, date]]:
    feasts = FEASTS if country in ISLAMIC else ()
    if country in SHIA:
        feasts = (*feasts, ASHURA)
    near = round((year - 622) * 33 / 32)
    return [
        (name, start, start + timedelta(length - 1))
        for name, month, first, length in feasts
        for start in (islamic(near + by, month, first) for by in (-1, 0, 1, 2))
        if start.year == year
    ]


def islamic(year: int, month: int, day: int) -> date:
    """Return a day of the tabular Islamic calendar as a Gregorian date.

    Examples
    --------
    >>> islamic(1444, 10, 1).isoformat()
    '2023-04-22'
    """
    days = day + math.ceil(29.5 * (month - 1)) + (year - 1) * 354
    return ISLAMIC_EPOCH + timedelta(days + (3 + 11 * year) // 30 - 1)


def easter(year: int) -> date:
    """Return Easter Sunday of the Western churches (Meeus, Astronomical Algorithms).

    Examples
    --------
    >>> easter(2023).isoformat()
    '2023-04-09'
    """
    century, rest = divmod(year, 100)
    golden = year % 19
    moon = (19 * golden + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


def orthodox_easter(year: int) -> date:
    """Return Easter Sunday of the Eastern churches, by the Gregorian calendar.

    Notes
    -----
    Meeus, Astronomical Algorithms, for the Julian calendar, which is 13 days behind
    from 1900 to 2099.

    Examples
    --------
    >>> [orthodox_easter(year).isoformat() for year in (2021, 2022, 2023)]
    ['2021-05-02', '2022-04-24', '2023-04-16']
    """
    moon = (19 * (year % 19) + 15) % 30
    week = (2 * (year % 4) + 4 * (year % 7) - moon + 34) % 7
    month, day = divmod(moon + week + 114, 31)
    return date(year, month, day + 1) + timedelta(13)


def chinese_new_year(year: int) -> date:
    """Return the new moon between 21 January and 20 February, in Beijing's clock.

    Notes
    -----
    Mean new moon with the two largest terms of Meeus, Astronomical Algorithms; right
    within a few hours.

    Examples
    --------
    >>> [chinese_new_year(year).isoformat() for year in (2021, 2022, 2023, 2024)]
    ['2021-02-12', '2022-02-01', '2023-01-22', '2024-02-10']
    """
    turn = math.ceil((year + 20 / 365.25 - 2000) * 12.3685) - 1
    earliest = date(year, 1, 21)
    day = _new_moon(turn)
    while day < earliest:
        turn += 1
        day = _new_moon(turn)
    return day


def _new_moon(turn: int) -> date:
    sun = math.radians(2.5534 + 29.10535670 * turn)
    moon = math.radians(201.5643 + 385.81693528 * turn)
    days = 50.09766 + 29.530588861 * turn
    days += 0.17241 * math.sin(sun) - 0.4072 * math.sin(moon)
    # Julian day 2451500.5 began on 18 November 1999; Beijing is eight hours ahead.
    return date(1999, 11, 18) + timedelta(math.floor(days - 0.5 + 8 / 24))
