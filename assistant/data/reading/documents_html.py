"""Questions and answers from HTML: what a page declares (schema.org), its lists, accordions and headings that ask.

A page often has each question in several of these ways; the first that finds it counts.
"""

from __future__ import annotations

import codecs
import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from assistant.core.errors import DataError
from assistant.data.problems import Problem
from assistant.data.reading.documents import PATH, asks, name_of, no_questions, question_of, row_of, whole_text
from assistant.data.reading.html_text import (
    HEADINGS,
    TooDeepError,
    Writer,
    elements_of_text,
    is_unread,
    line_of_element,
    text_of_element,
    text_of_html,
    tree_of,
)
from assistant.data.reading.rows import Row, Rows
from assistant.data.reading.source import DataFile
from assistant.data.splitting.equality import normal_form

LARGEST = 8 * 2**20
"""Bytes of a page; it is held whole."""

MOST_ELEMENTS = 200_000
"""Elements of a page; each way of finding questions looks at all of them."""

MOST_ANSWERS = 20
"""Answers of one question that are read."""

HOW = "Questions are headings, `<summary>`, `<dt>`, accordions or schema.org's FAQPage."

META = re.compile(rb"<meta\b[^>]{0,300}?\bcharset\s{0,10}=\s{0,10}[\"']?\s{0,10}([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
XML = re.compile(rb"\s{0,20}<\?xml\b[^>]{0,200}?\bencoding\s{0,10}=\s{0,10}[\"']([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
ENCODINGS = re.compile(
    r"utf-8|utf-16.*|ascii|cp(?:125[0-8]|866|932|949)|iso8859-.*|shift_jis|euc_(?:jp|kr)|iso2022_jp|gb2312|gbk|gb18030|big5|koi8-[ru]|mac-roman|tis-620"
)
PART = r"text|content|body|inner|header|heading|title|label|name|button|toggle|panel|wrapper|container"
QUESTION_CLASS = re.compile(rf"(?:^|[-_a-z])[qQ]uestion(?:$|[-_]{{1,2}}(?:{PART})$)")
ANSWER_CLASS = re.compile(rf"(?:^|[-_a-z])[aA]nswer(?:$|[-_]{{1,2}}(?:{PART})$)")


@dataclass(frozen=True)
class Found:
    """A question of a page.

    Attributes:
        question: As it is asked.
        answers: What answers it; none where nothing stands below it.
        element: Where it stands; None where it is only declared.
        answered_in: The elements that the answer stands in; what they hold is no question of its own.
        without: Elements inside of them that are no part of the answer.
        is_section: Whether it has no answer because other questions stand below it.
    """

    question: str
    answers: tuple[str, ...]
    element: Any = None
    answered_in: tuple[Any, ...] = ()
    without: frozenset[Any] = frozenset()
    is_section: bool = False


def html_rows(file: DataFile) -> Rows:
    """The questions of an HTML page with their answers as text, in the order of the page; a row's line is its number.

    Raises:
        DataError: It is no text, too large, nested too deeply, or without a single question.
    """
    try:
        root = tree_of(whole_text(file, LARGEST, declared_encoding))
        if root is not None and sum(1 for _ in root.iter()) > MOST_ELEMENTS:
            raise TooDeepError(f"more than {MOST_ELEMENTS:,} elements")
        found = [] if root is None else _questions(root)
    except TooDeepError as error:
        raise DataError(f"{file.name} cannot be read as HTML: {error}", "Part it into several pages, or export its rows as JSONL.") from None
    if not any(one.answers for one in found):
        raise no_questions(file, HOW)
    headings = {element: line_of_element(element) for element in elements_of_text(root) if element.tag in HEADINGS}
    title = _title(root, headings)
    about: Row = {"title": title or name_of(file)}
    for number, (one, section) in enumerate(_in_order(root, found, headings, title), 1):
        if one.answers:
            answer: Any = one.answers[0] if len(one.answers) == 1 else list(one.answers)
            yield number, {**row_of(one.question, "", section, about), "answer": answer}
        else:
            yield Problem("question without an answer", file.name, number, "nothing stands below it", {"question": one.question})


def declared_encoding(start: bytes) -> str | None:
    """The encoding that a page names, as browsers understand it; None where it names none.

    Raises:
        LookupError: It is none that pages are written in.
    """
    found = XML.match(start) or META.search(start)
    if not found:
        return None
    name = codecs.lookup(found[1].decode()).name
    if not ENCODINGS.fullmatch(name):
        raise LookupError(f"unknown encoding: {name}")
    # As the HTML standard has it: Latin-1 is read as its superset of Windows, and a page that can be read up to here is no UTF-16.
    return {"iso8859-1": "cp1252", "ascii": "cp1252"}.get(name, "utf-8" if name.startswith("utf-16") else name)


def _questions(root: Any) -> list[Found]:
    """What all ways find, each question by the first way that finds it."""
    ways: tuple[Callable[[Any], Iterator[Found]], ...] = (_declared, _microdata, _definitions, _details, _classes, _controls, _headings)
    all_found: list[Found] = []
    ways_of: dict[str, int] = {}
    answered_in: set[Any] = set()
    declared: set[tuple[str, tuple[str, ...]]] = set()
    for number, way in enumerate(ways):
        new = []
        for one in way(root):
            if not one.question or ways_of.setdefault(normal_form(one.question), number) != number:
                continue
            if one.element is None and (one.question, one.answers) in declared:
                # Some pages declare all of it twice.
                continue
            declared.add((one.question, one.answers))
            if one.element is not None and any(outer in answered_in for outer in (one.element, *one.element.iterancestors())):
                continue
            new.append(_with_answer(one))
            answered_in.update(one.answered_in)
        all_found += [one for one in new if not one.is_section]
    return all_found


def _in_order(root: Any, found: list[Found], headings: dict[Any, str], title: str) -> Iterator[tuple[Found, str]]:
    """The questions as they stand in the page, those that are only declared first, each with the headings around it."""
    yield from ((one, "") for one in found if one.element is None)
    by_element = {one.element: one for one in found if one.element is not None}
    # A heading that holds the question of an accordion is no heading around it.
    holding = {outer for element in by_element for outer in element.iterancestors(*HEADINGS)}
    around: list[tuple[int, str]] = []
    for element in root.iter():
        text = headings.get(element, "")
        level = int(element.tag[1]) if text else 0
        while level and around and around[-1][0] >= level:
            around.pop()
        if one := by_element.get(element):
            yield one, PATH.join(text for _, text in around)
        elif text and text != title and element not in holding:
            around.append((level, text[:200]))


def _title(root: Any, headings: dict[Any, str]) -> str:
    tops = [text for element, text in headings.items() if element.tag == "h1" and text]
    if len(tops) == 1 and not asks(tops[0]):
        return tops[0]
    named = next(iter(root.iter("title")), None)
    return "" if named is None else " ".join((named.text or "").split())


def _declared(root: Any) -> Iterator[Found]:
    """Questions of schema.org in JSON-LD: `FAQPage`, `QAPage`."""
    for script in root.iter("script"):
        if str(script.get("type", "")).split(";")[0].strip().lower() != "application/ld+json":
            continue
        try:
            waiting = [json.loads(script.text or "null", strict=False)]
        except (ValueError, RecursionError):
            # What is declared in vain mostly stands in the page as well; if not, the page has no questions, and that is told.
            continue
        while waiting:
            value = waiting.pop()
            if isinstance(value, list):
                waiting += reversed(value)
            elif isinstance(value, dict):
                if "Question" in _listed(value.get("@type")):
                    yield Found(_one_line(value.get("name") or value.get("text")), _declared_answers(value))
                waiting += reversed([inner for inner in value.values() if isinstance(inner, (dict, list))])


def _declared_answers(question: Row) -> tuple[str, ...]:
    given = _listed(question.get("acceptedAnswer")) or _listed(question.get("suggestedAnswer"))
    texts = [answer.get("text") if isinstance(answer, dict) else answer for answer in given]
    return tuple(dict.fromkeys(answer for text in texts if isinstance(text, str) and (answer := _text(text))))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _one_line(value: Any) -> str:
    return question_of(_text(value)) if isinstance(value, str) else ""


def _text(declared: str) -> str:
    # Some write their markup with entities even here.
    return text_of_html(html.unescape(declared) if "<" not in declared and "&lt;" in declared else declared)


def _microdata(root: Any) -> Iterator[Found]:
    for item in root.iter():
        if not _is_question_item(item):
            continue
        named: dict[str, list[Any]] = {}
        for element in _of_item(item):
            for name in str(element.get("itemprop", ""))[:200].split():
                named.setdefault(name, []).append(element)
        answers = named.get("acceptedAnswer") or named.get("suggestedAnswer", [])[:1]
        texts = [next((inner for inner in named.get("text", []) if answer in inner.iterancestors()), answer) for answer in answers[:MOST_ANSWERS]]
        if asked := named.get("name"):
            yield _found(asked[0], line_of_element(asked[0]), texts)


def _is_question_item(element: Any) -> bool:
    return str(element.get("itemtype", ""))[:200].rstrip("/").lower().endswith("schema.org/question")


def _of_item(item: Any) -> Iterator[Any]:
    """What is in a question, without the questions that are in it."""
    from lxml import etree

    walk = etree.iterwalk(item, events=("start",))
    for _, element in walk:
        if element is not item and _is_question_item(element):
            walk.skip_subtree()
        else:
            yield element


def _definitions(root: Any) -> Iterator[Found]:
    for listed in elements_of_text(root):
        if listed.tag != "dl":
            continue
        # Pairs may stand in a `<div>` each.
        parts = [part for child in listed for part in (child if child.tag == "div" else (child,)) if part.tag in ("dt", "dd")]
        asked: Any = None
        answered: list[Any] = []
        for part in [*parts, None]:
            if part is not None and part.tag == "dd":
                answered.append(part)
                continue
            if asked is not None and asks(line_of_element(asked)):
                yield _found(asked, line_of_element(asked), answered)
            asked, answered = part, []


def _details(root: Any) -> Iterator[Found]:
    for details in elements_of_text(root):
        summary = next((child for child in details if child.tag == "summary"), None) if details.tag == "details" else None
        if summary is not None and asks(text := line_of_element(summary)):
            yield _found(summary, text, [details], frozenset({summary}))


def _classes(root: Any) -> Iterator[Found]:
    """Pairs of elements whose classes call them question and answer."""
    asked: Any = None
    for element in elements_of_text(root, with_hidden=True):
        names = str(element.get("class", ""))[:500].split()
        if any(map(ANSWER_CLASS.search, names)):
            if asked is not None:
                yield _found(asked, line_of_element(asked, frozenset({element})), [element])
            asked = None
        elif any(map(QUESTION_CLASS.search, names)) and (asked is None or not any(outer is asked for outer in element.iterancestors())):
            asked = element


def _controls(root: Any) -> Iterator[Found]:
    """Accordions: what is clicked names what it opens."""
    by_id: dict[str, Any] = {}
    for element in root.iter():
        if name := element.get("id"):
            by_id.setdefault(name, element)
    opened = set()
    for element in elements_of_text(root):
        panel = by_id.get(str(element.get("aria-controls", "")))
        if panel is not None and panel not in opened and asks(text := line_of_element(element)):
            opened.add(panel)
            yield _found(element, text, [panel], frozenset({element}))


def _headings(root: Any) -> Iterator[Found]:
    headings = [(element, int(element.tag[1]), line_of_element(element)) for element in elements_of_text(root) if element.tag in HEADINGS]
    asking = [asks(text) for _, _, text in headings]
    for number, (element, level, text) in enumerate(headings):
        if not asking[number]:
            continue
        # The next question ends the search: in all, every heading is looked at once or twice.
        stop = next((later for later in range(number + 1, len(headings)) if asking[later] or headings[later][1] <= level), None)
        answer = _below(element, None if stop is None else headings[stop][0])
        is_section = not answer and stop is not None and asking[stop] and headings[stop][1] > level
        yield Found(question_of(text), (answer,) if answer else (), element, is_section=is_section)


def _below(heading: Any, stop: Any) -> str:
    """What stands after a heading up to the element `stop`, in the innermost element around it that holds anything there."""
    on_the_way = frozenset() if stop is None else frozenset({stop, *stop.iterancestors()})
    writer, element, text = Writer(), heading, ""
    while element is not None and element.tag not in ("body", "html") and not text:
        writer.inline(element.tail)
        sibling = element.getnext()
        while sibling is not None and sibling not in on_the_way:
            _write(writer, sibling)
            sibling = sibling.getnext()
        if sibling is not None:
            _write_up_to(writer, sibling, stop, on_the_way)
            return writer.text()
        text = writer.text()
        element = element.getparent()
    return text


def _write(writer: Writer, element: Any) -> None:
    if not is_unread(element):
        writer.element(element)
    writer.inline(element.tail)


def _write_up_to(writer: Writer, element: Any, stop: Any, on_the_way: frozenset[Any]) -> None:
    """What stands in an element before `stop`, which is in it."""
    while element is not stop:
        writer.inline(element.text)
        inner = element[0]
        while inner not in on_the_way:
            _write(writer, inner)
            inner = inner.getnext()
        element = inner


def _found(element: Any, text: str, answered: list[Any], without: frozenset[Any] = frozenset()) -> Found:
    return Found(question_of(text), (), element, tuple(answered), without)


def _with_answer(found: Found) -> Found:
    """The question with its answer read, which is not done before it is known to count: answers can stand in answers."""
    if not found.answered_in:
        return found
    texts = [answer for part in found.answered_in if (answer := text_of_element(part, found.without))]
    return replace(found, answers=("\n\n".join(texts),) if texts else ())
