"""How a command starts and ends: exit codes, two-line errors, the log of a bug.

Exit codes: 0 done, 1 a gate failed, 2 the input is wrong, 130 interrupted; 70 is a bug, and its log is named.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from typing import TYPE_CHECKING

from assistant.core.errors import UserError
from assistant.core.home import Home

if TYPE_CHECKING:
    import typer

EXIT_WRONG_INPUT = 2
EXIT_BUG = 70
EXIT_INTERRUPTED = 130


def run_program(app: typer.Typer, name: str) -> None:
    """Run a typer app and leave the process with the exit code its outcome calls for.

    Args:
        app: The commands.
        name: What the program is called, for its usage line and its hints.
    """
    import click

    from assistant.core.offline import stay_offline

    stay_offline()
    try:
        code = app(prog_name=name, standalone_mode=False)
    except UserError as error:
        _end_with_two_lines(error.what, error.todo)
    except click.exceptions.Abort:
        sys.exit(EXIT_INTERRUPTED)
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        command = context.command_path if context else name
        _end_with_two_lines(error.format_message(), f"`{command} --help` shows what it takes.")
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        # The reader of a pipe went away (`| head`); Python would complain once more while it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception:
        _end_with_log(name)
    sys.exit(code if isinstance(code, int) else 0)


def _end_with_two_lines(what: str, todo: str) -> None:
    print(f"error: {what}\n{todo}", file=sys.stderr)
    sys.exit(EXIT_WRONG_INPUT)


def _end_with_log(name: str) -> None:
    """Write the traceback where the user can find it, and say where; print it where that fails."""
    text = traceback.format_exc()
    log = Home.default().logs / f"{name}-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(f"{' '.join(sys.argv)}\n{text}", encoding="utf-8")
        where = f"The details are in {log}."
    except OSError:
        print(text, file=sys.stderr)
        where = "The details are above; they could not be written to a log."
    last = text.strip().splitlines()[-1]
    print(f"error: {name} failed, and this is a bug: {last}\n{where}", file=sys.stderr)
    sys.exit(EXIT_BUG)
