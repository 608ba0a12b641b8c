"""What each check of single rows finds, and what it leaves alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.data.checking.checks import BY_NAME, CHECKS
from assistant.data.checking.remark import Remark
from tests.data.checking.rows import row

ROW_CHECKS = [check for check in CHECKS if check.looks]


def found(name: str, question: str, answer: str, tags: dict[str, str] | None = None) -> Remark | None:
    looks = BY_NAME[name].looks
    assert looks
    return looks(row(question, answer, tags=tags))


FAULTY = [
    ("missing", "What is scleritis?", " "),
    ("missing", "", "An inflammation."),
    ("equal", "Is Williams syndrome inherited ?", "Is williams syndrome inherited?"),
    ("equal", "Hello!", "hello hello"),
    ("equal", "What are the treatments for Tubular aggregate myopathy?", "How might tubular aggregate myopathy be treated?"),
    ("truncated", "What helps a cold?", "Rest, drink a lot of water, and"),
    ("truncated", "What helps a cold?", "Rest, drink a lot of water,"),
    ("truncated", "What helps a cold?", "Rest, drink a lot of water and the..."),
    ("truncated", "Where was it?", "The mutation was also found in 2007 ["),
    ("truncated", "What helps a cold?", "Rest a lot (unless the fever is above 39 degrees"),
    ("truncated", "What helps?", "The following have been tried with success:"),
    ("truncated", "What helps?", "Rest, water and most of all treat-"),
    ("no_final_stop", "What helps a cold?", "Rest and drink a lot of water"),
    ("no_final_stop", "Who helps?", "These do: - the doctor - the nurse - the pharmacist"),
    ("no_question_mark", "Do you have information about Vitamin D", "Yes."),
    ("no_question_mark", "how do I reset my password", "By the link."),
    ("no_question_mark", "When should I see a doctor.", "After three days."),
    ("short_answer", "How to prevent keratitis?", "Topics"),
    ("short_answer", "What is paragonimiasis?", "Frequently Asked Questions"),
    ("short_answer", "Why is the sky blue?", "Light."),
    ("long_question", "word " * 61, "Yes."),
    ("label_leak", "Can it spread? A: Yes, from person to person.", "Yes, from person to person."),
    ("label_leak", "Is it right that it spreads from person to person, as I heard?", "It spreads from person to person."),
    ("odd_characters", "What is it?", "A disease of the <b>eye</b>."),
    ("odd_characters", "What is it?", "Eyes &amp; ears."),
    ("odd_characters", "What is it?", "See <a href='x'>here."),
    ("odd_characters", "What is it?", "A na\ufffdve question."),
    ("odd_characters", "What is it?", "bell \x07"),
    ("odd_characters", "What is it?", "soft\u200bware"),
    ("odd_characters", "What is it?", "Itâ€™s a disease."),
    ("stripped_apostrophe", "What is it?", "Parkinsons disease dont go away."),
    ("links", "Who helps?", "See https://www.cdc.gov/flu/index.htm."),
    ("links", "Who helps?", "The page (www.cdc.gov) tells."),
]

SOUND = [
    ("links", "What is https://www.cdc.gov/flu?", "A page about flu."),
    ("links", "Who helps?", "Write to help@cdc.gov."),
    ("links", "Where is it?", "At http://localhost:8080/, or as in https://www.example.org/a."),
    ("equal", "Is it contagious?", "Is it contagious? Yes, for a week."),
    ("equal", "What is aspirin?", "A drug."),
    ("truncated", "What helps a cold?", "Rest and drink a lot of water"),
    ("truncated", "How do I begin?", "First you have to log in"),
    ("truncated", "How are you?", "Could be better :("),
    ("truncated", "What is it called?", "Vitamin A"),
    ("truncated", "What helps?", "Rest (and water) helps most people."),
    ("truncated", "How is it written?", "As follows:\n```\nprint(1,\n```"),
    ("no_final_stop", "What helps a cold?", 'The doctor says: "Rest and drink."'),
    ("no_final_stop", "Who?", "Marie Curie"),
    ("no_final_stop", "What do I bring?", "Please bring these things along:\n- your insurance card\n- the letter of your doctor"),
    ("no_final_stop", "What does it cost?", "By the way you pay:\n\n| way | fee |\n| --- | --- |\n| card | 5 |"),
    ("no_final_stop", "何ですか?", "これは とても 長い 答え です。"),
    ("no_question_mark", "Reset my password", "By the link."),
    ("no_question_mark", "When I open it, it crashes", "Reinstall it."),
    ("no_question_mark", "What a day!", "Indeed."),
    ("no_question_mark", "Is it safe? I am pregnant.", "Ask a doctor."),
    ("short_answer", "What is the capital of France?", "Paris"),
    ("short_answer", "Is it contagious?", "Yes."),
    ("short_answer", "How many bones are there?", "206"),
    ("short_answer", "What is a group of owls called?", "A parliament."),
    ("short_answer", "How long does it last?", "A week."),
    ("long_question", "word " * 60, "Yes."),
    ("label_leak", "Which one: (a) rest a lot (b) drink lots of cold water", "drink lots of cold water"),
    ("label_leak", "Does it end by the hand or the foot of the bed?", "the foot of the bed"),
    ("label_leak", "Is it Paris?", "Paris"),
    (
        "label_leak",
        "Find the answer in this text. " + "Something else. " * 40 + "It lies in the north of Spain. Where is it?",
        "in the north of Spain",
    ),
    ("odd_characters", "What is it?", "Use `<b>bold</b>` or ```\n<p>a &amp; b</p>\n```"),
    ("odd_characters", "What is it?", "If a < b and b > c, write to <your name>, R&D; AT&T."),
    ("odd_characters", "What is it?", "A family 👨‍👩‍👧, naïve, Ménière, 中文, µg."),
    ("stripped_apostrophe", "What is it?", "Its cause is unknown; patients were well."),
]


@pytest.mark.parametrize(("name", "question", "answer"), FAULTY)
def test_a_fault_is_found(name: str, question: str, answer: str) -> None:
    assert found(name, question, answer)


@pytest.mark.parametrize(("name", "question", "answer"), SOUND)
def test_a_sound_row_is_left_alone(name: str, question: str, answer: str) -> None:
    assert found(name, question, answer) is None


def test_every_check_of_rows_is_shown_a_fault() -> None:
    assert {name for name, _, _ in FAULTY} == {check.name for check in ROW_CHECKS}


def test_what_is_lost_for_good_is_an_error() -> None:
    for answer in ("A na\ufffdve one.", "bell \x07"):
        remark = found("odd_characters", "What is it?", answer)
        assert remark and remark.severity == "error"
    markup = found("odd_characters", "What is it?", "<b>bold</b>")
    assert markup and markup.severity is None
    leak = found("label_leak", "Can it spread? A: Yes, from person to person.", "Yes, from person to person.")
    assert leak and leak.severity == "error"


@pytest.mark.parametrize("question", ["Category: billing. I was charged twice?", "kind = Billing | I was charged twice?"])
def test_a_tag_spelled_out_as_a_label_leaks(question: str) -> None:
    assert found("label_leak", question, "We are sorry.", {"kind": "billing"})


def test_a_word_that_happens_to_be_a_tag_does_not_leak() -> None:
    assert found("label_leak", "I have a question about billing: why twice?", "We are sorry.", {"kind": "billing"}) is None
    assert found("label_leak", "topic: billings gate", "We are sorry.", {"kind": "billing"}) is None


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_text_breaks_a_check_and_details_stay_short(question: str, answer: str) -> None:
    example = row(question, answer, tags={"kind": answer or "x"})
    for check in ROW_CHECKS:
        assert check.looks
        if remark := check.looks(example):
            assert len(remark.detail) < 400 and "\n" not in remark.detail


@pytest.mark.parametrize("text", ["<a ", "<a =", "&#", "`", "``` ", "(", "What is ", "a,", "?", "\ufffd", "â€", " ", "x", "dont "])
def test_a_megabyte_of_anything_takes_no_time(text: str) -> None:
    example = row(text * (1_000_000 // len(text)), text * (1_000_000 // len(text)), tags={"kind": text})
    for check in ROW_CHECKS:
        if check.name == "stripped_apostrophe":
            continue  # The cleaning rule's own test holds it.
        started = time.process_time()
        assert check.looks
        check.looks(example)
        assert time.process_time() - started < 5, check.name
