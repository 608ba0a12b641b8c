"""The examination: the same questions put to one target after another, and what metrics and probes say of the answers.

The first two stages of an evaluation; a finished one is found and not done again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from assistant.api import (
    Chosen,
    Examples,
    Home,
    Target,
    choose_engine,
    read_jsonl,
    sampling_of,
    say,
)
from evalsuite.asking import Voice
from evalsuite.evaluation import Evaluation, check_seal, evaluation_of, is_answered, readable
from evalsuite.examined import Examined
from evalsuite.further import FIGURES, fluency_of, repeats_of
from evalsuite.generate import Plan, generate
from evalsuite.journal import Said
from evalsuite.judging import judge_probes, tools_of, write_measures
from evalsuite.load import TimedLevel
from evalsuite.metrics.registry import check_gates
from evalsuite.prediction import Prediction
from evalsuite.probes.probe import Material, Probe, Tools
from evalsuite.probes.registry import PROBES, check_probes, figures_for
from evalsuite.probing import Course, Probed, ask_again, ask_probe, forget_further, measure_load, weigh_references
from evalsuite.questions import examples_for, material_of, shown_before
from evalsuite.replay import replay
from evalsuite.scores import Order, Scores, identity, order, read_scores, score, write_scores
from evalsuite.targets import Options
from evalsuite.timings import read_timings
from evalsuite.toxicity.classifier import Classifier, find_classifier

ChooseEngine = Callable[[Target, Home], Chosen]


@dataclass(frozen=True)
class Examination:
    """What every target is asked, and how it is scored.

    Attributes:
        home: The workspace.
        examples: The test's questions, as they are asked.
        unshown: The same without the solved examples that are shown before each of them.
        options: What the user said.
        wanted: The metrics.
        probes: The sets of further questions.
        material: What their questions are made from: the same for every target, so that all are asked the same.
        tools: What reads the answers to them.
        answers_file: Where the answers of a target of kind `file` stand.
        choose: Finds what answers.
    """

    home: Home
    examples: Examples
    unshown: Examples
    options: Options
    wanted: Order
    probes: Sequence[Probe]
    material: Material
    tools: Tools
    answers_file: Path
    choose: ChooseEngine

    def of(self, target: Target, levels: Sequence[int] = (), weigh_answers: Sequence[Prediction] = ()) -> Examined:
        """Ask a target everything, and score its answers.

        Args:
            target: It.
            levels: Of the load pass.
            weigh_answers: Another's answers to the same questions, whose fluency is measured by how likely this one finds them.
        """
        chosen = None if target.kind == "file" else self.choose(target, self.home)
        settings = target.recipe.evaluation
        plan = Plan(sampling_of(target.recipe), settings.batch_size, settings.latency_requests)
        inputs: dict[str, Any] = {
            "target": target.fingerprint,
            "examples": self.examples.fingerprint,
            "limit": self.options.limit,
            **asdict(plan),
            "engine": dict(chosen.key) if chosen else {"engine": "file"},
        }
        evaluation = evaluation_of(self.home, target.label, inputs)
        if self.options.again:
            forget_further(evaluation)
        if chosen is None:
            if not self._is_finished(evaluation, inputs):
                replay(evaluation, self.answers_file, self.examples.items, inputs)
            return self._scored(target, evaluation)
        identity_of_voice = {name: inputs[name] for name in ("target", "engine")}
        with Voice(chosen.open) as voice:
            if not self._is_finished(evaluation, inputs):
                say(f"{target.label}: loading")
                generate(evaluation, voice, self.examples.items, plan, inputs)
            course = Course(evaluation, voice, identity_of_voice, plan.sampling, plan.batch_size, target.label)
            probed = {probe.name: ask_probe(course, probe, self.material) for probe in self.probes}
            repeated = ask_again(course, self.examples.items, settings.repeats)
            load = measure_load(course, self.examples.items, levels, settings.load_seconds)
            weighed = weigh_references(course, self.examples.items) if _must_be_weighed(target) else None
            fluency = fluency_of(course, self.material.examples, weigh_answers) if weigh_answers else None
        examined = replace(self._scored(target, evaluation), weighed=weighed, fluency=fluency)
        return self._probed(examined, probed, repeated, load)

    def _is_finished(self, evaluation: Evaluation, inputs: dict[str, Any]) -> bool:
        """Whether all answers are there and are to be kept, which is then said."""
        if self.options.again or not is_answered(evaluation, inputs):
            return False
        say(f"already answered: {evaluation.folder}")
        return True

    def _probed(
        self, examined: Examined, probed: Mapping[str, Probed], repeated: Sequence[tuple[Said, ...]], load: tuple[TimedLevel, ...]
    ) -> Examined:
        """The same with what was asked beside the test."""
        results = judge_probes(self.probes, probed, examined.predictions, self.material, self.tools)
        if repeated:
            results.append(repeats_of(examined.predictions, repeated))
        if results:
            write_measures(examined.evaluation, results)
        return replace(examined, probes=tuple(results), timed=replace(examined.timed, load=load))

    def _scored(self, target: Target, evaluation: Evaluation) -> Examined:
        predictions = self._predictions(evaluation)
        return Examined(target, evaluation, predictions, self._scores(evaluation, predictions), read_timings(evaluation))

    def _predictions(self, evaluation: Evaluation) -> list[Prediction]:
        """The answers, one for each example in their order.

        Raises:
            DataError: The file was changed since.
        """
        asked = self.examples.items
        with readable(evaluation.predictions):
            predictions = [Prediction.from_json(row) for row in read_jsonl(evaluation.predictions)]
            if [prediction.id for prediction in predictions] != [example.id for example in asked]:
                raise ValueError(f"{len(predictions)} answers to other questions than the {len(asked)} that were asked")
        check_seal(evaluation, evaluation.predictions)
        return predictions

    def _scores(self, evaluation: Evaluation, predictions: Sequence[Prediction]) -> Scores:
        """The scores of the answers, read or made."""
        key = identity(predictions, self.wanted)
        found = None if self.options.again or self.options.rescore else read_scores(evaluation.folder, predictions, key)
        if found is not None:
            say(f"already scored: {evaluation.folder}")
            return found
        scores = score(predictions, self.wanted)
        write_scores(evaluation.folder, scores, predictions, key)
        return scores


def prepare_examination(target: Target, home: Home, options: Options, answers_file: Path, choose: ChooseEngine = choose_engine) -> Examination:
    """Look at everything that a recipe asks for before anything slow runs.

    Raises:
        UserError: A metric, a gate or the data is wrong.
    """
    settings = target.recipe.evaluation

    def classifier() -> Classifier:
        return find_classifier(settings.toxicity.checkpoint, settings.toxicity.sha256, target.folder)

    wanted = order(settings.metrics, target.folder, classifier, settings.seed)
    check_probes(settings.probes)
    unshown = examples_for(target, home, options, answers_file)
    asked = shown_before(unshown, target, home)
    probes = [PROBES[name] for name in settings.probes if name in PROBES]
    material = material_of(target, home, asked.items) if probes and target.kind != "file" else Material((), (), settings, target.folder)
    check_gates(target.recipe.gates, settings.metrics, lambda: [*figures_for(target.recipe.gates, probes, material), *FIGURES])
    return Examination(home, asked, unshown, options, wanted, probes, material, tools_of(classifier), answers_file, choose)


def _must_be_weighed(target: Target) -> bool:
    """Whether only its likelihoods tell that training has changed anything: an adapter's own weights tell it."""
    version = target.version
    return version is not None and not version.is_adapter and target.recipe.engine.name != "remote"
