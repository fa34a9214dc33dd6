"""The clock of a place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

import numpy as np

from rasad.connectivity.durations import HOUR_US
from rasad.connectivity.series import Int, Series

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - a clock on a wall


def local_times(times_us: Int, zone: str) -> Int:
    """Return moments as the place's own clock shows them, microseconds.

    Examples
    --------
    >>> int(local_times(np.array([0]), "Asia/Tehran")[0]) / 3_600_000_000
    3.5
    """
    if zone == "UTC" or not len(times_us):
        return times_us
    hours, back = np.unique(times_us // HOUR_US, return_inverse=True)
    ahead = np.array([_ahead(zone, hour) for hour in hours.tolist()], dtype=np.int64)
    return times_us + ahead[back]


@lru_cache(maxsize=200_000)
def _ahead(zone: str, hour: int) -> int:
    """Return by how many microseconds a clock is ahead in an hour since 1970 UTC."""
    there = datetime.fromtimestamp(hour * 3600, UTC).astimezone(ZoneInfo(zone))
    return (there.utcoffset() or timedelta()) // timedelta(microseconds=1)


def in_utc(local_us: Int, zone: str) -> Int:
    """Return moments that a place's own clock shows, in UTC.

    Of an hour that the clock shows twice, the first is meant.

    Examples
    --------
    >>> in_utc(np.array([12_600_000_000]), "Asia/Tehran").tolist()
    [0]
    """
    hours, back = np.unique(local_us // HOUR_US, return_inverse=True)
    ahead = np.array([_shown(zone, hour) for hour in hours.tolist()], dtype=np.int64)
    return np.asarray(local_us - ahead[back])


@lru_cache(maxsize=200_000)
def _shown(zone: str, hour: int) -> int:
    """Return by how many microseconds a clock is ahead in an hour that it shows."""
    there = (EPOCH + timedelta(hours=hour)).replace(tzinfo=ZoneInfo(zone))
    return (there.utcoffset() or timedelta()) // timedelta(microseconds=1)


def night_of(series: Sequence[Series]) -> tuple[int, int] | None:
    """Return the six hours of the day in which values are lowest, in the place's clock.

    Parameters
    ----------
    series : sequence of Series
        Of one file; of each its first five days are looked at.

    Returns
    -------
    (int, int) or None
        First hour and the one after the last; None where day and night are alike.

    Examples
    --------
    >>> hour = 3_600_000_000
    >>> values = np.tile(np.r_[np.full(6, 80.0), np.full(18, 100.0)], 5)
    >>> one = Series("GB", "", "x", "up", "usage", hour, np.arange(120) * hour, values)
    >>> night_of([one])
    (0, 6)
    """
    total, seen = np.zeros(24), np.zeros(24)
    for one in series:
        early = one.times_us < one.times_us[0] + 5 * 86_400_000_000
        values = one.values[early]
        known = np.isfinite(values)
        if known.any() and np.median(values[known]) > 0:
            hours = local_times(one.times_us[early][known], one.zone) // HOUR_US
            share = values[known] / np.median(values[known])
            np.add.at(total, hours % 24, share)
            np.add.at(seen, hours % 24, 1)
    if not seen.all():
        return None
    mean = total / seen
    around = np.mean([np.roll(mean, -by) for by in range(6)], axis=0)
    first = int(np.argmin(around))
    if around[first] > 0.99 * around.max():
        return None
    return first, (first + 6) % 24


@cache
def zones() -> frozenset[str]:
    """Return the names of all clocks; the system looks through its files for them."""
    return frozenset(available_timezones())


def zone_of(country: str) -> str:
    """Return the clock of a country that has one; nothing for others.

    Examples
    --------
    >>> zone_of("IR"), zone_of("US")
    ('Asia/Tehran', '')
    """
    return CLOCKS.get(country, "")


def two_letters(code: str) -> str:
    """Return a country's code in two letters, or as it is where it is not known.

    Examples
    --------
    >>> two_letters("IRN"), two_letters("ir"), two_letters("XKX")
    ('IR', 'IR', 'XKX')
    """
    code = code.strip().upper()
    return LETTERS.get(code, code)


LETTERS = {
    **{"AFG": "AF", "AGO": "AO", "ARE": "AE", "ARM": "AM", "AZE": "AZ", "BDI": "BI"},
    **{"BEN": "BJ", "BFA": "BF", "BGD": "BD", "BHR": "BH", "BLR": "BY", "BRA": "BR"},
    **{"CAF": "CF", "CHN": "CN", "CIV": "CI", "CMR": "CM", "COD": "CD", "COG": "CG"},
    **{"CUB": "CU", "DEU": "DE", "DJI": "DJ", "DZA": "DZ", "EGY": "EG", "ERI": "ER"},
    **{"ESP": "ES", "ETH": "ET", "FRA": "FR", "GAB": "GA", "GBR": "GB", "GIN": "GN"},
    **{"GMB": "GM", "GNB": "GW", "GNQ": "GQ", "HTI": "HT", "IDN": "ID", "IND": "IN"},
    **{"IRN": "IR", "IRQ": "IQ", "ISR": "IL", "JOR": "JO", "JPN": "JP", "KAZ": "KZ"},
    **{"KEN": "KE", "KGZ": "KG", "KWT": "KW", "LBN": "LB", "LBR": "LR", "LBY": "LY"},
    **{"LKA": "LK", "MAR": "MA", "MDG": "MG", "MLI": "ML", "MMR": "MM", "MOZ": "MZ"},
    **{"MRT": "MR", "MWI": "MW", "NER": "NE", "NGA": "NG", "NIC": "NI", "NPL": "NP"},
    **{"OMN": "OM", "PAK": "PK", "PHL": "PH", "PSE": "PS", "QAT": "QA", "RUS": "RU"},
    **{"SAU": "SA", "SDN": "SD", "SEN": "SN", "SLE": "SL", "SOM": "SO", "SSD": "SS"},
    **{"SWZ": "SZ", "SYR": "SY", "TCD": "TD", "TGO": "TG", "THA": "TH", "TJK": "TJ"},
    **{"TKM": "TM", "TUN": "TN", "TUR": "TR", "TZA": "TZ", "UGA": "UG", "UKR": "UA"},
    **{"USA": "US", "UZB": "UZ", "VEN": "VE", "VNM": "VN", "YEM": "YE", "ZAF": "ZA"},
    **{"ZMB": "ZM", "ZWE": "ZW"},
}
"""Two letters for three, of countries in public lists of shutdowns and some more."""

CLOCKS = {
    **{"AE": "Asia/Dubai", "AF": "Asia/Kabul", "AM": "Asia/Yerevan"},
    **{"AO": "Africa/Luanda", "AZ": "Asia/Baku", "BD": "Asia/Dhaka"},
    **{"BF": "Africa/Ouagadougou", "BH": "Asia/Bahrain", "BI": "Africa/Bujumbura"},
    **{"BJ": "Africa/Porto-Novo", "BY": "Europe/Minsk", "CF": "Africa/Bangui"},
    **{"CG": "Africa/Brazzaville", "CI": "Africa/Abidjan", "CM": "Africa/Douala"},
    **{"CN": "Asia/Shanghai", "CU": "America/Havana", "DE": "Europe/Berlin"},
    **{"DJ": "Africa/Djibouti", "DZ": "Africa/Algiers", "EG": "Africa/Cairo"},
    **{"ER": "Africa/Asmara", "ET": "Africa/Addis_Ababa", "FR": "Europe/Paris"},
    **{"GA": "Africa/Libreville", "GB": "Europe/London", "GM": "Africa/Banjul"},
    **{"GN": "Africa/Conakry", "GQ": "Africa/Malabo", "GW": "Africa/Bissau"},
    **{"HT": "America/Port-au-Prince", "IL": "Asia/Jerusalem", "IN": "Asia/Kolkata"},
    **{"IQ": "Asia/Baghdad", "IR": "Asia/Tehran", "JO": "Asia/Amman"},
    **{"JP": "Asia/Tokyo", "KE": "Africa/Nairobi", "KG": "Asia/Bishkek"},
    **{"KW": "Asia/Kuwait", "LB": "Asia/Beirut", "LK": "Asia/Colombo"},
    **{"LR": "Africa/Monrovia", "LY": "Africa/Tripoli", "MA": "Africa/Casablanca"},
    **{"MG": "Indian/Antananarivo", "ML": "Africa/Bamako", "MM": "Asia/Yangon"},
    **{"MR": "Africa/Nouakchott", "MW": "Africa/Blantyre", "MZ": "Africa/Maputo"},
    **{"NE": "Africa/Niamey", "NG": "Africa/Lagos", "NI": "America/Managua"},
    **{"NP": "Asia/Kathmandu", "OM": "Asia/Muscat", "PH": "Asia/Manila"},
    **{"PK": "Asia/Karachi", "PS": "Asia/Gaza", "QA": "Asia/Qatar"},
    **{"SA": "Asia/Riyadh", "SD": "Africa/Khartoum", "SL": "Africa/Freetown"},
    **{"SN": "Africa/Dakar", "SO": "Africa/Mogadishu", "SS": "Africa/Juba"},
    **{"SY": "Asia/Damascus", "SZ": "Africa/Mbabane", "TD": "Africa/Ndjamena"},
    **{"TG": "Africa/Lome", "TH": "Asia/Bangkok", "TJ": "Asia/Dushanbe"},
    **{"TM": "Asia/Ashgabat", "TN": "Africa/Tunis", "TR": "Europe/Istanbul"},
    **{"TZ": "Africa/Dar_es_Salaam", "UA": "Europe/Kyiv", "UG": "Africa/Kampala"},
    **{"UZ": "Asia/Tashkent", "VE": "America/Caracas", "VN": "Asia/Ho_Chi_Minh"},
    **{"YE": "Asia/Aden", "ZA": "Africa/Johannesburg", "ZM": "Africa/Lusaka"},
    **{"ZW": "Africa/Harare"},
}
"""IANA name of the clock of countries that have one."""
