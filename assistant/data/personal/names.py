"""Names of persons, marked by a token classifier that lies in a folder: any that `transformers` loads from safetensors alone.

Names have no form, so that without such a model they are not looked for. Nothing is fetched, and no code that comes with a model is run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from assistant.core.errors import DataError

WINDOW = 256
"""Tokens that are read at once, where the model does not read fewer."""
OVERLAP = 64
"""Tokens that a window shares with the one before, so that no name is cut by a border."""
BATCH = 8
"""Windows computed at once."""
PERSON = {"PER", "PERSON"}
"""What labels are called that mark a person, behind `B-`, `I-` and the like."""
_MEND = "Name under data.check.names_model a folder with a token classifier, its fast tokenizer and safetensors; or null."


def load_names_model(folder: Path) -> Callable[[str], list[tuple[int, int]]]:
    """A function that says where names begin and end in a text.

    The same text gives the same names: windows of one length each are computed alike, whatever stands beside them.

    Args:
        folder: The model as `save_pretrained` writes it, with `model.safetensors`, and labels such as B-PER or PERSON.

    Raises:
        DataError: It is not there, is no such model, holds no safetensors, or marks no persons.
    """
    if not any(folder.glob("*.safetensors")):
        raise DataError(f"{folder} holds no model in safetensors", _MEND)
    from transformers import AutoModelForTokenClassification, AutoTokenizer

    settings: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, **settings)
        model = AutoModelForTokenClassification.from_pretrained(folder, use_safetensors=True, **settings)
    except Exception as error:
        # Every library on the way has errors of its own.
        raise DataError(f"the names model in {folder} cannot be loaded: {str(error).strip().splitlines()[0][:200]}", _MEND) from None
    if not tokenizer.is_fast:
        raise DataError(f"the names model in {folder} has no fast tokenizer, which tells where words stand", _MEND)
    labels: dict[int, str] = model.config.id2label
    persons = frozenset(number for number, label in labels.items() if label.upper().rpartition("-")[2] in PERSON)
    if not persons:
        raise DataError(f"the names model in {folder} marks no persons: its labels are {', '.join(sorted(labels.values()))[:200]}", _MEND)
    opening = frozenset(number for number in persons if labels[number].upper().startswith("B-"))
    return _Names(tokenizer, model.eval(), persons, opening)


class _Names:
    """A classifier with its tokenizer."""

    def __init__(self, tokenizer: Any, model: Any, persons: frozenset[int], opening: frozenset[int]) -> None:
        self._tokenizer = tokenizer
        self._model = model
        self._persons = persons
        self._opening = opening
        reads = getattr(model.config, "max_position_embeddings", None) or WINDOW
        # RoBERTa's positions begin behind that of padding.
        self._window = max(OVERLAP // 8, min(WINDOW, int(reads) - 2))

    def __call__(self, text: str) -> list[tuple[int, int]]:
        if not text.strip():
            return []
        marked: dict[tuple[int, int], tuple[bool, bool]] = {}
        for offsets, numbers in self._labelled(text):
            for (start, end), number in zip(offsets, numbers, strict=True):
                if start < end:
                    is_name, opens = number in self._persons, number in self._opening
                    before = marked.get((start, end), (False, False))
                    # In the overlap of two windows one that sees a name is believed: what is missed is not masked.
                    marked[start, end] = (before[0] or is_name, before[1] or opens)
        return _whole_names(text, [(start, end, opens) for (start, end), (is_name, opens) in sorted(marked.items()) if is_name])

    def _labelled(self, text: str) -> Iterator[tuple[list[tuple[int, int]], list[int]]]:
        """Where the tokens of each window stand, and the label of each."""
        import torch

        overlap = min(OVERLAP, self._window // 4)
        options = {"truncation": True, "max_length": self._window, "stride": overlap, "return_overflowing_tokens": True}
        read = self._tokenizer(text, return_offsets_mapping=True, return_attention_mask=True, **options)
        windows: Sequence[int] = range(len(read["input_ids"]))
        # Windows of one length need no padding, which would change the last bits of what is computed.
        for start, end in _runs([len(read["input_ids"][window]) for window in windows]):
            with torch.inference_mode():
                logits = self._model(input_ids=torch.tensor(read["input_ids"][start:end])).logits
            for window, numbers in zip(windows[start:end], logits.argmax(-1).tolist(), strict=True):
                yield read["offset_mapping"][window], numbers


def _runs(lengths: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Neighbours of one length, at most `BATCH` of them."""
    borders = [0]
    for place, (one, other) in enumerate(pairwise(lengths), 1):
        if one != other or place - borders[-1] == BATCH:
            borders.append(place)
    yield from pairwise([*borders, len(lengths)])


def _whole_names(text: str, pieces: Sequence[tuple[int, int, bool]]) -> list[tuple[int, int]]:
    """Names out of their pieces: those of one word belong together, and so do words with nothing but a space between, up to the next opening."""
    names: list[tuple[int, int]] = []
    for start, end, opens in pieces:
        if names:
            between = text[names[-1][1] : start]
            if not between or (between in (" ", "-") and not opens):
                names[-1] = (names[-1][0], max(end, names[-1][1]))
                continue
        names.append((start, end))
    # Half a word is no name: what is masked is masked whole.
    whole: list[tuple[int, int]] = []
    for start, end in names:
        floor = whole[-1][1] if whole else 0
        if start < floor:
            continue
        while start > floor and text[start - 1].isalnum() and text[start].isalnum():
            start -= 1
        while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
            end += 1
        while start < end and text[start].isspace():
            start += 1
        if start < end:
            whole.append((start, end))
    return whole
