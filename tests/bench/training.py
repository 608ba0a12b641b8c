"""Training beside TRL's own command and the padded Trainer of tutorials: `python -m tests.bench.training [--medquad FILE]`.

All three learn the same rows with the same seed, template, LoRA and learning rate, one after another in turns; one
evaluator then asks all three adapters, merged into the same fp32 base, how likely they find held-out answers. A script,
not a test: seconds depend on the machine and on what else it does.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assistant.core.files import read_json, write_jsonl
from assistant.engines.child import ChildEngine
from assistant.engines.spec import EngineSpec
from assistant.registry.versions import versions_of
from tests.bench import peers
from tests.bench.material import HOME, Material, base_spec, make_material
from tests.bench.report import BUILD, Goal, NotMeasuredError, Part, Table, markdown_of, median_and_best, one_of, run_process

OURS, TRL, PADDED = "assistant train", "trl sft", "padded Trainer"
METHODS = {"lora": 5e-4, "qlora": 5e-4, "full": 5e-5}
"""Learning rates; a full fine-tuning wants about a tenth of an adapter's."""
FOLDER = BUILD / "training"
HELD_OUT = 76


@dataclass(frozen=True)
class Options:
    """How much is measured.

    Attributes:
        medquad: The rows; None for datasets/health.
        epochs: Of each training.
        rounds: How often each is trained.
        steps: All trainings, ours too, end after so many; None for whole ones.
        peer_steps: The peers alone end after so many, and have no held-out loss then.
        padded_steps: The padded Trainer ends after so many, for it may take an hour and more; None for all.
        methods: Whether the three methods are compared as well.
    """

    medquad: Path | None = None
    epochs: float = 1.0
    rounds: int = 2
    steps: int | None = None
    peer_steps: int | None = None
    padded_steps: int | None = 3
    methods: bool = True


@dataclass(frozen=True)
class Trained:
    """One training.

    Attributes:
        tokens: Tokens seen, without padding.
        training_s: Spent training; loading and saving are not in it.
        process_s: The whole process.
        peak_mib: Its largest resident memory.
        adapter: What came out.
    """

    tokens: int
    training_s: float
    process_s: float
    peak_mib: float
    adapter: Path

    @property
    def tokens_per_s(self) -> float:
        """Useful tokens a second."""
        return self.tokens / self.training_s


def measure(options: Options) -> Part:
    """Train all three in turns, then ask their adapters."""
    settings = {"epochs": options.epochs, "max_steps": options.steps, "learning_rate": 5e-4, "batch_size": 8, "max_length": 512}
    # Nobody validates: what is not learned from is asked at the end.
    data = {"split": {"train": 80, "validation": 0, "test": 20}, "limit": {"train": 400, "test": HELD_OUT}}
    # Only training is measured, so nothing is compiled behind it.
    material = make_material(options.medquad, "bench-training", training=settings, data=data, engine={"name": "transformers"})
    spec = base_spec()
    runs: dict[str, list[Trained]] = {OURS: [], TRL: [], PADDED: []}
    missing: dict[str, str] = {}
    trainers = {OURS: train_ours, TRL: train_trl, PADDED: train_padded}
    for _ in range(options.rounds):
        for name, train in trainers.items():
            try:
                runs[name].append(train(material, spec, options))
            except NotMeasuredError as reason:
                missing[name] = str(reason)
    losses = {
        name: held_out_loss(spec, material, done[0].adapter) for name, done in runs.items() if done and (name == OURS or not options.peer_steps)
    }
    losses["untrained base"] = held_out_loss(spec, material, None)
    speeds = {name: [run.tokens_per_s for run in done] for name, done in runs.items()}
    goals = (
        Goal("training, useful tokens/s, beside trl sft", **one_of(speeds, missing, OURS, TRL), at_least=3),
        Goal("training, useful tokens/s, beside the padded Trainer", **one_of(speeds, missing, OURS, PADDED), at_least=4),
        loss_goal(losses, missing, options),
    )
    tables = [speed_table(runs, losses, missing, material, options)]
    if options.methods:
        tables.append(methods_table(options))
    return Part("Training", tuple(tables), goals)


