"""The recipe: one YAML file that says everything about an assistant.

Each field's docstring is its documentation. Unknown keys are errors. Reading one, and `--set` over
it, is in `assistant.core.recipe_file`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from assistant.core.recipe_chat import Chat
from assistant.core.recipe_engine import Engine
from assistant.core.recipe_evaluation import Evaluation, Gate
from assistant.core.recipe_section import Fraction, Name, Section, Seed


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


class Split(Section):
    """Shares of the groups that go to each split, in any unit; 80/10/10 unless told otherwise."""

    train: float = Field(default=80, ge=0)
    """What the assistant learns from."""
    validation: float = Field(default=10, ge=0)
    """What chooses the best checkpoint."""
    test: float = Field(default=10, ge=0)
    """What nobody looks at before the evaluation."""
    seed: Seed = 0
    """Another seed deals the groups anew."""

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


class Data(Section):
    """Where the questions and answers are, and how they are parted."""

    files: tuple[str, ...] = Field(min_length=1)
    """JSONL, JSON, CSV, TSV or Parquet files; relative to the recipe; `*` stands for any name."""
    columns: Columns | None = None
    """Which columns mean what; null to recognize them."""
    group: str | None = None
    """The column whose equal values must not be parted between splits (a topic, a source page)."""
    tags: tuple[str, ...] = ()
    """Columns kept with each example, by which figures are broken down."""
    answer_words: AnswerWords = AnswerWords()
    """How long an answer may be."""
    split: Split = Split()
    """How groups are dealt to train, validation and test."""
    limit: Limit = Limit()
    """How many examples of each split are used."""
    canaries: int = Field(default=0, ge=0, le=1000)
    """Made-up secrets planted in train, to test what is memorized: repeated 1, 2, 4 and 8 times by turns; 0 for none, 8 for the probe."""


class Lora(Section):
    """The low-rank adapter (Hu et al. 2021) of `lora` and `qlora`."""

    rank: int = Field(default=16, ge=1)
    """r: the rank of each update."""
    alpha: int = Field(default=32, ge=1)
    """The update is scaled by alpha / rank."""
    dropout: Fraction = 0.0
    """Dropout on the adapter's input while training."""
    targets: str | tuple[str, ...] = "all-linear"
    """Modules that get an adapter: `all-linear`, or their names."""


class Training(Section):
    """How the weights are changed."""

    method: Literal["lora", "qlora", "full"] = "lora"
    """lora: an adapter; qlora: an adapter over a base in 4 bits (NF4); full: every weight."""
    epochs: float = Field(default=2.0, gt=0)
    """Times that every example is seen."""
    max_steps: int | None = Field(default=None, ge=1)
    """Stop after so many steps, whatever `epochs` says; null for no such end."""
    learning_rate: float = Field(default=5e-4, gt=0)
    """The highest learning rate; a full fine-tuning wants about a tenth of an adapter's."""
    schedule: Literal["cosine", "linear", "constant"] = "cosine"
    """How the learning rate falls after the warm-up."""
    warmup: Fraction = 0.05
    """Share of the steps over which the learning rate rises."""
    weight_decay: float = Field(default=0.0, ge=0)
    """Decoupled weight decay of AdamW."""
    batch_size: int = Field(default=8, ge=1)
    """Examples in a forward pass."""
    accumulation: int = Field(default=1, ge=1)
    """Forward passes to one step of the optimizer."""
    max_length: int = Field(default=512, ge=8)
    """Tokens of a prompt and its answer; what lies beyond is cut, counted and reported."""
    max_grad_norm: float = Field(default=1.0, gt=0)
    """Gradients are scaled down to this norm."""
    evaluations: int = Field(default=6, ge=1)
    """Times that the validation loss is taken, spread evenly; each is a checkpoint."""
    precision: Literal["auto", "bfloat16", "float32"] = "auto"
    """Weights while training: auto is bfloat16 where the processor or GPU multiplies it, else float32."""
    seed: Seed = 0
    """Seed of the adapter's start and of the order of the examples."""
    lora: Lora = Lora()
    """The adapter of lora and qlora."""


class Generation(Section):
    """How answers are written, in chat and in evaluation alike."""

    max_new_tokens: int = Field(default=160, ge=1)
    """An answer is cut off here, and its finish reason says so."""
    temperature: float = Field(default=0.0, ge=0)
    """0 takes the likeliest token; above, tokens are sampled."""
    top_p: Fraction = 1.0
    """Sampling is among the likeliest tokens that together have this probability."""
    repetition_penalty: float = Field(default=1.0, ge=1)
    """Above 1, tokens that stand in the text already become less likely (Keskar et al. 2019)."""
    seed: Seed = 0
    """Seed of sampling."""


class Recipe(Section):
    """Everything about one assistant."""

    name: Name
    """What the assistant is called: lower-case letters, digits, - and _."""
    description: str = ""
    """One sentence for the model card."""
    notice: str = ""
    """What users must know before they rely on it; shown in the app, the model card and the scorecard."""
    license: str = ""
    """The licence of the data, for the model card."""
    base: str = "smollm2-135m"
    """The model to start from: the embedded one, a folder, or a hub id such as `org/name`."""
    template: str | None = None
    """`chatml`, `plain`, or a Jinja file beside the recipe; null for the base's own."""
    system_prompt: str = ""
    """What the assistant is told before every conversation."""
    data: Data
    """Questions and answers."""
    training: Training = Training()
    """How it learns."""
    generation: Generation = Generation()
    """How it answers."""
    engine: Engine = Engine()
    """What writes the answers."""
    chat: Chat = Chat()
    """What the chat warns of."""
    evaluation: Evaluation = Evaluation()
    """How it is examined."""
    gates: tuple[Gate, ...] = ()
    """What a release must meet."""
