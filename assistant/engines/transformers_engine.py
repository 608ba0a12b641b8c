"""Text from a model in this process, by transformers: one stream, or many requests in batches.

Adapters are merged into the unquantized weights. Tokens are timed as the model yields them.
"""

from __future__ import annotations

import queue
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.core.errors import EngineError
from assistant.core.machine import peak_memory_mib
from assistant.core.messages import Message
from assistant.engines.protocol import Answer, EngineInfo, Finished, Request, Sampling, StopSignal, Stream, Token
from assistant.engines.recording import Recorder, interrupted_by, stop_when
from assistant.engines.speaking import Speller, answer_of, prompt_of
from assistant.engines.spec import EngineSpec
from assistant.models.template import load_template
from assistant.models.weights import load_weights

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class TransformersEngine:
    """A model in memory.

    Args:
        spec: What to load.
        tell: Told each stage of it, in a few words.

    Raises:
        TemplateError: The template is not the one that was trained with.
        BaseError: The weights cannot be loaded.
        EngineError: The adapter does not belong to the weights.
    """

    def __init__(self, spec: EngineSpec, tell: Callable[[str], None] = lambda what: None) -> None:
        from transformers import GenerationConfig

        tell(f"loading {spec.label}: the tokenizer")
        self._template = load_template(Path(spec.tokenizer), spec.system_prompt, spec.template_fingerprint)
        tell(f"loading {spec.label}: the weights")
        model = load_weights(Path(spec.weights), spec.precision)
        if spec.adapter:
            tell(f"loading {spec.label}: the adapter")
        self._model = (merged(model, spec.adapter) if spec.adapter else model).eval()
        self._continuous = self._model.device.type == "cuda"
        # What is not said here would be filled in from the base's own settings.
        self._model.generation_config = GenerationConfig()
        self.info = EngineInfo(
            engine="transformers",
            model=spec.label,
            precision=str(self._model.dtype).removeprefix("torch."),
            device=str(self._model.device),
            context_tokens=getattr(self._model.config.get_text_config(), "max_position_embeddings", None),
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
        """Answer many requests, those with prompts of like length together.

        Sampled requests are answered one at a time, so that each has its own seed and none depends on
        its neighbours. Times are counted from the beginning of the batch.
        """
        stop = stop or StopSignal()
        prompts = [self._encode(request) for request in requests]
        if self._continuous and all(_is_plain(request.sampling) for request in requests):
            return self._generate_continuously(requests, prompts, batch_size, stop, finished)
        answers: list[Answer | None] = [None] * len(requests)
        for batch in _batches(requests, prompts, batch_size):
            started = time.perf_counter()
            recorder = Recorder()
            if not stop.is_set():
                self._run([prompts[index] for index in batch], requests[batch[0]].sampling, stop, recorder)
            rows = recorder.rows or [[] for _ in batch]
            for index, ids in zip(batch, rows, strict=True):
                answer = answers[index] = self._answer(requests[index], prompts[index], ids, recorder.times_s, started, stop)
                if finished:
                    finished(index, answer)
        return [answer for answer in answers if answer is not None]

    def _generate_continuously(
        self, requests: Sequence[Request], prompts: Sequence[Sequence[int]], batch_size: int, stop: StopSignal, finished: Finished | None
    ) -> list[Answer]:
        """Answer greedy requests, each beginning when there is room for it."""
        from assistant.engines.continuous import generate_continuously

        limits = [int(self._settings(request.sampling, len(prompt)).max_new_tokens) for request, prompt in zip(requests, prompts, strict=True)]
        answers: dict[int, Answer] = {}
        for index, ids, times_s in generate_continuously(self._model, prompts, limits, self._settings(Sampling(), 0), batch_size, stop):
            answers[index] = self._answer(requests[index], prompts[index], ids, times_s, time.perf_counter(), stop)
            if finished:
                finished(index, answers[index])
        return [answers.get(index, Answer("", (), (), len(prompt), "cancelled", 0.0)) for index, prompt in enumerate(prompts)]

    def log_probs(self, conversations: Sequence[tuple[Sequence[Message], str]]) -> list[tuple[float, ...]]:
        """How likely the model finds given answers, token by token."""
        import torch

        scored = []
        for messages, answer in conversations:
            rendered = self._template.encode_example(messages, answer)
            ids = torch.tensor([[*rendered.prompt_ids, *rendered.answer_ids]], device=self._model.device)
            with torch.inference_mode():
                # The token before each token of the answer predicts it.
                logits = self._model(input_ids=ids, logits_to_keep=len(rendered.answer_ids) + 1).logits[0, :-1]
                told = logits.float().log_softmax(-1).gather(1, ids[0, -len(rendered.answer_ids) :, None])
            scored.append(tuple(told[:, 0].tolist()))
        return scored

    def count_tokens(self, messages: Sequence[Message]) -> int | None:
        """How many tokens the prompt of these messages has."""
        return len(self._template.encode(messages))

    def peak_memory_mib(self) -> float | None:
        """The largest resident memory of this process."""
        return peak_memory_mib()

    def peak_device_memory_mib(self) -> float | None:
        """The most that torch held on the graphics card; None on the processor."""
        import torch

        return torch.cuda.max_memory_allocated(self._model.device) / 2**20 if self._model.device.type == "cuda" else None

    def close(self) -> None:
        """Forget the model."""
        del self._model

    def _encode(self, request: Request) -> list[int]:
        return prompt_of(request, self._template, self.info.model, self.info.context_tokens)

    def _run(self, prompts: Sequence[Sequence[int]], sampling: Sampling, stop: StopSignal, recorder: Recorder) -> None:
        """Generate for one batch; the recorder hears every step."""
        import torch

        tokenizer = self._template.tokenizer
        padded = tokenizer.pad({"input_ids": [list(prompt) for prompt in prompts]}, padding_side="left", return_tensors="pt")
        if sampling.temperature > 0:
            torch.manual_seed(sampling.seed)
        recorder.start()
        with torch.inference_mode(), interrupted_by(stop, self._model):
            self._model.generate(
                **{name: padded[name].to(self._model.device) for name in ("input_ids", "attention_mask")},
                generation_config=self._settings(sampling, max(map(len, prompts))),
                stopping_criteria=stop_when(stop),
                streamer=recorder,
            )

    def _settings(self, sampling: Sampling, prompt_tokens: int) -> Any:
        from transformers import GenerationConfig

        room = self.info.context_tokens
        limit = sampling.max_new_tokens if room is None else min(sampling.max_new_tokens, room - prompt_tokens)
        sampled = {"temperature": sampling.temperature, "top_p": sampling.top_p, "top_k": 0} if sampling.temperature > 0 else {}
        return GenerationConfig(
            max_new_tokens=limit,
            do_sample=sampling.temperature > 0,
            repetition_penalty=sampling.repetition_penalty,
            eos_token_id=list(self._template.end_ids),
            pad_token_id=self._template.tokenizer.pad_token_id,
            **sampled,
        )

    def _answer(
        self, request: Request, prompt: Sequence[int], row: Sequence[int], times_s: Sequence[float], began: float, stop: StopSignal
    ) -> Answer:
        begun = self._template.encode_begun(request.messages)
        return answer_of(row, times_s, len(prompt), self._template, frozenset(self._template.end_ids), began, stop, begun)

    def _speak(self, request: Request, stop: StopSignal, stream: Stream) -> Iterator[Token]:
        """Generate in a thread and hand on each token as text."""
        started = time.perf_counter()
        prompt = self._encode(request)
        steps: queue.Queue[tuple[int, float] | Exception | None] = queue.Queue()
        recorder = Recorder(on_step=lambda ids, time_s: steps.put((ids[0], time_s)))
        thread = threading.Thread(target=_run_and_end, args=(lambda: self._run([prompt], request.sampling, stop, recorder), steps), daemon=True)
        thread.start()
        speller = Speller(self._template, self._template.encode_begun(request.messages))
        ended = False
        try:
            while (step := steps.get()) is not None:
                if isinstance(step, Exception):
                    raise EngineError(f"{type(step).__name__}: {step}") from step
                yield Token(id=step[0], text=speller.text_of(step[0]), time_s=step[1])
            ended = True
        finally:
            if not ended:
                # The reader is gone before the end: nobody wants the rest.
                stop.set()
            thread.join()
        stream.answer = self._answer(request, prompt, recorder.rows[0] if recorder.rows else [], recorder.times_s, started, stop)


def _is_plain(sampling: Sampling) -> bool:
    """Whether the likeliest token is taken, with nothing done to its likelihood before."""
    return sampling.temperature == 0 and sampling.repetition_penalty == 1


def _run_and_end(run: Any, steps: queue.Queue[Any]) -> None:
    """Whatever happens, the reader hears of the end: an exception that is lost would leave it waiting."""
    try:
        run()
        steps.put(None)
    except Exception as error:
        steps.put(error)


def _batches(requests: Sequence[Request], prompts: Sequence[Sequence[int]], size: int) -> Iterator[list[int]]:
    """Indices of requests that are answered together: the same sampling, and prompts of like length."""
    order = sorted(range(len(requests)), key=lambda index: (repr(requests[index].sampling), -len(prompts[index])))
    batch: list[int] = []
    for index in order:
        sampling = requests[index].sampling
        if batch and (len(batch) == size or sampling.temperature > 0 or sampling != requests[batch[0]].sampling):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def merged(model: PreTrainedModel, adapter: str) -> PreTrainedModel:
    """A model with a PEFT adapter merged into its weights.

    Raises:
        EngineError: The adapter does not belong to the weights.
    """
    from peft import PeftModel

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with_adapter = PeftModel.from_pretrained(model, adapter, local_files_only=True)
    if any("missing adapter keys" in str(warning.message) for warning in caught):
        raise EngineError(f"the adapter in {adapter} does not belong to these weights")
    whole: PreTrainedModel = with_adapter.merge_and_unload()
    return whole
