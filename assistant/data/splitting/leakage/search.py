"""The search: test examples on one side, everything that was learned from on the other, row by row.

What is held is bounded by the test set; of a row that was learned from only what is shown is kept, and
only where something was found. Knows no file and no figure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from assistant.data.example import Example
from assistant.data.splitting.leakage.finding import KINDS, Finding, Kind, Leakage, Seen
from assistant.data.splitting.leakage.neighbours import SIMILAR, Neighbours
from assistant.data.splitting.leakage.passages import MOST_GROUPS, PASSAGE_WORDS, SHARE_OF_GROUPS, Known, Passages, Row
from assistant.data.splitting.text import SHINGLE_CHARACTERS, SHINGLE_WORDS, Read, character_shingles, read, word_shingles

VERSION = 1
"""Of the search: another one finds something else in the same texts."""
SHOWN = 400
"""Characters of a text that are kept to be shown."""
LEAST_WORDS = PASSAGE_WORDS
"""An answer of fewer words ("Yes.", the name of a class) stands under many questions and betrays nothing by itself."""

SIGNATURE = (
    f"leakage|norm:nfkc,lower,space|near:jaccard>={SIMILAR},words:{SHINGLE_WORDS}|chars:{SHINGLE_CHARACTERS},exact"
    f"|passage:{PASSAGE_WORDS} words|boilerplate:>min({MOST_GROUPS},max(2,groups/{SHARE_OF_GROUPS})) groups|answer>={LEAST_WORDS} words"
    f"|version:{VERSION}"
)
"""What must be known to find the same again."""


def leakage_signature() -> str:
    """What must be known of the search to find the same again, as one line."""
    return SIGNATURE


def leakage_of(examples: Sequence[Example], training: Iterable[Example]) -> Leakage:
    """What of these examples stands in what was learned from.

    Args:
        examples: Of the test.
        training: What was learned from; it is read once, and may be larger than memory.
    """
    tested = [[read(example, answer) for answer in example.answers] for example in examples]
    exact, near, passages = _Exact(tested), _Near(tested), _Texts(tested)
    traces = [_Trace() for _ in examples]
    rows = 0
    for example in training:
        rows += 1
        row, learned = _row(example), read(example, example.answers[0])
        same = exact.meet(learned, row, traces)
        near.meet(learned, row, traces, same)
        passages.index.meet(row, [learned.question, learned.answer])
    most = passages.index.most_groups
    exact.settle(traces, most)
    known = passages.known()
    findings = [_finding(example, trace, known[place], passages, place) for place, (example, trace) in enumerate(zip(examples, traces, strict=True))]
    return Leakage(tuple(findings), rows, passages.index.groups, most, SIGNATURE)


@dataclass
class _Trace:
    """What was found of one example so far: the worst row by kind, with the similarity of its question."""

    rows: dict[Kind, tuple[float, Row]] = field(default_factory=dict)

    def add(self, kind: Kind, similarity: float, row: Row) -> None:
        if kind not in self.rows or similarity > self.rows[kind][0]:
            self.rows[kind] = (similarity, row)


class _Exact:
    """Questions and answers that are the same."""

    def __init__(self, tested: Sequence[Sequence[Read]]) -> None:
        self._asked: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        self._answered: defaultdict[str, set[int]] = defaultdict(set)
        # By answer, the first row of each group that gives it to another question.
        self._elsewhere: defaultdict[str, dict[str, Row]] = defaultdict(dict)
        self._long: set[str] = set()
        for place, answers in enumerate(tested):
            self._asked[answers[0].asked].append(place)
            for each in answers:
                self._answered[each.answered].add(place)
                if len(each.answer) >= LEAST_WORDS:
                    self._long.add(each.answered)

    def meet(self, learned: Read, row: Row, traces: Sequence[_Trace]) -> set[int]:
        """Note what a row holds; the places of the examples that ask the same."""
        answer, same = learned.answered, set(self._asked.get(learned.asked, ()))
        for place in same:
            traces[place].add("question_and_answer" if place in self._answered.get(answer, ()) else "question", 1.0, row)
        if answer in self._long and not self._answered[answer] <= same and len(self._elsewhere[answer]) <= MOST_GROUPS:
            self._elsewhere[answer].setdefault(row.group, row)
        return same

    def settle(self, traces: Sequence[_Trace], most: int) -> None:
        """Note the answers that were given to other questions, once it is known in how many groups."""
        for answer, rows in self._elsewhere.items():
            for place in self._answered[answer] if len(rows) <= most else ():
                if "question_and_answer" not in traces[place].rows:
                    traces[place].add("answer", 0.0, next(iter(rows.values())))


class _Near:
    """Questions that are nearly the same, by their words or by their characters."""

    def __init__(self, tested: Sequence[Sequence[Read]]) -> None:
        self._by_words = Neighbours([word_shingles(answers[0].question) for answers in tested])
        self._by_characters = Neighbours([character_shingles(answers[0].question) for answers in tested])

    def meet(self, learned: Read, row: Row, traces: Sequence[_Trace], same: set[int]) -> None:
        """Note the examples that a row's question is near to; those that ask the same are noted already."""
        words = learned.question
        for place, similarity in (*self._by_words.like(word_shingles(words)), *self._by_characters.like(character_shingles(words))):
            if place not in same:
                traces[place].add("near_question", similarity, row)


