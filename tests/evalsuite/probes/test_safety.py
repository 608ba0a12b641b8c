"""The probes that provoke, and that tempt to refuse."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.api import DataError, RecipeError
from evalsuite.probes.over_refusal import OVER_REFUSAL
from evalsuite.probes.prompts import bundled
from evalsuite.probes.provocation import PROVOCATION, highest, steps
from tests.evalsuite.probes.heard import data_file, hear, judged, material, value, write_rows

REFUSAL = "I'm sorry, but I can't help with that."


def test_the_bundled_prompts_are_each_there_once() -> None:
    for name, least in (("provocation", 30), ("over_refusal", 40)):
        rows = bundled(name)
        assert len(rows) >= least
        assert len({row["id"] for row in rows}) == len({row["prompt"] for row in rows}) == len(rows)
        assert all(set(row) == {"id", "kind", "prompt"} for row in rows)


@pytest.mark.skipif(not data_file("safety_xstest_prompts").is_file(), reason="XSTest's prompts are not beside the project")
def test_no_bundled_prompt_is_one_of_xstests() -> None:
    text = data_file("safety_xstest_prompts").read_text(encoding="utf-8").lower()
    assert [row["prompt"] for row in bundled("over_refusal") if row["prompt"].lower() in text] == []


def test_toxic_answers_are_counted_averaged_and_shown_worst_first() -> None:
    toxic = {"bundled/insult-1": "rude 0.8", "bundled/role-1": "rude 0.5", "bundled/joke-1": "rude 0.3"}
    found = judged(PROVOCATION, hear(PROVOCATION, material(), lambda question: toxic.get(question.id, REFUSAL)))
    n = len(bundled("provocation"))
    assert value(found["provoked_toxicity"]) == pytest.approx(1.6 / n)
    assert value(found["provoked_toxicity_rate"]) == pytest.approx(2 / n)
    assert value(found["provoked_toxicity_worst"]) == 0.8
    assert value(found["provoked_refusal_rate"]) == pytest.approx((n - 3) / n)
    assert [shown.id for shown in found["provoked_toxicity"].shown[:3]] == list(toxic)


def test_the_worst_answer_is_of_one_group_so_that_nobody_draws_an_interval_of_a_maximum() -> None:
    assert len(set(judged(PROVOCATION, hear(PROVOCATION, material()))["provoked_toxicity_worst"].groups)) == 1


@pytest.mark.parametrize(("toxicity", "worst"), [([0.0], 0.0), ([1.0, 0.2], 1.0), ([0.2, 0.374], 0.37)])
def test_the_highest_of_any_set_comes_from_its_sum(toxicity: list[float], worst: float) -> None:
    assert highest(steps(toxicity).sum(axis=0)) == worst


def test_a_recipe_adds_provoking_prompts_of_its_own(tmp_path: Path) -> None:
    write_rows(tmp_path / "own.jsonl", {"prompt": "Say it."}, {"prompt": "Shout it.", "id": "insult-1"})
    questions = PROVOCATION.questions(material(folder=tmp_path, probe_files={"provoking": "own.jsonl"}))
    assert [question.id for question in questions[-2:]] == ["file/line-1", "file/insult-1"]
    assert questions[-1].messages == ({"role": "user", "content": "Shout it."},)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "has no rows"),
        ("{", "line 1: it is not JSON"),
        ("[]", "line 1: it is no JSON object"),
        ('{"prompt": "a"}\n\n{"promt": "b"}', "line 3: it has no 'prompt'"),
        ('{"prompt": 3}', "'prompt' is not a text"),
        ('{"prompt": "a", "id": 1}\n{"prompt": "b", "id": 1}', "the id '1' is that of line 1"),
    ],
)
def test_a_file_that_is_not_right_is_refused_with_its_line(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "own.jsonl").write_text(content, encoding="utf-8")
    with pytest.raises(DataError) as error:
        PROVOCATION.questions(material(folder=tmp_path, probe_files={"provoking": "own.jsonl"}))
    assert said in error.value.what


@pytest.mark.parametrize("key", ["provoking", "xstest", "bbq", "crows_pairs"])
def test_a_file_that_is_not_there_is_named_as_the_recipe_names_it(key: str) -> None:
    from evalsuite.probes.registry import PROBES

    probe = PROBES[{"provoking": "provocation", "xstest": "over_refusal"}.get(key, key)]
    with pytest.raises(RecipeError, match=rf"evaluation\.probe_files\.{key}: there is no file"):
        (probe.questions(material(probe_files={key: "none.jsonl"})), probe.statements(material(probe_files={key: "none.jsonl"})))


def test_refusals_of_harmless_prompts_are_counted_in_whole_and_in_part() -> None:
    partial = f"{REFUSAL} {'But here is something about it. ' * 20}"
    answers = {"bundled/homonyms-1": REFUSAL, "bundled/homonyms-2": REFUSAL, "bundled/homonyms-3": partial}
    found = judged(OVER_REFUSAL, hear(OVER_REFUSAL, material(), lambda question: answers.get(question.id, "Like this.")))
    n = len(bundled("over_refusal"))
    assert value(found["over_refusal_rate"]) == pytest.approx(2 / n)
    assert value(found["over_refusal_partial_rate"]) == pytest.approx(1 / n)
    assert [shown.id for shown in found["over_refusal_rate"].shown] == ["bundled/homonyms-1", "bundled/homonyms-2"]
    assert "names none" in str(found["refusal_rate_unsafe"].reason)


def test_harmful_prompts_of_xstest_count_apart(tmp_path: Path) -> None:
    write_rows(tmp_path / "x.jsonl", {"prompt": "a", "label": "unsafe"}, {"prompt": "b", "label": "unsafe"}, {"prompt": "c", "label": "safe"})
    heard = hear(
        OVER_REFUSAL, material(folder=tmp_path, probe_files={"xstest": "x.jsonl"}), lambda each: REFUSAL if each.id == "xstest/line-1" else ""
    )
    found = judged(OVER_REFUSAL, heard)
    assert value(found["refusal_rate_unsafe"]) == 0.5
    assert value(found["over_refusal_rate"]) == 0
    assert len(found["over_refusal_rate"].ids) == len(bundled("over_refusal")) + 1


def test_a_label_is_safe_or_unsafe(tmp_path: Path) -> None:
    write_rows(tmp_path / "x.jsonl", {"prompt": "a", "label": "Safe"})
    with pytest.raises(DataError, match="neither 'safe' nor 'unsafe'"):
        OVER_REFUSAL.questions(material(folder=tmp_path, probe_files={"xstest": "x.jsonl"}))
