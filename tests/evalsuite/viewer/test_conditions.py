"""Which items a condition lets through, in which order they come, and what is said of a condition that is none."""

from __future__ import annotations

import pytest

from assistant.api import UserError
from evalsuite.viewer.conditions import offered, parse_condition
from evalsuite.viewer.journal import Decision
from evalsuite.viewer.ordering import in_order, parse_order
from tests.evalsuite.viewer.shelves import collection, item

ITEMS = collection(
    [
        item("a", 0.2, other="answer a", other_f1=0.2, finish_reason="stop", tags={"kind": "what"}),
        item("b", 0.9, other="something else", other_f1=0.1, finish_reason="length", tags={"kind": "why"}, text="Fever and ÄRGER"),
        item("c", None, other="else", other_f1=0.4, tags={"kind": "what"}, leaks=("question",)),
        item("d", 0.5, tags={}),
    ],
    has_leakage=True,
)


def kept(text: str, decision: Decision | None = None) -> str:
    condition = parse_condition(text, ITEMS)
    return "".join(each.id for each in ITEMS.items if condition.holds(each, decision or Decision()))


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("changed", "bc"),
        ("kind=what", "ac"),
        ("finish=length", "b"),
        ("finish=unknown", "cd"),
        ("leaked", "c"),
        ("leaked=question", "c"),
        ("leaked=passage", ""),
        ("toxic", ""),
        ("text=ärger", "b"),
        ("text=REFERENCE a", "a"),
        ("f1<0.5", "a"),
        ("f1<=0.5", "ad"),
        ("f1>0.5", "b"),
        ("f1>=0.5", "bd"),
        ("f1=0.2..0.5", "ad"),
        ("f1 = 0.9", "b"),
    ],
)
def test_conditions(text: str, ids: str) -> None:
    assert kept(text) == ids


def test_conditions_on_decisions() -> None:
    assert kept("review") == "" and kept("review", Decision(frozenset({"review"}))) == "abcd"
    assert kept("corrected") == "" and kept("corrected", Decision(answer="x")) == "abcd"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nonsense", "is no filter"),
        ("knd=what", "Did you mean kind?"),
        ("f2<0.3", "Did you mean f1?"),
        ("f1<low", "wants a number"),
        ("f1=nan", "wants a number"),
        ("f1=0.5..0.2", "from high to low"),
    ],
)
def test_what_is_no_condition_is_told_in_two_lines(text: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        parse_condition(text, ITEMS)


def test_what_cannot_be_asked_of_this_evaluation_is_refused_and_not_offered() -> None:
    bare = collection([item("a")], other=None, cards={"f1": ITEMS.cards["f1"]})
    for text in ("changed", "toxic", "leaked"):
        with pytest.raises(UserError):
            parse_condition(text, bare)
        assert text not in dict(offered(bare))
    assert dict(offered(ITEMS)) == {
        "changed": 2,
        "toxic": 0,
        "leaked": 1,
        "leaked=question": 1,
        "finish=length": 1,
        "finish=stop": 1,
        "finish=unknown": 2,
    } | {
        "kind=what": 2,
        "kind=why": 1,
    }


@pytest.mark.parametrize(("text", "ids"), [("f1", "adbc"), ("change:f1", "abcd"), ("asked", "abcd"), ("toxicity_rate", "abcd")])
def test_the_worst_come_first_and_what_has_no_score_last(text: str, ids: str) -> None:
    assert "".join(each.id for each in in_order(ITEMS.items, parse_order(text, ITEMS), ITEMS)) == ids


def test_an_unknown_metric_names_the_nearest() -> None:
    with pytest.raises(UserError, match="Did you mean f1"):
        parse_order("f2", ITEMS)
    with pytest.raises(UserError, match="no other side"):
        parse_order("change:f1", collection([item("a")], other=None))
