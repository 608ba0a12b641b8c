"""Rewrites the graph that openvino-genai makes of a GGUF into one that a CPU computes faster: the precision `int8`.

An 8-bit GGUF has a scale for every 32 weights, so that a product of two rows is cut into pieces of 32. Here a row of
a matrix has one scale, and an activation is rounded in pieces that are as long as the widths of the model allow.
Matrices that read the same input (query, key and value; gate and up) stand in one, since a third of the time that a
token takes in one stream goes into starting its 200 products and not into the products.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.core.signal_stack import kept_signal_stack
from assistant.engines.compiled import GRAPH

MOST_GROUP = 256
"""Values of an activation that share a scale at most: one large value makes the others of its group coarse."""

LEAST_GROUP = 32
"""Shorter ones are slower than none."""


@dataclass
class _Packer:
    """One graph; a matrix that is read twice, as embedding and as head, is packed once."""

    model: Any
    packed: dict[tuple[str, ...], tuple[Any, Any]] = field(default_factory=dict)
    widths: set[int] = field(default_factory=set)

    def rewrite(self) -> None:
        """Put int8 matrices in the place of all others.

        Raises:
            ValueError: There are matrices that it does not find: the graph is built otherwise than it knows.
        """
        from openvino import opset13 as ops

        for readers in _by_input(self.model):
            matrices = [_constant_of(reader.input(1)) for reader in readers]
            self.widths.add(matrices[0].shape[1])
            weights = self._weights(matrices)
            if len(readers) == 1:
                readers[0].input(1).replace_source_output(weights.output(0))
                continue
            product = ops.matmul(readers[0].input_value(0), weights, False, True)
            heights = np.array([matrix.shape[0] for matrix in matrices], np.int64)
            parts = ops.variadic_split(product, ops.constant(np.int64(-1)), ops.constant(heights))
            for number, reader in enumerate(readers):
                _replace(reader, parts.output(number))
        for gather in _embeddings(self.model):
            values, scales = self._rounded([_constant_of(gather.input(0))])
            ids, axis = gather.input_value(1), gather.input_value(2)
            row = ops.convert(ops.gather(values, ids, axis), np.float32)
            scale = ops.convert(ops.gather(scales, ids, axis), np.float32)
            _replace(gather, ops.multiply(row, scale).output(0))
        self.model.validate_nodes_and_infer_types()
        left = [node.get_friendly_name() for node in self.model.get_ops() if _is_matrix_of_fractions(node)]
        if left or not self.widths:
            raise ValueError(f"openvino reads matrices in a way that int8 does not know ({', '.join(left[:3]) or 'there are none'})")

    def _weights(self, matrices: Sequence[Any]) -> Any:
        """Matrices below one another as openvino wants compressed weights: numbers of 8 bits times a scale."""
        from openvino import opset13 as ops

        values, scales = self._rounded(matrices)
        return ops.convert(ops.multiply(ops.convert(values, np.float16), scales), np.float32)

    def _rounded(self, matrices: Sequence[Any]) -> tuple[Any, Any]:
        """Constants of the rounded numbers and of each row's scale."""
        from openvino import opset13 as ops

        names = tuple(matrix.get_friendly_name() for matrix in matrices)
        if names not in self.packed:
            values, scales = rounded(np.concatenate([matrix.get_data().astype(np.float32) for matrix in matrices]))
            self.packed[names] = ops.constant(values), ops.constant(scales)
        return self.packed[names]


def pack(source: Path, tokenizer: Path, folder: Path) -> int:
    """Make the `int8` form of an unquantized GGUF.

    Args:
        source: The GGUF, which is used up: the disk holds the weights often enough meanwhile.
        tokenizer: Any that openvino-genai reads.
        folder: Where the new graph and its weights go.

    Returns:
        `activation_group` of `Compiled`.

    Raises:
        ValueError: The graph is built otherwise than this knows.
    """
    import openvino
    import openvino_genai

    with kept_signal_stack():
        reader = openvino_genai.Tokenizer(str(tokenizer))
        # It writes the graph that it reads from a GGUF only while it opens it to answer.
        openvino_genai.LLMPipeline(str(source), reader, "CPU", enable_save_ov_model=True, ATTENTION_BACKEND="SDPA")
        source.unlink()
        packer = _Packer(openvino.Core().read_model(str(source.with_name(GRAPH))))
        packer.rewrite()
        openvino.save_model(packer.model, str(folder / GRAPH), compress_to_fp16=False)
    return activation_group(packer.widths)


def rounded(matrix: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    """A matrix in 8 bits: whole numbers, and for each row the scale by which they are its values, at most half of it off.

    Args:
        matrix: Rows by columns.

    Returns:
        Numbers from -127 to 127 in the same shape, and a column of scales.
    """
    # The scale as it is stored, so that rounding it is made good by the numbers.
    scales = (np.abs(matrix).max(axis=1, keepdims=True) / 127).astype(np.float16)
    safe = np.where(scales > 0, scales, np.float16(1)).astype(np.float32)
    return np.clip(np.round(matrix / safe), -127, 127).astype(np.int8), scales


def activation_group(widths: set[int]) -> int:
    """The largest group that divides every width; 0, for activations that are not rounded, where the smallest does not."""
    common = math.gcd(*widths)
    return max((size for size in range(LEAST_GROUP, MOST_GROUP + 1, LEAST_GROUP) if common % size == 0), default=0)


def _by_input(model: Any) -> Iterator[list[Any]]:
    """Products with a constant matrix, those of the same input together."""
    readers: dict[tuple[str, int], list[Any]] = {}
    for node in model.get_ops():
        if node.get_type_name() == "MatMul" and node.get_attributes()["transpose_b"] and _constant_of(node.input(1)) is not None:
            source = node.input_value(0)
            readers.setdefault((source.get_node().get_friendly_name(), source.get_index()), []).append(node)
    yield from readers.values()


def _embeddings(model: Any) -> list[Any]:
    """Nodes that take rows of a constant matrix of fractions."""
    gathers = [node for node in model.get_ops() if node.get_type_name() == "Gather"]
    return [gather for gather in gathers if _is_matrix_of_fractions(_constant_of(gather.input(0)))]


def _is_matrix_of_fractions(node: Any) -> bool:
    """Whether it is a constant of the size of a layer's weights that is not packed; scales are a single column."""
    if node is None or node.get_type_name() != "Constant" or not node.get_element_type().is_real():
        return False
    return len(node.shape) == 2 and min(node.shape) > 1


def _constant_of(place: Any) -> Any:
    """The constant that is read there, as it is or made wider; None if something else is."""
    node = place.get_source_output().get_node()
    if node.get_type_name() == "Convert":
        node = node.input_value(0).get_node()
    return node if node.get_type_name() == "Constant" else None


def _replace(node: Any, output: Any) -> None:
    """Let everything that reads a node read another output."""
    for reader in list(node.output(0).get_target_inputs()):
        reader.replace_source_output(output)
