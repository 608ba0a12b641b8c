"""HTML as text: paragraphs, lists, tables and code written as Markdown writes them, links as `[text](address)`.

Nothing is fetched, no entity of a document's own is expanded, and nothing of it is ever run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

from assistant.data.reading.indentation import without_layout

UNREAD = frozenset({
    *("script", "style", "template", "noscript", "nav", "footer", "head", "title", "svg", "math", "canvas", "iframe", "object", "embed"),
    *("audio", "video", "button", "input", "select", "textarea", "dialog", "menu"),
})  # fmt: skip
"""Elements whose content is not part of a text."""

BLOCKS = frozenset({
    *("address", "article", "aside", "blockquote", "body", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption", "figure", "form"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "ol", "p", "pre", "section", "summary", "table", "tr", "ul"),
    *("caption", "center", "tbody", "thead", "tfoot"),
})  # fmt: skip
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
CODE = ("code", "kbd", "samp", "tt")
HIDDEN = re.compile(r"(?:^|;)\s{0,20}(?:display\s{0,20}:\s{0,20}none|visibility\s{0,20}:\s{0,20}hidden)", re.IGNORECASE)
LANGUAGE = re.compile(r"(?:^|\s)(?:language|lang)-([\w+#-]{1,30})")
SPACES = re.compile(r"[ \t\n\r\f]+")
TICKS = re.compile(r"`+")

NUMBER = re.compile(r"\s{0,5}[-+\u2212]?[0-9]{1,9}\s{0,5}")

DEEPEST = 10
"""Lists, and quotations, inside each other that are shown by indentation."""


class TooDeepError(Exception):
    """A document that is nested too deeply, or has a piece that is too long, to be read in bounded memory."""


def tree_of(html: str) -> Any:
    """The tree of a document or a piece of one, however broken it is; None where there is none.

    Raises:
        TooDeepError: It has more than 256 elements inside each other, or a text of more than 10 million bytes in a piece.
    """
    from lxml import etree

    parser = etree.HTMLParser(no_network=True, huge_tree=False, recover=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        root = etree.fromstring(html.encode("utf-8", "replace"), parser)
    except etree.ParserError:
        # Nothing but white space and comments.
        root = None
    except etree.XMLSyntaxError:
        root = None
    # The log keeps its first hundred entries, and the last one.
    last = parser.error_log.last_error
    if last is not None and last.type_name == "ERR_RESOURCE_LIMIT":
        raise TooDeepError(str(last.message).split(",")[0].strip())
    return root


def text_of_html(fragment: str) -> str:
    """A piece of HTML as text; a text without markup stays as it is.

    Paragraphs are parted by an empty line, lists have `- ` or numbers, code that stands by itself is fenced, tables are written with
    `|`, links as `[text](address)` where the address is a whole one. Scripts, navigation and hidden parts are left out.

    Raises:
        TooDeepError: It is nested too deeply.
    """
    if "<" not in fragment and "&" not in fragment:
        return without_layout(fragment).strip()
    root = tree_of(f"<div>{fragment.replace(chr(0), '')}</div>")
    return "" if root is None else text_of_element(root)


def text_of_element(element: Any, without: frozenset[Any] = frozenset()) -> str:
    """What stands in an element, as text; the element itself may be hidden.

    Args:
        element: An element of lxml.
        without: Elements inside it that are left out.
    """
    writer = Writer()
    writer.element(element, without)
    return writer.text()


def line_of_element(element: Any, without: frozenset[Any] = frozenset()) -> str:
    """What stands in an element, on one line and without any marks: a heading, with a button that it may hold.

    Args:
        element: An element of lxml.
        without: Elements inside it that are left out.
    """
    from lxml import etree

    parts: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end"))
    skipped = None
    for event, inner in walk:
        if event == "start":
            if inner is not element and (
                inner in without or (inner.tag in UNREAD and inner.tag != "button") or is_hidden(inner) or _is_footnote(inner)
            ):
                skipped = inner
                walk.skip_subtree()
            else:
                parts += [" " if inner.tag in BLOCKS or inner.tag == "br" else "", inner.text or ""]
            continue
        skipped = None if inner is skipped else skipped
        if inner is not element:
            parts += [" " if inner.tag in BLOCKS else "", inner.tail or ""]
    return " ".join("".join(parts).split())


def is_hidden(element: Any) -> bool:
    """Whether an element says that it is not shown; one that is shown when it is searched for counts as shown."""
    hidden = element.get("hidden")
    return (hidden is not None and hidden != "until-found") or element.get("aria-hidden") == "true" or bool(HIDDEN.search(element.get("style", "")))


def is_unread(element: Any) -> bool:
    """Whether an element is no part of the text around it."""
    return element.tag in UNREAD or is_hidden(element) or _is_footnote(element)


def elements_of_text(root: Any, with_hidden: bool = False) -> Iterator[Any]:
    """All elements that are part of the text, in order, `button` and what it holds among them: it can hold a question.

    Args:
        root: The tree.
        with_hidden: Whether those that are hidden are given as well: an accordion hides its answers.
    """
    from lxml import etree

    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if element is not root and ((element.tag in UNREAD and element.tag != "button") or (is_hidden(element) and not with_hidden)):
            walk.skip_subtree()
            continue
        yield element


def _is_footnote(element: Any) -> bool:
    """A raised number that leads to a place of the same page."""
    return element.tag == "sup" and len(element) == 1 and element[0].tag == "a" and str(element[0].get("href", "")).startswith("#")


Kind = Literal["paragraph", "item", "header", "row"]


class Writer:
    """Text as it is put together of elements: finished blocks, and the one that is being written."""

    def __init__(self) -> None:
        self._blocks: list[str] = []
        self._last: Kind = "paragraph"
        self._line: list[str] = []
        self._lists: list[int | None] = []
        self._marker = ""
        self._quotes = 0
        self._heading = 0
        self._code: list[str] | None = None
        self._language = ""
        self._codes = 0
        self._tables = 0
        self._rows = 0
        self._cells: list[str] | None = None
        self._link: tuple[str, int] | None = None

    def element(self, root: Any, without: frozenset[Any] = frozenset()) -> None:
        """Write what stands in an element, which may itself be hidden; not what follows it.

        Args:
            root: An element of lxml.
            without: Elements inside it that are left out.
        """
        from lxml import etree

        walk = etree.iterwalk(root, events=("start", "end"))
        skipped = None
        for event, element in walk:
            if event == "start":
                if element is not root and (element in without or is_unread(element)):
                    skipped = element
                    walk.skip_subtree()
                    continue
                self._start(element)
                self.inline(element.text)
                continue
            if element is skipped:
                skipped = None
            else:
                self._end(element)
            if element is not root:
                self.inline(element.tail)

    def inline(self, text: str | None) -> None:
        """Write a text that goes on with the line."""
        if text and self._code is not None:
            self._code.append(text)
        elif text:
            self._line.append(SPACES.sub(" ", text))

    def text(self) -> str:
        """All that was written."""
        self._flush()
        return "".join(self._blocks).strip("\n")

    def _start(self, element: Any) -> None:
        tag = element.tag
        if self._code is not None:
            self._codes += tag == "pre"
            self._code.append("\n" if tag == "br" else "")
            return
        if tag in BLOCKS:
            self._flush()
        if tag in ("ul", "ol"):
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._marker = self._next_marker()
        elif tag == "blockquote":
            self._quotes += 1
        elif tag in HEADINGS:
            self._heading = int(tag[1])
        elif tag == "pre" and self._cells is None:
            self._code, self._codes, self._language = [], 1, _language(element)
        elif tag in ("table", "tr"):
            self._start_of_table(tag)
        else:
            self._start_in_line(element)

    def _start_in_line(self, element: Any) -> None:
        tag = element.tag
        if tag == "br":
            self._line.append("\n")
        elif tag in CODE:
            self._line.append("`")
        elif tag == "sup" and len(element) == 0 and NUMBER.fullmatch(element.text or ""):
            self._line.append("^")
        elif tag == "a":
            self._link = (str(element.get("href", "")).strip(), len(self._line))

    def _start_of_table(self, tag: str) -> None:
        if tag == "table":
            self._tables += 1
            self._rows = 0 if self._tables == 1 else self._rows
        elif self._tables == 1:
            self._cells = []

    def _end(self, element: Any) -> None:
        tag = element.tag
        if self._code is not None:
            self._codes -= tag == "pre"
            if tag == "pre" and not self._codes:
                self._end_code()
            return
        if tag in CODE:
            self._line.append("`")
        elif tag == "a" and self._link:
            self._end_link(*self._link)
        elif tag in ("td", "th") and self._cells is not None and self._tables == 1:
            self._cells.append(" ".join("".join(self._line).split()).replace("|", "\\|"))
            self._line = []
        elif tag == "tr" and self._tables == 1:
            self._end_row()
        if tag in BLOCKS:
            self._flush()
            self._end_block(tag)

    def _end_block(self, tag: str) -> None:
        if tag == "table":
            self._tables -= 1
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        elif tag == "li":
            self._marker = ""
        elif tag == "blockquote":
            self._quotes -= 1
        elif tag in HEADINGS:
            self._heading = 0

    def _next_marker(self) -> str:
        number = self._lists[-1] if self._lists else None
        if number is None:
            return "- "
        self._lists[-1] = number + 1
        return f"{number + 1}. "

    def _flush(self) -> None:
        """End the line: outside of a table's cell it is a block."""
        if self._cells is not None:
            self._line.append(" ")
            return
        text = "\n".join(" ".join(line.split()) for line in "".join(self._line).split("\n")).strip("\n")
        self._line, self._link = [], None
        if text:
            self._block(f"{'#' * self._heading} {text}" if self._heading else text, "item" if self._marker else "paragraph")

    def _block(self, text: str, kind: Kind) -> None:
        """Add a block, indented as the lists around it want it and marked as a quotation."""
        widths = [2 if number is None else 3 for number in self._lists[:DEEPEST]]
        inside = " " * sum(widths)
        first = " " * sum(widths[:-1]) + self._marker if self._marker else inside
        quote = "> " * min(self._quotes, DEEPEST)
        shown = [quote + (first if number == 0 else inside) + line if line else quote.rstrip() for number, line in enumerate(text.split("\n"))]
        is_tight = (kind == "item" and self._last == "item") or kind == "row"
        self._blocks += ["\n" if is_tight else "\n\n", "\n".join(shown)]
        self._last, self._marker = kind, ""

    def _end_link(self, address: str, start: int) -> None:
        written = "".join(self._line[start:])
        shown = " ".join(written.split())
        self._link = None
        if shown and address.lower().startswith(("http://", "https://")) and not re.search(r"[\s<>]", address):
            link = address if shown == address else f"[{shown}]({address})"
            self._line[start:] = [" " if written[:1].isspace() else "", link, " " if written[-1:].isspace() else ""]

    def _end_code(self) -> None:
        code = "".join(self._code or []).replace("\r\n", "\n").strip("\n")
        self._code = None
        if code.strip():
            fence = "`" * max(3, 1 + max((len(run.group()) for run in TICKS.finditer(code)), default=0))
            self._block(f"{fence}{self._language}\n{code}\n{fence}", "paragraph")

    def _end_row(self) -> None:
        cells, self._cells = self._cells or [], None
        self._line = []
        if any(cells):
            self._block(f"| {' | '.join(cells)} |", "row" if self._rows else "header")
            if not self._rows:
                self._block(f"|{' --- |' * len(cells)}", "row")
            self._rows += 1


def _language(pre: Any) -> str:
    code = pre[0] if len(pre) == 1 and pre[0].tag == "code" else pre
    found = LANGUAGE.search(str(code.get("class", ""))[:1000])
    return found[1] if found else ""
