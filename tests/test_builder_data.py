"""The data set about this tool: in one style, and every command, key, file and default it names is real."""

from __future__ import annotations

import json
import re
import shlex
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import typer.main

import assistant.cli
import evalsuite.cli
import tui
from assistant.core.home import Home
from assistant.core.recipe import Recipe
from assistant.core.recipe_file import load_recipe, override_recipe
from assistant.core.recipe_keys import known_keys, without_positions
from assistant.data.prepare import prepare
from assistant.data.splitting.split import SPLITS
from assistant.models.embedded import EMBEDDED
from assistant.models.fitting import BUILT_IN
from evalsuite.metrics.registry import TEXT
from evalsuite.metrics.speed import SPEED
from evalsuite.metrics.toxicity import NAMES as TOXICITY

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "datasets" / "builder"
ROWS: list[dict[str, str]] = [json.loads(line) for line in (FOLDER / "builder.jsonl").read_text(encoding="utf-8").splitlines()]
KINDS = {"command", "recipe", "file", "error", "concept", "how_to"}
PROGRAMS = {"assistant": assistant.cli.app, "evalsuite": evalsuite.cli.app}
WRITTEN_BY_LIBRARIES = {"adapter_model.safetensors", "adapter_config.json"}
FILE_NAME = r"[\w.-]+\.(jsonl?|yaml|md|svg|html|xml|log|txt|safetensors|py)"


def quoted(row: dict[str, str]) -> list[str]:
    """What stands literally, in backticks, in a row."""
    return re.findall(r"`([^`]+)`", f"{row['question']} {row['answer']}")


