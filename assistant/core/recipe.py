"""The recipe: one YAML file that says everything about an assistant.

Each field's docstring is its documentation. Unknown keys are errors. Reading one, and `--set` over
it, is in `assistant.core.recipe_file`.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
Fraction = Annotated[float, Field(ge=0, le=1)]
# What numpy and torch both take.
Seed = Annotated[int, Field(ge=0, lt=2**32)]


class Section(BaseModel):
    """What every part of a recipe has in common: frozen, and strict about its keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _yes_is_not_a_number(cls, value: Any, info: ValidationInfo) -> Any:
        # YAML reads yes and on as true, and pydantic would take true for 1.
        if isinstance(value, bool) and cls.model_fields[str(info.field_name)].annotation is not bool:
            raise ValueError("must not be true or false (yes, no, on and off mean the same in YAML); text wants quotes")
        return value


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


class Remote(Section):
    """A server that speaks the OpenAI protocol: vLLM, llama.cpp's, `transformers serve`, a hosted model."""

    url: str = Field(pattern=r"^https?://")
    """Where it is, with its version: `http://127.0.0.1:8000/v1`. Plain http sends questions in the clear: it is taken for this machine
    (`localhost`), private addresses (`10.0.0.7`) and bare names (`gpu-server`); everything else is asked over https."""
    model: str
    """What the server calls the model."""
    endpoint: Literal["chat", "completions"] = "chat"
    """chat: the server renders the prompt; completions: it is rendered here, by the version's own template, and sent as it is."""
    api_key_env: str | None = None
    """The environment variable that holds the key; the key itself never stands in a recipe."""
    timeout_s: float = Field(default=60.0, gt=0)
    """Seconds without a sign of the server before a request counts as failed."""
    retries: int = Field(default=3, ge=0)
    """Times that a failed request is made again, after growing pauses."""
    concurrency: int = Field(default=16, ge=1)
    """Most requests under way at once; `evaluation.batch_size` bounds them too."""
    limit_key: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    """What the server calls `generation.max_new_tokens`; newer hosted models know only the second."""
    penalty_key: Literal["repetition_penalty", "repeat_penalty"] | None = None
    """What the server calls `generation.repetition_penalty`: vLLM the first, llama.cpp the second; the protocol itself has none, and with
    null a penalty above 1 is refused."""

    @field_validator("url")
    @classmethod
    def _not_in_the_clear(cls, url: str) -> str:
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname or "", parts.port
        except ValueError as error:
            raise ValueError(f"is not a URL: {error}") from None
        if not host or parts.username is not None or parts.password is not None or parts.query or parts.fragment:
            raise ValueError("must be a scheme, a host and a path alone; a key is named by api_key_env")
        if parts.scheme == "http" and not _is_near(host):
            raise ValueError(
                f"would send questions to {host} in the clear: use https, or a tunnel (ssh -L 8000:localhost:8000 {host}) and http://localhost:8000"
            )
        return url


def _is_near(host: str) -> bool:
    """Whether a host is this machine or one of its own network: the address of no other place, or a name without a domain."""
    try:
        address = ip_address(host)
    except ValueError:
        # A name that begins with a digit may be read as an address: 134744072 is 8.8.8.8.
        return (host[0].isalpha() and "." not in host) or host.endswith(".localhost")
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_loopback or (address.is_private and not address.is_unspecified)


class Engine(Section):
    """What writes the answers."""

    name: Literal["auto", "openvino", "transformers", "remote"] = "auto"
    """auto: openvino on a CPU where it reads the base's architecture, else transformers."""
    precision: Literal["int8", "q8_0", "f16", "q4_0"] = "int8"
    """Weights of the form that openvino reads, the last three as a GGUF; each version is compiled once, and compared with what was trained."""
    remote: Remote | None = None
    """Where the server is, for `name: remote`."""

    @model_validator(mode="after")
    def _remote_needs_a_server(self) -> Engine:
        if self.name == "remote" and self.remote is None:
            raise ValueError("name: remote needs remote.url and remote.model")
        return self


class Toxicity(Section):
    """Which classifier measures toxicity."""

    checkpoint: str | None = None
    """A Detoxify checkpoint on disk, relative to the recipe; null for what the machine has."""
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    """The checkpoint's SHA-256; another file is refused."""


class Evaluation(Section):
    """How an assistant is examined on the test split."""

    metrics: tuple[str, ...] = ("exact_match", "f1", "bleu", "chrf", "rouge1", "rouge2", "rougeL", "rougeLsum", "toxicity")
    """Metrics of the answers, by name; a path ending in .py is a metric of the `evaluate` library."""
    batch_size: int = Field(default=16, ge=1)
    """Questions answered at once."""
    latency_requests: int = Field(default=24, ge=0)
    """Questions asked one at a time to measure latency as a lone user meets it; 0 for none."""
    resamples: int = Field(default=10_000, ge=100)
    """Bootstrap resamples of each interval."""
    seed: Seed = 0
    """Seed of the resamples."""
    toxicity: Toxicity = Toxicity()
    """How toxicity is measured."""


class Gate(Section):
    """A condition that a release must meet."""

    metric: str
    """A quality figure (`f1`, `rougeL`, `toxicity`) or a speed figure (`ttft_ms_p95`, `peak_memory_mib`)."""
    at_least: float | None = None
    """The figure must not be lower."""
    at_most: float | None = None
    """The figure must not be higher."""
    over_base: float | None = Field(default=None, gt=0)
    """The figure must be at least so many times that of the bare base."""
    judged: Literal["value", "interval"] = "value"
    """interval: the unfavourable end of the 95% interval must meet the condition, not only the value."""

    @model_validator(mode="after")
    def _one_condition(self) -> Gate:
        if sum(bound is not None for bound in (self.at_least, self.at_most, self.over_base)) != 1:
            raise ValueError("give exactly one of at_least, at_most, over_base")
        if self.over_base is not None and self.judged == "interval":
            raise ValueError("over_base is judged by the value: a ratio of two figures has no interval here")
        return self


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
    evaluation: Evaluation = Evaluation()
    """How it is examined."""
    gates: tuple[Gate, ...] = ()
    """What a release must meet."""
