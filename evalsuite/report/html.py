"""`scorecard.html`: one file that opens offline, for the person who decides.

No script, no font, no image from elsewhere. Every text is escaped by the template; the style sheet alone
goes in as it is.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalsuite.report import rows
from evalsuite.report.charts import histogram
from evalsuite.report.wording import definitions, verdict
from evalsuite.scorecard import Scorecard

if TYPE_CHECKING:
    from jinja2 import Template

HERE = Path(__file__).parent
SAID_ELSEWHERE = {"base", "trained"}
"""Facts about the target that the page says in other words."""


def html(card: Scorecard) -> str:
    """The scorecard as one page."""
    from markupsafe import Markup

    measured = card.measured_on
    return _template().render(
        card=card,
        style=Markup((HERE / "scorecard.css").read_text(encoding="utf-8")),
        verdict=verdict(card),
        gates=rows.gate_rows(card),
        metrics=list(rows.metric_rows(card)),
        slices=rows.slice_rows(card),
        speed=list(rows.speed_rows(card)),
        tiles=list(rows.tiles(card)),
        histogram=histogram(card.answers.words, card.base_answers.words if card.base_answers else ()),
        lengths=rows.words_line(card.answers),
        base_lengths=rows.words_line(card.base_answers) if card.base_answers else "",
        finish=rows.finish_parts(card.answers),
        base_finish=rows.finish_parts(card.base_answers) if card.base_answers else [],
        best=list(rows.sample_rows(card.best, card)),
        worst=list(rows.sample_rows(card.worst, card)),
        ranked=card.metrics[card.ranked_by].title if card.ranked_by else "",
        definitions=definitions(),
        facts=_facts(card),
        unmeasured_speed={name: figure.reason for name, figure in sorted(measured.speed.items()) if figure.value is None},
    )


def _facts(card: Scorecard) -> list[tuple[str, str]]:
    """The small print: what was examined, with what, on what."""
    measured, settings = card.measured_on, card.settings
    machine = measured.machine
    facts = [
        ("Evaluation", card.run),
        ("Examples", f"{card.examples.n} in {card.examples.groups} groups, {card.examples.source}; fingerprint {card.examples.fingerprint[:12]}"),
        ("Target", f"{card.target.label}, fingerprint {card.target.fingerprint[:12]}"),
    ]
    if card.base:
        facts.append(("Base", f"{card.base.label}, fingerprint {card.base.fingerprint[:12]}, evaluation {card.base.run}"))
    facts += [(name.replace("_", " ").capitalize(), _short(value)) for name, value in sorted(card.target.facts.items()) if name not in SAID_ELSEWHERE]
    facts += [
        ("Engine", f"{card.target.engine}, {card.target.precision}, on {measured.device}"),
        ("Sampling", ", ".join(f"{name} {value}" for name, value in sorted(settings.sampling.items()))),
        ("Batch size", str(settings.batch_size)),
        ("Resamples", f"{settings.resamples}, seed {settings.seed}"),
        ("Machine", ", ".join(f"{name.replace('_', ' ')} {_short(value)}" for name, value in sorted(machine.items()))),
        ("Libraries", ", ".join(f"{name} {number}" for name, number in sorted(measured.packages.items()))),
        ("Answered", measured.date),
    ]
    return facts


def _short(value: Any) -> str:
    """A fact in words, fingerprints by their beginning, numbers to four digits."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = f"{value:.4g}" if isinstance(value, float) else str(value)
    return text[:12] if len(text) == 64 else text


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("scorecard.html.j2")
