"""`evalsuite ...`: results on stdout, progress on stderr. Heavy libraries wait until a command needs them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Examines assistants, and says with figures that hold up whether one is fit to release.",
)

HomeOption = Annotated[
    Path | None, typer.Option("--home", metavar="DIR", help="The workspace; $ASSISTANT_HOME or ./workspace unless told otherwise.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("run")
def run_command(
    target: Annotated[
        str,
        typer.Argument(
            metavar="TARGET", help="A version (health, health@1), a base with --recipe, a server's URL with --model, or a file of answers (.jsonl)."
        ),
    ],
    recipe: Annotated[
        Path | None, typer.Option("--recipe", metavar="RECIPE", help="For a version: other settings and gates. For all else: its prompt and data.")
    ] = None,
    model: Annotated[str | None, typer.Option("--model", metavar="NAME", help="What the server calls its model.")] = None,
    data: Annotated[Path | None, typer.Option("--data", metavar="FILE", help="Ask the questions of this file in place of the test split.")] = None,
    overrides: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY.PATH=VALUE", help="key.path=value over the recipe; may be repeated.")
    ] = None,
    no_base: Annotated[bool, typer.Option("--no-base", help="Do not ask the untrained base as well.")] = False,
    against: Annotated[
        str | None,
        typer.Option("--against", metavar="TARGET", help="The previous release to compare with; else the version before."),
    ] = None,
    no_previous: Annotated[bool, typer.Option("--no-previous", help="Do not ask the previous release as well.")] = False,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="Only so many of the examples, chosen by hash.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Do finished stages anew.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Generate, score, aggregate, report. Exit code 1 if a gate fails."""
    from evalsuite.evaluation import home_words
    from evalsuite.report.table import run_table
    from evalsuite.run import run
    from evalsuite.targets import Options

    options = Options(recipe, tuple(overrides or ()), data, limit, not no_base, against, not no_previous, model, again)
    workspace = _home(home)
    evaluation, card = run(target, workspace, options)
    typer.echo(_json(card.model_dump(mode="json")) if as_json else run_table(card, evaluation.html, home_words(workspace)))
    if card.measured_on.verdict == "not fit":
        raise typer.Exit(1)


