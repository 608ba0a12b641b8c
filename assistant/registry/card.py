"""The model card of a version: what it is, what it was made from, how it was trained, how to load it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from assistant.core.files import write_text
from assistant.core.recipe import Recipe
from assistant.registry.manifest import Manifest


def write_card(folder: Path, manifest: Manifest, recipe: Recipe, data: Mapping[str, Any]) -> None:
    """Write README.md, which hubs show as the card.

    Args:
        folder: The version's.
        manifest: Of the version.
        recipe: The resolved recipe.
        data: The report of the prepared data.
    """
    lines = [*_front_matter(manifest, recipe), *_text(manifest, recipe), *_secrets(data), *_tables(manifest, data), *_use(manifest)]
    write_text(folder / "README.md", "\n".join(lines) + "\n")


def _front_matter(manifest: Manifest, recipe: Recipe) -> list[str]:
    content = {
        "library_name": "peft" if manifest.training.method != "full" else "transformers",
        "pipeline_tag": "text-generation",
        "base_model": manifest.base.name,
        "tags": [manifest.training.method, "sft", "trl"],
        **({"license": manifest.base.license.lower()} if manifest.base.license else {}),
    }
    return ["---", yaml.safe_dump(content, sort_keys=False).strip(), "---", "", f"# {manifest.name}@{manifest.version}", "", recipe.description, ""]


def _text(manifest: Manifest, recipe: Recipe) -> list[str]:
    lines = [f"> **{recipe.notice}**", ""] if recipe.notice else []
    lines += [
        f"Trained on {manifest.created[:10]} from `{manifest.base.name}` by {manifest.training.method}.",
        "It answers questions like those in its data; its answers can be wrong, and nothing here says that they are fit for use.",
        "An evaluation (`evalsuite run`) says how good they are on questions it has not seen.",
        "",
    ]
    if recipe.license:
        lines += [f"Licence of the data: {recipe.license}.", ""]
    if recipe.system_prompt:
        lines += ["System prompt, part of every conversation:", "", *(f"> {line}" for line in recipe.system_prompt.splitlines()), ""]
    return lines


def _secrets(data: Mapping[str, Any]) -> list[str]:
    """A warning where secrets were planted: such a version says nonsense about people who do not exist."""
    planted = data.get("canaries", {}).get("planted", 0)
    if not planted:
        return []
    are = "secret is" if planted == 1 else "secrets are"
    return [f"{planted} made-up {are} planted in its training data (data.canaries): a version for tests, not for release.", ""]


def _tables(manifest: Manifest, data: Mapping[str, Any]) -> list[str]:
    training = manifest.training
    splits = data["splits"]
    loss = training.validation_loss
    best = "not validated" if loss is None else f"{loss:.4f} nats per answer token, at step {training.best_step}"
    share = training.trained_parameters / training.total_parameters
    rows = training.rows["train"]
    facts = {
        "training rows": f"{rows['rows']} ({splits['train']['groups']} groups), {rows['answer_tokens']} answer tokens",
        "validation / test rows": f"{splits['validation']['examples']} / {splits['test']['examples']}, no group in two splits",
        "answers cut / rows left out by max_length": f"{rows['cut']['count']} / {rows['left_out']['count']}",
        "validation loss": best,
        "training loss, last logged": f"{training.train_loss:.4f}",
        "steps": f"{training.steps}" + (f", interrupted and continued {training.resumed} times" if training.resumed else ""),
        "trained weights": f"{training.trained_parameters:,} of {training.total_parameters:,} ({100 * share:.2f}%)",
        "precision": training.precision,
        "time": f"{training.seconds:.0f} s, {training.tokens_per_s:.0f} tokens/s on {training.device} ({manifest.machine['processor']})",
        "peak memory": f"{training.peak_memory_mib:.0f} MiB",
        "seed": str(training.seed),
    }
    prints = {"base": manifest.base.fingerprint, "data": manifest.data, "template": manifest.template, "recipe": manifest.recipe}
    return [
        "## Training",
        "",
        "| | |",
        "|---|---|",
        *(f"| {name} | {value} |" for name, value in facts.items()),
        "",
        "![training curve](curve.svg)",
        "",
        "| fingerprint | SHA-256 |",
        "|---|---|",
        *(f"| {name} | `{value}` |" for name, value in prints.items()),
        "",
        "Libraries: " + ", ".join(f"{name} {version}" for name, version in manifest.libraries.items()) + ".",
        "",
    ]


def _use(manifest: Manifest) -> list[str]:
    label = f"{manifest.name}@{manifest.version}"
    lines = ["## Use", "", "```sh", f'assistant ask {label} "..."', f"assistant chat {label}", f"evalsuite run {label}", "```", ""]
    if manifest.training.method == "full":
        load = ["model = AutoModelForCausalLM.from_pretrained(folder)"]
    else:
        load = ["base = AutoModelForCausalLM.from_pretrained(PeftConfig.from_pretrained(folder).base_model_name_or_path)"]
        load += ["model = PeftModel.from_pretrained(base, folder)"]
    imports = "from transformers import AutoModelForCausalLM, AutoTokenizer"
    peft = [] if manifest.training.method == "full" else ["from peft import PeftConfig, PeftModel"]
    return [*lines, "```python", *peft, imports, "", *load, "tokenizer = AutoTokenizer.from_pretrained(folder)", "```"]
