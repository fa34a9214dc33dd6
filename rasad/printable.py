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
    >>> printable("می" + chr(0x200C) + "خوانید") == "می" + chr(0x200C) + "خوانید"
    True
    """
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() or c in JOINERS else f"⟦U+{ord(c):04X}⟧" for c in text
    )
