"""Plain text with a little Markdown, written from HTML tag by tag."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from assistant.data.cleaning.words import words_of

INLINE = words_of(
    """a abbr acronym b bdi bdo big cite code del dfn em font i img ins kbd label mark q s samp small span strike strong sub sup time tt u var
    wbr"""
)
"""Tags that stand within a line."""
BLOCKS = words_of(
    """address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head
    header hr html li main nav ol p pre section summary table tbody tfoot thead tr td th ul br button iframe input link meta noscript option script
    select style svg template textarea video audio object embed title"""
)
"""Tags that part lines, or that are not seen."""
NAMES = INLINE | BLOCKS
"""Tags that are known; all else between angle brackets is text."""

HELD = frozenset({"pre", "code", "tt", "samp", "a", "sup", "sub"})
"""Tags whose content is written when they end."""
LINES = frozenset({"br", "li", "tr", "dt", "dd", "option"})
"""Tags that begin a line, and no paragraph."""

HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
SPACE = re.compile(r"[ \t\n\r\f]+")
RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


class Writer:
    """Takes tags and texts in their order and gives the text.

    Args:
        has_blocks: White space has no meaning, as there are tags that part lines.
    """

    def __init__(self, has_blocks: bool) -> None:
        self._has_blocks = has_blocks
        self._out: list[str] = [""]
        self._lists: list[int | None] = []
        self._held: list[tuple[str, str, list[str]]] = []
        self._cells = 0

    def text(self, text: str, decoded: Callable[[str, bool], str]) -> None:
        """Write a text between two tags."""
        if not text:
            return
        is_code = self._in("pre", "code", "tt", "samp")
        text = decoded(text, is_code)
        if self._has_blocks and not is_code:
            text = SPACE.sub(" ", text)
            if self._at_line_start():
                text = text.lstrip(" ")
        if text:
            self._out.append(text)

    def open(self, name: str, rest: str) -> None:
        """Begin what a tag begins."""
        if self._in("pre"):
            self._out.append("\n" if name == "br" else "")
        elif name in HELD:
            if name == "pre":
                self._break(2)
            self._hold(name, _target(rest) if name == "a" else "")
        elif name in ("ul", "ol"):
            self._break(1 if self._lists else 2)
            self._lists.append(1 if name == "ol" else None)
        elif name in ("td", "th"):
            self._out.append(" | " if self._cells else "")
            self._cells += 1
        elif name in LINES:
            self._line(name)
        elif name not in INLINE:
            self._paragraph()

    def _line(self, name: str) -> None:
        if name == "br":
            self._out.append("\n")
        elif name == "li":
            self._item()
        else:
            self._break(1)
            self._cells = 0

    def close(self, name: str) -> None:
        """End what a tag has begun."""
        if self._held and self._held[-1][0] == name:
            self._release()
        elif self._in("pre") or name in INLINE:
            return
        elif name in ("ul", "ol"):
            if self._lists:
                self._lists.pop()
            self._break(1 if self._lists else 2)
        elif name in LINES:
            self._break(0 if name == "br" else 1)
        elif name not in ("td", "th", "thead", "tbody", "tfoot"):
            self._paragraph()

    def whole(self) -> str:
        """The whole text."""
        while self._held:
            self._release()
        return "".join(self._out).strip("\n") if self._has_blocks else "".join(self._out)

    def _in(self, *names: str) -> bool:
        return any(name in names for name, _, _ in self._held)

    def _hold(self, name: str, target: str) -> None:
        self._held.append((name, target, self._out))
        self._out = [""]

    def _release(self) -> None:
        name, target, before = self._held.pop()
        inner, self._out = "".join(self._out), before
        if name == "a":
            self._out.append(_link(inner, target))
        elif name in ("sup", "sub"):
            self._out.append(_shifted(inner, name, self._last()))
        elif self._in("pre"):
            self._out.append(inner)
        elif name == "pre" or ("\n" in inner.strip("\n") and name == "code"):
            self._fenced(inner)
        elif inner.strip():
            self._out.append(_in_backticks(inner.strip("\n")))

    def _fenced(self, code: str) -> None:
        runs = re.findall(r"`{3,}", code)
        fence = "`" * max([3, *(len(run) + 1 for run in runs)])
        self._break(2)
        self._out.append(f"{fence}\n{code.strip(chr(10)).rstrip()}\n{fence}")
        self._break(2)

    def _last(self) -> str:
        return next((piece for piece in reversed(self._out) if piece), "")

    def _at_line_start(self) -> bool:
        last = self._last()
        return (not last and not self._held) or last.endswith(("\n", "\n- ")) or bool(self._lists and re.search(r"\n *(?:-|\d+\.) $", last))

    def _break(self, lines: int) -> None:
        """End the line, so that so many line ends stand here."""
        tail = "".join(self._out[-4:])
        if not tail.strip() and len(self._out) <= 4:
            return
        have = len(tail) - len(tail.rstrip("\n"))
        if have < lines:
            self._out.append("\n" * (lines - have))

    def _paragraph(self) -> None:
        # The first paragraph of an item goes on behind its mark.
        if self._lists and re.search(r"(?:^|\n) *(?:-|\d+\.) $", self._last()):
            return
        self._break(1 if self._lists else 2)

    def _item(self) -> None:
        self._break(1)
        number = self._lists[-1] if self._lists else None
        mark = "- " if number is None else f"{number}. "
        if number is not None:
            self._lists[-1] = number + 1
        self._out.append(("" if not self._last() or self._last().endswith("\n") else "\n") + "  " * (len(self._lists) - 1) + mark)


def _target(rest: str) -> str:
    found = HREF.search(rest)
    return html.unescape(next((value for value in found.groups() if value is not None), "")).strip() if found else ""


def _link(text: str, target: str) -> str:
    """`text (URL)`; the text alone where it says the same, or where the address leads nowhere from here."""
    address = target.removeprefix("mailto:").split("?")[0] if target.startswith("mailto:") else target
    if not re.match(r"(?:https?|ftp)://[^\s]+$", target) and address == target:
        return text
    said = text.strip()
    if not said:
        return address
    bare = re.sub(r"^\w+://(?:www\.)?", "", address).rstrip("/")
    if bare.casefold() in said.casefold():
        return text
    return f"{text.rstrip()} ({address}){' ' if text != text.rstrip() else ''}"


def _shifted(inner: str, name: str, before: str) -> str:
    """Raised and lowered figures; never so that 10<sup>6</sup> becomes 106."""
    if not (inner[:1].isalnum() and re.search(r"\w$", before)) and not re.fullmatch(r"[0-9+()=-]+", inner):
        return inner
    if name == "sub" and re.search(r"[A-Za-z)]$", before):
        return inner
    table = RAISED if name == "sup" else LOWERED
    if all(ord(letter) in table for letter in inner):
        return inner.translate(table)
    if inner.lower() in ("st", "nd", "rd", "th", "®", "™", "©", "tm"):
        return inner
    return f"{'^' if name == 'sup' else '_'}{inner}" if re.fullmatch(r"[\w.+-]{1,6}", inner) else inner


def _in_backticks(code: str) -> str:
    if "`" not in code:
        return f"`{code}`"
    ticks = "``" if "``" not in code else "```"
    pad = " " if code.startswith("`") or code.endswith("`") else ""
    return f"{ticks}{pad}{code}{pad}{ticks}"
