"""Questions of Markdown documents: which headings ask, how far an answer goes, what is told beside it."""

from __future__ import annotations

import time

import pytest

from assistant.data.problems import Problem
from assistant.data.reading.documents import asks, question_of
from assistant.data.reading.documents_markdown import LARGEST, markdown_rows
from tests.data.reading.documents import file, refused, used


def pairs(text: str) -> list[tuple[str, str]]:
    return [(row["question"], row["answer"]) for _, row in used(markdown_rows(file("faq.md", text)))]


@pytest.mark.parametrize(
    "heading",
    ["Why?", "How to pay", "What is new", "Can I leave", "Q: The fee", "Q12. Fees?", "3.1 Is it free?", 'Is it "free?"', "(Really?)", "\u75db\uff1f"],
)
def test_a_heading_that_asks(heading: str) -> None:
    assert asks(heading)


@pytest.mark.parametrize("heading", ["Refunds", "Howitzers", "Can opener", "Is", "What", "Q: ", "Do not touch", "x" * 2000 + "?", ""])
def test_a_heading_that_does_not(heading: str) -> None:
    assert not asks(heading)


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("1. What is it?", "What is it?"),
        ("Q3: Why?", "Why?"),
        ("2 or 3 doses?", "2 or 3 doses?"),
        ("a) Is it?", "Is it?"),
        ("Q: 1.5 mg or more?", "1.5 mg or more?"),
    ],
)
def test_the_number_of_a_heading_is_no_part_of_the_question(heading: str, question: str) -> None:
    assert question_of(heading) == question


def test_an_answer_goes_to_the_next_question_or_heading_of_its_level_and_keeps_its_markdown() -> None:
    answer = "By *card*:\n\n- a\n- b\n\n```sh\n# What is this?\n```\n\n| a |\n|---|\n| 1 |\n\n#### Fees\n\n2 %"
    assert pairs(f"## How to pay?\n\n{answer}\n\n## Contact\n\nhere\n\n### Who are you?\n\nWe.\n\n# Other\n\ntext") == [
        ("How to pay?", answer),
        ("Who are you?", "We."),
    ]


def test_indented_code_at_the_beginning_of_an_answer_keeps_its_indentation() -> None:
    assert pairs("# Why?\n\n    code\n") == [("Why?", "    code")]


def test_sections_title_and_lines() -> None:
    text = "# Handbook\n\n## Billing\n\n### Refunds\n\n#### When?\n\nSoon.\n\n## Other\n\nWhy?\n----\n\nSo.\n"
    assert used(markdown_rows(file("docs/help.md", text))) == [
        (7, {"question": "When?", "answer": "Soon.", "section": "Billing / Refunds", "title": "Handbook"}),
        (13, {"question": "Why?", "answer": "So.", "section": "", "title": "Handbook"}),
    ]


def test_a_question_with_only_questions_below_it_is_a_section() -> None:
    [(_, row)] = used(markdown_rows(file("a.md", "## What can I ask?\n\n### Why?\n\nSo.")))
    assert (row["section"], row["title"]) == ("What can I ask?", "a")


def test_front_matter_becomes_columns_that_are_never_taken_for_a_question_or_an_id() -> None:
    front = "---\ntitle: Help\ntags: [a, b]\nid: 7\ninput: x\nmade: 2024-05-01\nempty:\n---\n"
    [(line, row)] = used(markdown_rows(file("a.md", f"{front}# Why?\nSo.\n")))
    assert line == 9
    own = {"title": "Help", "tags": ["a", "b"], "document_id": 7, "document_input": "x", "made": "2024-05-01"}
    assert row == {"question": "Why?", "answer": "So.", "section": "", **own}


@pytest.mark.parametrize("front", ["a: : b", "a: &x [1]\nb: *x", "a: 1\na: 2", "a: 2024-13-45"])
def test_front_matter_that_is_not_yaml_or_has_aliases_is_refused(front: str) -> None:
    assert "front matter" in refused(markdown_rows, file("a.md", f"---\n{front}\n---\n# Why?\nSo.\n"))


def test_rules_around_a_text_are_no_front_matter() -> None:
    assert pairs("---\nWelcome.\n---\n\n# Why?\n\nSo.\n\n---\n\n# How?\n\nThus.") == [("Why?", "So."), ("How?", "Thus.")]


def test_bold_paragraphs_that_ask() -> None:
    text = "**What is it?**\n\nA thing.\n\n**Is it good?** Yes, and\n**not bold** too.\n\n**Note** this.\n\n"
    text += "1. **First?**\n   In the list.\n\n   - nested\n2. **Second?** Two."
    assert pairs(text) == [
        ("What is it?", "A thing."),
        ("Is it good?", "Yes, and\n**not bold** too.\n\n**Note** this."),
        ("First?", "In the list.\n\n- nested"),
        ("Second?", "Two."),
    ]


def test_labels_in_paragraphs() -> None:
    text = "Q: What is a?\nA: It is a.\nQ: What\nis b\nA: It is b,\nand c.\n\nMore of b.\n\n"
    text += "**Q:** Bold?\n**A:** Yes.\n\n**Question 4:** In one? **Answer:** Line.\n"
    assert pairs(text) == [("What is a?", "It is a."), ("What is b", "It is b,\nand c.\n\nMore of b."), ("Bold?", "Yes."), ("In one?", "Line.")]


def test_marks_of_a_heading_are_no_part_of_the_question() -> None:
    assert pairs("## What is **`pip`** by [us](https://x.org)? {#pip}\n\nA tool.")[0][0] == "What is pip by us?"
    assert pairs("## What is `__init__`?\n\nA method.")[0][0] == "What is __init__?"


def test_a_question_without_an_answer_is_told() -> None:
    entries = list(markdown_rows(file("a.md", "# Why?\n\n# How?\n\nThus.\n")))
    assert isinstance(entries[0], Problem)
    assert (entries[0].kind, entries[0].line) == ("question without an answer", 1)
    assert len(entries) == 2


@pytest.mark.parametrize(
    "content", ["# Only\n\ntext\n", "", " \n", b"# Why?\n\xff", b"# Why?\n\0", b"# Why?\n" + b"a" * LARGEST, "# Why?\n", b"\xff\xfe\x00\xd8"]
)
def test_a_document_that_cannot_be_used_is_refused(content: str | bytes) -> None:
    refused(markdown_rows, file("a.md", content))


def test_a_byte_order_mark_tells_the_encoding() -> None:
    for encoding in ("utf-8-sig", "utf-16"):
        [(_, row)] = used(markdown_rows(file("a.md", "# Où?\n\nLà.".encode(encoding))))
        assert (row["question"], row["answer"]) == ("Où?", "Là.")


@pytest.mark.parametrize(
    "piece", [">", "- ", "[", "*", "`", "<!--", "Q:\n", "Q: a\n", "# ?\n", "**a\n", "|", '[a]: b "\n', "\n", "__a ", "{#", "---\n", "1. "], ids=repr
)
def test_hostile_documents_are_read_in_linear_time(piece: str) -> None:
    began = time.process_time()
    rows = list(markdown_rows(file("a.md", f"# Why?\n\nSo.\n\n{piece * (60_000 // len(piece))}")))
    assert rows
    assert time.process_time() - began < 4


def test_deeply_nested_lists_do_not_overflow_the_stack() -> None:
    assert pairs("# Why?\n\n" + "> " * 10_000 + "x")
