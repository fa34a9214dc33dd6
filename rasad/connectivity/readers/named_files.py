"""Files that tell by their name alone which country they measure."""

from __future__ import annotations

from rasad.connectivity.readers.form import Context, country
from rasad.errors import ImportFormatError


def country_of_file(context: Context) -> str:
    """Return the country with whose code a file's name ends, ``ooni-data-ir.csv``.

    Raises
    ------
    ImportFormatError
        If it ends with none.
    """
    ending = context.stem.replace("_", "-").rpartition("-")[2]
    found = country(ending) if len(ending) in (2, 3) else ""
    if not found:
        raise ImportFormatError(
            f"Nothing in {context.name} says which country it measures",
            "end its name with the code of the country, like ooni-data-ir.csv",
        )
    return found
