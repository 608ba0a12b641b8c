"""HTML as the web has it."""

from __future__ import annotations

import pytest

from assistant.data.cleaning.cleaner import Cleaner

CASES = {
    "line ends in running text stay where there are no blocks": ("one\ntwo <b>three</b>", "one\ntwo three"),
    "line ends mean nothing where there are": ("<p>one\n  two</p>\n\n<p>three</p>", "one two\n\nthree"),
    "lists in lists": ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
    "ordered lists": ("<ol>\n<li><p>one</p></li>\n<li>two</li>\n</ol>", "1. one\n2. two"),
    "lists that are never closed": ("Take<ul><li>one<li>two</ul>now", "Take\n\n- one\n- two\n\nnow"),
    "breaks": ("one<br>two<br/>three<br />", "one\ntwo\nthree"),
    "code with its indentation": ("<pre><code>if a &lt; b:\n    c  = 1\n</code></pre>", "```\nif a < b:\n    c  = 1\n```"),
    "code that has backticks": ("Use <code>a`b</code>!", "Use ``a`b``!"),
    "code with a fence in it": ("<pre>a ``` b</pre>", "````\na ``` b\n````"),
    "tags that are spoken of": ("<p>Write &lt;b&gt; or &lt;your name&gt;.</p>", "Write `<b>` or <your name>."),
    "a link that says its address": ('<a href="https://x.org/">x.org</a>', "x.org"),
    "a link within the page": ('See <a href="#top">above</a> and <a href="/a">there</a>.', "See above and there."),
    "an address with &": ('<a href="https://x.org/?a=1&amp;b=2" title="a > b">it</a>', "it (https://x.org/?a=1&b=2)"),
    "mail": ('<a href="mailto:me@x.org?subject=Hi">Write</a>', "Write (me@x.org)"),
    "no scripts": ('<a href="javascript:alert(1)">it</a><script>alert("<p>")</script>', "it"),
    "powers stay powers": ("10<sup>6</sup> per m<sup>2</sup>, H<sub>2</sub>O, 1<sup>st</sup>", "10⁶ per m², H2O, 1st"),
    "tables": ("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>", "a | b\n1 | 2"),
    "pictures": ('See<img src="x.png" alt="a > b"> it', "See it"),
    "comments": ("a <!-- <b> --> b", "a b"),
    "a comment that never ends": ("a <!-- b", "a <!-- b"),
    "escaped as a whole": ("&lt;p&gt;R&amp;amp;D&lt;/p&gt;", "R&D"),
    "escaped in a script": ("x.replace(/</g, '&lt;')", "x.replace(/</g, '&lt;')"),
    "in capitals": ("<P>One<BR>two</P>", "One\ntwo"),
    "crossed": ("<b>one <i>two</b> three</i>", "one two three"),
    "closed without an opening": ("one</p> two", "one</p> two"),
    "in code of Markdown": ("Use `<p>x</p>`:\n\n```html\n<p>x</p>\n```", "Use `<p>x</p>`:\n\n```html\n<p>x</p>\n```"),
    "comparisons": ("if a<b and b>c then a <i> 3", "if a<b and b>c then a <i> 3"),
    "a break that is spoken of": ("Put <br> there, or <br/> here.", "Put <br> there, or <br/> here."),
    "types": ("std::vector<int> a; List<String> b; <T>", "std::vector<int> a; List<String> b; <T>"),
    "mail between angle brackets": ("Me <me@x.org>, <https://x.org/>", "Me <me@x.org>, <https://x.org/>"),
}


@pytest.mark.parametrize("case", CASES)
def test_html_becomes_text(case: str) -> None:
    before, after = CASES[case]
    assert Cleaner().text(before, "answer").text == after
