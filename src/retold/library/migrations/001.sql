-- The library file, first version. One table an idea, one row a span; spans are half-open, in code points of articles.text.
-- Keys are made from content, never from arrival: the same articles give the same rows whatever the order they came in.

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE outlets (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL
);

CREATE TABLE stories (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL,
    title TEXT,
    first_published TEXT,
    last_published TEXT,
    articles INTEGER NOT NULL,
    outlets INTEGER NOT NULL,
    duplicates INTEGER NOT NULL DEFAULT 0,
    retellings INTEGER NOT NULL DEFAULT 0,
    changes INTEGER NOT NULL DEFAULT 0,
    minor INTEGER NOT NULL DEFAULT 0,
    major INTEGER NOT NULL DEFAULT 0,
    retold TEXT,
    is_traced INTEGER NOT NULL DEFAULT 0 CHECK (is_traced IN (0, 1))
);
CREATE INDEX stories_by_date ON stories (last_published);
CREATE INDEX stories_to_trace ON stories (id) WHERE is_traced = 0;

CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL,
    title TEXT,
    outlet_id INTEGER REFERENCES outlets (id),
    byline TEXT,
    language TEXT,
    published TEXT,
    published_precision TEXT CHECK (published_precision IN ('year', 'month', 'day', 'minute')),
    published_from TEXT CHECK (published_from IN ('metadata', 'text', 'url')),
    url TEXT,
    page TEXT,
    version INTEGER NOT NULL DEFAULT 1,
    is_latest INTEGER NOT NULL DEFAULT 1 CHECK (is_latest IN (0, 1)),
    twin_of_id INTEGER REFERENCES articles (id),
    duplicate_of_id INTEGER REFERENCES articles (id),
    story_id INTEGER REFERENCES stories (id) DEFERRABLE INITIALLY DEFERRED,
    path TEXT,
    encoding TEXT,
    sha256 TEXT NOT NULL,
    text TEXT NOT NULL,
    read_chars INTEGER NOT NULL,
    parser TEXT,
    stage INTEGER NOT NULL DEFAULT 0 CHECK (stage IN (0, 1, 2, 3)),
    search_title TEXT GENERATED ALWAYS AS (replace(replace(title, 'ё', 'е'), 'Ё', 'Е')) VIRTUAL,
    search_text TEXT GENERATED ALWAYS AS (replace(replace(text, 'ё', 'е'), 'Ё', 'Е')) VIRTUAL
);
CREATE INDEX articles_by_page ON articles (page, version) WHERE page IS NOT NULL;
CREATE INDEX articles_by_story ON articles (story_id);
CREATE INDEX articles_by_outlet ON articles (outlet_id);
CREATE INDEX articles_by_twin ON articles (twin_of_id) WHERE twin_of_id IS NOT NULL;
CREATE INDEX articles_by_duplicate ON articles (duplicate_of_id) WHERE duplicate_of_id IS NOT NULL;
CREATE INDEX articles_by_stage ON articles (stage, id) WHERE stage < 3;

CREATE VIRTUAL TABLE articles_fts USING fts5 (
    search_title, search_text, content="articles", content_rowid="id",
    tokenize="unicode61 remove_diacritics 2 separators 'ʼ'", prefix='4'
);
CREATE TRIGGER articles_added AFTER INSERT ON articles BEGIN
    INSERT INTO articles_fts (rowid, search_title, search_text) VALUES (new.id, new.search_title, new.search_text);
END;
CREATE TRIGGER articles_removed AFTER DELETE ON articles BEGIN
    INSERT INTO articles_fts (articles_fts, rowid, search_title, search_text)
    VALUES ('delete', old.id, old.search_title, old.search_text);
END;
CREATE TRIGGER articles_changed AFTER UPDATE OF title, text ON articles BEGIN
    INSERT INTO articles_fts (articles_fts, rowid, search_title, search_text)
    VALUES ('delete', old.id, old.search_title, old.search_text);
    INSERT INTO articles_fts (rowid, search_title, search_text) VALUES (new.id, new.search_title, new.search_text);
