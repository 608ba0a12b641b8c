"""SQuAD's nested JSON: articles with paragraphs, paragraphs with questions; read paragraph by paragraph.

{"data": [{"title": ..., "paragraphs": [{"context": ..., "qas": [{"id": ..., "question": ..., "answers": [{"text": ..., "answer_start": ...}]}]}]}]}
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from assistant.data.reading.json_stream import JsonStream
from assistant.data.reading.rows import Row

LONGEST_TITLE = 1000
"""Characters of an article's title that are kept."""


@dataclass(frozen=True)
class Unanswered:
    """A question that its paragraph does not answer.

    Attributes:
        content: It, as it stands there.
    """

    content: Any


def look_over(stream: JsonStream, titles: IO[str]) -> bool:
    """Read over a list; whether it is one of articles.

    Args:
        stream: Stands before the list.
        titles: Gets the title of each article, one a line, because most files have it below the paragraphs.
    """
    is_articles = False
    for number, _ in enumerate(stream.each()):
        if (number and not is_articles) or stream.peek() != "{":
            stream.value()
            if is_articles:
                titles.write('""\n')
            continue
        title = ""
        for name in stream.members():
            is_articles = is_articles or (not number and name == "paragraphs" and stream.peek() == "[")
            if name == "title" and stream.peek() == '"':
                title = stream.value()
            else:
                stream.skip()
        if is_articles:
            titles.write(json.dumps(title[:LONGEST_TITLE]) + "\n")
    return is_articles


def questions(stream: JsonStream, titles: IO[str]) -> Iterator[Any]:
    """The questions of a list of articles.

    Args:
        stream: Stands before the list.
        titles: What `look_over` wrote.

    Yields:
        A row for each question; or what is none, as it is.
    """
    for _ in stream.each():
        title = json.loads(titles.readline())
        if stream.peek() != "{":
            yield stream.value()
            continue
        for name in stream.members():
            if name != "paragraphs" or stream.peek() != "[":
                stream.skip()
                continue
            for paragraph in stream.elements():
                yield from _of_paragraph(paragraph, title)


def _of_paragraph(paragraph: Any, title: str) -> Iterator[Any]:
    asked = paragraph.get("qas") if isinstance(paragraph, Mapping) else None
    if not isinstance(asked, list):
        yield [paragraph]
        return
    for entry in asked:
        if not isinstance(entry, Mapping):
            yield entry
            continue
        row = _row(entry, paragraph.get("context"), title)
        yield row if row["answers"] and entry.get("is_impossible") is not True else Unanswered({**row, **entry})


def _row(entry: Mapping[str, Any], context: Any, title: str) -> Row:
    answers = entry.get("answers")
    given = [answer for answer in answers if isinstance(answer, Mapping)] if isinstance(answers, list) else []
    return {
        "id": entry.get("id"),
        "question": entry.get("question"),
        "answers": [answer.get("text") for answer in given],
        "answer_start": [answer.get("answer_start") for answer in given],
        "context": context,
        "title": title,
    }
