"""HTML as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.data.reading.html_text import TooDeepError, text_of_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain, a  b", "plain, a  b"),
        ("5 < 6 and a > b", "5 < 6 and a > b"),
        ("<p>One<br>line</p><p>Two</p>", "One\nline\n\nTwo"),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", "- a\n  - b\n- c"),
        ("<ol><li>a<li><p>b<p>more</ol>end", "1. a\n2. b\n\n   more\n\nend"),
        ("<pre><code class='x language-py'>a\n  b &lt; c</code></pre>", "```py\na\n  b < c\n```"),
        ("<pre>```</pre>", "````\n```\n````"),
        ("use <code>x</code>", "use `x`"),
        ('see <a href="https://x.org/a">this </a>page', "see [this](https://x.org/a) page"),
        ('<a href="https://x.org">https://x.org</a>', "https://x.org"),
        ('<a href="javascript:x()">a</a> <a href="/b">b</a>', "a b"),
        ("<table><tr><th>a<th>b<tr><td>1<td>2|3</table>", "| a | b |\n| --- | --- |\n| 1 | 2\\|3 |"),
        ("<blockquote><p>a<p>b</blockquote>", "> a\n\n> b"),
        ("<h3>Title</h3>x", "### Title\n\nx"),
        ("10<sup>3</sup> 5<sup>th</sup> a<sup><a href='#n1'>1</a></sup>", "10^3 5th a"),
        ("a<script>x</script><style>y</style><template>z</template><nav>n</nav><p hidden>h<p style='color:red; display : none'>i<p>b", "a\n\nb"),
        ("&lt;b&gt; &amp;amp; &nbsp;x", "<b> &amp; x"),
        ("<!-- x -->", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_markup_becomes_text(html: str, text: str) -> None:
    assert text_of_html(html) == text


@given(st.text(alphabet="<>/abliup =\"'&;#!-\n1", max_size=60))
def test_any_text_is_read(html: str) -> None:
    assert "\0" not in text_of_html(html)


@given(st.lists(st.integers(0, 10**6), max_size=5), st.sampled_from(["p", "li", "td", "div", "b", "pre", "span", "h2", "blockquote"]))
def test_no_number_is_lost(numbers: list[int], tag: str) -> None:
    text = text_of_html("".join(f"<{tag}>{number} </{tag}>" for number in numbers))
    for number in numbers:
        assert str(number) in text


def test_what_is_nested_too_deeply_is_refused() -> None:
    with pytest.raises(TooDeepError):
        text_of_html("<div>" * 10_000)
