"""A pytest plugin: no test may talk to anything but this machine.

It listens to the interpreter's own audit events, so that sockets which C code opens are
seen too. An audit hook cannot be taken away again, therefore it lives in a plugin that
is loaded once, with `-p network_guard`, and not in a fixture.
"""

from __future__ import annotations

import ipaddress
import sys
from typing import Any

WATCHED = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
}
"""Audit events, and which of their arguments is the address."""


class NetworkUsedError(RuntimeError):
    """A test tried to leave this machine."""


def is_local(address: Any) -> bool:
    """Tell whether an address of a socket or resolver means this machine."""
    host = address[0] if isinstance(address, tuple) else address
    if isinstance(host, bytes):
        host = host.decode("utf-8", errors="replace")
    if not isinstance(host, str) or host in ("", "localhost"):
        return True  # no name at all, or the kernel's own number
    if host.startswith(("/", "\0")):
        return True  # a socket file
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return found.is_loopback or found.is_unspecified


def refuse_distance(event: str, arguments: tuple[Any, ...]) -> None:
    """Raise when an audit event is about another machine."""
    if event not in WATCHED:
        return
    if not is_local(arguments[WATCHED[event]]):
        raise NetworkUsedError(f"a test tried {event}; tests run without network")


sys.addaudithook(refuse_distance)
