"""What evalsuite brings to the chat besides its room: scores of versions, and the check of toxicity."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from assistant.api import Home
from assistant.chat.warnings import warnings_of
from assistant.tui.commands import BY_NAME, BY_SLASH
from evalsuite import for_app
from evalsuite.for_app import PLUGIN


@pytest.fixture(autouse=True)
def the_installed_classifier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_CACHE", str(tmp_path))
    for_app._classifier.cache_clear()


def test_its_room_has_a_name_and_words_that_nobody_else_has() -> None:
    assert [room.name for room in PLUGIN.rooms] == ["evaluations"]
    assert all(room.name not in BY_NAME and not set(room.slash) & set(BY_SLASH) for room in PLUGIN.rooms)


def test_a_toxic_answer_is_told_with_the_classifier_and_its_probability() -> None:
    (words,) = warnings_of("you are a stupid idiot", "", ("toxicity>0.7",), PLUGIN.checks)
    assert words.startswith("the classifier alt-profanity-check ") and words.endswith(" finds it toxic (1.00)")
    assert warnings_of("Rest and drink water.", "", ("toxicity",), PLUGIN.checks) == ()


def test_the_bound_decides_what_is_told() -> None:
    # The word classifier takes the symptom for an insult.
    check = PLUGIN.checks["toxicity"]
    assert check("bloody stool", None) and check("bloody stool", 0.9) and not check("bloody stool", 0.99)


def test_answers_that_are_checked_at_once_load_the_classifier_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from evalsuite.toxicity import classifier

    found: list[str] = []
    find = classifier.find_classifier
    monkeypatch.setattr(classifier, "find_classifier", lambda *given: (found.append("once"), find(*given))[1])
    threads = [threading.Thread(target=PLUGIN.checks["toxicity"], args=("good", None)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["once"]


def test_a_workspace_without_evaluations_has_no_scores(tmp_path: Path) -> None:
    assert PLUGIN.scores and PLUGIN.scores(Home(tmp_path)) == {}
