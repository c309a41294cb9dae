"""A change as a run of words to show: what stayed, what went, what came."""

from typing import Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

from retold.model import Change, Edit, EditOp, Span

PieceKind: TypeAlias = Literal["same", "removed", "added", "aside", "space"]

_READABLE_SHARE: Final = 0.3
"""Below this share of kept characters a word diff is confetti, and the later words are shown as they stand."""


class Piece(Struct, frozen=True):
    """A run of one reading's characters. `removed` stands in the earlier reading, all but `space` in the later one.

    `aside`: the later article's words round the compared ones (the narrator's part, a cue that interrupts).
    `space`: a blank set round removed words, from neither text.
    """

    kind: PieceKind
    text: str


def build_pieces(change: Change, earlier_text: str, later_text: str, later: Span) -> tuple[Piece, ...]:
    """The later reading, `later` in `later_text`, with the words that `change` took out of `earlier_text` set in.

    `same`, `added` and `aside` together are always the later reading, character by character, whatever the edits say:
    an edit that leaves the reading or steps back is clipped. Without edits it is one `same` piece. O(edits).
    """
    if not change.edits:
        return (Piece("same", later.cut(later_text)),)
    pieces: list[Piece] = []
    at = later.start
    for edit in sorted(change.edits, key=lambda edit: (edit.to, edit.from_)):
        start = min(max(edit.to.start, at), later.end)
        end = min(max(edit.to.end, start), later.end)
        if start > at:
            pieces.append(_name_gap(later_text[at:start]))
        removed = edit.from_.cut(earlier_text) if edit.op in {"delete", "replace"} else ""
        if removed.strip():
            pieces.append(Piece("removed", removed))
        if end > start:
            pieces.append(Piece("same" if edit.op == "equal" else "added", later_text[start:end]))
        at = end
    if at < later.end:
        pieces.append(_name_gap(later_text[at : later.end]))
    return _space_out(pieces)


def build_earlier_pieces(change: Change, earlier_text: str, later_text: str, earlier: Span) -> tuple[Piece, ...]:
    """The earlier reading, character by character, with what the later one lacks as `removed`."""
    names: dict[EditOp, EditOp] = {"equal": "equal", "delete": "insert", "insert": "delete", "replace": "replace"}
    turned = tuple(Edit(names[edit.op], edit.to, edit.from_) for edit in change.edits)
    pieces = build_pieces(msgspec.structs.replace(change, edits=turned), later_text, earlier_text, earlier)
    kept = (piece for piece in pieces if piece.kind not in {"removed", "space"})
    return tuple(Piece("removed", piece.text) if piece.kind == "added" else piece for piece in kept)


def is_readable(pieces: tuple[Piece, ...]) -> bool:
    """Whether enough words stayed for the pieces to read as one sentence."""
    kept = sum(len(piece.text) for piece in pieces if piece.kind == "same")
    moved = sum(len(piece.text) for piece in pieces if piece.kind in {"removed", "added"})
    return kept >= _READABLE_SHARE * (kept + moved)


def drop_marks(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """The later reading as it stands."""
    return (Piece("same", "".join(piece.text for piece in pieces if piece.kind not in {"removed", "space"})),)


def mark_interruptions(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """A quotation in marks with each cue that interrupts it shown as marks that close and open again."""
    return tuple(Piece("aside", "” “") if piece.kind == "aside" else piece for piece in pieces)


def _name_gap(text: str) -> Piece:
    """Blanks and points between two edits belong to the reading; words there are the later article's own."""
    return Piece("aside" if any(character.isalnum() for character in text) else "same", text)


def _space_out(pieces: list[Piece]) -> tuple[Piece, ...]:
    spaced: list[Piece] = []
    for piece in pieces:
        if spaced and "removed" in {piece.kind, spaced[-1].kind}:
            before, after = spaced[-1].text[-1], piece.text[0]
            opens = before.isspace() or before in "([{«“‘\"'—–"
            closes = after.isspace() or after in ")]}»”’.,;:!?"
            if not opens and not (closes and piece.kind != "removed"):
                spaced.append(Piece("space", " "))
        spaced.append(piece)
    return tuple(spaced)
