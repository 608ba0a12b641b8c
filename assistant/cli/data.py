"""`assistant data`: look at questions and answers, clean, check, split, enlarge, describe and review them.

Knows the words of the command line; what they do is in the rooms below.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.cli.printing import print_json
from assistant.core.home import Home
from assistant.core.plain import plain, plain_json

data_app = typer.Typer(help="Look at questions and answers, and make them fit to learn from.", no_args_is_help=True, rich_markup_mode=None)

RecipePath = Annotated[Path, typer.Argument(metavar="RECIPE", help="A recipe, or a folder with a recipe.yaml.")]
Sources = Annotated[list[Path], typer.Argument(metavar="RECIPE|FILE...", help="A recipe, or data files without one.")]
Overrides = Annotated[list[str], typer.Option("--set", metavar="KEY.PATH=VALUE", help="Override a key of the recipe; may be repeated.")]
HomePath = Annotated[Path | None, typer.Option("--home", metavar="DIR", help="The workspace [default: $ASSISTANT_HOME or ./workspace].")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]


@data_app.command()
def prepare(recipe: RecipePath, set_: Overrides = [], home: HomePath = None, as_json: AsJson = False) -> None:  # noqa: B006 - typer takes no other form of an empty default
    """Clean, check, deduplicate and split the data of a recipe; what is used and what is not lies in files beside one another."""
    from assistant.core.recipe_file import load_recipe
    from assistant.data.prepare import prepare as prepare_data
    from assistant.workshop.preparing import lines_of

    prepared = prepare_data(load_recipe(recipe, set_), Home.named(home))
    if as_json:
        print_json({"folder": str(prepared.folder), "fingerprint": prepared.fingerprint, "found": prepared.found, **prepared.report})
    else:
        _print_lines(lines_of(prepared))


@data_app.command()
def show(
    recipe: RecipePath,
    set_: Overrides = [],  # noqa: B006
    count: Annotated[int, typer.Option("-n", "--count", min=1, help="How many examples.")] = 3,
    split: Annotated[str, typer.Option(help="train, validation or test.")] = "train",
    home: HomePath = None,
    as_json: AsJson = False,
) -> None:
    """Examples as the model sees them, with the tokens marked that are trained on."""
    from assistant.core.recipe_file import load_recipe
    from assistant.training.showing import shown_examples, text_of

    shown = shown_examples(load_recipe(recipe, set_), Home.named(home), split, count)
    if as_json:
        print_json(shown)
    else:
        print(text_of(shown, colour=sys.stdout.isatty()))


@data_app.command()
def clean(
    sources: Sources,
    set_: Overrides = [],  # noqa: B006
    diff: Annotated[bool, typer.Option("--diff", help="Show what changed, before and after; with --json one object a line.")] = False,
    rule: Annotated[list[str], typer.Option("--rule", metavar="NAME", help="With --diff: only what this rule changed; may be repeated.")] = [],  # noqa: B006
    count: Annotated[int | None, typer.Option("-n", "--count", min=1, help="With --diff: so many changed examples at most.")] = None,
    as_json: AsJson = False,
) -> None:
    """What cleaning mends, rule by rule; writes nothing."""
    from assistant.core.errors import DataError
    from assistant.workshop.cleaning import KNOWN, changed_row, changes_of, cleaning_of, diffs_of, lines_of
    from assistant.workshop.sources import recipe_of, refuse_unknown

    if (rule or count) and not diff:
        raise DataError("--rule and -n say what --diff shows", "Add --diff.")
    refuse_unknown(rule, KNOWN, "cleaning rule")
    file = recipe_of(sources, set_)
    if diff:
        rows = (plain_json(changed_row(change), indent=None) for change in changes_of(file, rule, count))
        for line in rows if as_json else diffs_of(file, rule, count, colour=sys.stdout.isatty()):
            print(line)
        return
    told = cleaning_of(file)
    if as_json:
        print_json(told.to_json())
    else:
        _print_lines(lines_of(told))


@data_app.command()
def check(
    sources: Sources,
    set_: Overrides = [],  # noqa: B006
    fixed: Annotated[bool, typer.Option("--fixed", help="Only what is left after `prepare` has mended what the recipe lets it mend.")] = False,
    rule: Annotated[list[str], typer.Option("--rule", metavar="NAME", help="Print every finding of this rule; may be repeated.")] = [],  # noqa: B006
    every: Annotated[bool, typer.Option("--all", help="Print every finding, not only the first of each rule.")] = False,
    as_json: AsJson = False,
) -> None:
    """What is wrong with rows, and what of the test stands in train; writes nothing. Exit code 1 where an error remains."""
    from assistant.workshop.checking import KNOWN, check_recipe, lines_of, only, print_finding
    from assistant.workshop.sources import recipe_of, refuse_unknown

    refuse_unknown(rule, KNOWN, "check")
    listed: list[dict[str, Any]] = []
    tell = (lambda finding: listed.append(finding.to_json())) if as_json else print_finding
    told = check_recipe(recipe_of(sources, set_), fixed, only(rule, every, tell))
    if as_json:
        print_json({**told.to_json(), **({"listed": listed} if rule or every else {})})
    else:
        _print_lines(lines_of(told))
    if told.errors:
        raise typer.Exit(1)


@data_app.command()
def augment(
    recipe: RecipePath,
    set_: Overrides = [],  # noqa: B006
    preview: Annotated[int | None, typer.Option("--preview", metavar="N", min=1, help="Show the first N new rows and write nothing.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where the new rows go [default: augmented.jsonl beside the recipe].")
    ] = None,
    home: HomePath = None,
    as_json: AsJson = False,
) -> None:
    """Make more rows of those of train; each is marked, checked, and never comes into validation or test."""
    from assistant.core.recipe_file import load_recipe
    from assistant.workshop.augmenting import augment_recipe, lines_of, preview_of

    file = load_recipe(recipe, set_)
    if preview:
        made = preview_of(file, Home.named(home), preview)
        if as_json:
            print_json([each.to_json() for each in made.rows])
        else:
            _print_lines(made.lines())
        return
    told = augment_recipe(file, Home.named(home), out)
    if as_json:
        print_json(told.to_json())
    else:
        _print_lines(lines_of(told))


@data_app.command()
def folds(
    recipe: RecipePath,
    set_: Overrides = [],  # noqa: B006
    k: Annotated[int, typer.Option("-k", min=2, max=50, help="How many folds.")] = 5,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Where to write them [default: folds-K beside the prepared data].")] = None,
    home: HomePath = None,
    as_json: AsJson = False,
) -> None:
    """Deal all examples to k folds, no group ever parted: fold-1/train.jsonl, fold-1/test.jsonl and so on."""
    from assistant.core.recipe_file import load_recipe
    from assistant.workshop.folding import lines_of, write_folds

    told = write_folds(load_recipe(recipe, set_), Home.named(home), k, out)
    if as_json:
        print_json(told.to_json())
    else:
        _print_lines(lines_of(told))


@data_app.command()
def card(
    recipe: RecipePath,
    set_: Overrides = [],  # noqa: B006
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Where card.md, card.html and card.json go [default: the prepared data].")
    ] = None,
    home: HomePath = None,
    as_json: AsJson = False,
) -> None:
    """Describe the data by measurement: quantity, quality, diversity, balance, leakage, and what to do next."""
    from assistant.core.recipe_file import load_recipe
    from assistant.workshop.describing import describe

    told = describe(load_recipe(recipe, set_), Home.named(home), out)
    if as_json:
        print_json(told.card.to_json())
    else:
        _print_lines(told.lines())


@data_app.command()
def review(sources: Sources, set_: Overrides = []) -> None:  # noqa: B006
    """Decide about rows one key each, the worst first: accept, edit, reject; decisions are kept in a file of their own."""
    from assistant.tui.reviewing import run_review
    from assistant.workshop.reviewing import queue_of, where_it_stands
    from assistant.workshop.sources import recipe_of

    file = recipe_of(sources, set_)
    queue = queue_of(file)
    run_review(queue)
    _print_lines([where_it_stands(queue, file)])


def _print_lines(lines: Iterable[str]) -> None:
    """Each line as one line, whatever the names of files and columns in it hold."""
    for line in lines:
        print(plain(line).replace("\n", " "))
