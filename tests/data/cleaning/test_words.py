"""Spelling and apostrophes: what is suggested, and what never is."""

from __future__ import annotations

import pytest

from assistant.data.cleaning.apostrophes import stripped_apostrophes
from assistant.data.cleaning.spelling import domain_words, suggestions
from assistant.data.scratch import scratch


def mended(text: str, places: list[tuple[int, int, str]]) -> list[tuple[str, str]]:
    return [(text[start:end], meant) for start, end, meant in places]


def test_apostrophes_are_suggested_with_their_places() -> None:
    text = "Crohns disease and Alzheimers: it doesnt hurt, and Im sure childrens doctors wont."
    assert mended(text, stripped_apostrophes(text)) == [
        ("Crohns", "Crohn's"),
        ("Alzheimers", "Alzheimer's"),
        ("doesnt", "doesn't"),
        ("Im", "I'm"),
        ("childrens", "children's"),
        ("wont", "won't"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Williams syndrome, Graves disease",
        "its, were, well, ill, lets, id, hell",
        "`dont`",
        "https://dont.org",
        "dont.py",
        "DONT",
        "IM injection",
        "his wont",
        "Downs",
    ],
)
def test_apostrophes_are_not_suggested_in_doubt(text: str) -> None:
    assert stripped_apostrophes(text) == []


def test_misspelt_words_are_suggested() -> None:
    text = "The symptms are occuring becuase of it, acording to a docter."
    assert mended(text, suggestions(text)) == [
        ("symptms", "symptoms"),
        ("occuring", "occurring"),
        ("becuase", "because"),
        ("acording", "according"),
        ("docter", "doctor"),
    ]


KNOWN = ["gastroparesis", "colour", "labor", "aplastic", "malin", "acidemia", "Symptms", "SYMPTMS", "symptms1", "exampleis"]
WITHIN = ["`symptms`", "https://x.org/symptms", "me@symptms.org", "non-symptms", "a/symptms"]


@pytest.mark.parametrize("text", KNOWN + WITHIN)
def test_what_is_no_plain_word_is_left_alone(text: str) -> None:
    assert suggestions(f"It is {text} here.") == []


def test_words_of_the_domain_are_those_of_several_texts_in_any_case() -> None:
    texts = ["The Kubelet kubelet kubelet", "a kubelet", "KUBELET", "once symptms", "the the"]
    with scratch() as database:
        words = domain_words(iter(texts), database)
    assert words == {"kubelet"}
    assert mended("kubelet symptms", suggestions("kubelet symptms", words)) == [("symptms", "symptoms")]


def test_the_most_frequent_words_are_kept_where_there_are_too_many() -> None:
    with scratch() as database:
        assert domain_words(["one two", "two", "two", "one", "one", "two"], database, often=2, most=1) == {"two"}
