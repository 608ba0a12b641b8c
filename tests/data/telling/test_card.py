"""The figures of a card: each is counted from the examples or read from the report, and what is missing has its reason."""

from __future__ import annotations

import json
import time
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from assistant.core.home import Home
from assistant.core.recipe_file import load_recipe
from assistant.data.example import Example
from assistant.data.prepare import prepare
from assistant.data.telling.card import card_of
from assistant.data.telling.data_card import Card, Check
from assistant.data.telling.html import html_of
from assistant.data.telling.markdown import markdown_of
from assistant.data.telling.write import write_card
from tests.data.telling.made_up import count_words, examples, leakage, prepared, recipe, report, splits

HEALTH = Path(__file__).parents[3] / "datasets" / "health"


def checks(card: Card) -> dict[str, Check]:
    return {check.name: check for check in card.checklist}


def test_every_figure_of_a_whole_report_stands_on_the_card() -> None:
    card = card_of(recipe(), prepared(), count_tokens=count_words)
    assert (card.quantity.rows, card.quantity.read, [each.examples for each in card.quantity.splits], card.quantity.tier) == (
        280,
        300,
        [120, 15, 110],
        "simple",
    )
    assert [(each.rule, each.count, each.fixed, each.share) for each in card.quality.findings or ()] == [
        ("equal", 3, 3, 3 / 300),
        ("truncated", 9, 2, 9 / 300),
        ("no_final_stop", 40, 0, 40 / 300),
    ]
    assert card.quality.cleaned and card.quality.cleaned.share == 31 / 300
    # A row that was made, and is not used, was not read.
    assert [(each.name, each.count) for each in card.quality.not_used or ()] == [
        ("beyond data.limit", 29),
        ("duplicate", 17),
        ("empty answer", 4),
        ("rejected in review", 2),
        ("truncated", 2),
        ("equal", 1),
    ]
    assert card.quality.not_looked_for == (("toxic", "no classifier is installed"),)
    assert (card.repetition.exact, card.repetition.groups, card.repetition.joined) == (17, 130, 8)
    assert card.repetition.near and [card.repetition.near[what] for what in ("question", "answer", "both", "groups_joined")] == [5, 6, 2, 6]
    assert checks(card)["Near duplicates kept together"].figure == "looked for; rows nearly like another: 5 by question, 6 by answer, 2 by both"
    assert card.leakage and card.leakage.reported and ("share a passage of eight words, in question or answer", "1") in card.leakage.reported
    assert checks(card)["Read by a person"].value == 55
    assert card.made.balance == "tag kind by oversample: billing 40 to 40, account 20 to 40"
    assert set(card.not_measured) == {"topics by meaning"}


def test_what_the_report_does_not_hold_is_null_with_a_reason_and_never_0() -> None:
    card = card_of(recipe(), prepared(said={}))
    told = card.to_json()
    assert told["quality"]["findings"] is told["quality"]["cleaned"] is told["quality"]["decisions"] is told["tokens"] is None
    assert told["repetition"] == {"exact": None, "near": None, "meaning": None, "groups": None, "joined": None}
    assert set(told["not_measured"]) == {
        "rows", "read", "not used", "kept", "cleaned", "findings", "decisions",
        "near", "meaning", "tokens", "topics by meaning", "near and passages shared with train",
    }  # fmt: skip
    unknown = {name: check for name, check in checks(card).items() if check.state == "not measured"}
    assert set(unknown) == {
        "Hardly anything left out", "No errors left", "Few warnings", "Fits the model", "Read by a person", "Near duplicates kept together",
    }  # fmt: skip
    assert all(check.value is None and check.figure for check in unknown.values())
    assert "data.duplicates.meaning is ignore" in told["not_measured"]["meaning"]


@pytest.mark.parametrize("key", [name for name in report() if name != "files"])
def test_a_report_without_any_one_key_makes_a_card(key: str) -> None:
    said = report()
    del said[key]
    assert card_of(recipe(), prepared(said=said)).name == "shop"


def test_a_report_whose_leakage_and_duplicates_were_not_looked_for_says_null() -> None:
    said = report(duplicates={"dropped": 1, "most": {}, "near": None, "meaning": None}, balance=None, leakage=None)
    card = card_of(recipe(data={"duplicates": {"near": "ignore"}}), prepared(said=said))
    assert card.repetition.near is None
    assert card.not_measured["near"] == "data.duplicates.near is ignore"
    assert checks(card)["Near duplicates kept together"].state == "failed"


