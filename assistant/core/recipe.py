"""The recipe: one YAML file that says everything about an assistant.

Each field's docstring is its documentation. Unknown keys are errors. Reading one, and `--set` over
it, is in `assistant.core.recipe_file`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from assistant.core.recipe_chat import Chat
from assistant.core.recipe_data import Data
from assistant.core.recipe_engine import Engine
from assistant.core.recipe_evaluation import Evaluation, Gate
from assistant.core.recipe_section import Fraction, Name, Section, Seed


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
    epochs: float = Field(default=2.0, gt=0, le=1000)
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
