"""What a reader sees stands in one file of words: no template says anything of its own, and no phrase lies idle."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

import retold
from retold.present import words

SOURCE = Path(retold.__file__).parent
TEMPLATES = sorted(SOURCE.rglob("*.jinja"))
OWN_NAMES = re.compile(r"\bRetold\b|https://$|\bretold compare … --explain\b")
TOLD = {"title", "aria-label", "placeholder", "alt"}
_EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


class Texts(HTMLParser):
    """The words between tags, and those in attributes that are read out or shown; commands to type are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._typed = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._typed += tag in ("pre", "code")
        self.found += [value for name, value in attrs if name in TOLD and value]

    def handle_endtag(self, tag: str) -> None:
        self._typed -= tag in ("pre", "code")

    def handle_data(self, data: str) -> None:
        if not self._typed:
            self.found.append(data)


def find_stray(source: str) -> list[str]:
    """Words in a template that do not come from the file of words."""
    texts = Texts()
    texts.feed(_EXPRESSION.sub("", source))
    found = [text.strip() for text in texts.found] + list(_find_printed(source))
    said = [OWN_NAMES.sub("", text) for text in found]
    return [text for text in said if re.search(r"[^\W\d_]{2,}", text)]


def _find_printed(source: str) -> Iterator[str]:
    """Literals that an expression prints by itself, not those that it hands to a filter or function."""
    inside = False
    for output in Environment().parse(source).find_all(nodes.Output):
        for node in output.nodes:
            if isinstance(node, nodes.TemplateData):
                inside = node.data.rfind("<") > node.data.rfind(">") or (inside and "<" not in node.data)
            elif not inside:
                yield from _find_literals(node)


def _find_literals(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, nodes.CondExpr):
        yield from (text for part in (node.expr1, node.expr2) if part for text in _find_literals(part))
    elif isinstance(node, nodes.Or | nodes.Concat):
        yield from (text for part in node.iter_child_nodes() for text in _find_literals(part))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_says_nothing_of_its_own(path: Path) -> None:
    assert find_stray(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "source",
    ["<p>Stray words</p>", '<a title="stray">{{ x }}</a>', "<p>{{ x or 'unknown' }}</p>", "{{ 'yes' if x else y }}"],
)
def test_stray_words_are_found(source: str) -> None:
    assert find_stray(source)


def test_every_phrase_is_used_and_every_name_is_known() -> None:
    sources = {path: path.read_text("utf-8") for path in SOURCE.rglob("*") if path.suffix in (".py", ".jinja")}
    templates = " ".join(text for path, text in sources.items() if path.suffix == ".jinja")
    code = " ".join(text for path, text in sources.items() if path.suffix == ".py")
    asked = set(re.findall(r"\bsay\.(\w+)", templates)) | set(re.findall(r'SAY\["(\w+)"\]', code))
    assert asked - set(words.SAY) == set()
    listed = set(
        re.findall(r'"(\w+)"', templates)
    )  # `say[path]`: places and judgements are listed where they are shown
    assert set(words.SAY) - asked - listed == set()
    assert not set(words.SAY) & set(dir(dict))
    constants = set(re.findall(r"^([A-Z_]+): Final = SAY", code, re.MULTILINE))
    assert {name for name in constants if len(re.findall(rf"\b{name}\b", code)) < 2} == set()


def test_every_noun_has_every_form() -> None:
    forms = {words._PLURAL(count) for count in range(200)}
    assert all(set(range(len(said))) == forms for said in words.WORDS.nouns.values())
    assert all("{count}" in form for said in words.WORDS.nouns.values() for form in said)


def test_scripts_show_no_words_of_their_own() -> None:
    for path in SOURCE.rglob("*.js"):
        shown = re.findall(r'(?:textContent|innerText|title|placeholder) = [^;\n]*"([^"\n]*)"', path.read_text("utf-8"))
        assert [text for text in shown if re.search(r"[A-Za-z]{3,}", text)] == []


def test_a_file_of_words_is_checked() -> None:
    text = (SOURCE / "present" / "words" / "en.toml").read_text("utf-8")
    assert words.read_words(text) == words.WORDS
    with pytest.raises(ValueError, match="Invalid enum value"):
        words.read_words(text.replace("[labels]", '[labels]\nfalsified = "x"'))
