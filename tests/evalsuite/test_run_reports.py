"""What the pages and reports of an evaluation say, and that they say no more: hostile texts stay texts."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from assistant.api import Target, read_json, read_jsonl
from assistant.engines.opening import Chosen
from assistant.engines.scripted import ScriptedEngine
from evalsuite.evaluation import read_scorecard
from evalsuite.report import write_reports
from evalsuite.report.table import run_table
from evalsuite.run import run
from evalsuite.targets import Options
from tests.evalsuite.world import World, base_answer, scripted, trained_answer, write_recipe

HOSTILE = '<script>alert("x")</script> [link](javascript:alert(1)) |pipe| \x00 ]]> &amp; `code`'


def test_pages_are_made_from_the_scorecard_alone(world: World, tmp_path: Path) -> None:
    evaluation, _ = run("health", world.home, Options(), world.choose)
    anew = tmp_path / "anew"
    anew.mkdir()
    write_reports(anew, read_scorecard(evaluation))
    for name in ("scorecard.html", "scorecard.md", "junit.xml", "scorecard.json"):
        assert (anew / name).read_bytes() == (evaluation.folder / name).read_bytes()


def test_every_report_says_what_the_references_get_from_the_classifier(world: World) -> None:
    def rude(target: Target, home: Any) -> Chosen:
        return scripted(lambda: ScriptedEngine(lambda request: "You stupid idiot.", model=target.label))

    evaluation, card = run("health", world.home, Options(), rude)
    reference, difference = card.reference_figures["toxicity"], card.reference_differences["toxicity"]
    assert set(card.reference_figures) == {"toxicity", "toxicity_rate"}
    assert reference.value is not None and reference.value < 0.2 and reference.ci95
    assert difference.value == pytest.approx(card.figures["toxicity"].value - reference.value)  # type: ignore[operator]
    assert read_json(evaluation.folder / "scores.json")["references"]["toxicity"] == reference.value
    rows = read_jsonl(evaluation.folder / "scores.jsonl")
    assert sum(row["references"]["toxicity"] for row in rows) / len(rows) == pytest.approx(reference.value)
    sentence = f"The same classifier gives the reference answers {reference.value:.3f} ["
    for text in (
        evaluation.html.read_text(encoding="utf-8"),
        (evaluation.folder / "scorecard.md").read_text(encoding="utf-8").replace("\\", ""),
        run_table(card, evaluation.html),
    ):
        assert sentence in text
        assert "more toxic to it than the references" in text
    assert 'class="reference"' in evaluation.html.read_text(encoding="utf-8")


def test_without_toxicity_nothing_is_said_of_the_references(world: World) -> None:
    evaluation, card = run("health", world.home, Options(overrides=("evaluation.metrics=[f1]",)), world.choose)
    assert card.reference_figures == {}
    page = evaluation.html.read_text(encoding="utf-8")
    assert "gives the reference answers" not in page and 'class="reference"' not in page


def test_the_table_ends_with_the_page_and_how_to_talk_with_a_version(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    evaluation, card = run("health", world.home, Options(), world.choose)
    assert run_table(card, evaluation.html).splitlines()[-2:] == [f"scorecard: {evaluation.html}", "chat: assistant chat health@1"]
    assert run_table(card, evaluation.html, ["--home", "a b"]).splitlines()[-1] == "chat: assistant chat health@1 --home 'a b'"
    base = card.model_copy(update={"target": card.target.model_copy(update={"kind": "base"})})
    assert run_table(base, evaluation.html).splitlines()[-1] == f"scorecard: {evaluation.html}"


def test_a_version_that_became_worse_is_said_to_be(world: World) -> None:
    def swapped(target: Target, home: Any) -> Chosen:
        return scripted(lambda: ScriptedEngine(base_answer if target.kind == "version" else trained_answer, model=target.label))

    _, card = run("health", world.home, Options(), swapped)
    assert any(warning.startswith("Worse than the base") and "Token F1" in warning for warning in card.warnings)


def test_a_gate_that_chance_may_have_decided_is_named(world: World) -> None:
    _, card = run("health", world.home, Options(), world.choose)
    low, high = card.figures["f1"].ci95  # type: ignore[misc]
    _, other = run("health", world.home, Options(overrides=(f"gates=[{{metric: f1, at_least: {low + 0.01 * (high - low)}}}]",)), world.choose)
    assert other.measured_on.verdict == "fit"
    assert any("Chance may have decided f1" in warning for warning in other.warnings)


def test_a_failed_gate_is_in_every_report(world: World) -> None:
    evaluation, card = run(
        "health", world.home, Options(overrides=("gates=[{metric: f1, at_least: 0.99}, {metric: chrf, at_least: 1}]",)), world.choose
    )
    assert card.measured_on.verdict == "not fit"
    suite = Xml.fromstring((evaluation.folder / "junit.xml").read_text(encoding="utf-8"))
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert [case.find("failure") is not None for case in suite.iter("testcase")] == [True, False]
    assert "Not fit for release" in evaluation.html.read_text(encoding="utf-8")
    assert "Not fit for release" in (evaluation.folder / "scorecard.md").read_text(encoding="utf-8")
    assert "FAILED  f1 is" in run_table(card, evaluation.html)


def test_without_gates_there_is_no_verdict(world: World) -> None:
    evaluation, card = run("health", world.home, Options(overrides=("gates=[]",), with_base=False), world.choose)
    assert card.measured_on.verdict == "none"
    assert "No verdict" in evaluation.html.read_text(encoding="utf-8")


def test_caveats_are_given(world: World) -> None:
    _, card = run("health", world.home, Options(limit=12, overrides=("generation.max_new_tokens=3",)), world.choose)
    text = "\n".join(card.warnings)
    assert "few examples (12)" in text
    assert "--limit 12" in text
    assert "12 of 12 answers were cut at 3 tokens" not in text
    assert re.search(r"\d+ of 12 answers were cut at 3 tokens", text)
    assert "Notably wide intervals" in text

    def same(target: Target, home: Any) -> Chosen:
        return scripted(lambda: ScriptedEngine(lambda request: "It passes.", model=target.label))

    _, card = run("health", world.home, Options(again=True), same)
    assert any("Every answer equals the base's" in warning for warning in card.warnings)
    assert any("word for word" in warning for warning in card.warnings)


class Elements(HTMLParser):
    """The tags of a page, and the addresses in it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        # Links within the page lead nowhere else.
        addresses = [value or "" for name, value in attrs if name in {"src", "href", "xlink:href", "srcset", "action"}]
        self.addresses += [address for address in addresses if not address.startswith("#")]


