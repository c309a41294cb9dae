# ruff: noqa: E501, SIM905 (markup is written as pages have it, lists of words as words)
"""Invented news pages for benchmarks and tests: the reports of `reports.py` in layouts as outlets use them, with menus,
teasers, captions, notes on cookies, comments, scripts and style sheets around. `make_pages(count, seed)` gives the same
pages for the same arguments, each with what belongs to its report."""

import html
import json
import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

from reports import make_reports
from retold.model import Article

_MENU = "World Politics Business Sport Weather Culture Science Health Travel Opinion Money Motoring Property Food Books Film Music Games Jobs Local Courts Education Video Podcasts Archive".split()
_CODE = "window document element return function config value event target async loader push data state true false null length index queue timer slot bidder".split()
_CONSENT = (
    "We and our 812 partners store and access information on a device, such as unique identifiers in cookies, to process personal data.",
    "You may accept or manage your choices by clicking below, including your right to object where legitimate interest is used.",
    "These choices will be signalled to our partners and will not affect browsing data.",
)
_SUBSCRIBE = (
    "Get the morning briefing. The stories that matter, in your inbox at seven every day.",
    "By signing up you agree to our terms of service and our privacy policy. You can leave at any time.",
)
_COMMENTS = (
    "I walked past there last week and it looked perfectly fine to me, so who decided this?",
    "Typical. We pay more every year and what do we get for it? Nothing at all, as usual.",
    "Well said, the comment above. My brother works there and he could tell you things.",
    "Why is nobody asking where the money went? Somebody should write about that for once.",
)
_ABOUT = "writes about towns and transport. Before joining the paper in 2019 this reporter worked for a radio station in the north."
_CAPTIONS = (
    "The {thing} seen from the east bank on {day} morning. Photo: M. Ostrel",
    "Workers near the {thing} after the closure (Press office of the council)",
    "People wait beside the {thing}, which draws visitors from the whole region. Picture: Ivo Tann/Northlight",
)
_FOOT = "No part of this site may be copied without leave of the publisher. All rights reserved. Registered office: 4 Printers Yard."


class Page(NamedTuple):
    """A page: `must` are the paragraphs of its report, `may` what is printed with it and is neither body nor mistake."""

    url: str
    layout: str
    source: bytes
    must: tuple[str, ...]
    may: tuple[str, ...]
    captions: tuple[str, ...]
    article: Article


class _Parts(NamedTuple):
    """What a layout puts together."""

    dice: random.Random
    article: Article
    title: str
    byline: str
    stamp: str
    paragraphs: list[str]
    captions: list[str]
    teasers: list[tuple[str, str]]


def make_pages(count: int, seed: int = 1) -> Iterator[Page]:
    """`count` pages of 30 to 150 kB, the layouts in turn. Linear."""
    pool = list(make_reports(min(1200, count + 200), seed + 1000))
    reports = make_reports(10 * count, seed)
    for number in range(count):
        dice = random.Random(f"page {seed} {number}")
        article = next(reports)
        more = [next(reports) for _ in range(dice.choice((0, 0, 1, 1, 2, 4)))]
        yield _make_page(number, dice, article, more, pool)


def _make_page(number: int, dice: random.Random, article: Article, more: list[Article], pool: list[Article]) -> Page:
    title, *paragraphs = article.text.strip().split("\n\n")
    for other in more:
        paragraphs += [p for p in other.text.strip().split("\n\n")[1:] if p not in paragraphs]
    thing = title.split(" in ")[0].lower()
    captions = [c.format(thing=thing, day="Tuesday") for c in dice.sample(_CAPTIONS, dice.choice((0, 1, 1, 2)))]
    teasers = [(t.title or "", t.text.split("\n\n")[1]) for t in dice.sample(pool, 60)]
    byline = f"{dice.choice('Ana Bert Cleo Dov Edda Finn'.split())} {dice.choice('Marrow Quist Tolland Verrin Oake'.split())}"
    stamp = article.published.value if article.published else "2021-03-01T06:00Z"
    parts = _Parts(dice, article, title, byline, stamp, paragraphs, captions, teasers)
    name, layout = LAYOUTS[number % len(LAYOUTS)]
    head, body, may = layout(parts)
    url = f"{article.url}-{number}"
    source = _fill_up(dice, url, title, head, body, dice.randint(30_000, 150_000))
    must = tuple(paragraphs)
    return Page(url, name, source.encode(), must, (title, byline, *may, *captions), tuple(captions), article)


