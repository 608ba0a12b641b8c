"""What is masked is gone, what is not stays, and masking twice is masking once."""

from __future__ import annotations

import re
from typing import get_args

from hypothesis import example, given
from hypothesis import strategies as st

from assistant.core.recipe_data import PersonalKind
from assistant.data.personal.masking import LABELS, mask, masked
from assistant.data.personal.personal_data import ORDER, PersonalSpan, find_personal_data

FOUND = ["jo@mail.org", "+44 20 7946 0958", "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00", "8.8.8.8", "536-90-4399", "54362315K"]
FOUND += ["https://a:b@x.org/y", "12 Main Street", "P.O. Box 12", "00:1B:44:11:3A:B7"]
PIECES = st.sampled_from([*FOUND, "[EMAIL]", "[", "]", " ", "\n", ",", "-", ".", "@", "x", "1", "call", "Suite 5"])
TEXTS = st.lists(PIECES | st.text(max_size=5), max_size=12).map("".join)


@given(TEXTS)
@example("jo@mail.org+44 20 7946 0958")
def test_masking_twice_is_masking_once(text: str) -> None:
    once = masked(text, ORDER)
    assert masked(once, ORDER) == once
    assert find_personal_data(once, ORDER) == []


@given(TEXTS)
def test_nothing_but_the_spans_changes(text: str) -> None:
    spans = find_personal_data(text, ORDER)
    rest = mask(text, spans)
    end = 0
    for span in spans:
        kept = text[end : span.start] + LABELS[span.kind]
        assert rest.startswith(kept)
        rest, end = rest[len(kept) :], span.end
    assert rest == text[end:]


@given(st.text(min_size=10, max_size=10), st.lists(st.tuples(st.integers(0, 9), st.integers(1, 10)).filter(lambda pair: pair[0] < pair[1])))
def test_overlapping_spans_are_all_covered(text: str, places: list[tuple[int, int]]) -> None:
    spans = [PersonalSpan("name", start, end, text[start:end], "", True) for start, end in places]
    left = "".join(character for place, character in enumerate(text) if not any(start <= place < end for start, end in places))
    assert mask(text, spans, label=lambda span: "") == left


def test_each_kind_has_its_label_and_no_label_is_looked_for() -> None:
    assert set(LABELS) == set(get_args(PersonalKind)) == set(ORDER)
    assert find_personal_data(" ".join(LABELS.values()), ORDER) == []


def test_the_same_address_has_the_same_label_in_question_and_answer() -> None:
    assert masked("Who is jo@mail.org?", ORDER) == "Who is [EMAIL]?"
    assert masked("Jo@Mail.org is Jo, at 12 Main Street, Suite 5; card 4111 1111 1111 1111.", ORDER) == "[EMAIL] is Jo, at [ADDRESS]; card [CARD]."


def test_a_model_that_calls_everything_a_name_comes_to_an_end_and_spares_labels() -> None:
    def every_word(text: str) -> list[tuple[int, int]]:
        return [match.span() for match in re.finditer(r"[A-Z]\w+", text)]

    once = masked("Ann wrote to jo@mail.org", ["name", "email"], every_word)
    assert once == "[NAME] wrote to [EMAIL]" == masked(once, ["name", "email"], every_word)