def test_hostile_text_stays_text_in_every_report(world: World) -> None:
    recipe = write_recipe(world.recipe.parent, notice=HOSTILE, description=HOSTILE)
    version = world.home.assistants / "health" / "1"
    (version / "recipe.yaml").write_text(recipe.read_text(encoding="utf-8"), encoding="utf-8")
    rows = [{"id": f"{HOSTILE}{number}", "question": f"{HOSTILE}?", "answer": f"{HOSTILE} {number}", "kind": HOSTILE} for number in range(12)]
    data = world.recipe.parent / "hostile.jsonl"
    data.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")

    def hostile(target: Target, home: Any) -> Chosen:
        return scripted(lambda: ScriptedEngine(lambda request: HOSTILE, model=target.label))

    evaluation, _ = run("health", world.home, Options(data=data), hostile)
    page = evaluation.html.read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(" in page
    elements = Elements()
    elements.feed(page)
    assert "script" not in elements.tags
    assert elements.addresses == []
    markdown = (evaluation.folder / "scorecard.md").read_text(encoding="utf-8")
    assert "<script>" not in markdown
    assert "](javascript" not in markdown
    Xml.fromstring((evaluation.folder / "junit.xml").read_text(encoding="utf-8"))


def test_the_page_stands_alone_and_is_small(world: World) -> None:
    evaluation, card = run("health", world.home, Options(), world.choose)
    page = evaluation.html.read_text(encoding="utf-8")
    assert len(page.encode()) < 2_000_000
    assert "http://" not in page and "https://" not in page and "@import" not in page
    # In the order in which a reviewer asks.
    places = [
        page.index(f">{title}")
        for title in ("Gates", "Quality", "By tag", "Speed", "Lengths", "Worst and best", "Notice", "How it was", "Run it again")
    ]
    assert places == sorted(places)
    for text in ("prefers-color-scheme: dark", "@media print", "Not advice.", card.metrics["bleu"].signature, card.commands[0]):
        assert text in page


def test_long_answers_do_not_fill_the_page(world: World) -> None:
    def endless(target: Target, home: Any) -> Chosen:
        return scripted(lambda: ScriptedEngine(lambda request: "x" * 20_000, model=target.label))

    evaluation, _ = run("health", world.home, Options(), endless)
    page = evaluation.html.read_text(encoding="utf-8")
    assert len(page.encode()) < 500_000
    assert "18500 more characters in predictions.jsonl" in page


def test_the_commands_of_the_page_are_whole(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _, card = run("health", world.home, Options(), world.choose)
    assert card.commands[1] == f"evalsuite report {card.run} --home {world.home.root}"
    monkeypatch.setenv("ASSISTANT_HOME", str(world.home.root))
    _, card = run("health", world.home, Options(limit=5, overrides=("evaluation.seed=3",), with_base=False), world.choose)
    assert card.commands[0] == "evalsuite run health@1 --limit 5 --set evaluation.seed=3 --no-base --again"
