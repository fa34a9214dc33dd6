"""What each source measures, and what it cannot see."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Instrument:
    """One source: what its numbers are, and what they hide."""

    name: str
    measures: str
    blind: str


INSTRUMENTS: dict[str, Instrument] = {
    "ip-observatory": Instrument(
        "Monash IP Observatory",
        "how many known fixed-line addresses answer, as an index of the usual",
        "mobile networks, and whether what answers can reach anything abroad",
    ),
    "ioda": Instrument(
        "IODA",
        "routes announced, address blocks that answer, and background traffic",
        "mobile users behind shared addresses, and filtering that leaves routes alone",
    ),
    "ooni": Instrument(
        "OONI",
        "tests that volunteers run of sites, and how many look tampered with",
        "anything where nobody runs a test; an anomaly is no confirmed block, and in a "
        "shutdown the tests stop with the network",
    ),
    "tor-metrics": Instrument(
        "Tor Metrics",
        "users of Tor, estimated from requests for directories",
        "everybody else; a fall may be a block of Tor, a rise may be machines, and the "
        "estimate fails when relays do not report",
    ),
    "censored-planet": Instrument(
        "Censored Planet",
        "remote tests of how often sites are tampered with on the way to a country",
        "users inside; it measures from outside, to servers that let it",
    ),
    "gfwatch": Instrument(
        "GFWatch",
        "names that China's filter answers for",
        "other means of blocking, and whether anybody asks for these names",
    ),
    "cloudflare-radar": Instrument(
        "Cloudflare Radar",
        "traffic to sites behind one company, with outages noted by people",
        "traffic to others; a holiday or a match moves it too",
    ),
    "access-now": Instrument(
        "Access Now",
        "shutdowns reported by people and the press",
        "what nobody reported; days, not hours",
    ),
}

UNKNOWN = Instrument(
    "",
    "not known to Rasad: whatever the file says",
    "not known to Rasad: ask whoever made the file",
)


def instrument(source: str) -> Instrument:
    """Return what is known of a source.

    Examples
    --------
    >>> instrument("tor-metrics").name, instrument("a file").name
    ('Tor Metrics', 'a file')
    """
    unknown = Instrument(source, UNKNOWN.measures, UNKNOWN.blind)
    return INSTRUMENTS.get(source, unknown)
