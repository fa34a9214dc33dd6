"""Foreign text on one line, in which nothing acts: for sentences and terminals."""

from __future__ import annotations

JOINERS = "\u200c\u200d"
"""Stand inside of words of Persian, Hindi and others; they act on nothing else."""


def printable(text: str) -> str:
    """Return text with each control and line-end character made visible.

    Examples
    --------
    >>> printable("[bold]" + chr(27) + "[2J")
    '[bold]⟦U+001B⟧[2J'
    """
    if text.isprintable():
        return text
    return "".join(c if is_printable(c) else f"⟦U+{ord(c):04X}⟧" for c in text)


def is_printable(text: str) -> bool:
    """Tell whether text is the same once it is `printable`.

    Examples
    --------
    >>> is_printable("می" + chr(0x200C) + "خوانید"), is_printable("a" + chr(10))
    (True, False)
    """
    return all(c.isprintable() or c in JOINERS for c in text)