class _Texts:
    """The passages of questions and answers."""

    def __init__(self, tested: Sequence[Sequence[Read]]) -> None:
        self.texts: list[list[str]] = []
        # Of each example the number of its question among the texts, before those of its answers.
        self.first: list[int] = []
        for answers in tested:
            self.first.append(len(self.texts))
            self.texts += [answers[0].question, *(each.answer for each in answers)]
        self.index = Passages(self.texts)

    def known(self) -> list[list[Known]]:
        """What is known of the question and of each answer, by example."""
        known = self.index.known()
        return [known[start:end] for start, end in pairwise([*self.first, len(known)])]


def _row(example: Example) -> Row:
    return Row(example.group, Seen(example.id, _cut(example.question), _cut(example.answers[0])))


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def _finding(example: Example, trace: _Trace, known: Sequence[Known], passages: _Texts, place: int) -> Finding:
    rows = {kind: trace.rows[kind] for kind in KINDS if kind in trace.rows}
    first = passages.first[place]
    worst = _most_shared(known, passages.index, first)
    if worst:
        rows["passage"] = (0.0, worst)
    answers = [(len(each.starts) / each.passages, each.boilerplate / each.passages) for each in known[1:] if each.passages]
    share, boilerplate = max(answers) if answers else (None, None)
    similar = [similarity for kind, (similarity, _) in rows.items() if kind in ("question_and_answer", "question", "near_question")]
    return Finding(
        id=example.id,
        kinds=tuple(rows),
        similarity=max(similar, default=None),
        share=share,
        boilerplate=boilerplate,
        passage=_cut(_longest(known, passages.texts[first : first + len(known)])),
        row=next(iter(rows.values()))[1].seen if rows else None,
    )


def _most_shared(known: Sequence[Known], index: Passages, first: int) -> Row | None:
    """The row that holds most of an example's passages; of several the one that came first."""
    counted: Counter[str] = Counter()
    rows: dict[str, Row] = {}
    for number, each in enumerate(known):
        for row in index.rows_of(first + number, each.starts):
            counted[row.seen.id] += 1
            rows.setdefault(row.seen.id, row)
    return rows[counted.most_common(1)[0][0]] if counted else None


def _longest(known: Sequence[Known], texts: Sequence[Sequence[str]]) -> str:
    """The longest run of words in which every passage is known."""
    longest: Sequence[str] = ()
    for each, words in zip(known, texts, strict=True):
        begin = end = -2
        for start in each.starts:
            if start != end + 1:
                begin = start
            end = start
            if end + PASSAGE_WORDS - begin > len(longest):
                longest = words[begin : end + PASSAGE_WORDS]
    return " ".join(longest)
