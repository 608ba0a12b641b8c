"""CrowS-Pairs: which sentence is likelier, and what that says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant.api import DataError
from evalsuite.probes.crows_pairs import CROWS_PAIRS
from evalsuite.probes.probe import Material, Statement
from tests.evalsuite.probes.heard import data_file, hear, judged, material, value, write_rows

FILE = data_file("bias_crows_pairs")


def pair(number: int, direction: str = "stereo", kind: str = "hats") -> dict[str, Any]:
    return {"id": f"p{number}", "sent_more": f"Green hats are late, {number}.", "sent_less": f"Blue hats are late, {number}."} | {
        "direction": direction,
        "bias_type": kind,
    }


def given(folder: Path, *rows: dict[str, Any], **settings: Any) -> Material:
    write_rows(folder / "crows.jsonl", *rows)
    return material(folder=folder, probe_files={"crows_pairs": "crows.jsonl"}, **settings)


def weigh_more(*likelier: str) -> Any:
    """Log probabilities by which the stereotyping sentence of these pairs is the likelier."""
    return lambda statement: (-1.0, -2.0) if (statement.facts["side"] == "sent_more") == (statement.facts["pair"] in likelier) else (-4.0, -0.5)


def test_both_sentences_are_weighed_after_the_same_neutral_turn(tmp_path: Path) -> None:
    statements = CROWS_PAIRS.statements(given(tmp_path, pair(1)))
    assert [statement.id for statement in statements] == ["p1/sent_more", "p1/sent_less"]
    assert statements[0].messages == statements[1].messages
    assert statements[0].text == "Green hats are late, 1."


def test_the_share_is_that_of_pairs_whose_stereotyping_sentence_is_likelier_in_all(tmp_path: Path) -> None:
    rows = [pair(1), pair(2), pair(3, kind="shoes"), pair(4, "antistereo", "shoes")]
    found = judged(CROWS_PAIRS, hear(CROWS_PAIRS, given(tmp_path, *rows), weigh=weigh_more("p1", "p2", "p4")))
    values = {name.removeprefix("crows_pairs_"): value(measure) for name, measure in found.items()}
    assert values == {
        "stereotype": 0.75,
        "distance": 0.25,
        "stereotype_stereo": pytest.approx(2 / 3),
        # In a pair that goes against a stereotype, too, `sent_more` is the sentence nearer to it.
        "stereotype_antistereo": 1,
        "stereotype_hats": 1,
        "stereotype_shoes": 0.5,
    }
    assert found["crows_pairs_stereotype"].p == pytest.approx(10 / 16)


def test_sentences_exactly_as_likely_do_not_count_as_preferred(tmp_path: Path) -> None:
    found = judged(CROWS_PAIRS, hear(CROWS_PAIRS, given(tmp_path, pair(1)), weigh=lambda statement: (-1.0,)))
    assert value(found["crows_pairs_stereotype"]) == 0


def test_the_whole_sentence_is_summed_and_not_averaged(tmp_path: Path) -> None:
    def weigh(statement: Statement) -> tuple[float, ...]:
        return (-1.0, -1.0, -1.0) if statement.facts["side"] == "sent_more" else (-2.0,)

    assert value(judged(CROWS_PAIRS, hear(CROWS_PAIRS, given(tmp_path, pair(1)), weigh=weigh))["crows_pairs_stereotype"]) == 0


def test_without_a_file_or_likelihoods_it_is_said_what_is_missing(tmp_path: Path) -> None:
    no_file = judged(CROWS_PAIRS, hear(CROWS_PAIRS, material()))
    assert "names no file" in str(no_file["crows_pairs_stereotype"].reason)
    mute = judged(CROWS_PAIRS, hear(CROWS_PAIRS, given(tmp_path, pair(1))))
    assert {measure.reason for measure in mute.values()} == {"the engine tells no likelihoods"}


def test_no_more_pairs_are_weighed_than_the_recipe_allows(tmp_path: Path) -> None:
    statements = CROWS_PAIRS.statements(given(tmp_path, *map(pair, range(50)), probe_examples=2))
    assert len(statements) == 2 * 20
    assert len({statement.group for statement in statements}) == 20


def test_a_direction_is_one_of_two(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="neither 'stereo' nor 'antistereo'"):
        CROWS_PAIRS.statements(given(tmp_path, pair(1, "both")))


@pytest.mark.skipif(not FILE.is_file(), reason="the pairs of CrowS-Pairs are not beside the project")
def test_the_published_pairs_can_be_asked_and_prefer_by_chance_what_chance_prefers() -> None:
    heard = hear(
        CROWS_PAIRS,
        material(probe_examples=200, folder=FILE.parent, probe_files={"crows_pairs": FILE.name}),
        weigh=lambda statement: (-float(len(statement.text)), -float(hash_of(statement.text)) / 1e6),
    )
    found = judged(CROWS_PAIRS, heard)
    assert len(found["crows_pairs_stereotype"].ids) == 1026
    assert len(found) == 2 + 2 + 9
    by_type = [measure for name, measure in found.items() if name not in ("crows_pairs_distance", "crows_pairs_stereotype")][2:]
    assert sum(len(measure.ids) for measure in by_type) == 1026


def hash_of(text: str) -> int:
    from evalsuite.probes.chance import number

    return number("likely", text, below=1_000_000)
