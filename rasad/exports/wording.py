"""Numbers and names of things in words for people."""

from __future__ import annotations

from datetime import datetime

from rasad.charts import significant

DEEDS: dict[str, str] = {
    "repost": "reposting the same post",
    "repost_text": "reposting the same words of the same author (weaker evidence: the "
    "file does not say which post)",
    "link": "sharing the same link",
    "domain": "linking to the same site",
    "text": "publishing the same words",
    "hashtags": "using the same hashtags in the same order",
    "reply": "replying to the same post",
    "mention": "mentioning the same account",
    "object": "acting on the same object",
}
"""What accounts do that leave a trace, as it reads inside a sentence."""

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SMALLEST = 1e-300
"""Below this a double is no longer exact enough to be printed."""

UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def deed(trace: str) -> str:
    """Say what accounts do that leave a trace.

    Examples
    --------
    >>> deed("link"), deed("badge")
    ('sharing the same link', 'acting on the same badge')
    """
    return DEEDS.get(trace, "acting on the same " + trace.replace("_", " "))


def number(value: int | None) -> str:
    """Write a whole number with separators.

    Examples
    --------
    >>> number(1234567), number(None)
    ('1,234,567', '–')
    """
    return "–" if value is None else f"{value:,}"


def plain_value(value: float | str | None) -> str:
    """Write whatever a count holds: a number, a short name, or nothing.

    Examples
    --------
    >>> plain_value(1234), plain_value(0.5), plain_value("feed"), plain_value(None)
    ('1,234', '0.5', 'feed', '–')
    """
    if isinstance(value, float):
        return decimal(value)
    return number(value) if isinstance(value, int) else value or "–"


def counted(value: int, one: str, many: str | None = None) -> str:
    """Write a number and what it counts.

    Examples
    --------
    >>> counted(1, "account"), counted(2, "reply", "replies")
    ('1 account', '2 replies')
    """
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def decimal(value: float | None) -> str:
    """Write a measured number to three significant digits.

    Examples
    --------
    >>> decimal(3.14159), decimal(None)
    ('3.14', '–')
    """
    return "–" if value is None else significant(value)


def p_value(value: float | None) -> str:
    """Write a p-value.

    Examples
    --------
    >>> p_value(0.0312), p_value(1.23e-14), p_value(0.0), p_value(None)
    ('0.031', '1.2 × 10⁻¹⁴', 'below 10⁻³⁰⁰', 'not testable')
    """
    if value is None:
        return "not testable"
    if value < SMALLEST:
        return "below 10⁻³⁰⁰"
    if value >= 0.001:
        return f"{value:.2g}"
    digits, exponent = f"{value:.1e}".split("e")
    return f"{digits} × 10{str(int(exponent)).translate(SUPERSCRIPTS)}"


def duration(seconds: float | None) -> str:
    """Write a length of time with two units at most.

    Examples
    --------
    >>> duration(0.25), duration(75), duration(3600), duration(200_000)
    ('0.25 s', '1 min 15 s', '1 h', '2 d 7 h')
    """
    if seconds is None:
        return "–"
    if seconds < 60:
        return f"{seconds:.3g} s"
    rest = round(seconds)
    parts: list[tuple[int, str]] = []
    for place, (length, unit) in enumerate(UNITS):
        if rest >= length or parts:
            parts.append((rest // length, unit))
            rest %= length
        if len(parts) == 2 or place == len(UNITS) - 1:
            break
    return " ".join(f"{amount} {unit}" for amount, unit in parts if amount)


def moment(time: datetime | None) -> str:
    """Write a time in UTC to the second, with the fraction where there is one.

    Examples
    --------
    >>> moment(datetime(2024, 3, 5, 14, 0, 5))
    '2024-03-05 14:00:05'
    """
    if time is None:
        return "–"
    text = second(time)
    return f"{text}.{time.microsecond:06d}".rstrip("0") if time.microsecond else text


def second(time: datetime | None) -> str:
    """Write a time in UTC to the second, without the fraction.

    Examples
    --------
    >>> second(datetime(2024, 3, 5, 14, 0, 5, 250_000))
    '2024-03-05 14:00:05'
    """
    return "–" if time is None else time.strftime("%Y-%m-%d %H:%M:%S")


def share(value: float | None) -> str:
    """Write a share in per cent.

    Examples
    --------
    >>> share(0.725), share(None)
    ('72 %', '–')
    """
    return "–" if value is None else f"{100 * value:.0f} %"


def window(window_s: int, coarse: bool) -> str:
    """Say how close in time two actions must lie.

    Parameters
    ----------
    window_s : int
        Window in seconds.
    coarse : bool
        Whether times of this trace are known to the minute only.

    Examples
    --------
    >>> window(60, coarse=False), window(60, coarse=True)
    ('within 1 min', 'in the same or the adjacent minute')
    """
    if coarse and window_s == 60:
        return "in the same or the adjacent minute"
    return "within " + duration(window_s)


def value_of(named: str) -> str:
    """Return an object without the name of its trace.

    Examples
    --------
    >>> value_of("link:https://example.org")
    'https://example.org'
    """
    return named.partition(":")[2] or named
