"""openvino-genai on a compiled form of a version: the fast engine of a CPU.

Imports neither torch nor transformers, whose loading a user would wait for. Prompts are rendered and
split here, by the project's own template; the library is given token numbers and gives token numbers.
Its scheduler takes every request into the same step as all others under way (continuous batching), and
keeps what it computed of a prompt for the next one that begins alike (prefix caching).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.core.errors import EngineError
from assistant.core.machine import peak_memory_mib
from assistant.core.messages import Message
from assistant.core.signal_stack import kept_signal_stack
from assistant.engines.compiled import STUB_TOKENIZER, Compiled, read_compiled, weights_of
from assistant.engines.protocol import Answer, EngineInfo, Finished, Request, Sampling, StopSignal, Stream, Token
from assistant.engines.speaking import Speller, answer_of, prompt_of
from assistant.engines.spec import EngineSpec
from assistant.models.light_tokenizer import LightTokenizer
from assistant.models.template import PromptTemplate

if TYPE_CHECKING:
    from openvino_genai import ContinuousBatchingPipeline, GenerationConfig

BATCHED_TOKENS = 1024
"""Most tokens of one step: a longer prompt is read in parts, between which a stop is obeyed."""

LEAST_CACHE_GB = 1
"""Reserved for keys and values; grown as it is needed, it would forget what prompts share."""


@dataclass
class _Running:
    """A request that is under way.

    Attributes:
        handle: The library's.
        prompt_tokens: Of the rendered prompt.
        began: When it was handed over, by `time.perf_counter`.
        begun: Tokens of the answer's beginning where its rest is wanted.
        ids: Tokens generated so far.
        times_s: Seconds from `began` to each of them.
    """

    handle: Any
    prompt_tokens: int
    began: float
    begun: Sequence[int]
    ids: list[int] = field(default_factory=list)
    times_s: list[float] = field(default_factory=list)


class OpenVinoEngine:
    """A compiled form in memory.

    Args:
        spec: What to load; its `compiled` names the folder.
        tell: Told each stage of it, in a few words.

    Raises:
        EngineError: The compiled form cannot be loaded.
    """

    def __init__(self, spec: EngineSpec, tell: Callable[[str], None] = lambda what: None) -> None:
        assert spec.compiled
        self._folder = Path(spec.compiled)
        self._compiled: Compiled = read_compiled(self._folder)
        tell(f"loading {spec.label}: the tokenizer")
        tokenizer = LightTokenizer(self._folder)
        self._template = PromptTemplate(tokenizer, spec.system_prompt, tokenizer.end_ids)
        self._ends = frozenset(tokenizer.end_ids)
        tell(f"loading {spec.label}: the weights")
        self._pipeline = self._open(prefix_caching=True)
        self._asked = 0
        self.info = EngineInfo(
            engine="openvino", model=spec.label, precision=self._compiled.precision, device="cpu", context_tokens=self._compiled.context_tokens
        )

    def stream(self, request: Request, stop: StopSignal | None = None) -> Stream:
        """Answer one request token by token."""
        return Stream.of(lambda stream: self._speak(request, stop or StopSignal(), stream))

    def generate(
        self,
        requests: Sequence[Request],
        batch_size: int = 16,
        stop: StopSignal | None = None,
        finished: Finished | None = None,
    ) -> list[Answer]:
        """Answer many requests, `batch_size` of them under way at any time; times count from when each one began."""
        stop = stop or StopSignal()
        prompts = [self._encode(request) for request in requests]
        answers: dict[int, Answer] = {}
        running: dict[int, _Running] = {}
        waiting = iter(range(len(requests)))
        try:
            while not stop.is_set():
                while len(running) < batch_size and (index := next(waiting, None)) is not None:
                    running[index] = self._begin(requests[index], prompts[index])
                if not running:
                    break
                self._step(running.values())
                for index in [index for index, one in running.items() if _is_over(one)]:
                    answers[index] = self._answer(running.pop(index), stop)
                    if finished:
                        finished(index, answers[index])
        finally:
            self._drop(running.values())
        cancelled = {index: self._answer(one, stop) for index, one in running.items()}
        nothing = Answer("", (), (), 0, "cancelled", 0.0)
        return [answers.get(index) or cancelled.get(index, nothing) for index in range(len(requests))]

    def log_probs(self, conversations: Sequence[tuple[Sequence[Message], str]]) -> list[tuple[float, ...]]:
        """How likely the model finds given answers, token by token."""
        import openvino_genai

        # What a cached prefix has computed already is not computed again, and so has no probability.
        pipeline = self._open(prefix_caching=False)
        scored = []
        for number, (messages, answer) in enumerate(conversations):
            rendered = self._template.encode_example(messages, answer)
            echo = openvino_genai.GenerationConfig()
            echo.max_new_tokens, echo.echo, echo.logprobs = 0, True, 1
            handle = pipeline.add_request(number, _tensor([*rendered.prompt_ids, *rendered.answer_ids]), echo)
            while pipeline.has_non_finished_requests():
                pipeline.step()
            (output,) = handle.read_all()
            scored.append(tuple(output.generated_log_probs[len(rendered.prompt_ids) :]))
        return scored

    def count_tokens(self, messages: Sequence[Message]) -> int | None:
        """How many tokens the prompt of these messages has."""
        return len(self._template.encode(messages))

    def peak_memory_mib(self) -> float | None:
        """The largest resident memory of this process."""
        return peak_memory_mib()

    def peak_device_memory_mib(self) -> float | None:
        """None: it computes on the processor."""
        return None

    def close(self) -> None:
        """Forget the model."""
        del self._pipeline

    def _open(self, prefix_caching: bool) -> ContinuousBatchingPipeline:
        import openvino_genai

        scheduler = openvino_genai.SchedulerConfig()
        scheduler.enable_prefix_caching = prefix_caching
        scheduler.max_num_batched_tokens = BATCHED_TOKENS
        # Room for one whole context, and for what prompts share. It is only taken up as it is used.
        scheduler.cache_size = max(LEAST_CACHE_GB, math.ceil(self._compiled.context_tokens * self._compiled.kv_bytes_per_token / 10**9))
        group = self._compiled.activation_group
        properties = {} if group is None else {"DYNAMIC_QUANTIZATION_GROUP_SIZE": group}
        try:
            with kept_signal_stack():
                tokenizer = openvino_genai.Tokenizer(str(self._folder / STUB_TOKENIZER))
                weights = weights_of(self._folder, self._compiled.precision)
                return openvino_genai.ContinuousBatchingPipeline(str(weights), tokenizer, scheduler, "CPU", **properties)
        except RuntimeError as error:
            raise EngineError(f"openvino cannot load {self._folder}: {_what_failed(error)}") from error

    def _encode(self, request: Request) -> list[int]:
        return prompt_of(request, self._template, self.info.model, self._compiled.context_tokens)

    def _begin(self, request: Request, prompt: Sequence[int]) -> _Running:
        self._asked += 1
        began = time.perf_counter()
        try:
            handle = self._pipeline.add_request(self._asked, _tensor(prompt), self._settings(request.sampling, len(prompt)))
        except RuntimeError as error:
            raise EngineError(f"openvino refused the request: {_what_failed(error)}") from error
        return _Running(handle, len(prompt), began, self._template.encode_begun(request.messages))

    def _settings(self, sampling: Sampling, prompt_tokens: int) -> GenerationConfig:
        import openvino_genai

        settings = openvino_genai.GenerationConfig()
        settings.max_new_tokens = min(sampling.max_new_tokens, self._compiled.context_tokens - prompt_tokens)
        settings.eos_token_id = self._template.end_ids[0]
        settings.stop_token_ids = set(self._ends)
        settings.repetition_penalty = sampling.repetition_penalty
        settings.do_sample = sampling.temperature > 0
        if sampling.temperature > 0:
            settings.temperature, settings.top_p, settings.rng_seed = sampling.temperature, sampling.top_p, sampling.seed
        return settings

    def _step(self, running: Any) -> None:
        """One token further, all together; whoever got tokens keeps them with the time."""
        try:
            self._pipeline.step()
        except RuntimeError as error:
            raise EngineError(f"openvino failed: {_what_failed(error)}") from error
        now = time.perf_counter()
        for one in running:
            while one.handle.can_read():
                for output in one.handle.read().values():
                    one.ids += output.generated_ids
                    one.times_s += [now - one.began] * len(output.generated_ids)

    def _drop(self, running: Any) -> None:
        """End what is still under way; the scheduler lets go of it in a step."""
        under_way = [one for one in running if not _is_over(one)]
        for one in under_way:
            one.handle.cancel()
        if under_way:
            # It may be a failure that led here, which is what the caller is to hear of.
            with suppress(RuntimeError):
                self._pipeline.step()

    def _answer(self, one: _Running, stop: StopSignal) -> Answer:
        return answer_of(one.ids, one.times_s, one.prompt_tokens, self._template, self._ends, one.began, stop, one.begun)

    def _speak(self, request: Request, stop: StopSignal, stream: Stream) -> Iterator[Token]:
        one = self._begin(request, self._encode(request))
        speller = Speller(self._template, one.begun)
        told = 0
        try:
            while not stop.is_set() and not (_is_over(one) and told == len(one.ids)):
                self._step([one])
                for number, time_s in zip(one.ids[told:], one.times_s[told:], strict=True):
                    yield Token(id=number, text=speller.text_of(number), time_s=time_s)
                told = len(one.ids)
        finally:
            # Also where the reader has gone away in the middle.
            self._drop([one])
        stream.answer = self._answer(one, stop)


def _is_over(one: _Running) -> bool:
    from openvino_genai import GenerationStatus

    return one.handle.get_status() != GenerationStatus.RUNNING and not one.handle.can_read()


def _tensor(ids: Sequence[int]) -> Any:
    import numpy as np
    import openvino

    return openvino.Tensor(np.array([ids], dtype=np.int64))


def _what_failed(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    # openvino's first line names its own source file, the last what is wrong.
    return lines[-1] if lines else type(error).__name__
