"""What links are made of that does not change where they lead, as tables.

Nothing here is looked up on the network: a rule may use the text of a link alone.
"""

from __future__ import annotations

import re


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


TRACKERS = _names(
    """
    __hssc __hstc __tn__ __twitter_impression _branch_match_id _ga _gl _hsenc _hsmi
    _openstat amp amp_gsa amp_js_v cm_mmc cmp cmpid dclid dicbo ef_id epik fb_action_ids
    fb_action_types fb_ref fb_source fbadid fbclid gad_campaignid gad_source
    gbraid gclid gclsrc guce_referrer guce_referrer_sig guccounter hsctatracking igsh
    igshid irclickid li_fat_id mibextid mkt_tok ml_subscriber ml_subscriber_hash
    msclkid ncid ns_campaign ns_fee ns_linkname ns_mchannel ns_source ocid rb_clickid
    rdt_cid ref_src ref_url s_cid s_kwcid sc_cid sccid si smid smtyp soc_src soc_trk spm
    sr_share srsltid tblci ttclid twclid twitter_impression usqp wbraid wickedid wprov
    wt_mc xtor yclid ysclid zanpid
    """
)
"""Query parameters, in lower case, that say how a link travelled."""

TRACKER_PREFIXES = (
    "utm_",
    "itm_",
    "mc_",
    "hsa_",
    "matomo_",
    "mtm_",
    "piwik_",
    "pk_",
    "stm_",
    "_x_tr_",
    "__cft__",
    "__xts__",
    "vero_",
    "oly_",
)
"""Beginnings of such parameters."""

HOST_TRACKERS: dict[str, frozenset[str]] = {
    host: _names(names)
    for host, names in {
        "x.com": "s t cxt lang src",
        "facebook.com": "_rdc _rdr acontext eav extid fref hc_ref locale "
        "notif_id notif_t paipv rdid ref ref_type refid refsrc sfnsn share_url wtsid",
        "instagram.com": "hl",
        "youtube.com": "feature",
        "linkedin.com": "lipi licu midtoken original_referer originalsubdomain rcm "
        "trackingid trk trkinfo",
        "reddit.com": "context rdt ref ref_source share_id",
        "t.me": "after before embed single",
        "docs.google.com": "ouid rtpof sd usp",
        "drive.google.com": "ouid resourcekey rtpof sd usp",
        "play.google.com": "gl hl pli referrer",
        "bsky.app": "ref_src",
        "threads.com": "hl slof xmt",
        "tiktok.com": "_d _r _t checksum is_copy_url is_from_webapp lang preview_pb "
        "refer referer_url sec_user_id sender_device sender_web_id share_app_id "
        "share_author_id share_link_id source timestamp tt_from u_code ugbiz_name "
        "user_id web_id",
        "open.spotify.com": "context dl_branch go nd",
        "vk.com": "from ref",
        "bbc.com": "at_bbc_team at_campaign at_campaign_type at_custom1 at_custom2 "
        "at_custom3 at_custom4 at_format at_link_id at_link_origin at_link_type "
        "at_medium at_ptr_name",
    }.items()
}
"""Trackers of one host alone; elsewhere the same names may choose the page."""

HOST_TRACKERS["bbc.co.uk"] = HOST_TRACKERS["bbc.com"]

MOBILE_PREFIXES = ("www.", "m.", "mobile.", "amp.")
"""First labels that name another door to the same house."""

