"""Every member of every closed set has its word; cleaned text can steer nothing."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retold import model
from retold.present import words
from retold.present.lettering import clean_block, clean_line, clean_run, shorten_line


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        (words.LABELS, model.Label),
        (words.FLAGS, model.Flag),
        (words.SEVERITIES, model.Severity),
        (words.SEVERITY_SHAPES, model.Severity),
        (words.OMISSIONS, model.OmissionKind),
        (words.FACT_KINDS, model.FactKind),
        (words.VERDICTS, model.Verdict),
        (words.DERIVATIONS, model.DerivationKind),
        (words.EVIDENCE, model.EvidenceKind),
        (words.PASSAGES, model.PassageKind),
        (words.FORMS, model.ReadingForm),
        (words.KINDS, model.QuotationKind),
    ],
)
def test_every_member_has_a_word(table: dict[str, str], kind: object) -> None:
    assert set(table) == set(get_args(kind))


def test_no_word_judges_truth() -> None:
    said = " ".join([*words.LABELS.values(), *words.FLAGS.values()]).lower()
    assert not {"fake", "false", "lie", "fabricated"} & set(said.split())


@pytest.mark.parametrize(
    ("groups", "count"),
    [((), 0), ((("A", "B"),), 0), ((("A",), ("B",), ("C",)), 1), ((("A", "B"), ("C", "D"), ("E",)), 2)],
)
def test_unjoined_reports_are_all_named(groups: tuple[tuple[str, ...], ...], count: int) -> None:
    lines = words.write_unknown(groups)
    assert len(lines) == count
    assert all(name in " ".join(lines) for group in groups[1:] for name in group)


@given(st.text())
def test_cleaned_text_has_no_controls(text: str) -> None:
    for shown in (clean_line(text), clean_run(text), shorten_line(text, 30)):
        assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in shown)
        assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ufeff\u200f")
    assert len(shorten_line(text, 30)) <= 30
    assert not any(ord(c) < 32 and c not in "\n\t" for c in clean_block(text))


@given(st.text(alphabet=st.characters(categories=("L", "N", "P"))))
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert clean_line(text) == text
