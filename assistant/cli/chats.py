"""`assistant chats`: the conversations of a workspace from the command line.

What people and models wrote is printed as it may stand on a screen; with --json, as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli.printing import print_json
from assistant.core.home import Home
from assistant.core.plain import many

if TYPE_CHECKING:
    from assistant.chat.store import ChatStore

chats_app = typer.Typer(help="The conversations that were had: list, search, export, import.", no_args_is_help=True, rich_markup_mode=None)

HomePath = Annotated[Path | None, typer.Option("--home", metavar="DIR", help="The workspace [default: $ASSISTANT_HOME or ./workspace].")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="Conversations, by their names or the ends of them that `list` shows.")]


@chats_app.command("list")
def list_(
    assistant: Annotated[str, typer.Option(help="Only with this assistant (any version), or with a version such as health@1.")] = "",
    title: Annotated[str, typer.Option(help="Only those whose title holds this.")] = "",
    deleted: Annotated[bool, typer.Option("--deleted", help="Those that were deleted in the last 30 days instead.")] = False,
    count: Annotated[int | None, typer.Option("-n", "--count", min=1, help="How many at most [default: all].")] = None,
    home: HomePath = None,
    as_json: AsJson = False,
) -> None:
    """The conversations, pinned ones first, then by their last change."""
    from assistant.chat.store import SHORT_ID
    from assistant.core.plain import one_line

    with _store(home) as store:
        found = store.listed(count, deleted, title, assistant) if store else []
    if as_json:
        print_json([asdict(summary) for summary in found])
        return
    if not found:
        print("No conversations here; `assistant chat NAME` begins one.")
    for summary in found:
        pin, who = "*" if summary.pinned else " ", one_line(summary.assistant)
        print(f"{summary.id[-SHORT_ID:]} {pin} {_when(summary.changed)}  {who:<16} {summary.turns:>4} turns  {one_line(summary.title)}")


@chats_app.command()
def search(
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="All of them must be there; \"'two words'\" stand together.")],
    count: Annotated[int, typer.Option("-n", "--count", min=1, help="How many places at most.")] = 20,
    home: HomePath = None,
    as_json: AsJson = False,
) -> None:
    """Search in titles and in everything that was ever said."""
    from assistant.chat.search import search as find
    from assistant.chat.store import SHORT_ID
    from assistant.core.plain import one_line

    with _store(home) as store:
        # A shell takes the quotation marks away; the words of one argument stay together.
        text = " ".join(f'"{word}"' if " " in word and '"' not in word else word for word in words)
        hits = find(store.database, text, count) if store else []
    if as_json:
        print_json([asdict(hit) for hit in hits])
        return
    if not hits:
        print("Nothing found.")
    for hit in hits:
        print(f"{hit.conversation[-SHORT_ID:]}  {_when(hit.when)}  {one_line(hit.title)}")
        if hit.turn:
            print(f"    {hit.role}: {hit.snippet}")


@chats_app.command()
def export(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Conversations, by their names or the ends of them.")] = None,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Its ending says the form: .md, .html or .jsonl; it must not exist.")] = ...,  # type: ignore[assignment]
    all_: Annotated[bool, typer.Option("--all", help="All that were not deleted.")] = False,
    home: HomePath = None,
    as_json: AsJson = False,
) -> None:
    """Write conversations to a file; .jsonl can be imported again without loss, and trained on."""
    from assistant.chat.exchange.exporting import check_export
    from assistant.chat.exchange.exporting import export as write
    from assistant.core.errors import UserError

    check_export(file)
    if bool(ids) == all_:
        raise UserError("it is not said which conversations", "Name them before the file, or write --all; `assistant chats list` shows them.")
    with _store(home) as store:
        names = [summary.id for summary in store.listed(None)] if store and all_ else [_found(store, name) for name in ids or ()]
        conversations = [store.load(name) for name in dict.fromkeys(names)] if store else []
    write(conversations, file, _notices(Home.named(home)))
    if as_json:
        print_json({"file": str(file), "conversations": [conversation.id for conversation in conversations]})
    else:
        print(f"{_counted(len(conversations))} in {file}")


@chats_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .jsonl file: our own, or `messages` or `conversations` a line.")],
    home: HomePath = None,
    as_json: AsJson = False,
) -> None:
    """Take conversations over from a file; what is here already is not there twice."""
    from assistant.chat.exchange.importing import import_conversations

    conversations = import_conversations(file)
    with _store(home, is_made=True) as store:
        assert store
        turns = {conversation.id: store.add(conversation) for conversation in conversations}
    if as_json:
        print_json({"file": str(file), "new_turns": turns})
    else:
        new = sum(1 for count in turns.values() if count)
        print(f"{_counted(new)} imported, {len(turns) - new} here already")


@chats_app.command()
def delete(ids: Ids, home: HomePath = None, as_json: AsJson = False) -> None:
    """Take conversations out of the list; `restore` brings them back within 30 days."""
    with _store(home) as store:
        # All are found before any is touched.
        names = [_found(store, name) for name in ids]
        for name in names:
            assert store
            store.delete(name)
    _told("deleted", names, as_json)


@chats_app.command()
def restore(ids: Ids, home: HomePath = None, as_json: AsJson = False) -> None:
    """Bring deleted conversations back."""
    with _store(home) as store:
        names = [_found(store, name) for name in ids]
        for name in names:
            assert store
            store.restore(name)
    _told("restored", names, as_json)


@contextmanager
def _store(home: Path | None, is_made: bool = False) -> Iterator[ChatStore | None]:
    """The conversations; None where there are none, for to look is no reason to make a file."""
    from assistant.chat.database import FILE
    from assistant.chat.store import open_store

    place = Home.named(home)
    if not is_made and not (place.root / FILE).exists():
        yield None
        return
    store = open_store(place)
    try:
        yield store
    finally:
        store.database.close()


def _found(store: ChatStore | None, name: str) -> str:
    from assistant.core.errors import TargetError

    if store is None:
        raise TargetError(f"there is no conversation {name}: there are none here at all", "Name another place with --home.")
    return store.find(name)


def _notices(home: Home) -> Any:
    """What a version's recipe wants its users to know; what cannot be read any more is said."""
    from assistant.core.errors import UserError

    known: dict[str, str] = {}

    def notice_of(label: str) -> str:
        from assistant.registry.target import find_target

        if label not in known:
            try:
                known[label] = find_target(label, home).recipe.notice if "@" in label else ""
            except UserError:
                known[label] = "this version is no longer here, and its notice cannot be read"
        return known[label]

    return notice_of


def _told(what: str, names: list[str], as_json: bool) -> None:
    if as_json:
        print_json({what: names})
    else:
        print(f"{_counted(len(names))} {what}: {', '.join(names)}")


def _counted(count: int) -> str:
    return many(count, "conversation")


def _when(seconds: float) -> str:
    from assistant.chat.exchange.described import when

    return f"{when(seconds):<16}"
