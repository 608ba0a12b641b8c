"""The part of a recipe that says where questions and answers are, and how they become what a model learns.

In the order in which it happens: read, clean, check, find what is the same, split, enlarge and balance.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from assistant.core.recipe_section import Fraction, Section, Seed


class Columns(Section):
    """Which columns of the data files mean what; needed only where they are not recognized by themselves."""

    question: str | None = None
    """The question, instruction or prompt."""
    input: str | None = None
    """Text that belongs to an instruction; appended to the question."""
    answer: str | None = None
    """The answer: a text, or a list of reference answers of which the first is trained on."""
    messages: str | None = None
    """A whole conversation: a list of `{role, content}` (OpenAI) or `{from, value}` (ShareGPT)."""
    id: str | None = None
    """A name for the row that stays the same as the data grows."""

    @model_validator(mode="after")
    def _one_way_to_find_the_answer(self) -> Columns:
        named = [key for key in ("question", "answer") if getattr(self, key)]
        if self.messages and named:
            raise ValueError("name either messages, or question and answer, not both")
        if len(named) == 1:
            raise ValueError("question and answer are named together, or neither")
        return self


class SqlQuery(Section):
    """Rows that a query gives; they are read as they come, and the database is only read."""

    url: str
    """Where the database is, as SQLAlchemy writes it: `sqlite:///tickets.db` (relative to the recipe), `postgresql+psycopg://...`.
    `$NAME` stands for an environment variable, so that no password stands in a recipe."""
    query: str
    """One SELECT; its columns are named as those of a file are."""
    name: str = "sql"
    """What reports call these rows."""


class HubSet(Section):
    """A data set of a hub, read row by row over the network; the one thing here that asks for it."""

    name: str
    """As the hub calls it: `org/name`."""
    split: str = "train"
    """Which of its splits."""
    config: str | None = None
    """Which of its configurations, where it has several."""
    revision: str | None = None
    """A commit, so that the same rows come again; null for the newest, which is told."""


class AnswerWords(Section):
    """Rows whose answer is shorter or longer are left out, counted and reported."""

    min: int = Field(default=1, ge=1)
    """Fewest words of an answer, counted by white space."""
    max: int | None = Field(default=None, ge=1)
    """Most words of an answer; null for any number."""

    @model_validator(mode="after")
    def _from_fewer_to_more(self) -> AnswerWords:
        if self.max is not None and self.max < self.min:
            raise ValueError(f"max is {self.max} and must not be below min, which is {self.min}")
        return self


CleaningRule = Literal[
    "encoding",
    "controls",
    "html",
    "entities",
    "unicode",
    "labels",
    "swallowed_answer",
    "leftovers",
    "footnotes",
    "template",
    "echo",
    "glued",
    "question_marks",
    "punctuation",
    "quotes",
    "apostrophes",
    "spelling",
    "spaces",
]
"""The cleaning rules in the order in which they are applied; assistant/data/cleaning/rules.py has them."""

ASKED_FOR: tuple[CleaningRule, ...] = ("quotes", "apostrophes", "spelling")
"""Rules that change nothing unless the recipe asks for them."""


class Clean(Section):
    """What is mended in questions and answers; `assistant data clean RECIPE --diff` shows it before and after."""

    without: tuple[CleaningRule, ...] = ()
    """Rules that are left out; [docs/data-cleaning.md](data-cleaning.md) says what each does."""
    also: tuple[CleaningRule, ...] = ()
    """Rules besides those that are always on: `quotes`, `apostrophes`, `spelling`."""
    words: tuple[str, ...] = ()
    """Words of the domain that `spelling` never touches, besides all that the data itself uses often."""


Report = Literal["ignore", "report", "drop"]
"""What happens to a row with a finding: it is not looked for; it is told; the row goes to rejected.jsonl."""
PersonalKind = Literal["email", "url", "iban", "mac", "ip", "card", "ssn", "phone", "national_id", "address", "name"]


class Checks(Section):
    """What is looked for in rows, and what `prepare` does about it: ignore, report, drop; personal data can also be masked.

    A missing question or answer, and an answer that only repeats the question, are always dropped.
    """

    truncated: Report = "report"
    """The answer breaks off in mid-sentence."""
    too_long: Report = "report"
    """Question and answer together have more tokens than `training.max_length`, by the base's own tokenizer."""
    short_answer: Report = "report"
    """The answer has fewer than five words and the question asks for more than a name or a number."""
    long_question: Report = "report"
    """The question has more than 60 words: mostly something scraped along with it."""
    no_question_mark: Report = "report"
    """The question opens like one and does not end like one."""
    no_final_stop: Report = "report"
    """The last sentence of the answer has no end, though it may be whole: a list, an address."""
    boilerplate: Report = "report"
    """The same answer stands under questions of five groups or more."""
    contradiction: Report = "report"
    """The same question has different answers; `drop` keeps the first."""
    label_leak: Report = "report"
    """The question gives the answer away, or names the tag that figures are broken down by."""
    language: Report = "report"
    """The row is in another language than `expected_language`."""
    expected_language: str | None = Field(default=None, pattern=r"^[a-z]{2}$")
    """As ISO 639-1 writes it (`en`); null for the language of most rows."""
    personal_data: Literal["ignore", "report", "mask", "drop"] = "report"
    """What reaches or identifies a person; `mask` writes `[EMAIL]` in its place."""
    personal_kinds: tuple[PersonalKind, ...] = ("email", "phone", "card", "iban", "ip", "ssn", "mac", "national_id", "url", "address", "name")
    """Kinds that are looked for; of URLs only those that carry a user's name; names only where `names_model` is."""
    names_model: str | None = None
    """A folder with a token classifier (safetensors) that marks persons, relative to the recipe; null: names are not looked for."""
    toxic: Report = "report"
    """By the classifier that the installed packages bring."""
    toxic_above: Fraction = 0.8
    """The probability from which a row counts as toxic."""
    off_topic: Report = "ignore"
    """The row lies far from all others in meaning; wants the sentence encoder."""
    outlier: Report = "report"
    """Length, or share of letters, far from the rest of the data."""
    stripped_apostrophe: Report = "report"
    """`Parkinsons disease`, `dont`; the cleaning rule `apostrophes` mends it."""
    odd_characters: Report = "report"
    """Markup or broken characters that cleaning has left."""
    links: Report = "report"
    """A web address stands in an answer: a model learns to make addresses up."""