ALL_QUOTED = sorted({text for row in ROWS for text in quoted(row)})
COMMANDS = [text for text in ALL_QUOTED if text.split()[0] in PROGRAMS]
SETTINGS = [text for text in ALL_QUOTED if re.match(r"--set \S|[a-z_.]+: \S", text)]
KEYS = [text for text in ALL_QUOTED if re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", text) and not re.fullmatch(FILE_NAME, text)]
FILES = [text for text in ALL_QUOTED if re.fullmatch(FILE_NAME, text)]


def program(name: str) -> Any:
    """What typer makes of a program; its classes are click's own or a copy of them."""
    return typer.main.get_command(PROGRAMS[name])


def check_command(text: str) -> None:
    """Follow the words of a command down to its options, and put its overrides over a recipe."""
    words = shlex.split(text)
    command = program(words[0])
    place = 1
    while hasattr(command, "commands") and place < len(words) and not words[place].startswith("-"):
        assert words[place] in command.commands, f"{text}: there is no {words[place]}"
        command = command.commands[words[place]]
        place += 1
    options = {option for parameter in command.params for option in getattr(parameter, "opts", []) if option.startswith("-")} | {"--help"}
    for word in words[place:]:
        assert not word.startswith("--") or word in options, f"{text}: there is no {word}"
    arguments = [parameter for parameter in command.params if parameter.param_type_name == "argument"]
    given = [word for before, word in pairwise(words[place - 1 :]) if not word.startswith("--") and not before.startswith("--")]
    assert len(given) <= len(arguments), f"{text}: it takes {len(arguments)} arguments"
    for before, word in pairwise(words):
        if before == "--set":
            check_setting(word)
        if before == "--metrics":
            assert set(word.split(",")) <= {*TEXT, *TOXICITY}, text


def check_setting(text: str) -> None:
    """A `key=value` or `key: value` that a recipe takes."""
    key, value = re.split(r"=|: ", text, maxsplit=1)
    recipe = health()
    if key.startswith("gates.0."):
        # One bound a gate: the one that is set takes the place of what stands there.
        recipe = recipe.model_copy(update={"gates": (recipe.gates[-1].model_copy(update={"at_most": None}),)})
    override_recipe(recipe, [f"{key}={value}"])
    assert key != "template" or value in {path.stem for path in BUILT_IN.glob("*.jinja")}, text


@cache
def health() -> Recipe:
    return load_recipe(ROOT / "datasets" / "health").recipe


@cache
def sources() -> str:
    """Everything that is written in the project but its data and tests."""
    files = [
        path for folder in ("assistant", "evalsuite", "docs") for path in (ROOT / folder).rglob("*.*") if path.suffix in (".py", ".md", ".jinja")
    ]
    return "\n".join(path.read_text(encoding="utf-8") for path in [*files, ROOT / "tui.py", ROOT / "Makefile", ROOT / "pyproject.toml"])


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def all_options() -> set[str]:
    found: set[str] = {"--help"}
    waiting: list[Any] = [program(name) for name in PROGRAMS]
    while waiting:
        command = waiting.pop()
        found.update(option for parameter in command.params for option in parameter.opts)
        waiting.extend(getattr(command, "commands", {}).values())
    return found


def test_there_are_enough_pairs_and_none_stands_twice() -> None:
    assert len(ROWS) >= 120
    assert len({row["topic"] for row in ROWS}) >= 18
    assert {row["kind"] for row in ROWS} == KINDS
    for column in ("id", "question", "answer"):
        assert len({row[column].lower() for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_a_pair_is_in_the_style_of_the_house(row: dict[str, str]) -> None:
    assert set(row) == {"id", "question", "answer", "topic", "kind"}
    assert row["id"].startswith(row["topic"].replace(" ", "-"))
    assert 20 <= len(row["answer"].split()) <= 60
    assert row["question"].endswith("?")
    assert row["answer"].endswith(".")
    assert f"{row['question']}{row['answer']}".isascii()
    assert not re.search(r"\n|\*\*|^#|^- ", row["answer"]), "no markup but backticks"
    assert row["answer"].count("`") % 2 == 0


def test_no_two_texts_share_a_run_of_seven_words() -> None:
    seen: dict[tuple[str, ...], str] = {}
    for row in ROWS:
        for column in ("question", "answer"):
            words = re.findall(r"[a-z0-9']+", row[column].lower())
            for start in range(len(words) - 6):
                place = f"{row['id']}, {column}"
                assert seen.setdefault(tuple(words[start : start + 7]), place) == place


def test_every_part_of_the_split_has_examples(tmp_path: Path) -> None:
    prepared = prepare(load_recipe(FOLDER), Home(tmp_path))
    assert all(len(prepared.splits[name]) >= 15 for name in ("train", "validation", "test"))
    assert {example.tags["kind"] for example in prepared.splits["test"]} == KINDS


@pytest.mark.parametrize("name", ["builder", "health"])
def test_the_numbers_of_a_data_card_are_those_of_the_data(name: str, tmp_path: Path) -> None:
    card = (FOLDER.parent / name / "README.md").read_text(encoding="utf-8")
    prepared = prepare(load_recipe(FOLDER.parent / name), Home(tmp_path))
    assert f"| pairs | {prepared.report['rows']} |" in card
    for split, facts in prepared.report["splits"].items():
        assert f"| {split} | {facts['examples']} | {facts['groups']} |" in card


@pytest.mark.parametrize("text", COMMANDS)
def test_every_command_exists_with_its_options(text: str) -> None:
    check_command(text)


@pytest.mark.parametrize(
    "text", ["assistant teach health", "assistant train a --quick", "assistant train a --set training.epoch=1", "evalsuite run a b"]
)
def test_an_untrue_command_is_found_out(text: str) -> None:
    with pytest.raises(Exception, match=r"teach|quick|epoch|arguments"):
        check_command(text)


@pytest.mark.parametrize("text", SETTINGS)
def test_every_setting_is_taken_by_a_recipe(text: str) -> None:
    check_setting(shlex.split(text)[-1] if text.startswith("--set") else text)


@pytest.mark.parametrize("text", KEYS)
def test_every_key_exists(text: str) -> None:
    assert without_positions(text) in known_keys()


@pytest.mark.parametrize("row", [row for row in ROWS if "defaults to" in row["answer"]], ids=lambda row: row["id"])
def test_every_default_is_the_recipes_own(row: dict[str, str]) -> None:
    claims = re.findall(r"`([a-z_.]+)` defaults to `?([\w.-]*\w)", row["answer"])
    assert len(claims) == row["answer"].count("defaults to")
    for key, said in claims:
        assert str(known_keys()[key].default) == said or float(said) == known_keys()[key].default, key


@pytest.mark.parametrize("text", FILES)
def test_every_file_is_one_that_the_code_writes_or_reads(text: str) -> None:
    prepared = {f"{name}.jsonl" for name in SPLITS}
    assert f'"{text}"' in sources() or text in WRITTEN_BY_LIBRARIES | prepared or (ROOT / text).exists()


def test_whatever_else_is_quoted_stands_in_the_code() -> None:
    others = [text for text in ALL_QUOTED if text not in {*COMMANDS, *SETTINGS, *KEYS, *FILES}]
    for text in others:
        if text.startswith("make "):
            assert text.split()[1] in make_targets(), text
        elif text.startswith("pip "):
            assert any(text.endswith(f" {wheel.package}=={wheel.version}") for wheel in EMBEDDED.values()), text
        elif text.startswith("python "):
            assert "tui.py" in text or Path(ROOT, *text.split()[2].split(".")).with_suffix(".py").exists(), text
        elif text.startswith("--"):
            assert text in all_options(), text
        elif "*" in text:
            assert re.fullmatch(r"data/\*\.jsonl", text), "a pattern of a user's own"
        elif text.startswith(("datasets/", "docs/")):
            assert (ROOT / text).exists(), text
        elif re.search(r"_(ms_p\d+|per_s|mib)$", text):
            assert text in SPEED, text
        else:
            assert re.search(rf"(?<![\w-]){re.escape(text)}(?![\w-])", sources()), text


def test_the_terminal_app_takes_a_name() -> None:
    command: Any = typer.main.get_command(tui.app)
    assert command.params[0].param_type_name == "argument"
