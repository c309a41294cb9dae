"""The tables of a corpus: one Parquet folder each, with these columns."""

import pyarrow as pa

SPAN = pa.struct([pa.field("start", pa.int64()), pa.field("end", pa.int64())])
"""Half-open, in code points of the article's text."""

ARTICLES = pa.schema(
    [
        pa.field("id", pa.int64()),  # made from content: 63 bits, never negative
        pa.field("sha256", pa.string()),
        pa.field("text", pa.string()),
        pa.field("title", pa.string()),
        pa.field("outlet", pa.string()),
        pa.field("byline", pa.string()),
        pa.field("language", pa.string()),
        pa.field("published", pa.string()),  # ISO 8601, as exact as known
        pa.field("published_precision", pa.string()),
        pa.field("published_from", pa.string()),
        pa.field("day", pa.int32()),  # of `published`, since 1970-01-01 (UTC); null: unknown
        pa.field("url", pa.string()),
        pa.field("path", pa.string()),
        pa.field("encoding", pa.string()),
        pa.field("zones", pa.list_(pa.struct([("role", pa.string()), ("start", pa.int64()), ("end", pa.int64())]))),
        pa.field("input", pa.string()),  # the file it came in
        pa.field("record", pa.int64()),  # and its number there, from 1
    ]
)
"""One row an article. Rows of equal `id` are the same article; what was there first is kept, of one run the
first by (`input`, `record`)."""

REJECTS = pa.schema(
    [
        pa.field("stage", pa.string()),  # the stage that set it aside
        pa.field("input", pa.string()),
        pa.field("record", pa.int64()),
        pa.field("article", pa.int64()),  # null where it never became one
        pa.field("reason", pa.string()),
    ]
)

_QUOTATION = [
    pa.field("id", pa.string()),
    pa.field("kind", pa.string()),  # direct, indirect or mixed
    pa.field("words", pa.string()),  # of all its content, the spans joined by " … "
    pa.field("content", pa.list_(SPAN)),
    pa.field("cue", SPAN),
    pa.field("source", SPAN),
    pa.field("speaker", pa.string()),  # its id in SPEAKERS; null: unknown
    pa.field("speaker_name", pa.string()),
    pa.field("speaker_kind", pa.string()),
    pa.field("within", pa.string()),  # the id of the quotation it is nested in
    pa.field("confidence", pa.float64()),
    pa.field("told", pa.bool_()),  # false: an attitude, not what was said
]
_SPEAKER = [
    pa.field("id", pa.string()),
    pa.field("name", pa.string()),
    pa.field("kind", pa.string()),
    pa.field("mentions", pa.list_(SPAN)),
]
_CITATION = [pa.field("outlet", pa.string()), pa.field("span", SPAN)]

FOUND = pa.schema(
    [
        pa.field("article", pa.int64()),
        pa.field("outlet", pa.string()),
        pa.field("day", pa.int32()),
        pa.field("parser", pa.string()),
        pa.field("found", pa.binary()),  # what was found in the article by itself, packed (relate.packing)
        pa.field("profile", pa.binary()),  # what its story is told by, packed
        pa.field("quotations", pa.list_(pa.struct(_QUOTATION))),  # with speakers as far as the article alone names them
        pa.field("speakers", pa.list_(pa.struct(_SPEAKER))),
        pa.field("citations", pa.list_(pa.struct(_CITATION))),
        pa.field("reason", pa.string()),  # why nothing was found in it; the rest is null then
    ]
)
"""One row an article: what it tells by itself."""

QUOTATIONS = pa.schema([pa.field("article", pa.int64()), *_QUOTATION])
SPEAKERS = pa.schema([pa.field("article", pa.int64()), *_SPEAKER])
CITATIONS = pa.schema([pa.field("article", pa.int64()), *_CITATION])

TERMS = pa.schema([("article", pa.int64()), ("term", pa.int64())])
"""One row for each term of an article: a hash of it and its kind, odd for frequent words alone."""

POSTINGS = pa.schema(
    [
        pa.field("term", pa.int64()),
        pa.field("article", pa.int64()),
        pa.field("day", pa.int32()),
        pa.field("week", pa.int32()),  # the window that the day is in; null: undated
        pa.field("weight", pa.int64()),  # in thousandths
    ]
)
"""One row for each index term of an article."""

