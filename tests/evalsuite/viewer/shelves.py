"""Evaluations to browse: a real one by scripted engines, and one of any size made in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from assistant.api import Home
from evalsuite.prediction import Prediction
from evalsuite.record.figure import MetricCard
from evalsuite.run import run
from evalsuite.targets import Options
from evalsuite.viewer.app import ViewApp
from evalsuite.viewer.items import Collection, Item
from evalsuite.viewer.journal import Journal
from evalsuite.viewer.opening import open_collection
from evalsuite.viewer.ordering import parse_order
from evalsuite.viewer.shelf import Shelf
from tests.evalsuite.world import World

FEW = ("evaluation.metrics=[f1, rougeL]", "evaluation.resamples=100", "gates=[]")
"""What keeps an evaluation short."""


def evaluated(world: World, **options: Any) -> Path:
    """The folder of an evaluation of `health@1` and its base."""
    evaluation, _ = run("health", world.home, Options(overrides=FEW, **options), world.choose)
    return evaluation.folder


def shelf_of(folder: Path, home: Home, against: str | None = None) -> Shelf:
    evaluation, collection = open_collection(str(folder), against, home)
    return Shelf(collection, Journal(evaluation.folder), (), parse_order(None, collection))


def card(direction: str = "higher", title: str = "Token F1") -> MetricCard:
    return MetricCard(title=title, unit="", low=0, high=1, direction=direction, meaning="", signature="s")  # type: ignore[arg-type]


def item(name: str, f1: float | None = 0.5, other: str | None = None, other_f1: float | None = None, **more: Any) -> Item:
    facts: dict[str, Any] = {"text": f"answer {name}", "references": (f"reference {name}",), "group": name, "question": f"question {name}?"}
    leaks = more.pop("leaks", ())
    asked = Prediction(id=name, **{**facts, **more})
    beside = Prediction(**{**asked.__dict__, "text": other}) if other is not None else None
    return Item(asked, {"f1": f1, "toxicity_rate": 0.0}, beside, {"f1": other_f1} if beside else {}, leaks)


def collection(items: Sequence[Item], **more: Any) -> Collection:
    facts: dict[str, Any] = {"run": "health-1-abc", "label": "health@1", "other": "base", "ranked_by": "f1"}
    cards = {"f1": card(), "toxicity_rate": card("lower", "Toxic answers")}
    return Collection(**{**facts, "cards": cards, "items": tuple(items), **more})


@asynccontextmanager
async def browsing(shelf: Shelf, size: tuple[int, int] = (120, 40)) -> AsyncIterator[tuple[ViewApp, Pilot[None]]]:
    """The real app, drawn once."""
    app = ViewApp(shelf)
    async with app.run_test(size=size, tooltips=False) as pilot:
        await pilot.pause()
        yield app, pilot
