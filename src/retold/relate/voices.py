"""Who only speaks for another: "a spokeswoman for the Mill Company", "its spokesman"."""

from retold.annotate.names import find_runs, fold_name, fold_tokens
from retold.annotate.words import find_words
from retold.languages import choose_language
from retold.model import AnnotatedArticle


def find_voices(annotated: AnnotatedArticle) -> dict[str, frozenset[tuple[str, ...]]]:
    """Whom an article calls a spokesman, by the speaker's id, with the folded names that stand beside: whose they are.

    No name ("its spokesman"): the article does not say there whose. Linear in the words of the sources.
    """
    article = annotated.article
    language = choose_language(article.language)
    names = {speaker.id: set(fold_name(speaker.name.split())) for speaker in annotated.speakers}
    found: dict[str, set[tuple[str, ...]]] = {}
    for quotation in article.told:
        if quotation.source is None or quotation.speaker is None:
            continue
        words = find_words(article.text, quotation.source)
        if language.names.mouthpieces.isdisjoint(word.norm for word in words):
            continue
        own = names.get(quotation.speaker, set())
        runs = [fold_tokens(run) for run, _ in find_runs(article.text, [quotation.source], language)]
        beside = {tuple(w for w in run if w != "'s") for run in runs}
        told = found.setdefault(quotation.speaker, set())
        told.update(run for run in beside if run and own.isdisjoint(run))
    return {speaker: frozenset(told) for speaker, told in found.items()}