ALIASES: dict[str, str] = {
    alias: host
    for host, aliases in {
        "x.com": "twitter.com fxtwitter.com vxtwitter.com fixupx.com fixvx.com "
        "nitter.net nitter.poast.org nitter.privacydev.net twittpr.com xcancel.com",
        "facebook.com": "fb.com mbasic.facebook.com web.facebook.com "
        "touch.facebook.com business.facebook.com",
        "instagram.com": "instagr.am ddinstagram.com",
        "threads.com": "threads.net",
        "t.me": "telegram.me telegram.dog",
        "youtube.com": "youtube-nocookie.com music.youtube.com gaming.youtube.com "
        "yewtu.be piped.video",
        "vk.com": "vk.ru vkontakte.ru",
        "ok.ru": "odnoklassniki.ru",
        "reddit.com": "old.reddit.com new.reddit.com np.reddit.com i.reddit.com "
        "sh.reddit.com rxddit.com",
        "bsky.app": "main.bsky.dev staging.bsky.app bskyx.app fxbsky.app",
        "discord.com": "discordapp.com canary.discord.com ptb.discord.com",
        "archive.today": "archive.fo archive.is archive.li archive.md archive.ph "
        "archive.vn",
        "twitch.tv": "go.twitch.tv",
        "vimeo.com": "player.vimeo.com",
    }.items()
    for alias in aliases.split()
}
"""Hosts that answer with the pages of another."""

HOST_PATTERNS = (
    (re.compile(r"[a-z]{2}-[a-z]{2}\.facebook\.com"), "facebook.com"),
    (re.compile(r"[a-z]{2}\.linkedin\.com"), "linkedin.com"),
    (
        re.compile(
            r"(?:[a-z]{2}\.)?pinterest\.(?:[a-z]{2}|co\.[a-z]{2}|com\.[a-z]{2})"
        ),
        "pinterest.com",
    ),
    (re.compile(r"[a-z]{2}\.pinterest\.com"), "pinterest.com"),
    (
        re.compile(
            r"([a-z-]+)\.m\.(wikipedia|wikinews|wikiquote|wikisource|wiktionary)\.org"
        ),
        r"\1.\2.org",
    ),
)
"""The same for hosts that carry a language."""

GOOGLE = r"(?:[a-z]+\.)?google(?:\.[a-z]{2,3}){1,2}"

WRAPPERS = tuple(
    (re.compile(pattern), names)
    for pattern, names in (
        (r"lm?\.(?:facebook|messenger)\.com/l\.php", ("u",)),
        (
            r"facebook\.com/(?:l\.php|flx/warn|share\.php|sharer(?:/sharer)?(?:\.php)?)",
            ("u",),
        ),
        (r"facebook\.com/(?:dialog/share|plugins/(?:post|video)\.php)", ("href",)),
        (r"l\.(?:instagram|threads)\.com/?", ("u",)),
        (r"l\.wl\.co/l", ("u",)),
        (GOOGLE + r"/(?:url|imgres)", ("url", "q", "imgrefurl")),
        (r"translate\.google(?:\.[a-z]{2,3}){1,2}/(?:translate|website)", ("u",)),
        (
            r"consent\.(?:google|youtube)(?:\.[a-z]{2,3}){1,2}/(?:ml?|[^/]+)",
            ("continue",),
        ),
        (r"duckduckgo\.com/l", ("uddg",)),
        (r"yandex\.(?:ru|com)/turbo", ("text",)),
        (r"steamcommunity\.com/linkfilter", ("url", "u")),
        (r"disq\.us/url", ("url",)),
        (r"getpocket\.com/(?:save|edit)", ("url",)),
        (r"pinterest\.com/pin/create/(?:button|link|bookmarklet)", ("url",)),
        (r"reddit\.com/submit", ("url",)),
        (r"tumblr\.com/(?:share/link|widgets/share/tool)", ("url", "canonicalUrl")),
        (r"connect\.ok\.ru/offer", ("url",)),
        (r"medium\.com/m/global-identity(?:-2)?", ("redirectUrl",)),
        (r"bing\.com/ck/a", ("r",)),
        (r"out\.reddit\.com/?[^?]*", ("url",)),
        (r"vk\.com/away(?:\.php)?", ("to",)),
        (r"vk\.com/share\.php", ("url",)),
        (r"youtube\.com/redirect", ("q",)),
        (r"youtube\.com/attribution_link", ("u",)),
        (r"t\.umblr\.com/redirect", ("z",)),
        (r"linkedin\.com/(?:redir/redirect|safety/go|sharing/share-offsite)", ("url",)),
        (r"slack-redir\.net/link", ("url",)),
        (r"[a-z0-9]+\.safelinks\.protection\.outlook\.com/?", ("url",)),
        (r"t\.me/(?:iv|share/url|share)", ("url",)),
        (r"x\.com/(?:intent/(?:tweet|post)|share)", ("url",)),
    )
)
"""Pages that only pass a reader on: host and path, and where the target stands."""

