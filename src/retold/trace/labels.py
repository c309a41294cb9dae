"""Which label fits two readings in marks: what was left out, put in or replaced, and whether it shows."""

from collections.abc import Sequence

from msgspec import Struct

from retold.annotate.forms import make_key
from retold.languages import Language
from retold.model import Flag, Label
from retold.trace.alignment import Block, align_words
from retold.trace.folding import fold_tokens
from retold.trace.wordings import (
    Token,
    Wording,
    find_tokens,
    find_typography,
    say_words,
    shows_gap_at_end,
    shows_gap_at_start,
    unmask,
)

SHORT_RUN_WORDS = 3
"""A run this long is no coincidence of common words."""


class Compared(Struct, frozen=True):
    """Two readings side by side: the tokens compared and the blocks between them."""

    earlier: tuple[Token, ...]
    later: tuple[Token, ...]
    blocks: tuple[Block, ...]


class Ruling(Struct, frozen=True):
    """A label with the flags that come from the shape of the change, and the reasons in words.

    `replaced`: the blocks whose words differ in more than a cut; flags of meaning are looked for there. `cuts`: the
    blocks that were left out.
    """

    label: Label
    flags: frozenset[Flag]
    reasons: tuple[str, ...]
    compared: Compared
    replaced: tuple[Block, ...] = ()
    cuts: tuple[Block, ...] = ()


def compare_tokens(earlier: tuple[Token, ...], later: tuple[Token, ...], language: Language) -> Compared:
    """Aligns two sequences of tokens. A run found whole in the other is taken as it stands."""
    earlier = unmask(earlier, later)
    later = unmask(later, earlier)
    a, b = [t.norm for t in earlier], [t.norm for t in later]
    at = _find_run(earlier, b) if len(b) <= len(a) else None
    if at is not None and b:
        blocks = _frame("delete", at, len(b), len(a))
    elif len(a) < len(b) and a and (at := _find_run(later, a)) is not None:
        blocks = _frame("insert", at, len(a), len(b))
    else:
        plain = language.changes.function | language.changes.auxiliaries
        keys = ([make_key(w, language) for w in a], [make_key(w, language) for w in b])
        shown = [n for n, token in enumerate(later) if token.is_after_gap]
        blocks = _split_at_sentences(align_words(a, b, keys, plain, shown), earlier)
    return Compared(earlier, later, blocks)


def _find_run(tokens: Sequence[Token], run: Sequence[str]) -> int | None:
    """Where `run` stands in `tokens`; of several places the one that begins a sentence, else the first."""
    words = [t.norm for t in tokens]
    places = (
        [i for i in range(len(words) - len(run) + 1) if words[i] == run[0] and words[i : i + len(run)] == list(run)]
        if run
        else []
    )
    return next((i for i in places if _starts_sentence(tokens, i)), places[0] if places else None)


def _frame(op: str, at: int, length: int, total: int) -> tuple[Block, ...]:
    deleting = op == "delete"
    blocks = []
    if at:
        blocks.append(Block("delete", 0, at, 0, 0) if deleting else Block("insert", 0, 0, 0, at))
    equal = Block("equal", at, at + length, 0, length) if deleting else Block("equal", 0, length, at, at + length)
    blocks.append(equal)
    if at + length < total:
        rest = (at + length, total)
        blocks.append(Block("delete", *rest, length, length) if deleting else Block("insert", length, length, *rest))
    return tuple(blocks)


def _split_at_sentences(blocks: tuple[Block, ...], earlier: Sequence[Token]) -> tuple[Block, ...]:
    """A replacement at the end that runs over the end of its clause or sentence is a replacement and a cut."""
    if not blocks or blocks[-1].op != "replace":
        return blocks
    last = blocks[-1]
    least = last.a + max(1, last.d - last.c)
    edge = next(
        (
            k
            for k in range(least, last.b)
            if earlier[k].is_after_break or earlier[k].sentence != earlier[k - 1].sentence
        ),
        None,
    )
    if edge is None or edge - last.a > 2 * (last.d - last.c) + 2:
        return blocks
    return (*blocks[:-1], Block("replace", last.a, edge, last.c, last.d), Block("delete", edge, last.b, last.d, last.d))


def _starts_sentence(tokens: Sequence[Token], i: int) -> bool:
    return i == 0 or i >= len(tokens) or tokens[i].sentence != tokens[i - 1].sentence


