"""What the workshop finds in rows whose faults are known: `python -m tests.data.dirty_cases FOLDER`.

FOLDER holds `dirty_cases.dev.jsonl`, real rows each tagged with what is wrong with it, and the files they were taken from. A row is found
when a cleaning rule or a check of the right kind says something of it; what is right for which tag stands in `RIGHT`, and nothing else
counts. Faults between rows (duplicates, contradictions, boilerplate) are looked for among all rows of the source that lie beside; where
the other row of a pair is in none of them nobody can see the fault, and the row is listed as not visible. So are faults of the file that
a row came from, which a row does not show (`NOT_IN_THE_ROW`). What is no fault by the recipe's own words is listed as missed.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.core.offline import stay_offline
from assistant.core.recipe import Recipe
from assistant.core.recipe_data import Checks
from assistant.core.recipe_file import RecipeFile
from assistant.data.checking.inspector import Inspector
from assistant.data.checking.tools import Tools, find_tools
from assistant.data.cleaning.cleaner import Cleaner
from assistant.data.example import Example
from assistant.data.scratch import scratch
from assistant.data.splitting.equality import said
from assistant.data.splitting.unique import Unique

Row = dict[str, Any]

RIGHT: Mapping[str, frozenset[str]] = {
    tag: frozenset(kinds.split())
    for tag, kinds in {
        "empty_answer": "missing",
        "missing_answer": "missing",
        "exact_duplicate_pair": "duplicate",
        "duplicate_pair_rows": "duplicate",
        "same_question_different_answer": "contradiction",
        "same_question_updated_answer": "contradiction",
        "answer_equals_question": "equal missing",
        "answer_under_5_words": "short_answer equal missing",
        "answer_over_1000_words": "too_long outlier",
        "boilerplate_answer_shared_by_5_or_more_topics": "boilerplate",
        "double_question_mark": "rule:question_marks",
        "space_before_question_mark": "rule:question_marks",
        "template_artefact_is_(are)": "rule:template",
        "no_question_mark": "no_question_mark",
        "whitespace_runs_or_newlines": "rule:spaces",
        "sentences_glued_no_space": "rule:glued",
        "stripped_apostrophe": "stripped_apostrophe rule:apostrophes",
        "url_in_answer": "links personal_data:url",
        "email_in_answer": "personal_data:email",
        "phone_in_answer": "personal_data:phone",
        "email_or_phone_in_answer": "personal_data:email personal_data:phone",
        "email": "personal_data:email",
        "no_terminal_punctuation": "no_final_stop truncated",
        "html_tags_in_answer": "rule:html odd_characters",
        "html_tags_in_question": "rule:html rule:swallowed_answer odd_characters",
        "html_answer": "rule:html odd_characters",
        "html_entity": "rule:entities rule:html odd_characters",
        "numeric_html_entity_emoji": "rule:entities odd_characters",
        "amp_entity": "rule:entities odd_characters",
        "nbsp": "rule:unicode rule:spaces",
        "zero_width_or_bom": "rule:controls rule:unicode odd_characters",
        "zero_width": "rule:controls rule:unicode odd_characters",
        "control_char_or_mojibake": "rule:controls rule:encoding odd_characters",
        "leading_trailing_whitespace_question": "rule:spaces",
        "answer_leading_trailing_whitespace": "rule:spaces",
        "newline_in_question": "rule:swallowed_answer label_leak",
        "newline_in_answer": "rule:spaces",
        "Q./A._prefix": "rule:labels rule:swallowed_answer",
        "question_over_60_words_scrape_error": "long_question rule:swallowed_answer label_leak",
        "more_than_two_turns": "",
        "answer_offset_wrong": "",
    }.items()
}
"""What counts as found, by tag: a check, `check:kind of personal data`, or `rule:` and the name of a cleaning rule."""

NOT_IN_THE_ROW = frozenset({"more_than_two_turns", "answer_offset_wrong"})
"""That a row was cut out of a longer conversation, or that a number beside it was wrong in the file."""
BETWEEN_ROWS = frozenset({"duplicate", "contradiction", "boilerplate"})

SOURCES = {
    "MedQuAD": ("medquad_raw_dirty", "medquad"),
    "CDC+FDA FAQ (dev part)": ("covid_faq_cdc_fda_raw_dirty",),
    "chatterbot-corpus": ("chatterbot_raw_dirty",),
}
NO_QUESTION = "What did somebody write?"
"""Stands in for the question of posts and comments, which are texts alone."""


@dataclass
class Tally:
    """What became of the rows of one tag."""

    found: int = 0
    missed: int = 0
    not_visible: int = 0


def rows_in(path: Path) -> list[Row]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def example_of(row: Row, number: int) -> Example:
    group = row.get("topic") or row.get("focus") or row["question"] or str(number)
    return Example(str(number), NO_QUESTION if row["question"] in (None, "") else row["question"], (row["answer"] or "",), group)


def tools_in(folder: Path) -> Tools:
    """What a recipe with the embedded base would find."""
    return find_tools(RecipeFile(Recipe.model_validate({"name": "dirty", "data": {"files": ["dirty_cases.dev.jsonl"]}}), folder / "recipe.yaml"))


def kinds_in_rows(rows: Sequence[Row], tools: Tools) -> list[set[str]]:
    """What is said of each row for itself."""
    cleaner, kinds, cleaned = Cleaner(), list[set[str]](), list[Example]()
    for number, row in enumerate(rows):
        example, rules = cleaner.example(example_of(row, number))
        kinds.append({f"rule:{rule}" for rule in rules})
        cleaned.append(example)
    with scratch() as database:
        inspector = Inspector(Checks(expected_language="en"), tools, database)
        for number, looked in enumerate(inspector.inspect(cleaned)):
            for finding in looked.findings:
                kinds[number].add(finding.rule)
                if finding.rule == "personal_data":
                    kinds[number].update(f"personal_data:{kind}" for kind in re.findall(r"x (\w+)", finding.detail))
    return kinds


def same(row: Row) -> tuple[str, str]:
    """By which a row is known again in its source."""
    return plain(row["question"]), plain(row["answer"])


def plain(text: str | None) -> str:
    return " ".join(re.findall(r"\w+", (text or "").lower()))


def beside(folder: Path, source: str, tagged: Sequence[Row]) -> list[Row]:
    """The rows of a source that share a question or an answer with a tagged one; others have no part in its fault.

    From its first file, what only the second has, and what stands in the tagged rows alone.
    """
    union: list[Row] = []
    questions, answers = ({same(row)[part] for row in tagged} for part in (0, 1))
    for rows in (*(rows_in(folder / f"{name}.dev.jsonl") for name in SOURCES.get(source, ())), tagged):
        met = {same(row) for row in union}
        near = [row for row in rows if row["answer"] and (same(row)[0] in questions or same(row)[1] in answers)]
        union += [row for row in near if same(row) not in met]
    return union


def kinds_between(union: Iterable[Row], tools: Tools) -> dict[tuple[str, str], set[str]]:
    """What is said of rows because of other rows."""
    cleaner, kinds, names = Cleaner(), defaultdict[tuple[str, str], set[str]](set), dict[int, tuple[str, str]]()
    with scratch() as database:
        inspector, unique, kept = (
            Inspector(Checks(expected_language="en"), tools, database),
            Unique(database),
            dict[tuple[str, ...], tuple[str, str]](),
        )
        for number, row in enumerate(union):
            example = cleaner.example(example_of(row, number))[0]
            if not example.answers:
                continue
            first = kept.setdefault(said(example), same(row))
            names[number] = same(row)
            if unique.first(example) is None:
                kinds[first].add("duplicate")
                kinds[same(row)].add("duplicate")
            inspector.meet(number, example)
        for number, finding in inspector.settle():
            kinds[names[number]].add(finding.rule)
    return kinds


def is_visible(tag: str, row: Row, union: Sequence[Row]) -> bool:
    """Whether the rows hold what makes the fault one."""
    question, answer = same(row)
    if "duplicate" in RIGHT[tag]:
        return sum(same(other) == (question, answer) for other in union) > 1
    if "contradiction" in RIGHT[tag]:
        return any(plain(other["question"]) == question and plain(other["answer"]) != answer for other in union)
    return len({plain(other["question"]) for other in union if plain(other["answer"]) == answer}) >= 5


def table(folder: Path) -> dict[str, Tally]:
    """What was found, by tag."""
    tools = tools_in(folder)
    rows = rows_in(folder / "dirty_cases.dev.jsonl")
    kinds = kinds_in_rows(rows, tools)
    tallies: dict[str, Tally] = defaultdict(Tally)
    for tag, source in dict.fromkeys((row["issue"], row["source"]) for row in rows):
        mine = [(row, kind) for row, kind in zip(rows, kinds, strict=True) if (row["issue"], row["source"]) == (tag, source)]
        if RIGHT[tag] & BETWEEN_ROWS:
            union = beside(folder, source, [row for row, _ in mine])
            between = kinds_between(union, tools)
            mine = [(row, kind | between.get(same(row), set())) for row, kind in mine if is_visible(tag, row, union) or _unseen(tallies[tag])]
        for _, kind in mine:
            if tag in NOT_IN_THE_ROW:
                tallies[tag].not_visible += 1
            elif kind & RIGHT[tag]:
                tallies[tag].found += 1
            else:
                tallies[tag].missed += 1
    return dict(tallies)


def _unseen(tally: Tally) -> bool:
    tally.not_visible += 1
    return False


def total(tallies: Iterable[Tally]) -> Tally:
    counts: Counter[str] = Counter()
    for tally in tallies:
        counts.update(vars(tally))
    return Tally(counts["found"], counts["missed"], counts["not_visible"])


def lines(tallies: Mapping[str, Tally]) -> Iterator[str]:
    yield "| tag | found | missed | not visible | what counts |"
    yield "|---|---:|---:|---:|---|"
    for tag, tally in tallies.items():
        yield f"| {tag} | {tally.found} | {tally.missed} | {tally.not_visible} | {', '.join(sorted(RIGHT[tag])) or 'nothing in the row'} |"
    all_of_them = total(tallies.values())
    share = all_of_them.found / max(1, all_of_them.found + all_of_them.missed)
    yield f"| all | {all_of_them.found} | {all_of_them.missed} | {all_of_them.not_visible} | {share:.1%} of the visible |"


if __name__ == "__main__":
    stay_offline()
    print("\n".join(lines(table(Path(sys.argv[1])))))
