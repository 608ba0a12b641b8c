"""What a search finds, what it shows of it, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.chat import search as searching
from assistant.chat.database import Database
from assistant.chat.search import Hit, Wanted, search
from assistant.chat.store import ChatStore
from assistant.core.plain import plain
from tests.chat.talks import SPEAKER, TEXTS, talk


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ChatStore]:
    opened = ChatStore(Database(tmp_path / "chats.db"))
    yield opened
    opened.database.close()


def texts(store: ChatStore, words: str, limit: int = 50) -> list[str]:
    return [hit.snippet for hit in search(store.database, words, limit)]


def marked(hit: Hit) -> list[str]:
    return [hit.snippet[begin:end] for begin, end in hit.spans]


def test_all_words_must_be_there_in_whatever_case_and_within_words(store: ChatStore) -> None:
    store.add(talk("What helps a FEVER?", "Rest helps.", "And a rash?", "feverish rashes heal"))
    assert texts(store, "fever helps") == ["What helps a FEVER?"]
    assert set(texts(store, "fever")) == {"What helps a FEVER?", "feverish rashes heal"}
    assert texts(store, "fever cough") == []


def test_a_phrase_stands_together_across_line_ends(store: ChatStore) -> None:
    store.add(talk("high blood\npressure", "blood under pressure"))
    assert texts(store, '"blood pressure"') == ["high blood pressure"]
    assert texts(store, '"blood pressure') == ["high blood pressure"]


@pytest.mark.parametrize("words", ["糖尿", "病", "糖尿病", "治療 糖尿", "療"])
def test_words_of_languages_without_spaces_are_found(store: ChatStore, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store.add(talk("糖尿病の治療", "。"))
    assert texts(store, words) == ["糖尿病の治療"]
    # In a large file the texts are not read, but looked up.
    monkeypatch.setattr(searching, "READ_FIRST", 0)
    assert texts(store, words) == ["糖尿病の治療"]


@pytest.mark.parametrize("words", ["öl", "ÖL", "Öl", "É", "straße"])
def test_case_does_not_count_beyond_ascii_either(store: ChatStore, words: str) -> None:
    store.add(talk("Öl für die STRAßE, é", "x"))
    assert len(texts(store, words)) == 1


@pytest.mark.parametrize("words", ['"', '""', "' OR 1", "NEAR(a b)", "a*", "text:cold", "-cold", "^cold", "col%", "c_ld", "AND", "cold)", "\\", "\0"])
def test_nothing_that_is_typed_is_an_operator(store: ChatStore, words: str) -> None:
    store.add(talk("cold", "cold"))
    assert texts(store, words) == []
    store.add(talk(f"before {words} after", "x"))
    found = search(store.database, words, 9)
    assert [hit.role for hit in found] == (["user"] if Wanted.of(words).words else [])


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS, words=TEXTS, data=st.data())
def test_any_text_is_found_by_any_piece_of_it_and_no_search_fails(store: ChatStore, text: str, words: str, data: st.DataObject) -> None:
    conversation = talk(text, "x")
    store.add(conversation)
    search(store.database, words, 5)
    begin = data.draw(st.integers(0, len(text)))
    piece = text[begin : data.draw(st.integers(begin, len(text)))]
    hits = search(store.database, piece, 10_000)
    # A letter without two cases of one character is compared as it is written.
    if Wanted.of(piece).words and piece.isascii():
        assert conversation.id in {hit.conversation for hit in hits}
    for hit in hits:
        assert plain(hit.snippet) == hit.snippet
        assert "\n" not in hit.snippet


def test_titles_come_first_then_whole_words_then_the_newest(store: ChatStore) -> None:
    for number, (title, text) in enumerate([("x", "a cold day"), ("x", "coldness"), ("The cold", "y"), ("x", "a cold night")]):
        conversation = talk(text, "y", title=title)
        turns = {name: replace(turn, created=float(number)) for name, turn in conversation.turns.items()}
        store.add(replace(conversation, turns=turns))
    hits = search(store.database, "cold", 9)
    assert [hit.snippet for hit in hits] == ["The cold", "a cold night", "a cold day", "coldness"]
    assert [hit.role for hit in hits] == ["title", "user", "user", "user"]
    assert hits[0].turn is None


def test_branches_are_searched_and_deleted_conversations_are_not(store: ChatStore) -> None:
    conversation = talk("one", "two")
    store.add(conversation.asked_instead(conversation.path[0], "a branch"))
    deleted = talk("a deleted branch", "x")
    store.add(deleted)
    store.delete(deleted.id)
    assert texts(store, "branch") == ["a branch"]


def test_an_answer_is_found_while_it_grows_and_when_it_has_ended(store: ChatStore) -> None:
    conversation = talk().asked("q").begun(SPEAKER)
    name = str(conversation.leaf)
    store.keep(conversation.grown(name, "half of"), *conversation.grown(name, "half of").turns.values())
    assert texts(store, "half") == ["half of"]
    for text, state in (
        ("half of it is said", "complete"),
        ("half of it is said, and more", "unfinished"),
        ("otherwise than it was begun, to its end", "stopped"),
    ):
        store.grow(conversation.id, replace(conversation.turns[name], text=text, state=state))
        assert texts(store, text.split()[0]) == [text]
    assert texts(store, "half") == []


def test_the_snippet_shows_the_words_and_their_places(store: ChatStore) -> None:
    store.add(talk("x " * 500 + "a \x1b[31mrare\n\tword here, " + "y " * 500, "z"))
    hit = search(store.database, "word RARE", 9)[0]
    assert marked(hit) == ["rare", "word"]
    assert hit.snippet.startswith("…") and hit.snippet.endswith("…")
    assert "␛[31mrare" in hit.snippet and len(hit.snippet) < 180


def test_words_after_a_zero_byte_are_found(store: ChatStore) -> None:
    store.add(talk("before\0after", "x"))
    assert len(search(store.database, "after", 9)) == 1


def test_no_words_find_nothing(store: ChatStore) -> None:
    store.add(talk("one", "two"))
    assert search(store.database, "  ", 9) == search(store.database, '""', 9) == []


def test_a_whole_text_can_be_searched_for(store: ChatStore) -> None:
    text = " ".join(f"word{number}" for number in range(1000)) + " " + "long" * 20_000
    store.add(talk(text, "x"))
    assert len(search(store.database, text, 9)) == 1
    assert search(store.database, text + " missing", 9) == []


def test_many_titles_do_not_hide_that_it_was_said(store: ChatStore) -> None:
    for _ in range(8):
        store.add(talk("a cold", "x", title="cold"))
    assert [hit.role for hit in search(store.database, "cold", 6)] == ["title"] * 3 + ["user"] * 3
    assert len(search(store.database, "cold", 99)) == 16
