"""Doubles as the text that an id or a count was, if that can still be told."""

from __future__ import annotations

EXACT = 2**53
"""Whole doubles below this have the digits that they were given."""


def float_text(value: float | None) -> str | None:
    """Return a double as text; NaN is how data frames write a missing value.

    Examples
    --------
    >>> float_text(1629589836.0), float_text(8.98925911294132e17)
    ('1629589836', '8.9892591129413197E+17')
    """
    if value is None or value != value:
        return None
    if value.is_integer() and -EXACT < value < EXACT:
        return str(int(value))
    if value.is_integer():
        # Beyond 2**53 a double stands for several whole numbers; the exponent says so.
        return f"{value:.16E}"
    return repr(value)