LIKENESSES = pa.schema([("a", pa.int64()), ("b", pa.int64()), ("odds", pa.float64()), ("reason", pa.string())])
"""One row for each pair of articles (a < b) that may report one event, with the log-odds that they do."""

LINKED = pa.schema([("story", pa.int64()), ("article", pa.int64()), ("reason", pa.string())])
"""One row for each article of a component, with its story: the smallest id in it."""

_FAMILY = [
    pa.field("id", pa.string()),  # ids are the story's own
    pa.field("speaker", pa.string()),
    pa.field("speaker_name", pa.string()),
    pa.field("speaker_kind", pa.string()),
    pa.field("readings", pa.list_(pa.string())),
]
_READING = [
    pa.field("id", pa.string()),
    pa.field("family", pa.string()),
    pa.field("article", pa.int64()),
    pa.field("span", SPAN),
    pa.field("words", pa.string()),
    pa.field("form", pa.string()),  # direct, indirect, mixed or narration
    pa.field("quotation", pa.string()),  # its id in QUOTATIONS; null: narration
]
_CHANGE = [
    pa.field("id", pa.string()),
    pa.field("family", pa.string()),
    pa.field("from_reading", pa.string()),  # null: added
    pa.field("to_reading", pa.string()),  # null: dropped
    pa.field("from_article", pa.int64()),
    pa.field("to_article", pa.int64()),  # of a drop, the article that dropped it
    pa.field("label", pa.string()),
    pa.field("flags", pa.list_(pa.string())),
    pa.field("severity", pa.string()),
    pa.field("confidence", pa.float64()),
    pa.field("why", pa.string()),
    pa.field("reasons", pa.list_(pa.struct([("flag", pa.string()), ("why", pa.string())]))),
    pa.field("edits", pa.list_(pa.struct([("op", pa.string()), ("from", SPAN), ("to", SPAN)]))),
]
_PLACE = pa.struct([("article", pa.int64()), ("span", SPAN)])
_EVIDENCE = pa.struct(
    [("kind", pa.string()), ("weight", pa.float64()), ("why", pa.string()), ("spans", pa.list_(_PLACE))]
)
_DERIVATION = [
    pa.field("id", pa.string()),
    pa.field("from_article", pa.int64()),  # null: not at hand
    pa.field("from_outlet", pa.string()),
    pa.field("from_hidden", pa.string()),  # "hidden:1": a common origin that none of the articles is
    pa.field("to_article", pa.int64()),
    pa.field("kind", pa.string()),  # stated or inferred
    pa.field("probability", pa.float64()),
    pa.field("evidence", pa.list_(_EVIDENCE)),
]

TRACED = pa.schema(
    [
        pa.field("story", pa.int64()),
        pa.field("articles", pa.int32()),  # so many reports were held against each other
        pa.field("document", pa.binary()),  # the evidence document without texts, packed (engine.documents)
        pa.field("families", pa.list_(pa.struct(_FAMILY))),
        pa.field("readings", pa.list_(pa.struct(_READING))),
        pa.field("changes", pa.list_(pa.struct(_CHANGE))),
        pa.field("derivations", pa.list_(pa.struct(_DERIVATION))),
        # articles of a large story that were not: reprints, and with no representative those beyond the bound
        pa.field("left_out", pa.list_(pa.struct([("article", pa.int64()), ("representative", pa.int64())]))),
        pa.field("reason", pa.string()),  # why nothing came of the story; the rest is null then
    ]
)
"""One row a story: what became of its quotations."""

FAMILIES = pa.schema([pa.field("story", pa.int64()), *_FAMILY])
READINGS = pa.schema([pa.field("story", pa.int64()), *_READING])
CHANGES = pa.schema([pa.field("story", pa.int64()), *_CHANGE])
DERIVATIONS = pa.schema([pa.field("story", pa.int64()), *_DERIVATION])
LEFT_OUT = pa.schema([("story", pa.int64()), ("article", pa.int64()), ("representative", pa.int64())])
