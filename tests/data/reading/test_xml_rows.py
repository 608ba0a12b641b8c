"""Rows of XML: which elements they are, and what belongs to each."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.data.reading.entries import entries, file, refused, rows

MEDQUAD = """<?xml version="1.0" encoding="UTF-8"?>
<Document id="7" source="CDC" url="https://example.org/7">
<Focus>Flu</Focus>
<FocusAnnotations><Category>Disease</Category></FocusAnnotations>
<QAPairs>
  <QAPair pid="1">
    <Question qid="7-1" qtype="symptoms">What are the symptoms?</Question>
    <Answer>Fever &amp; cough.</Answer>
  </QAPair>
  <QAPair pid="2"><Question qid="7-2" qtype="cause">Why?</Question><Answer></Answer></QAPair>
</QAPairs>
</Document>
"""

# Whatever XML can hold at all; white space and line ends it may change.
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff\x85\u2028"), min_size=1, max_size=30)


def test_a_document_of_questions_gives_a_row_for_each_with_what_is_said_around_it(tmp_path: Path) -> None:
    around = {"document_id": "7", "source": "CDC", "url": "https://example.org/7", "focus": "Flu"}
    assert entries(file(tmp_path, "a.xml", MEDQUAD)) == [
        (6, {**around, "pid": "1", "qid": "7-1", "qtype": "symptoms", "question": "What are the symptoms?", "answer": "Fever & cough."}),
        (10, {**around, "pid": "2", "qid": "7-2", "qtype": "cause", "question": "Why?", "answer": ""}),
    ]


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_texts_come_out_as_they_went_in(tmp_path: Path, pairs: list[tuple[str, str]]) -> None:
    content = "".join(f"<qa><question>{escape(question)}</question><answer>{escape(answer)}</answer></qa>" for question, answer in pairs)
    found = rows(file(tmp_path, "a.xml", f"<all>{content}</all>"))
    assert [(row["question"], row["answer"]) for row in found] == pairs


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ('<qa question="q" answer="a" kind="x"/>', {"question": "q", "answer": "a", "kind": "x"}),
        ("<f:qa xmlns:f='urn:x'><f:Q>q</f:Q><f:A>a</f:A></f:qa>", {"xmlns:f": "urn:x", "q": "q", "a": "a"}),
        ("<qa><question>q</question><answer>a</answer><answer>b</answer></qa>", {"question": "q", "answer": ["a", "b"]}),
        ("<qa><question>q</question><answer>take <b>two</b> a day</answer></qa>", {"question": "q", "answer": "take two a day"}),
        ("<qa><question>q</question><answer><p>one</p><p>two <i>or</i> three</p></answer></qa>", {"question": "q", "answer": "one\ntwo or three"}),
        ("<qa><question>q</question><answer><![CDATA[<b> & ]]></answer></qa>", {"question": "q", "answer": "<b> & "}),
        ("<qa><frage>q</frage><antwort>a</antwort></qa>" * 2, {"frage": "q", "antwort": "a"}),
    ],
)
def test_what_is_in_a_row(tmp_path: Path, row: str, expected: dict[str, Any]) -> None:
    found = rows(file(tmp_path, "a.xml", f"<all>{row}</all>"))[0]
    assert {key: value for key, value in found.items() if key != "f"} == {key: value for key, value in expected.items() if key != "xmlns:f"}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("<answer>Fever.\n            Cough,    and\n            more.\n        </answer>", "Fever.\nCough,    and\nmore.\n        "),
        ("<answer>\n    Take <b>two</b>\n    a day.\n</answer>", "\nTake two\na day.\n"),
        ("<answer><p>One\n    or two.</p><p>\n    Three.</p></answer>", "One\nor two.\n\nThree."),
        ("<answer>Try\n    <div><pre>  if it:\n    end</pre></div>\n    now.</answer>", "Try\n  if it:\n    end\nnow."),
        ("<answer><p>Try</p><code>\n    one\n    two</code></answer>", "Try\n\n    one\n    two"),
        ('<answer xml:space="preserve">Roses\n    are red</answer>', "Roses\n    are red"),
        ('<answer xml:space="preserve">Roses<p>\n    are</p><p xml:space="default">\n    red</p></answer>', "Roses\n    are\nred"),
    ],
)
def test_prose_loses_the_indentation_of_the_file_and_code_keeps_its_own(tmp_path: Path, answer: str, expected: str) -> None:
    found = rows(file(tmp_path, "a.xml", f"<all><qa><question>q</question>{answer}</qa></all>"))[0]
    assert found["answer"] == expected


def test_the_inner_one_of_two_columns_of_one_name_counts(tmp_path: Path) -> None:
    content = '<all kind="all"><part kind="part"><qa><question kind="inner">q</question><answer>a</answer></qa></part></all>'
    assert rows(file(tmp_path, "a.xml", content)) == [{"kind": "inner", "question": "q", "answer": "a"}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_the_encoding_is_the_one_that_is_declared(tmp_path: Path, encoding: str) -> None:
    content = f'<?xml version="1.0" encoding="{encoding}"?><all><qa><question>Où?</question><answer>a</answer></qa></all>'
    assert rows(file(tmp_path, "a.xml", content.encode(encoding))) == [{"question": "Où?", "answer": "a"}]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("<a><b></a>", ":1: not XML: mismatched tag"),
        ("words", "not XML: syntax error"),
        ("<a>\n\n<b>", ":3: not XML: no element found"),
        (b"<a>\xff</a>", "not XML"),
        (b"<a>\0</a>", "not XML"),
        ('<?xml version="1.0" encoding="klingon"?><a/>', "encoding"),
        ("<a/>", "holds no rows"),
        (f"<a><{'b' * 300}/></a>", "a name is longer than 200 characters"),
    ],
)
def test_what_is_no_xml_is_refused(tmp_path: Path, content: str | bytes, says: str) -> None:
    assert says in refused(file(tmp_path, "a.xml", content)).what
