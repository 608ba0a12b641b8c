"""What of the indentation of a text is the layout of its file, and what its own."""

from __future__ import annotations

import time

import pytest

from assistant.data.reading.html_text import text_of_html
from assistant.data.reading.indentation import kept, shown, without_layout


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One.\n        Two    words.\n        \n        Three.\n    ", "One.\nTwo    words.\n\nThree.\n    "),
        ("\n\t\tOne.\n\t\tTwo.\n", "\nOne.\nTwo.\n"),
        ("Take\n    - one\n      - or two\n\n      of them\n    a day.", "Take\n- one\n  - or two\n\n  of them\na day."),
        ("One.\n    Two.\n\n\t\t  Three.\n\n\t\t      Four.\n", "One.\nTwo.\n\nThree.\n\nFour.\n"),
    ],
)
def test_prose_loses_the_indentation_of_the_layout(text: str, expected: str) -> None:
    assert without_layout(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "one line",
        "  one line",
        "One.\nTwo.\n    Three.",
        "Write this:\n    def half(x):\n        return x / 2",
        "Install it:\n\n    pip install it\n\n    Then start it.",
        "    for (;;) {\n        wait();\n    }",
    ],
)
def test_what_may_be_code_or_is_not_indented_throughout_stays(text: str) -> None:
    assert without_layout(text) == text


def test_lines_that_are_kept_stay_in_a_text_that_loses_its_own() -> None:
    code = kept("if it:\n        end\n")
    assert shown(without_layout(f"Try\n    {code}\n    and see.")) == "Try\nif it:\n        end\n\nand see."


def test_html_text_without_markup_loses_it_and_code_keeps_its_own() -> None:
    assert text_of_html("\n      We ship on Mondays,\n      and on Fridays.\n  ") == "We ship on Mondays,\nand on Fridays."
    assert text_of_html("<p>Try\n      this:<pre>if it:\n    end</pre>") == "Try this:\n\n```\nif it:\n    end\n```"


@pytest.mark.parametrize("piece", [" ", "\n ", "\n\t", "\n a\n\n", "\0", "\n  - a", " a\n\n  b"])
def test_hostile_texts_take_linear_time(piece: str) -> None:
    began = time.process_time()
    without_layout(piece * (300_000 // len(piece)))
    assert time.process_time() - began < 4