def train_ours(material: Material, spec: EngineSpec, options: Options) -> Trained:
    """The project's own command."""
    name = material.recipe.parent.name
    command = [sys.executable, "-m", "assistant", "train", material.recipe, "--again", "--home", HOME.root, "--json"]
    ran = run_process(command, FOLDER / "ours.log")
    adapter = versions_of(name, HOME)[-1].folder
    facts = read_json(adapter / "manifest.json")["training"]
    return Trained(facts["tokens"], facts["seconds"], ran.seconds, ran.peak_mib, adapter)


def train_trl(material: Material, spec: EngineSpec, options: Options) -> Trained:
    """TRL's own command; what is not said here is its default: bf16 autocast over fp32 weights, gradient checkpointing, no packing."""
    program = peers.program("trl", "trl")
    output = emptied(FOLDER / "trl")
    rows = write_rows(material, spec)
    settings = {
        "model_name_or_path": spec.weights,
        "dataset_name": rows.parent,
        "output_dir": output,
        **{"use_peft": True, "lora_r": 16, "lora_alpha": 32, "lora_dropout": 0, "lora_target_modules": "all-linear"},
        **{"learning_rate": 5e-4, "lr_scheduler_type": "cosine", "warmup_steps": 0.05},
        **{"per_device_train_batch_size": 8, "num_train_epochs": options.epochs, "max_length": 512, "seed": 0, "use_cpu": True},
        # Every step is written down, so that the tokens of the last one are.
        "logging_steps": 1,
    }
    if steps := options.steps or options.peer_steps:
        settings["max_steps"] = steps
    ran = run_process(
        [program, "sft", *(str(word) for key, value in settings.items() for word in (f"--{key}", value))], FOLDER / "trl.log", peers.environment()
    )
    (runtime,) = re.findall(r"'train_runtime': '?([\d.e+]+)", ran.output)
    (state,) = output.glob("checkpoint-*/trainer_state.json")
    tokens = next(entry["num_tokens"] for entry in reversed(read_json(state)["log_history"]) if "num_tokens" in entry)
    return Trained(int(tokens), float(runtime), ran.seconds, ran.peak_mib, output)


def train_padded(material: Material, spec: EngineSpec, options: Options) -> Trained:
    """transformers.Trainer with peft, every row padded to 512, in fp32."""
    program = peers.program("trl")
    output = emptied(FOLDER / "padded")
    order = {
        **{"base": spec.weights, "rows": str(write_rows(material, spec)), "output": str(output), "seed": 0, "rank": 16, "alpha": 32},
        **{"learning_rate": 5e-4, "warmup": 0.05, "batch_size": 8, "epochs": options.epochs},
        "steps": options.steps or options.peer_steps or options.padded_steps,
        "max_length": 512,
    }
    ran = run_process([program, Path(__file__).with_name("padded_trainer.py"), json.dumps(order)], FOLDER / "padded.log", peers.environment())
    facts = json.loads(ran.output.splitlines()[-1])
    return Trained(facts["tokens"], facts["seconds"], ran.seconds, ran.peak_mib, output)


def write_rows(material: Material, spec: EngineSpec) -> Path:
    """The training rows as conversational prompt and completion, the system prompt among them."""
    path = FOLDER / "rows" / "train.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    system = {"role": "system", "content": spec.system_prompt}
    write_jsonl(
        path,
        (
            {"prompt": [system, *map(dict, example.prompt)], "completion": [{"role": "assistant", "content": example.answers[0]}]}
            for example in material.prepared.splits["train"]
        ),
    )
    return path


def held_out_loss(spec: EngineSpec, material: Material, adapter: Path | None) -> float:
    """Mean negative log-likelihood of a token of the held-out answers, in nats, by the adapter merged into the fp32 base."""
    engine = ChildEngine(replace(spec, adapter=str(adapter) if adapter else None, precision="float32"), FOLDER / "held_out.log")
    try:
        scored = engine.log_probs([(example.prompt, example.answers[0]) for example in material.prepared.splits["test"]])
    finally:
        engine.close()
    return -sum(map(sum, scored)) / sum(map(len, scored))


def loss_goal(losses: dict[str, float], missing: dict[str, str], options: Options) -> Goal:
    """How much higher our held-out loss is than that of TRL, in percent; lower is as good as equal."""
    what = "held-out loss over that of trl sft"
    if TRL not in losses:
        return Goal(what, None, at_most=1, unit="%", reason=missing.get(TRL, f"trl was stopped after {options.peer_steps} steps"))
    if options.steps:
        return Goal(what, None, at_most=1, unit="%", reason=f"all were stopped after {options.steps} steps")
    return Goal(what, 100 * (losses[OURS] / losses[TRL] - 1), at_most=1, unit="%")


