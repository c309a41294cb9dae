"""The shape of a language file: one struct a section, so that a missing or misspelt key fails at loading, by name."""

from typing import Literal

from msgspec import Struct


class Words(Struct, frozen=True, forbid_unknown_fields=True):
    """How words are compared. `stop`: function words, without weight. `suffixes`: (ending, replacement), longest first,
    for the light stemmer that finds related sentences; it decides no label. `own_letters`: no longer text is without
    all of them; `foreign_letters`: a text with many of them is in another language of the same script."""

    stop: frozenset[str] = frozenset()
    suffixes: tuple[tuple[str, str], ...] = ()
    suffix_stem_chars: int = 3
    own_letters: str = ""
    foreign_letters: str = ""


class Relate(Struct, frozen=True, forbid_unknown_fields=True):
    """How related wording is found. `aliases`: form → the runs of words that stand for it. `common`: content words that
    any report may use, worth less than a story's own."""

    aliases: dict[str, tuple[str, ...]] = {}
    common: tuple[str, ...] = ()


class Marks(Struct, frozen=True, forbid_unknown_fields=True):
    """Quotation marks. `pairs`: (opening mark, the marks that close it, with blanks between). `apostrophes`:
    marks that also stand inside
    words. `after_opener`: what may follow an opening mark besides a letter or digit. `clipped`: how words end
    whose last letter an apostrophe stands for. `dialogue_dashes` open a paragraph of speech without marks, and set off
    a cue inside speech («A, – she said. – B»)."""

    pairs: tuple[tuple[str, str], ...] = ()
    apostrophes: frozenset[str] = frozenset()
    after_opener: str = ""
    clipped: tuple[str, ...] = ()
    dialogue_dashes: tuple[str, ...] = ()


class Verb(Struct, frozen=True, forbid_unknown_fields=True):
    """A verb that introduces what is said or thought, with the frames it takes: `quote` (marks beside it), `clause`
    ("that …"), `infinitive` ("to …", what the source will do), `command` ("X to …", what the addressee shall),
    `object` (words in marks, or a noun after `particles`), `noun` (any noun phrase of two words and more: "denied any
    wrongdoing"), `document` (its source is the text that it stands in: "говорится в письме").
    `addressee_particles` introduce whom it is said to ("called on
    X to …"); a verb with `needs` is a cue only with one of them behind it ("pointed out"); of
    a `separable` one it stands at the end of the clause ("teilte die Polizei mit")."""

    lemma: str
    forms: tuple[str, ...]
    frames: frozenset[Literal["quote", "clause", "infinitive", "command", "object", "noun", "document"]]
    takes_addressee: bool = False
    particles: tuple[str, ...] = ()
    addressee_particles: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    tone: Literal["neutral", "loaded"] = "neutral"
    stance: Literal["speech", "thought"] = "speech"
    certainty: Literal["low", "plain", "high"] = "plain"
    separable: bool = False


class Rating(Struct, frozen=True, forbid_unknown_fields=True):
    """A verb that says something of an object by a `linker`: "put the bill at 3m", "spoke of the plan as dead".
    `particle` stands between verb and object; `counts`: only where a figure follows the linker."""

    forms: tuple[str, ...]
    linker: str
    particle: str = ""
    counts: bool = False


