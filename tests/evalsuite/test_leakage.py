"""What of a test stands in what was learned from: every kind is found, and nothing else."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.api import DataError, Example, Home, Leakage, LeakageKind, base_of, examples_of, find_target, leakage_of, training_of
from assistant.data.splitting.leakage.neighbours import SIMILAR, Neighbours
from assistant.data.splitting.leakage.passages import MOST_GROUPS
from assistant.data.splitting.text import character_shingles, read, word_shingles, words_of
from evalsuite.caveats import leakage_caveat
from evalsuite.leakage.card import leakage_card
from evalsuite.leakage.found import find_leakage
from evalsuite.leakage.record import FILE, read_leakage, write_leakage
from evalsuite.metrics.registry import TEXT
from evalsuite.scores import Scores, order, score
from tests.evalsuite.world import World, prediction

MEDQUAD = Path(__file__).parents[2] / ".." / "shared" / "data" / "medquad.dev.jsonl"

ANSWER = "Rest in a dark and quiet room, drink a glass of water every hour, and call a doctor on the third day."
OTHER = "Keep the wound clean with soap, change its dressing each morning, and look for redness that spreads outward."


def example(question: str, *answers: str, name: str = "q", group: str | None = None, **more: object) -> Example:
    return Example(name, question, answers or ("Nobody knows.",), name if group is None else group, **more)  # type: ignore[arg-type]


def found(test: Example, *training: Example) -> Leakage:
    return leakage_of([test], training)


def kinds(test: Example, *training: Example) -> tuple[LeakageKind, ...]:
    return found(test, *training).findings[0].kinds


def test_nothing_shared_is_clean() -> None:
    leakage = found(example("How is a migraine treated?", ANSWER), example("What helps a burn?", OTHER))
    assert leakage.clean == [0] and leakage.findings[0].row is None
    assert leakage.findings[0].share == 0.0 and leakage.training_rows == 1


@pytest.mark.parametrize("asked", ["How is a migraine treated?", "  how is a MIGRAINE\n treated? ", "How is a ｍigraine treated?"])  # noqa: RUF001
def test_the_same_question_is_found_whatever_its_case_and_spaces(asked: str) -> None:
    assert kinds(example("How is a migraine treated?", ANSWER), example(asked, OTHER)) == ("question",)


def test_a_question_with_one_of_its_answers_is_graver() -> None:
    finding = found(example("How is a migraine treated?", OTHER, ANSWER), example("How is a migraine treated?", ANSWER, name="t7")).findings[0]
    assert finding.kinds == ("question_and_answer", "passage")
    assert finding.row and finding.row.id == "t7" and finding.row.answer == ANSWER
    assert finding.share == 1.0 and finding.similarity == 1.0


def test_a_question_in_another_conversation_is_another_question() -> None:
    before = ({"role": "user", "content": "What is a migraine and where does it come from, in plain words?"},)
    assert kinds(example("And for children?", ANSWER), example("And for children?", OTHER, history=before)) == ()


def test_an_answer_to_another_question_is_found() -> None:
    assert kinds(example("How is a migraine treated?", ANSWER), example("What to do about sunstroke?", ANSWER)) == ("answer", "passage")


def test_a_short_answer_betrays_nothing() -> None:
    assert kinds(example("Is it contagious?", "Yes, it is."), example("Does aspirin thin the blood?", "Yes, it is.")) == ()


def test_an_answer_of_many_groups_is_boilerplate() -> None:
    training = [example(f"{number} {number * 7} {number * 31}?", ANSWER, name=f"t{number}") for number in range(3)]
    finding = found(example("How is a migraine treated?", ANSWER), *training).findings[0]
    assert finding.kinds == () and finding.share == 0.0 and finding.boilerplate == 1.0


def test_the_same_answer_in_many_rows_of_one_group_is_no_boilerplate() -> None:
    training = [example(f"{number} {number * 7} {number * 31}?", ANSWER, name=f"t{number}", group="one") for number in range(30)]
    assert kinds(example("How is a migraine treated?", ANSWER), *training) == ("answer", "passage")


@pytest.mark.parametrize(("groups", "most"), [(1, 2), (59, 2), (60, 3), (199, 9), (200, MOST_GROUPS), (5_000, MOST_GROUPS)])
def test_boilerplate_is_what_stands_in_a_twentieth_of_few_groups_and_in_ten_of_many(groups: int, most: int) -> None:
    rows = [example(f"{number}?", f"{number}.", name=f"t{number}") for number in range(groups)]
    assert leakage_of([example("How?", ANSWER)], rows).most_groups == most


@pytest.mark.parametrize(
    "asked",
    ["how is a migraine treated", "How is a migraine treated at home?", "How's a migraine treated?", "How is a migraines treated?"],
    ids=["no sign", "words added", "shortened", "a letter more"],
)
def test_nearly_the_same_question_is_near_as_brute_force_says(asked: str) -> None:
    one, other = (read(example(text), "").question for text in ("How is a migraine treated?", asked))
    pairs = [(word_shingles(one), word_shingles(other)), (character_shingles(one), character_shingles(other))]
    is_near = any(len(a & b) / len(a | b) >= SIMILAR for a, b in pairs)
    assert ("near_question" in kinds(example("How is a migraine treated?", ANSWER), example(asked, OTHER))) == is_near


def test_a_near_question_says_how_near_and_to_which() -> None:
    asked = "What are the symptoms of paraganglioma of type 1?"
    finding = found(example(asked, ANSWER), example("What helps?", OTHER), example(asked.replace("1", "4"), OTHER, name="t2")).findings[0]
    assert finding.kinds[0] == "near_question" and finding.row and finding.row.id == "t2"
    assert finding.similarity is not None and SIMILAR <= finding.similarity < 1


@settings(max_examples=200, deadline=None)
@given(st.lists(st.frozensets(st.integers(0, 12), max_size=10), max_size=12), st.frozensets(st.integers(0, 14), max_size=10))
def test_every_neighbour_is_found_and_no_other(sets: list[frozenset[int]], other: frozenset[int]) -> None:
    wanted = {place for place, each in enumerate(sets) if each | other and len(each & other) / len(each | other) >= SIMILAR}
    assert {place for place, _ in Neighbours(sets).like(other)} == wanted


def test_a_passage_of_eight_words_is_found_and_one_of_seven_is_not() -> None:
    words = words_of(ANSWER.lower())
    for length, wanted in ((8, ("passage",)), (7, ())):
        shared = " ".join(words[2 : 2 + length])
        finding = found(example("How is a migraine treated?", ANSWER), example("What helps?", f"Doctors say: {shared}; and so on.")).findings[0]
        assert finding.kinds == wanted
        assert finding.passage == (shared if wanted else "")


def test_the_share_is_that_of_the_answers_passages() -> None:
    words = words_of(ANSWER.lower())
    half = " ".join(words[: len(words) // 2])
    finding = found(example("How is a migraine treated?", ANSWER), example("What helps?", half)).findings[0]
    assert finding.share == pytest.approx((len(words) // 2 - 7) / (len(words) - 7))
    assert finding.passage == half


def test_a_passage_does_not_reach_from_one_text_into_the_next() -> None:
    words = words_of(ANSWER.lower())
    cut = example(" ".join(words[:5]), " ".join(words[5:10]))
    assert kinds(example("How is a migraine treated?", ANSWER), cut) == ()


def test_an_answer_of_few_words_has_no_share() -> None:
    assert found(example("Is it contagious?", "Yes."), example("What helps?", OTHER)).findings[0].share is None


def test_scripts_without_spaces_have_passages_too() -> None:
    japanese = "頭痛のときは暗い部屋で休み、水を飲んでください。"
    assert kinds(example("頭痛は?", japanese), example("熱は?", f"熱があるときも{japanese}")) == ("passage",)
    assert words_of("हिन्दी में") == ["हिन्दी", "में"]


def test_the_worst_row_is_the_gravest_and_then_the_most_alike() -> None:
    training = [
        example("What helps?", ANSWER, name="answer"),
        example("How is a migraine treated at all?", OTHER, name="near"),
        example("how is a migraine treated?", OTHER, name="same"),
    ]
    finding = found(example("How is a migraine treated?", ANSWER), *training).findings[0]
    assert finding.kinds[0] == "question" and finding.row and finding.row.id == "same"
    assert {"question", "answer", "passage"} <= set(finding.kinds)


def test_rows_are_found_in_whatever_batch_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(0)
    rows = [example(f"{rng.random()}?", " ".join(rng.choices(["a", "b", "c"], k=30)), name=f"t{number}") for number in range(200)]
    tests = [example(f"{rng.random()}?", " ".join(rng.choices(["a", "b", "c"], k=20)), name=f"q{number}") for number in range(20)]
    whole = leakage_of(tests, iter(rows))
    monkeypatch.setattr("assistant.data.splitting.leakage.passages.BATCH_WORDS", 100)
    assert leakage_of(tests, iter(rows)) == whole
    known = {tuple(words[start : start + 8]) for row in rows for words in [row.answers[0].split()] for start in range(23)}
    for test, finding in zip(tests, whole.findings, strict=True):
        met = [tuple(test.answers[0].split()[start : start + 8]) in known for start in range(13)]
        assert (finding.share or 0) + (finding.boilerplate or 0) == pytest.approx(sum(met) / 13)


@pytest.mark.skipif(not MEDQUAD.exists(), reason="the shared MedQuAD rows are not here")
def test_near_questions_of_real_rows_are_those_of_brute_force() -> None:
    rows = [json.loads(line) for line in MEDQUAD.read_text(encoding="utf-8").splitlines()]
    read_rows = [read(example(row["question"]), "").question for row in rows]
    sets = [character_shingles(words) for words in read_rows]
    tests, training = sets[::30], sets[1::3]
    wanted = {(i, j) for j, b in enumerate(training) for i, a in enumerate(tests) if len(a & b) >= SIMILAR * len(a | b)}
    neighbours = Neighbours(tests)
    assert {(i, j) for j, b in enumerate(training) for i, _ in neighbours.like(b)} == wanted
    assert wanted


def test_what_was_found_is_read_again_under_its_key_alone(tmp_path: Path) -> None:
    leakage = found(example("How is a migraine treated?", ANSWER), example("how is a migraine treated?", ANSWER))
    write_leakage(tmp_path, leakage, "key")
    assert read_leakage(tmp_path, "key") == read_leakage(tmp_path) == leakage
    assert read_leakage(tmp_path, "another") is None
    assert Leakage.from_json(json.loads(json.dumps(leakage.to_json()))) == leakage


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"schema_version": 1, "identity": "key", "findings": [{"id": 3}]}'])
def test_a_broken_record_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content, encoding="utf-8")
    assert read_leakage(tmp_path, "key") is None


def test_a_version_s_own_test_is_searched_for_in_what_it_learned(world: World, tmp_path: Path) -> None:
    target = find_target("health", world.home)
    examples = examples_of(target, world.home)
    leakage = find_leakage(tmp_path, target, world.home, examples)
    assert isinstance(leakage, Leakage)
    assert leakage.training_rows == len(training_of(target, world.home)) == len(list(training_of(target, world.home)))
    assert leakage.counts["question"] == leakage.counts["question_and_answer"] == 0
    assert read_leakage(tmp_path) == leakage


def test_a_search_that_was_made_is_not_made_again(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = find_target("health", world.home)
    examples = examples_of(target, world.home)
    first = find_leakage(tmp_path, target, world.home, examples)
    monkeypatch.setattr("evalsuite.leakage.found.leakage_of", lambda *_: pytest.fail("searched again"))
    assert find_leakage(tmp_path, target, world.home, examples) == first


def test_the_questions_of_a_file_that_were_learned_are_counted_alike(world: World, tmp_path: Path) -> None:
    target = find_target("health", world.home)
    examples = examples_of(target, world.home, file=tmp_path / "data.jsonl")
    leakage = find_leakage(tmp_path, target, world.home, examples)
    assert isinstance(leakage, Leakage)
    assert f"({leakage.counts['question_and_answer']} of its 120 questions were seen in training)" in examples.source


def test_what_an_untrained_base_learned_is_not_known(world: World, tmp_path: Path) -> None:
    target = base_of(find_target("health", world.home))
    said = find_leakage(tmp_path, target, world.home, examples_of(target, world.home))
    assert isinstance(said, str) and "untrained" in said and not (tmp_path / FILE).exists()


def test_training_data_that_is_gone_is_a_reason_and_no_zero(world: World, tmp_path: Path) -> None:
    target = find_target("health", world.home)
    examples = examples_of(target, world.home)
    elsewhere = Home(tmp_path / "elsewhere")
    with pytest.raises(DataError):
        training_of(target, elsewhere)
    said = find_leakage(tmp_path, target, elsewhere, examples)
    assert isinstance(said, str) and "missing" in said


def scored(n: int) -> tuple[list, Scores]:
    predictions = [prediction("yes" if number % 2 else "no", "yes", name=f"q{number}", question=f"{number}?") for number in range(n)]
    return predictions, score(predictions, order(["f1"], Path(), lambda: pytest.fail("none is needed"), 0))


def leaked(n: int, of: int) -> Leakage:
    """The first `of` questions are known."""
    tests = [example(f"{number}?", "yes", name=f"q{number}") for number in range(n)]
    return leakage_of(tests, [example(f"{number}?", "yes", name=f"t{number}") for number in range(of)])


def test_the_card_gives_figures_of_the_clean_examples_alone() -> None:
    predictions, scores = scored(20)
    card = leakage_card(leaked(20, 7), predictions, scores, 200, 0)
    assert card.counts["question_and_answer"] == 7 and card.clean_n == 13
    assert card.clean_figures and card.clean_figures["f1"].n == 13
    assert card.clean_figures["f1"].value == pytest.approx(7 / 13)
    assert [sample.training_id for sample in card.samples] == [f"t{number}" for number in range(5)]
    assert leakage_caveat(card) == (
        "7 of 20 examples share something with what was trained on (7 in the question with its answer): the figures may flatter; "
        "the figures of the 13 clean ones stand beside them."
    )


@pytest.mark.parametrize(("of", "reason"), [(0, "every example is clean"), (17, "3 examples are clean"), (20, "0 examples are clean")])
def test_figures_that_would_say_nothing_are_null_with_a_reason(of: int, reason: str) -> None:
    predictions, scores = scored(20)
    card = leakage_card(leaked(20, of), predictions, scores, 200, 0)
    assert card.clean_figures is None and reason in (card.clean_reason or "")
    assert (leakage_caveat(card) is None) == (of == 0)


def test_a_card_of_other_examples_is_refused() -> None:
    predictions, scores = scored(20)
    with pytest.raises(ValueError, match="other examples"):
        leakage_card(leaked(19, 1), predictions, scores, 200, 0)


def test_the_metrics_of_the_card_are_those_of_the_scorecard() -> None:
    predictions, scores = scored(20)
    card = leakage_card(leaked(20, 2), predictions, scores, 200, 0)
    assert card.clean_figures is not None and list(card.clean_figures) == list(scores.cards) and set(card.clean_figures) <= set(TEXT)
