"""Kinds, texts, copies and creations of posts made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from evaluate.realism.views import make_view
from rasad.evaluate.realism import content, copies
from rasad.evaluate.realism.moments import samples, values
from rasad.evaluate.realism.view import POST, QUOTE, REPLY, REPOST, cut

TAP = "the tap in the old garden shed drips all night long again"
SOUP = "nobody knows who left the soup on the kitchen stove this morning"


def test_shares_of_kinds_links_and_tags() -> None:
    view = make_view(
        [0, 0, 1, 1, 1],
        range(5),
        kind=[POST, REPOST, REPLY, QUOTE, REPOST],
        linked=[True, False, False, False, False],
        tagged=[True, False, True, False, False],
    )
    found = values(samples(view))
    assert found["repost_share"] == pytest.approx(2 / 5)
    assert found["reply_share"] == found["quote_share"] == pytest.approx(1 / 5)
    # Reposts are no posts of one's own.
    assert found["link_share"] == pytest.approx(1 / 3)
    assert found["tag_share"] == pytest.approx(2 / 3)


def test_accounts_that_never_repost() -> None:
    kind = [POST] * 5 + [POST, REPOST] * 3 + [POST] * 2
    view = make_view([0] * 5 + [1] * 6 + [2] * 2, range(13), kind=kind)
    # The third account has too few posts to say.
    assert values(samples(view))["never_repost"] == pytest.approx(1 / 2)


def test_words_leave_links_and_mentions_out() -> None:
    text = ["⟨@⟩ the tap drips ⟨url⟩", "⟨url⟩", "", "one two"]
    kind = [REPLY, POST, POST, REPOST]
    view = make_view([0] * 4, range(4), text=text, kind=kind)
    assert content.words(view).values.tolist() == [3]


def test_copies_and_repeats_are_told_apart() -> None:
    text = [TAP, TAP, TAP, SOUP, SOUP, "short", "short"]
    view = make_view([0, 0, 1, 2, 2, 0, 1], range(7), text=text)
    found = values(samples(view))
    # Three of five long texts are shared; the soup has one author.
    assert found["copy_share"] == pytest.approx(3 / 5)
    assert found["own_copy_share"] == pytest.approx(2 / 5)


def test_copies_of_another_stretch_do_not_count() -> None:
    view = make_view([0, 1], [0, 12 * 86_400], text=[TAP, TAP], days=20)
    assert values(samples(view))["copy_share"] == 1
    assert values(samples(cut(view, 10)))["copy_share"] == 0
    assert values(samples(cut(view, 10)))["near_copy_share"] == 0


def test_near_copies_are_found_and_others_are_not() -> None:
    near = TAP + " today"
    view = make_view([0, 1, 2], range(3), text=[TAP, near, SOUP])
    found = values(samples(view))
    assert found["copy_share"] == 0
    assert found["near_copy_share"] == pytest.approx(2 / 3)


def test_near_copies_by_the_same_account_do_not_count() -> None:
    view = make_view([0, 0], range(2), text=[TAP, TAP + " today"])
    assert values(samples(view))["near_copy_share"] == 0


def test_most_pairs_above_the_similarity_are_found_and_none_far_below() -> None:
    rng = np.random.default_rng(11)
    vocabulary = [f"w{n}" for n in range(4000)]
    texts = []
    for _ in range(300):
        words = list(rng.choice(vocabulary, 20))
        other = words[:10] + list(rng.choice(vocabulary, 1)) + words[10:]
        texts += [" ".join(words), " ".join(other)]
    first, second = copies.near_pairs(texts, np.zeros(len(texts), np.int64))
    # An inserted word leaves 16 of 21 different runs of three words in common.
    assert set(zip(first % 2, second - first, strict=True)) == {(0, 1)}
    assert len(first) > 0.9 * 300


def test_creations_count_each_account_once() -> None:
    view = make_view([0, 0, 1, 2], range(4), created_day=[19_000, 19_000, -1])
    made = content.creations(view)
    assert made.values.tolist() == [19_000, 19_000]
    assert values(samples(view))["created_3_months"] == 1
    assert content.ages(view).values.tolist() == [723, 723, 723]


def test_creation_weekdays() -> None:
    monday = 19_723
    view = make_view(range(7), range(7), created_day=[monday + n for n in range(7)])
    assert content.creation_weekdays(view).values.tolist() == list(range(7))
    assert values(samples(view))["created_on_rest_days"] == pytest.approx(2 / 7)