def test_why_meaning_was_not_compared_is_what_prepare_says() -> None:
    said = report(
        duplicates={"dropped": 1, "most": {}, "near": None, "meaning": None}, not_looked_for={"same_meaning": "the sentence encoder is not here"}
    )
    card = card_of(recipe(data={"duplicates": {"meaning": "group"}}), prepared(said=said))
    assert card.not_measured["meaning"] == "the sentence encoder is not here"


def test_a_question_of_train_that_is_held_out_as_well_is_counted_whatever_its_case() -> None:
    of = splits()
    twin = replace(of["train"][3], id="twin", question=of["train"][3].question.upper())
    card = card_of(recipe(), prepared({**of, "test": [*of["test"], twin]}))
    assert card.leakage and card.leakage.same_question == 1
    assert checks(card)["Nothing of the test in train"].state == "failed"
    assert any("duplicates.near" in step.command for step in card.steps)


def test_near_questions_that_prepare_found_fail_the_same_check() -> None:
    card = card_of(recipe(), prepared(said=report(leakage=leakage(near_question=4, passage=9))))
    assert checks(card)["Nothing of the test in train"].value == 4


def test_personal_data_is_counted_by_kind_and_not_repeated() -> None:
    of = splits()
    telling = Example("p", "How do I reach Ann?", ("Write to ann.brown@corp-mail.io or to 10.1.2.3.",), "p", {"kind": "account"})
    card = card_of(recipe(), prepared({**of, "train": [*of["train"], telling]}))
    assert card.personal and card.personal.examples == 1
    # An address of a private network identifies nobody.
    assert {kind.name: kind.count for kind in card.personal.kinds if kind.count} == {"email": 1}
    assert "corp-mail" not in json.dumps(card.to_json())
    assert checks(card)["No personal data"].state == "failed"


def test_personal_data_of_every_kind_that_the_recipe_asks_for_fail_the_check_and_are_to_be_masked() -> None:
    of = splits()
    told = {"address": "She lives at 12 Main Street.", "national_id": "Her number is AB 12 34 56 C."}
    rows = [Example(kind, f"Who is {kind}?", (text,), kind, {"kind": "account"}) for kind, text in told.items()]
    card = card_of(recipe(), prepared({**of, "train": [*of["train"], *rows]}))
    assert card.personal and {kind.name: kind.count for kind in card.personal.kinds if kind.count} == {"address": 1, "national_id": 1}
    point = checks(card)["No personal data"]
    assert (point.state, point.figure) == ("failed", "some in 2 of 247 examples (not looked for: name)")
    assert any(step.what == "Mask personal data" for step in card.steps)
    assert card.personal.not_looked_for == (("name", "data.check.names_model names no model that marks persons"),)


def test_kinds_that_the_recipe_does_not_ask_for_are_told_beside_the_figure() -> None:
    of = splits()
    row = Example("a", "Who?", ("She lives at 12 Main Street.",), "a", {"kind": "account"})
    card = card_of(recipe(data={"check": {"personal_kinds": ["email", "ip"]}}), prepared({**of, "train": [*of["train"], row]}))
    point = checks(card)["No personal data"]
    assert point.state == "passed"
    assert point.figure == "some in 0 of 246 examples (not looked for: url, iban, mac, card, ssn, phone, national_id, address, name)"
    assert card.personal and {why for _, why in card.personal.not_looked_for} == {"data.check.personal_kinds does not name it"}


@pytest.mark.parametrize("kinds", [[], ["name"]])
def test_where_nothing_can_be_looked_for_nothing_is_ticked(kinds: list[str]) -> None:
    card = card_of(recipe(data={"check": {"personal_kinds": kinds}}), prepared())
    assert card.personal is None and checks(card)["No personal data"].state == "not measured"
    assert "no kind" in card.not_measured["personal"] and "no kind" in markdown_of(card)


def test_names_are_looked_for_where_a_model_marks_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def names(text: str) -> list[tuple[int, int]]:
        return [(at, at + 3)] if (at := text.find("Ann")) >= 0 else []

    of = splits()
    row = Example("p", "Who is there?", ("It is Ann, as ever; write to ann@corp-mail.io.",), "p", {"kind": "account"})
    card = card_of(recipe(), prepared({**of, "train": [*of["train"], row]}), names=names)
    assert card.personal and {kind.name: kind.count for kind in card.personal.kinds if kind.count} == {"name": 1, "email": 1}
    assert card.personal.not_looked_for == () and card.personal.names_in is None
    # Of many examples a model reads a sample, and all other kinds are looked for in all.
    monkeypatch.setattr("assistant.data.telling.walk.SLOW", 50)
    sampled = card_of(recipe(), prepared({**of, "train": [*of["train"], row]}), names=names).personal
    assert sampled and sampled.looked_at == 246 and sampled.names_in and sampled.names_in < 100
    assert {kind.name: kind.count for kind in sampled.kinds}["email"] == 1