def speed_table(runs: dict[str, list[Trained]], losses: dict[str, float], missing: dict[str, str], material: Material, options: Options) -> Table:
    """The three trainers, and the base's loss."""
    ours = losses.get(OURS)
    rows: list[tuple[Any, ...]] = []
    for name, done in runs.items():
        loss = losses.get(name)
        apart = f"{100 * (ours / loss - 1):+.2f}%" if ours and loss else None
        if not done:
            rows.append((name, *[None] * 7))
            continue
        median, best = median_and_best([run.tokens_per_s for run in done])
        rows.append((name, done[0].tokens, median, best, min(run.process_s for run in done), max(run.peak_mib for run in done), loss, apart))
    rows.append(("untrained base", *["-"] * 5, losses["untrained base"], "-"))
    notes = [
        f"rows: {len(material.prepared.splits['train'])} to learn, {len(material.prepared.splits['test'])} held out; {material.source}; "
        f"{options.epochs:g} epochs, {options.rounds} rounds in turns; LoRA r=16 alpha=32 on all linear layers, 5e-4 cosine, batch 8",
        "tokens/s are of the training alone, padding not counted; the process has loading and saving in it",
        f"{OURS}: its own defaults, without validation; {TRL}: its own defaults but --use_cpu, without which it looks for a GPU, "
        "and --lora_dropout 0, as ours has none; both learn the answers alone",
        f"{PADDED}: fp32, labels are all tokens but padding, so it learns to ask as well; ours over theirs below 0% is lower, and better",
        *(f"{name} was not measured: {reason}" for name, reason in missing.items()),
    ]
    if options.steps or options.peer_steps:
        notes.append(
            f"stopped early: all after {options.steps} steps" if options.steps else f"the peers were stopped after {options.peer_steps} steps"
        )
    columns = ("trainer", "tokens", "tokens/s, median", "best", "whole process, s, best", "peak MiB", "held-out loss", "ours over theirs")
    return Table("Useful tokens a second, and what was learned", columns, tuple(rows), tuple(notes))


def methods_table(options: Options) -> Table:
    """The three methods of `assistant train`."""
    rows = []
    for method, rate in METHODS.items():
        settings = {
            "method": method,
            "epochs": options.epochs,
            "max_steps": options.steps,
            "learning_rate": rate,
            "max_length": 512,
            "evaluations": 1,
        }
        material = make_material(
            options.medquad, f"bench-{method}", training=settings, data={"limit": {"train": 400, "validation": 40}}, engine={"name": "transformers"}
        )
        try:
            done = train_ours(material, base_spec(), options)
        except NotMeasuredError as reason:
            rows.append((f"{method} ({reason})", *[None] * 5))
            continue
        facts = read_json(done.adapter / "manifest.json")["training"]
        rows.append((method, done.training_s, done.tokens_per_s, done.peak_mib, facts["validation_loss"], facts["precision"]))
    columns = ("method", "training, s", "tokens/s", "peak MiB", "validation loss", "precision")
    return Table(
        "The three methods",
        columns,
        tuple(rows),
        ("the validation is in the seconds; learning rates: " + ", ".join(f"{name} {rate:g}" for name, rate in METHODS.items()),),
    )


def emptied(folder: Path) -> Path:
    """A folder with nothing in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _steps(text: str) -> int | None:
    return int(text) or None


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--medquad", type=Path, help="JSONL with question, answer, topic and type; datasets/health where there is none")
    parser.add_argument("--epochs", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--steps", type=int, help="end every training after so many steps")
    parser.add_argument("--peer-steps", type=int, help="end the peers' trainings after so many steps: their speed without their loss")
    parser.add_argument("--padded-steps", type=_steps, default=3, help="end the padded Trainer's after so many; 0 for none, which may take hours")
    parser.add_argument("--no-methods", dest="methods", action="store_false", help="leave out the table of the three methods")
    print(markdown_of([measure(Options(**vars(parser.parse_args())))]))


if __name__ == "__main__":
    main()
