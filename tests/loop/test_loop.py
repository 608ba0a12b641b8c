"""The whole loop with the real embedded base, by the public commands, with no network: data, train, ask, evaluate."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest
import torch

from assistant.core.home import Home
from assistant.data.prepare import read_prepared
from assistant.engines.protocol import Request, Sampling
from assistant.engines.specifying import spec_of
from assistant.engines.transformers_engine import TransformersEngine
from assistant.registry.target import find_target
from assistant.registry.versions import find_version
from tests.loop.trained import train_words


@pytest.fixture(scope="module")
def version(loop):
    assert loop.trained.returncode == 0, loop.trained.stderr
    return find_version("health", loop.home)


def test_training_says_what_it_made(loop, version):
    assert "health@1 is ready" in loop.trained.stdout
    assert "step 16 of 16" in loop.trained.stderr and "tokens/s" in loop.trained.stderr


def test_training_lowers_the_validation_loss(version):
    points = json.loads((version.folder / "curve.json").read_text())["points"]
    losses = [point["loss"] for point in points if "loss" in point]
    assert losses[-1] < losses[0]
    assert version.manifest.training.validation_loss == min(point["validation_loss"] for point in points if "validation_loss" in point)


def test_a_trained_assistant_ends_its_answers(loop, version):
    target = find_target("health", loop.home)
    engine = TransformersEngine(spec_of(target))
    prepared = read_prepared(loop.home.data / f"health-{version.manifest.data[:12]}")
    answers = engine.generate([Request(example.prompt, Sampling(max_new_tokens=128)) for example in prepared.splits["test"]])
    assert [answer.finish_reason for answer in answers] == ["stop"] * len(answers)
    assert all(answer.text and "<|" not in answer.text for answer in answers)


def test_the_adapter_loads_with_plain_peft(version):
    from peft import PeftConfig, PeftModel
    from transformers import AutoModelForCausalLM, AutoTokenizer

    base = AutoModelForCausalLM.from_pretrained(PeftConfig.from_pretrained(version.folder).base_model_name_or_path, dtype=torch.float32)
    model = PeftModel.from_pretrained(base, version.folder)
    tokenizer = AutoTokenizer.from_pretrained(version.folder)
    question = [{"role": "system", "content": version.recipe.system_prompt}, {"role": "user", "content": "What is asthma?"}]
    prompt = tokenizer.apply_chat_template(question, add_generation_prompt=True, return_tensors="pt", return_dict=True)
    said = model.generate(**prompt, max_new_tokens=128, do_sample=False)[0][prompt["input_ids"].shape[1] :]
    assert said[-1] == tokenizer.eos_token_id


def test_the_card_holds_the_manifests_figures(version):
    card = (version.folder / "README.md").read_text()
    facts = version.manifest.training
    assert f"{facts.validation_loss:.4f}" in card and f"{facts.trained_parameters:,}" in card
    assert version.manifest.base.fingerprint in card and version.recipe.notice in card


def test_the_same_is_not_trained_again(loop, version):
    again = loop.run("assistant", *train_words())
    assert again.returncode == 0 and "was trained from exactly this already" in again.stdout


def test_an_answer_to_a_pipe_is_the_answer_alone(loop, version):
    plain = loop.run("assistant", "ask", "health", "What is asthma?")
    full = loop.run("assistant", "ask", "health@1", "What is asthma?", "--json")
    answer = json.loads(full.stdout)
    assert plain.returncode == full.returncode == 0
    assert plain.stdout == answer["text"] + "\n"
    assert answer["finish_reason"] == "stop" and len(answer["token_ids"]) == len(answer["token_times_s"])


def test_a_changed_template_is_refused(loop, version, tmp_path):
    home = Home(tmp_path)
    shutil.copytree(loop.home.assistants, home.assistants)
    template = home.assistants / "health" / "1" / "chat_template.jinja"
    template.write_text(template.read_text().replace("assistant", "helper"))
    refused = loop.run("assistant", "ask", "health", "What is asthma?", "--home", str(tmp_path))
    assert refused.returncode == 2
    assert "is not the one this version was trained with" in refused.stderr
    chosen, what, todo = refused.stderr.strip().splitlines()
    assert chosen.startswith("health@1: transformers, ") and what.startswith("error: ") and todo.startswith("Restore")


def test_an_evaluation_judges_version_against_base_and_is_found_again(loop, version):
    first = loop.run("evalsuite", "run", "health")
    assert first.returncode == 0, first.stderr
    assert "smollm2-135m" in first.stdout and "health@1" in first.stdout and "scorecard.html" in first.stdout
    cards = list(loop.home.evals.glob("health-1-*/scorecard.json"))
    assert len(cards) == 1
    figures = json.loads(cards[0].read_text())["figures"]
    assert {"exact_match", "f1", "bleu", "chrf", "rouge1", "rouge2", "rougeL", "rougeLsum", "toxicity"} <= figures.keys()
    assert figures["f1"]["value"] > 0 and figures["f1"]["n"] == 8
    second = loop.run("evalsuite", "run", "health")
    assert second.returncode == 0 and "already answered" in second.stderr
    assert [line for line in second.stdout.splitlines() if "F1" in line] == [line for line in first.stdout.splitlines() if "F1" in line]


def test_a_gate_that_fails_is_exit_code_1(loop, version):
    failed = loop.run("evalsuite", "run", "health", "--set", 'gates=[{"metric": "f1", "at_least": 0.99}]')
    assert failed.returncode == 1, failed.stderr


def test_nothing_asked_for_the_network(loop, version):
    assert not loop.network_log.exists(), loop.network_log.read_text()


def test_the_guard_does_refuse(loop):
    """Without this, the test above could not fail."""
    reach = "import socket; socket.create_connection(('192.0.2.1', 80), 1)"
    environment = {"PYTHONPATH": "tests/loop/no_network", "ASSISTANT_TEST_NETWORK_LOG": str(loop.network_log.with_suffix(".guard"))}
    done = subprocess.run([sys.executable, "-c", reach], env=environment, capture_output=True, text=True)
    assert done.returncode == 1 and "refused in this test" in done.stderr
    assert loop.network_log.with_suffix(".guard").exists()