class Cues(Struct, frozen=True, forbid_unknown_fields=True):
    """What introduces a quotation. `source_follows`: phrases whose object is the source ("according
    to"). `nouns`: with "that" ("the claim that"); whose it is stands after `noun_givers` ("a warning by X"), before
    `noun_holders` ("X is of the view") or before `noun_verbs` ("X repeated the claim"). `adjectives`: of a state of
    mind with "that" ("confident that"). Lemmas in `held_when_negated` are a cue with "not" too ("does not believe").
    `complementisers` open a clause and are no part of it; `negations` beside a cue make it none, and so do
    `unreal_auxiliaries` ("would say") and an infinitive, unless it hangs on one of `real_infinitives` ("went on
    to say").
    `auxiliaries` stand between a source and its cue, `addressees` after it ("told reporters"); a `source_ends` word
    after an inverted source ("said Lind on Monday") is no part of it. `label_openers` stand before a source with
    a colon ("From X:"), `as_words` before a cue whose content
    is the main clause ("as X said"). `plainest`: the verb whose "that" may be
    left out. After `naming` words a
    short fragment in marks is a name (known as "the Shed"). A `signing` dash between a statement and a name attributes
    (`"…" — Name`). `not_sources` after "according to" name nobody; words in marks after `inscribed` ones stand on
    things and are nobody's, and short ones after `name_nouns` with "of" are names. Behind `noun_openers` a cue's form
    is a noun ("the state"). `view_openers` and `view_nouns`: "in her view". `backshifted`: what a future becomes in
    reported speech ("would"), unless with `conditions` or before `habits` ("would often", "would have"). `ratings`: see
    there. `provisos` open the condition of what was said, `reasons` its cause where one of `doubts` stands before.
    `first_person`: words for oneself.
    `clauses_in_commas`: every subordinate clause stands between commas and the order of words is free, so that
    frames of words and commas tell what a cue introduces (`annotate.frames`); then also: `source_around`, phrases with
    their source inside ("за її словами": за … словами); `questions` open indirect questions; `infinitive_endings` of
    what a source will do, `participle_endings` of cues without a subject of their own ("додавши");
    `back_pointers` stand for the sentence before ("об этом сообщил X"); `source_precedes` stand behind their source
    ("dem Minister zufolge"); those of `source_follows` that are `asides` count only behind a comma or a mark ("so X");
    an `impersonal` subject has its source in what follows ("heißt es in dem Brief"); a clause with a verb of
    `reported_moods` needs no "that" (with one of `sure_moods` a sentence of the narrator's may stand in between), and
    `infinitive_marks` open what the source will do ("…, das Haus zu räumen"). Nouns for `utterances` lead up to words
    in marks ("Parolen wie „…“"). `document_openers` stand before the text of which a cue with the
    frame `document` tells."""

    clauses_in_commas: bool = False
    source_around: tuple[tuple[str, str], ...] = ()
    questions: frozenset[str] = frozenset()
    infinitive_endings: tuple[str, ...] = ()
    participle_endings: tuple[str, ...] = ()
    back_pointers: tuple[str, ...] = ()
    verbs: tuple[Verb, ...] = ()
    source_follows: tuple[str, ...] = ()
    nouns: frozenset[str] = frozenset()
    adjectives: frozenset[str] = frozenset()
    noun_givers: frozenset[str] = frozenset()
    noun_holders: frozenset[str] = frozenset()
    noun_verbs: frozenset[str] = frozenset()
    complementisers: frozenset[str] = frozenset()
    negations: frozenset[str] = frozenset()
    auxiliaries: frozenset[str] = frozenset()
    addressees: frozenset[str] = frozenset()
    source_ends: frozenset[str] = frozenset()
    held_when_negated: frozenset[str] = frozenset()
    unreal_auxiliaries: frozenset[str] = frozenset()
    real_infinitives: frozenset[str] = frozenset()
    plainest: str = ""
    label_openers: frozenset[str] = frozenset()
    as_words: frozenset[str] = frozenset()
    naming: frozenset[str] = frozenset()
    signing: frozenset[str] = frozenset()
    not_sources: frozenset[str] = frozenset()
    view_openers: frozenset[str] = frozenset()
    view_nouns: frozenset[str] = frozenset()
    backshifted: frozenset[str] = frozenset()
    conditions: frozenset[str] = frozenset()
    habits: frozenset[str] = frozenset()
    inscribed: frozenset[str] = frozenset()
    name_nouns: frozenset[str] = frozenset()
    noun_openers: frozenset[str] = frozenset()
    ratings: tuple[Rating, ...] = ()
    provisos: tuple[str, ...] = ()
    doubts: frozenset[str] = frozenset()
    first_person: frozenset[str] = frozenset()
    source_precedes: frozenset[str] = frozenset()
    asides: frozenset[str] = frozenset()
    impersonal: frozenset[str] = frozenset()
    reported_moods: frozenset[str] = frozenset()
    sure_moods: frozenset[str] = frozenset()
    utterances: frozenset[str] = frozenset()
    document_openers: frozenset[str] = frozenset()
    infinitive_marks: frozenset[str] = frozenset()
    reasons: frozenset[str] = frozenset()