@app.command("score")
def score_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help='JSONL, or a JSON list, of {"id", "prediction", "references"}.')],
    metrics: Annotated[
        str | None,
        typer.Option(
            "--metrics",
            metavar="A,B",
            help="Names, comma-separated: f1,bleu(order=2),toxicity; a path to a .py. all: every one that needs neither classifier nor encoder. "
            "Unless told: exact_match, f1, bleu, chrf, the four of ROUGE, numeric_match.",
        ),
    ] = None,
    resamples: Annotated[
        int, typer.Option("--resamples", metavar="N", min=100, max=1_000_000, help="Bootstrap resamples of each interval.")
    ] = 10_000,
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Seed of the resamples.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Score predictions that came from anywhere."""
    from evalsuite.report.table import score_table
    from evalsuite.score_file import as_content, score_file

    scored = score_file(file, metrics, resamples, seed)
    content = as_content(scored, resamples, seed)
    typer.echo(_json(content) if as_json else score_table(scored))


@app.command("questions")
def questions_command(
    target: Annotated[str, typer.Argument(metavar="TARGET", help="A version, or a base with --recipe.")],
    recipe: Annotated[Path | None, typer.Option("--recipe", metavar="RECIPE", help="For a base: its data.")] = None,
    data: Annotated[Path | None, typer.Option("--data", metavar="FILE", help="The questions of this file in place of the test split.")] = None,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="Only so many of the examples, chosen by hash.")] = None,
    home: HomeOption = None,
) -> None:
    """Print the questions that an evaluation asks, a JSON object a line: for programs whose answers are to be examined."""
    from evalsuite.questions import examples_for
    from evalsuite.targets import Options, wanted_target

    options, workspace = Options(recipe=recipe, data=data, limit=limit), _home(home)
    examples = examples_for(wanted_target(target, workspace, options), workspace, options, Path(target))
    for example in examples.items:
        typer.echo(_json({"id": example.id, "question": example.question, "messages": list(example.prompt)}, indent=None))


@app.command("again")
def again_command(
    run: Annotated[str, typer.Argument(metavar="RUN", help="An evaluation: its name, the beginning of it, or its folder.")],
    stage: Annotated[
        str,
        typer.Option("--from", metavar="STAGE", help="generate, score, aggregate or report: from this stage on."),
    ] = "score",
    home: HomeOption = None,
) -> None:
    """Do a finished evaluation again from a stage on, as it was made. Exit code 1 if a gate fails."""
    from assistant.api import say
    from evalsuite.again import said_again, stage_of
    from evalsuite.evaluation import find_evaluation, home_words
    from evalsuite.report.table import run_table

    workspace, first = _home(home), stage_of(stage)
    evaluation = find_evaluation(run, workspace)
    if first == "report":
        report_command(run, home)
        return
    from evalsuite.run import run as evaluate

    target, options = said_again(evaluation, first)
    done, card = evaluate(target, workspace, options)
    if done.run != evaluation.run:
        say(f"what {evaluation.run} was made from has changed since: this is {done.run}")
    typer.echo(run_table(card, done.html, home_words(workspace)))
    if card.measured_on.verdict == "not fit":
        raise typer.Exit(1)


@app.command("report")
def report_command(
    run: Annotated[str, typer.Argument(metavar="RUN", help="An evaluation: its name, the beginning of it, or its folder.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write its pages anew. They are made from scorecard.json."""
    from evalsuite.evaluation import find_evaluation, read_scorecard, seal
    from evalsuite.report import write_reports

    evaluation = find_evaluation(run, _home(home))
    write_reports(evaluation.folder, read_scorecard(evaluation))
    seal(evaluation)
    typer.echo(_json({"run": evaluation.run, "html": str(evaluation.html)}, indent=None) if as_json else f"scorecard: {evaluation.html}")


