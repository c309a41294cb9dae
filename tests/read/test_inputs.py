"""Files, folders and standard input, good and bad, mixed."""

import hashlib
import io
import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retold.model import Published
from retold.read import Batch, read_inputs

from . import invented as pages

ENGLISH = "The ferry to Hollin was late again, and the harbour master said that it would be late for the rest of May.\n"


def _write(folder: Path, name: str, content: str | bytes) -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def _reason(batch: Batch) -> str:
    assert not batch.articles
    assert len(batch.rejects) == 1
    return batch.rejects[0].reason


def test_text_is_the_file_untouched(tmp_path: Path) -> None:
    text = ENGLISH + "\r\n\ttwo\r\u2028three \x0c\n\n"
    path = _write(tmp_path, "a.txt", text)
    (article,) = read_inputs([path]).articles
    assert article.text == text
    assert (article.id, article.path, article.encoding, article.language) == ("a1", path, "utf-8", "en")
    assert article.sha256 == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_mark_is_no_text(tmp_path: Path, encoding: str) -> None:
    (article,) = read_inputs([_write(tmp_path, "a.txt", ENGLISH.encode(encoding))]).articles
    assert article.text == ENGLISH


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "Паром до острова снова опоздал, и начальник порта сказал, что так будет до конца мая. " * 5),
        ("koi8_r", "Паром до острова снова опоздал, и начальник порта сказал, что так будет до конца мая. " * 5),
        ("cp1252", "The café’s owner said: “It won’t get better in May – the crew’s tired.”"),
        ("cp1252", "El ministro señaló que el niño había desaparecido el año pasado. «Mañana será tarde», añadió."),
        ("cp1250", "Prom na wyspę znów się spóźnił, powiedział kapitan portu. „Tak będzie już do końca maja”, dodał."),
        ("cp1252", "Die Fähre nach Hollin fällt aus, sagte der Hafenmeister; „es fehlt an Geld“, fügte er hinzu. " * 5),
    ],
)
def test_other_encodings_are_guessed_and_said(tmp_path: Path, encoding: str, text: str) -> None:
    batch = read_inputs([_write(tmp_path, "a.txt", text.encode(encoding))])
    assert batch.articles[0].text == text
    assert batch.articles[0].encoding == encoding
    assert encoding in batch.notes[0].text


def test_damaged_utf8_stays_utf8(tmp_path: Path) -> None:
    text = "Паром снова опоздал. " * 20
    batch = read_inputs([_write(tmp_path, "a.txt", text.encode() + b"\xd0.")])
    assert batch.articles[0].text == text + "\ufffd."
    assert "1 damaged place" in batch.notes[0].text


def test_page_in_the_encoding_it_declares(tmp_path: Path) -> None:
    page = pages.META.replace("charset='utf-8'", "charset='windows-1252'").encode("cp1252")
    batch = read_inputs([_write(tmp_path, "a.htm", page)])
    assert "“We are not" in batch.articles[0].text
    assert batch.articles[0].encoding == "windows-1252"


def test_folder_files_and_standard_input_in_order(tmp_path: Path) -> None:
    _write(tmp_path, "d/b.txt", "Second. " + ENGLISH)
    _write(tmp_path, "d/a.html", pages.META)
    _write(tmp_path, "d/c/x.TXT", "Third. " + ENGLISH)
    _write(tmp_path, "d/.hidden.txt", ENGLISH)
    _write(tmp_path, "d/.git/y.txt", ENGLISH)
    _write(tmp_path, "d/notes.cfg", ENGLISH)
    record = json.dumps({"id": "a2", "text": ENGLISH})
    batch = read_inputs([str(tmp_path / "d"), "-"], io.BytesIO(record.encode()))
    assert [a.id for a in batch.articles] == ["a1", "a3", "a4", "a2"]
    assert [Path(a.path).name if a.path else None for a in batch.articles] == ["a.html", "b.txt", "x.TXT", None]
    assert not batch.rejects
    assert "1 file skipped" in batch.notes[0].text


@pytest.mark.parametrize(
    ("content", "start"),
    [
        (ENGLISH, "The ferry"),
        ('\n{"text": "One."}\n', "One."),
        ("\n" + pages.META, "Divers find"),
        ("{sic} x", "{sic}"),
    ],
)
def test_standard_input_is_told_by_its_start(content: str, start: str) -> None:
    batch = read_inputs(["-"], io.BytesIO(content.encode()))
    assert batch.articles[0].text.startswith(start)


def test_record_with_every_key(tmp_path: Path) -> None:
    record = {
        "id": 12, "text": " One.\r\n", "outlet": "The Post", "published": "2032-01-14 17:20+0100", "title": "T",
        "url": "https://post.example/t", "language": "en-GB", "byline": "A B", "topics": [1],
    }  # fmt: skip
    (article,) = read_inputs([_write(tmp_path, "a.jsonl", json.dumps(record))]).articles
    assert (article.id, article.text, article.outlet, article.title) == ("12", " One.\r\n", "The Post", "T")
    assert (article.url, article.language, article.byline) == ("https://post.example/t", "en", "A B")
    assert article.published == Published("2032-01-14T17:20+01:00", "minute", "metadata")


def test_passim_keys_and_line_separators_inside_strings(tmp_path: Path) -> None:
    line = '{"id": "x", "text": "One.\u2028Two.", "series": "Post", "date": "2032-01"}\r\n\r\n'
    (article,) = read_inputs([_write(tmp_path, "a.jsonl", line)]).articles
    assert (article.text, article.outlet) == ("One.\u2028Two.", "Post")
    assert article.published == Published("2032-01", "month", "metadata")


