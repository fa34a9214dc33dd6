"""Which posts feed which trace, rule by rule."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasad.extend import Trace, check_trace
from rasad.schema import KINDS, Record
from rasad.traces import TRACES
from rasad.traces.shared_object import SHARED_OBJECTS

LONG = "The minister never said that, and here is the whole proof of it"


def record(**fields: Any) -> Record:
    known: dict[str, Any] = {
        "account": "x:1",
        "platform": "x",
        "created_at": 0,
        "precision": "s",
        "raw_time": "0",
    }
    return Record(**(known | fields))


def objects(trace: str, **fields: Any) -> tuple[str, ...]:
    return TRACES[trace].objects(record(**fields))


FULL: dict[str, Any] = {
    "text": f"@ann {LONG} @bob #a #b https://example.com/a",
    "repost_of": "7",
    "reply_to": "8",
    "links": ("https://example.com/a",),
    "sites": ("example.com",),
    "hashtags": ("a", "b"),
    "mentions": ("ann", "bob"),
    "objects": ("o",),
}


# --- the registry --------------------------------------------------------------------


def test_the_traces_are_these_in_this_order() -> None:
    assert list(TRACES) == [
        "object",
        "repost",
        "repost_text",
        "link",
        "domain",
        "text",
        "hashtags",
        "reply",
        "mention",
    ]


@pytest.mark.parametrize("trace", TRACES.values(), ids=TRACES)
def test_each_trace_keeps_the_contract(trace: Trace) -> None:
    assert isinstance(trace, Trace)
    check_trace(trace, [record(), *(record(kind=kind, **FULL) for kind in KINDS)])


@pytest.mark.parametrize("trace", TRACES.values(), ids=TRACES)
def test_each_trace_names_its_innocent_explanations_in_sentences(trace: Trace) -> None:
    assert len(trace.innocent) >= 3
    assert all(reason.endswith(".") for reason in trace.innocent)
    assert all(len(reason.split()) > 4 for reason in trace.innocent)


def test_long_lived_are_domain_reply_and_mention() -> None:
    long_lived = [name for name, trace in TRACES.items() if trace.long_lived]
    assert long_lived == ["domain", "reply", "mention"]


def test_only_the_text_of_unnamed_reposts_is_weaker() -> None:
    weaker = [trace.name for trace in SHARED_OBJECTS if trace.weaker]
    assert weaker == ["repost_text"]


# --- a repost feeds the repost trace only --------------------------------------------


def test_a_repost_feeds_the_repost_trace_only() -> None:
    post = record(kind="repost", **FULL)
    fed = {name: trace.objects(post) for name, trace in TRACES.items()}
    assert fed.pop("repost") == ("7",)
    # An object that the file names in a column of its own is no part of the original.
    assert fed.pop("object") == ("o",)
    assert set(fed.values()) == {()}


@pytest.mark.parametrize("kind", ["post", "quote", "reply"])
def test_posts_quotes_and_replies_feed_all_the_others(kind: str) -> None:
    post = record(kind=kind, **FULL)
    fed = {name for name, trace in TRACES.items() if trace.objects(post)}
    assert fed == set(TRACES) - {"repost", "repost_text"}


def test_a_repost_without_target_is_named_by_its_words_and_author() -> None:
    one = objects("repost_text", kind="repost", text=f"RT @Ann: {LONG} http://t.co/a")
    other = objects(
        "repost_text",
        kind="repost",
        text=f"{LONG} http://t.co/b",
        repost_of_account="@ann",
    )
    assert one == other
    assert len(one) == 1


def test_the_same_words_by_another_author_are_another_repost() -> None:
    one = objects("repost_text", kind="repost", text=f"RT @ann: {LONG}")
    other = objects("repost_text", kind="repost", text=f"RT @bob: {LONG}")
    assert one
    assert other
    assert one != other


def test_a_short_repost_without_target_names_nothing() -> None:
    assert objects("repost_text", kind="repost", text="RT @ann: so true") == ()
    assert objects("repost_text", kind="repost") == ()


# --- what is missing never matches ---------------------------------------------------


@pytest.mark.parametrize("trace", TRACES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("missing", [None, "", " "])
def test_what_is_missing_never_matches(
    trace: str, kind: str, missing: str | None
) -> None:
    several = None if missing is None else (missing,)
    fields: dict[str, Any] = dict.fromkeys(("text", "repost_of", "reply_to"), missing)
    lists = ("links", "sites", "hashtags", "mentions", "objects")
    fields |= dict.fromkeys(lists, several)
    assert objects(trace, kind=kind, **fields) == ()


@pytest.mark.parametrize(
    "trace", ["link", "domain", "hashtags", "mention"], ids="{}".format
)
def test_stated_to_be_none_is_not_looked_for_in_the_text(trace: str) -> None:
    text = f"{LONG} @bob #a #b https://example.com/a"
    assert objects(trace, text=text)
    assert objects(trace, text=text, links=(), hashtags=(), mentions=()) == ()


# --- links and domains ---------------------------------------------------------------


def test_two_ways_to_write_a_link_are_one_object() -> None:
    links = ("https://www.example.com/a?utm_source=x", "http://example.com/a/")
    assert objects("link", links=links) == ("example.com/a",)


def test_an_empty_link_never_matches() -> None:
    assert objects("link", links=("", "absent", "https://t.co/")) == ()


def test_links_are_found_in_the_text_where_none_are_stated() -> None:
    assert objects("link", text="a https://t.co/AbC") == ("t.co/AbC",)
    assert objects("domain", text="a https://www.example.com/b") == ("example.com",)


def test_a_link_cut_with_its_text_is_no_object() -> None:
    assert objects("link", text="a https://t.co/Ab", truncated=True) == ()


@pytest.mark.parametrize(
    "url",
    [
        "https://t.co/AbC",
        "https://bit.ly/AbC",
        "https://twitter.com/ann/status/1",
        "https://www.facebook.com/a/posts/1",
        "https://youtu.be/aB3_xyz-012",
        "https://t.me/channel/1",
        "https://www.instagram.com/p/1",
    ],
)
def test_shorteners_and_platforms_are_links_but_no_domains(url: str) -> None:
    assert len(objects("link", links=(url,))) == 1
    assert objects("domain", links=(url,)) == ()


# --- sites that a table names apart --------------------------------------------------


@pytest.mark.parametrize(
    ("stated", "site"),
    [
        ("example.com", "example.com"),
        ("WWW.Example.COM", "example.com"),
        ("https://www.example.com/a?b=1#c", "example.com"),
        ("news.example.com", "news.example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("5878", "5878"),
        (" 5878 ", "5878"),
        ("Der Bote", "der bote"),
        ("www.5878", "5878"),
    ],
)
def test_a_stated_site_has_one_form(stated: str, site: str) -> None:
    assert objects("domain", sites=(stated,)) == (site,)


@pytest.mark.parametrize(
    "stated",
    ["", " ", "www.", "t.co", "https://facebook.com/a", "mailto://x", "exampl…"],
)
def test_what_is_no_site_of_its_own_is_none_when_stated_either(stated: str) -> None:
    assert objects("domain", sites=(stated,)) == ()


def test_stated_sites_go_before_the_sites_of_links() -> None:
    links = ("https://example.com/a",)
    assert objects("domain", links=links, sites=("5878", "5879")) == ("5878", "5879")
    assert objects("domain", links=links, sites=()) == ()
    assert objects("domain", links=links, sites=None) == ("example.com",)
    assert objects("link", links=links, sites=("5878",)) == ("example.com/a",)


def test_a_stated_site_of_a_repost_is_its_original_s() -> None:
    assert objects("domain", kind="repost", repost_of="7", sites=("5878",)) == ()


def test_a_stated_site_and_the_site_of_a_link_meet() -> None:
    link = objects("domain", links=("https://www.example.com/a",))
    assert objects("domain", sites=("Example.com",)) == link


# --- texts ---------------------------------------------------------------------------


def test_one_text_in_two_spellings_is_one_object() -> None:
    persian = "این متن را همه با هم منتشر می\u200cكنند، چرا؟"
    arabic = "این متن را همه با هم منتشر ميكنند, چرا?"
    assert objects("text", text=persian) == objects("text", text=arabic)
    assert len(objects("text", text=persian)[0]) == 32


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("a" + "bc" * 9, False),
        ("ab" * 10, True),
        ("@ann @bob @cid @dan @eve @fay", False),
        ("https://example.com/a/very/long/link https://t.co/AbC", False),
        ("@ann yes https://t.co/AbC", False),
        ("👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍", False),
    ],
)
def test_exact_texts_have_at_least_twenty_characters_of_content(
    text: str, counts: bool
) -> None:
    assert bool(objects("text", text=text)) is counts
    assert bool(objects("text", kind="reply", text=text)) is counts


# --- hashtags ------------------------------------------------------------------------


def test_hashtag_sequences_have_at_least_two_tags() -> None:
    assert objects("hashtags", hashtags=("a",)) == ()
    assert objects("hashtags", hashtags=("#a", "A")) == ()
    assert objects("hashtags", hashtags=("a", "b")) == ("#a#b",)


def test_tags_are_joined_so_that_no_two_sequences_run_together() -> None:
    assert objects("hashtags", hashtags=("ab", "c")) != objects(
        "hashtags", hashtags=("a", "bc")
    )
    assert objects("hashtags", hashtags=("a#b", "c")) != objects(
        "hashtags", hashtags=("a", "b", "c")
    )


def test_the_order_of_tags_counts() -> None:
    assert objects("hashtags", hashtags=("a", "b")) != objects(
        "hashtags", hashtags=("b", "a")
    )


def test_spellings_of_a_tag_meet() -> None:
    assert objects("hashtags", text="#ايران #Vote!") == objects(
        "hashtags", hashtags=("ایران", "VOTE")
    )


# --- replies and mentions ------------------------------------------------------------


def test_a_reply_answers_a_post() -> None:
    assert objects("reply", kind="reply", reply_to="8") == ("8",)
    assert objects("reply", kind="quote", reply_to="8") == ("8",)


def test_the_leading_handles_of_a_reply_are_no_mentions() -> None:
    text = "@Ann @Bob what about @Cid?"
    assert objects("mention", kind="reply", text=text) == ("cid",)
    assert objects("mention", reply_to="8", text=text) == ("cid",)
    assert objects("mention", kind="post", text="Hm, " + text) == ("ann", "bob", "cid")


def test_a_post_that_begins_with_a_handle_is_a_reply_that_the_file_does_not_state() -> (
    None
):
    assert objects("mention", kind="post", text="@Ann what about @Cid?") == ("cid",)


def test_stated_handles_are_left_out_by_name() -> None:
    text = "@Ann @Bob what about @Cid?"
    stated = ("Cid", "@Bob", "Ann")
    assert objects("mention", kind="reply", text=text, mentions=stated) == ("cid",)


def test_stated_numbers_are_left_out_by_place() -> None:
    text = "@Ann @Bob what about @Cid?"
    stated = ("11", "12", "13")
    assert objects("mention", kind="reply", text=text, mentions=stated) == ("13",)
    spoken = "Hm, " + text
    assert objects("mention", kind="post", text=spoken, mentions=stated) == stated


def test_a_reply_without_text_mentions_nobody_for_certain() -> None:
    assert objects("mention", kind="reply", mentions=("11",)) == ()


def test_a_reply_that_names_nobody_at_its_start_keeps_its_mentions() -> None:
    assert objects("mention", kind="reply", text="ask @Cid", mentions=("13",)) == (
        "13",
    )


# --- bare tables ---------------------------------------------------------------------


def test_the_objects_of_a_bare_table_are_kept_as_they_are() -> None:
    assert objects("object", objects=("B", "a", "B", "")) == ("B", "a")


# --- everything at once --------------------------------------------------------------

TEXTS = st.one_of(
    st.none(),
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            ["RT @a: ", "@a ", "#b", "#c ", "https://t.co/A ", "www.", "سلام ", LONG]
        ),
        max_size=8,
    ).map("".join),
)
# Importers decode what they read, so no record holds half a character.
IDS = st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"])))
LISTS = st.one_of(st.none(), st.lists(IDS.map(lambda word: word or ""), max_size=4))
POSTS = st.builds(
    record,
    kind=st.sampled_from(KINDS),
    text=TEXTS,
    truncated=st.booleans(),
    repost_of=IDS,
    repost_of_account=IDS,
    reply_to=IDS,
    **{
        name: LISTS.map(lambda found: None if found is None else tuple(found))
        for name in ("links", "sites", "hashtags", "mentions", "objects")
    },
)


@settings(deadline=None)  # the machine may be busy
@given(POSTS)
def test_whatever_a_post_holds_the_traces_keep_their_contract(post: Record) -> None:
    for trace in TRACES.values():
        check_trace(trace, [post])
        assert trace.objects(post) == trace.objects(post)
        for value in trace.objects(post):
            assert value.strip()
            assert value.encode()
