"""`card.md`: the card as text for a repository or a pull request; what came from data is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.data.telling.blocks import Block, Checklist, Facts, Histogram, Steps, Table, Text, Tiles
from assistant.data.telling.data_card import Card
from assistant.data.telling.sections import sections_of, verdict

SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#!|~&@$])")
OPENING = re.compile(r"^(\d{1,9})([.)])(?=\s|$)|^([-+=])(?=[\s=-]|$)")
# GitHub makes links of bare addresses.
LINKS = re.compile(r"(?i)(://|www\.)")
MARKS = {"passed": "✓ passed", "failed": "✗ failed", "not measured": "○ not measured"}


def markdown_of(card: Card) -> str:
    """The card in Markdown."""
    return "\n".join(_lines(card)).rstrip() + "\n"


def escaped(text: str) -> str:
    """A text in which nothing is markup."""
    text = LINKS.sub(lambda found: f"\\{found[0]}" if found[0] == "://" else f"{found[0][:3]}\\.", SPECIAL.sub(r"\\\1", " ".join(text.split())))
    return OPENING.sub(lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[3]}", text)


def _lines(card: Card) -> Iterator[str]:
    yield f"# Data card: {escaped(card.name)}"
    yield ""
    yield f"**{verdict(card)}**"
    yield ""
    if card.description:
        yield f"{escaped(card.description)}\n"
    if card.notice:
        yield f"> {escaped(card.notice)}\n"
    for section in sections_of(card):
        yield f"## {section.title}"
        yield ""
        for block in section.blocks:
            yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Text):
        yield f"{escaped(block.text)}\n"
    elif isinstance(block, Table):
        yield from _table(block)
    elif isinstance(block, Histogram):
        yield f"### {block.title}\n"
        yield f"{escaped(block.told())}\n"
        yield from _grid(
            (block.unit, "examples"), [(label, f"{each.count:,}") for label, each in zip(block.labels(), block.spread.bins, strict=True)]
        )
    elif isinstance(block, Facts):
        if block.title:
            yield f"### {escaped(block.title)}\n"
        yield from (f"- {escaped(name)}: {escaped(value)}" for name, value in block.rows)
        yield ""
    elif isinstance(block, Tiles):
        yield from (f"- **{escaped(figure)}** {escaped(name)} ({escaped(remark)})" for name, figure, remark in block.rows)
        yield ""
    elif isinstance(block, Checklist):
        rows = [(MARKS[check.state], check.name, check.figure, check.bound, check.why) for check in block.checks]
        yield from _grid(("", "Check", "Measured", "Asked for", "Why it matters"), rows)
    elif isinstance(block, Steps):
        yield from _steps(block)
    else:
        for each in block.blocks:
            yield from _block(each)


def _table(table: Table) -> Iterator[str]:
    yield f"### {escaped(table.title)}\n"
    told = [place for place in range(len(table.columns)) if not table.is_drawn(place)]
    rows = [tuple(str(row[place]) for place in told) for row in table.rows]
    yield from _grid(tuple(table.columns[place] for place in told), rows)
    if table.note:
        yield f"{escaped(table.note)}\n"


def _grid(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(map(escaped, columns))} |"
    yield f"|{' --- |' * len(columns)}"
    yield from (f"| {' | '.join(map(escaped, row))} |" for row in rows)
    yield ""


def _steps(block: Steps) -> Iterator[str]:
    for number, step in enumerate(block.steps, 1):
        yield f"{number}. **{escaped(step.what)}.** {escaped(step.why)}\n"
        # A fence longer than any run of the same character in it cannot be closed from within.
        longest = max((len(run) for run in re.findall(r"`+", step.command)), default=0)
        fence = "`" * max(3, longest + 1)
        yield from (f"   {line}" for line in (f"{fence}sh", *step.command.splitlines(), fence))
        yield ""
