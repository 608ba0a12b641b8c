"""What holds for any text: cleaning twice is cleaning once, numbers stay, code and addresses stay."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.core.recipe_data import ASKED_FOR, Clean, CleaningRule
from assistant.data.cleaning.cleaner import Cleaner
from assistant.data.cleaning.rules import RULES
from assistant.data.example import Example
from tests.data.cleaning.real import NUMBERS_MAY_GO, numbers_in, real_examples

DIRT = [
    "<p>", "</p>", "<b>", "</b>", "<br>", "<a href='https://x.org/a?b=1&amp;c=2'>", "</a>", "<li>", "<ul>", "</ul>", "<pre>", "</pre>",
    "<code>", "</code>", "&amp;", "&lt;", "&gt;", "&amp;lt;b&amp;gt;", "&#8203;", "&nbsp;", "&#49;", "<!--", "-->", "a < b", "<your name>",
    "Q. ", "A: ", "\nA: ", "Question 3: ", "external icon", "pdf icon", "Back to top", "[edit]", "[12]", "[1]", ".3 The", "disease",
    "disease2", "tissues.The", "What is (are)", "?", " ?", "? ?", "??", ",", " ,", ",,", "..", "...", " :", ";", "!", "\u201c", "\u201d",
    "\u2019", "dont", "Parkinsons disease", "symptms", "  ", "\n", "\n\n", "\t", "    x = 1\n", "```", "`", "`a  b`", "~~~\n", "- ", "1. ",
    "| a | b |", "\xa0", "\u200b", "\u202f", "\ufb01", "e\u0301", "\x1b[31m", "\x07", "\r\n", "\xad", "\xe2\u20ac\u2122", "\xc3\xa9",
    "https://x.org/a.Then,b", "me@x.org", "5 mg", "3.5", "1,000", "10<sup>6</sup>", "H1N1", "(", ")", "The", "People have it.",
    "What are the symptoms of X?", "Read more", "\u2028",
    "\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301",
    "\U0001f469\u200d\U0001f52c", "\ud800", "<script>", "</script>", "<td>", "<tr>", "&",
]  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(DIRT), st.text(max_size=6), st.sampled_from([" ", "a", "Zeta", "word"])), max_size=14).map("".join)
ALL = Clean(also=ASKED_FOR)
NAMES: list[CleaningRule] = [rule.name for rule in RULES]
SUBSETS = st.one_of(
    st.just(ALL), st.just(Clean()), st.sets(st.sampled_from(NAMES)).map(lambda names: Clean(without=tuple(sorted(names)), also=ASKED_FOR))
)


@settings(max_examples=400, deadline=None)
@given(TEXTS, TEXTS, SUBSETS)
@example("&amp;lt;p&amp;gt;x&amp;lt;/p&amp;gt;", "<p>Q. x</p>", ALL)
def test_cleaning_twice_is_cleaning_once(question: str, answer: str, rules: Clean) -> None:
    cleaner = Cleaner(rules)
    once, _ = cleaner.example(Example("1", question, (answer, question), "g"))
    assert cleaner.example(once) == (once, ())


@settings(max_examples=300, deadline=None)
@given(TEXTS, TEXTS)
def test_no_number_changes(question: str, answer: str) -> None:
    cleaner = Cleaner(Clean(also=ASKED_FOR, without=NUMBERS_MAY_GO))
    once, _ = cleaner.example(Example("1", question, (answer,), "g"))
    assert numbers_in(once.question) == numbers_in(question)
    assert numbers_in(once.answers[0] if once.answers else "") == numbers_in(answer)


WHOLE = [
    "`a  , b &amp; <b>x</b>.The dont`",
    "https://x.org/a.Then?b=1,,c",
    "first.last@x.org",
    '```\na  = "<p>x</p>" ;\n\n\n\ndont ? ?\n```',
    "12.5 mg",
    "U.S.A",
    "H1N1",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(["words", "and more words.", "Then", "\n\n", "one, two", "(so)"]), min_size=1, max_size=6), st.sampled_from(WHOLE))
def test_code_addresses_and_names_stay(around: list[str], whole: str) -> None:
    text = " ".join(around) + "\n\n" + whole + "\n\n" + " ".join(around)
    assert whole in Cleaner(ALL).text(text, "answer").text


@pytest.mark.parametrize(
    "name",
    ["medquad", "product_faq", "support_stackexchange", "covid_faq_cdc_fda_raw_dirty", "medquad_raw_dirty", "dirty_cases", "chatterbot_raw_dirty"],
)
def test_the_laws_hold_on_real_rows(name: str) -> None:
    cleaner, careful = Cleaner(), Cleaner(Clean(without=NUMBERS_MAY_GO))
    for row in real_examples(name, most=600):
        once, _ = cleaner.example(row)
        assert cleaner.example(once) == (once, ())
        kept, _ = careful.example(row)
        for before, after in ((row.question, kept.question), *zip(row.answers, kept.answers, strict=False)):
            assert numbers_in(before) == numbers_in(after)


def test_what_counts_as_a_number_has_its_unit() -> None:
    assert numbers_in("5 mg of 3.5% 5\xa0mg") == Counter({"5 mg": 2, "3.5 %": 1})
    assert re.search("[²½]", " ".join(numbers_in("m² ½")))
