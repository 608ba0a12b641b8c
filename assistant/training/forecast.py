"""What a training would take, told before it is begun: a few of its steps are really taken, and thrown away."""

from __future__ import annotations

import math
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.core.allocator import keep_memory
from assistant.core.files import read_json
from assistant.core.home import Home
from assistant.core.machine import available_memory_mib, peak_memory_mib
from assistant.core.progress import progress
from assistant.core.recipe import Training
from assistant.core.recipe_file import RecipeFile
from assistant.models.template import save_template
from assistant.models.weights import pick_device, pick_dtype
from assistant.training.methods import keep_precision, load_for_training
from assistant.training.rows import Rows
from assistant.training.run import Plan, make_plan
from assistant.training.stopwatch import Stopwatch
from assistant.training.trainer import make_trainer, steps_of

MEASURED_STEPS = 8
"""Steps that are taken at most; the first one, which is slower, is not timed, and slow ones end it sooner."""

MEASURED_PASSES = 2
"""Passes of a measured step at most: the others of an accumulated step take the same again, and no more memory."""

MOST_DRAWN = 2**18
"""Rows that the heaviest batch is looked for in; it takes some tenths of a second, and more hardly find a heavier one."""

SEED = 0
"""Of the choice of rows that are measured."""


@dataclass(frozen=True)
class Forecast:
    """What a training would take.

    Attributes:
        method: As in the recipe.
        rows: To train on.
        validation_rows: To validate.
        cut: Rows whose answer is cut.
        left_out: Rows whose prompt alone is too long.
        tokens: That will be seen, all epochs together, padding not counted.
        steps: Of the optimizer.
        measured_steps: Of how many steps the time was taken; few tell it roughly, and 0 is none.
        tokens_per_s: Measured; null where nothing was.
        seconds: Of the training, validations and checkpoints among them; null where nothing was measured.
        peak_memory_mib: The largest resident memory of the process, or allocated on the GPU; null where nothing was measured.
        available_memory_mib: What is there for it now.
        result_mib: Size of the version on disk, without what is compiled from it; null where nothing was measured.
        device: Where it was measured.
        warnings: What stands against it.
    """

    method: str
    rows: int
    validation_rows: int
    cut: int
    left_out: int
    tokens: int
    steps: int
    measured_steps: int
    tokens_per_s: float | None
    seconds: float | None
    peak_memory_mib: float | None
    available_memory_mib: float
    result_mib: float | None
    device: str
    warnings: tuple[str, ...]


def forecast(file: RecipeFile, home: Home) -> Forecast:
    """Tell what a training would take; nothing of it stays but the prepared data.

    Raises:
        UserError: The recipe, the base, the template or the data cannot be used.
    """
    plan = make_plan(file, home)
    training = file.recipe.training
    told = Forecast(
        method=training.method,
        rows=len(plan.train.rows),
        validation_rows=len(plan.validation.rows),
        cut=len(plan.train.cut),
        left_out=len(plan.train.left_out),
        tokens=_tokens(plan.train, training),
        steps=steps_of(plan.train, training),
        measured_steps=0,
        tokens_per_s=None,
        seconds=None,
        peak_memory_mib=None,
        available_memory_mib=round(available_memory_mib(), 1),
        result_mib=None,
        device="cpu",
        warnings=(),
    )
    least = least_memory_mib(plan)
    if least > told.available_memory_mib:
        words = (
            f"the weights and the optimizer alone take {least:,.0f} MiB, and {told.available_memory_mib:,.0f} MiB are available; nothing was measured"
        )
        return replace(told, warnings=(words,))
    return _measured(plan, told)


def lines_of(told: Forecast) -> list[str]:
    """The forecast for people."""
    unknown = "not measured"
    rows = f"{told.rows} to train on, {told.validation_rows} to validate; {told.cut} cut, {told.left_out} left out"
    time_words = unknown
    if told.seconds is not None:
        steps = "1 step" if told.measured_steps == 1 else f"{told.measured_steps} steps"
        time_words = f"about {_duration(told.seconds)} at {told.tokens_per_s:.0f} tokens/s on {told.device}, as {steps} took"
    memory = unknown if told.peak_memory_mib is None else f"about {told.peak_memory_mib:,.0f} MiB"
    return [
        f"method       {told.method}",
        f"rows         {rows}",
        f"tokens       {told.tokens:,} in {told.steps} steps",
        f"time         {time_words}",
        f"peak memory  {memory}; {told.available_memory_mib:,.0f} MiB are available",
        f"result       {unknown if told.result_mib is None else f'{told.result_mib:,.1f} MiB'}",
        *(f"warning      {warning}" for warning in told.warnings),
    ]


def least_memory_mib(plan: Plan) -> float:
    """What a training surely takes: weights, and for the full method gradients, fp32 masters and two moments."""
    training = plan.file.recipe.training
    width = pick_dtype(training.precision, pick_device()).itemsize
    # NF4 with its scales twice quantized takes 4.127 bits a weight (Dettmers et al. 2023); moments and masters 4 bytes each,
    # and an fp32 weight is its own master.
    masters = 0 if width == 4 else 4
    each = {"lora": width, "qlora": 0.516, "full": width + width + 2 * 4 + masters}[training.method]
    return each * parameters_of(plan.fitted.weights) / 2**20


