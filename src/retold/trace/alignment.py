"""Which words of a later reading stand for which words of an earlier one.

Short readings (nearly all) are aligned by affine-gap dynamic programming (Gotoh 1982), which keeps runs together and
prefers equal, then related words; long ones by RapidFuzz's longest common subsequence, which is fast at any length.
"""

from collections.abc import Collection, Sequence
from itertools import pairwise

from msgspec import Struct
from rapidfuzz.distance import Indel

from retold.model import Edit, EditOp, Span
from retold.trace.wordings import Token

MOST_CELLS = 90_000
"""Up to 300 × 300 words the exact alignment stays under a third of a second; beyond, the subsequence is used."""

_EQUAL_CONTENT, _EQUAL_PLAIN, _RELATED, _OTHER = 4.0, 2.0, 1.5, -1.5
_OPEN, _EXTEND = -2.5, -0.1


class Block(Struct, frozen=True):
    """`earlier[a:b]` against `later[c:d]`, in token indices."""

    op: EditOp
    a: int
    b: int
    c: int
    d: int


def align_words(
    earlier: Sequence[str],
    later: Sequence[str],
    keys: tuple[Sequence[str], Sequence[str]],
    plain: frozenset[str],
    breaks: Collection[int] = (),
) -> tuple[Block, ...]:
    """Blocks that lead from `earlier` to `later`, in order; together they cover both.

    `keys`: the stems of the same words, for "related"; `plain`: words that weigh less; `breaks`: the words of `later`
    before which a mark shows that something was left out. O(n·m) up to `MOST_CELLS`, then O(n·m / 64).

    >>> [b.op for b in align_words("end making excuses".split(), "end the excuses".split(),
    ...                            (["end", "mak", "excus"], ["end", "the", "excus"]), frozenset({"the"}))]
    ['equal', 'replace', 'equal']
    """
    head = 0
    while head < min(len(earlier), len(later)) and earlier[head] == later[head]:
        head += 1
    if head == len(earlier) == len(later):
        return (Block("equal", 0, head, 0, head),) if head else ()
    if len(earlier) * len(later) <= MOST_CELLS:
        pairs = _align_affine(earlier, later, keys, plain)
    else:
        pairs = [
            (i, j)
            for op in Indel.opcodes(earlier, later)
            if op.tag == "equal"
            for i, j in zip(range(op.src_start, op.src_end), range(op.dest_start, op.dest_end), strict=True)
        ]
    pairs = _move_gaps(_slide(pairs, earlier, later), earlier, later, breaks)
    return _to_blocks(pairs, len(earlier), len(later))


def _align_affine(
    earlier: Sequence[str], later: Sequence[str], keys: tuple[Sequence[str], Sequence[str]], plain: frozenset[str]
) -> list[tuple[int, int]]:
    """Index pairs of equal words on the best path."""
    n, m = len(earlier), len(later)
    low = float("-inf")
    match = [[low] * (m + 1) for _ in range(n + 1)]
    gap_a = [[low] * (m + 1) for _ in range(n + 1)]  # a word of the earlier reading is left out
    gap_b = [[low] * (m + 1) for _ in range(n + 1)]  # a word is put in
    match[0][0] = 0.0
    for i in range(1, n + 1):
        gap_a[i][0] = _OPEN + _EXTEND * i
    for j in range(1, m + 1):
        gap_b[0][j] = _OPEN + _EXTEND * j
    keys_a, keys_b = keys
    for i in range(1, n + 1):
        word, key = earlier[i - 1], keys_a[i - 1]
        equal = _EQUAL_PLAIN if word in plain else _EQUAL_CONTENT
        above_m, above_a, above_b = match[i - 1], gap_a[i - 1], gap_b[i - 1]
        row_m, row_a, row_b = match[i], gap_a[i], gap_b[i]
        for j in range(1, m + 1):
            score = equal if word == later[j - 1] else _RELATED if key == keys_b[j - 1] else _OTHER
            row_m[j] = max(above_m[j - 1], above_a[j - 1], above_b[j - 1]) + score
            row_a[j] = max(above_m[j] + _OPEN, above_a[j], above_b[j] + _OPEN) + _EXTEND
            row_b[j] = max(row_m[j - 1] + _OPEN, row_b[j - 1], row_a[j - 1] + _OPEN) + _EXTEND
    pairs: list[tuple[int, int]] = []
    i, j = n, m
    state = max(range(3), key=lambda s: ((match, gap_a, gap_b)[s][n][m], -s))
    while i > 0 or j > 0:
        if state == 0:
            if earlier[i - 1] == later[j - 1]:
                pairs.append((i - 1, j - 1))
            i, j = i - 1, j - 1
            here = (match[i][j], gap_a[i][j], gap_b[i][j])
        elif state == 1:
            i -= 1
            here = (match[i][j] + _OPEN, gap_a[i][j], gap_b[i][j] + _OPEN)
        else:
            j -= 1
            here = (match[i][j] + _OPEN, gap_a[i][j] + _OPEN, gap_b[i][j])
        state = max(range(3), key=lambda s: (here[s], -s))
        if i == 0 and j > 0:
            state = 2
        elif j == 0 and i > 0:
            state = 1
    return pairs[::-1]


