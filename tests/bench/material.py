"""What all parts ask and learn: the questions, the recipe they stand in, the base, and its compiled forms."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from assistant.core import fingerprint
from assistant.core.files import whole_folder
from assistant.core.home import Home
from assistant.core.offline import stay_offline
from assistant.core.recipe_file import load_recipe
from assistant.data.prepare import Prepared, prepare
from assistant.engines.compiled import FORMAT, Compiled, write_compiled
from assistant.engines.spec import EngineSpec
from tests.bench.report import BUILD, ROOT, NotMeasuredError
from tests.medquad import RECIPE as MEDQUAD

BASE = "smollm2-135m"
SYSTEM_PROMPT = "You are a health information assistant. Answer in two or three plain sentences."
HOME = Home(BUILD / "home")
HEALTH = ROOT / "datasets" / "health" / "health.jsonl"


@dataclass(frozen=True)
class Material:
    """A recipe and its data.

    Attributes:
        recipe: The recipe's file.
        prepared: Its splits.
        source: Where the rows are from, in words.
    """

    recipe: Path
    prepared: Prepared
    source: str


def make_material(medquad: Path | None, name: str, **sections: dict[str, Any]) -> Material:
    """Write a recipe over MedQuAD, or over the bundled health data where there is none, and prepare its data.

    Args:
        medquad: The file; None for datasets/health.
        name: The recipe's name.
        sections: Sections of the recipe; those of `data` go over what the source needs.
    """
    data = MEDQUAD["data"] if medquad else {"group": "topic"}
    whole = {
        "name": name,
        "base": BASE,
        "system_prompt": SYSTEM_PROMPT,
        **sections,
        "data": {**data, "files": [str((medquad or HEALTH).resolve())], **sections.get("data", {})},
    }
    folder = BUILD / "recipes" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "recipe.yaml").write_text(json.dumps(whole), encoding="utf-8")
    prepared = prepare(load_recipe(folder), HOME)
    source = f"MedQuAD ({medquad.name})" if medquad else "datasets/health, for no MedQuAD file was given"
    return Material(folder / "recipe.yaml", prepared, source)


def base_spec() -> EngineSpec:
    """What transformers loads for the untrained base."""
    stay_offline()
    from assistant.models.bases import find_base
    from assistant.models.fitting import fit_base, keep_tokenizer

    fitted = fit_base(find_base(BASE, Path()), None, Path(), SYSTEM_PROMPT)
    tokenizer = keep_tokenizer(fitted.template)
    return EngineSpec(BASE, str(fitted.weights), str(tokenizer), system_prompt=SYSTEM_PROMPT, template_fingerprint=fitted.template.fingerprint)


def compiled_form(spec: EngineSpec, precision: str) -> Path:
    """The folder of the form that openvino reads, and llama.cpp too where it is a GGUF; made once.

    Raises:
        NotMeasuredError: It cannot be made.
    """
    made_of = fingerprint.of_value([FORMAT, version("openvino"), version("gguf"), spec.template_fingerprint])
    folder = BUILD / "forms" / f"{precision}-{made_of[: fingerprint.SHORT]}"
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with whole_folder(folder) as working:
            order = json.dumps({"spec": spec.to_json(), "folder": str(working), "precision": precision})
            done = subprocess.run([sys.executable, "-m", "assistant.engines.writer"], input=order, capture_output=True, text=True, cwd=ROOT)
            facts = json.loads(done.stdout) if done.stdout else {}
            if "context_tokens" not in facts:
                raise NotMeasuredError(f"the {precision} form cannot be made: {facts or done.stderr.strip().splitlines()[-1]}")
            write_compiled(working, Compiled(label=spec.label, key="bench", precision=precision, **facts))
    return folder
