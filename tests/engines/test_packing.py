"""The precision int8: how matrices are rounded, and graphs that were really rewritten, beside the trained weights."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from assistant.engines.compiled import GRAPH, Compiled, weights_of, write_compiled
from assistant.engines.openvino_engine import OpenVinoEngine
from assistant.engines.packing import _Packer, activation_group, rounded
from assistant.engines.spec import EngineSpec
from assistant.engines.transformers_engine import TransformersEngine
from assistant.engines.writer import write_form
from assistant.models.bases import find_base
from assistant.models.fitting import fit_base, keep_tokenizer

values = st.floats(-4, 4, width=32)


@given(arrays(np.float32, st.tuples(st.integers(1, 5), st.integers(1, 40)), elements=values))
def test_a_number_is_at_most_half_a_scale_off(matrix):
    numbers, scales = rounded(matrix)
    assert numbers.dtype == np.int8 and scales.shape == (len(matrix), 1)
    # A row whose scale is too small for float16 is nothing but noise: it may be lost, at no more than its size.
    off = np.abs(numbers * scales.astype(np.float32) - matrix)
    assert (off <= scales.astype(np.float32) * 0.57 + 1e-5).all()


def test_an_empty_row_stays_empty():
    numbers, scales = rounded(np.zeros((2, 8), np.float32))
    assert not numbers.any() and not scales.any()


@pytest.mark.parametrize(
    ("widths", "group"), [({576, 1536}, 192), ({2048, 8192}, 256), ({896, 4864}, 128), ({64, 128}, 64), ({96, 64}, 32), ({48, 64}, 0)]
)
def test_the_group_divides_every_width(widths, group):
    assert activation_group(widths) == group


FAMILIES = {
    "llama": {},
    "as many keys as queries": {"num_key_value_heads": 4},
    "qwen2, with biases and one matrix for both ends": {"model_type": "qwen2", "tie_word_embeddings": True},
    "qwen3": {"model_type": "qwen3", "head_dim": 32},
    "uneven widths": {"hidden_size": 96, "intermediate_size": 160},
}


def lively(base: Path, folder: Path, changes: dict[str, Any]) -> Path:
    """A base whose layers all matter: as large weights as trained ones have, and biases that are not zero."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    shutil.copytree(base, folder)
    facts = {name: value for name, value in json.loads((base / "config.json").read_text()).items() if name not in ("architectures", "head_dim")}
    config = AutoConfig.for_model(**{**facts, **changes})
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(config)
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if weights.ndim == 2:
                weights.mul_(4)
            elif name.endswith("bias"):
                weights.normal_(0, 0.5)
    model.save_pretrained(folder)
    return folder


@pytest.mark.parametrize("family", FAMILIES)
def test_a_packed_graph_finds_answers_as_likely_as_the_trained_weights_do(tiny, tmp_path, family):
    import openvino

    base = lively(tiny["llama"], tmp_path / "base", FAMILIES[family])
    form = tmp_path / "form"
    form.mkdir()
    fitted = fit_base(find_base(str(base), Path()), None, Path(), "Be brief.")
    spec = EngineSpec("tiny", str(fitted.weights), str(keep_tokenizer(fitted.template)), system_prompt="Be brief.", precision="float32")
    facts = write_form(spec, form, "int8")
    write_compiled(form, Compiled(label="tiny", key="0", precision="int8", **facts))
    assert not [path for path in form.iterdir() if path.is_dir()], "what it was made from is gone"
    assert weights_of(form, "int8") == form

    theirs = TransformersEngine(spec)
    ours = OpenVinoEngine(EngineSpec("tiny", "", "", system_prompt="Be brief.", engine="openvino", compiled=str(form)))
    questions = ["What is a cold?", "How do I keep from getting the flu, and what helps when I have it?", "Why?"]
    asked = [(({"role": "user", "content": question},), "Drink water and rest.") for question in questions]
    scores = [[value for row in engine.log_probs(asked) for value in row] for engine in (theirs, ours)]
    ours.close()
    # A joined product that is handed out in a wrong order moves single tokens by one nat and more.
    assert scores[1] == pytest.approx(scores[0], abs=0.3)
    assert mean(scores[1]) == pytest.approx(mean(scores[0]), abs=0.03)

    graph = openvino.Core().read_model(str(form / GRAPH))
    products = [node for node in graph.get_ops() if node.get_type_name() == "MatMul" and node.get_attributes()["transpose_b"]]
    constant = [node for node in products if node.input_value(1).get_node().get_type_name() == "Convert"]
    layers = theirs._model.config.num_hidden_layers
    assert len(constant) == 4 * layers + 1, "query, key and value in one; gate and up in one; both others; the head"


def test_a_graph_that_is_built_otherwise_is_not_called_int8():
    import openvino
    from openvino import opset13 as ops

    read = ops.parameter([1, 64], np.float32, name="x")
    matrix = ops.constant(np.ones((64, 32), np.float32))
    strange = openvino.Model([ops.matmul(read, matrix, False, False)], [read], "strange")
    with pytest.raises(ValueError, match="in a way that int8 does not know"):
        _Packer(strange).rewrite()
    empty = openvino.Model([ops.relu(read)], [read], "empty")
    with pytest.raises(ValueError, match="there are none"):
        _Packer(empty).rewrite()