def test_half_a_surrogate_pair_is_replaced_and_noted(tmp_path: Path) -> None:
    line = r'{"id": "x", "text": "a\ud800b \ud83d\ude00"}'
    batch = read_inputs([_write(tmp_path, "a.jsonl", line)])
    assert batch.articles[0].text == "a\ufffdb \U0001f600"
    assert "surrogate" in batch.notes[0].text


def test_bad_date_is_noted_and_the_article_kept(tmp_path: Path) -> None:
    line = '{"id": "x", "text": "One.", "published": "2032-02-30"}'
    batch = read_inputs([_write(tmp_path, "a.jsonl", line)])
    assert batch.articles[0].published is None
    assert "2032-02-30" in batch.notes[0].text


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"id": "x", "text": "One."', ":1 is not valid JSON"),
        ("[1]", ":1 is a list"),
        ("null", ":1 is null"),
        ('{"id": "x", "body": "One."}', "has no text; its keys: body, id"),
        ('{"id": "x", "text": ["One."]}', '"text" is a list; expected a string'),
        ('{"id": "x", "text": " \\n"}', '"text" is empty'),
        ('{"id": true, "text": "One."}', '"id" is true or false'),
        ('{"id": "x", "text": "One.", "outlet": 5}', '"outlet" is a number'),
        ('{"id": "x", "text": "One.", "date": {}}', '"date" is an object'),
        ("[" * 100000, "beyond reading"),
        ('{"id": 1' + "0" * 5000 + ', "text": "One."}', "beyond reading"),
    ],
)
def test_bad_record_is_set_aside_and_the_others_read(tmp_path: Path, line: str, words: str) -> None:
    path = _write(tmp_path, "a.jsonl", f'{line}\n{{"id": "y", "text": "Two."}}')
    batch = read_inputs([path])
    assert [a.id for a in batch.articles] == ["y"]
    assert batch.rejects[0].input == f"{path}:1"
    assert words in batch.rejects[0].reason


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.txt", b"", "is empty"),
        ("a.txt", b"\xef\xbb\xbf \n\t", "is empty"),
        ("a.jsonl", b"\n\n", "is empty"),
        ("a.txt", b"%PDF-1.7\n...", "is a PDF"),
        ("a.txt", b"\x89PNG\r\n\x1a\n", "is a PNG image"),
        ("a.txt", b"PK\x03\x04..word/document.xml", "is a Word document"),
        ("a.txt", b"some\0thing", "NUL bytes"),
        ("a.txt", bytes(range(1, 32)) * 4, "is no text"),
        ("a.html", b"<html><body></body></html>", "no article text"),
        ("a.json", b'{"id": 1}', "put one article a line into a .jsonl file"),
    ],
)
def test_file_that_is_no_article(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    assert words in _reason(read_inputs([_write(tmp_path, name, content)]))


def test_paths_that_lead_nowhere(tmp_path: Path) -> None:
    assert "does not exist" in _reason(read_inputs([str(tmp_path / "none.txt")]))
    assert "does not exist" in _reason(read_inputs(["a\0b"]))
    assert "without an article" in _reason(read_inputs([str(tmp_path)]))
    assert "is no address that can be fetched" in _reason(read_inputs(["ftp://post.example/t"]))


def test_unreadable_file_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _write(tmp_path, "a.txt", ENGLISH)

    def refuse(self: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refuse)
    assert "Permission denied" in _reason(read_inputs([path]))


def test_unknown_extension_is_told_by_its_start(tmp_path: Path) -> None:
    batch = read_inputs([_write(tmp_path, "a.md", ENGLISH)])
    assert batch.articles[0].text == ENGLISH
    assert "read as text" in batch.notes[0].text


def test_same_path_is_read_once_and_same_text_twice(tmp_path: Path) -> None:
    one, two = _write(tmp_path, "a.txt", ENGLISH), _write(tmp_path, "b.txt", ENGLISH)
    batch = read_inputs([one, two, os.path.join(tmp_path, ".", "a.txt"), str(tmp_path)])
    assert [a.path for a in batch.articles] == [one, two]
    assert not batch.rejects
    assert {note.text for note in batch.notes} == {"is given more than once; it is read once"}


@pytest.mark.parametrize(("second", "words"), [("One.", "is the same article as"), ("Two.", "ids must be unique")])
def test_second_record_of_an_id_is_set_aside(tmp_path: Path, second: str, words: str) -> None:
    lines = [json.dumps({"id": "x", "text": text}) for text in ("One.", second)]
    batch = read_inputs([_write(tmp_path, "a.jsonl", "\n".join(lines))])
    assert [a.text for a in batch.articles] == ["One."]
    assert words in batch.rejects[0].reason
    assert "a.jsonl:1" in batch.rejects[0].reason


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.one_of(
        st.binary(max_size=300),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.lists(st.sampled_from([b"<p>", b"<html", b"</", b'{"text":', b'"x"', b"}", b"\xff", b"&#xD800;", b"&#0;",
                                  b"<script type=application/ld+json>", b"<h1>One</h1>", b"word " * 30])).map(b"".join),
    ),
    name=st.sampled_from(["a.txt", "a.html", "a.jsonl", "a"]),
)  # fmt: skip
def test_any_bytes_are_an_article_or_a_reject(tmp_path: Path, content: bytes, name: str) -> None:
    batch = read_inputs([_write(tmp_path, name, content)])
    assert batch.articles or batch.rejects
    for article in batch.articles:
        article.text.encode()
        assert all(0 <= z.span.start < z.span.end <= len(article.text) for z in article.zones)
    for reject in batch.rejects:
        assert reject.reason.encode()
