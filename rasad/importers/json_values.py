"""Values of JSON, also of the kind that is nearly JSON."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

_DECODER = msgspec.json.Decoder()
_HEX_ESCAPE = re.compile(rb"(?<!\\)((?:\\\\)*)\\x([0-9A-Fa-f]{2})")


class NotJsonError(ValueError):
    """Something that no way of reading takes for JSON."""


def value_of(raw: bytes) -> Any:
    r"""Return the value that some bytes write.

    Numbers keep all their digits: whole ones are never read as fractions.

    Raises
    ------
    NotJsonError
        If it is no JSON, even after mending what Telegram Desktop writes: `\x0B`
        instead of `\u000B`, and line breaks inside of strings.

    Examples
    --------
    >>> value_of(b'{"id": 1234567890123456789012345}')
    {'id': 1234567890123456789012345}
    >>> value_of(rb'"a\x0Bb"')
    'a\x0bb'
    """
    try:
        return _DECODER.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _mended(raw)


def _mended(raw: bytes) -> Any:
    mended = _HEX_ESCAPE.sub(rb"\1\\u00\2", raw)
    try:
        value = json.loads(mended.decode(), strict=False)
    except (ValueError, RecursionError) as error:
        raise NotJsonError("not JSON") from error
    _refuse_lone_surrogates(value)
    return value


def _refuse_lone_surrogates(value: Any) -> None:
    """Halves of characters are written by some programs, and can be stored by none."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError) as error:
        raise NotJsonError("half a character") from error