END;

CREATE TABLE zones (
    article_id INTEGER NOT NULL REFERENCES articles (id),
    number INTEGER NOT NULL,
    role TEXT NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL CHECK ("end" >= start),
    PRIMARY KEY (article_id, number)
) WITHOUT ROWID;

CREATE TABLE speakers (
    id TEXT PRIMARY KEY,
    story_id INTEGER NOT NULL REFERENCES stories (id),
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    search_name TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX speakers_by_story ON speakers (story_id, number);
CREATE INDEX speakers_by_name ON speakers (search_name);

CREATE TABLE mentions (
    speaker_id TEXT NOT NULL REFERENCES speakers (id),
    number INTEGER NOT NULL,
    article_id INTEGER NOT NULL REFERENCES articles (id),
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL CHECK ("end" >= start),
    PRIMARY KEY (speaker_id, number)
) WITHOUT ROWID;
CREATE INDEX mentions_by_article ON mentions (article_id);

CREATE TABLE quotations (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    article_id INTEGER NOT NULL REFERENCES articles (id),
    number INTEGER NOT NULL,
    speaker_id TEXT REFERENCES speakers (id),
    kind TEXT NOT NULL CHECK (kind IN ('direct', 'indirect', 'mixed')),
    content TEXT NOT NULL,
    cue_start INTEGER,
    cue_end INTEGER,
    source_start INTEGER,
    source_end INTEGER,
    within_id INTEGER REFERENCES quotations (id) DEFERRABLE INITIALLY DEFERRED,
    confidence REAL NOT NULL,
    told INTEGER NOT NULL CHECK (told IN (0, 1)),
    search_content TEXT GENERATED ALWAYS AS (replace(replace(content, 'ё', 'е'), 'Ё', 'Е')) VIRTUAL
);
CREATE INDEX quotations_by_article ON quotations (article_id, number);
CREATE INDEX quotations_by_speaker ON quotations (speaker_id);
CREATE INDEX quotations_by_outer ON quotations (within_id) WHERE within_id IS NOT NULL;

CREATE TABLE quotation_spans (
    quotation_id INTEGER NOT NULL REFERENCES quotations (id),
    number INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL CHECK ("end" >= start),
    PRIMARY KEY (quotation_id, number)
) WITHOUT ROWID;

CREATE VIRTUAL TABLE quotations_fts USING fts5 (
    search_content, content="quotations", content_rowid="id",
    tokenize="unicode61 remove_diacritics 2 separators 'ʼ'", prefix='4'
);
CREATE TRIGGER quotations_added AFTER INSERT ON quotations BEGIN
    INSERT INTO quotations_fts (rowid, search_content) VALUES (new.id, new.search_content);
END;
CREATE TRIGGER quotations_removed AFTER DELETE ON quotations BEGIN
    INSERT INTO quotations_fts (quotations_fts, rowid, search_content)
    VALUES ('delete', old.id, old.search_content);
END;

CREATE TABLE citations (
    article_id INTEGER NOT NULL REFERENCES articles (id),
    number INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL CHECK ("end" >= start),
    outlet TEXT NOT NULL,
    cited_article_id INTEGER REFERENCES articles (id),
    PRIMARY KEY (article_id, number)
) WITHOUT ROWID;
CREATE INDEX citations_by_cited ON citations (cited_article_id) WHERE cited_article_id IS NOT NULL;

CREATE TABLE passages (
    id TEXT PRIMARY KEY,
    story_id INTEGER NOT NULL REFERENCES stories (id),
    number INTEGER NOT NULL,
    from_article_id INTEGER NOT NULL REFERENCES articles (id),
    from_start INTEGER NOT NULL,
    from_end INTEGER NOT NULL,
    to_article_id INTEGER NOT NULL REFERENCES articles (id),
    to_start INTEGER NOT NULL,
    to_end INTEGER NOT NULL,
    kind TEXT NOT NULL,
    score REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX passages_by_story ON passages (story_id, number);
CREATE INDEX passages_by_from ON passages (from_article_id);
CREATE INDEX passages_by_to ON passages (to_article_id);

CREATE TABLE families (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    story_id INTEGER NOT NULL REFERENCES stories (id),
    number INTEGER NOT NULL,
    speaker_id TEXT REFERENCES speakers (id)
) WITHOUT ROWID;
CREATE INDEX families_by_story ON families (story_id, number);
CREATE INDEX families_by_speaker ON families (speaker_id);

CREATE TABLE readings (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    story_id INTEGER NOT NULL REFERENCES stories (id),
    number INTEGER NOT NULL,
    article_id INTEGER NOT NULL REFERENCES articles (id),
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL CHECK ("end" >= start),
    form TEXT NOT NULL CHECK (form IN ('direct', 'indirect', 'mixed', 'narration')),
    quotation_id INTEGER REFERENCES quotations (id) DEFERRABLE INITIALLY DEFERRED
) WITHOUT ROWID;
CREATE INDEX readings_by_story ON readings (story_id, number);
CREATE INDEX readings_by_article ON readings (article_id);
CREATE INDEX readings_by_quotation ON readings (quotation_id) WHERE quotation_id IS NOT NULL;

CREATE TABLE family_readings (
    family_id TEXT NOT NULL REFERENCES families (id),
    number INTEGER NOT NULL,
    reading_id TEXT NOT NULL REFERENCES readings (id),
    PRIMARY KEY (family_id, number)
) WITHOUT ROWID;
CREATE INDEX family_readings_by_reading ON family_readings (reading_id);

CREATE TABLE changes (
    id TEXT PRIMARY KEY,
    story_id INTEGER NOT NULL REFERENCES stories (id),
    number INTEGER NOT NULL,
    family_id TEXT NOT NULL REFERENCES families (id),
    from_reading_id TEXT REFERENCES readings (id),
    to_reading_id TEXT REFERENCES readings (id),
    article_id INTEGER REFERENCES articles (id),
    label TEXT NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('none', 'minor', 'major')),
    confidence REAL NOT NULL,
    why TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX changes_by_story ON changes (story_id, number);
CREATE INDEX changes_by_family ON changes (family_id);
CREATE INDEX changes_by_from ON changes (from_reading_id);
CREATE INDEX changes_by_to ON changes (to_reading_id);
CREATE INDEX changes_by_article ON changes (article_id) WHERE article_id IS NOT NULL;

CREATE TABLE change_flags (
    change_id TEXT NOT NULL REFERENCES changes (id),
    number INTEGER NOT NULL,
    flag TEXT NOT NULL,
    PRIMARY KEY (change_id, number)
) WITHOUT ROWID;
CREATE INDEX change_flags_by_flag ON change_flags (flag);

CREATE TABLE change_reasons (
    change_id TEXT NOT NULL REFERENCES changes (id),
    number INTEGER NOT NULL,
    flag TEXT,
    why TEXT NOT NULL,
    PRIMARY KEY (change_id, number)
) WITHOUT ROWID;

CREATE TABLE edits (
    change_id TEXT NOT NULL REFERENCES changes (id),
    number INTEGER NOT NULL,
    op TEXT NOT NULL CHECK (op IN ('equal', 'delete', 'insert', 'replace')),
    from_start INTEGER NOT NULL,
    from_end INTEGER NOT NULL,
    to_start INTEGER NOT NULL,
    to_end INTEGER NOT NULL,
    PRIMARY KEY (change_id, number)
) WITHOUT ROWID;

CREATE TABLE omissions (
    story_id INTEGER NOT NULL REFERENCES stories (id),
    number INTEGER NOT NULL,
    article_id INTEGER NOT NULL REFERENCES articles (id),
    in_article_id INTEGER NOT NULL REFERENCES articles (id),
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    what TEXT NOT NULL,
    PRIMARY KEY (story_id, number)
) WITHOUT ROWID;
CREATE INDEX omissions_by_article ON omissions (article_id);
CREATE INDEX omissions_in_article ON omissions (in_article_id);

CREATE TABLE additions (
    story_id INTEGER NOT NULL REFERENCES stories (id),
    number INTEGER NOT NULL,
    article_id INTEGER NOT NULL REFERENCES articles (id),
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    PRIMARY KEY (story_id, number)
) WITHOUT ROWID;
CREATE INDEX additions_by_article ON additions (article_id);

CREATE TABLE facts (
    id TEXT PRIMARY KEY,
    story_id INTEGER NOT NULL REFERENCES stories (id),
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    verdict TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX facts_by_story ON facts (story_id, number);

CREATE TABLE fact_readings (
    fact_id TEXT NOT NULL REFERENCES facts (id),
    number INTEGER NOT NULL,
    article_id INTEGER NOT NULL REFERENCES articles (id),
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (fact_id, number)
) WITHOUT ROWID;
CREATE INDEX fact_readings_by_article ON fact_readings (article_id);

CREATE TABLE derivations (
    id TEXT PRIMARY KEY,
    story_id INTEGER NOT NULL REFERENCES stories (id),
    number INTEGER NOT NULL,
    from_article_id INTEGER REFERENCES articles (id),
    from_hidden TEXT,
    from_outlet TEXT,
    to_article_id INTEGER NOT NULL REFERENCES articles (id),
    kind TEXT NOT NULL CHECK (kind IN ('stated', 'inferred')),
    probability REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX derivations_by_story ON derivations (story_id, number);
CREATE INDEX derivations_by_from ON derivations (from_article_id);
CREATE INDEX derivations_by_to ON derivations (to_article_id);

CREATE TABLE evidence (
    id TEXT PRIMARY KEY,
    derivation_id TEXT NOT NULL REFERENCES derivations (id),
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    weight REAL NOT NULL,
    why TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX evidence_by_derivation ON evidence (derivation_id, number);

CREATE TABLE evidence_spans (
    evidence_id TEXT NOT NULL REFERENCES evidence (id),
    number INTEGER NOT NULL,
    article_id INTEGER NOT NULL REFERENCES articles (id),
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    PRIMARY KEY (evidence_id, number)
) WITHOUT ROWID;
CREATE INDEX evidence_spans_by_article ON evidence_spans (article_id);

CREATE TABLE rejects (
    input TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (input, reason)
) WITHOUT ROWID;

CREATE TABLE notes (
    input TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (input, text)
) WITHOUT ROWID;

CREATE TABLE visits (
    url TEXT PRIMARY KEY,
    found_at TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT
) WITHOUT ROWID;

-- What a later build needs to go on from here; nobody else has use for it. It can be made again from the articles.

CREATE TABLE findings (
    article_id INTEGER PRIMARY KEY REFERENCES articles (id),
    found BLOB NOT NULL,
    profile BLOB NOT NULL
);

CREATE TABLE backgrounds (
    articles INTEGER PRIMARY KEY,
    digest INTEGER NOT NULL,
    counts BLOB NOT NULL
);

CREATE TABLE postings (
    term INTEGER NOT NULL,
    week INTEGER NOT NULL,
    article_id INTEGER NOT NULL REFERENCES articles (id),
    PRIMARY KEY (term, week, article_id)
) WITHOUT ROWID;

CREATE TABLE likenesses (
    article_id INTEGER NOT NULL REFERENCES articles (id),
    other_id INTEGER NOT NULL REFERENCES articles (id),
    odds REAL NOT NULL,
    PRIMARY KEY (article_id, other_id)
) WITHOUT ROWID;
