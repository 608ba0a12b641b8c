"""The precision int8: how matrices are rounded, and graphs that were really rewritten, beside the trained weights."""

from __future__ import annotations

from pathlib import Path
from statistics import mean

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from assistant.engines.compiled import Compiled, weights_of, write_compiled
from assistant.engines.openvino_engine import OpenVinoEngine
from assistant.engines.packing import GRAPH, activation_group, rounded
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
    ("widths", "group"), [({576, 1536}, 192), ({2048, 8192}, 256), ({896, 4864}, 128), ({64, 128}, 64), ({96, 64}, 32), ({48, 64}, None)]
)
def test_the_group_divides_every_width(widths, group):
    assert activation_group(widths) == group


@pytest.mark.parametrize("family", ["llama", "qwen"])
def test_a_packed_graph_finds_answers_as_likely_as_the_trained_weights_do(tiny, tmp_path, family):
    import openvino

    base = find_base(str(tiny[family]), Path())
    fitted = fit_base(base, None, Path(), "Be brief.")
    spec = EngineSpec(family, str(fitted.weights), str(keep_tokenizer(fitted.template)), system_prompt="Be brief.", precision="float32")
    facts = write_form(spec, tmp_path, "int8")
    write_compiled(tmp_path, Compiled(label=family, key="0", precision="int8", **facts))
    assert not [path for path in tmp_path.iterdir() if path.is_dir()], "what it was made from is gone"
    assert weights_of(tmp_path, "int8") == tmp_path

    theirs = TransformersEngine(spec)
    ours = OpenVinoEngine(EngineSpec(family, "", "", system_prompt="Be brief.", engine="openvino", compiled=str(tmp_path)))
    questions = ["What is a cold?", "How do I keep from getting the flu, and what helps when I have it?", "Why?"]
    asked = [(({"role": "user", "content": question},), "Drink water and rest.") for question in questions]
    scores = [[value for row in engine.log_probs(asked) for value in row] for engine in (theirs, ours)]
    ours.close()
    assert mean(scores[1]) == pytest.approx(mean(scores[0]), abs=0.02)
    assert scores[1] == pytest.approx(scores[0], abs=0.2)

    graph = openvino.Core().read_model(str(tmp_path / GRAPH))
    layers = theirs._model.config.num_hidden_layers
    products = [node for node in graph.get_ops() if node.get_type_name() == "MatMul" and node.get_attributes()["transpose_b"]]
    constant = [node for node in products if node.input_value(1).get_node().get_type_name() == "Convert"]
    assert len(constant) == 4 * layers + 1, "query, key and value in one; gate and up in one; both others; the head"