def is_function_only(tokens: Sequence[Token], language: Language) -> bool:
    """Whether these words carry no content of their own: function words and auxiliaries, no "not", modal or figure."""
    data = language.changes
    modals = {phrase for kind, phrases in data.modals.items() if kind != "future" for phrase in phrases}
    quantifiers = {phrase for phrases in data.quantifiers.values() for phrase in phrases}
    conditions = {phrase for phrases in data.contexts.values() for phrase in phrases}
    serious = data.negations | modals | quantifiers | conditions
    return all(not u.is_content and u.word not in serious and u.number is None for u in fold_tokens(tokens, language))


def rule_marked(
    earlier: Wording, later: Wording, language: Language, *, is_derived: bool, beside: Sequence[Wording] = ()
) -> Ruling:
    """The label of two readings that both stand in marks and in one language (rules 2 and 4 to 11 of the vocabulary).

    `beside`: the other readings in marks of the earlier article, to see two quotations put into one. `is_derived`: the
    later article retells the earlier one. O(n·m) in words.
    """
    compared = compare_tokens(
        find_tokens(earlier.text, earlier.marked, language), find_tokens(later.text, later.marked, language), language
    )
    if [t.norm for t in compared.earlier] == [t.norm for t in compared.later]:
        return _rule_same(earlier, later, compared)
    if earlier.form == "mixed" and _stems_from_narrator(earlier, compared, language):
        everything = compare_tokens(find_tokens(earlier.text, earlier.spans, language), compared.later, language)
        reason = "words of the reporter stand in quotation marks now"
        return Ruling("requoted", frozenset(), (reason,), everything, _changed(everything.blocks))
    middle = _inner(compared.blocks)
    has_new_words = any(b.op in ("replace", "insert") for b in compared.blocks)
    if not has_new_words:
        return _rule_left_out(later, compared, middle, language)
    is_reordered, is_inside = _find_reordered_runs(compared)
    if is_reordered:
        reason = "sentences or parts of one stand in another order"
        reordered: set[Flag] = {"unmarked", "reordered"}
        return Ruling("spliced", frozenset(reordered | ({"mid_sentence"} if is_inside else set())), (reason,), compared)
    only_added = all(b.op in ("equal", "insert") for b in compared.blocks)
    if only_added and sum(b.op == "equal" for b in compared.blocks) == 1 and not _is_bracketed(compared):
        return _rule_added(compared, beside, language)
    shared = None if is_derived else _find_shared_run(compared)
    if shared is not None:
        run = _words(compared.later[shared.c : shared.d])
        return Ruling(
            "overlapping", frozenset(), (f"both quote “{run}”, each with words that the other lacks",), compared
        )
    return _rule_altered(earlier, later, compared, language)


def _rule_same(earlier: Wording, later: Wording, compared: Compared) -> Ruling:
    one = find_typography(earlier.text, compared.earlier, earlier.marked)
    two = find_typography(later.text, compared.later, later.marked)
    if one == two:
        return Ruling("verbatim", frozenset(), ("the same words",), compared)
    reason = "the same words; only marks, dashes, spaces or capitals differ"
    return Ruling("verbatim", frozenset({"typographic"}), (reason,), compared)


def _rule_left_out(later: Wording, compared: Compared, middle: tuple[Block, ...], language: Language) -> Ruling:
    """Words were left out and none put in: elided, partial, truncated, spliced (or one function word: altered)."""
    hidden = tuple(b for b in middle if not compared.later[b.c].is_after_gap)
    start, end = _end_cuts(compared.blocks)
    start_shown = start is not None and shows_gap_at_start(later.text, later.marked)
    end_shown = end is not None and shows_gap_at_end(later.text, later.marked)
    open_ends = tuple(b for b, shown in ((start, start_shown), (end, end_shown)) if b is not None and not shown)
    if later.form == "mixed":
        open_ends = ()
        hidden = tuple(b for b in hidden if not _is_between_marks(later, compared.later, b.c))
    cuts = (*open_ends, *hidden)
    flags: set[Flag] = {"unmarked"} if cuts else set()
    if any(is_mid_sentence(compared.earlier, b) for b in cuts):
        flags.add("mid_sentence")
    if not hidden and ((middle and later.form != "mixed") or start_shown or end_shown or _shows_all(compared, middle)):
        return Ruling(
            "elided", frozenset(flags), _tell_cuts(compared, cuts) or ("every gap is shown",), compared, (), cuts
        )
    if hidden and all(is_function_only(compared.earlier[b.a : b.b], language) for b in hidden) and all(
        b.b - b.a <= 2 for b in hidden
    ):  # fmt: skip
        kept = {f for f in flags if open_ends} - ({"mid_sentence"} if not any(
            is_mid_sentence(compared.earlier, b) for b in open_ends) else set())  # fmt: skip
        reason = f"“{_words(compared.earlier[hidden[0].a : hidden[0].b])}” is left out"
        return Ruling("altered", frozenset(kept | {"minor_wording"}), (reason,), compared, hidden, open_ends)
    if hidden:
        return Ruling("spliced", frozenset(flags), _tell_cuts(compared, cuts), compared, hidden, cuts)
    if later.form == "mixed":
        run = _words(compared.later)
        return Ruling(
            "partial",
            frozenset(),
            (f"“{run}” is quoted; the reporter's clause supplies the rest",),
            compared,
            (),
            _deleted(compared),
        )
    return Ruling("truncated", frozenset(flags), _tell_cuts(compared, cuts), compared, (), cuts)