class Duplicates(Section):
    """What counts as the same. Exact duplicates (case and spaces aside) are always dropped.

    Duplicates of a kind that is not ignored are never parted between splits; `drop` also keeps only the first of rows whose
    question and answer are both the same in that sense.
    """

    near: Literal["ignore", "group", "drop"] = "group"
    """Nearly the same words by their true Jaccard similarity; candidates are found by prefix filtering (questions) and MinHash (answers)."""
    near_above: float = Field(default=0.8, gt=0, le=1)
    """The Jaccard similarity of word triples from which texts are nearly the same."""
    meaning: Literal["ignore", "group", "drop"] = "ignore"
    """The same meaning, by the cosine of sentence embeddings; wants the sentence encoder."""
    meaning_above: float = Field(default=0.95, gt=0, le=1)
    """The cosine from which questions mean the same."""


class Split(Section):
    """Shares of the groups that go to each split, in any unit; 80/10/10 unless told otherwise."""

    train: float = Field(default=80, ge=0, le=1e9)
    """What the assistant learns from."""
    validation: float = Field(default=10, ge=0, le=1e9)
    """What chooses the best checkpoint."""
    test: float = Field(default=10, ge=0, le=1e9)
    """What nobody looks at before the evaluation."""
    seed: Seed = 0
    """Another seed deals the groups anew."""
    stratify: str | None = None
    """A tag whose values get the same shares in every split, as far as whole groups allow."""
    keep: str | None = None
    """A clean.jsonl of before, relative to the recipe: what stands there stays in its split, whatever came to the data since."""

    @model_validator(mode="after")
    def _train_on_something(self) -> Split:
        if self.train <= 0:
            raise ValueError("the share of train must be above 0")
        return self


class Limit(Section):
    """At most so many examples of each split, chosen by hash; null for all."""

    train: int | None = Field(default=None, ge=1)
    """Examples to train on."""
    validation: int | None = Field(default=None, ge=1)
    """Examples for the validation loss."""
    test: int | None = Field(default=None, ge=1)
    """Examples to examine."""


Method = Literal["synonyms", "restructure", "templates", "context", "typos", "paraphrase", "grounded"]


