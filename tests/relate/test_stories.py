"""Stories: reports of one event together, other events apart, in any order and in time."""

import hashlib
import json
import time
from itertools import combinations, permutations
from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from retold.annotate.sentences import find_sentences
from retold.annotate.zones import find_zones
from retold.languages import load_language
from retold.model import AnnotatedArticle, Article, Citation, Published, Span, Story
from retold.relate.profiles import make_key, make_profile
from retold.relate.stories import StoriesConfig, count_terms, group_stories, rate_pair, weigh_profile

EN = load_language("en")
TEXTS = json.loads((Path(__file__).parents[1] / "cases/relate/stories.json").read_text("utf-8"))
CRANE, CRANE_REWRITE, CRANE_BRIEF = TEXTS["crane"], TEXTS["crane_rewrite"], TEXTS["crane_brief"]
DREDGER, ELECTION = TEXTS["dredger"], TEXTS["election"]
FORMS = json.loads((Path(__file__).parents[1] / "cases/relate/forms.json").read_text("utf-8"))
"""Forms that are filled in for one event after another, each with a report of its own words."""


def make(name: str, text: str, day: str | None = None, outlet: str | None = None, code: str = "en") -> AnnotatedArticle:
    digest = hashlib.sha256(text.encode()).hexdigest()
    published = Published(day, "day", "metadata") if day else None
    article = Article(name, text, digest, outlet=outlet, language=code, published=published)
    zones = find_zones(article, EN)
    return AnnotatedArticle(article, find_sentences(article, zones))


def groups(stories: tuple[Story, ...]) -> set[frozenset[str]]:
    return {frozenset(story.articles) for story in stories}


def test_one_event_together_and_the_same_speaker_elsewhere_apart() -> None:
    articles = [make(f"a{i}", t) for i, t in enumerate([CRANE, CRANE_REWRITE, CRANE_BRIEF, DREDGER, ELECTION])]
    assert groups(group_stories(articles)) == {frozenset({"a0", "a1", "a2"}), frozenset({"a3"}), frozenset({"a4"})}


@pytest.mark.parametrize(
    ("one", "two", "is_same"),
    [(CRANE, CRANE_REWRITE, True), (CRANE, DREDGER, False), (CRANE, ELECTION, False), (CRANE, CRANE_BRIEF, True)],
)
def test_two_articles_alone(one: str, two: str, is_same: bool) -> None:
    assert (len(group_stories([make("a1", one), make("a2", two)])) == 1) is is_same


def test_grouping_does_not_depend_on_the_order_of_input() -> None:
    articles = [make(f"a{i}", t) for i, t in enumerate([CRANE, CRANE_REWRITE, DREDGER, ELECTION])]
    wanted = groups(group_stories(articles))
    assert all(groups(group_stories(order)) == wanted for order in permutations(articles))


def test_every_article_is_in_one_story_with_ids_in_order() -> None:
    articles = [make(f"a{i}", t) for i, t in enumerate([ELECTION, CRANE, DREDGER, CRANE_BRIEF])]
    stories = group_stories(articles)
    assert [story.id for story in stories] == [f"s{i + 1}" for i in range(len(stories))]
    assert sorted(name for story in stories for name in story.articles) == ["a0", "a1", "a2", "a3"]


def test_nothing_and_nearly_nothing() -> None:
    assert group_stories([]) == ()
    assert len(group_stories([make("a1", ""), make("a2", "?")])) == 2


def test_days_apart_weigh_against_one_story() -> None:
    near = [make("a1", CRANE, "2032-05-04"), make("a2", CRANE_BRIEF, "2032-05-05")]
    far = [make("a1", CRANE, "2032-05-04"), make("a2", CRANE_BRIEF, "2033-05-05")]
    strict = StoriesConfig(days_cost_most=50.0)
    assert len(group_stories(near, strict)) == 1
    assert len(group_stories(far, strict)) == 2


def test_a_citation_of_the_only_article_of_an_outlet_weighs_for_one_story() -> None:
    text = "Gulls blamed\n\nA gull was to blame, the Tern Daily reported, for the trouble in Quell."
    citing = make("a1", text, outlet="Skell Courier")
    article = Article(
        "a1",
        text,
        citing.article.sha256,
        outlet="Skell Courier",
        language="en",
        citations=(Citation(Span(0, 1), "Tern Daily"),),
    )
    other = make("a2", CRANE, outlet="The Tern Daily")
    sure = StoriesConfig(citation=50.0)
    assert len(group_stories([citing, other], sure)) == 2
    assert len(group_stories([AnnotatedArticle(article, citing.sentences), other], sure)) == 1
    third = make("a3", DREDGER, outlet="Tern Daily")
    assert len(group_stories([AnnotatedArticle(article, citing.sentences), other, third], sure)) == 3


