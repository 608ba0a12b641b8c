"""Every method takes a step on every family, and changes what it says it changes."""

from pathlib import Path

import pytest
import torch
from peft import PeftModel
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from assistant.core.errors import DataError, RecipeError
from assistant.core.home import Home
from assistant.engines.specifying import spec_of
from assistant.engines.transformers_engine import TransformersEngine
from assistant.registry.target import base_of, find_target
from assistant.training.run import train
from tests.conftest import write_recipe
from tests.tiny import FAMILIES

TEMPLATES = {"llama": None, "qwen": "chatml", "gemma": None, "gpt2": "plain"}


def train_tiny(tiny, tmp_path: Path, family: str, method: str, template: str | None = None, **training: object):
    keys = {"max_steps": 1, "batch_size": 4, "evaluations": 1, "max_length": 128, "learning_rate": 1e-2, "warmup": 0.0, "method": method, **training}
    file = write_recipe(tmp_path, tiny[family], template=template or TEMPLATES[family], training=keys)
    home = Home(tmp_path / "home")
    return train(file, home)[0], home


@pytest.mark.parametrize("method", ["lora", "qlora", "full"])
@pytest.mark.parametrize("family", FAMILIES)
def test_one_step_makes_a_version_that_differs_from_its_base(tiny, tmp_path, family, method):
    version, home = train_tiny(tiny, tmp_path, family, method)
    facts = version.manifest.training
    assert facts.steps == 1 and facts.validation_loss is not None
    assert (version.folder / "adapter_model.safetensors").exists() == (method != "full")
    assert (facts.trained_parameters == facts.total_parameters) == (method == "full")
    target = find_target("tiny@1", home)
    question = [{"role": "user", "content": "What is a cold?"}]
    logits = []
    for one in (target, base_of(target)):
        engine = TransformersEngine(spec_of(one))
        ids = torch.tensor([engine._template.encode(question)])
        with torch.inference_mode():
            logits.append(engine._model(ids).logits.float())
    assert not torch.allclose(logits[0], logits[1], atol=1e-3)


@pytest.mark.parametrize("family", FAMILIES)
def test_an_adapter_loads_with_plain_peft_on_its_base(tiny, tmp_path, family):
    version, _ = train_tiny(tiny, tmp_path, family, "lora")
    from peft import PeftConfig

    base = AutoModelForCausalLM.from_pretrained(PeftConfig.from_pretrained(version.folder).base_model_name_or_path)
    model = PeftModel.from_pretrained(base, version.folder)
    tokenizer = AutoTokenizer.from_pretrained(version.folder)
    prompt = tokenizer.apply_chat_template([{"role": "user", "content": "Hi"}], add_generation_prompt=True, return_tensors="pt", return_dict=True)
    ours = TransformersEngine(spec_of(find_target("tiny", Home(tmp_path / "home"))))
    with torch.inference_mode():
        theirs = model(**prompt).logits
        mine = ours._model(**prompt).logits
    assert torch.allclose(theirs.float(), mine.float(), atol=0.05)


def test_rows_of_tokens_that_the_base_never_saw_are_trained_and_kept_in_the_adapter(tiny, tmp_path):
    version, home = train_tiny(tiny, tmp_path, "gpt2", "lora", template="chatml", max_steps=3)
    saved = load_file(version.folder / "adapter_model.safetensors")
    assert any("trainable_tokens" in name or "token_adapter" in name for name in saved), sorted(saved)
    engine = TransformersEngine(spec_of(find_target("tiny", home)))
    base = TransformersEngine(spec_of(base_of(find_target("tiny", home))))
    end = engine._template.end_ids[0]
    rows = [one._model.get_input_embeddings().weight[end] for one in (engine, base)]
    assert not torch.equal(rows[0], rows[1])


def test_qlora_holds_its_base_in_four_bits(tiny, tmp_path):
    version, _ = train_tiny(tiny, tmp_path, "llama", "qlora")
    assert version.manifest.training.precision.startswith("nf4")


def test_a_full_version_says_how_its_answers_end(tiny, tmp_path):
    version, _ = train_tiny(tiny, tmp_path, "gemma", "full")
    from transformers import GenerationConfig

    settings = GenerationConfig.from_pretrained(version.folder)
    tokenizer = AutoTokenizer.from_pretrained(version.folder)
    assert tokenizer.convert_tokens_to_ids("<end_of_turn>") in settings.eos_token_id
    assert settings.pad_token_id not in settings.eos_token_id


def test_max_length_that_leaves_no_row_whole_is_an_error(tiny, tmp_path):
    with pytest.raises(DataError, match="leaves no row whole"):
        train_tiny(tiny, tmp_path, "qwen", "lora", max_length=12)
    assert not (tmp_path / "home" / "assistants").exists()


def test_cut_answers_are_counted_in_the_manifest(tiny, tmp_path):
    version, _ = train_tiny(tiny, tmp_path, "qwen", "lora", max_length=36)
    rows = version.manifest.training.rows["train"]
    assert 0 < rows["cut"]["count"] < rows["rows"]
    assert rows["whole"] + rows["cut"]["count"] == rows["rows"]


def test_targets_that_do_not_exist_are_an_error_of_two_lines(tiny, tmp_path):
    with pytest.raises(RecipeError, match=r"lora\.targets"):
        train_tiny(tiny, tmp_path, "qwen", "lora", lora={"targets": ["nowhere"]})


def test_new_tokens_of_an_untied_head_are_trained_on_both_sides(tiny, tmp_path):
    file = write_recipe(tmp_path, tiny["llama"], template="chatml", training={"max_steps": 1, "batch_size": 4, "evaluations": 1, "max_length": 128})
    version, _ = train(file, Home(tmp_path / "home"))
    saved = load_file(version.folder / "adapter_model.safetensors")
    assert sum("token" in name for name in saved) == 2, sorted(saved)
