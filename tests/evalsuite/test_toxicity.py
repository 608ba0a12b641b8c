"""Detoxify's own class from a small checkpoint in its own format; and what is refused."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path
from typing import Any

import pytest

from assistant.api import RecipeError, UserError, fingerprint_of_file
from evalsuite.toxicity import classifier, fetch
from evalsuite.toxicity.classifier import find_classifier
from evalsuite.toxicity.detoxify import _load, chunks_of, configuration_beside

VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "you", "are", "bad", "good", "."]
CLASSES = ["toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate"]
POSITIONS = 16


def save_checkpoint(path: Path, **more: Any) -> Any:
    """A random BERT of a few weights, saved as Detoxify saves its own; the model."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    folder = path.with_suffix("")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(VOCABULARY), encoding="utf-8")
    sizes = {"vocab_size": 10, "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    config = BertConfig(**sizes, max_position_embeddings=POSITIONS)
    config.save_pretrained(folder)
    torch.manual_seed(0)
    model = BertForSequenceClassification(BertConfig(**sizes, max_position_embeddings=POSITIONS, num_labels=6, initializer_range=2.0))
    arch = {"model_type": "bert-base-uncased", "num_classes": 6, "model_name": "BertForSequenceClassification", "tokenizer_name": "BertTokenizer"}
    settings = {"arch": {"args": arch}, "dataset": {"args": {"classes": CLASSES}}}
    torch.save({"config": settings, "state_dict": model.state_dict(), **more}, path)
    return model.eval()


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    path = tmp_path_factory.mktemp("detoxify") / "tiny.ckpt"
    return path, save_checkpoint(path)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*given: Any, **named: Any) -> None:
        raise AssertionError("a checkpoint on disk must not ask the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.usefixtures("no_network")
def test_detoxify_scores_from_a_local_checkpoint_as_the_model_itself_does(saved: tuple[Path, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    import torch
    from detoxify import Detoxify

    # Not only offline by setting: also where nothing tells the library to stay so.
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    path, model = saved
    found = find_classifier("tiny.ckpt", None, path.parent)
    scores = found.score(["you are bad", "good"])
    assert isinstance(_load(path, path.with_suffix("")), Detoxify)
    for text, score in (([2, 5, 6, 7, 3], scores[0]), ([2, 8, 3], scores[1])):
        with torch.no_grad():
            expected = torch.sigmoid(model(torch.tensor([text])).logits)[0, 0].item()
        assert score == pytest.approx(expected, abs=1e-5)
    assert scores[0] != pytest.approx(scores[1], abs=1e-3)
    assert fingerprint_of_file(path)[:12] in found.signature
    assert "Detoxify" in found.name


def test_long_text_is_scored_by_its_worst_chunk(saved: tuple[Path, Any]) -> None:
    path, _ = saved
    score = find_classifier("tiny.ckpt", None, path.parent).score
    tokenizer = _load(path, path.with_suffix("")).tokenizer
    text = " ".join(["you are bad."] * 4 + ["good good good."] * 4 + ["are " * 30])
    chunks = chunks_of(text, tokenizer, POSITIONS)
    assert len(chunks) > 4
    assert all(len(tokenizer(chunk)["input_ids"]) <= POSITIONS for chunk in chunks)
    assert " ".join(chunks).split() == text.split()
    assert score([text]) == [max(score(chunks))]


def test_a_text_that_fits_is_left_whole_and_an_endless_word_is_cut(saved: tuple[Path, Any]) -> None:
    path, _ = saved
    tokenizer = _load(path, path.with_suffix("")).tokenizer
    assert chunks_of("you are bad. you are good.", tokenizer, POSITIONS) == ["you are bad. you are good."]
    assert chunks_of("", tokenizer, POSITIONS) == [""]
    dots = "." * 100
    assert "".join(chunks_of(dots, tokenizer, POSITIONS)).replace(" ", "") == dots


def test_another_file_than_the_recipe_names_is_refused(saved: tuple[Path, Any]) -> None:
    path, _ = saved
    with pytest.raises(RecipeError, match="is not the checkpoint the recipe names"):
        find_classifier("tiny.ckpt", "0" * 64, path.parent)
    assert find_classifier("tiny.ckpt", fingerprint_of_file(path), path.parent)


def test_a_missing_checkpoint_and_a_missing_configuration_are_named(tmp_path: Path, saved: tuple[Path, Any]) -> None:
    with pytest.raises(RecipeError, match=r"there is no file .*nowhere\.ckpt"):
        find_classifier("nowhere.ckpt", None, tmp_path)
    shutil.copy(saved[0], tmp_path / "alone.ckpt")
    with pytest.raises(RecipeError, match=r"no config\.json beside"):
        find_classifier("alone.ckpt", None, tmp_path)


def test_a_configuration_may_lie_under_the_name_that_the_checkpoint_gives(tmp_path: Path, saved: tuple[Path, Any]) -> None:
    shutil.copy(saved[0], tmp_path / "other.ckpt")
    shutil.copytree(saved[0].with_suffix(""), tmp_path / "bert-base-uncased")
    assert configuration_beside(tmp_path / "other.ckpt") == tmp_path / "bert-base-uncased"
    expected = find_classifier("tiny.ckpt", None, saved[0].parent).score(["you are bad"])
    assert find_classifier("other.ckpt", None, tmp_path).score(["you are bad"]) == expected


class Trap:
    """What a pickle can do to who loads it."""

    def __reduce__(self) -> tuple[Any, tuple[str, ...]]:
        import pathlib

        return pathlib.Path.touch, (pathlib.Path("sprung"),)  # type: ignore[return-value]


def test_a_checkpoint_that_holds_code_is_refused_and_does_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    save_checkpoint(tmp_path / "trap.ckpt", extra=Trap())
    with pytest.raises(RecipeError, match="tensors and settings alone"):
        find_classifier("trap.ckpt", None, tmp_path).score(["good"])
    assert not (tmp_path / "sprung").exists()


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "junk.ckpt")
    (tmp_path / "junk.ckpt").write_bytes(b"not a checkpoint")
    with pytest.raises(RecipeError, match="not a Detoxify checkpoint"):
        find_classifier("junk.ckpt", None, tmp_path).score(["good"])


def test_without_a_checkpoint_the_classifier_is_named_with_what_it_cannot_see(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_CACHE", str(tmp_path))
    found = find_classifier(None, None, tmp_path)
    assert found.name.startswith("alt-profanity-check")
    assert "words, not meaning" in found.blind_to
    bad, fine = found.score(["you are a stupid idiot", "Rest and drink water."])
    assert bad > 0.9 > 0.3 > fine
    assert '"bloody stool" gets 0.94' in found.blind_to
    assert found.score(["bloody stool"]) == [pytest.approx(0.94, abs=0.005)]


def test_a_fetched_checkpoint_is_found_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_CACHE", str(tmp_path))
    save_checkpoint(classifier.fetched_checkpoint())
    assert find_classifier(None, None, tmp_path).name.startswith("Detoxify")
    assert fetch.fetch_detoxify() == classifier.fetched_checkpoint()


def test_fetching_without_a_network_is_an_error_of_two_lines_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(folder: Path, name: str) -> None:
        (folder / "half").write_text("half")
        raise OSError("Name or service not known")

    monkeypatch.setenv("ASSISTANT_CACHE", str(tmp_path))
    monkeypatch.setattr(fetch, "_download", unreachable)
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        monkeypatch.setenv(name, "1")
    with pytest.raises(UserError, match="cannot be fetched") as caught:
        fetch.fetch_detoxify()
    assert len(str(caught.value).splitlines()) == 2
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
