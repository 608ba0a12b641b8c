"""The card in Markdown, read back by a parser: tables stay tables, and what came from data is text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.data.telling.card import card_of
from assistant.data.telling.markdown import escaped, markdown_of
from assistant.data.telling.shown import shown
from tests.data.telling.made_up import count_words, prepared, recipe
from tests.data.telling.test_page import hostile_card

HOSTILE = [
    "<script>alert(1)</script> <img src=x onerror=alert(1)>",
    "[link](javascript:alert(1)) ![image](http://x.example/i.png) https://x.example www.x.example",
    "a | b | c \\| d\n\n# heading\n- list\n1. one\n---\n===\n```sh\nrm\n```",
    "**bold** _it_ ~~gone~~ `code` &lt;b&gt; @somebody #12 $x$ \x1b[31m \u202e",
]


def parsed(text: str) -> list[Token]:
    return MarkdownIt("gfm-like", {"linkify": False}).parse(text)


def inline(tokens: list[Token]) -> list[Token]:
    return [child for token in tokens for child in token.children or ()]


def shape(text: str) -> list[Any]:
    """Blocks without what stands in them."""
    return [(token.type, token.tag, token.level) for token in parsed(text)]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_data_change_nothing_but_words(text: str) -> None:
    tokens = parsed(markdown_of(hostile_card(text)))
    kinds = {token.type for token in inline(tokens)}
    assert kinds <= {"text", "softbreak", "strong_open", "strong_close"}
    assert shape(markdown_of(hostile_card(text))) == shape(markdown_of(hostile_card("harmless words here")))


def test_a_bare_address_is_no_link_where_addresses_become_links() -> None:
    tokens = MarkdownIt("commonmark", {"linkify": False}).enable(["linkify"], True).parse(escaped("see https://x.example/a and www.x.example"))
    assert {token.type for token in inline(tokens)} == {"text"}


@given(st.text(max_size=60))
def test_an_escaped_text_is_read_back_as_it_was(text: str) -> None:
    line = " ".join(shown(text).split())
    read = "".join(token.content for token in inline(parsed(escaped(line))))
    assert read == line


def test_every_table_of_the_card_has_all_its_rows() -> None:
    card = card_of(recipe(), prepared(), count_tokens=count_words)
    text = markdown_of(card)
    tokens = parsed(text)
    assert sum(token.type == "tr_open" for token in tokens) == sum(line.startswith("| ") and "| ---" not in line for line in text.splitlines())
    assert [token.content for token in tokens if token.type == "fence"] == [f"{step.command}\n" for step in card.steps]
    for check in card.checklist:
        assert check.name in text