class Augment(Section):
    """How `assistant data augment` makes more rows out of those of train; what it wrote is listed under `augmented`."""

    methods: tuple[Method, ...] = ("synonyms", "restructure", "context", "typos")
    """synonyms: words by others of the same meaning (WordNet); restructure: the same question built otherwise; templates: `templates` filled
    with what the questions are about; context: somebody else asks, or says why; typos: typing errors; paraphrase and grounded: written by
    `writer`, the latter new questions with answers from `documents`."""
    per_row: int = Field(default=1, ge=1, le=20)
    """New rows of each row at most, by turns of the methods."""
    meaning_above: Fraction = 0.8
    """The least cosine of a new question and its original; checked where the sentence encoder is."""
    words_below: Fraction = 0.95
    """The most word overlap (Jaccard) of a new question with its original: above, it is no new one."""
    templates: tuple[str, ...] = ()
    """`OLD => NEW`, `tag=value: NEW`, or plain questions with slots, `How is {topic} treated?`; a slot is a tag, or a column that
    `data.group` names; [docs/augmentation.md](augmentation.md) tells which rows each is for."""
    documents: tuple[str, ...] = ()
    """Texts for `grounded`, relative to the recipe."""
    writer: str | None = None
    """Who writes: a base, a version such as health@1, or null for the recipe's base."""
    seed: Seed = 0
    """Seed of all that is drawn."""


class Balance(Section):
    """How the values of a tag are brought to like numbers in train; validation and test stay as they are."""

    tag: str
    """One of data.tags."""
    by: Literal["oversample", "undersample", "weights"] = "weights"
    """oversample: rows of small classes are repeated; undersample: rows of large ones are left out; weights: every class counts the
    same in the loss."""
    strength: Fraction = 1.0
    """0 changes nothing, 1 makes all classes equal; 0.5 goes half of the way (by the square root of their numbers)."""
    most: float = Field(default=10.0, ge=1)
    """No row is repeated more often, and none weighs more, than this."""


class Data(Section):
    """Where the questions and answers are, and how they are parted."""

    files: tuple[str, ...] = ()
    """Files, folders or patterns, relative to the recipe; [docs/data-formats.md](data-formats.md) lists what can be read."""
    sql: tuple[SqlQuery, ...] = ()
    """Queries to databases."""
    hub: tuple[HubSet, ...] = ()
    """Data sets of a hub."""
    columns: Columns | None = None
    """Which columns mean what, in files that have them; in all others they are recognized. Null to recognize them everywhere."""
    more_columns: tuple[Columns, ...] = ()
    """The same for files that call them otherwise again; of each file the first counts whose columns it has."""
    group: str | None = None
    """The column whose equal values must not be parted between splits (a topic, a source page)."""
    history: int = Field(default=20, ge=0, le=1000)
    """Messages before a question that its example keeps, the latest ones; a system message at the beginning stays besides. Of 2 questions in
    one conversation the second holds the first and its answer as history, so that without a bound long talks grow by their square."""
    tags: tuple[str, ...] = ()
    """Columns kept with each example, by which figures are broken down."""
    answer_words: AnswerWords = AnswerWords()
    """How long an answer may be."""
    clean: Clean = Clean()
    """What is mended in texts."""
    check: Checks = Checks()
    """What is looked for in rows."""
    decisions: str = "decisions.jsonl"
    """What people decided in `assistant data review`, relative to the recipe; where there is no such file, nothing was decided."""
    duplicates: Duplicates = Duplicates()
    """What counts as the same."""
    split: Split = Split()
    """How groups are dealt to train, validation and test."""
    limit: Limit = Limit()
    """How many examples of each split are used."""
    augment: Augment = Augment()
    """How more rows are made."""
    augmented: tuple[str, ...] = ()
    """Files that `assistant data augment` wrote, relative to the recipe: each row joins train with its original, or is left out with it."""
    balance: Balance | None = None
    """How classes are brought to like numbers; null for not at all."""
    canaries: int = Field(default=0, ge=0, le=1000)
    """Made-up secrets planted in train, to test what is memorized: repeated 1, 2, 4 and 8 times by turns; 0 for none, 8 for the probe."""

    @model_validator(mode="after")
    def _rows_from_somewhere(self) -> Data:
        if not (self.files or self.sql or self.hub):
            raise ValueError("name at least one of files, sql and hub")
        named = (self.decisions, self.split.keep, self.check.names_model, *self.augmented, *self.augment.documents)
        if any("\0" in name for name in named if name):
            raise ValueError("the name of a file has a zero byte")
        if len({query.name for query in self.sql}) < len(self.sql):
            raise ValueError("two queries of data.sql have the same name; give each a `name` of its own, by which reports tell them apart")
        if self.balance and self.balance.tag not in self.tags:
            raise ValueError(f"balance.tag is `{self.balance.tag}`, which is none of data.tags")
        if self.split.stratify and self.split.stratify not in self.tags:
            raise ValueError(f"split.stratify is `{self.split.stratify}`, which is none of data.tags")
        return self
