"""What is asked about: a sample of questions in clusters, by meaning where the sentence encoder is, else by words."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from math import log, sqrt
from typing import TYPE_CHECKING, Any

from assistant.data.telling.parts import Topic, Topics
from assistant.data.telling.questions import WORD
from assistant.data.telling.sample import Sample
from assistant.data.telling.shown import shown

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Encode = Callable[[Sequence[str]], "NDArray[np.float32]"]
"""Embeddings of length 1, `(texts, width)`."""

LEAST = 20
"""Questions below which clusters would mean nothing."""
MOST_TOPICS = 12
"""More would be no overview."""
ENOUGH = 5
"""Sampled questions of train from which on a topic counts as one that was learned."""
WORDS = 6
SEED = 0


def topics_of(samples: Mapping[str, Sample], encode: Encode | None, why_not: str) -> Topics | None:
    """Cluster a sample of questions.

    Args:
        samples: By split.
        encode: The sentence encoder; None to cluster by words.
        why_not: Why there is none.

    Returns:
        None where there are too few questions, or none with any word.
    """
    train = [row.question for row in samples["train"].rows()]
    held_out = [row.question for name in ("validation", "test") for row in samples[name].rows()]
    questions = [*train, *held_out]
    if len(questions) < LEAST:
        return None
    vectors = _embedded(questions, encode) if encode else _weighed(questions)
    if vectors is None:
        return None
    nearest = _nearest(vectors, len(train)) if encode else None
    topics = _topics(questions, len(train), *_clusters(vectors, len(questions)))
    covered = sum(topic.held_out for topic in topics if topic.train >= ENOUGH) / len(held_out) if held_out else None
    return Topics("meaning" if encode else "words", "" if encode else why_not, len(train), len(held_out), topics, covered, nearest)


def _embedded(questions: Sequence[str], encode: Encode) -> Any:
    import numpy as np

    return np.asarray(encode(questions), dtype=np.float64)


def _weighed(questions: Sequence[str]) -> Any:
    """tf-idf of words; None where there is no word."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    try:
        return TfidfVectorizer(stop_words="english", sublinear_tf=True, max_features=5_000, token_pattern=r"(?u)\b[^\W\d_]{2,30}\b").fit_transform(
            questions
        )
    except ValueError:  # An empty vocabulary has no error of its own.
        return None


def _clusters(vectors: Any, n: int) -> tuple[Any, Any]:
    """The cluster of each question, and how near it is to that cluster's middle."""
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    count = max(2, min(MOST_TOPICS, round(sqrt(n / 2))))
    # Threads would add in another order each time, and the last digits would differ.
    with threadpool_limits(1), warnings.catch_warnings():
        # Where the same is asked again and again there are fewer topics than asked for, and that is an answer.
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = KMeans(n_clusters=count, n_init=4, random_state=SEED).fit(vectors)
        return fitted.labels_, fitted.transform(vectors).min(axis=1)


def _nearest(vectors: Any, train: int) -> float | None:
    import numpy as np

    if not 0 < train < len(vectors):
        return None
    return round(float(np.median((vectors[train:] @ vectors[:train].T).max(axis=1))), 3)


def _topics(questions: Sequence[str], train: int, labels: Any, distances: Any) -> tuple[Topic, ...]:
    members: dict[int, list[int]] = {}
    for place, label in enumerate(labels):
        members.setdefault(int(label), []).append(place)
    in_all = Counter(word for question in questions for word in _content(question))
    made = []
    for places in members.values():
        # Rounded, so that among equals the first is the most typical one whatever the last digit says.
        typical = min(places, key=lambda place: (round(float(distances[place]), 6), place))
        learned = sum(place < train for place in places)
        words = _distinctive([questions[place] for place in places], in_all, len(questions))
        made.append(Topic(learned, len(places) - learned, shown(questions[typical]), words))
    return tuple(sorted(made, key=lambda topic: (-topic.train - topic.held_out, topic.typical)))


def _distinctive(questions: Sequence[str], in_all: Counter[str], n: int) -> tuple[str, ...]:
    """Words by share in the cluster, times the logarithm of how much more frequent they are in it than in all."""
    here = Counter(word for question in questions for word in _content(question))
    worth = {
        word: count / len(questions) * log(count / len(questions) / (in_all[word] / n))
        for word, count in here.items()
        if count > 1 or len(questions) < 2 * ENOUGH
    }
    best = sorted((word for word in worth if worth[word] > 0), key=lambda word: (-round(worth[word], 9), word))
    return tuple(shown(word, 30) for word in best[:WORDS])


def _content(question: str) -> set[str]:
    """Words that say something, each once."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return {word for found in WORD.finditer(question) if len(word := found[0].lower()) > 2 and word not in ENGLISH_STOP_WORDS}
