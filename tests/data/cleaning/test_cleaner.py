"""Whole examples through the rules of a recipe."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.core.messages import Message
from assistant.core.recipe_data import Clean
from assistant.data.cleaning.cleaner import Cleaner
from assistant.data.cleaning.rules import RULES
from assistant.data.example import Example
from assistant.data.reading.read import Wanted, read_examples
from tests.data.cleaning.real import real_examples

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("name", ["health/health.jsonl", "builder/builder.jsonl"])
def test_clean_data_stays_as_it_is(name: str) -> None:
    read = read_examples([ROOT / "datasets" / name], Wanted())
    untouched = read_examples([ROOT / "datasets" / name], Wanted(clean=Clean(without=tuple(rule.name for rule in RULES))))
    assert read.examples == untouched.examples
    assert not read.cleaned


def test_all_texts_of_an_example_are_cleaned_and_the_rules_named_in_their_order() -> None:
    history = (Message(role="user", content="Hi\x07 "), Message(role="assistant", content="Hello,, you"))
    dirty = Example("1", "Q. What is (are) Stones ?", ("A. Smith &amp; Sons", " <p>They are.</p>"), "g", history=history)
    clean, rules = Cleaner().example(dirty)
    assert clean.question == "What are Stones?"
    assert clean.answers == ("Smith & Sons", "They are.")
    assert [message["content"] for message in clean.history] == ["Hi", "Hello, you"]
    assert rules == ("controls", "html", "entities", "labels", "template", "question_marks", "punctuation", "spaces")


def test_a_label_in_doubt_is_taken_from_the_answer_only_beside_a_labelled_question() -> None:
    for question, answer in (("Q. Who is it?", "Smith is it."), ("Who is it?", "A. Smith is it.")):
        assert Cleaner().example(Example("1", question, ("A. Smith is it.",), "g"))[0].answers == (answer,)


def test_an_example_without_faults_is_the_very_same() -> None:
    example = Example("1", "What is it?", ("A 5-year-old.",), "g")
    assert Cleaner().example(example) == (example, ())
    assert Cleaner().example(example)[0] is example


def test_nothing_may_be_left_of_an_answer() -> None:
    clean, rules = Cleaner().example(Example("1", "What?", ("<p> </p>", "\u200b"), "g"))
    assert clean.answers == ()
    assert rules


def test_a_swallowed_answer_is_found_though_it_is_dirty_on_one_side() -> None:
    answer = "People with <b>close</b> contact to a sick person for a long time are at risk."
    dirty = Example("1", f"Who is at risk? {answer.replace('<b>', '').replace('</b>', '')}", (answer,), "g")
    assert Cleaner().example(dirty)[0].question == "Who is at risk?"


def test_rules_can_be_turned_off_and_on() -> None:
    example = Example("1", "What is (are) “it”  ?", ("You dont know.",), "g")
    clean, rules = Cleaner(Clean(without=("template", "spaces"), also=("quotes", "apostrophes"))).example(example)
    assert clean == replace(example, question='What is (are) "it"?', answers=("You don't know.",))
    assert rules == ("question_marks", "quotes", "apostrophes")


def test_spelling_knows_the_words_of_the_recipe_and_of_the_data() -> None:
    text = "The symptms of the diseaase."
    clean = Clean(also=("spelling",), words=("Symptms",))
    assert Cleaner(clean).text(text, "answer").text == "The symptms of the disease."
    assert Cleaner(clean, words=("diseaase",)).text(text, "answer").text == text


TAGS = {
    "double_question_mark": ("question_marks", 25),
    "space_before_question_mark": ("question_marks", 5),
    "template_artefact_is_(are)": ("template", 5),
    "whitespace_runs_or_newlines": ("spaces", 10),
    "sentences_glued_no_space": ("glued", 14),
    "html_tags_in_answer": ("html", 25),
    "html_tags_in_question": ("html", 9),
    "nbsp": ("spaces", 10),
    "zero_width_or_bom": ("controls", 1),
    "zero_width": ("controls", 1),
    "control_char_or_mojibake": ("encoding", 1),
    "leading_trailing_whitespace_question": ("spaces", 10),
    "answer_leading_trailing_whitespace": ("spaces", 12),
    "newline_in_question": ("swallowed_answer", 12),
    "question_over_60_words_scrape_error": ("swallowed_answer", 9),
    "Q./A._prefix": ("labels", 24),
    "html_answer": ("html", 12),
    "html_entity": ("html", 12),
    "numeric_html_entity_emoji": ("entities", 12),
    "amp_entity": ("entities", 8),
}
"""What is wrong with real rows, the rule that mends it, and in how many it does at least."""


def test_the_faults_of_real_rows_are_mended() -> None:
    cleaner = Cleaner(Clean(also=("apostrophes",)))
    mended = dict.fromkeys(TAGS, 0)
    for row in real_examples("dirty_cases", most=10_000):
        issue = row.tags["issue"]
        if issue in TAGS:
            mended[issue] += TAGS[issue][0] in cleaner.example(row)[1]
    assert {issue: count for issue, count in mended.items() if count < TAGS[issue][1]} == {}
