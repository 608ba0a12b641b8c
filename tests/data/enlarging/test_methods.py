"""The methods: each gives other questions, the same for the same generator, and leaves alone what carries the sense."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.core.errors import DataError
from assistant.data.enlarging.context import FOR_ANYBODY, FOR_OTHERS, context
from assistant.data.enlarging.question_forms import FORMS
from assistant.data.enlarging.restructure import restructure
from assistant.data.enlarging.templates import parse_templates, templates
from assistant.data.enlarging.typos import typos
from assistant.data.enlarging.wording import denials_of, numbers_of
from tests.data.enlarging.small import example, health

LOCAL = [restructure, context, typos]
FILLED = {"x": "high blood pressure", "n": "the flu", "v": "delete my account", "p": "charged twice", "c": "my card is lost"}


def new(function, question: str, seed: int = 0, **tags: str) -> list[str]:
    return list(function(example(question, **tags), random.Random(seed)))


@pytest.mark.parametrize("function", LOCAL, ids=lambda function: function.__name__)
@given(question=st.text(max_size=80), seed=st.integers(0, 3))
def test_numbers_and_denials_survive_in_any_text(function, question, seed):
    for text in new(function, question, seed):
        assert numbers_of(text) == numbers_of(question)
        assert denials_of(text) == denials_of(question)


@pytest.mark.parametrize("function", LOCAL, ids=lambda function: function.__name__)
def test_the_same_generator_gives_the_same_and_every_result_is_another_question(function):
    made = 0
    for each in health(120):
        first, again = (list(function(each, random.Random("x"))) for _ in range(2))
        assert first == again
        assert each.question not in first
        made += len(first)
    assert made > 30


@pytest.mark.parametrize("function", LOCAL, ids=lambda function: function.__name__)
@pytest.mark.parametrize("filling", ["a", " ", "?", "What is ", "How do I ", "\u0130", "{x}"])
def test_a_megabyte_of_anything_takes_no_time(function, filling):
    started = time.monotonic()
    for text in function(example(filling * (1_000_000 // len(filling))), random.Random(0)):
        assert text
        break
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("question", "among"),
    [
        ("What are the symptoms of asthma?", "Which symptoms are typical of asthma?"),
        ("Which symptoms are typical of asthma?", "What are the symptoms of asthma?"),
        ("How do I delete my account?", "I want to delete my account. How do I do that?"),
        ("I want to delete my account. How do I do that?", "How can I delete my account?"),
        ("how to delete my account", "How do I delete my account?"),
        ("What is (are) Lung Cancer?", "Can you explain what Lung Cancer is?"),
        ("What should I do if my card is lost?", "If my card is lost, what should I do?"),
        ("Why can't I log in?", "I can't log in. Why?"),
    ],
)
def test_questions_are_built_otherwise(question, among):
    assert among in new(restructure, question)


@pytest.mark.parametrize(
    "question",
    [
        "What is being done for me?",  # no thing
        "What is known about sleep?",
        "What is the best editor for Windows?",  # asked for advice
        "Where do I need to go?",  # "can need" is no English
        "How do I know what it costs?",
        "What is a tax that everybody must pay?",
        "Is it so? What is asthma?",
        "Asthma",
    ],
)
def test_what_is_not_sure_stays(question):
    assert new(restructure, question) == []


def test_every_form_is_understood_and_leads_to_others_of_its_set():
    for forms in FORMS:
        for form in (*forms.forms, *forms.only_from):
            slot = form[form.index("{") + 1]
            question = form.replace(f"{{{slot}}}", FILLED[slot])
            others = {other.replace(f"{{{slot}}}", FILLED[slot]) for other in forms.forms} - {question}
            assert set(new(restructure, question)) == others, question


def test_somebody_else_asks_and_nothing_of_the_question_is_lost():
    frames = [*FOR_ANYBODY, *FOR_OTHERS]
    found = new(context, "What is asthma?")
    assert len(found) == len(frames) and all("What is asthma?" in text for text in found)
    assert not any("mother" in text for text in new(context, "How do I sleep well?"))
    assert not denials_of(" ".join(frames)) and not numbers_of(" ".join(frames))


def test_the_second_turn_of_a_conversation_gets_no_stranger():
    from dataclasses import replace

    second = replace(example("And then?"), history=({"role": "user", "content": "I am ill."}, {"role": "assistant", "content": "Rest."}))
    assert list(context(second, random.Random(0))) == []


def test_typing_errors_keep_names_units_and_first_letters():
    for seed in range(40):
        for text in new(typos, "Can Ibuprofen of 400 milligrams never harm somebody with asthma?", seed):
            words = text.split()
            assert words[1:5] == ["Ibuprofen", "of", "400", "milligrams"] and "never" in words
            assert [word[0] for word in words] == list("CIo4mnhswa")
            assert text != "Can Ibuprofen of 400 milligrams never harm somebody with asthma?"


class TestTemplates:
    def filled(self, text: str, question: str, **tags: str) -> list[tuple[str, bool]]:
        parsed = parse_templates([text], ["kind", "topic"], "page")
        return [(filled, template.by_meaning) for filled, template in templates(example(question, group="Asthma", **tags), parsed, "page")]

    def test_by_the_value_of_a_tag(self):
        text = "kind=treatment: How is {topic} treated?"
        assert self.filled(text, "What helps?", kind="Treatment", topic="asthma") == [("How is asthma treated?", False)]
        assert self.filled(text, "What helps?", kind="symptoms", topic="asthma") == []
        assert self.filled(text, "What helps?", kind="treatment") == []

    def test_by_what_is_asked(self):
        text = "What cures {topic}? => How is {topic} treated?"
        assert self.filled(text, "what cures  asthma?", topic="asthma") == [("How is asthma treated?", False)]
        assert self.filled(text, "What causes asthma?", topic="asthma") == []

    def test_by_meaning_is_said_to_be_so(self):
        assert self.filled("How is {topic} treated?", "What cures it?", topic="asthma") == [("How is asthma treated?", True)]

    def test_the_group_fills_a_slot_only_where_the_question_names_it(self):
        assert self.filled("How is {page} treated?", "What cures asthma?") == [("How is Asthma treated?", True)]
        assert self.filled("How is {page} treated?", "What cures it?") == []

    def test_a_value_with_braces_is_no_slot(self):
        assert self.filled("How is {topic} treated?", "?", topic="{kind}") == [("How is {kind} treated?", True)]

    @pytest.mark.parametrize(
        ("texts", "says"),
        [([], "nothing to fill"), (["How?"], "no slot"), (["{x}?"], "no row can fill"), (["colour=red: {topic}?"], "none of data.tags")],
    )
    def test_what_cannot_be_filled_is_refused(self, texts, says):
        with pytest.raises(DataError, match=says):
            parse_templates(texts, ["kind", "topic"], None)
