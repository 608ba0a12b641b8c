"""The slow part of a training: load, learn, keep the best, write the version. Imports torch."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import assistant
from assistant.core import fingerprint
from assistant.core.allocator import keep_memory
from assistant.core.files import write_json, write_text
from assistant.core.home import Home
from assistant.core.machine import describe, package_versions, peak_memory_mib
from assistant.core.progress import progress, say
from assistant.core.recipe_file import dump_recipe
from assistant.models.template import save_template
from assistant.registry.card import write_card
from assistant.registry.manifest import BaseFacts, Manifest, TrainingFacts, write_manifest
from assistant.registry.versions import RECIPE_FILE, Version, add_version
from assistant.training.callbacks import Completion, Curve, Interruption
from assistant.training.curve import draw_curve
from assistant.training.live import Listeners, Live
from assistant.training.methods import keep_precision, load_for_training
from assistant.training.run import Interrupted, Plan
from assistant.training.samples import Asked, questions_of
from assistant.training.state import Checkpoint, read_run
from assistant.training.trainer import make_trainer, steps_of

if TYPE_CHECKING:
    from transformers import PreTrainedModel
    from trl import SFTTrainer


def learn(plan: Plan, home: Home, folder: Path, checkpoint: Checkpoint | None, listeners: Listeners) -> Version:
    """Train, and add the version.

    Args:
        plan: What is trained.
        home: Where the version goes.
        folder: Where checkpoints go meanwhile.
        checkpoint: Where to go on; None to begin.
        listeners: Who is told how it goes.

    Raises:
        Interrupted: The user stopped it; the checkpoint is whole.
    """
    keep_memory()
    recipe = plan.file.recipe
    say(f"loading {recipe.base}")
    model = load_for_training(plan.fitted, recipe.training)
    steps = steps_of(plan.train, recipe.training)
    interruption = Interruption()
    with progress(f"train {recipe.name} ({recipe.training.method})", steps) as advance, interruption.listening():
        curve = Curve(
            advance,
            points=list(checkpoint.points) if checkpoint else [],
            seconds_before=checkpoint.seconds if checkpoint else 0.0,
            tokens_before=checkpoint.tokens if checkpoint else 0,
        )
        live = Live(listeners, curve, plan.fitted.template, _questions(plan, model), lambda: interruption.asked)
        callbacks = [curve, Completion(curve), interruption, live]
        trainer = make_trainer(model, plan.fitted.template, plan.train, plan.validation, recipe.training, folder, callbacks)
        trainer.train(resume_from_checkpoint=str(checkpoint.folder) if checkpoint else None)
    if trainer.state.global_step < trainer.state.max_steps:
        raise Interrupted(trainer.state.global_step, trainer.state.max_steps)
    listeners.log.write("phase", phase="writing")
    resumed = (read_run(folder) or {"resumed": 0})["resumed"]
    facts = _facts(plan, trainer, curve, resumed)
    return add_version(recipe.name, home, lambda working, number: _write_version(working, number, plan, trainer, curve, facts))


def _questions(plan: Plan, model: PreTrainedModel) -> tuple[Asked, ...]:
    room = getattr(model.config.get_text_config(), "max_position_embeddings", None)
    return questions_of(plan.prepared.splits["validation"], plan.fitted.template, room)


def _facts(plan: Plan, trainer: SFTTrainer, curve: Curve, resumed: int) -> TrainingFacts:
    import torch

    model = trainer.model
    best = trainer.state.best_global_step if trainer.state.best_metric is not None else None
    trained = sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
    losses = [point["loss"] for point in curve.points if "loss" in point]
    on_gpu = model.device.type == "cuda"
    return TrainingFacts(
        method=plan.file.recipe.training.method,
        precision=("nf4 with " if plan.file.recipe.training.method == "qlora" else "") + str(model.dtype).removeprefix("torch."),
        device=torch.cuda.get_device_name() if on_gpu else "cpu",
        steps=trainer.state.global_step,
        best_step=best,
        validation_loss=trainer.state.best_metric,
        train_loss=losses[-1],
        tokens=curve.tokens,
        seconds=round(curve.seconds, 2),
        tokens_per_s=round(curve.tokens / curve.seconds, 1),
        peak_memory_mib=round(peak_memory_mib(), 1),
        peak_device_memory_mib=round(torch.cuda.max_memory_allocated() / 2**20, 1) if on_gpu else None,
        trained_parameters=trained,
        total_parameters=_base_parameters(model),
        seed=plan.file.recipe.training.seed,
        rows={"train": plan.train.to_json(), "validation": plan.validation.to_json()},
        resumed=resumed,
    )


def _base_parameters(model: Any) -> int:
    """Weights of the base, an adapter's not counted; four-bit weights are packed in pairs."""
    return sum(
        parameter.numel() * (2 if parameter.__class__.__name__ == "Params4bit" and parameter.element_size() == 1 else 1)
        for name, parameter in model.named_parameters()
        if "lora_" not in name and "trainable_tokens" not in name
    )


def _write_version(working: Path, number: int, plan: Plan, trainer: SFTTrainer, curve: Curve, facts: TrainingFacts) -> None:
    """Everything that a version's folder holds."""
    recipe = plan.file.recipe
    template = plan.fitted.template
    model = trainer.model
    keep_precision(model, recipe.training)
    model.save_pretrained(working)
    (working / "README.md").unlink(missing_ok=True)
    save_template(template, working)
    write_text(working / RECIPE_FILE, dump_recipe(recipe))
    write_json(working / "curve.json", {"schema": 1, "points": curve.points})
    write_text(working / "curve.svg", draw_curve(curve.points, facts.best_step))
    manifest = Manifest(
        name=recipe.name,
        version=number,
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        recipe_folder=str(plan.file.folder.resolve()),
        identity=plan.identity,
        base=BaseFacts(
            name=recipe.base,
            fingerprint=plan.fitted.base.fingerprint,
            license=plan.fitted.base.license,
            grown=plan.fitted.weights != plan.fitted.base.folder,
        ),
        template=template.fingerprint,
        data=plan.prepared.fingerprint,
        recipe=fingerprint.of_value(recipe.model_dump(mode="json")),
        code={"version": assistant.__version__, "fingerprint": fingerprint.of_code()},
        libraries=package_versions(),
        machine=describe(),
        training=facts,
    )
    write_card(working, manifest, recipe, plan.prepared.report)
    write_manifest(working, manifest)
