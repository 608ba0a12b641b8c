"""What a conversation is called after its first question."""

# Questions of many languages: letters and signs that look like Latin ones are meant.
# ruff: noqa: RUF001

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from assistant.chat import titles
from assistant.chat.titles import WIDEST, title_of
from assistant.core.plain import plain

TITLES = {
    "What is a cold?": "What is a cold?",
    "What is a cold? I have had one for a week.": "What is a cold?",
    "I have a rash. What now?": "I have a rash",
    "Hello": "Hello",
    "Hi there! How do I treat a cold?": "How do I treat a cold?",
    "Hello,\n\nmy knee hurts.": "my knee hurts",
    "Dear assistant,\nI have a rash.": "I have a rash",
    "Guten Tag zusammen, wie geht das?": "wie geht das?",
    "Привет! Как лечить простуду?": "Как лечить простуду?",
    "你好，糖尿病的症状是什么？谢谢": "糖尿病的症状是什么？",
    "مرحبا، ما هو السكري؟ شكرا": "ما هو السكري؟",
    "History of hi-fi": "History of hi-fi",
    "Hi-fi or stereo?": "Hi-fi or stereo?",
    "Hint: think": "Hint: think",
    "Dr. Smith said no. Why?": "Dr. Smith said no",
    "# Plan\n\n- [ ] first": "Plan",
    "> quoted **bold** and [a link](http://e.org)": "quoted bold and a link",
    "snake_case_name and 2*3*4": "snake_case_name and 2*3*4",
    "```python\nprint(1)\n```\nWhy does this print 1?": "Why does this print 1?",
    "```\nfoo()\n```": "foo()",
    "```\nnever closed": "never closed",
    "???": "???",
    "   ": "…",
    "": "",
}


@pytest.mark.parametrize("question", TITLES)
def test_the_first_sentence_without_what_says_nothing(question: str) -> None:
    assert title_of(question) == TITLES[question]


@pytest.mark.parametrize("question", ["very " * 40 + "long", "長" * 80, "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 80, "a" * 200])
def test_a_long_one_is_cut_between_words_or_characters(question: str) -> None:
    title = title_of(question)
    assert title.endswith("…") or cell_len(title) <= WIDEST
    assert WIDEST // 2 < cell_len(title) <= WIDEST
    assert not title.removesuffix("…").endswith("\u200d")


LONG = 200_000
HOSTILE = [
    "[",
    "*a ",
    "word \x1b[1m",
    "`",
    "```\n",
    "_",
    "a. ",
    "...a",
    "> ",
    "hi ",
    "hi\n",
    "# ",
    " \n",
    "[](",
    "a\u0301",
    "\u200d",
    "~~~x\n",
    "\x1c",
    "**a",
    "!",
]


@pytest.mark.parametrize("sign", HOSTILE, ids=ascii)
def test_of_a_long_question_only_the_beginning_is_looked_at(sign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[int] = []

    def counted(name: str) -> Callable[[str], object]:
        original = getattr(titles, name)

        def count(text: str) -> object:
            looked_at.append(len(text))
            return original(text)

        return count

    for name in ("_bare", "_says_something", "_without_greeting", "_first_sentence", "_short", "one_line"):
        monkeypatch.setattr(titles, name, counted(name))
    title = title_of(sign * (LONG // len(sign)))
    assert title and cell_len(title) <= WIDEST
    assert max(looked_at) <= titles.LOOKED_AT
    # Three attempts, each with a few looks at each line of them.
    assert sum(looked_at) <= 3 * 8 * titles.LOOKED_AT


@pytest.mark.parametrize("before", [" \n" * LONG, "```\n" + "code()\n" * LONG + "```\n", "Hello!\n\n\n"], ids=["white space", "code", "greeting"])
def test_the_question_is_found_behind_what_says_nothing(before: str) -> None:
    assert title_of(before + "Why does this print 1?") == "Why does this print 1?"


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(categories=None), max_size=300) | st.text("`#*_[]()>- \nabHi.,!?", max_size=200))
def test_any_question_has_a_title_that_fits_and_may_stand_on_a_screen(question: str) -> None:
    title = title_of(question)
    assert bool(title) == bool(question)
    assert cell_len(title) <= WIDEST
    assert plain(title) == title and "\n" not in title