def test_made_rows_are_told_and_count_for_no_diversity() -> None:
    of = splits()
    made = [replace(each, id=f"{each.id}+", made_by="typos") for each in of["train"][:40]]
    card = card_of(recipe(), prepared({**of, "train": [*of["train"], *made]}))
    assert (card.made.examples, card.made.share, card.diversity.n) == (40, 40 / 160, 245)
    assert [(each.name, each.count) for each in card.made.methods] == [("typos", 40)]
    assert card.quantity.splits[0].made == 40


def test_tokens_beyond_the_length_are_counted_as_cut() -> None:
    long = Example("long", "word " * 50, ("word " * 50,), "l", {"kind": "account"})
    card = card_of(recipe(), prepared({**splits(), "train": [*examples(19), long]}), count_tokens=count_words)
    tokens = card.tokens
    assert tokens and (tokens.n, tokens.beyond.count, tokens.spread.high) == (20, 1, 100)
    assert tokens.epoch_tokens == tokens.spread.total - 100 + 64
    assert tokens.epoch_steps == 3
    assert checks(card)["Fits the model"].state == "failed"


def test_tags_are_told_by_value_with_their_imbalance() -> None:
    train = [replace(each, tags={"kind": "rare" if number < 2 else "common"}) for number, each in enumerate(examples(42))]
    tag = card_of(recipe(), prepared({"train": train, "validation": [], "test": []})).balance[0]
    assert [(each.value, each.train, each.tier) for each in tag.values] == [("common", 40, "too few"), ("rare", 2, "too few")]
    assert (tag.imbalance, tag.smallest, tag.without) == (20.0, 2, 0)
    assert tag.evenness == pytest.approx(0.276, abs=0.001)


def test_a_tag_with_another_value_in_each_row_is_told_without_all_of_them() -> None:
    train = [replace(each, tags={"kind": each.id}) for each in examples(200)]
    tag = card_of(recipe(), prepared({"train": train, "validation": [], "test": []})).balance[0]
    assert (tag.distinct, len(tag.values), tag.evenness) == (200, 15, pytest.approx(1.0))


def test_nothing_at_all_makes_a_card_as_well() -> None:
    card = card_of(recipe(), prepared({"train": [], "validation": [], "test": []}, {}), count_tokens=count_words)
    assert card.leakage is card.topics is card.tokens is None
    assert {"leakage", "topics", "tokens"} <= set(card.not_measured)


@pytest.mark.parametrize("sign", ["a", "(", "1", "@", ".", " ", "\u202e", "\0", "\ud800"])
def test_a_text_of_a_megabyte_makes_a_small_card_in_seconds(sign: str) -> None:
    text = sign * 1_000_000
    row = Example("long", f"What {text}", (text or "x",), "g", {"kind": text})
    began = time.monotonic()
    card = card_of(recipe(), prepared({**splits(), "train": [*examples(40), row]}), count_tokens=count_words)
    assert time.monotonic() - began < 8
    assert len(markdown_of(card).encode()) + len(html_of(card).encode()) < 200_000


def test_the_same_data_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "other"):
        write_card(card_of(recipe(), prepared(), count_tokens=count_words), tmp_path / name)
    for file in ("card.json", "card.md", "card.html"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "other" / file).read_bytes()


def test_card_json_names_its_schema_and_holds_every_part(tmp_path: Path) -> None:
    files = write_card(card_of(recipe(), prepared()), tmp_path / "new" / "folder")
    told = json.loads(files[2].read_text(encoding="utf-8"))
    assert told["schema"] == 2
    assert set(told) == {"schema", *(field.name for field in fields(Card))}


def test_the_bundled_data_pass_but_for_what_is_true_of_them(tmp_path: Path) -> None:
    file = load_recipe(HEALTH)
    card = card_of(file, prepare(file, Home(tmp_path)))
    states = {name: check.state for name, check in checks(card).items()}
    assert states["Enough to learn from"] == states["Balanced by kind"] == states["No personal data"] == states["Asked in many ways"] == "passed"
    assert states["Nothing of the test in train"] == "passed"
    assert states["Enough to examine"] == "failed"
    assert 3 <= len(card.steps) <= 5
    assert "assistant data prepare " in card.steps[0].command and "data.split.test=" in card.steps[0].command


@pytest.mark.parametrize(
    "said",
    [{"rows": True, "findings": {}}, {"rows": "many", "duplicates": []}, {"splits": None, "leakage": {"counts": {"question": "many"}, "n": 3}}],
)
def test_a_report_of_another_form_is_not_measured_and_no_crash(said: dict[str, Any]) -> None:
    assert card_of(recipe(), prepared(said=said)).checklist
