"""ROUGE in other ways than the usual one, by rouge-score itself: with a stemmer, for other alphabets, a part of the F-measure.

`rougeL(coco)` is ROUGE-L as coco-caption has it, which nlg-eval and image captioning report.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from evalsuite.metrics.lcs import lcs_length
from evalsuite.metrics.metric import Metric, mean, scored, signed
from evalsuite.metrics.options import Family, Option, Value
from evalsuite.metrics.rouge import ROUGE1, ROUGE2, ROUGE_L, ROUGE_LSUM, VERSION
from evalsuite.prediction import Prediction

if TYPE_CHECKING:
    from evalsuite.metrics.metric import Array

COCO_BETA = 1.2
OPTIONS = {
    "stemmer": Option(False, "words of more than three letters are stemmed by Porter's rules"),
    "tokenize": Option("latin", "what a word is: runs of a-z and 0-9, of letters and digits of any alphabet, or what stands between white space",
                       ("latin", "unicode", "space")),
    "part": Option("f", "the F-measure, or precision or recall of the reference with the best one", ("f", "precision", "recall")),
}  # fmt: skip
COCO = {"coco": Option(False, "as coco-caption: words between white space, F with beta 1.2, best precision and best recall over references")}
WORD = re.compile(r"[^\W_]+")


def rouge_with(plain: Metric, **values: Any) -> Metric:
    """ROUGE with these options, all of them given; its name is still the plain one's."""
    if values.get("coco"):
        parts: tuple[str, ...] = ("tok:space", f"beta:{COCO_BETA}", "refs:best precision, best recall")
        return _made(plain, parts, lambda predictions: scored([_coco(each) for each in predictions]))
    stemmer, tokenize, part = values["stemmer"], values["tokenize"], values["part"]
    parts = (f"measure:{part}", f"stem:{'porter' if stemmer else 'no'}", f"tok:{tokenize}", "refs:best")
    return _made(plain, parts, partial(_statistics, plain.name, stemmer, tokenize, part))


def check(values: Mapping[str, Value]) -> str | None:
    """What is wrong with options that do not go together."""
    others = [name for name in OPTIONS if values[name] != OPTIONS[name].default]
    if values.get("coco") and others:
        return f"coco fixes all else, and goes with no {others[0]}"
    return None if not (values["stemmer"] and values["tokenize"] != "latin") else "the stemmer knows English alone, and goes with tokenize=latin"


def _family(plain: Metric, more: Mapping[str, Option]) -> Family:
    return Family(plain, {**OPTIONS, **more}, partial(rouge_with, plain), check)


FAMILIES = [_family(ROUGE1, {}), _family(ROUGE2, {}), _family(ROUGE_L, COCO), _family(ROUGE_LSUM, {})]


def _made(plain: Metric, parts: Sequence[str], statistics: Callable[[Sequence[Prediction]], Array]) -> Metric:
    def signature(predictions: Sequence[Prediction]) -> str:
        from importlib.metadata import version

        return signed(VERSION, plain.name, *parts, f"version:{version('rouge-score')}")

    return Metric(
        name=plain.name,
        title=plain.title,
        meaning=plain.meaning,
        version=VERSION,
        example=plain.example,
        signature=signature,
        statistics=statistics,
        combine=mean,
        perfect=1.0,
    )


class _Words:
    """A tokenizer as rouge-score wants one."""

    def __init__(self, find: Callable[[str], list[str]]) -> None:
        self.tokenize = find


@cache
def _scorer(kind: str, stemmer: bool, tokenize: str) -> Any:
    from rouge_score.rouge_scorer import RougeScorer

    words = {"latin": None, "unicode": _Words(lambda text: WORD.findall(text.lower())), "space": _Words(lambda text: text.lower().split())}
    return RougeScorer([kind], use_stemmer=stemmer, tokenizer=words[tokenize])


def _statistics(kind: str, stemmer: bool, tokenize: str, part: str, predictions: Sequence[Prediction]) -> Array:
    scorer, field = _scorer(kind, stemmer, tokenize), {"f": "fmeasure"}.get(part, part)
    return scored([float(getattr(scorer.score_multi(list(each.references), each.text)[kind], field)) for each in predictions])


def _coco(prediction: Prediction) -> float:
    """F with beta 1.2 of the highest precision and the highest recall, each over all references."""
    said = prediction.text.split()
    given = [reference.split() for reference in prediction.references]
    shared = [lcs_length(said, wanted) for wanted in given]
    precision = max(shared) / max(len(said), 1)
    recall = max(each / max(len(wanted), 1) for each, wanted in zip(shared, given, strict=True))
    if not precision or not recall:
        return 0.0
    weight = COCO_BETA**2
    return (1 + weight) * precision * recall / (recall + weight * precision)
