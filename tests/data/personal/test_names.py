"""A names model is any token classifier in a folder; what it marks is told by where it stands. A tiny random one marks nonsense reliably."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from assistant.core.errors import DataError
from assistant.data.personal.names import load_names_model
from assistant.data.personal.personal_data import find_personal_data

WORDS = ["Ann", "Lee", "met", "Bob", "and", "left", "."]


def make_model(folder: Path, labels: list[str], safe: bool = True) -> Path:
    """A tiny random BERT that reads at most 32 tokens, with a vocabulary of a few words."""
    import torch
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import BertPreTokenizer
    from tokenizers.processors import TemplateProcessing
    from transformers import BertConfig, BertForTokenClassification, PreTrainedTokenizerFast

    torch.manual_seed(1)
    vocabulary = {word: number for number, word in enumerate(["[UNK]", "[PAD]", "[CLS]", "[SEP]", *WORDS])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]").save_pretrained(
        folder
    )
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, max_position_embeddings=32,
        id2label=dict(enumerate(labels)), label2id={label: number for number, label in enumerate(labels)}, initializer_range=1.0,
    )  # fmt: skip
    model = BertForTokenClassification(config).eval()
    # The label of a token depends on the token alone: what is tested is the way to it and back.
    with torch.no_grad():
        for layer in model.bert.encoder.layer:
            layer.attention.output.dense.weight.zero_()
            layer.output.dense.weight.zero_()
        model.bert.embeddings.position_embeddings.weight.zero_()
        embedded = model.bert.embeddings(torch.arange(len(vocabulary))[None])[0]
        wanted = torch.zeros(len(vocabulary), len(labels))
        for word, number in vocabulary.items():
            wanted[number, {"Ann": 1, "Bob": 1, "Lee": 2}.get(word, 0)] = 10.0
        states = model.bert.encoder(embedded[None]).last_hidden_state[0]
        model.classifier.weight.copy_(torch.linalg.lstsq(states, wanted).solution.T)
        model.classifier.bias.zero_()
    model.save_pretrained(folder)
    if not safe:
        (folder / "model.safetensors").unlink()
        torch.save(model.state_dict(), folder / "pytorch_model.bin")
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("names"), ["O", "B-PER", "I-PER"])


def test_names_are_found_whole_and_two_beside_each_other_are_two(model: Path) -> None:
    names = load_names_model(model)
    text = "Ann Lee met Bob and left. Bob Ann Lee"
    assert [text[start:end] for start, end in names(text)] == ["Ann Lee", "Bob", "Bob", "Ann Lee"]
    assert names("") == names(" \n") == []


def test_a_text_longer_than_the_model_reads_is_read_whole_and_no_name_is_cut(model: Path) -> None:
    text = "met and left . " * 20 + "Ann Lee " + "met Ann Lee and left . " * 50
    places = load_names_model(model)(text)
    assert [text[start:end] for start, end in places] == ["Ann Lee"] * 51
    assert all(one[1] < other[0] for one, other in pairwise(places))


def test_names_are_spans_like_any_other_and_only_where_a_model_is(model: Path) -> None:
    text = "Ann Lee: jo@mail.org"
    assert [(span.kind, span.text) for span in find_personal_data(text, ["name", "email"], load_names_model(model))] == [
        ("name", "Ann Lee"),
        ("email", "jo@mail.org"),
    ]
    assert [span.kind for span in find_personal_data(text, ["name", "email"])] == ["email"]


def test_a_folder_without_safetensors_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path / "none", make_model(tmp_path / "pickle", ["O", "B-PER", "I-PER"], safe=False)):
        with pytest.raises(DataError, match="holds no model in safetensors"):
            load_names_model(folder)


def test_a_model_that_marks_no_persons_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="marks no persons: its labels are B-LOC, I-LOC, O"):
        load_names_model(make_model(tmp_path, ["O", "B-LOC", "I-LOC"]))


def test_a_broken_model_is_told_in_two_lines(tmp_path: Path) -> None:
    folder = make_model(tmp_path, ["O", "PERSON", "I-PERSON"])
    (folder / "model.safetensors").write_bytes(b"\x08broken")
    with pytest.raises(DataError, match="cannot be loaded"):
        load_names_model(folder)
