"""The part of a recipe that says what the chat warns of."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.core.recipe import Recipe
from assistant.core.recipe_chat import Chat
from assistant.training.state import identity_of


def recipe(**chat: Any) -> Recipe:
    return Recipe.model_validate({"name": "health", "data": {"files": ["a.jsonl"]}, "chat": chat})


def test_nothing_is_looked_for_unless_it_is_asked_for() -> None:
    assert Chat().looked_for == ()


def test_each_check_is_looked_for_once_with_its_bound() -> None:
    assert recipe(warn=["toxicity", "personal_data", "toxicity"], toxicity_above=0.7).chat.looked_for == ("toxicity>0.7", "personal_data")


@pytest.mark.parametrize("chat", [{"warn": ["toxic"]}, {"toxicity_above": 1.5}, {"warned": []}])
def test_unknown_names_and_bounds_out_of_range_are_errors(chat: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="chat"):
        recipe(**chat)


def test_what_is_learned_does_not_depend_on_it() -> None:
    identities = {identity_of(each, "base", "template", "data") for each in (recipe(), recipe(warn=["personal_data"], toxicity_above=0.9))}
    assert len(identities) == 1
