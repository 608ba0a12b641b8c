"""Real rows whose faults are known, and clean ones."""

from __future__ import annotations

import itertools
from pathlib import Path

from assistant.core.recipe_data import Checks
from assistant.data.checking.inspector import Inspector
from assistant.data.checking.tools import Tools
from assistant.data.reading.read import Account, Wanted, each_example
from assistant.data.scratch import scratch
from tests.beside import beside
from tests.data.dirty_cases import RIGHT, table, total

FEWEST = 0.95
MOST_FALSE = 0.02
JUDGED = ("missing", "equal", "truncated", "short_answer", "long_question", "label_leak", "odd_characters", "language", "personal_data", "outlier")
"""Checks whose findings in MedQuAD are few; those of all others are what they say by their definition."""


def test_the_faults_of_dirty_rows_are_found() -> None:
    folder = beside("dirty_cases.dev.jsonl").parent
    for name in ("medquad_raw_dirty", "medquad", "covid_faq_cdc_fda_raw_dirty", "chatterbot_raw_dirty"):
        beside(f"{name}.dev.jsonl")
    tallies = table(folder)
    assert set(tallies) == set(RIGHT)
    everything = total(tallies.values())
    assert everything.found / (everything.found + everything.missed) >= FEWEST, {tag: tally for tag, tally in tallies.items() if tally.missed}


def test_clean_rows_are_left_alone() -> None:
    path: Path = beside("medquad.dev.jsonl")
    # One in eight, so that it takes seconds.
    examples = list(itertools.islice(each_example([path], Wanted(group="topic"), Account()), 0, None, 8))
    with scratch() as database:
        inspector = Inspector(Checks(expected_language="en"), Tools(), database)
        flagged = {name: 0 for name in JUDGED}
        for looked in inspector.inspect(examples):
            for finding in looked.findings:
                if finding.rule in flagged:
                    flagged[finding.rule] += 1
    assert sum(flagged.values()) < MOST_FALSE * len(examples), flagged