def test_a_second_article_of_one_outlet_is_less_likely_of_one_event() -> None:
    config = StoriesConfig()
    odds = []
    for outlet in ("Skell Courier", "Tern Daily"):
        profiles = [
            make_profile(make("a1", CRANE, outlet="Tern Daily")),
            make_profile(make("a2", DREDGER, outlet=outlet)),
        ]
        one, two = (weigh_profile(p, count_terms(profiles), config) for p in profiles)
        odds.append(rate_pair(one, two, 2, config))
    assert odds[1] - odds[0] == pytest.approx(config.same_outlet)


def test_other_language_by_names_and_figures() -> None:
    text = """Кран пошкодив міст у Квеллі

Міст у Квеллі закрили у вівторок: кран зірвав 14 метрів огорожі. Про це повідомила капітан порту Інес Корран.

За її словами, мостом їздять 9200 машин на день, а найближча переправа в Марлі за 11 кілометрів."""
    articles = [make("a1", CRANE), make("a2", text, code="uk"), make("a3", ELECTION)]
    assert groups(group_stories(articles)) == {frozenset({"a1", "a2"}), frozenset({"a3"})}


@pytest.mark.parametrize(("one", "two"), [("Holland", "Холланд"), ("Birkeland", "Біркеланд"), ("Sandvin", "Сандвін")])
def test_names_survive_transliteration(one: str, two: str) -> None:
    assert make_key(one) == make_key(two) != ""


def test_days_and_common_words_are_no_names() -> None:
    profile = make_profile(make("a1", "Bridge shut\n\nIt was on Tuesday that Ines Corran of Quell shut it."))
    assert sorted(profile.names) == ["corran", "ine", "quell"]


def test_the_index_finds_what_comparing_all_finds() -> None:
    words = [f"w{chr(97 + i // 26)}{chr(97 + i % 26)}o" for i in range(600)]
    articles = []
    for event in range(60):
        core = [words[(event * 37 + k * 11) % 600] for k in range(40)]
        for copy in range(2):
            text = "Report\n\n" + " ".join(core[copy * 4 : copy * 4 + 36]) + "."
            articles.append(make(f"a{event}.{copy}", text))
    full = groups(group_stories(articles, StoriesConfig(compare_all_up_to=1000)))
    assert groups(group_stories(articles, StoriesConfig(compare_all_up_to=10))) == full
    assert len(full) > 10


def test_many_near_copies_in_time() -> None:
    articles = [make(f"a{i}", CRANE.replace("Quell", f"Quell{i}").replace("14", str(1000 + i))) for i in range(400)]
    start = time.process_time()
    group_stories(articles)
    assert time.process_time() - start < 30


def test_hundreds_of_reports_of_one_event_stay_one_story() -> None:
    articles = [
        make(f"a{n}", f"{(CRANE, CRANE_REWRITE)[n % 2]}\n\nReader {n} asked for copy {n * 7919} of the report.")
        for n in range(StoriesConfig().compare_all_up_to + 40)
    ]
    assert len(group_stories([*articles, make("other", ELECTION)])) == 2


def test_unknown_language_is_compared_by_the_first_characters_of_its_words() -> None:
    one = make("a1", "Мост через Пелку закрыли после аварии на причале", code="xx")
    assert "причал" in make_profile(one).words
    assert not {"на", "через"[:3]} & set(make_profile(one).words)


def test_days_and_months_that_two_texts_name_speak_against_one_event() -> None:
    texts = [f"The ferry Skarn ran aground at Quell on {day}. Nobody was hurt." for day in ("Monday", "Friday")]
    profiles = [make_profile(make(f"a{n}", text)) for n, text in enumerate((*texts, texts[0].replace("hurt", "lost")))]
    config = StoriesConfig()
    monday, friday, again = (weigh_profile(p, count_terms(profiles), config) for p in profiles)
    blind = replace(config, other_weekdays=0.0)
    assert rate_pair(monday, friday, 3, config) < rate_pair(monday, friday, 3, blind)
    assert rate_pair(monday, again, 3, config) == rate_pair(monday, again, 3, blind)