def _rule_added(compared: Compared, beside: Sequence[Wording], language: Language) -> Ruling:
    extra = [b for b in compared.blocks if b.op == "insert"]
    for block in extra:
        words = [t.norm for t in compared.later[block.c : block.d]]
        for other in beside:
            tokens = find_tokens(other.text, other.marked, language)
            if len(words) >= SHORT_RUN_WORDS and _find_run(tokens, words) is not None:
                reason = f"“{_words(compared.later[block.c : block.d])}” comes from another quotation"
                return Ruling("spliced", frozenset({"unmarked"}), (reason,), compared)
    added = "” and “".join(_words(compared.later[b.c : b.d]) for b in extra)
    reason = f"“{added}” {'are' if len(extra) > 1 else 'is'} not in the earlier reading"
    return Ruling(
        "extended",
        frozenset(),
        (reason,),
        compared,
        tuple(extra),
    )


def _rule_altered(earlier: Wording, later: Wording, compared: Compared, language: Language) -> Ruling:
    start, end = _end_cuts(compared.blocks)
    ends = tuple(b for b in (start, end) if b is not None)
    inner_cuts = tuple(b for b in _inner(compared.blocks) if b.op == "delete" and not compared.later[b.c].is_after_gap)
    replaced = tuple(
        b
        for b in _changed(compared.blocks)
        if b not in ends and not (b.op == "delete" and compared.later[b.c].is_after_gap)
    )
    flags: set[Flag] = set()
    cuts: tuple[Block, ...] = ()
    if later.form != "mixed":
        shown = (shows_gap_at_start(later.text, later.marked), shows_gap_at_end(later.text, later.marked))
        cuts = tuple(b for b, is_shown in ((start, shown[0]), (end, shown[1])) if b is not None and not is_shown)
        cuts += tuple(b for b in inner_cuts if b.b - b.a >= SHORT_RUN_WORDS)
        if cuts:
            flags.add("unmarked")
        if any(is_mid_sentence(compared.earlier, b) for b in cuts):
            flags.add("mid_sentence")
    new = [b for b in replaced if b.c < b.d]
    if new and all(t.is_bracketed for b in new for t in compared.later[b.c : b.d]):
        flags.add("bracketed")
        replaced = tuple(b for b in replaced if b not in new)
    reasons = tuple(_tell_block(compared, b) for b in replaced[:3]) or ("a bracketed word stands for another",)
    return Ruling("altered", frozenset(flags), reasons, compared, replaced, cuts)


def _stems_from_narrator(earlier: Wording, compared: Compared, language: Language) -> bool:
    """Whether the words new inside the marks were the reporter's own in the earlier, mixed reading."""
    narrated = fold_tokens(find_tokens(earlier.text, earlier.spans, language), language)
    marked = {u.key for u in fold_tokens(compared.earlier, language)}
    outside = {u.key for u in narrated if u.is_content} - marked
    extra = {u.key for u in fold_tokens(compared.later, language) if u.is_content} - marked
    taken = extra & outside
    return bool(taken) and len(taken) * 2 >= min(len(extra), len(outside))


