"""Translations as evidence: one that two reports share, two that were made apart, and words that came back."""

import hashlib
from functools import cache

import pytest

from retold.annotate.annotation import AnnotateConfig, ParserShelf, annotate_articles
from retold.languages import load_language
from retold.model import AnnotatedArticle, Article, Evidence, Published
from retold.relate.passages import PassagesConfig, find_passages
from retold.relate.speakers import join_speakers
from retold.relate.weights import weigh_stems
from retold.trace.families import FamiliesConfig, find_families
from retold.trace.profiles import Profile, make_profiles
from retold.trace.retranslations import RetranslationsConfig, weigh_translations
from retold.trace.sharing import find_sharing

TEXTS = {
    "original": (
        "en",
        "2031-05-02T08:00",
        """"The crane at Ostrand was never meant to carry forty tonnes," said the engineer Idris Vale on Monday.

"We warned the harbour of Ostrand in writing in 2029 and nobody sent us so much as a postcard," Vale said.

"If the second crane is used before the inquest, I will stand under it myself," he added.""",
    ),
    "translated": (
        "uk",
        "2031-05-02T10:00",
        """«Кран в Остранді ніколи не був розрахований на сорок тонн», – сказав у понеділок інженер Ідріс Вейл.

«Ми письмово попередили порт Остранда у 2029 році, і ніхто не надіслав нам навіть листівки», – сказав Вейл.

«Якщо другий кран запустять до завершення розслідування, я сам під ним стану», – додав він.""",
    ),
    "copied": (
        "uk",
        "2031-05-02T12:00",
        """«Кран в Остранді ніколи не був розрахований на сорок тонн», – зазначив інженер Ідріс Вейл.

«Ми письмово попередили порт Остранда у 2029 році, і ніхто не надіслав нам навіть листівки», – наголосив Вейл.

«Якщо другий кран запустять до завершення розслідування, я сам під ним стану», – запевнив він.""",
    ),
    "apart": (
        "uk",
        "2031-05-02T12:30",
        """«Остранський кран узагалі не проєктували під вантаж у сорок тонн», – пояснив інженер Ідріс Вейл.

«Ще 2029 року ми подали до порту Остранд письмове застереження, але відповіді не дочекалися», – розповів Вейл.

«Хай тільки ввімкнуть інший кран раніше, ніж скінчиться слідство, – особисто стоятиму внизу», – заявив він.""",
    ),
    "returned": (
        "en",
        "2031-05-02T18:00",
        """"The crane in Ostrand had not at any time been designed for forty tons," Idris Vale, an engineer, stated.

"In 2029 a written caution went from us to Ostrand port, yet no single card reached our office," Vale noted.

"Should they start another crane until investigations are completed, you will find me below," he assured.""",
    ),
}


@cache
def read_profiles() -> dict[str, Profile]:
    articles = [
        Article(name, text, hashlib.sha256(text.encode()).hexdigest(), outlet=name, language=language,
                published=Published(published, "minute", "metadata"))
        for name, (language, published, text) in TEXTS.items()
    ]  # fmt: skip
    annotated: tuple[AnnotatedArticle, ...] = annotate_articles(articles, ParserShelf(AnnotateConfig(parse=False)))
    annotated, _ = join_speakers(annotated, load_language("en"))
    weights = weigh_stems(annotated)
    pairs = [(a, b) for i, a in enumerate(annotated) for b in annotated[i + 1 :]]
    passages = [p for a, b in pairs for p in find_passages(a, b, weights, PassagesConfig())]
    families, readings = find_families(annotated, passages, FamiliesConfig(), weights)
    return make_profiles(annotated, families, readings)


def weigh(source: str, copy: str) -> list[Evidence]:
    profiles = read_profiles()
    sharing = find_sharing(profiles[source], profiles[copy])
    return weigh_translations(sharing, profiles, RetranslationsConfig(), 8)


def test_each_quotation_is_found_in_every_report() -> None:
    profiles = read_profiles()
    told = {name: set(profile.utterances) for name, profile in profiles.items()}
    assert all(families == told["original"] for families in told.values())
    assert len(told["original"]) == 3


def test_one_translation_in_two_reports_speaks_for_a_copy() -> None:
    (evidence,) = weigh("translated", "copied")
    assert evidence.kind == "shared_translation"
    assert evidence.weight == pytest.approx(1.8)
    assert "3 quotations" in evidence.why
    assert {place.article for place in evidence.spans} == {"translated", "copied"}


def test_two_translations_of_the_same_words_speak_against_one() -> None:
    (evidence,) = weigh("translated", "apart")
    assert evidence.weight < -1
    assert "two translations" in evidence.why


def test_words_that_came_back_speak_for_the_report_in_the_other_language() -> None:
    (evidence,) = weigh("translated", "returned")
    assert evidence.weight >= 2
    assert "translated back" in evidence.why


def test_a_translation_of_the_original_is_no_way_back() -> None:
    assert weigh("original", "translated") == []


def test_across_languages_quotations_count_as_held_and_not_as_other_words() -> None:
    profiles = read_profiles()
    sharing = find_sharing(profiles["original"], profiles["translated"])
    assert len(sharing.held) == 3
    assert sharing.crossing == sharing.altered == sharing.own == ()
