"""The terminal app: `python tui.py health`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.cli import CHAT_LAST, CHAT_NAME, CHAT_PLAIN
from assistant.core.home import Home
from assistant.core.program import run_program

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command()
def chat(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help=CHAT_NAME)] = None,
    last: Annotated[bool, typer.Option("--last", help=CHAT_LAST)] = False,
    plain: Annotated[bool, typer.Option("--plain", help=CHAT_PLAIN)] = False,
    home: Annotated[Path | None, typer.Option("--home", metavar="DIR", help="The workspace; else $ASSISTANT_HOME, else ./workspace.")] = None,
) -> None:
    """Talk with an assistant in the terminal."""
    from assistant.tui import chat_with

    chat_with(name, Home.named(home), last, plain)


def main() -> None:
    """Run the app."""
    run_program(app, "tui.py")


if __name__ == "__main__":
    main()
