"""A metric of the `evaluate` library, from a script on disk or by its name: the door to any metric there is none of here.

Such a script gives one figure for all answers together and no sufficient statistics. Where that figure
is the mean of the answers' own figures, it is treated as every other mean is. Where it is not, the
script itself is asked anew for each of a few resamples.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.api import UserError, fingerprint_of_file
from evalsuite.prediction import Prediction

if TYPE_CHECKING:
    from evalsuite.metrics.metric import Array

MEAN_TOLERANCE = 1e-9


PREFIX = "evaluate:"
"""Before the name of a metric of the library that is already on this machine: `evaluate:squad`."""


@dataclass(frozen=True)
class External:
    """A metric of the `evaluate` library.

    Attributes:
        name: What its figure is called: the script's name without `.py`, or the metric's in the library.
        path: The script; None for a metric of the library's own, by name.
    """

    name: str
    path: Path | None

    @staticmethod
    def is_one(text: str) -> bool:
        """Whether a recipe means a script, or a metric of the library, by this."""
        return text.endswith(".py") or text.startswith(PREFIX)

    @staticmethod
    def name_of(text: str) -> str:
        """What the figure is called of a metric that a recipe names so."""
        return text.removeprefix(PREFIX).strip() if text.startswith(PREFIX) else Path(text).stem

    @classmethod
    def find(cls, text: str, folder: Path) -> External:
        """The script or the metric that a recipe names.

        Raises:
            UserError: There is none.
        """
        name = cls.name_of(text)
        if text.startswith(PREFIX):
            _check_cached(name)
            return cls(name, None)
        path = (folder / Path(text).expanduser()).resolve()
        if not path.is_file():
            raise UserError(f"there is no metric script {path}", "Correct the path; it is relative to the recipe.")
        return cls(name, path)

    @property
    def source(self) -> str:
        """What `evaluate.load` takes."""
        return str(self.path) if self.path else self.name

    @property
    def signature(self) -> str:
        """The library's version and the script's SHA-256."""
        from importlib.metadata import version

        script = self.path or _cached(self.name)
        return f"evaluate:{version('evaluate')}|script:{fingerprint_of_file(script)[:12]}"


def _cached(name: str) -> Path:
    """The library's own copy of a metric's script, the newest, in its cache.

    Raises:
        FileNotFoundError: It has none.
    """
    import os

    # As the library finds it (evaluate.config), which takes a second to import.
    home = Path(os.environ.get("HF_HOME", Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")) / "huggingface")).expanduser()
    modules = Path(os.environ.get("HF_MODULES_CACHE", home / "modules")).expanduser()
    # A community's metric is called OWNER/NAME, which the library writes with two dashes.
    folder = modules / "evaluate_modules" / "metrics"
    found = [*folder.glob(f"evaluate-metric--{name}/*/{name}.py"), *folder.glob(f"{name.replace('/', '--')}/*/{name.rpartition('/')[2]}.py")]
    if not found:
        raise FileNotFoundError(str(folder))
    return max(found, key=lambda path: path.stat().st_mtime)


def _check_cached(name: str) -> None:
    """See whether the library can load a metric without the network.

    Raises:
        UserError: It cannot.
    """
    if not re.fullmatch(r"\w[\w.-]*(/\w[\w.-]*)?", name):
        raise UserError(f"{PREFIX}{name} names no metric of the evaluate library", f"Write its name there: {PREFIX}squad.")
    try:
        _cached(name)
    except FileNotFoundError as error:
        raise UserError(
            f"the metric {name} of the evaluate library is not in its cache, {error}, and nothing is downloaded here",
            f'Fetch it once where there is a network (python -c "import evaluate; evaluate.load({name!r})"), or name its script by a path.',
        ) from None


@dataclass(frozen=True)
class ExternalScores:
    """What a script said.

    Attributes:
        value: Over all answers.
        items: Of each answer alone, `(answers,)`.
        is_mean: The value is the mean of `items`.
    """

    value: float
    items: list[float]
    is_mean: bool


class Script:
    """A loaded script.

    Raises:
        UserError: The script cannot be loaded, or gives no number.
    """

    def __init__(self, external: External) -> None:
        import datasets
        import evaluate

        self._external = external
        library: Any = datasets
        library.disable_progress_bars()
        with self._guarded():
            # By its path in the cache, a metric that is known by name needs no network either.
            self._module = evaluate.load(str(external.path or _cached(external.name)), keep_in_memory=True)
        self._takes_lists = _takes_lists(self._module.features)

    def scores(self, predictions: Sequence[Prediction]) -> ExternalScores:
        """Ask for the figure of all answers, and of each alone."""
        value = self.value(predictions)
        items = [self.value([prediction]) for prediction in predictions]
        average = math.fsum(items) / len(items)
        return ExternalScores(value, items, math.isclose(value, average, rel_tol=MEAN_TOLERANCE, abs_tol=MEAN_TOLERANCE))

    def value(self, predictions: Sequence[Prediction]) -> float:
        """The figure of these answers together: the result's key of the script's name, else its first number."""
        references: list[Any] = [list(each.references) if self._takes_lists else each.references[0] for each in predictions]
        with self._guarded():
            result = self._module.compute(predictions=[each.text for each in predictions], references=references)
        if not isinstance(result, Mapping):
            raise self._refused(TypeError("it gave no dictionary"))
        numbers = {key: float(value) for key, value in result.items() if isinstance(value, Real) and math.isfinite(value)}
        if not numbers:
            raise self._refused(ValueError("it gave no finite number"))
        return numbers.get(self._external.name, next(iter(numbers.values())))

    def resampled(self, predictions: Sequence[Prediction], draws: Array) -> list[float]:
        """The figure of each resample; `draws` holds how often each answer is in it, `(resamples, answers)`."""
        return [self.value([each for each, times in zip(predictions, row, strict=True) for _ in range(int(times))]) for row in draws]

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Run the script's own code: what it prints is no result of ours, and its end is not the end of this program."""
        try:
            with redirect_stdout(sys.stderr):
                yield
        except (Exception, SystemExit) as error:
            raise self._refused(error) from error

    def _refused(self, error: BaseException) -> UserError:
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        return UserError(
            f"the metric script {self._external.source} failed: {type(error).__name__}: {first[:200]}",
            "Make it work with evaluate.load(path).compute(predictions=[...], references=[...]), or leave it out of the metrics.",
        )


def _takes_lists(features: Any) -> bool:
    """Whether the script wants a list of references for each answer, or one reference."""
    first = features[0] if isinstance(features, list) else features
    return type(first.get("references")).__name__ in {"Sequence", "List", "LargeList", "list"}
