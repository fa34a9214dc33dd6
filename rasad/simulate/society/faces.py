"""Names, ids and profiles of all accounts, as columns; nobody real, all marked so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from rasad.simulate.population import LANGUAGES
from rasad.simulate.profiles import CLIENTS, FOLLOWERS_MEDIAN
from rasad.simulate.society.deeds import Int
from rasad.simulate.society.ids import Clerk
from rasad.simulate.society.people import People
from rasad.simulate.society.phrases import body_pieces, joined, taken
from rasad.simulate.society.sorting import distinct
from rasad.simulate.society.stage import dice
from rasad.simulate.society.wording import free_text
from rasad.simulate.vocabulary import LEXICONS, SIMULATED_NOTE

FIRST_NUMBER = 10_000
FOLLOWING_LEAST, FOLLOWING_MOST = 50, 650

PROFILE = (
    *("userid", "user_display_name", "user_screen_name", "user_reported_location"),
    *("user_profile_description", "user_profile_url", "follower_count"),
    *("following_count", "account_creation_date", "account_language"),
    "tweet_client_name",
)
"""Columns of the archive that say something about whoever posts."""


class Coded(NamedTuple):
    """A column of strings: each row's code, and the different strings by code."""

    code: Int
    strings: Any

    def at(self, rows: Int) -> Any:
        """Return some rows as a dictionary array that holds only what they need."""
        used, place = distinct(self.code[rows])
        strings = self.strings.take(pa.array(used))
        return pa.DictionaryArray.from_arrays(pa.array(place), strings)


def coded(strings: Any) -> Coded:
    """Return an array of strings as codes and different strings."""
    encoded = strings.dictionary_encode()
    return Coded(encoded.indices.to_numpy(zero_copy_only=False), encoded.dictionary)


class Faces(NamedTuple):
    """What the files say of each account.

    Parameters
    ----------
    columns : dict of Coded
        By the names of `PROFILE`.
    userid, screen_name : pyarrow.StringArray
        By account.
    """

    columns: dict[str, Coded]
    userid: Any
    screen_name: Any


def make_faces(people: People, start_ms: int, seed: int) -> Faces:
    """Make names and profiles of everybody.

    Parameters
    ----------
    people : People
        Everybody.
    start_ms : int
        Start of the world in milliseconds since 1970 UTC.
    seed : int
        Of the world.
    """
    rng, n, language = dice(seed, "faces"), len(people), people.language
    userid = _userids(people, start_ms, seed)
    screen_name = _screen_names(n, rng)
    plants, places = (_words(slot, language, rng) for slot in ("plant", "place"))
    followers = FOLLOWERS_MEDIAN * np.sqrt(people.fame) * rng.uniform(0.5, 1.5, n)
    following = rng.integers(FOLLOWING_LEAST, FOLLOWING_MOST, n)
    created = (people.created_ms + start_ms).astype("datetime64[ms]")
    made = {
        "userid": userid,
        "user_display_name": joined([plants, pa.scalar(" "), places]),
        "user_screen_name": screen_name,
        "user_reported_location": _somewhere(places, rng),
        "user_profile_description": _descriptions(people, rng),
        "user_profile_url": pa.array([""]).take(pa.array(np.zeros(n, np.int64))),
        "follower_count": pa.array(followers.astype(np.int64)).cast(pa.string()),
        "following_count": pa.array(following).cast(pa.string()),
        "account_creation_date": pa.array(np.datetime_as_string(created, unit="D")),
        "account_language": pa.array(LANGUAGES).take(pa.array(language)),
        "tweet_client_name": _clients(people, rng),
    }
    columns = {name: coded(made[name].cast(pa.string())) for name in PROFILE}
    return Faces(columns, userid, screen_name)


def _userids(people: People, start_ms: int, seed: int) -> Any:
    clerk = Clerk(start_ms, dice(seed, "account ids"))
    return pa.array(clerk.issue(people.created_ms)).cast(pa.string())


def _screen_names(n: int, rng: np.random.Generator) -> Any:
    """Return handles, each with a number of its own."""
    plants = pa.array(LEXICONS["en"].plants)
    number = FIRST_NUMBER + rng.permutation(4 * n)[:n]
    name = plants.take(pa.array(rng.integers(0, len(plants), n)))
    return joined([name, pa.scalar("_"), pa.array(number).cast(pa.string())])


def _words(slot: str, language: Int, rng: np.random.Generator) -> Any:
    """Return a word of each one's language."""
    lists = [LEXICONS[name].slots()[slot] for name in LANGUAGES]
    size = np.array([len(words) for words in lists])
    first = np.cumsum(size) - size
    place = first[language] + (rng.random(len(language)) * size[language]).astype(int)
    return pa.array([word for words in lists for word in words]).take(pa.array(place))


def _somewhere(places: Any, rng: np.random.Generator) -> Any:
    silent = rng.random(len(places)) < 2 / 3
    row = pa.array(np.arange(len(places)), mask=silent)
    return joined([places.take(row), pa.scalar("")])


def _descriptions(people: People, rng: np.random.Generator) -> Any:
    """Say what somebody does, or belongs to, and that all of it is simulated."""
    topic = people.communities.topic[people.community]
    clause = free_text(rng, people.language, topic, clauses=(1,))
    notes = pa.array([cohort.note for cohort in people.cohorts], pa.string())
    noted = np.array([bool(cohort.note) for cohort in people.cohorts])[people.cohort]
    first = body_pieces(clause)[:, 0]
    first[noted] = -1
    cohort = pa.array(people.cohort)
    return joined([notes.take(cohort), taken(first), pa.scalar(f". {SIMULATED_NOTE}")])


def _clients(people: People, rng: np.random.Generator) -> Any:
    """Return the program of each: that of its cohort, or anybody's."""
    names: Sequence[str] = [*CLIENTS, *(cohort.client for cohort in people.cohorts)]
    fixed = np.array([bool(cohort.client) for cohort in people.cohorts])[people.cohort]
    any_one = rng.integers(0, len(CLIENTS), len(people))
    code = np.where(fixed, len(CLIENTS) + people.cohort, any_one)
    return pa.array(names).take(pa.array(code))
