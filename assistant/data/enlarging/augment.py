"""More rows out of those of train: the methods take turns at each row, and the sieve keeps what is fit."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from assistant.core.recipe_data import Augment, Data, Method
from assistant.data.enlarging.made import Made
from assistant.data.enlarging.sieve import Draft, Sieve, draft_of
from assistant.data.example import Example

BATCH = 64
"""Rows that are worked on at once, so that embeddings and answers of a model come in batches."""
SPARE = 3
"""Drafts of each method, beyond those that are wanted, that a row is tried with before the method is given up for it."""


@dataclass(frozen=True)
class Turn:
    """One draft that is wanted.

    Attributes:
        example: Of which.
        number: How many of the same method were wanted before.
    """

    example: Example
    number: int


Rewriter = Callable[[Sequence[Turn]], "list[Draft | None]"]
"""A method: a draft for each turn; None where it has no more for that row."""
OneByOne = Callable[[Example, random.Random], Iterator[str]]


def rewriter(function: OneByOne, method: Method, seed: int) -> Rewriter:
    """A method out of a function that gives new questions of one example.

    Args:
        function: Given the same example and generator it must give the same questions.
        method: What it is called.
        seed: Of what it draws.
    """

    def drafts(turns: Sequence[Turn]) -> list[Draft | None]:
        return [_draft(turn) for turn in turns]

    def _draft(turn: Turn) -> Draft | None:
        dice = random.Random(f"{seed}:{method}:{turn.example.id}")
        question = next(islice(function(turn.example, dice), turn.number, None), None)
        return None if question is None else draft_of(turn.example, question, method, turn.number)

    return drafts


def local_rewriters(data: Data) -> dict[Method, Rewriter]:
    """The methods of a recipe that need no model, ready to use; those that a model writes are not among them.

    Raises:
        DataError: `synonyms` is wanted and there is no WordNet, or `templates` and there are none that can be filled.
    """
    from assistant.data.enlarging.context import context
    from assistant.data.enlarging.restructure import restructure
    from assistant.data.enlarging.typos import typos

    settings = data.augment
    plain: Mapping[Method, OneByOne] = {"restructure": restructure, "context": context, "typos": typos}
    found = {method: rewriter(function, method, settings.seed) for method, function in plain.items() if method in settings.methods}
    if "synonyms" in settings.methods:
        from assistant.data.enlarging.synonyms import synonyms
        from assistant.models.wordnet import find_wordnet

        wordnet = find_wordnet()
        found["synonyms"] = rewriter(lambda example, dice: synonyms(example, dice, wordnet), "synonyms", settings.seed)
    if "templates" in settings.methods:
        found["templates"] = _templates(data)
    return found


def augment(
    examples: Iterable[Example],
    settings: Augment,
    rewriters: Mapping[Method, Rewriter],
    sieve: Sieve,
    wanted: Callable[[Example], int] | None = None,
    missed: Callable[[Example, int], None] | None = None,
) -> Iterator[Made]:
    """Make new rows; stopped early it has made the same rows as far as it came.

    With one row of each wanted, the methods share the rows among them, by a hash of the id: what one cannot do for a
    row, the next one tries. With more, a row is rewritten by several.

    Args:
        examples: Of train, and of no other split. What was made before is passed over.
        settings: What the recipe says.
        rewriters: The methods that the recipe names.
        sieve: What decides.
        wanted: How many new rows of an example there shall be; `settings.per_row` of each if None.
        missed: Told how many of them could not be made.

    Raises:
        UserError: A method fails in a way that the user can mend.
    """
    methods = [method for method in settings.methods if method in rewriters]
    originals = (example for example in examples if not example.made_by)
    while rows := [_Row(example, _turned(methods, example, settings.seed), settings.per_row) for example in islice(originals, BATCH)]:
        if wanted:
            for row in rows:
                row.wanted = wanted(row.example)
        _work(rows, rewriters, sieve)
        for row in rows:
            if missed and len(row.kept) < row.wanted:
                missed(row.example, row.wanted - len(row.kept))
            yield from row.kept


@dataclass
class _Row:
    """A row and how far it is.

    Attributes:
        example: It.
        methods: Those that may have more for it; the first one is next.
        wanted: How many new rows there shall be.
        taken: Drafts taken of each method.
        kept: New rows that passed.
    """

    example: Example
    methods: list[Method]
    wanted: int
    taken: dict[Method, int] = field(default_factory=dict)
    kept: list[Made] = field(default_factory=list)

    def next_turn(self) -> tuple[Method, Turn] | None:
        """The draft to ask for next, and of which method; None where enough is kept or nothing more can be had."""
        if len(self.kept) >= self.wanted or not self.methods:
            return None
        method = self.methods[0]
        return method, Turn(self.example, self.taken.get(method, 0))

    def took(self, draft: Draft | None) -> None:
        """A draft was given: the next method is next, and this one has its turn again unless it is spent."""
        method = self.methods.pop(0)
        self.taken[method] = self.taken.get(method, 0) + 1
        if draft is not None and self.taken[method] < self.wanted + SPARE:
            self.methods.append(method)


def _work(rows: Sequence[_Row], rewriters: Mapping[Method, Rewriter], sieve: Sieve) -> None:
    """Take turns until every row has what it wants, or nothing more can be had."""
    while asked := [(row, *turn) for row in rows if (turn := row.next_turn())]:
        drafts: list[tuple[_Row, Draft]] = []
        for wanted, rewrite in rewriters.items():
            own = [(row, turn) for row, method, turn in asked if method == wanted]
            for (row, _), draft in zip(own, rewrite([turn for _, turn in own]) if own else [], strict=True):
                row.took(draft)
                drafts += [(row, draft)] if draft else []
        for (row, _), made in zip(drafts, sieve.judge([draft for _, draft in drafts]), strict=True):
            row.kept += [made] if made else []


def _turned(methods: Sequence[Method], example: Example, seed: int) -> list[Method]:
    """The methods in an order of the row's own: were it the same for all, those after a method that often fails would get its rows."""
    order = list(methods)
    random.Random(f"{seed}:{example.id}").shuffle(order)
    return order


def _templates(data: Data) -> Rewriter:
    from assistant.data.enlarging.templates import parse_templates, templates

    parsed = parse_templates(data.augment.templates, data.tags, data.group)

    def drafts(turns: Sequence[Turn]) -> list[Draft | None]:
        return [_draft(turn) for turn in turns]

    def _draft(turn: Turn) -> Draft | None:
        found = next(islice(templates(turn.example, parsed, data.group), turn.number, None), None)
        return None if found is None else draft_of(turn.example, found[0], "templates", turn.number, by_meaning=found[1].by_meaning)

    return drafts
