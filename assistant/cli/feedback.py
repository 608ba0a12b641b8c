"""`assistant feedback`: read what was said of answers, decide about it, and write files that are learned from or asked.

Knows the words of the command line; what they do is in the rooms below.
"""

from __future__ import annotations

import re
import sys
import time
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli.printing import print_json
from assistant.core.errors import UserError
from assistant.core.home import Home

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.chat.database import Database
    from assistant.chat.feedback import FeedbackBook
    from assistant.chat.feedback_filter import Filter
    from assistant.chat.outcomes import Outcome
    from assistant.chat.rated import Judgement

feedback_app = typer.Typer(help="What was said of answers, and what becomes of it.", no_args_is_help=True, rich_markup_mode=None)

HomePath = Annotated[Path | None, typer.Option("--home", metavar="DIR", help="The workspace [default: $ASSISTANT_HOME or ./workspace].")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
One = Annotated[str, typer.Argument(metavar="ID", help="Its name; the beginning or the end is enough.")]
Some = Annotated[list[str], typer.Argument(metavar="ID...", help="Their names; the beginning or the end is enough.")]
Note = Annotated[str | None, typer.Option("--note", metavar="TEXT", help="Why, for those who come later.")]
OfAssistant = Annotated[str, typer.Option("--assistant", metavar="NAME", help="An assistant, one version of it, or a base.")]
OfVerdict = Annotated[str | None, typer.Option("--verdict", help="good or bad.")]
OfState = Annotated[str | None, typer.Option("--state", help="open, accepted or rejected.")]
OfKind = Annotated[str | None, typer.Option("--kind", help="rating or vote.")]
Since = Annotated[str, typer.Option("--since", metavar="WHEN", help="2026-11-30, or 7d, 12h: so many days or hours back.")]
Text = Annotated[str, typer.Option("--text", metavar="WORDS", help="Words that stand somewhere in it.")]

UNITS_S = {"m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


@feedback_app.command("list")
def list_(
    assistant: OfAssistant = "",
    verdict: OfVerdict = None,
    state: OfState = None,
    since: Since = "",
    text: Text = "",
    kind: OfKind = None,
    home: HomePath = None,
    as_json: AsJson = False,
) -> None:
    """What was said of answers, the newest first, and what became of it."""
    from assistant.chat.feedback_wording import line_of
    from assistant.chat.outcomes import Outcome, outcomes

    wanted = _filter(assistant, verdict, state, since, text, kind)
    place = Home.named(home)
    with closing(_database(place)) as database:
        judgements = _book(database).listed(wanted)
        became = outcomes(database, place)
    if as_json:
        print_json([_json(each, became.get(each.id)) for each in judgements])
        return
    if not judgements:
        print("No feedback of that kind; in the chat F2 calls an answer good, F3 bad.")
    for each in judgements:
        print(line_of(each, became.get(each.id, Outcome())))


@feedback_app.command()
def show(name: One, home: HomePath = None, as_json: AsJson = False) -> None:
    """One piece of feedback with all that belongs to it."""
    from assistant.chat.feedback_wording import text_of
    from assistant.chat.outcomes import Outcome, outcomes

    place = Home.named(home)
    with closing(_database(place)) as database:
        found = _book(database).find(name)
        outcome = outcomes(database, place).get(found.id, Outcome())
    if as_json:
        print_json(_json(found, outcome))
    else:
        print(text_of(found, outcome))


@feedback_app.command()
def accept(names: Some, note: Note = None, home: HomePath = None, as_json: AsJson = False) -> None:
    """Let feedback be exported."""
    _decide("accept", names, note, home, as_json)


@feedback_app.command()
def reject(names: Some, note: Note = None, home: HomePath = None, as_json: AsJson = False) -> None:
    """Keep feedback from being exported; it stays where it is."""
    _decide("reject", names, note, home, as_json)


@feedback_app.command()
def reopen(names: Some, note: Note = None, home: HomePath = None, as_json: AsJson = False) -> None:
    """Leave feedback undecided again."""
    _decide("reopen", names, note, home, as_json)


@feedback_app.command()
def correct(
    name: One,
    text: Annotated[
        str | None, typer.Option("--text", metavar="TEXT", help="The right answer; empty takes the correction back [default: stdin].")
    ] = None,
    home: HomePath = None,
    as_json: AsJson = False,
) -> None:
    """Say what would have been the right answer."""
    place = Home.named(home)
    if text is None:
        text = sys.stdin.read()
        if not text.strip():
            # An empty pipe is a mistake more often than a wish.
            raise UserError("no correction came from stdin", 'Give one there or by --text; --text "" takes the correction back.')
    with closing(_database(place)) as database:
        book = _book(database)
        entry = book.correct(book.find(name).id, text)
    if as_json:
        print_json(_json(entry, None))
    else:
        print(f"{entry.id} is {'as it was said' if entry.correction is None else 'corrected'}; it is {entry.state}.")


@feedback_app.command()
def export(
    kind: Annotated[str, typer.Argument(metavar="training|preference|regression", help="What the rows are for.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The .jsonl file to write; must not exist.")],
    names: Annotated[list[str], typer.Argument(metavar="[ID...]", help="Only these; else all that were accepted.")] = [],  # noqa: B006
    recipe: Annotated[Path | None, typer.Option("--recipe", metavar="RECIPE", help="Whose columns, split and system prompt the rows have.")] = None,
    new: Annotated[bool, typer.Option("--new", help="Only what was not exported yet.")] = False,
    with_personal_data: Annotated[bool, typer.Option("--with-personal-data", help="Write rows that hold personal data too.")] = False,
    assistant: OfAssistant = "",
    verdict: OfVerdict = None,
    since: Since = "",
    text: Text = "",
    only: OfKind = None,
    home: HomePath = None,
    as_json: AsJson = False,
) -> None:
    """Write accepted feedback to a file that is learned from, or asked at every examination."""
    from assistant.chat.feedback_export import check_export, recipe_for
    from assistant.chat.feedback_export import export as export_feedback
    from assistant.chat.feedback_wording import lines_of_export
    from assistant.chat.outcomes import exports_of

    what = check_export(kind, file)
    wanted = _filter(assistant, verdict, None if names else "accepted", since, text, only)
    place = Home.named(home)
    with closing(_database(place)) as database:
        book = _book(database)
        chosen = [found for name in names if wanted.takes(found := book.find(name))] if names else book.listed(wanted)
        if new:
            before = exports_of(database)
            chosen = [each for each in chosen if each.id not in before]
        if not chosen:
            raise UserError(
                "no feedback that was accepted is meant", "`assistant feedback list` shows what there is; `accept ID` lets it be exported."
            )
        done = export_feedback(what, file, chosen, book, recipe_for(chosen, place, recipe, assistant), with_personal_data)
    if as_json:
        print_json(asdict(done))
    else:
        print("\n".join(lines_of_export(done)))


@feedback_app.command()
def forget(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that is no longer there.")], home: HomePath = None, as_json: AsJson = False
) -> None:
    """Forget that feedback was exported to a file, after the file was removed."""
    from assistant.chat.outcomes import forget_export

    with closing(_database(Home.named(home))) as database:
        count = forget_export(database, file)
    if as_json:
        print_json({"file": str(file), "forgotten": count})
    else:
        print(f"{count} pieces of feedback are no longer counted as exported to {file}.")


def _decide(how: str, names: list[str], note: str | None, home: Path | None, as_json: bool) -> None:
    from assistant.chat.outcomes import exports_of
    from assistant.core.progress import say

    with closing(_database(Home.named(home))) as database:
        book = _book(database)
        found = [book.find(name) for name in names]
        decide: Callable[..., None] = {"accept": book.accept, "reject": book.reject, "reopen": book.reopen}[how]
        decide([each.id for each in found], note)
        decided = [book.find(each.id) for each in found]
        exports = exports_of(database)
    if how != "accept":
        for each in decided:
            for export_ in exports.get(each.id, ()):
                say(f"feedback-{each.id} stands in {export_.file} already; take that row out by hand")
    if as_json:
        print_json([_json(each, None) for each in decided])
    else:
        for each in decided:
            print(f"{each.id} is {each.state}.")


def _filter(assistant: str, verdict: str | None, state: str | None, since: str, text: str, kind: str | None) -> Filter:
    from assistant.chat.feedback_filter import Filter
    from assistant.chat.rated import KINDS, STATES, VERDICTS

    return Filter(
        assistant=assistant,
        verdict=_one_of("--verdict", verdict, VERDICTS),
        state=_one_of("--state", state, STATES),
        since=_moment(since) if since else None,
        text=text,
        kind=_one_of("--kind", kind, KINDS),
    )


def _one_of(option: str, value: str | None, known: Sequence[Any]) -> Any:
    if value is not None and value not in known:
        raise UserError(f"{option} is {value!r}", f"It is {' or '.join(known)}.")
    return value


def _moment(text: str) -> float:
    """A point in time, in seconds since 1970."""
    if back := re.fullmatch(r"(\d{1,6})([mhdw])", text.strip()):
        return time.time() - int(back[1]) * UNITS_S[back[2]]
    try:
        return datetime.fromisoformat(text.strip()).timestamp()
    except (ValueError, OverflowError, OSError):
        raise UserError(f"--since is {text!r}", "Write a day such as 2026-11-30, or 7d, 12h, 30m for so long ago.") from None


def _database(home: Home) -> Database:
    from assistant.chat.database import open_database

    return open_database(home)


def _book(database: Database) -> FeedbackBook:
    from assistant.chat.feedback import FeedbackBook

    return FeedbackBook(database)


def _json(judgement: Judgement, outcome: Outcome | None) -> dict[str, Any]:
    value = {"kind": judgement.kind, **asdict(judgement)}
    return value if outcome is None else {**value, "outcome": asdict(outcome)}
