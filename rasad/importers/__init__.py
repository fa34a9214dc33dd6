"""Importers: one file per family of sources."""

from __future__ import annotations

from collections.abc import Mapping

from rasad.errors import ImportFormatError, MappingError
from rasad.extend import Head, Importer, Registry, Sniff
from rasad.importers.bluesky import AppView, Jetstream, TwitwiBluesky
from rasad.importers.crowdtangle import CrowdTangleFacebook, CrowdTangleInstagram
from rasad.importers.fourcat import FourCatTable
from rasad.importers.hidden import HiddenRecords
from rasad.importers.ira import InternetResearchAgency
from rasad.importers.mastodon import Mastodon
from rasad.importers.meta import MetaContentLibrary
from rasad.importers.nbc import NbcRelease
from rasad.importers.preview import column_list
from rasad.importers.reddit import RedditDump
from rasad.importers.rivals import CooRTweet, Toolkit
from rasad.importers.table import GenericTable, incomplete, with_mapping
from rasad.importers.telegram import TelegramDesktop
from rasad.importers.telethon import Telethon
from rasad.importers.tiktok import TikTokResearch
from rasad.importers.twitter_archive import TwitterArchive
from rasad.importers.vendors import Brandwatch, Meltwater
from rasad.importers.x_tables import TcatTable, TwarcTable, TwitwiTable
from rasad.importers.x_users import ArchiveUsers
from rasad.importers.x_v2 import PostsV2
from rasad.importers.x_v11 import TweetsV11
from rasad.importers.youtube import YouTube
from rasad.importers.zeeschuimer import FourCatLines, Zeeschuimer

__all__ = ["IMPORTERS", "recognise"]


def recognise(
    head: Head,
    *,
    name: str | None = None,
    mapping: Mapping[str, str] | None = None,
) -> Sniff:
    """Decide how a file is read.

    Parameters
    ----------
    head : Head
        What the reader saw of the file.
    name : str, optional
        The importer to use; without it the surest one is taken.
    mapping : mapping of str to str, optional
        Role to column, for the generic table. One with account, time, and object or
        text is taken as it is; a shorter one is completed by guesses.

    Returns
    -------
    Sniff
        A complete understanding of the file.

    Raises
    ------
    ImportFormatError
        If the named importer does not know such a file.
    MappingError
        If a person has to say which column is which; the text holds the option to
        type.
    ConfigError
        If there is no importer of that name.
    """
    sniff = _mapped(head, name, mapping) if mapping else _sniffed(head, name)
    if not sniff.complete:
        raise incomplete(head, sniff.mapping)
    return sniff


def _mapped(head: Head, name: str | None, mapping: Mapping[str, str]) -> Sniff:
    if name not in (None, GenericTable.name):
        raise MappingError(
            f"The importer {name} knows its columns", "leave out --map or the importer"
        )
    return with_mapping(head, mapping)


def _sniffed(head: Head, name: str | None) -> Sniff:
    chosen = [IMPORTERS.find(name)] if name else list(IMPORTERS.values())
    sniffs = [sniff for importer in chosen if (sniff := importer.sniff(head))]
    if not sniffs:
        raise ImportFormatError(
            f"{head.path.name} does not have the columns of {name}; it has "
            + column_list(head.columns),
            "leave out the importer, or give one that fits",
        )
    return max(sniffs, key=lambda sniff: (sniff.complete, sniff.confidence))


IMPORTERS: Registry[Importer] = Registry("importer")
for importer in (
    TwitterArchive(),
    ArchiveUsers(),
    InternetResearchAgency(),
    NbcRelease(),
    PostsV2(),
    TweetsV11(),
    TwarcTable(),
    TwitwiTable(),
    TcatTable(),
    Zeeschuimer(),
    FourCatLines(),
    FourCatTable(),
    Jetstream(),
    AppView(),
    TwitwiBluesky(),
    Mastodon(),
    TelegramDesktop(),
    Telethon(),
    RedditDump(),
    TikTokResearch(),
    YouTube(),
    MetaContentLibrary(),
    CrowdTangleFacebook(),
    CrowdTangleInstagram(),
    Meltwater(),
    Brandwatch(),
    CooRTweet(),
    Toolkit(),
    HiddenRecords(),
    GenericTable(),
):
    IMPORTERS.add(importer)
