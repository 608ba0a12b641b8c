"""Questions and answers from Markdown: headings that ask, with the text below them; and `Q:` and `A:`.

Only the blocks of a document are parsed: an answer is the very lines that stand there, with their lists, code and tables.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.core.errors import DataError
from assistant.core.yaml_text import NotYamlError, read_yaml
from assistant.data.problems import Problem
from assistant.data.reading.documents import (
    LONGEST_QUESTION,
    PATH,
    asks,
    ends_as_question,
    name_of,
    no_questions,
    own_column,
    question_of,
    row_of,
    whole_text,
)
from assistant.data.reading.rows import Row, Rows
from assistant.data.reading.source import DataFile

LARGEST = 8 * 2**20
"""Bytes of a document; its blocks are held all at once."""

MOST_LINES = 200_000
"""Lines of a document: each can be a block, which takes a kilobyte."""

LARGEST_FRONT = 2**16
"""Bytes of front matter."""

BELOW_HEADINGS = 7
"""The level of questions that are no headings: any heading ends their answer."""

HOW = "Write each question as a heading (`## How do I pay?`) or as `Q: ...` and `A: ...`."

FENCE = re.compile(r"---[ \t]*$")
RULE = re.compile(r"[ \t]{0,3}(?:-[- \t]{2,}|\*[* \t]{2,}|_[_ \t]{2,})$")
Q_LABEL = re.compile(r"[ \t]{0,3}(\*\*|__|)(?:q|question)(?:[ ]?#?[0-9]{1,4})?[:.](?:[ \t]?\1)(?=[ \t]|$)", re.IGNORECASE)
A_LABEL = re.compile(r"[ \t]{0,3}(\*\*|__|)(?:a|answer)(?:[ ]?#?[0-9]{1,4})?[:.](?:[ \t]?\1)(?:[ \t]+|$)", re.IGNORECASE)
A_INSIDE = re.compile(r"[ \t](?:\*\*A(?:nswer)?:\*\*|__A(?:nswer)?:__)[ \t]")
BOLD = re.compile(r"[ \t]{0,3}(?:\*\*([^*\n]{2,1000})\*\*|__([^_\n]{2,1000})__):?(?:<br */?>)?")
ITEM = re.compile(r"[ \t]{0,3}(?:[-*+]|[0-9]{1,9}[.)])[ \t]+")
ANCHOR = re.compile(r"[ \t]{0,10}\{[#.][^{}]{0,200}\}[ \t]{0,10}$")
LINK = re.compile(r"!?\[([^\[\]]{0,1000})\](?:\([^()\s]{0,1000}\)|\[[^\[\]]{0,200}\])")
STARS = re.compile(r"(\*{1,3})(?=\S)([^*\n]{1,1000})\1")
CODE_OR_BOLD = re.compile(r"`([^`\n]{1,1000})`|__(?=\S)([^_\n]{1,1000})__")


@dataclass(frozen=True)
class Mark:
    """A place where a section or a question begins.

    Attributes:
        level: Of a heading 1 to 6.
        text: What it says.
        line: Its line, counted from 0.
        after: The line after it.
        is_question: Whether it asks.
        opening: What of the answer stands on the lines of the question.
        is_item: Whether it stands in a list, whose lines are indented.
    """

    level: int
    text: str
    line: int
    after: int
    is_question: bool
    opening: str = ""
    is_item: bool = False


def markdown_rows(file: DataFile) -> Rows:
    """The questions of a Markdown document, each with the text below it up to the next question or heading of its level.

    Raises:
        DataError: It is no text, too large, or without a single question.
    """
    text = whole_text(file, LARGEST).replace("\r\n", "\n").replace("\r", "\n")
    about, start = _front_matter(text, file)
    lines = text.split("\n")
    if len(lines) > MOST_LINES:
        raise DataError(
            f"{file.name} has more than {MOST_LINES:,} lines", "A document is held whole: part it into several, or export its rows as JSONL."
        )
    lines[:start] = [""] * start
    marks = list(_marks(lines))
    tops = [mark for mark in marks if mark.level == 1]
    title = tops[0] if len(tops) == 1 and not tops[0].is_question else None
    about = {"title": title.text if title else name_of(file), **about}
    found = False
    for entry in _rows(lines, marks, title, about, file):
        found = found or not isinstance(entry, Problem)
        yield entry
    if not found:
        raise no_questions(file, HOW)


def _rows(lines: Sequence[str], marks: Sequence[Mark], title: Mark | None, about: Row, file: DataFile) -> Rows:
    around: list[Mark] = []
    for number, mark in enumerate(marks):
        while around and around[-1].level >= mark.level:
            around.pop()
        section = PATH.join(outer.text for outer in around)
        if mark.level < BELOW_HEADINGS and mark is not title:
            around.append(mark)
        if not mark.is_question:
            continue
        # The next question ends the search: in all, every mark is looked at once or twice.
        later = (marks[place] for place in range(number + 1, len(marks)))
        end = next((other.line for other in later if other.is_question or other.level <= mark.level), len(lines))
        answer = _answer(list(lines[mark.after : end]), mark)
        following = marks[number + 1] if number + 1 < len(marks) else None
        if answer:
            yield mark.line + 1, row_of(mark.text, answer, section, about)
        elif not (following and following.is_question and following.level > mark.level):
            # One with questions of its own below it is a section.
            yield Problem("question without an answer", file.name, mark.line + 1, "nothing stands below it", {"question": mark.text})


def _answer(lines: list[str], mark: Mark) -> str:
    """The lines below a question as they stand, without `A:` and without a rule that only parts it from the next one."""
    while lines and (not lines[-1].strip() or RULE.match(lines[-1])):
        lines.pop()
    text = "\n".join(lines)
    if mark.is_item:
        text = textwrap.dedent(text)
    text = f"{mark.opening}\n{text}" if mark.opening else text
    # The first line keeps its indentation, which may be that of code.
    text = re.sub(r"\A(?:[ \t]*\n)+", "", text) if text[:1].isspace() else text
    label = A_LABEL.match(text)
    return (text[label.end() :].lstrip() if label else text).rstrip()


def _marks(lines: Sequence[str]) -> Iterator[Mark]:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"maxNesting": 20}).enable("table")
    # What stands inside a paragraph is not looked at; a link's target that stands elsewhere stays where it is.
    parser.disable(["inline", "text_join", "reference"])
    before = ""
    for token in parser.parse("\n".join(lines)):
        if token.map and token.type == "heading_open" and token.level == 0:
            first, after = token.map
            yield _heading(lines[first:after], int(token.tag[1:]), first, after)
        elif token.map and token.type == "paragraph_open" and (token.level == 0 or (token.level == 2 and before == "list_item_open")):
            yield from _of_paragraph(lines, *token.map, is_item=token.level > 0)
        before = token.type


def _heading(lines: Sequence[str], level: int, first: int, after: int) -> Mark:
    setext = not lines[0].lstrip().startswith("#")
    text = _plain(" ".join(lines[:-1]) if setext else lines[0].strip().strip("#"))
    is_question = asks(text)
    return Mark(level, question_of(text) if is_question else " ".join(text.split()), first, after, is_question)


def _of_paragraph(lines: Sequence[str], first: int, after: int, *, is_item: bool) -> Iterator[Mark]:
    """The questions of one paragraph: it opens with a bold one, or has lines that open with `Q:`."""
    opening = ITEM.sub("", lines[first], count=1) if is_item else lines[first]
    if bold := _bold_question(opening, is_alone=after == first + 1):
        yield Mark(BELOW_HEADINGS, bold[0], first, first + 1, True, bold[1], is_item)
        return
    line = first
    while line < after:
        label = Q_LABEL.match(opening if line == first else lines[line])
        if not label:
            line += 1
            continue
        said, upto = [label.string[label.end() :]], line + 1
        while upto < after and not ends_as_question(said[-1]) and not A_LABEL.match(lines[upto]) and not Q_LABEL.match(lines[upto]):
            said.append(lines[upto].strip())
            upto += 1
        asked, _, answered = A_INSIDE.sub("\n", " ".join(said), count=1).partition("\n")
        if asked.strip() and len(asked) <= LONGEST_QUESTION:
            yield Mark(BELOW_HEADINGS, " ".join(_plain(asked).split()), line, upto, True, answered, is_item)
        line = upto


def _bold_question(line: str, *, is_alone: bool) -> tuple[str, str] | None:
    """The question that a line opens with in bold, and what follows it; a question mark is asked for where more follows."""
    bold = BOLD.match(line)
    if not bold:
        return None
    text, rest = bold[1] or bold[2], line[bold.end() :].strip()
    if (asks(text) if is_alone and not rest else ends_as_question(text)) and question_of(text):
        return question_of(_plain(text)), rest
    return None


def _plain(text: str) -> str:
    """A heading without its marks: bold, code, links, anchors."""
    text = ANCHOR.sub("", text.strip()[: LONGEST_QUESTION + 1])
    text = STARS.sub(r"\2", LINK.sub(r"\1", text))
    return CODE_OR_BOLD.sub(lambda found: found[1] or found[2], text).strip()


def _front_matter(text: str, file: DataFile) -> tuple[Row, int]:
    """What a document says of itself in YAML before it begins, and how many lines that takes; none where there is none.

    Raises:
        DataError: It is no YAML that can be used.
    """
    if not FENCE.match(text.partition("\n")[0]):
        return {}, 0
    lines = text[:LARGEST_FRONT].split("\n")
    end = next((number for number, line in enumerate(lines[1:], 1) if FENCE.match(line)), None)
    if end is None:
        return {}, 0
    content = "\n".join(lines[1:end])
    try:
        _refuse_aliases(content)
        value = read_yaml(content)
    except NotYamlError as error:
        todo = "What stands between the two lines `---` is YAML, such as `title: Refunds`; mend it or take it out."
        raise DataError(f"{file.name}:{(error.line or 1) + 1}: the front matter is not YAML: {error.problem}", todo) from None
    if not isinstance(value, dict):
        # Two rules with text between them.
        return {}, 0
    return {own_column(str(key)): _cell(cell) for key, cell in value.items() if cell is not None and str(key).strip()}, end + 1


def _refuse_aliases(content: str) -> None:
    """A few lines of aliases of aliases stand for gigabytes.

    Raises:
        NotYamlError: There is one.
    """
    import yaml

    try:
        for token in yaml.scan(content, Loader=yaml.SafeLoader):
            if isinstance(token, yaml.AliasToken):
                raise NotYamlError("aliases (`*name`) are not read", token.start_mark.line + 1)
    except yaml.YAMLError:
        # What is wrong is said by who reads it.
        return


def _cell(value: Any) -> Any:
    if isinstance(value, (str, int, float)):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return value
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, (dict, list)) else str(value)
