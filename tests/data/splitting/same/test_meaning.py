"""Questions that mean the same are found by the real encoder, each with the nearest before it, in blocks as in one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.data.example import Example
from assistant.data.splitting.same import meaning
from assistant.data.splitting.same.meaning import same_meaning
from assistant.models.sentences import load_encoder

ROWS = [
    ("How do I reset my password?", "Open the settings and choose a new password."),
    ("What is the capital of France?", "Paris is the capital of France."),
    ("How can I reset my password?", "Open the settings and choose a new password."),
    ("how do i reset my  PASSWORD?", "Write to the support."),
    ("What's France's capital city?", "Nobody in this office has ever had time to look it up."),
    ("How long must potatoes boil?", "About twenty minutes."),
]


def examples(rows: Sequence[tuple[str, str]]) -> list[tuple[int, Example]]:
    return [(number, Example(str(number), question, (answer,), str(number))) for number, (question, answer) in enumerate(rows, 1)]


def test_the_real_encoder_finds_what_means_the_same() -> None:
    rows = examples(ROWS)
    found = {(same.number, same.other): same for same in same_meaning(rows, 0.85, load_encoder().encode, dict(rows).__getitem__)}
    # The fourth asks what the first does, to the letter but for case and spaces: that is no matter of meaning.
    assert set(found) == {(3, 1), (5, 2)}
    assert (found[3, 1].what, found[5, 2].what) == ("both", "question")
    assert all(0.85 <= same.similarity <= 1.001 for same in found.values())


def circle(texts: Sequence[str]) -> NDArray[np.float64]:
    """A text of digits as an angle: how near two are is known."""
    angles = np.asarray([float(text) for text in texts]) / 1000
    return np.stack([np.cos(angles), np.sin(angles)], axis=1) * 3


@pytest.mark.parametrize("block", [3, 7, 2048])
def test_blocks_find_what_one_product_finds(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning, "BLOCK", block)
    monkeypatch.setattr(meaning, "NEAREST", 3)
    rows = examples([(str(number * number % 997), str(number)) for number in range(40)])
    angles = [float(example.question) / 1000 for _, example in rows]
    firsts = [at for at in range(40) if angles.index(angles[at]) == at]
    found = list(same_meaning(rows, 0.99, circle, dict(rows).__getitem__))
    for later in firsts:
        near = sorted((abs(angles[later] - angles[at]), at) for at in firsts if at < later and np.cos(angles[later] - angles[at]) >= 0.992)
        told = [same.other - 1 for same in found if same.number == later + 1]
        assert len(told) <= 3
        assert len(told) >= min(len(near), 3)
    assert found


def test_no_rows_are_no_pairs() -> None:
    assert list(same_meaning([], 0.9, circle, {}.__getitem__)) == []