WRAPPED_NAMES = frozenset(name for _, names in WRAPPERS for name in names)

PATH_WRAPPERS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:" + GOOGLE + r"|bing\.com)/amp/(?:s/)?(.+)",
        r"[a-z0-9-]+\.cdn\.ampproject\.org/(?:[civ]|wp|ii/w\d+)/(?:s/)?(.+)",
        r"web\.archive\.org/(?:web/)?(?:\d{1,14}|\*)(?:[a-z]{2}_)?/(.+)",
        r"web\.archive\.org/(?:web|save)/(https?:/.+)",
        r"archive\.today/(?:[\d.-]{4,20}|newest|oldest|o/\w+|timegate)/(https?:/.+)",
        r"archive\.today/(https?:/.+)",
        r"(?:txtify\.it|12ft\.io|r\.jina\.ai|outline\.com|removepaywall\.com)/"
        r"(https?:/.+)",
    )
)
"""Viewers, archives and redirects that carry the page's address in their own path."""

TRANSLATED = ".translate.goog"
"""Ending of hosts that show another site's pages in another language."""

SHORTENERS = _names(
    """
    adf.ly amzn.to b2n.ir bit.ly bitly.com bl.ink buff.ly clck.ru cutt.ly dai.ly dlvr.it
    dwz.cn fb.me fb.watch flip.it goo.gl goo.su ift.tt is.gd j.mp lnkd.in opizo.com
    ow.ly plink.ir po.st rb.gy rebrand.ly redd.it s.id shorturl.at soc.fm soo.gd spr.ly
    t.cn t.co t.ly tiny.cc tinyurl.com trib.al u.to url.cn v.gd vk.cc vm.tiktok.com
    vt.tiktok.com wp.me youtu.be yun.ir
    """
)
"""Hosts whose links lead anywhere."""

PLATFORMS = _names(
    """
    aparat.com balatarin.com bale.ai bilibili.com bitchute.com ble.ir bsky.app
    bsky.social dailymotion.com discord.com discord.gg douyin.com eitaa.com facebook.com
    fb.com fbcdn.net flickr.com gab.com gettr.com giphy.com google.com
    googleusercontent.com imgur.com instagram.com line.me linkedin.com m.me
    mastodon.social messenger.com odysee.com ok.ru parler.com pinterest.com quora.com
    redd.it reddit.com rubika.ir rumble.com snapchat.com soundcloud.com splus.ir
    spotify.com t.me telegram.me telegram.org tenor.com threads.com threads.net
    tiktok.com truthsocial.com twimg.com twitch.tv twitter.com vimeo.com virasty.com
    vk.com vk.ru wa.me weibo.cn weibo.com whatsapp.com x.com youtube-nocookie.com
    youtube.com ytimg.com zhihu.com
    """
)
"""Hosts, with all their subdomains, where everybody publishes."""

SHARED_HOSTS = _names(
    """
    apps.apple.com archive.is archive.org archive.ph archive.today beacons.ai
    blogspot.com github.com linktr.ee livejournal.com lnk.bio medium.com music.apple.com
    pastebin.com podcasts.apple.com substack.com telegra.ph tumblr.com web.archive.org
    wordpress.com
    """
)
"""Hosts where everybody publishes, whose subdomains belong to one author each."""


def is_anybodys(host: str) -> bool:
    """Tell whether a host is a shortener or platform, so that it says nothing.

    Examples
    --------
    >>> is_anybodys("web.telegram.org"), is_anybodys("someone.blogspot.com")
    (True, False)
    """
    if host in SHORTENERS or host in SHARED_HOSTS:
        return True
    labels = host.split(".")
    return any(".".join(labels[start:]) in PLATFORMS for start in range(len(labels)))
