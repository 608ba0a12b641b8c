"""Where files live."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.core.home import Home, user_cache


def test_the_home_is_the_workspace_unless_the_environment_names_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ASSISTANT_HOME", raising=False)
    assert Home.default().root == Path("workspace")
    monkeypatch.setenv("ASSISTANT_HOME", "")
    assert Home.default().root == Path("workspace")
    monkeypatch.setenv("ASSISTANT_HOME", "/elsewhere")
    assert Home.default().root == Path("/elsewhere")


def test_everything_stands_below_the_home_in_a_place_of_its_own() -> None:
    home = Home(Path("h"))
    places = [home.assistants, home.data, home.runs, home.evals, home.logs]
    assert len(set(places)) == len(places)
    assert all(place.parent == Path("h") for place in places)


def test_naming_places_makes_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path / "h")
    assert home.data
    assert not (tmp_path / "h").exists()


def test_the_cache_of_bases_can_be_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_CACHE", "/bases")
    assert user_cache() == Path("/bases")
    monkeypatch.delenv("ASSISTANT_CACHE")
    assert user_cache().name == "assistant-builder"
