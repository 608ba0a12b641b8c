"""Each rule does what its example says, and leaves alone what only looks like the fault."""

from __future__ import annotations

import typing

import pytest

from assistant.core.recipe_data import ASKED_FOR, Clean, CleaningRule
from assistant.data.cleaning.cleaner import Cleaner
from assistant.data.cleaning.rules import RULES, Rule, Text

ALL = Cleaner(Clean(also=ASKED_FOR))


def test_all_rules_that_a_recipe_may_name_are_there_in_that_order() -> None:
    assert tuple(rule.name for rule in RULES) == typing.get_args(CleaningRule)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_rule_mends_its_example(rule: Rule) -> None:
    assert rule.apply(Text(rule.before, rule.part, rule.beside)) == rule.after


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_rule_leaves_what_it_mended(rule: Rule) -> None:
    assert rule.apply(Text(rule.after, rule.part, rule.beside)) == rule.after


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule in RULES for text in rule.keeps], ids=lambda value: getattr(value, "name", None))
def test_what_only_looks_like_the_fault_stays(rule: Rule, text: str) -> None:
    for part in ("question", "answer"):
        assert rule.apply(Text(text, part, rule.beside)) == text