def _to_blocks(pairs: list[tuple[int, int]], n: int, m: int) -> tuple[Block, ...]:
    blocks: list[Block] = []
    a = c = 0  # the next words not yet in a block
    for i, j in pairs:
        last = blocks[-1] if blocks else None
        if last is not None and last.op == "equal" and (i, j) == (a, c):
            blocks[-1] = Block("equal", last.a, i + 1, last.c, j + 1)
        else:
            _add_difference(blocks, a, i, c, j)
            blocks.append(Block("equal", i, i + 1, j, j + 1))
        a, c = i + 1, j + 1
    _add_difference(blocks, a, n, c, m)
    return tuple(blocks)


def _slide(pairs: list[tuple[int, int]], earlier: Sequence[str], later: Sequence[str]) -> list[tuple[int, int]]:
    """A few words at an edge that were matched across a gap are matched beside the main run where they stand there too.

    "I | have gone before. I | was cleaning": the first I belongs to what was put in, the second to what was kept.
    """
    edge = 0
    while edge + 1 < len(pairs) and pairs[edge + 1] == (pairs[edge][0] + 1, pairs[edge][1] + 1):
        edge += 1
    size = edge + 1
    if pairs and pairs[0] == (0, 0) and size < len(pairs):
        i, j = pairs[size]
        if (i == size) != (j == size) and i >= size and j >= size:
            moved = [(i - size + k, j - size + k) for k in range(size)]
            if all(earlier[x] == later[y] for x, y in moved):
                return moved + pairs[size:]
    return pairs


def _move_gaps(
    pairs: list[tuple[int, int]], earlier: Sequence[str], later: Sequence[str], breaks: Collection[int]
) -> list[tuple[int, int]]:
    """Words left out are those at the mark that shows it, where a repeated word allows either.

    "to the metre, and that metre was all" → "to the metre […] was all": not "to the […] metre was all".
    """
    for mark in sorted(breaks):
        for n in range(len(pairs) - 1):
            (i, j), (k, m) = pairs[n], pairs[n + 1]
            if m != j + 1 or k == i + 1 or mark == m:
                continue
            size = abs(mark - m)
            if mark < m:  # the last `size` words before the gap may stand behind it
                rows, moved = range(n - size + 1, n + 1), [(k - m + y, y) for y in range(mark, m)]
            else:
                rows, moved = range(n + 1, n + 1 + size), [(i - j + y, y) for y in range(m, mark)]
            if rows.start < 0 or rows.stop > len(pairs) or [pairs[r][1] for r in rows] != [y for _, y in moved]:
                continue
            if all(i - size < x < k + size and earlier[x] == later[y] for x, y in moved):
                changed = pairs[: rows.start] + moved + pairs[rows.stop :]
                if all(one[0] < two[0] for one, two in pairwise(changed)):
                    pairs = changed
                    break
    return pairs


def _add_difference(blocks: list[Block], a: int, b: int, c: int, d: int) -> None:
    if a < b and c < d:
        blocks.append(Block("replace", a, b, c, d))
    elif a < b:
        blocks.append(Block("delete", a, b, c, c))
    elif c < d:
        blocks.append(Block("insert", a, a, c, d))


def make_edits(blocks: Sequence[Block], earlier: Sequence[Token], later: Sequence[Token]) -> tuple[Edit, ...]:
    """The blocks as edits in code points of the two articles. An empty side stands where the words would go."""
    return tuple(Edit(block.op, _cover(earlier, block.a, block.b), _cover(later, block.c, block.d)) for block in blocks)


def _cover(tokens: Sequence[Token], start: int, end: int) -> Span:
    if start < end:
        return Span(tokens[start].span.start, tokens[end - 1].span.end)
    if start > 0:
        return Span(tokens[start - 1].span.end, tokens[start - 1].span.end)
    at = tokens[0].span.start if tokens else 0
    return Span(at, at)