def parameters_of(folder: Path) -> int:
    """Weights in a model folder, by the headers of the files that are loaded: some folders hold the same weights twice."""
    from safetensors import safe_open

    index, single = folder / "model.safetensors.index.json", folder / "model.safetensors"
    if index.exists():
        files = {folder / name for name in read_json(index)["weight_map"].values()}
    else:
        files = {single} if single.exists() else set(folder.glob("*.safetensors"))
    count = 0
    for path in files:
        with safe_open(path, framework="pt") as file:
            count += sum(math.prod(file.get_slice(name).get_shape()) for name in file.keys())  # noqa: SIM118 - no mapping
    return count


def _measured(plan: Plan, told: Forecast) -> Forecast:
    import torch

    training = plan.file.recipe.training
    steps = min(MEASURED_STEPS, told.steps)
    few = _few(plan.train, training, steps)
    size = few.batch_size * few.accumulation
    train = _sample(plan.train, few, steps, told.steps)
    batches = [sum(train.lengths[start : start + size]) for start in range(0, len(train.rows), size)]
    validation = _heaviest(plan.validation, training.batch_size)
    keep_memory()
    with progress(f"measuring a few steps, at most {steps}", 1.0) as advance, tempfile.TemporaryDirectory() as scratch:
        model = load_for_training(plan.fitted, training)
        watch = Stopwatch(batches, advance)
        trainer = make_trainer(model, plan.fitted.template, train, validation, few, Path(scratch) / "run", [watch], in_order=True)
        trainer.train()
        version = Path(scratch) / "version"
        keep_precision(trainer.model, training)
        trainer.model.save_pretrained(version)
        save_template(plan.fitted.template, version)
        result_mib = sum(path.stat().st_size for path in version.rglob("*") if path.is_file()) / 2**20
        advance(1.0, "done")
    training_s = told.tokens / watch.tokens_per_s + told.steps * watch.optimizer_s
    share = sum(plan.validation.lengths) / max(1, sum(validation.lengths))
    seconds = training_s + watch.rest_s * share * training.evaluations
    on_gpu = model.device.type == "cuda"
    peak = torch.cuda.max_memory_allocated() / 2**20 if on_gpu else peak_memory_mib()
    # What this process holds already is no longer available, and is part of the peak.
    available = torch.cuda.mem_get_info()[1] / 2**20 if on_gpu else told.available_memory_mib
    return replace(
        told,
        measured_steps=watch.timed,
        tokens_per_s=round(told.tokens / training_s, 1),
        seconds=round(seconds, 1),
        peak_memory_mib=round(peak, 1),
        available_memory_mib=round(available, 1),
        result_mib=round(result_mib, 1),
        device=torch.cuda.get_device_name() if on_gpu else "cpu",
        warnings=(f"the training takes about {peak:,.0f} MiB, and {available:,.0f} MiB are available",) if peak > available else (),
    )


def _tokens(rows: Rows, training: Training) -> int:
    if training.max_steps is None:
        return round(rows.tokens * training.epochs)
    return round(training.max_steps * training.batch_size * training.accumulation * rows.tokens / len(rows.rows))


def _few(rows: Rows, training: Training, steps: int) -> Training:
    """The settings to measure with: steps that take the rows that a step of the training would have, or some of its passes."""
    batch_size = min(training.batch_size, len(rows.rows))
    passes = min(training.accumulation, math.ceil(len(rows.rows) / batch_size), MEASURED_PASSES)
    return training.model_copy(update={"max_steps": steps, "evaluations": 1, "batch_size": batch_size, "accumulation": passes})


def _sample(rows: Rows, few: Training, steps: int, all_steps: int) -> Rows:
    """Rows for a few steps: chance ones, and in the second step the heaviest that chance would put together in the whole training.

    The second one is timed and taken also where steps are slow, and the optimizer's own memory is held by then.
    """
    dice = random.Random(SEED)
    size = few.batch_size * few.accumulation
    everything = range(len(rows.rows))
    # What fills several passes may be more than there is.
    draw = dice.sample if size <= len(everything) else lambda of, k: dice.choices(of, k=k)
    batches = [draw(everything, size) for _ in range(steps)]
    heaviest = max(batches, key=lambda batch: _weight(rows, batch))
    for _ in range(min(all_steps, MOST_DRAWN // size) - steps):
        heaviest = max(heaviest, draw(everything, size), key=lambda batch: _weight(rows, batch))
    batches = batches[: steps - 1]
    batches.insert(1, heaviest)
    return _chosen(rows, [index for batch in batches for index in batch])


def _weight(rows: Rows, batch: Sequence[int]) -> int:
    return sum(rows.lengths[index] for index in batch)


def _heaviest(rows: Rows, batch_size: int) -> Rows:
    """The batch of the validation that has most tokens; it is taken in order."""
    starts = range(0, len(rows.rows), batch_size)
    batches = [list(range(start, min(start + batch_size, len(rows.rows)))) for start in starts]
    return _chosen(rows, max(batches, key=lambda batch: _weight(rows, batch), default=[]))


def _chosen(rows: Rows, indices: Sequence[int]) -> Rows:
    lengths = tuple(rows.lengths[index] for index in indices)
    return replace(rows, rows=[rows.rows[index] for index in indices], lengths=lengths, tokens=sum(lengths))


def _duration(seconds: float) -> str:
    """In two digits or so: a few steps tell no more."""
    if seconds < 60:
        return f"{round(seconds)} s"
    if seconds < 600:
        minutes, rest = divmod(round(seconds, -1), 60)
        return f"{minutes:.0f} min {rest:.0f} s" if rest else f"{minutes:.0f} min"
    if seconds < 6000:
        return f"{round(seconds / 60)} min"
    hours, minutes = divmod(round(seconds / 60, -1), 60)
    return f"{hours:.0f} h {minutes:.0f} min" if minutes and seconds < 36_000 else f"{round(seconds / 3600):,} h"
