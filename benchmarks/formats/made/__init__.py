"""Small files of every format, written to its documented schema; nothing is copied."""

from benchmarks.formats.made.captures import CAPTURES
from benchmarks.formats.made.chats import CHATS
from benchmarks.formats.made.networks import NETWORKS
from benchmarks.formats.made.releases import RELEASES
from benchmarks.formats.made.sample import Sample
from benchmarks.formats.made.services import SERVICES
from benchmarks.formats.made.tables import TABLES
from benchmarks.formats.made.tweets import TWEETS

__all__ = ["SAMPLES", "Sample"]

SAMPLES: tuple[Sample, ...] = (
    *(*RELEASES, *TWEETS, *CAPTURES, *NETWORKS, *CHATS, *SERVICES, *TABLES),
)
"""Every made file, in the order of the table of signatures."""