def _find_reordered_runs(compared: Compared) -> tuple[bool, bool]:
    """Whether the later words are runs of the earlier reading in another order (each of three words or more), and
    whether a run begins or ends inside a sentence."""
    words, source = [t.norm for t in compared.later], [t.norm for t in compared.earlier]
    starts: dict[str, list[int]] = {}
    for i, word in enumerate(source):
        starts.setdefault(word, []).append(i)
    if any(word not in starts for word in words) or len(words) < 2 * SHORT_RUN_WORDS:
        return False, False
    at, runs, is_monotone, last, is_inside = 0, 0, True, -1, False
    used: set[int] = set()
    while at < len(words):
        best, where = 0, 0
        for i in starts[words[at]]:
            length = 0
            while at + length < len(words) and i + length < len(source) and words[at + length] == source[i + length]:
                length += 1
            if length > best:
                best, where = length, i
        if best < SHORT_RUN_WORDS or used & set(range(where, where + best)):
            return False, False  # words that the source has once and the copy twice were put in
        used.update(range(where, where + best))
        is_inside = is_inside or not (
            _starts_sentence(compared.earlier, where) and _starts_sentence(compared.earlier, where + best)
        )
        is_monotone = is_monotone and where > last
        at, runs, last = at + best, runs + 1, where
    return runs >= 2 and not is_monotone, is_inside


def _find_shared_run(compared: Compared) -> Block | None:
    """The one run that two excerpts of an utterance share, where what each has beyond it stands outside of it: at
    opposite ends, or as sentences of its own."""
    equals = [b for b in compared.blocks if b.op == "equal"]
    run = max(equals, key=lambda b: (b.b - b.a, -b.a), default=None)
    if run is None or run.b - run.a < SHORT_RUN_WORDS:
        return None
    rest = (len(compared.earlier) - (run.b - run.a), len(compared.later) - (run.d - run.c))
    elsewhere = sum(b.b - b.a for b in equals) - (run.b - run.a)
    if min(rest) == 0 or elsewhere * 3 > min(rest):
        return None
    for before_a, before_b, edge_a, edge_b in (
        (run.a > 0, run.c > 0, run.a, run.c),
        (run.b < len(compared.earlier), run.d < len(compared.later), run.b, run.d),
    ):
        if before_a and before_b and not (
            _starts_sentence(compared.earlier, edge_a) and _starts_sentence(compared.later, edge_b)
        ):  # fmt: skip
            return None
    return run


def _shows_all(compared: Compared, middle: tuple[Block, ...]) -> bool:
    return bool(middle) and all(compared.later[b.c].is_after_gap for b in middle)


def _is_bracketed(compared: Compared) -> bool:
    new = [t for b in compared.blocks if b.op == "insert" for t in compared.later[b.c : b.d]]
    return bool(new) and all(t.is_bracketed for t in new)


def _is_between_marks(later: Wording, tokens: Sequence[Token], c: int) -> bool:
    """Whether a pair of marks ends and another opens just before token `c`."""
    before, here = tokens[c - 1].span, tokens[c].span
    return not any(m.start <= before.start and here.end <= m.end for m in later.marked)


def is_mid_sentence(earlier: Sequence[Token], cut: Block) -> bool:
    """Whether the cut `[a, b)` falls inside a sentence of the earlier reading. Where that reading was cut before, and
    shows it, nobody can tell."""
    if cut.b == len(earlier) and cut.a < cut.b and earlier[cut.a].is_after_gap:
        return False
    return not (_starts_sentence(earlier, cut.a) and _starts_sentence(earlier, cut.b))


def _end_cuts(blocks: tuple[Block, ...]) -> tuple[Block | None, Block | None]:
    start = blocks[0] if blocks and blocks[0].op == "delete" else None
    end = blocks[-1] if len(blocks) > 1 and blocks[-1].op == "delete" else None
    return start, end


def _inner(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return tuple(b for b in blocks[1:-1] if b.op != "equal")


def _deleted(compared: Compared) -> tuple[Block, ...]:
    return tuple(b for b in compared.blocks if b.op == "delete")


def _changed(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return tuple(b for b in blocks if b.op != "equal")


def _words(tokens: Sequence[Token], most: int = 8) -> str:
    words = [t.written for t in tokens]
    return say_words(words if len(words) <= most else [*words[: most - 3], "…", *words[-2:]])


def _tell_block(compared: Compared, block: Block) -> str:
    old, new = _words(compared.earlier[block.a : block.b]), _words(compared.later[block.c : block.d])
    if block.op == "delete":
        return f"“{old}” is left out"
    if block.op == "insert":
        return f"“{new}” is put in"
    return f"“{old}” became “{new}”"


def _tell_cuts(compared: Compared, cuts: Sequence[Block]) -> tuple[str, ...]:
    reasons = []
    for cut in cuts:
        lost = _words(compared.earlier[cut.a : cut.b])
        if is_mid_sentence(compared.earlier, cut):
            reasons.append(f"“{lost}” is cut out of a sentence and nothing shows it")
        else:
            reasons.append(f"“{lost}”, a sentence or more, is cut and nothing shows it")
    return tuple(reasons)