def _fill_up(dice: random.Random, url: str, title: str, head: str, body: str, size: int) -> str:
    """The page with scripts and style sheets as long as pages have them."""
    missing = max(0, size - len(head) - len(body) - 400)
    index = _make_index(dice, missing * 2 // 5)
    missing -= len(index)
    style = _make_style(dice, missing // 4)
    script = _make_script(dice, missing // 2)
    state = "<script>window.__STATE__=" + _make_state(dice, missing - missing // 4 - missing // 2) + "</script>"
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{_e(title)}</title>\n'
        f'<link rel="canonical" href="{url}">\n{head}\n<style>{style}</style>\n<script>{script[: len(script) // 2]}</script>\n'
        f"</head>\n<body>\n{body}\n{index}\n{state}\n<script>{script[len(script) // 2 :]}</script>\n</body>\n</html>\n"
    )


def _make_index(dice: random.Random, chars: int) -> str:
    """All that the site has, as lists of links at its foot: two fifths of what a page is filled up with."""
    groups: list[str] = []
    while chars > 0:
        items = "".join(
            f'<li class="site-index__item"><a class="site-index__link" data-track="idx-{dice.randint(1, 999)}" href="/{w.lower()}/{dice.randint(1, 99)}"><span>{w}</span></a></li>'
            for w in dice.sample(_MENU, 12)
        )
        groups.append(
            f'<div class="site-index__group"><h4>{dice.choice(_MENU)}</h4><ul class="site-index__list">{items}</ul></div>'
        )
        chars -= len(groups[-1])
    return f'<div class="site-index">{"".join(groups)}</div>'


def _make_style(dice: random.Random, chars: int) -> str:
    rules = []
    while chars > 0:
        rule = f".{dice.choice(_CODE)}-{dice.randint(1, 999)}{{margin:{dice.randint(0, 40)}px;color:#{dice.randrange(16**6):06x};display:flex}}"
        rules.append(rule)
        chars -= len(rule)
    return "".join(rules)


def _make_script(dice: random.Random, chars: int) -> str:
    lines = []
    while chars > 0:
        a, b, c = dice.choices(_CODE, k=3)
        line = f'var {a}{dice.randint(1, 99)}=function({b}){{if({c}<{dice.randint(1, 9)}){{return "<div class=\\"{a}\\">"+{b}+"<\\/div>"}};{c}.push({b})}};'
        lines.append(line)
        chars -= len(line)
    return "\n".join(lines)


def _make_state(dice: random.Random, chars: int) -> str:
    items = []
    while chars > 0:
        item = {
            "id": dice.randrange(10**9),
            "type": dice.choice(_CODE),
            "flags": dice.choices(_CODE, k=6),
            "w": dice.random(),
        }
        items.append(item)
        chars -= len(json.dumps(item))
    return json.dumps({"slots": items})


def _e(text: str) -> str:
    return html.escape(text, quote=False)


def _menu(name: str, count: int = 24) -> str:
    items = "".join(
        f'<li class="{name}__item"><a class="{name}__link" href="/{w.lower()}/{n}"><span>{w}</span></a></li>'
        for n, w in ((n, _MENU[n % len(_MENU)]) for n in range(count))
    )
    return f'<ul class="{name}__list">{items}</ul>'


def _cards(parts: _Parts, name: str, count: int, start: int = 0, tag: str = "div", texts: bool = True) -> str:
    return "".join(
        f'<{tag} class="{name}"><a href="/{n}"><img src="/i/{n}.jpg" alt="{_e(title)}" loading="lazy"></a>'
        f'<h3 class="{name}__title"><a href="/n/{n}">{_e(title)}</a></h3>'
        + (f'<p class="{name}__text">{_e(text)}</p>' if texts else "")
        + f'<span class="{name}__date">{1 + n % 28} March</span></{tag}>'
        for n, (title, text) in enumerate(parts.teasers[start : start + count])
    )


def _ld(parts: _Parts) -> str:
    return '<script type="application/ld+json">' + json.dumps({
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": parts.title,
        "datePublished": parts.stamp, "author": [{"@type": "Person", "name": parts.byline}],
        "publisher": {"@type": "Organization", "name": parts.article.outlet}, "inLanguage": "en",
    }) + "</script>"  # fmt: skip


def _og(parts: _Parts) -> str:
    return (
        f'<meta property="og:title" content="{_e(parts.title)}"><meta property="og:site_name" content="{parts.article.outlet}">'
        f'<meta name="author" content="{parts.byline}"><meta property="article:published_time" content="{parts.stamp}">'
        f'<meta name="description" content="{_e(parts.paragraphs[0])}"><meta property="og:locale" content="en_GB">'
    )


def _broadsheet(parts: _Parts) -> tuple[str, str, list[str]]:
    """Marked up as the standards have it."""
    body = [f"<p>{_e(p)}</p>" for p in parts.paragraphs]
    for n, caption in enumerate(parts.captions):
        body.insert(1 + 3 * n, f'<figure><img src="a{n}.jpg" alt=""><figcaption>{_e(caption)}</figcaption></figure>')
    body.insert(
        len(body) // 2,
        '<aside class="related"><h2>More on this story</h2><ul>'
        + "".join(f'<li><a href="/{n}">{_e(t)}</a></li>' for n, (t, _) in enumerate(parts.teasers[:4]))
        + "</ul></aside>",
    )
    body.insert(
        2 * len(body) // 3,
        '<section class="newsletter-signup"><h3>The briefing</h3>'
        + "".join(f"<p>{s}</p>" for s in _SUBSCRIBE)
        + '<form><input type="email"><button>Sign up</button></form></section>',
    )
    page = (
        f'<header class="masthead"><a href="/">{parts.article.outlet}</a><nav>{_menu("nav")}</nav></header><main><article>'
        f'<header><h1>{_e(parts.title)}</h1><address>By <a rel="author" href="/a">{parts.byline}</a></address><time datetime="{parts.stamp}">{parts.stamp[:10]}</time></header>'
        f'<div class="article__content">{"".join(body)}</div></article><section class="comments" id="comments"><h2>4 comments</h2>'
        + "".join(f'<div class="comment"><b>reader{n}</b><p>{c}</p></div>' for n, c in enumerate(_COMMENTS))
        + f"</section></main><aside><h2>Most read</h2>{_cards(parts, 'card', 12, 10)}</aside><footer>{_menu('foot', 60)}<p>{_FOOT}</p></footer>"
    )
    return _ld(parts) + _og(parts), page, ["By", parts.stamp[:10]]


def _weblog(parts: _Parts) -> tuple[str, str, list[str]]:
    """As the widespread publishing system prints it."""
    body = [f"<p>{_e(p)}</p>" for p in parts.paragraphs]
    for n, caption in enumerate(parts.captions):
        body.insert(
            2 + 2 * n,
            f'<div id="attachment_{n}" class="wp-caption alignnone"><img src="x{n}.jpg"><p class="wp-caption-text">{_e(caption)}</p></div>',
        )
    body.append(
        '<div class="sharedaddy sd-sharing-enabled"><h3 class="sd-title">Share this:</h3><ul><li><a href="#">Email</a></li><li><a href="#">Print</a></li></ul></div>'
    )
    body.append(
        '<div id="jp-relatedposts" class="jp-relatedposts"><h3>Related</h3>'
        + "".join(
            f'<p class="jp-relatedposts-post-title"><a href="/{n}">{_e(t)}</a></p><p class="jp-relatedposts-post-excerpt">{_e(x)}</p>'
            for n, (t, x) in enumerate(parts.teasers[:3])
        )
        + "</div>"
    )
    page = (
        f'<div id="page" class="site"><header id="masthead" class="site-header"><p class="site-title"><a href="/">{parts.article.outlet}</a></p><nav id="site-navigation" class="main-navigation">{_menu("menu")}</nav></header>'
        f'<div id="content" class="site-content"><article class="post type-post hentry"><header class="entry-header"><h1 class="entry-title">{_e(parts.title)}</h1><div class="entry-meta">Posted on <time class="entry-date published" datetime="{parts.stamp}">1 March</time> by <span class="author vcard">{parts.byline}</span></div></header>'
        f'<div class="entry-content">{"".join(body)}</div><footer class="entry-footer"><span class="tags-links">Tagged <a rel="tag" href="/t">town</a>, <a rel="tag" href="/u">council</a></span></footer></article>'
        f'<div class="author-box"><p>{parts.byline} {_ABOUT}</p></div><div id="comments" class="comments-area"><h2 class="comments-title">4 thoughts</h2><ol class="comment-list">'
        + "".join(
            f'<li class="comment"><div class="comment-body"><cite>reader{n}</cite><div class="comment-content"><p>{c}</p></div></div></li>'
            for n, c in enumerate(_COMMENTS)
        )
        + f'</ol></div></div><aside id="secondary" class="widget-area"><section class="widget widget_recent_entries"><h2 class="widget-title">Recent posts</h2>{_menu("recent", 12)}</section></aside><footer id="colophon" class="site-footer">{_FOOT}</footer></div>'
    )
    return _og(parts), page, ["Posted on", "1 March", "by"]


def _portal(parts: _Parts) -> tuple[str, str, list[str]]:
    """Nothing but `<div>`, with links to other reports and advertisements between the paragraphs."""
    body = []
    for n, p in enumerate(parts.paragraphs):
        body.append(f'<div class="c-body__block"><p class="c-body__p">{_e(p)}</p></div>')
        if n % 4 == 2:
            body.append('<div class="c-ad"><span class="c-ad__label">Advertisement</span><div id="slot"></div></div>')
        if n % 5 == 3:
            body.append(
                f'<div class="c-inline-link"><p>Read more: <a href="/r">{_e(parts.teasers[n % 60][0])}</a></p></div>'
            )
    for n, caption in enumerate(parts.captions):
        body.insert(
            1 + 2 * n,
            f'<div class="c-media"><picture><img src="p{n}.webp"></picture><div class="c-media__caption">{_e(caption)}</div></div>',
        )
    page = (
        '<div class="cmp-overlay" id="consent" role="dialog"><h2>Your privacy</h2>'
        + "".join(f"<p>{c}</p>" for c in _CONSENT)
        + "<button>Accept all</button></div>"
        f'<div class="c-header"><div class="c-logo">{parts.article.outlet}</div><div class="c-nav">{_menu("c-nav", 40)}</div></div><div class="c-layout"><div class="c-article"><h1 class="c-article__headline">{_e(parts.title)}</h1>'
        f'<div class="c-byline"><span class="c-byline__name">{parts.byline}</span><span class="c-byline__date">{parts.stamp[:10]}</span></div><div class="c-share"><a href="#">Share</a><a href="#">Save</a></div><div class="c-body">{"".join(body)}</div>'
        f'<div class="c-author-bio"><p>{parts.byline} {_ABOUT}</p></div></div><div class="c-rail"><h2>Latest</h2>{_cards(parts, "c-teaser", 14, 20)}</div></div>'
        f'<div class="c-recirc"><h2>You may also like</h2>{_cards(parts, "c-recirc-card", 9, 40)}</div><div class="c-footer">{_menu("c-foot", 50)}<p>{_FOOT}</p></div>'
    )
    return _ld(parts) + _og(parts), page, [parts.stamp[:10]]


def _tabloid(parts: _Parts) -> tuple[str, str, list[str]]:
    """A list of points first, captions as paragraphs, a long rail of pictures beside."""
    points = parts.teasers[59][0], parts.teasers[58][0]
    body = [f'<p class="mol-para-with-font">{_e(p)}</p>' for p in parts.paragraphs]
    for n, caption in enumerate(parts.captions):
        body.insert(
            1 + 3 * n,
            f'<div class="artSplitter"><img src="t{n}.jpg" class="blkBorder"></div><p class="imageCaption">{_e(caption)}</p>',
        )
    page = (
        f'<div id="top-bar">{_menu("tab", 20)}</div><div id="content"><div class="articleWide"><h1>{_e(parts.title)}</h1><ul class="mol-bullets-with-font">'
        + "".join(f"<li><strong>{_e(p)}</strong></li>" for p in points)
        + f'</ul><p class="author-section byline-plain">By <a class="author" rel="author" href="/x">{parts.byline} for {parts.article.outlet}</a></p><p class="byline-section"><span class="article-timestamp article-timestamp-published"><time datetime="{parts.stamp}">{parts.stamp[:10]}</time></span></p>'
        f'<div id="js-article-text" itemprop="articleBody">{"".join(body)}</div><div class="shareArticles"><h3>Share or comment on this article:</h3><ul><li><a href="#">Share</a></li></ul></div>'
        f'<div class="most-watched-videos"><h3>Most watched News videos</h3>{_cards(parts, "vid", 8, 0, "li", texts=False)}</div></div><div class="beta" id="rail"><div class="puff femail"><h3>Do not miss</h3>{_cards(parts, "pufftext", 30, 10, "li")}</div></div></div><div id="page-footer">{_menu("pf", 40)}<p>{_FOOT}</p></div>'
    )
    return _ld(parts), page, ["By", f"for {parts.article.outlet}", parts.stamp[:10], *points]


def _old(parts: _Parts) -> tuple[str, str, list[str]]:
    """Tables and line breaks, from before style sheets."""
    body = "<br><br>\n".join(_e(p) for p in parts.paragraphs)
    page = (
        f'<table width="100%"><tr><td colspan="3"><b>{parts.article.outlet}</b></td></tr><tr><td valign="top" width="140">'
        + "<br>".join(f'<a href="/{m}">{m}</a>' for m in _MENU)
        + f'</td><td valign="top"><font size="5"><b>{_e(parts.title)}</b></font><br>By {parts.byline}<br>Posted: Tuesday, April 6, 2032, 4:35 PM<p>'
        + "".join(
            f'<table align="right"><tr><td><img src="o.jpg"></td></tr><tr><td class="caption">{_e(c)}</td></tr></table>'
            for c in parts.captions
        )
        + f'{body}</td><td valign="top" width="160"><b>Today</b><br>'
        + "<br>".join(f'<a href="/{n}">{_e(t)}</a>' for n, (t, _) in enumerate(parts.teasers[:12]))
        + f"</td></tr></table><center><font size=1>{_FOOT}</font></center>"
    )
    return "", page, ["By", "Posted: Tuesday, April 6, 2032, 4:35 PM"]


def _agency(parts: _Parts) -> tuple[str, str, list[str]]:
    """Modern markup of a news agency: names of classes made by a program, sub-headings, a live ticker."""
    hashed = f"{parts.dice.randrange(16**5):05x}"
    body, headings = [], []
    for n, p in enumerate(parts.paragraphs):
        if n and n % 6 == 0:
            headings.append(f"What is known of part {n // 6}")
            body.append(f'<h2 class="sc-{hashed}-3">{headings[-1]}</h2>')
        body.append(
            f'<div data-component="text-block" class="sc-{hashed}-0"><p class="sc-{hashed}-1"><span>{_e(p)}</span></p></div>'
        )
    for n, caption in enumerate(parts.captions):
        body.insert(
            2 + 2 * n,
            f'<div data-component="image-block"><figure><div><img src="m{n}.png"></div><figcaption><span class="visually-hidden">Image caption, </span>{_e(caption)}</figcaption></figure></div>',
        )
    page = (
        f'<div id="__next"><a href="#main">Skip to content</a><header><nav aria-label="Sections">{_menu(f"sc-{hashed}", 30)}</nav></header><div class="ticker"><ul>'
        + "".join(
            f"<li><time datetime=\"{parts.stamp}\">{n}m ago</time><a href='/l'>{_e(t)}</a></li>"
            for n, (t, _) in enumerate(parts.teasers[:10])
        )
        + f'</ul></div><main id="main"><article><h1 class="sc-{hashed}-9">{_e(parts.title)}</h1><div data-component="byline-block"><span>{parts.byline}</span></div>{"".join(body)}'
        + f'<div data-component="topic-list"><ul>{"".join(f"<li><a href=/t>{m}</a></li>" for m in _MENU[:5])}</ul></div></article><section data-component="links-block"><h2>Related topics</h2>{_cards(parts, "promo", 6, 30)}</section></main><footer><p>{_FOOT}</p></footer></div>'
    )
    return _ld(parts), page, headings


def _magazine(parts: _Parts) -> tuple[str, str, list[str]]:
    """Paragraphs in plain `<div>`, a first letter of its own, pulled quotes, a note on the author in italics at the end."""
    first, *others = parts.paragraphs
    body = [
        f'<div class="g-text"><span class="dropcap">{_e(first[0])}</span>{_e(first[1:])}</div>',
        *(f'<div class="g-text">{_e(p)}</div>' for p in others),
    ]
    pulled = next((p for p in others if p.startswith('"')), first)
    body.insert(len(body) // 2, f'<blockquote class="pull"><span>{_e(pulled)}</span></blockquote>')
    for n, caption in enumerate(parts.captions):
        body.insert(
            1 + 2 * n,
            f'<div class="figure-wide"><div class="img-wrap"><img src="w{n}.avif"></div><div class="cutline">{_e(caption)}</div></div>',
        )
    body.append(f"<div class='g-text'><em>{parts.byline} {_ABOUT}</em></div>")
    page = (
        f'<div class="wrapper"><div class="top"><a class="brand" href="/">{parts.article.outlet}</a>'
        + "".join(f'<a href="/{m}">{m}</a>' for m in _MENU[:9])
        + f'</div><div class="lead"><div class="kicker">Long read</div><h1>{_e(parts.title)}</h1><div class="dek">{_e(parts.teasers[57][1])}</div><div class="credit">Words <b>{parts.byline}</b></div></div>'
        f'<div class="columns"><div class="main-column">{"".join(body)}</div><div class="right-column"><div class="block"><div class="block-head">From the magazine</div>'
        + "".join(
            f'<a class="item" href="/{n}"><img src="q{n}.jpg"><span class="hed">{_e(t)}</span><span class="sum">{_e(x)}</span></a>'
            for n, (t, x) in enumerate(parts.teasers[:9])
        )
        + f'</div></div></div><div class="end"><div>Contact</div><div>Imprint</div><div>{_FOOT}</div></div></div>'
    )
    return _og(parts), page, ["Long read", "Words", parts.teasers[57][1], pulled]


def _regional(parts: _Parts) -> tuple[str, str, list[str]]:
    """A system of a newspaper chain: short names of classes, boxes between the paragraphs that only their words tell."""
    body = [f'<p class="b1">{_e(p)}</p>' for p in parts.paragraphs]
    body.insert(
        min(3, len(body)),
        f'<div class="x7"><strong>Also on this site</strong><br><a href="/x">{_e(parts.teasers[5][0])}</a></div>',
    )
    body.insert(
        len(body) // 2, f'<div class="x9"><h4>Our app</h4><p>{_SUBSCRIBE[0]}</p><a href="/app">To the app</a></div>'
    )
    for n, caption in enumerate(parts.captions):
        body.insert(
            1 + 2 * n,
            f'<figure class="f2"><a href="/big{n}"><img src="s{n}.jpg"></a><figcaption class="f3">{_e(caption)}</figcaption></figure>',
        )
    page = (
        f'<div class="p0"><div class="h1"><a href="/">{parts.article.outlet}</a>{_menu("m", 30)}</div><div class="c0"><div class="c1"><span class="t0">Region</span><h1 class="t1">{_e(parts.title)}</h1><div class="t2"><time datetime="{parts.stamp}">{parts.stamp[:10]}</time> | {parts.byline}</div>'
        f'<section class="c2">{"".join(body)}</section><div class="c5"><h3>More from the region</h3>'
        + "".join(
            f'<div class="r1"><a href="/{n}">{_e(t)}</a><p>{_e(x)}</p></div>'
            for n, (t, x) in enumerate(parts.teasers[20:26])
        )
        + '</div><div class="c6"><h3>What readers say</h3>'
        + "".join(f'<div class="k1"><b>reader{n}</b><p>{c}</p></div>' for n, c in enumerate(_COMMENTS))
        + f'</div></div><div class="c9">{_cards(parts, "z1", 10, 30)}</div></div><div class="f0">{_menu("fm", 30)}<p>{_FOOT}</p></div></div>'
    )
    return _ld(parts) + _og(parts), page, ["Region", parts.stamp[:10]]


LAYOUTS: tuple[tuple[str, Callable[[_Parts], tuple[str, str, list[str]]]], ...] = (
    ("broadsheet", _broadsheet),
    ("weblog", _weblog),
    ("portal", _portal),
    ("tabloid", _tabloid),
    ("old", _old),
    ("agency", _agency),
    ("magazine", _magazine),
    ("regional", _regional),
)
