"""Which language a row is in, beside the one that is expected."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Any

from assistant.core.errors import DataError
from assistant.data.checking.remark import Remark
from assistant.data.example import Example

FEWEST_LETTERS = 20
"""Shorter texts are not judged: a name has no language."""
READ = 200
"""Characters of a text that are read; more makes no difference."""
SURE = 0.9
"""The probability from which a language counts as seen."""
EXCLUDED = 0.01
"""The probability below which the expected one counts as excluded: of languages that are much alike neither is."""
MOST = 0.6
"""The share of rows that makes a language the one of most rows."""

_NO_LANGUAGE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|https?://\S+|\S+@\S+", re.DOTALL)


class Language:
    """Tells rows of another language than the expected one.

    Args:
        expected: As ISO 639-1 writes it; None for the language of most rows, which `learn` finds.

    Attributes:
        expected: The language that rows are compared with; None as long as it is unknown.
        why_not: Why rows are not compared; empty where they are.

    Raises:
        DataError: No such language is known here.
    """

    def __init__(self, expected: str | None) -> None:
        if expected is not None and expected not in _identifier().labels:
            what = f"data.check.expected_language: `{expected}` is no language that is recognized here"
            raise DataError(what, "Name one such as en, de, fr, es or zh.")
        self.expected = expected
        self.why_not = ""
        self._is_told = expected is not None
        self._met: Counter[str] = Counter()

    def learn(self, sample: Iterable[Example]) -> None:
        """Find the language of most of the first rows, unless it was told."""
        if self._is_told:
            return
        met = Counter(language for example in sample if (language := _of_row(example)))
        if not met:
            self.why_not = "no text among the first rows is long enough to have a language"
            return
        language, count = met.most_common(1)[0]
        if count < MOST * met.total():
            shares = ", ".join(f"{name} {number / met.total():.0%}" for name, number in met.most_common(3))
            self.why_not = f"no language is that of most rows ({shares}): name one with data.check.expected_language"
            return
        self.expected = language

    def look(self, example: Example) -> Remark | None:
        """Whether the question or the answer is surely in another language."""
        if self.expected is None:
            return None
        for part, text in (("answer", example.answers[0]), ("question", example.question)):
            found, probability = _language_of(text)
            if part == "answer" and found and not self._is_told:
                self._met[found] += 1
            if not found or found == self.expected or probability < SURE:
                continue
            if dict(_identifier().rank(_readable(text)))[self.expected] < EXCLUDED:
                return Remark(f"the {part} is in `{found}` ({probability:.2f}), not `{self.expected}`")
        return None

    def settle(self) -> None:
        """Say so where the first rows were in another language than most of them all."""
        if self._met and self.expected is not None:
            language, count = self._met.most_common(1)[0]
            if language != self.expected and count >= MOST * self._met.total():
                todo = "name it with data.check.expected_language"
                self.why_not = f"compared with `{self.expected}`, the language of the first rows, while most are in `{language}`: {todo}"


def _of_row(example: Example) -> str:
    return _language_of(example.answers[0])[0] or _language_of(example.question)[0]


def _readable(text: str) -> str:
    return _NO_LANGUAGE.sub(" ", text[: 2 * READ])[:READ]


def _language_of(text: str) -> tuple[str, float]:
    """The likeliest language of a text and its probability; empty for one without enough letters."""
    text = _readable(text)
    letters = sum(map(str.isalpha, text))
    # A sign of Chinese, Japanese or Korean says as much as three letters.
    if letters + 2 * sum(char > "\u2e7f" for char in text) < FEWEST_LETTERS:
        return "", 0.0
    language, probability = _identifier().classify(text)
    return str(language), float(probability)


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
