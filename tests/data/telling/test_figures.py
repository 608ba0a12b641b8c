"""Lengths, kinds of questions, distinct n-grams, samples, topics, origin: the small parts, each alone."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.core.recipe_data import HubSet, SqlQuery
from assistant.data.example import Example
from assistant.data.telling.diversity import distinct
from assistant.data.telling.lengths import MOST_BINS, quantile, spread_of
from assistant.data.telling.origin import address, origin_of
from assistant.data.telling.questions import opening_of, type_of
from assistant.data.telling.sample import LONGEST, Sample
from assistant.data.telling.shown import shown
from assistant.data.telling.tiers import tier_of
from assistant.data.telling.topics import topics_of
from tests.data.telling.made_up import TOPICS, examples, recipe

LENGTHS = st.lists(st.integers(0, 10**6), min_size=1, max_size=200)


@given(LENGTHS)
def test_a_histogram_counts_every_value_once_in_bars_that_lie_side_by_side(values: list[int]) -> None:
    spread = spread_of(Counter(values))
    assert spread is not None
    assert sum(each.count for each in spread.bins) == spread.n == len(values)
    assert (spread.low, spread.high, spread.total) == (min(values), max(values), sum(values))
    assert 1 <= len(spread.bins) <= MOST_BINS
    assert all(one.high + 1 == other.low for one, other in pairwise(spread.bins))
    assert spread.bins[0].low <= spread.low and spread.bins[-1].high >= spread.high


@given(LENGTHS, st.sampled_from([0.01, 0.5, 0.95, 0.99, 1.0]))
def test_a_quantile_is_the_least_value_that_so_many_do_not_exceed(values: list[int], share: float) -> None:
    found = quantile(Counter(values), share)
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9
    assert sum(value < found for value in values) < share * len(values)


def test_there_is_no_spread_of_nothing() -> None:
    assert spread_of(Counter()) is None


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What is a stroke?", "what"),
        ("What\N{RIGHT SINGLE QUOTATION MARK}s new?", "what"),
        ("how do I log in", "how"),
        ("Is it contagious?", "yes or no"),
        ("Can you tell me more?", "yes or no"),
        ("Please explain this.", "request"),
        ("In children, which signs matter?", "which"),
        ("My phone is broken.", "statement"),
        ("And for adults?", "other"),
        ("???", "other"),
        ("", "other"),
    ],
)
def test_a_question_is_of_the_kind_of_the_word_that_asks(question: str, kind: str) -> None:
    assert type_of(question) == kind


def test_openings_are_three_words_in_small_letters() -> None:
    assert opening_of("What is (are) Andermann syndrome?") == "what is are"
    assert opening_of("") == ""


def test_distinct_n_is_unique_over_all_and_reaches_over_no_end_of_text() -> None:
    found = distinct("questions", ["a b a b", "a b"])
    assert (found.words, found.of_1, found.of_2, found.of_3) == (6, 2 / 6, 2 / 4, 2 / 2)
    assert distinct("questions", ["one two"]).of_3 is None
    assert distinct("questions", ["w " * 5, "x " * 5], most=7).words == 7


def test_a_sample_is_the_same_whatever_the_order_and_stays_as_data_grow() -> None:
    rows = examples(300)
    forward, backward, more = Sample(50), Sample(50), Sample(50)
    for each in rows:
        forward.show(each)
    for each in reversed(rows):
        backward.show(each)
    for each in examples(330):
        more.show(each)
    assert forward.rows() == backward.rows()
    assert len(set(forward.rows()) & set(more.rows())) > 40


def test_a_sample_keeps_the_beginning_of_a_long_text_alone() -> None:
    sample = Sample(1)
    sample.show(Example("x", "q" * 10**6, ("a" * 10**6,), "g"))
    assert (len(sample.rows()[0].question), len(sample.rows()[0].answer)) == (LONGEST, LONGEST)


def _samples(train: list[Example], test: list[Example]) -> dict[str, Sample]:
    made = {"train": Sample(200), "validation": Sample(200), "test": Sample(200)}
    for name, rows in (("train", train), ("test", test)):
        for each in rows:
            made[name].show(each)
    return made


def test_topics_by_words_are_told_apart_and_the_reason_is_told() -> None:
    topics = topics_of(_samples(examples(90), examples(30, 90)), None, "it is not here")
    assert topics and (topics.by, topics.why, topics.nearest) == ("words", "it is not here", None)
    assert sum(topic.train for topic in topics.topics) == 90
    assert {word for topic in topics.topics for word in topic.words} & {word for words in TOPICS.values() for word in words}
    assert topics == topics_of(_samples(examples(90), examples(30, 90)), None, "it is not here")


def test_topics_by_meaning_tell_what_the_test_asks_that_train_does_not() -> None:
    import numpy as np

    def encode(texts: object) -> np.ndarray:
        # Two meanings: questions about parcels, and all others.
        return np.asarray([[1.0, 0.0] if "parcel" in text else [0.0, 1.0] for text in texts], dtype=np.float32)  # type: ignore[attr-defined]

    train = [each for each in examples(120) if "parcel" not in each.question]
    test = [each for each in examples(120, 500) if "parcel" in each.question]
    topics = topics_of(_samples(train, test), encode, "")
    assert topics and (topics.by, topics.covered, topics.nearest) == ("meaning", 0.0, 0.0)


def test_too_few_questions_or_none_with_a_word_make_no_topics() -> None:
    assert topics_of(_samples(examples(10), []), None, "") is None
    mute = [Example(f"m{number}", "?!" * (number + 1), ("x",), "g") for number in range(40)]
    assert topics_of(_samples(mute, []), None, "") is None


@pytest.mark.parametrize(
    "url", ["postgresql://ann:s3cret@db.corp.example:5432/shop?password=s3cret&sslkey=s3cret", "sqlite:////home/s3cret/shop.db", "not s3cret"]
)
def test_no_password_of_a_database_is_told(url: str) -> None:
    assert "s3cret" not in address(url)


def test_sources_and_files_are_named_without_folders_of_this_machine() -> None:
    of = recipe(data={"sql": [SqlQuery(url="sqlite:///shop.db", query="SELECT 1", name="tickets")], "hub": [HubSet(name="org/name")]})
    files = {"faq/a.csv": {"sha256": "ab", "columns": "q / a"}, "/srv/private/b.csv": {"sha256": "cd", "columns": "q / a"}}
    came = origin_of(of.recipe, {"files": files}, "f")
    assert [name for name, _, _ in came.files] == ["faq/a.csv", "b.csv"]
    assert came.sources == (("tickets", "sqlite:///shop.db: SELECT 1"), ("org/name", "split train, at no fixed revision"))


@pytest.mark.parametrize(
    ("examples", "tier"), [(0, "too few"), (99, "too few"), (100, "simple"), (999, "between"), (1000, "good"), (10_000, "production")]
)
def test_tiers_begin_where_they_say(examples: int, tier: str) -> None:
    assert tier_of(examples) == tier


@given(st.text())
def test_what_is_shown_is_one_short_line_that_steers_nothing(text: str) -> None:
    line = shown(text, 50)
    assert len(line) <= 50 and len(line.splitlines()) <= 1
    assert not any(ord(sign) < 32 or sign in "\u202e\u2066\u200f\u200b\x7f\x9b" for sign in line)
    line.encode("utf-8")
