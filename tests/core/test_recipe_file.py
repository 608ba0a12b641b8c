"""A recipe and `--set` over it: what is taken, and what each mistake is answered with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.core.errors import RecipeError
from assistant.core.recipe import Recipe
from assistant.core.recipe_file import dump_recipe, load_recipe, override_recipe, parse_recipe

SHORTEST = "name: health\ndata:\n  files: [health.jsonl]\n"
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(text: str) -> Path:
        path = tmp_path / "recipe.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return to_file


def refused(path: Path, *overrides: str) -> RecipeError:
    with pytest.raises(RecipeError) as caught:
        load_recipe(path, overrides)
    assert len(str(caught.value).splitlines()) == 2
    return caught.value


def test_a_name_and_a_file_are_enough(write: Write) -> None:
    recipe = load_recipe(write(SHORTEST)).recipe
    assert (recipe.name, recipe.data.files) == ("health", ("health.jsonl",))
    assert (recipe.data.split.train, recipe.data.split.validation, recipe.data.split.test) == (80, 10, 10)


def test_a_folder_stands_for_the_recipe_in_it(write: Write) -> None:
    path = write(SHORTEST)
    found = load_recipe(path.parent)
    assert (found.path, found.folder) == (path, path.parent)


def test_a_byte_order_mark_is_no_part_of_a_recipe(write: Write) -> None:
    assert load_recipe(write("\ufeff" + SHORTEST)).recipe.name == "health"


def test_a_dumped_recipe_is_read_back_as_it_was(write: Write) -> None:
    recipe = load_recipe(write(SHORTEST), ["training.learning_rate=5e-05", "notice=a: b # c", "gates=[{metric: f1, over_base: 1.1}]"]).recipe
    assert load_recipe(write(dump_recipe(recipe))).recipe == recipe


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- a\n- b\n", "holds no recipe"),
        ("", "holds no recipe"),
        ("just words", "holds no recipe"),
        (SHORTEST + "\tbase: x\n", "line 4, column 1: not YAML"),
        (SHORTEST + "description: a: b\n", "line 4, column 15: not YAML"),
        (SHORTEST + "name: other\n", "line 4, column 1: not YAML: the key `name` stands twice"),
        (SHORTEST + "training:\n  seed: 1\n  seed: 2\n", "line 6, column 3: not YAML: the key `seed` stands twice"),
        (SHORTEST + "training: {lora: {rank: 1, rank: 2}}\n", "line 4, column 28: not YAML: the key `rank` stands twice"),
        (SHORTEST + "---\nname: other\n", "line 4, column 1: not YAML: expected a single document"),
        (SHORTEST + "description: 2024-13-45\n", "not YAML: month must be in 1..12"),
        (SHORTEST + "description: " + "[" * 5000, "nested too deeply"),
        (SHORTEST + "description: a\x01b\n", "line 4, column 15: not YAML: the character '\\x01' is not allowed"),
        (SHORTEST + "base: !!python/object/apply:os.getcwd []\n", "line 4, column 7: not YAML: could not determine a constructor"),
    ],
)
def test_what_is_not_yaml_is_named_with_its_place(write: Write, text: str, says: str) -> None:
    assert says in refused(write(text)).what


def test_a_recipe_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_bytes("name: é".encode("latin-1"))
    assert "not UTF-8" in refused(path).what


def test_a_recipe_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "there is no recipe" in refused(tmp_path / "none.yaml").what
    assert "there is no recipe" in refused(tmp_path).what


@pytest.mark.parametrize(
    ("addition", "key", "nearest"),
    [
        ("trainin: {}", "trainin", "`training`"),
        ("training: {epoch: 1}", "training.epoch", "`training.epochs`"),
        ("training: {lora: {rnk: 1}}", "training.lora.rnk", "`training.lora.rank`"),
        ("training: {rank: 1}", "training.rank", "`training.lora.rank`"),
        ("training: {lr: 0.1}", "training.lr", "`training.learning_rate`"),
        ("epochs: 3", "epochs", "`training.epochs`"),
        ("evaluation: {toxicity: {checkpont: x}}", "evaluation.toxicity.checkpont", "`evaluation.toxicity.checkpoint`"),
        ("gates: [{metric: f1, at_least: 1}, {metrics: f1}]", "gates.1.metrics", "`gates.1.metric`"),
        ("zzz: 1", "zzz", "docs/recipe.md"),
    ],
)
def test_an_unknown_key_is_answered_with_the_nearest_known_one(write: Write, addition: str, key: str, nearest: str) -> None:
    error = refused(write(f"{SHORTEST}{addition}\n"))
    assert error.what.endswith(f"unknown key `{key}`")
    assert nearest in error.todo


@pytest.mark.parametrize(
    ("addition", "says"),
    [
        ("base: 123", "`base` (it is 123): must be text"),
        ("description: 2024-01-02", "must be text; put it in quotes"),
        ("description:", '`description` (it is empty): must be text; "" stands for none'),
        ("training: [1]", "`training` (it is [1]): has keys of its own"),
        ("training: {epochs: many}", "`training.epochs` (it is 'many'): must be a number"),
        ("training: {epochs: 0}", "`training.epochs` (it is 0): must be above 0"),
        ("training: {epochs: .nan}", "must be a finite number"),
        ("training: {epochs: yes}", "must not be true or false"),
        ("training: {batch_size: 2.5}", "must be a whole number"),
        ("training: {warmup: 1.5}", "must be at most 1"),
        ("training: {seed: -1}", "must be at least 0"),
        ("training: {seed: 4294967296}", "must be below 4294967296"),
        ("training: {method: lorra}", "must be 'lora', 'qlora' or 'full'"),
        ("training: {precision: float16}", "must be 'auto', 'bfloat16' or 'float32'"),
        ("training: {lora: {targets: 3}}", "`training.lora.targets` (it is 3)"),
        ("gates: {metric: f1}", "`gates`: must be a list"),
        ("gates: [{metric: f1}]", "`gates.0`: give exactly one of"),
        ("gates: [{metric: f1, over_base: 2, judged: interval}]", "over_base is judged by the value"),
        ("evaluation: {toxicity: {sha256: abc}}", "must be a SHA-256"),
        ("1: x", "`1` (it is 1): a key must be text"),
    ],
)
def test_a_wrong_value_is_named_with_its_key(write: Write, addition: str, says: str) -> None:
    assert says in refused(write(f"{SHORTEST}{addition}\n")).what


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("data: {files: health.jsonl}", "`data.files` (it is 'health.jsonl'): must be a list"),
        ("data: {files: []}", "name at least one of files, sql and hub"),
        ("data: {}", "name at least one of files, sql and hub"),
        ("data: 3", "`data` (it is 3): has keys of its own"),
        ("data: {files: [a], split: {train: 0}}", "the share of train must be above 0"),
        ("data: {files: [a], split: {test: -1}}", "must be at least 0"),
        ("data: {files: [a], limit: {train: 0}}", "must be at least 1"),
        ("data: {files: [a], answer_words: {min: 9, max: 3}}", "max is 3 and must not be below min, which is 9"),
        ("data: {files: [a], columns: {question: q}}", "question and answer are named together"),
        ("data: {files: [a], columns: {question: q, answer: a, messages: m}}", "not both"),
    ],
)
def test_wrong_words_about_data_are_named(write: Write, data: str, says: str) -> None:
    assert says in refused(write(f"name: health\n{data}\n")).what


@pytest.mark.parametrize("name", ["../x", "a/b", "", "Health", ".hidden", "-x", "a b", "x" * 64, "a\\nb", "é"])
def test_a_name_that_could_leave_its_folder_is_refused(write: Write, name: str) -> None:
    assert "`name`" in refused(write(f'name: "{name}"\ndata: {{files: [a]}}\n')).what


@pytest.mark.parametrize(
    ("override", "key", "value"),
    [
        ("training.epochs=1", "training.epochs", 1.0),
        ("training.epochs= 1.5", "training.epochs", 1.5),
        ("training.learning_rate=5e-4", "training.learning_rate", 5e-4),
        ("training.max_steps=null", "training.max_steps", None),
        ("training.lora.rank=4", "training.lora.rank", 4),
        ("training.lora.targets=[q_proj, v_proj]", "training.lora.targets", ("q_proj", "v_proj")),
        ('data.files=["a.jsonl"]', "data.files", ("a.jsonl",)),
        ("data.files.0=b.jsonl", "data.files", ("b.jsonl",)),
        ("data.limit={train: 5}", "data.limit.train", 5),
        ("data.columns.messages=talk", "data.columns.messages", "talk"),
        ("data.columns=null", "data.columns", None),
        ("template=null", "template", None),
        ("template=", "template", None),
        ("template=chatml", "template", "chatml"),
        ("description=", "description", ""),
        ("description=a: b", "description", "a: b"),
        ("description='quoted'", "description", "quoted"),
        ("description=it's", "description", "it's"),
        ("description=a=b", "description", "a=b"),
        ("description=yes", "description", "yes"),
        ("description=2024-01-02", "description", "2024-01-02"),
        ("name=007", "name", "007"),
        ("name=1e5", "name", "1e5"),
        ("base=123", "base", "123"),
        ("license=nan", "license", "nan"),
    ],
)
def test_set_overrides_any_key(write: Write, override: str, key: str, value: object) -> None:
    found: object = load_recipe(write(SHORTEST), [override]).recipe
    for part in key.split("."):
        found = getattr(found, part)
    assert found == value


def test_set_reaches_into_a_list(write: Write) -> None:
    path = write(SHORTEST + "gates: [{metric: f1, at_least: 0.1}, {metric: bleu, at_least: 2}]\n")
    recipe = load_recipe(path, ["gates.1.at_least=3", "gates.0.metric=rougeL"]).recipe
    assert [(gate.metric, gate.at_least) for gate in recipe.gates] == [("rougeL", 0.1), ("bleu", 3)]


def test_of_two_sets_of_one_key_the_last_counts(write: Write) -> None:
    assert load_recipe(write(SHORTEST), ["training.seed=1", "training.seed=2"]).recipe.training.seed == 2


@pytest.mark.parametrize(
    ("override", "what", "todo"),
    [
        ("training.epochs", "not of the form key.path=value", "--set training.epochs=1"),
        ("=1", "not of the form key.path=value", "--set training.epochs=1"),
        ("training..epochs=1", "not of the form key.path=value", "--set training.epochs=1"),
        ("training.epoch=1", "unknown key `training.epoch`", "`training.epochs`"),
        ("seed=1", "unknown key `seed`", "`training.seed`"),
        ("training.epochs.x=1", "unknown key `training.epochs.x`", "`training.epochs`"),
        ("data.columns.answr=x", "unknown key `data.columns.answr`", "`data.columns.answer`"),
        ("gates.0.metrics=f1", "unknown key `gates.0.metrics`", "`gates.0.metric`"),
        ("gates.0.metric=f1", "`gates` is a list of 0 and has no entry `0`", "gates=[...]"),
        ("gates.metric=f1", "`gates` is a list of 1 and has no entry `metric`", "by its position"),
        ("training.epochs=-1", "--set: `training.epochs` (it is -1): must be above 0", "Correct `training.epochs` in --set."),
        ("training=null", "--set: `training` (it is empty): has keys of its own", "Correct `training` in --set."),
        ("training.seed=[1", "is not a YAML value", "as in a recipe"),
        ("data.columns.question=q", "--set: `data.columns`: question and answer are named together", "in --set"),
        ("name=../x", "--set: `name` (it is '../x')", "in --set"),
    ],
)
def test_a_wrong_set_is_answered_with_what_is_right(write: Write, override: str, what: str, todo: str) -> None:
    gates = "gates: [{metric: f1, at_least: 1}]\n" if override.startswith("gates.metric") else ""
    error = refused(write(SHORTEST + gates), override)
    assert what in error.what
    assert todo in error.todo


def test_set_does_not_mend_a_section_that_is_none(write: Write) -> None:
    assert "`training` is 5 in the recipe and has no keys inside it" in refused(write(SHORTEST + "training: 5\n"), "training.epochs=1").what


def test_a_recipe_that_was_read_can_be_overridden() -> None:
    recipe = parse_recipe({"name": "health", "data": {"files": ["a.jsonl"]}}, Path("recipe.yaml"))
    changed = override_recipe(recipe, ["generation.temperature=0.5"])
    assert isinstance(changed, Recipe)
    assert (recipe.generation.temperature, changed.generation.temperature) == (0.0, 0.5)
    assert override_recipe(recipe, []) is recipe
