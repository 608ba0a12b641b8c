"""Feedback in words, for a terminal that draws nothing: one line of a list, the whole of one, what an export did.

All text of users and assistants is made plain here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from assistant.chat.feedback_export import Exported
from assistant.chat.feedback_rows import LeftOut
from assistant.chat.outcomes import Outcome
from assistant.chat.rated import REASONS, Entry, Judgement, Said, Vote, short
from assistant.core.plain import one_line, plain

QUESTION_CHARACTERS = 60
SHOWN = 5
"""Judgements that are named of those left out for one reason; all are counted."""

CHOICES = {"left": "the first", "right": "the second", "tie": "both alike", "neither": "neither"}
NEXT = {
    "training": "Add it to data.files of the recipe, and `assistant train` learns from it.",
    "preference": "It is in the form that TRL's DPOTrainer reads.",
    "regression": "`evalsuite run NAME --data {file}` asks it.",
}


def line_of(judgement: Judgement, outcome: Outcome) -> str:
    """One line of a list."""
    question = one_line(judgement.asked.question)
    question = question if len(question) <= QUESTION_CHARACTERS else question[: QUESTION_CHARACTERS - 3] + "..."
    told = f"  [{one_line(outcome.told)}]" if outcome.told else ""
    speakers = one_line(" / ".join(judgement.speakers))
    return f"{short(judgement.id)}  {moment(judgement.created)}  {verdict_of(judgement):<18} {judgement.state:<8}  {speakers:<12}  {question}{told}"


def verdict_of(judgement: Judgement) -> str:
    """What was said, in a word or three."""
    if isinstance(judgement, Vote):
        return f"vote: {CHOICES[judgement.choice]}"
    return judgement.verdict + (", corrected" if judgement.correction is not None else "")


def moment(when: float) -> str:
    """A point in time, to the minute, where the reader is."""
    return datetime.fromtimestamp(when).astimezone().strftime("%Y-%m-%d %H:%M")


def text_of(judgement: Judgement, outcome: Outcome) -> str:
    """All of one judgement, part by part."""
    parts = [f"{heading}\n{text}" for heading, text in parts_of(judgement, outcome)]
    return f"feedback-{judgement.id}\n\n" + "\n\n".join(parts)


def parts_of(judgement: Judgement, outcome: Outcome) -> list[tuple[str, str]]:
    """The parts of one judgement that are not empty, each with its heading."""
    parts = [("said", _said_of(judgement))]
    before = "\n".join(f"{message['role']}: {message['content']}" for message in judgement.asked.messages)
    parts += [("before the question", before), ("question", judgement.asked.question)]
    parts += list(_entry_parts(judgement) if isinstance(judgement, Entry) else _vote_parts(judgement))
    parts += [("note", judgement.note), ("what became of it", _became(judgement, outcome))]
    return [(heading, plain(text)) for heading, text in parts if text.strip()]


def _said_of(judgement: Judgement) -> str:
    reviewed = f" on {moment(judgement.reviewed)}" if judgement.reviewed else ""
    return f"{verdict_of(judgement)}, {moment(judgement.created)}; {judgement.state}{reviewed}"


def _entry_parts(entry: Entry) -> Iterator[tuple[str, str]]:
    yield _answer("answer", entry.said)
    yield "reasons", "\n".join(f"{reason}: {REASONS[entry.verdict].get(reason, '')}" for reason in entry.reasons)
    yield "comment", entry.comment
    yield "what would have been right", entry.correction or ""


def _vote_parts(vote: Vote) -> Iterator[tuple[str, str]]:
    preferred = {"left": (", preferred", ""), "right": ("", ", preferred")}.get(vote.choice, ("", ""))
    yield _answer(f"first answer{preferred[0]}", vote.left)
    yield _answer(f"second answer{preferred[1]}", vote.right)


def _answer(heading: str, said: Said) -> tuple[str, str]:
    how = {"complete": "cut at its token limit" if said.was_cut else ""}.get(said.state, said.state)
    about = ", ".join(filter(None, (said.label, how)))
    return f"{heading} ({about})" if about else heading, said.text


def _became(judgement: Judgement, outcome: Outcome) -> str:
    lines = [
        f"exported for {export.kind} on {moment(export.when)}: {export.file}" + ("; changed since" if export.when < judgement.changed else "")
        for export in outcome.exports
    ]
    verbs = {"train": "learned by", "validation": "in the validation of", "test": "in the test of"}
    return "\n".join([*lines, *(f"{verbs[use.split]} {use.label}" for use in outcome.uses)])


def lines_of_export(done: Exported) -> list[str]:
    """What an export did, and what comes next."""
    lines = [f"{done.file}: {done.rows} {'row' if done.rows == 1 else 'rows'} for {done.kind}. {NEXT[done.kind].format(file=done.file)}"]
    if done.personal:
        kinds = Counter(kind for each in done.personal for kind in each.kinds)
        lines.append(f"{len(done.personal)} hold personal data: {', '.join(f'{kind} in {count}' for kind, count in kinds.most_common())}.")
    reasons: dict[str, list[LeftOut]] = {}
    for each in done.left_out:
        reasons.setdefault(each.why, []).append(each)
    for why, some in reasons.items():
        names = ", ".join(short(each.judgement) for each in some[:SHOWN]) + (", ..." if len(some) > SHOWN else "")
        lines.append(f"{len(some)} left out ({names}): {one_line(why)}.")
    return lines
