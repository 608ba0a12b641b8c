"""How a command starts and ends: exit codes, two-line errors, the log of a bug.

Exit codes: 0 done, 1 a gate failed, 2 the input is wrong, 130 interrupted, 141 the reader of a pipe went
away before everything was written (`| head`), 143 ended from outside (SIGTERM); 70 is a bug, and its log is named.
"""

from __future__ import annotations

import errno
import io
import os
import sys
import tempfile
import time
import traceback
from typing import TYPE_CHECKING, Any

from assistant.core.errors import EngineError, UserError
from assistant.core.home import Home
from assistant.core.plain import one_line, plain

if TYPE_CHECKING:
    import typer

EXIT_WRONG_INPUT = 2
EXIT_BUG = 70
EXIT_INTERRUPTED = 130
EXIT_PIPE_CLOSED = 141
EXIT_TERMINATED = 143

SHOWN_CHARACTERS = 2000
"""Of a line of an error, which may quote a name of any length."""


def run_program(app: typer.Typer, name: str) -> None:
    """Run a typer app and leave the process with the exit code its outcome calls for.

    Args:
        app: The commands.
        name: What the program is called, for its usage line and its hints.
    """
    from assistant.core.offline import stay_offline

    stay_offline()
    _print_anything()
    usage_errors, interruptions = _exceptions_of_typer()
    try:
        code = app(prog_name=name, standalone_mode=False)
    except UserError as error:
        _end_with_two_lines(error.what, error.todo)
    except EngineError as error:
        _end_with_two_lines(str(error), "What was finished is kept: run the same command again.")
    except usage_errors as error:
        _end_with_usage(error, name)
    except interruptions:
        print("interrupted", file=sys.stderr)
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        _close_stdout()
        sys.exit(EXIT_PIPE_CLOSED)
    except SystemExit as end:
        # typer makes 1 of a closed pipe, which here would say that a gate failed.
        if isinstance(end.__context__, BrokenPipeError):
            _close_stdout()
            sys.exit(EXIT_PIPE_CLOSED)
        raise
    except Exception as error:
        _end_with_failure(error, name)
    _flush_stdout()
    sys.exit(code if isinstance(code, int) else 0)


def _print_anything() -> None:
    """A name of a file that is not UTF-8, or a terminal that knows few letters, is no reason to end before all is told."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _end_with_failure(error: Exception, name: str) -> None:
    """What nobody foresaw where it happened; two kinds of it are no bug wherever they happen."""
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.ENOSPC:
        _end_with_full_disk()
    if number == errno.ENAMETOOLONG:
        _end_with_two_lines(f"a name is longer than the disk allows: {getattr(error, 'filename', '')}", "Shorten the name of that file or folder.")
    _end_with_log(name)


def _exceptions_of_typer() -> tuple[tuple[type[Exception], ...], tuple[type[BaseException], ...]]:
    """What typer raises for wrong usage, and for an interruption; newer ones bring a click of their own."""
    import click
    import typer

    return (getattr(typer, "TyperException", click.ClickException), click.ClickException), (KeyboardInterrupt, typer.Abort, click.Abort)


def _end_with_usage(error: Any, name: str) -> None:
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        # The message is the help; typer may have printed it already.
        print(error.format_message(), end="\n" if error.format_message() else "", file=sys.stderr)
        sys.exit(EXIT_WRONG_INPUT)
    _end_with_two_lines(error.format_message(), f"`{context.command_path if context else name} --help` shows what it takes.")


def _end_with_two_lines(what: str, todo: str) -> None:
    _flush_stdout()
    # Names of files and words of rows stand in them.
    print(f"error: {one_line(what)[:SHOWN_CHARACTERS]}\n{one_line(todo)[:SHOWN_CHARACTERS]}", file=sys.stderr)
    sys.exit(EXIT_WRONG_INPUT)


def _end_with_log(name: str) -> None:
    """Write the traceback where the user can find it, and say where; print it where that fails."""
    text = traceback.format_exc()
    log = Home.default().logs / f"{name}-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(f"{' '.join(sys.argv)}\n{text}", encoding="utf-8", errors="backslashreplace")
        where = f"The details are in {log}."
    except OSError:
        print(plain(text), file=sys.stderr)
        where = "The details are above; they could not be written to a log."
    last = text.strip().splitlines()[-1]
    print(f"error: {name} failed, and this is a bug: {one_line(last)}\n{one_line(where)}", file=sys.stderr)
    sys.exit(EXIT_BUG)


def _flush_stdout() -> None:
    """Write out the result now, while a failure can still be told; Python would do it after the exit code is decided."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _close_stdout()
    except OSError:
        _end_with_full_disk()


def _end_with_full_disk() -> None:
    """What files.py writes says more; this is what is left: the result on stdout, a log, a library's own cache."""
    _close_stdout()
    where = f"where the result and the workspace are, or in {tempfile.gettempdir()} (TMPDIR names another place for what is temporary)"
    print(f"error: no space left on the disk\nFree some space {where}, and run it again.", file=sys.stderr)
    sys.exit(EXIT_WRONG_INPUT)


def _close_stdout() -> None:
    """Let what is still in stdout's buffer go nowhere; Python would complain about it while it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