@app.command("gate")
def gate_command(
    run: Annotated[str, typer.Argument(metavar="RUN", help="An evaluation: its name, the beginning of it, or its folder.")],
    recipe: Annotated[Path | None, typer.Option("--recipe", metavar="RECIPE", help="Judge by the gates of this recipe in place of its own.")] = None,
    against: Annotated[
        str | None, typer.Option("--against", metavar="OTHER", help="Another evaluation as the previous release, for gates on no_worse.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Judge an evaluation again. Exit code 1 if a gate fails."""
    from assistant.api import load_recipe, say
    from evalsuite.evaluation import find_evaluation, read_scorecard
    from evalsuite.gates import judge_scorecard, verdict_with
    from evalsuite.metrics.registry import check_gates
    from evalsuite.report.wording import VERDICTS

    gates = load_recipe(recipe).recipe.gates if recipe else None
    workspace = _home(home)
    evaluation = find_evaluation(run, workspace)
    card = read_scorecard(evaluation)
    check_gates(gates or (), [name if "(" in name else f"{name}.py" for name in card.metrics], lambda: card.all_cards)
    if against is not None:
        from evalsuite.previous import beside

        paired = beside(evaluation, against, workspace, {gate.slice for gate in gates or [each.gate for each in card.judgements] if gate.slice})
        card = paired.card
        if paired.left_out:
            say(f"{paired.left_out} of the questions are left out of what is compared: {against} was not asked them, or not with the same references")
    judgements = judge_scorecard(card, gates)
    verdict = verdict_with(judgements, card.flags)
    if as_json:
        typer.echo(_json({"run": card.run, "verdict": verdict, "gates": [each.model_dump(mode="json") for each in judgements]}))
    else:
        refused = [f"FAILED  {flag.sentence}" for flag in card.flags if flag.severity == "refuse"]
        told = [f"{'passed' if each.passed else 'FAILED'}  {each.sentence}" for each in judgements]
        typer.echo("\n".join([*refused, *told, VERDICTS[verdict]]))
    if verdict == "not fit":
        raise typer.Exit(1)


@app.command("compare")
def compare_command(
    before: Annotated[str, typer.Argument(metavar="BEFORE", help="The earlier evaluation: its name, the beginning of it, or its folder.")],
    after: Annotated[str, typer.Argument(metavar="AFTER", help="The later one.")],
    no_worse: Annotated[
        list[str] | None,
        typer.Option(
            "--no-worse",
            metavar="METRIC=MARGIN",
            help="Exit code 1 where the difference's 95% interval reaches beyond the margin: f1=0.02 (of 1), bleu=1 (of 100); may be repeated.",
        ),
    ] = None,
    metrics: Annotated[
        str | None,
        typer.Option(
            "--metrics", metavar="A,B", help="Give verdicts on these metrics alone; the others are shown as exploratory. All unless told otherwise."
        ),
    ] = None,
    changed: Annotated[int, typer.Option("--changed", metavar="N", min=0, help="Questions shown that changed most.")] = 3,
    resamples: Annotated[
        int, typer.Option("--resamples", metavar="N", min=100, max=1_000_000, help="Of each interval, and permutations of each test.")
    ] = 10_000,
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Seed of both.")] = 0,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare two evaluations of the same questions, in pairs. Exit code 1 if one is worse than --no-worse allows."""
    from evalsuite.compare import compare, parse_margins
    from evalsuite.metrics.registry import split_names
    from evalsuite.report.comparison import comparison_table

    primary = None if metrics is None else split_names(metrics)
    comparison = compare(before, after, _home(home), parse_margins(no_worse or ()), resamples, seed, primary)
    typer.echo(_json(comparison.model_dump(mode="json")) if as_json else comparison_table(comparison, changed))
    if not all(margin.passed for margin in comparison.margins):
        raise typer.Exit(1)


@app.command("view")
def view_command(
    run: Annotated[str, typer.Argument(metavar="RUN", help="An evaluation: its name, the beginning of it, or its folder.")],
    against: Annotated[
        str | None, typer.Option("--against", metavar="OTHER", help="The other side; the base that was asked along unless told otherwise.")
    ] = None,
    sort: Annotated[
        str | None, typer.Option("--sort", metavar="METRIC", help="The worst first by this: f1, change:f1 (how far it moved), or asked.")
    ] = None,
    filters: Annotated[
        list[str] | None,
        typer.Option(
            "--filter",
            metavar="CONDITION",
            help="Only items with kind=what, finish=length, f1<0.3, f1=0.2..0.5, text=words, changed, toxic, leaked, review; may be repeated.",
        ),
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help="Print the items as text.")] = False,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="Items that are printed by --plain and --json.")] = 10,
    export: Annotated[
        tuple[str, Path] | None,
        typer.Option("--export", metavar="WHAT FILE", help="Write what was sent to review, training or regression as JSON lines."),
    ] = None,
    recipe: Annotated[
        Path | None, typer.Option("--recipe", metavar="RECIPE", help="The recipe whose data an export is to join; the version's own unless told.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Browse an evaluation's items, and decide what becomes of them."""
    from evalsuite.viewer.command import View, view

    words = View(run, against, sort, tuple(filters or ()), plain, limit, export, recipe, as_json)
    if printed := view(words, _home(home)):
        typer.echo(printed)


@app.command("fetch-detoxify")
def fetch_detoxify_command() -> None:
    """Download Detoxify's checkpoint. It lands in the user's cache and measures toxicity from then on."""
    from evalsuite.toxicity.fetch import fetch_detoxify

    typer.echo(str(fetch_detoxify()))


def main() -> None:
    """The command `evalsuite`."""
    from assistant.api import run_program

    run_program(app, "evalsuite")


def _json(value: Any, indent: int | None = 2) -> str:
    from assistant.api import plain_json

    return plain_json(value, indent)


def _home(path: Path | None) -> Home:  # type: ignore[name-defined]  # noqa: F821
    from assistant.api import Home

    return Home(path) if path else Home.default()
