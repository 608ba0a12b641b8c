"""What of an answer is spoken as a whole."""

from __future__ import annotations

import pytest

from assistant.tui.plain.phrases import LONGEST, Phrases


def phrases(text: str, size: int = 1) -> list[str]:
    cutting = Phrases()
    found = [cutting.add(text[start : start + size]) for start in range(0, len(text), size)]
    return [phrase for phrase in [*found, cutting.rest()] if phrase]


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("One. Two! Three", ["One. ", "Two! ", "Three"]),
        ("3.5 is no end. It is.", ["3.5 is no end. ", "It is."]),
        ("“Really?” he asked", ["“Really?” ", "he asked"]),
        ("是的。好", ["是的。", "好"]),
        ("A line\nand one. More", ["A line\n", "and one. ", "More"]),
        ("1. First. Still first\n- a. b\n| c. d |\n", ["1. First. Still first\n", "- a. b\n", "| c. d |\n"]),
        ("```py\na. b\n```\nOut. Again", ["```py\n", "a. b\n", "```\n", "Out. ", "Again"]),
        ("````\n```\na. b c\n````\nc. d", ["````\n", "```\n", "a. b c\n", "````\n", "c. ", "d"]),
    ],
)
def test_an_answer_is_spoken_by_sentences_and_code_and_lists_by_lines(text: str, spoken: list[str]) -> None:
    assert phrases(text) == spoken


def test_what_has_no_sentences_is_cut_between_words() -> None:
    found = phrases("word " * 200)
    assert "".join(found) == "word " * 200
    assert len(found) > 1
    assert all(len(phrase) <= LONGEST + 1 and phrase.endswith(" ") for phrase in found)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_the_phrases_together_are_the_text(size: int) -> None:
    text = "Hello there. This is\n\n- a list. With two\n- items\n\n~~~\ncode. here\n~~~\nThe end...  "
    assert "".join(phrases(text, size)) == text