class Names(Struct, frozen=True, forbid_unknown_fields=True):
    """Who can speak. `titles` stand before a person's name, `title_forms`: their short forms → the long. `roles`: nouns
    for what a person is; `mouthpieces`: those that only speak for a body; `role_groups`: roles that name one office.
    `collectives`: plural nouns for people who stay unnamed. `bodies`: nouns for organisations; `body_groups`: those
    that can stand for one body; `body_endings`: kind → last words of names that tell it; `owned_by_bodies`: what has a
    body's name before "'s", or after "of" and "for"; `naming_words` stand between a noun and its name ("a charity
    called X"); `places`: nouns for places. `kin_she`, `kin_he`: relatives, who are roles too; `role_qualifiers` make of
    a role another one ("former"); `age_endings`: of "62-year-old"; `being`: between a name and what its bearer is ("is
    a potter"); `joiners` join two people, `locatives` stand before places, `clause_openers` open a clause whose subject
    is not the sentence's ("asked whether", "when"). `states`: countries, with the capitals and adjectives that stand
    for them. `pronouns`: form → what it can stand for. `linkers` join a role to whose it is ("of", "for"),
    `name_particles` stand inside names ("van"), `relatives` open a clause that is no part of a name; `former` and
    `latter` point back at one of the last two people named; `not_names` are capitalised without being one.
    `case_endings`, longest first: what a name loses and gains with its case, `case_letters`: what may be left of one at
    its end; `letter_folds`: letters written in two ways; `genitives`: how names end after "according to", and in their
    basic form, where no analyser is installed. `latin`: its letters in Latin ones, longest first. Without articles
    (`has_articles`), a lone role noun stands for the speaker who spoke last. `capital_nouns`: every noun has a capital,
    so that articles and small words tell a phrase (`annotate.phrases`): `prepositions` open what is no subject,
    `oblique` articles and pronouns neither; `genitive_articles` open whose it is; `adjective_endings` are those of
    words that may stand between."""

    titles: frozenset[str] = frozenset()
    title_forms: dict[str, str] = {}
    female_titles: frozenset[str] = frozenset()
    male_titles: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    mouthpieces: frozenset[str] = frozenset()
    role_endings: tuple[str, ...] = ()
    role_groups: tuple[tuple[str, ...], ...] = ()
    given_she: frozenset[str] = frozenset()
    given_he: frozenset[str] = frozenset()
    collectives: frozenset[str] = frozenset()
    bodies: frozenset[str] = frozenset()
    body_groups: tuple[tuple[str, ...], ...] = ()
    body_endings: dict[str, frozenset[str]] = {}
    owned_by_bodies: frozenset[str] = frozenset()
    naming_words: frozenset[str] = frozenset()
    joiners: frozenset[str] = frozenset()
    locatives: frozenset[str] = frozenset()
    clause_openers: frozenset[str] = frozenset()
    kin_she: frozenset[str] = frozenset()
    kin_he: frozenset[str] = frozenset()
    role_qualifiers: frozenset[str] = frozenset()
    age_endings: tuple[str, ...] = ()
    being: tuple[str, ...] = ()
    places: frozenset[str] = frozenset()
    states: tuple[tuple[str, ...], ...] = ()
    pronouns: dict[str, Literal["he", "she", "they", "it", "i", "we"]] = {}
    reflexives: frozenset[str] = frozenset()
    relatives: frozenset[str] = frozenset()
    person_relatives: frozenset[str] = frozenset()
    askers: frozenset[str] = frozenset()
    answerers: frozenset[str] = frozenset()
    linkers: frozenset[str] = frozenset()
    name_particles: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()
    indefinite: frozenset[str] = frozenset()
    former: frozenset[str] = frozenset()
    latter: frozenset[str] = frozenset()
    not_names: frozenset[str] = frozenset()
    case_endings: tuple[str, ...] = ()
    case_letters: str = ""
    letter_folds: tuple[tuple[str, str], ...] = ()
    genitives: tuple[tuple[str, str], ...] = ()
    latin: tuple[tuple[str, str], ...] = ()
    has_articles: bool = True
    capital_nouns: bool = False
    prepositions: frozenset[str] = frozenset()
    oblique: frozenset[str] = frozenset()
    genitive_articles: frozenset[str] = frozenset()
    adjective_endings: tuple[str, ...] = ()


