"""The dossier says what the tables say, and nothing that it must not say."""

from __future__ import annotations

import getpass
import json
import re
import socket
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import pytest

from exports.payloads import PAYLOADS
from exports.small_case import ORDINARY, ROSE, SHA, TULIP, Small, fill
from rasad.exports import dossier, page
from rasad.exports.dossier import dossier_html, write_dossier
from rasad.exports.escape import is_invisible
from rasad.exports.group_evidence import Limits
from rasad.store.duckdb import DuckDBStore

FORBIDDEN = re.compile(
    r"src|srcset|href|style|action|formaction|poster|data|ping|background|on\w+"
)
ATTRIBUTION = re.compile(
    r"\b(?:government|kremlin|troll|state[- ](?:run|backed|sponsored|linked)|regime|"
    r"agents? of|run by|paid by|behind this|works? for|intelligence service|bots?|"
    r"fake accounts?|inauthentic|guilty|suspects?|propagandists?)\b",
    re.IGNORECASE,
)


class Outline(HTMLParser):
    """Elements, attributes and text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))


def hostile() -> Small:
    """Return a case in which every field that a stranger can write is a payload."""
    members = [*ROSE, *TULIP]
    small = Small(file_name=PAYLOADS[0] + ".csv", truth=True)
    small.names = {who: PAYLOADS[n] for n, who in enumerate(members)}
    rest = PAYLOADS[len(members) :]
    small.texts = {who: "\n".join(rest[n::8]) for n, who in enumerate(members)}
    small.objects = {f"https://news.example/a/{n}": PAYLOADS[n] for n in range(6)}
    small.team = small.reason = small.warning = PAYLOADS[11]
    for place, action in enumerate(small.actions):
        action["language"] = PAYLOADS[place % len(PAYLOADS)]
    return small


@pytest.fixture(scope="module")
def simulated() -> Outline:
    return Outline(dossier_html(Small(truth=True).store()))


# --- what it says --------------------------------------------------------------------


def test_the_answer_names_groups_accounts_and_that_it_is_uncalibrated(
    simulated: Outline,
) -> None:
    assert "In 54 posts by 12 accounts" in simulated.text
    assert (
        "2 groups of accounts with 8 members in all co-act unusually" in simulated.text
    )
    assert "Uncalibrated, rank only: a ranking, not a verdict." in simulated.text
    assert "Certified: no" in simulated.text
    assert "Verdict: insufficient" in simulated.text


def test_sums_shown_are_sums_of_the_tables(simulated: Outline) -> None:
    assert "within the window 60 times; chance would give 1.25" in simulated.text
    assert "all 10 pairs60601.25606060" in simulated.text
    assert "57 records: 54 accepted, 1 identical to one already held" in simulated.text


def test_a_simulated_world_says_so_and_counts_by_role(simulated: Outline) -> None:
    assert "This world is simulated" in simulated.text
    assert "5 of 5 operators found" in simulated.text
    assert "3 of 3 fans in a group" in simulated.text
    assert "0 of 4 wrongly in a group" in simulated.text


def test_real_data_carry_no_word_of_simulation() -> None:
    assert "imulated" not in Outline(dossier_html(Small().store())).text


def test_what_was_not_covered_is_named(simulated: Outline) -> None:
    assert "times are no finer than min" in simulated.text
    assert "every byte" in simulated.text
    assert "the time cannot be read (2, first in line 7)" in simulated.text
    assert "Uncalibrated, rank only." in simulated.text


def test_it_can_be_recomputed_from_what_it_prints(simulated: Outline) -> None:
    for fact in (SHA, "run0run0run0run0", "cd" * 32, "coaction.windows_s", "0.1.0"):
        assert fact in simulated.text


def test_innocent_explanations_and_refutations_are_printed(simulated: Outline) -> None:
    assert "Fans who answered an open call." in simulated.text
    assert "Posts that were imported with rounded or delayed times." in simulated.text
    assert "What Rasad does not show" in simulated.text


@pytest.mark.parametrize(
    ("name", "verdict", "said"),
    [
        ("one-source", "fits", "fits, but leaves open whose pages these are"),
        ("one-source", "does not fit", "does not fit"),
        ("one-outlet", "fits", "fits"),
    ],
)
def test_what_a_fitting_explanation_leaves_open_stands_beside_its_verdict(
    name: str, verdict: str, said: str
) -> None:
    store = Small().store()
    grp = store.rows("SELECT grp FROM grp ORDER BY rank LIMIT 1")[0]["grp"]
    row = {"grp": grp, "explanation": name, "verdict": verdict}
    fill(store, "explanation", [row | {"run_id": "r", "counts": "{}"}])
    text = Outline(dossier_html(store)).text
    (cell,) = re.findall(rf"{name}.*?\.({verdict}.*?)Fans who answered", text)
    assert cell.startswith(said)
    assert ("leaves open" in cell) is ("leaves open" in said)


def test_who_moved_first_is_shown_and_not_taken_for_guilt(simulated: Outline) -> None:
    assert "100 % *" in simulated.text
    assert "may be a source that others copy" in simulated.text


def test_minute_precision_is_said_in_words() -> None:
    text = Outline(dossier_html(Small(precision="min").store())).text
    assert "in the same or the adjacent minute" in text


# --- what it must not say ------------------------------------------------------------


def test_no_rate_of_error_is_printed_anywhere(simulated: Outline) -> None:
    assert not re.search(r"\bq[-_ ]?values?\b|\bq\s*[=<≤]", simulated.text)
    assert "0.0123" not in simulated.text


def test_no_word_attributes_anything(simulated: Outline) -> None:
    quoted = "Programs with permission"
    assert ATTRIBUTION.findall(simulated.text.replace(quoted, "")) == []
    nothing = Outline(dossier_html(Small(groups=False).store()))
    assert ATTRIBUTION.findall(nothing.text) == []


def test_no_account_outside_a_group_is_named(simulated: Outline) -> None:
    assert not [who for who in ORDINARY if who in simulated.text]


def test_it_does_not_betray_its_maker(simulated: Outline, tmp_path: Path) -> None:
    html = write_dossier(Small().store(), tmp_path / "d.html").read_text("utf-8")
    for secret in (str(tmp_path), socket.gethostname(), str(Path.home())):
        assert secret not in html or len(secret) < 4
    user = getpass.getuser()
    assert not re.search(rf"\b{re.escape(user)}\b", simulated.text)


# --- what it must not do -------------------------------------------------------------


@pytest.mark.parametrize(
    "small", [Small(truth=True), hostile()], ids=["plain", "hostile"]
)
def test_nothing_in_it_loads_links_or_runs(small: Small) -> None:
    outline = Outline(dossier_html(small.store()))
    tags = {tag for tag, _ in outline.elements}
    assert not tags & {"script", "iframe", "object", "embed", "link", "base", "form"}
    assert not tags & {"img", "a", "video", "audio", "input", "template", "math"}
    for tag, attributes in outline.elements:
        forbidden = [name for name in attributes if FORBIDDEN.fullmatch(name)]
        assert forbidden == [], tag


def test_the_policy_comes_first_and_allows_one_style() -> None:
    outline = Outline(dossier_html(Small().store()))
    metas = [attributes for tag, attributes in outline.elements if tag == "meta"]
    policy = metas[1]["content"] or ""
    assert metas[1]["http-equiv"] == "Content-Security-Policy"
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert [tag for tag, _ in outline.elements].index("style") == 7


def test_payloads_are_shown_as_text() -> None:
    text = Outline(dossier_html(hostile().store())).text
    assert text.count("document.documentElement.setAttribute") > 30
    assert "{{ 7 * 7 }}" in text
    assert "hxxp://canary[.]invalid" in text
    assert "http://" not in text


def test_no_invisible_character_is_left_in_it() -> None:
    html = dossier_html(hostile().store())
    assert not [char for char in html if is_invisible(char)]
    assert "⟦U+202E⟧" in html
    assert "می\u200cخوانید" in dossier_html(Small().store())


# --- right to left -------------------------------------------------------------------


def test_direction_is_computed_and_stated_never_left_to_the_browser() -> None:
    html = dossier_html(Small().store())
    assert 'dir="auto"' not in html
    assert '<div class="said" dir="rtl" lang="fa"><bdi dir="ltr">@rooz_99</bdi>' in html
    assert '<div class="said" dir="ltr" lang="en">Everyone' in html


def test_mentions_links_and_hashtags_are_isolated() -> None:
    html = dossier_html(Small().store())
    assert '<bdi dir="ltr">hxxps://news[.]example/a/0</bdi>' in html
    assert "<bdi>#اعتراضات</bdi>" in html
    assert '<bdi dir="ltr">#Iran</bdi>' in html
    assert "<bdi>نام 0</bdi>" in html


def test_objects_run_in_the_direction_of_their_own_letters() -> None:
    tags = {"https://news.example/a/0": "#زن#زندگی"}
    html = dossier_html(Small(objects=tags).store())
    assert '<bdi dir="rtl" class="object">#زن#زندگی</bdi>' in html
    assert '<bdi dir="ltr" class="object">hxxps://news[.]example/a/1</bdi>' in html


def test_text_starts_where_its_own_direction_starts() -> None:
    rule = re.search(r"\.said \{[^}]*\}", page.style())
    assert rule
    assert "text-align: start" in rule[0]


def test_a_file_name_from_right_to_left_stays_in_its_place() -> None:
    html = dossier_html(Small(file_name="گزارش\u202e ۱۴۰۲.csv").store())
    mark = '<bdi dir="ltr" class="mark">⟦U+202E⟧</bdi>'
    assert f"<bdi>گزارش{mark} ۱۴۰۲.csv</bdi>" in html


# --- form ----------------------------------------------------------------------------


def test_the_same_store_gives_the_same_bytes(tmp_path: Path) -> None:
    small = Small(truth=True)
    store = small.store()
    pages = [
        write_dossier(source, tmp_path / f"{n}.html").read_bytes()
        for n, source in enumerate((store, store, small.store()))
    ]
    assert pages[0] == pages[1] == pages[2]
    assert {path.name for path in tmp_path.iterdir()} == {"0.html", "1.html", "2.html"}


def test_every_drawing_is_well_formed() -> None:
    html = dossier_html(Small().store())
    drawings = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    assert len(drawings) == 7
    for drawing in drawings:
        ET.fromstring(drawing)  # noqa: S314 - made by the lines above


def test_every_element_is_closed() -> None:
    void = {"meta", "br"}
    html = re.sub(r"<style>.*?</style>", "", dossier_html(Small().store()), flags=re.S)
    opened = re.findall(r"<([a-z][a-z0-9]*)\b[^>]*?(/?)>", html)
    closed = re.findall(r"</([a-z][a-z0-9]*)>", html)
    names = [name for name, ended in opened if not ended and name not in void]
    assert sorted(names) == sorted(closed)


def test_an_empty_case_gives_an_honest_page(tmp_path: Path) -> None:
    with DuckDBStore(None) as store:
        text = Outline(dossier_html(store)).text
    assert "holds no post yet" in text
    assert "No analysis has been run" in text


def test_one_account_gives_an_honest_page() -> None:
    with DuckDBStore(None) as store:
        small = Small()
        fill(store, "post", [small.post(0, small.actions[0])])
        fill(store, "action", [small.action(small.actions[0])])
        fill(store, "run", [small.run([]) | {"n_possible_pairs": 0}])
        text = Outline(dossier_html(store)).text
    assert "no group of accounts stands out above chance" in text
    assert "there was nothing to test" in text


def test_an_older_version_of_a_post_is_named_and_not_counted() -> None:
    with DuckDBStore(None) as store:
        small = Small()
        rows = [small.post(line, small.actions[0]) for line in range(3)]
        rows[0]["current"] = False
        fill(store, "post", rows)
        fill(store, "source", [small.source()])
        text = Outline(dossier_html(store)).text
    assert "1 version of edited or repeatedly collected posts are kept" in text
    assert "2 of 2" in text


def test_no_group_gives_the_reason_and_ranked_pairs() -> None:
    text = Outline(dossier_html(Small(groups=False).store())).text
    assert "no group of accounts stands out above chance" in text
    assert "reference population may be the operation itself" in text
    assert "ranked and not certified" in text
    assert "x:rose0" in text


def of_files(notes: list[list[str]]) -> Outline:
    """Return the page of a case with a file for each list of notes."""
    small, store = Small(), DuckDBStore(None)
    files = [
        small.source()
        | {"source_id": f"{n:064x}", "name": f"day-{n:02}.csv"}
        | {"notes": json.dumps(said)}
        for n, said in enumerate(notes)
    ]
    for table, rows in small.tables().items():
        fill(store, table, files if table == "source" else rows)
    return Outline(dossier_html(store))


def test_what_was_said_of_many_files_is_told_once_and_of_all_of_them() -> None:
    said = "Times carry no zone and were read as UTC."
    page_of = of_files([[said] for _ in range(60)])
    assert page_of.text.count(said) == 1
    assert f"day-00.csv: {said} The same of 59 more files day-01.csv" in page_of.text
    assert "19 more are in table source." in page_of.text


def test_notes_that_differ_in_numbers_are_of_one_kind() -> None:
    page_of = of_files([[f"{n + 3} of 1,{n:03} times are odd."] for n in range(9)])
    assert "day-00.csv: 3 of 1,000 times are odd." in page_of.text
    assert "The like, with other numbers, of 8 more files" in page_of.text
    assert "day-08.csv: 11 of 1,008 times are odd." in page_of.text


def test_few_files_of_which_the_same_was_said_are_all_named() -> None:
    page_of = of_files([["Whole."], ["No checksum."], ["Whole."], ["No checksum."]])
    assert "day-00.csv, day-02.csv: Whole." in page_of.text
    assert "day-01.csv, day-03.csv: No checksum." in page_of.text


def test_two_notes_on_one_file_are_not_taken_for_two_files() -> None:
    page_of = of_files([["1 of 9 ids in id1 are rounded.", "2 of 9 ids in id2 are."]])
    twice = of_files([["Of column 1 much is lost.", "Of column 2 much is lost."]])
    assert "more file" not in page_of.text + twice.text
    assert "day-00.csv: Of column 2 much is lost." in twice.text


def test_notes_without_end_do_not_burst_the_page() -> None:
    words = [f"{a}{b}{c}" for a in "abcdefgh" for b in "abcdefgh" for c in "abcdefgh"]
    page_of = of_files([[f"Column {word * 300} is odd."] for word in words])
    assert "472 more notes are in table source." in page_of.text
    assert len(page_of.text) < 100_000


def test_what_a_run_warns_of_is_printed_to_its_end() -> None:
    warning = "They are not used: " + ", ".join(f"link in {n} s" for n in range(40))
    small = Small(warning=warning + ".")
    assert f"{warning}." in Outline(dossier_html(small.store())).text


def test_a_page_that_would_be_too_large_shows_less(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = Small().store()
    whole = dossier_html(store)
    small = (Limits(), Limits(groups=1, compared=1, posts=2))
    monkeypatch.setattr(dossier, "AMOUNTS", small)
    monkeypatch.setattr(dossier, "MOST_BYTES", len(whole.encode()) - 1)
    less = dossier_html(store)
    assert len(less) < len(whole)
    assert "The first 1 are shown in full below" in less
    assert "The first 2 of 5 members" in less


def test_texts_made_to_burst_the_page_do_not() -> None:
    small = Small()
    small.texts = dict.fromkeys([*ROSE, *TULIP], "\u202e\u202d@a #ب " * 5000)
    small.names = dict.fromkeys([*ROSE, *TULIP], "\u202e\u202d" * 5000)
    assert len(dossier_html(small.store()).encode()) < 1_000_000
