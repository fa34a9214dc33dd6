"""The dossier in a real browser: readable, inert, laid out from both sides."""

from __future__ import annotations

import json
import re
import socketserver
import struct
import threading
import zlib
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from exports.payloads import HOST, PAYLOADS
from exports.small_case import ROSE, Small
from exports.test_dossier import hostile

from browser.chromium import browse
from rasad.exports.dossier import dossier_html
from rasad.exports.page import style

pytestmark = pytest.mark.browser

POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


def opened(html: str, folder: Path, *flags: str) -> tuple[str, str]:
    """Write a page, open it, and return its elements after loading and the log."""
    page = folder / "page.html"
    page.write_text(html, encoding="utf-8")
    return browse(page, folder, "--dump-dom", *flags)


def test_the_dossier_is_readable_with_its_own_style_and_no_complaint(
    tmp_path: Path,
) -> None:
    seen, log = opened(dossier_html(Small(truth=True).store()), tmp_path)
    assert "2 groups of accounts" in seen
    assert "می\u200cخوانید" in seen
    assert "Refused to" not in log
    assert "Content Security Policy" not in log


@pytest.mark.parametrize("with_policy", [True, False], ids=["policy", "escaping"])
def test_no_payload_runs_even_without_the_policy(
    with_policy: bool, tmp_path: Path
) -> None:
    html = dossier_html(hostile().store())
    assert POLICY.search(html)
    seen, log = opened(html if with_policy else POLICY.sub("", html), tmp_path)
    assert "setAttribute('data-canary'" in unescape(seen)
    assert not re.search(r"<html[^>]*data-canary", seen)
    assert not re.search(r"<(?:script|img|iframe|a|form|link|object|video)\b", seen)
    assert "Content Security Policy" not in log


def test_each_payload_fires_where_nothing_escapes_it(tmp_path: Path) -> None:
    """Show that the canary of the test above can sing at all."""
    seen, _ = opened(f"<!DOCTYPE html><body>{PAYLOADS[0]}", tmp_path)
    assert re.search(r"<html[^>]*data-canary", seen)


class Sink(socketserver.BaseRequestHandler):
    """Takes the first line of every request and answers nothing."""

    requests: list[str] = []

    def handle(self) -> None:
        self.requests.append(self.request.recv(4096).decode(errors="replace"))


@pytest.fixture
def sink() -> Iterator[tuple[int, list[str]]]:
    """A proxy that leads nowhere, and what was asked of it."""
    Sink.requests = []
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Sink) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1], Sink.requests
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("page", ["dossier", "unescaped"])
def test_the_dossier_asks_the_network_for_nothing(
    page: str, sink: tuple[int, list[str]], tmp_path: Path
) -> None:
    port, requests = sink
    html = dossier_html(hostile().store())
    if page == "unescaped":
        html = f'<!DOCTYPE html><img src="http://{HOST}/i.png">'
    opened(html, tmp_path, f"--proxy-server=http://127.0.0.1:{port}")
    asked = [line for line in requests if HOST in line]
    assert bool(asked) is (page == "unescaped")


def pixels(png: bytes) -> tuple[int, int, set[bytes]]:
    """Return width, height and the distinct scan lines of a picture, as stored."""
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    data, place = b"", 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        if png[place + 4 : place + 8] == b"IDAT":
            data += png[place + 8 : place + 8 + length]
        place += 12 + length
    line = 1 + width * depth // 8 * {2: 3, 6: 4}[colour]
    raw = zlib.decompress(data)
    return width, height, {raw[n : n + line] for n in range(0, len(raw), line)}


def test_the_picture_of_it_is_not_blank(tmp_path: Path) -> None:
    page, picture = tmp_path / "page.html", tmp_path / "page.png"
    page.write_text(dossier_html(Small(truth=True).store()), encoding="utf-8")
    browse(page, tmp_path, "--window-size=1200,3000", f"--screenshot={picture}")
    width, height, lines = pixels(picture.read_bytes())
    assert (width, height) == (1200, 3000)
    assert len(lines) > 500


MEASURE = """
<script>
const box = (node, from, to) => {
  const range = document.createRange();
  range.setStart(node, from); range.setEnd(node, to);
  const found = range.getBoundingClientRect();
  return [found.left, found.right];
};
const said = document.querySelector(".said");
const walker = document.createTreeWalker(said, NodeFilter.SHOW_TEXT);
const places = [];
for (let node = walker.nextNode(); node; node = walker.nextNode())
  for (let i = 0; i < node.data.length; i++)
    places.push([node.data[i], ...box(node, i, i + 1)]);
const whole = said.getBoundingClientRect();
document.title = JSON.stringify({places, left: whole.left, right: whole.right});
</script>
"""


def measured(text: str, folder: Path) -> tuple[dict[str, list[float]], float, float]:
    """Lay out one post as the dossier does; return where each of its letters is."""
    small = Small()
    small.texts = dict.fromkeys(ROSE, text)
    said = re.search(r'<div class="said".*?</div>', dossier_html(small.store()), re.S)
    assert said
    html = f"<!DOCTYPE html><meta charset=utf-8><style>{style()}</style>{said[0]}"
    seen, _ = opened(html + MEASURE, folder)
    title = re.search(r"<title>(.*?)</title>", seen, re.S)
    assert title
    found = json.loads(unescape(title[1]))
    return {c: [x, y] for c, x, y in found["places"]}, found["left"], found["right"]


def test_a_persian_reply_that_starts_with_a_mention_starts_at_the_right(
    tmp_path: Path,
) -> None:
    letters, _, right = measured("@zxq سلام", tmp_path)
    assert letters["q"][1] == pytest.approx(right, abs=2)
    assert letters["س"][1] < letters["@"][0]


def test_the_sign_of_a_mention_stays_on_its_left_in_a_persian_text(
    tmp_path: Path,
) -> None:
    letters, _, _ = measured("سلام @user_99", tmp_path)
    order = sorted("@user", key=lambda letter: letters[letter][0])
    assert "".join(order) == "@user"
    assert letters["@"][1] <= letters["u"][0] + 0.5
    assert letters["r"][1] <= letters["_"][0] + 0.5 <= letters["9"][0] + 1


def test_a_link_and_a_latin_hashtag_keep_their_order_in_a_persian_text(
    tmp_path: Path,
) -> None:
    letters, _, _ = measured("دنیا #Wxyz https://q.example/k?v=1", tmp_path)
    assert letters["#"][0] < letters["W"][0] < letters["z"][0]
    assert letters["q"][0] < letters["k"][0] < letters["?"][0] < letters["v"][0]
    assert letters["?"][1] < letters["W"][0]


def test_an_override_does_not_turn_the_text_around(tmp_path: Path) -> None:
    letters, left, _ = measured("a\u202ebcd", tmp_path)
    assert letters["a"][0] == pytest.approx(left, abs=2)
    assert letters["a"][0] < letters["b"][0] < letters["c"][0] < letters["d"][0]


def test_persian_hashtags_in_an_english_text_keep_their_sequence(
    tmp_path: Path,
) -> None:
    letters, _, _ = measured("Go home #سل #ن now, said they", tmp_path)
    assert letters["G"][0] < letters["ل"][0] < letters["س"][0]
    assert letters["س"][1] < letters["ن"][0] < letters["w"][0]


def test_an_english_text_with_a_persian_hashtag_starts_at_the_left(
    tmp_path: Path,
) -> None:
    letters, left, _ = measured("#سلام and Go", tmp_path)
    assert letters["#"][0] >= left - 2
    assert letters["س"][1] < letters["G"][0]