class Facts(Struct, frozen=True, forbid_unknown_fields=True):
    """How dates and figures are written. All words in small letters; phrases are words with one blank between.

    `months` and `weekdays` give the forms of each, in calendar order; `relative` maps a phrase to unit and offset
    ("day:-1"). `units` maps a form to the unit's name in English, which is what readings in two languages meet in,
    `currencies` and `currency_signs` to a code. `about`, `at_least` and `at_most` stand before a figure and say that it
    is no exact one. `year_before` makes a bare four-digit figure after it a year, `year_before_weak` only where
    no counted thing follows. `name_heads` are followed by a number that is a name ("article 5"). `tolls`: groups of
    words for what befell people, each a figure that an event has one of (died, was hurt).
    """

    decimal: str = "."
    groups: tuple[str, ...] = (",",)
    months: tuple[tuple[str, ...], ...] = ()
    weekdays: tuple[tuple[str, ...], ...] = ()
    are_dates_capitalised: bool = False
    seasons: dict[str, str] = {}
    numbers: dict[str, int] = {}
    number_joiners: frozenset[str] = frozenset()
    number_articles: frozenset[str] = frozenset()
    magnitudes: dict[str, int] = {}
    round_magnitudes: frozenset[str] = frozenset()
    fractions: dict[str, float] = {}
    fraction_after: frozenset[str] = frozenset()
    fraction_not_before: frozenset[str] = frozenset()
    one: frozenset[str] = frozenset()
    tolls: tuple[tuple[str, ...], ...] = ()
    one_not_before: frozenset[str] = frozenset()
    currency_signs: dict[str, str] = {}
    currencies: dict[str, str] = {}
    percent: tuple[str, ...] = ()
    percent_points: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    at_least: tuple[str, ...] = ()
    at_most: tuple[str, ...] = ()
    units: dict[str, str] = {}
    plural_endings: tuple[str, ...] = ()
    age_before: tuple[str, ...] = ()
    age_after: tuple[str, ...] = ()
    ordinal_suffixes: frozenset[str] = frozenset()
    ordinals: dict[str, int] = {}
    ordinal_joiners: frozenset[str] = frozenset()
    year_before: frozenset[str] = frozenset()
    year_before_weak: frozenset[str] = frozenset()
    year_after: frozenset[str] = frozenset()
    decade_suffixes: frozenset[str] = frozenset()
    month_before: frozenset[str] = frozenset()
    season_before: frozenset[str] = frozenset()
    future_before: frozenset[str] = frozenset()
    future_words: frozenset[str] = frozenset()
    recurring_before: frozenset[str] = frozenset()
    relative: dict[str, str] = {}
    ago: frozenset[str] = frozenset()
    hours: dict[str, str] = {}
    morning: tuple[str, ...] = ()
    evening: tuple[str, ...] = ()
    oclock: tuple[str, ...] = ()
    time_before: frozenset[str] = frozenset()
    range_before: frozenset[str] = frozenset()
    range_and: frozenset[str] = frozenset()
    range_to: frozenset[str] = frozenset()
    change_before: frozenset[str] = frozenset()
    score_words: frozenset[str] = frozenset()
    score_joiners: frozenset[str] = frozenset()
    name_heads: tuple[str, ...] = ()
    place_heads: frozenset[str] = frozenset()
    photo: tuple[str, ...] = ()
    publication: tuple[str, ...] = ()
    writing: frozenset[str] = frozenset()


class Zones(Struct, frozen=True, forbid_unknown_fields=True):
    """What tells the lines of an article apart. All but `sections`, `language_labels` and `date_words` are regular
    expressions, matched without regard to case unless they begin with `(?-i:`.

    `furniture`: the whole line. `furniture_starts`: how a line starts. `furniture_inside`: anywhere in a line without
    quotation marks. `related_starts`: a line that introduces other articles. `caption_starts`: how a caption starts.
    `caption_marks`: the word before a credit, with its colon, anywhere in a line. `caption_credits`: how a
    caption ends.
    `caption_inside`: what only a description of a picture says. `byline_starts`, `bylines`: how a byline starts, and
    the whole of one. `about`: what is said of an author or an outlet. `about_headings`: the line above that.
    `about_verbs`: what follows the outlet's own name in its self-description. `headings_never`: a short line that
    starts
    so is no heading. `sections`: names of sections of a newspaper. `date_words`: months and weekdays.
    """

    furniture: tuple[str, ...] = ()
    furniture_starts: tuple[str, ...] = ()
    furniture_inside: tuple[str, ...] = ()
    related_starts: tuple[str, ...] = ()
    caption_starts: tuple[str, ...] = ()
    caption_marks: tuple[str, ...] = ()
    caption_credits: tuple[str, ...] = ()
    caption_inside: tuple[str, ...] = ()
    byline_starts: tuple[str, ...] = ()
    bylines: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    about_headings: tuple[str, ...] = ()
    about_verbs: tuple[str, ...] = ()
    headings_never: tuple[str, ...] = ()
    sections: frozenset[str] = frozenset()
    language_labels: frozenset[str] = frozenset()
    date_words: frozenset[str] = frozenset()


