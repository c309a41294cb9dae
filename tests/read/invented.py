"""Four invented pages, one for each way a page tells (or doesn't tell) when and by whom it was published."""

_BODY = """
<p>The footbridge over the Larrow will stay shut until spring, the county engineer said on Wednesday, after divers
found cracks in two of its four piers.</p>
<p>“We are not going to put people on a bridge that we can't vouch for,” <a href="/people/teel">Ansa Teel</a> told
reporters at the town hall. “That would be reckless.”</p>
{figure}
<h2>A detour of six kilometres</h2>
<p>Pupils at the school on the east bank will be taken round by bus from Monday. The bus company said that it had found
eleven drivers for the early runs and was looking for four more.</p>
<p>Shopkeepers in Mill Lane fear for their trade. Orrin Vask, who sells bread there, said that half of his customers
come over the bridge on foot and that few of them would come by car.</p>
"""
FIGURE = """<figure><img src="b.jpg" alt=""><figcaption>The closed footbridge on Tuesday.<span class="credit">Photo:
Ila Moor</span></figcaption></figure>"""
_CHROME = """<nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>"""
_FOOT = """<aside><h3>Most read</h3><figure><figcaption>A cat in a tree</figcaption></figure>
<time datetime="2032-01-20T08:00Z">20 January</time><a href="/cat">Cat rescued from tree</a></aside>
<footer><p>All rights reserved.</p></footer>"""


def _page(head: str, top: str, figure: str = FIGURE) -> str:
    return (
        f"<!DOCTYPE html><html lang='en-GB'><head><meta charset='utf-8'>{head}</head><body>{_CHROME}<main><article>"
        f"{top}{_BODY.format(figure=figure)}</article></main>{_FOOT}</body></html>"
    )


JSON_LD = _page(
    """<title>Larrow footbridge shut until spring | The Larrow Post</title>
<link rel="canonical" href="https://larrowpost.example/news/footbridge-shut">
<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
 {"@type": "NewsMediaOrganization", "@id": "#org", "name": "The Larrow Post"},
 {"@type": ["Person"], "@id": "#mr", "name": "Mirel Roan"},
 {"@type": "NewsArticle", "headline": "Larrow footbridge shut &amp; fenced until spring", "inLanguage": "en-GB",
  "datePublished": "2032-01-14T17:20:05+02:00", "dateModified": "2032-01-15T09:00:00+02:00",
  "author": [{"@id": "#mr"}, {"@type": "Person", "name": "Jo Penn"}], "publisher": {"@id": "#org"},},
]}</script>""",
    "<h1>Larrow footbridge shut & fenced until spring</h1><p class='byline'>By Mirel Roan and Jo Penn</p>",
)
META = _page(
    """<title>Bridge closed - Larrow Herald</title><meta property="og:site_name" content="Larrow Herald">
<meta property="og:title" content="Divers find cracks in footbridge - Larrow Herald">
<meta property="og:url" content="https://herald.example/2032/01/14/bridge"><meta name="author" content="Tam Orrick">
<meta property="article:published_time" content="2032-01-14T15:20:00Z"><meta name="date" content="2032-01-14">""",
    "<h1>Divers find cracks in footbridge</h1>",
)
TIME = _page(
    "<title>Footbridge fenced off</title>",
    """<header><h1>Footbridge fenced off</h1><a rel="author" href="/roan">Mirel Roan</a>
<time class="updated" datetime="2032-01-16T10:00:00Z">Updated</time>
<time datetime="2032-01-14T15:45Z">14 January</time></header>""",
)
NOTHING = _page("<title>Town without a bridge</title>", "", figure="").replace(" lang='en-GB'", "")