def test_a_shouted_name_is_the_name() -> None:
    text = "BRACKWATER (Tidewire) — The crane at BRACKWATER stood still."
    names = make_profile(make("a1", f"A crane stands still\n\n{text}")).names
    assert make_profile(make("a2", "A crane stands still\n\nThe crane of Brackwater stood still.")).names.keys() <= (
        names.keys()
    )


@pytest.mark.parametrize("form", [pytest.param(form, id=name) for name, form in FORMS.items()])
def test_two_events_reported_by_one_form_stay_apart(form: dict[str, Any]) -> None:
    filled = [make(f"a{n}", form["report"].format(**row), code=form["code"]) for n, row in enumerate(form["fillings"])]
    for pair in combinations(filled, 2):
        assert len(group_stories(pair)) == 2, [a.article.text[:60] for a in pair]
    told = [
        make(f"b{n}", form["other_words"].format(**row), code=form["code"]) for n, row in enumerate(form["fillings"])
    ]
    wanted = {frozenset({f"a{n}", f"b{n}"}) for n in range(len(filled))}
    assert groups(group_stories([*filled, *told])) == wanted


def test_forms_stay_apart_among_other_reports() -> None:
    articles = [
        make(f"{name}{n}", form["report"].format(**row), code=form["code"])
        for name, form in FORMS.items()
        for n, row in enumerate(form["fillings"])
    ]
    others = [make(f"a{i}", t) for i, t in enumerate([CRANE, CRANE_REWRITE, CRANE_BRIEF, DREDGER, ELECTION])]
    stories = group_stories([*articles, *others])
    assert sorted(len(story.articles) for story in stories) == [1] * (len(articles) + 2) + [3]


def test_a_copy_with_a_name_exchanged_is_still_the_event() -> None:
    """What the form takes from the odds is what the names don't agree in: one of several is little."""
    assert len(group_stories([make("a1", CRANE), make("a2", CRANE.replace("Corran", "Korran"))])) == 1


def test_words_without_a_name_tell_no_event_among_many() -> None:
    """A thousand random texts of one vocabulary share words; only a copy shows that two are of one event."""
    dice, config = Random(3), StoriesConfig()
    words = ["".join(dice.choices(("ka", "lo", "mi", "ter", "ra", "vi", "su"), k=4)) for _ in range(60)]
    texts = [" ".join(dice.choices(words, k=150)) + "." for _ in range(3)]
    texts.append(texts[0][:-1] + " " + texts[2][:100])
    profiles = [make_profile(make(f"a{n}", text, "2031-05-01")) for n, text in enumerate(texts)]
    background = replace(count_terms(profiles), articles=1000)
    one, other, _, copy = (weigh_profile(profile, background, config) for profile in profiles)
    assert rate_pair(one, other, 1000, config) < 0 < rate_pair(one, copy, 1000, config)
    assert rate_pair(one, other, 2, config) > rate_pair(one, other, 1000, config)


@pytest.mark.parametrize(
    ("text", "code", "dates"),
    [
        ("Open on 8 June\n\nThe pool opens on June 8th, 2031. It was shut on 3 May.", "en", {508, 403}),
        ("Погода на 16 ноября\n\nБудет дождь.", "ru", {1016}),
        ("In May 1999\n\nThe march of 40 people.", "en", set()),
    ],
)
def test_dates_of_the_first_lines(text: str, code: str, dates: set[int]) -> None:
    """Months are numbered from 0; a year beside a month is no day."""
    assert make_profile(make("a1", text, code=code)).dates == dates


def test_of_two_articles_alone_the_title_weighs_more_than_among_many() -> None:
    profiles = [make_profile(make(f"a{n}", text)) for n, text in enumerate((CRANE, CRANE_BRIEF))]
    config = StoriesConfig()
    one, two = (weigh_profile(p, count_terms(profiles), config) for p in profiles)
    plain = replace(config, title_of_few=0.0)
    gains = [rate_pair(one, two, count, config) - rate_pair(one, two, count, plain) for count in (2, 1000)]
    assert gains[0] > 2 * gains[1] > 0


def test_hundreds_of_copies_without_a_rare_term_hang_together() -> None:
    """Every term is in more articles than the index lists, so each finds only the next ones, and these the next."""
    config = StoriesConfig(postings=20)
    articles = [make(f"a{n}", CRANE if n % 2 else CRANE_REWRITE) for n in range(config.compare_all_up_to + 10)]
    assert len(group_stories([*articles, make("other", ELECTION)], config)) == 2