class Citations(Struct, frozen=True, forbid_unknown_fields=True):
    """How an article names another outlet. Phrases are words, matched without regard to case.

    `outlet_words`: a capitalised name with one of them is an outlet; `weak_outlet_words`: only in a frame that outlets
    stand in. `outlet_endings`: how a one-word name of an outlet ends. `outlets`: well-known names without such a word.
    `not_outlets`: names that have such a word and are none. `articles`: the words that a name may be written with or
    without. `verbs_after` ("City Bulletin reports"), `verbs_before` ("reports City Bulletin") and `weak_verbs`
    (a person does so too: only with a sure name); `bare_verbs`: enough for one unknown word; `adverbs` may stand
    between.
    `indefinite`: articles that make of a name a mere attribute ("a CNN poll") unless a word of `report_words` follows.
    `documents`: what an organisation at hand publishes itself; `body_documents`: an expression for what of it stands
    with its noun for {body} ("the federation's website"); after "the Mill said" `in_documents` stand ("in a
    statement"); `company_suffixes` close a company's name. `of_speakers`: introducers that name a speaker too
    ("according to"). `wire_words`: how an agency's name ends in a
    credit. `introducers`: what stands before the
    name; `weak_introducers`: what stands as well before people. `descriptors`: words that may stand before the name
    ("the newspaper"). `credit_labels` stand before the name of a credit in brackets
    ("source:"), `anaphors` for the outlet cited last. `credits`: how a credit starts. `not_before`: what keeps a
    name from being a subject.
    `told_verbs` … `told_articles` stand around who told the outlet ("sagte Tiede der „Warte“").
    `own_sure`, `own`: regular
    expressions for how an article names its own outlet, any name or one that looks like an outlet's; `{name}` is it.
    """

    outlet_words: frozenset[str] = frozenset()
    weak_outlet_words: frozenset[str] = frozenset()
    outlet_endings: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    not_outlets: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    indefinite: tuple[str, ...] = ()
    report_words: tuple[str, ...] = ()
    told_verbs: tuple[str, ...] = ()
    told_articles: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    in_documents: tuple[str, ...] = ()
    body_documents: str = ""
    of_speakers: tuple[str, ...] = ()
    company_suffixes: frozenset[str] = frozenset()
    wire_words: frozenset[str] = frozenset()
    connectors: tuple[str, ...] = ()
    verbs_after: tuple[str, ...] = ()
    verbs_before: tuple[str, ...] = ()
    bare_verbs: tuple[str, ...] = ()
    weak_verbs: tuple[str, ...] = ()
    adverbs: tuple[str, ...] = ()
    introducers: tuple[str, ...] = ()
    weak_introducers: tuple[str, ...] = ()
    descriptors: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()
    credit_labels: frozenset[str] = frozenset()
    anaphors: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()
    own_sure: tuple[str, ...] = ()
    own: tuple[str, ...] = ()


class Derivations(Struct, frozen=True, forbid_unknown_fields=True):
    """Who retells whom. `relays`: phrases that set an outlet one step farther off where another outlet is cited in the
    same sentence ("X reported, citing Y"; "she told Y, X reports"): the report at hand was taken from X. `updates`:
    what a page that was changed after it came out says of itself, beside a date or time."""

    relays: tuple[str, ...] = ()
    updates: tuple[str, ...] = ()


class ParserPackage(Struct, frozen=True, forbid_unknown_fields=True):
    """The installed package that holds a parser, and the extra that brings it. `stand_in`: the interjection that takes
    the place of a direct quotation while its frame is parsed."""

    package: str
    extra: str
    stand_in: str


class MorphologyPackage(Struct, frozen=True, forbid_unknown_fields=True):
    """The installed package that knows the forms of words, its dictionary, and the extra that brings both."""

    package: str
    dictionary: str
    extra: str


