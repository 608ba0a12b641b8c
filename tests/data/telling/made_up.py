"""A report with every key that `prepare` writes, and prepared data to go with it, made up so that each figure can be told from the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.core.recipe import Recipe
from assistant.core.recipe_file import RecipeFile
from assistant.data.example import Example
from assistant.data.prepare import Prepared
from assistant.data.splitting.split import SplitName

TOPICS = {
    "billing": ("invoice", "refund", "payment", "charge"),
    "account": ("password", "login", "profile", "email"),
    "shipping": ("parcel", "delivery", "courier", "address"),
}
ASKING = ("How do I change my {}?", "What is a {} for?", "Why does my {} fail?", "Can I see the {} of last year?", "When is the {} due?")


def examples(count: int, start: int = 0) -> list[Example]:
    """Questions about three topics, in five forms, each another one."""
    made = []
    for number in range(start, start + count):
        kind = list(TOPICS)[number % 3]
        word = TOPICS[kind][number // 3 % 4]
        question = ASKING[number % 5].format(f"{word} {number}")
        made.append(Example(f"n{number}", question, (f"The {word} of order {number} is shown under {kind}.",), f"g{number // 2}", {"kind": kind}))
    return made


def splits(train: int = 120, validation: int = 15, test: int = 110) -> dict[SplitName, Sequence[Example]]:
    return {
        "train": examples(train),
        "validation": examples(validation, start=train),
        "test": examples(test, start=train + validation),
    }


def leakage(**counts: int) -> dict[str, Any]:
    """As `SplitLeakage.to_json` writes it."""
    none = dict.fromkeys(("question_and_answer", "question", "near_question", "answer", "passage"), 0)
    found = {"n": 125, "training_rows": 120, "clean": 124, "with_answer": 125, "any_passage": 1, "more_than_half": 0, "mean_share": 0.004}
    return {**found, "counts": {**none, **counts}, "boilerplate": 10, "first": [], "signature": "leakage:1"}


def report(**changes: Any) -> dict[str, Any]:
    """All keys filled."""
    place = [{"file": "faq.csv", "line": 7, "kind": "empty answer", "detail": ""}]
    whole = {
        "files": {"faq.csv": {"sha256": "ab" * 32, "columns": "question / answer"}},
        "rows": 280,
        "read": 300,
        "rejected": {
            "duplicate": 17,
            "empty answer": 4,
            "equal": 1,
            "truncated": 2,
            "rejected in review": 2,
            "beyond data.limit": 29,
            "its id is used already": 3,
        },
        "examples": 274,
        "problems": {"empty answer": {"count": 4, "first": place}},
        "history_shortened": 0,
        "cleaned": {"examples": 31, "rules": {"encoding": 20, "spaces": 12}},
        "findings": {
            "truncated": {"severity": "warning", "count": 9, "fixed": 2, "first": []},
            "equal": {"severity": "error", "count": 3, "fixed": 3, "first": []},
            "no_final_stop": {"severity": "note", "count": 40, "fixed": 0, "first": []},
        },
        "not_looked_for": {"toxic": "no classifier is installed"},
        "decisions": {"accepted": 50, "edited": 3, "rejected": 2, "stale": 1},
        "duplicates": {
            "dropped": 17,
            "most": {"n1": 3},
            "near": {"question": 5, "answer": 6, "both": 2, "groups_joined": 6, "boilerplate": 0, "not_compared": 0, "dropped": 0},
            "meaning": {"question": 5, "answer": 0, "both": 0, "groups_joined": 2, "boilerplate": 0, "not_compared": 0, "dropped": 0},
        },
        "ids_used_twice": {"renamed": 0, "most": {}},
        "groups": {"found": 130, "joined": 8},
        "splits": {name: {"examples": 1, "groups": 9, "answer_words": None, "left_out_by_limit": 0} for name in ("train", "validation", "test")},
        "augmented": {"rows": 20, "left_out": 3},
        "balance": {"tag": "kind", "by": "oversample", "before": {"billing": 40, "account": 20}, "after": {"billing": 40, "account": 40}},
        "leakage": leakage(passage=1),
    }
    return {**whole, **changes}


def prepared(of: Mapping[SplitName, Sequence[Example]] | None = None, said: Mapping[str, Any] | None = None) -> Prepared:
    return Prepared(of if of is not None else splits(), report() if said is None else said, "f" * 64, Path("nowhere"))


def recipe(**changes: Any) -> RecipeFile:
    data = {"files": ["faq.csv"], "group": "page", "tags": ["kind"], **changes.pop("data", {})}
    content = {"name": "shop", "description": "Answers.", "license": "CC-BY-4.0", "training": {"max_length": 64}, **changes, "data": data}
    return RecipeFile(Recipe.model_validate(content), Path("shop/recipe.yaml"))


def count_words(examples: Sequence[Example]) -> list[int]:
    """A tokenizer to whom words are tokens."""
    return [sum(len(message["content"].split()) for message in example.prompt) + len(example.answers[0].split()) for example in examples]
