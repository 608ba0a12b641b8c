"""How near two texts are in meaning, as a sentence encoder sees it.

Which encoder there is gets decided in `assistant`; its name and what it cannot see stand beside every figure
that is made with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.api import load_encoder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BLIND_TO = (
    "It was trained on English. It sees what a text is about rather than what it claims: a sentence and its denial, "
    "or the same sentence with another number, lie close together."
)


@dataclass(frozen=True)
class Encoder:
    """What gives texts their embeddings.

    Attributes:
        name: For people.
        signature: What must be known to get the same figures again.
        blind_to: What it cannot see, as sentences for the scorecard.
        encode: The embedding of each text, `(texts, width)`, of length 1, or zeros for a text without words; loads the model when first called.
    """

    name: str
    signature: str
    blind_to: str
    encode: Callable[[Sequence[str]], NDArray[np.float32]]


def find_encoder() -> Encoder:
    """The encoder that measures similarity, fetched where it is missing.

    Raises:
        UserError: It is not on this machine and cannot be fetched.
    """
    found = load_encoder()
    return Encoder(found.name, found.signature, BLIND_TO, found.encode)


def similarity(encoder: Encoder, pairs: Sequence[tuple[str, str]]) -> list[float]:
    """The cosine of the embeddings of each pair of texts, -1 to 1.

    Equal texts score 1, two texts without words among them; a text without words beside one with words scores 0.
    """
    import numpy as np

    if not pairs:
        return []
    texts = list(dict.fromkeys(text.strip() for pair in pairs for text in pair))
    places = {text: place for place, text in enumerate(texts)}
    vectors = encoder.encode(texts)
    left, right = ([places[pair[side].strip()] for pair in pairs] for side in (0, 1))
    cosines = np.einsum("ij,ij->i", vectors[left], vectors[right], dtype=np.float64)
    cosines[np.asarray(left) == np.asarray(right)] = 1.0
    return [float(cosine) for cosine in np.clip(cosines, -1.0, 1.0)]
