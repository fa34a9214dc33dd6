"""The pages of one folder: each written whole, and linked to those beside it."""

from __future__ import annotations

from pathlib import Path

from rasad.store.files import written_whole

PAGES = {
    "dossier.html": "Dossier: accounts, groups and evidence",
    "connectivity.html": "Connectivity: when and where the network was dark",
    "connectivity-groups.html": "Groups and outages",
}
"""Pages that link to each other where they lie in one folder, by name."""

BEGIN, END = b'<nav class="pages">', b"</nav>"
"""What stands around the links of a page; no text of a file can hold either."""


def write_page(html: str, path: Path) -> Path:
    """Write a page, whole or not at all, and link the pages of its folder.

    Parameters
    ----------
    html : str
        The page.
    path : pathlib.Path
        The file; its folder must exist.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    DiskFullError, DiskFailedError
        If the disk cannot take it.

    Examples
    --------
    >>> import tempfile
    >>> page = '<nav class="pages"></nav>'
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     one = write_page(page, Path(folder, "dossier.html"))
    ...     other = write_page(page, Path(folder, "connectivity.html"))
    ...     'href="connectivity.html"' in one.read_text(encoding="utf-8")
    True
    """
    whole = html.encode()
    there = _there(path.parent) | {path.name: whole}
    for name, page in there.items():
        if name in PAGES:
            page_ = _linked(name, page, there)
            if name == path.name or page_ != page:
                _write(path.with_name(name), page_)
    if path.name not in PAGES:
        _write(path, whole)
    return path


def _there(folder: Path) -> dict[str, bytes]:
    paths = (folder / name for name in PAGES)
    return {path.name: path.read_bytes() for path in paths if path.is_file()}


def _linked(name: str, page: bytes, there: dict[str, bytes]) -> bytes:
    """Return a page with links to the others, in place of those that it had."""
    begin = page.find(BEGIN)
    end = page.find(END, begin)
    if begin < 0 or end < 0:
        return page
    links = "".join(
        f'<a href="{other}">{title}</a>'
        for other, title in PAGES.items()
        if other in there and other != name
    )
    return page[: begin + len(BEGIN)] + links.encode() + page[end:]


def _write(path: Path, page: bytes) -> None:
    with written_whole(path) as file:
        file.write(page)
