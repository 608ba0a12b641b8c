"""Questions of HTML pages: the ways in which pages have them, and what is left out."""

from __future__ import annotations

import json
import time

import pytest

from assistant.data.problems import Problem
from assistant.data.reading.documents_html import LARGEST, html_rows
from tests.data.reading.documents import file, refused, used


def pairs(html: str) -> list[tuple[str, str]]:
    return [(row["question"], row["answer"]) for _, row in used(html_rows(file("faq.html", html)))]


def json_ld(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def declared(question: str, *answers: str) -> dict[str, object]:
    return {"@type": "Question", "name": question, "acceptedAnswer": [{"@type": "Answer", "text": answer} for answer in answers]}


WAYS = {
    "json-ld": json_ld({"@context": "https://schema.org", "@graph": [{"@type": "FAQPage", "mainEntity": [declared("Why?", "<p>So.</p>")]}]}),
    "json-ld with entities": json_ld({"@type": ["FAQPage"], "mainEntity": declared("Why?", "&lt;p&gt;So.&lt;/p&gt;")}),
    "microdata": '<div itemscope itemtype="https://schema.org/Question"><b itemprop="name">Why?</b>'
    '<div itemprop="acceptedAnswer"><i>A:</i><p itemprop="text">So.</div></div>',
    "definition list": "<dl><dt>Term<dd>x<dt>Why?<dd>So.</dl>",
    "details": "<details><summary>Why?</summary><p>So.</details>",
    "hidden accordion": '<h3><button aria-controls="p">Why?</button></h3><div id="p" hidden><p>So.</div>',
    "classes": '<div class="faq"><div class="faq-question">Why?</div><div class="faq-answer" style="display:none">So.</div></div>',
    "classes, one in the other": '<li class="faqQuestion"><span class="faq__question-text">Why?</span><div class="faqAnswer">So.</div></li>',
    "heading": "<h2>Why?</h2><p>So.",
    "wrapped heading": "<section><div><h4>Why?</h4></div><div>So.</div></section>",
    "text beside a heading": "<div><h2>Why?</h2>So.</div>",
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_finds_the_question(way: str) -> None:
    assert pairs(WAYS[way]) == [("Why?", "So.")]


def test_a_question_that_is_found_in_all_ways_counts_once() -> None:
    assert pairs("".join(WAYS.values())) == [("Why?", "So.")]


def test_the_same_question_twice_in_one_way_is_two() -> None:
    assert pairs("<h2>Why?</h2>So.<h2>Why?</h2>Thus.") == [("Why?", "So."), ("Why?", "Thus.")]


def test_several_accepted_answers_are_all_references() -> None:
    [(_, row)] = used(html_rows(file("a.html", json_ld(declared("Why?", "So.", "Thus.")))))
    assert row["answer"] == ["So.", "Thus."]


def test_an_answer_goes_to_the_next_heading_of_its_level_and_is_written_as_markdown() -> None:
    html = "<h2>How to pay</h2><div><p>By:<ul><li>a<li>b</ul></div><h3>Fees</h3><pre>x = 1</pre><h2>Contact</h2>here<h3>Who?</h3>We."
    assert pairs(html) == [("How to pay", "By:\n\n- a\n- b\n\n### Fees\n\n```\nx = 1\n```"), ("Who?", "We.")]


def test_sections_and_titles() -> None:
    html = (
        "<title>T</title><h1>Help</h1><h2>Billing</h2><h3>Refunds</h3><h4>When?</h4>Soon.<h2>Other</h2><details><summary>Why?</summary>So.</details>"
    )
    assert used(html_rows(file("x/a.html", html))) == [
        (1, {"question": "When?", "answer": "Soon.", "section": "Billing / Refunds", "title": "Help"}),
        (2, {"question": "Why?", "answer": "So.", "section": "Other", "title": "Help"}),
    ]
    assert next(iter(used(html_rows(file("a.html", "<title>T</title><h1>Why?</h1>So.")))))[1]["title"] == "T"


def test_what_is_not_the_text_is_left_out() -> None:
    html = "<nav><h2>Why nav?</h2>x</nav><div hidden><h2>Why hidden?</h2>x</div>"
    html += "<h2>Why?</h2><p>So.<script>x</script><p hidden>y</p><footer><h2>Why?</h2>z</footer>"
    assert pairs(html) == [("Why?", "So.")]


def test_a_question_without_an_answer_is_told() -> None:
    first, second = html_rows(file("a.html", "<h2>Why?</h2><h2>How?</h2>Thus."))
    assert isinstance(first, Problem) and (first.kind, first.line) == ("question without an answer", 1)
    assert not isinstance(second, Problem)


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        ('<meta charset="iso-8859-1"><h1>Why?</h1>é €'.encode("cp1252"), "é €"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=koi8-r"><h1>Why?</h1>так'.encode("koi8-r"), "так"),
        ("<meta charset='utf-16'><h1>Why?</h1>é".encode(), "é"),
        ("<h1>Why?</h1>é".encode("utf-16"), "é"),
        ("<h1>Why?</h1>é".encode("utf-8-sig"), "é"),
        (b'<?xml version="1.0" encoding="utf-8"?><html><h1>Why?</h1>\xc3\xa9</html>', "é"),
    ],
)
def test_encodings(content: bytes, answer: str) -> None:
    [(_, row)] = used(html_rows(file("a.html", content)))
    assert row["answer"] == answer


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<p>no question</p>",
        "<!-- -->",
        "<h2>Why?</h2>",
        "<div>" * 10_000 + "<h1>Why?</h1>So.",
        b"<h1>Why?</h1>\xff",
        b"<h1>Why?</h1>\0",
        b"<meta charset=x-none><h1>Why?</h1>a",
        b"<meta charset=punycode><h1>Why?</h1>a",
        b"<h1>Why?</h1>" + b"a" * LARGEST,
        "<h1>Why?</h1>So." + "<i></i>" * 200_001,
        '<script type="application/ld+json">' + "[" * 100_000,
    ],
    ids=range(12),
)
def test_a_page_that_cannot_be_used_is_refused(content: str | bytes) -> None:
    refused(html_rows, file("a.html", content))


def test_entities_of_a_page_are_not_expanded_and_nothing_is_fetched() -> None:
    html = '<!DOCTYPE html [<!ENTITY a "boom"><!ENTITY b SYSTEM "file:///etc/passwd">]><h1>Why?</h1><p>So &a; &b;.'
    [(_, answer)] = pairs(html)
    assert "boom" not in answer and "root" not in answer


@pytest.mark.parametrize(
    "piece",
    ["<p>", "<", "&", "<a ", "<h3>Why?</h3>", "<ul><li>a</li></ul>", "<i class=question>a</i>",
     "<a aria-controls=b>Why?</a>", "<b itemtype=schema.org/Question>", "<!--", "<td>", "<sup>1"],
)  # fmt: skip
def test_hostile_pages_are_read_in_linear_time(piece: str) -> None:
    began = time.process_time()
    assert used_or_told(f"<h1>Why?</h1>So.{'<p id=b>' + 'x' * 20_000 + '</p>'}{piece * (60_000 // len(piece))}")
    assert time.process_time() - began < 4


def used_or_told(html: str) -> bool:
    try:
        return bool(list(html_rows(file("a.html", html))))
    except Exception as error:
        return len(str(error).splitlines()) == 2
