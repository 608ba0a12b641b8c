"""A workspace with one finished version, as `assistant train` leaves it, and engines that say what they are told."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from assistant.api import Home, Request, Target, load_recipe
from assistant.data.prepare import prepare
from assistant.engines.opening import Chosen
from assistant.engines.scripted import ScriptedEngine
from assistant.registry.manifest import BaseFacts, Manifest, TrainingFacts, write_manifest
from evalsuite.prediction import Prediction
from evalsuite.scorecard import Scorecard

QUESTIONS = 120
"""Enough that the test split has some thirty."""


METRICS = ["exact_match", "f1", "bleu", "chrf", "rouge1", "rouge2", "rougeL", "rougeLsum", "toxicity"]


def prediction(text: str, *references: str, name: str = "q1", group: str | None = None, **more: Any) -> Prediction:
    return Prediction(id=name, text=text, references=references, group=name if group is None else group, **more)


def question(number: int) -> dict[str, str]:
    kind = ("what", "why", "when")[number % 3]
    return {
        "id": f"q{number:03}",
        "question": f"{kind} is topic {number}?",
        "answer": f"Topic {number} is a plain matter. It passes after {number + 2} days of rest and water.",
        "topic": f"topic {number // 2}",
        "kind": kind,
    }


def trained_answer(request: Request) -> str:
    """Mostly right: the number of the topic decides how wrong."""
    number = int(request.messages[-1]["content"].rstrip("?").split()[-1])
    right = question(number)["answer"]
    return right if number % 3 == 0 else right.replace("rest and water", "tea") if number % 3 == 1 else "It passes."


def base_answer(request: Request) -> str:
    return "As an assistant I can say many things about this and that and " + "more " * 30


@dataclass
class World:
    """A workspace and what was asked of its engines."""

    home: Home
    recipe: Path
    opened: list[str]

    def choose(self, target: Target, home: Home) -> Chosen:
        def open_engine() -> ScriptedEngine:
            self.opened.append(target.label)
            return ScriptedEngine(trained_answer if target.kind == "version" else base_answer, model=target.label)

        return scripted(open_engine)


def scripted(open_engine: Callable[[], ScriptedEngine]) -> Chosen:
    """An engine for a test, as one that was chosen."""
    return Chosen("scripted", "for a test", {"engine": "scripted"}, open_engine)


def make_world(folder: Path) -> World:
    """A workspace in this folder with one finished version, of the data and the recipe beside it."""
    rows = [json.dumps(question(number)) for number in range(QUESTIONS)]
    (folder / "data.jsonl").write_text("\n".join(rows), encoding="utf-8")
    recipe = write_recipe(folder)
    home = Home(folder / "workspace")
    add_version(home, recipe)
    return World(home, recipe, [])


def reproducible(card: Scorecard) -> dict[str, Any]:
    """What of a record is the same each time."""
    return card.model_dump(mode="json", exclude={"measured_on"})


def write_recipe(folder: Path, **changes: Any) -> Path:
    content: dict[str, Any] = {
        "name": "health",
        "description": "Answers questions about topics.",
        "notice": "Not advice.",
        "data": {
            "files": ["data.jsonl"],
            "group": "topic",
            "tags": ["kind"],
            "split": {"train": 60, "validation": 10, "test": 30},
            # All rows are alike but for a number.
            "duplicates": {"near": "ignore"},
        },
        "generation": {"max_new_tokens": 40},
        "evaluation": {"batch_size": 8, "latency_requests": 3, "resamples": 200, "probes": [], "metrics": METRICS},
        "gates": [{"metric": "f1", "at_least": 0.3}, {"metric": "f1", "over_base": 2}, {"metric": "ttft_ms_p50", "at_most": 60000}],
        **changes,
    }
    path = folder / "recipe.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


def add_version(home: Home, recipe: Path) -> None:
    file = load_recipe(recipe)
    prepared = prepare(file, home)
    folder = home.assistants / "health" / "1"
    folder.mkdir(parents=True)
    (folder / "recipe.yaml").write_text(recipe.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "adapter.safetensors").write_bytes(b"no weights")
    training = {name: 0 for name in TrainingFacts.model_fields} | {"method": "lora", "precision": "float32", "device": "cpu", "rows": {}}
    write_manifest(
        folder,
        Manifest(
            name="health",
            version=1,
            created="2026-01-01T00:00:00+00:00",
            recipe_folder=str(recipe.parent),
            identity="1" * 64,
            base=BaseFacts(name="tiny-base", fingerprint="2" * 64, license="", grown=False),
            template="3" * 64,
            data=prepared.fingerprint,
            recipe="4" * 64,
            code={},
            libraries={},
            machine={},
            training=TrainingFacts(**training),
        ),
    )