class Changes(Struct, frozen=True, forbid_unknown_fields=True):
    """What decides labels and flags of a change. Words and phrases stand in small letters, contractions written out.

    `negations` deny, `reversals` by their meaning ("refused"), `negative_prefixes` by their form;
    `negative_determiners` deny a noun and what is said of it ("no anchor may be dropped"); behind
    `negative_conditions` a "not" takes back what they deny ("unless it is not paid"); `double_negatives` deny
    nothing. `modals` and `quantifiers`: class → phrases (a phrase may stand in several classes: it then conflicts with
    none of them); `modal_cues`: cues that say as much; `not_modals`, `not_quantifiers`, `not_hedges`: what only looks
    like one. `hedges` and `intentions` ("plans to") make a statement less certain, `faint_hedges` may do so and only
    keep a flag away. `order_openers` may stand before an imperative. `intensifiers` and `softeners` go before another
    word, `epithets` too, but their loss says something only inside marks; none of them after a `comparatives` word.
    `scales`: words of one thing, weak to strong, equals divided by a slash. `contexts`: what opens a condition,
    concession, purpose or limit; `told_contexts`: what may tell one in other words. `questions`: what "if" may follow;
    after `but_idioms` a "but" opens no concession ("nothing but"). `joiners` put two statements into one sentence.

    `function` words and `auxiliaries` carry no content; `passives`: auxiliaries of the passive. `irregular`: forms of
    one word. `contractions`: (ending, full), `contracted`: whole words; `is_hosts`: after these 's is "is".
    `spellings`: (pattern, replacement) that bring spellings of one word together. `same`: a written form → the words it
    stands for. `figure_signals` after a figure say that it is no exact one. `units`: (forms, unit, how many of it).
    `abbreviations` end in a full stop that ends no sentence.

    `loaded_cues` judge truth, attitude or mood, besides those that `cues` calls so; `act_cues` only name what the words
    themselves do; `hedging_cues` make less of a statement.
    """

    negations: frozenset[str] = frozenset()
    reversals: frozenset[str] = frozenset()
    negative_determiners: frozenset[str] = frozenset()
    negative_conditions: frozenset[str] = frozenset()
    negative_prefixes: tuple[str, ...] = ()
    double_negatives: tuple[str, ...] = ()
    but_idioms: frozenset[str] = frozenset()
    joiners: frozenset[str] = frozenset()
    modals: dict[str, tuple[str, ...]] = {}
    not_modals: tuple[str, ...] = ()
    modal_cues: dict[str, tuple[str, ...]] = {}
    quantifiers: dict[str, tuple[str, ...]] = {}
    not_quantifiers: tuple[str, ...] = ()
    hedges: tuple[str, ...] = ()
    not_hedges: tuple[str, ...] = ()
    intentions: tuple[str, ...] = ()
    faint_hedges: tuple[str, ...] = ()
    order_openers: frozenset[str] = frozenset()
    intensifiers: frozenset[str] = frozenset()
    softeners: frozenset[str] = frozenset()
    epithets: frozenset[str] = frozenset()
    comparatives: frozenset[str] = frozenset()
    scales: tuple[tuple[str, ...], ...] = ()
    contexts: dict[str, tuple[str, ...]] = {}
    told_contexts: dict[str, tuple[str, ...]] = {}
    questions: frozenset[str] = frozenset()
    function: frozenset[str] = frozenset()
    auxiliaries: frozenset[str] = frozenset()
    irregular: tuple[tuple[str, ...], ...] = ()
    contractions: tuple[tuple[str, str], ...] = ()
    contracted: dict[str, str] = {}
    is_hosts: frozenset[str] = frozenset()
    spellings: tuple[tuple[str, str], ...] = ()
    same: dict[str, str] = {}
    figure_signals: tuple[str, ...] = ()
    units: tuple[tuple[tuple[str, ...], str, int], ...] = ()
    abbreviations: frozenset[str] = frozenset()
    loaded_cues: frozenset[str] = frozenset()
    act_cues: frozenset[str] = frozenset()
    hedging_cues: frozenset[str] = frozenset()
    passives: frozenset[str] = frozenset()


class Stories(Struct, frozen=True, forbid_unknown_fields=True):
    """How articles on one event are told from others. `frequent`: content words, in their basic form, that many reports
    have whatever their event is. `stem_chars`: where no endings are known, a word's first so many characters stand for
    it (0: all). `least_chars`: shorter words are left out, which does for a list of function words."""

    frequent: tuple[str, ...] = ()
    stem_chars: int = 0
    least_chars: int = 2


class Language(Struct, frozen=True, forbid_unknown_fields=True):
    """One language: what the stages look up instead of knowing it. `code` is ISO 639-1."""

    code: str
    name: str
    parser: ParserPackage | None = None
    morphology: MorphologyPackage | None = None
    words: Words = Words()
    marks: Marks = Marks()
    cues: Cues = Cues()
    names: Names = Names()
    relate: Relate = Relate()
    facts: Facts = Facts()
    zones: Zones = Zones()
    citations: Citations = Citations()
    derivations: Derivations = Derivations()
    changes: Changes = Changes()
    stories: Stories = Stories()
