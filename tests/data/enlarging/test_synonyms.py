"""Synonyms from a WordNet: a small one that is written here, and the real one where it is installed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from assistant.core.errors import DataError
from assistant.data.enlarging.synonyms import replacements, synonyms
from assistant.models.wordnet import WordNet, find_wordnet
from tests.data.enlarging.small import example

# Word, part, and its synsets with how often each was marked.
WORDS = {
    ("doctor", "n"): [("s1", 40)],
    ("physician", "n"): [("s1", 20)],
    ("repair", "v"): [("s2", 30)],
    ("mend", "v"): [("s2", 9)],
    ("bank", "n"): [("s3", 20), ("s4", 15)],
    ("shore", "n"): [("s4", 9)],
    ("rarely", "r"): [("s5", 8)],
    ("seldom", "r"): [("s5", 9)],
    ("angina", "n"): [("s6", 1)],
    ("chest pain", "n"): [("s6", 1)],
    ("error", "n"): [("s7", 12)],
    ("mistake", "n"): [("s7", 15)],
}
FILES = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}
TYPES = {"n": "1", "v": "2", "a": "3", "r": "4"}


def write_wordnet(folder: Path) -> Path:
    """WordNet's files over `WORDS`, as wndb(5WN) describes them."""
    folder.mkdir(parents=True, exist_ok=True)
    counts = []
    for part, name in FILES.items():
        synsets: dict[str, list[str]] = {}
        for (word, kind), senses in WORDS.items():
            for synset, _ in senses if kind == part else []:
                synsets.setdefault(synset, []).append(word)
        text, offsets = "  1 a line of the licence\n", {}
        for synset, words in synsets.items():
            offsets[synset] = len(text)
            listed = " ".join(f"{word.replace(' ', '_')} 0" for word in words)
            text += f"{len(text):08d} 00 {part} {len(words):02x} {listed} 000 | a gloss\n"
        (folder / f"data.{name}").write_text(text)
        index = "  1 a line of the licence\n"
        for (word, kind), senses in sorted(WORDS.items()):
            if kind == part:
                index += (
                    f"{word.replace(' ', '_')} {part} {len(senses)} 0 {len(senses)} 1 " + " ".join(f"{offsets[s]:08d}" for s, _ in senses) + "  \n"
                )
                counts += [f"{word.replace(' ', '_')}%{TYPES[part]}:00:00:: {place} {count}" for place, (_, count) in enumerate(senses, 1)]
        (folder / f"index.{name}").write_text(index)
        (folder / f"{name}.exc").write_text("")
    (folder / "cntlist.rev").write_text("\n".join(counts) + "\n")
    return folder


@pytest.fixture(scope="module")
def wordnet(tmp_path_factory) -> WordNet:
    return WordNet(write_wordnet(tmp_path_factory.mktemp("wordnet")))


@pytest.mark.parametrize(
    ("word", "others"),
    [
        ("doctor", ("physician",)),
        ("doctors", ("physicians",)),
        ("repaired", ("mended",)),
        ("repairing", ("mending",)),
        ("errors", ("mistakes",)),
        ("bank", ()),  # two senses are common
        ("angina", ()),  # rare: a term of the domain
        ("rarely", ("seldom",)),
        ("shore", ()),  # the other word means something else mostly
        ("unknown", ()),
    ],
)
def test_a_word_with_one_meaning_is_replaced_in_its_own_form(wordnet, word, others):
    assert replacements(word, wordnet) == others


def new(question: str, wordnet: WordNet, **tags: str) -> list[str]:
    return list(synonyms(example(question, **tags), random.Random(0), wordnet))


def test_questions_get_other_words(wordnet):
    found = new("Can a doctor repair 2 errors?", wordnet)
    assert all(any(word in text for text in found) for word in ("physician", "mend", "mistakes"))
    assert all(" 2 " in text for text in found) and len(set(found)) == len(found)


@pytest.mark.parametrize(
    "question",
    [
        "Who is Doctor Who?",
        "Where is doctor.example.org?",
        "What is in /usr/doctor?",
        "Is it doctor-made?",
        "What is `doctor`?",
        "Is it an error?",
    ],
)
def test_names_addresses_and_code_stay(wordnet, question):
    assert new(question, wordnet) == []


def test_what_the_question_is_about_stays(wordnet):
    assert new("What does a doctor do?", wordnet, topic="the doctor") == []


def test_none_at_all_is_told_with_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("WNSEARCHDIR", str(tmp_path))
    with pytest.raises(DataError) as error:
        find_wordnet()
    assert "wordnet-base" in error.value.todo


def test_it_is_found_where_the_environment_says(tmp_path, monkeypatch):
    monkeypatch.setenv("WNSEARCHDIR", str(write_wordnet(tmp_path / "dict")))
    assert find_wordnet().folder == tmp_path / "dict"


def test_broken_files_are_told(tmp_path):
    folder = write_wordnet(tmp_path)
    (folder / "index.noun").write_text("doctor n x\n")
    with pytest.raises(DataError, match=r"index\.noun"):
        replacements("doctor", WordNet(folder))


def test_the_real_one():
    try:
        real = find_wordnet()
    except DataError:
        pytest.skip("no WordNet on this machine")
    assert "doctor" in replacements("physician", real)
    assert replacements("required", real) and not replacements("bank", real) and not replacements("cold", real)
