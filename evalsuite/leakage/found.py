"""The leakage of an evaluation: found once, kept in its folder, and a reason where it cannot be known."""

from __future__ import annotations

from pathlib import Path

from assistant.api import (
    DataError,
    Examples,
    Home,
    Leakage,
    Target,
    Training,
    fingerprint_of_value,
    leakage_of,
    leakage_signature,
    progress,
    say,
    training_of,
)
from evalsuite.leakage.record import read_leakage, write_leakage

NOBODY_KNOWS = {
    "base": "an untrained base has learned from none of the data that is known here",
    "server": "what the model behind the server has learned from is not known here",
    "file": "what the answers' author has learned from is not known here",
}


def find_leakage(folder: Path, target: Target, home: Home, examples: Examples, again: bool = False) -> Leakage | str:
    """What of an evaluation's examples stands in what its target learned from; or why that cannot be known.

    Args:
        folder: Of the evaluation; what is found is written there and read again the next time.
        target: What is examined.
        home: The workspace.
        examples: What it is asked.
        again: Search even if it was searched already.
    """
    if target.kind != "version":
        return NOBODY_KNOWS[target.kind]
    try:
        training = training_of(target, home)
        key = leakage_identity(examples, training)
        found = None if again else read_leakage(folder, key)
        if found is not None:
            say(f"already searched for leakage: {folder}")
            return found
        with progress(f"{target.label}: searching {training.source} for {len(examples.items)} examples", 1) as advance:
            leakage = leakage_of(examples.items, training)
            advance(1, "done")
    except DataError as error:
        return error.what
    write_leakage(folder, leakage, key)
    return leakage


def leakage_identity(examples: Examples, training: Training) -> str:
    """The fingerprint of all that the result depends on."""
    return fingerprint_of_value([leakage_signature(), [example.to_json() for example in examples.items], training.fingerprint])
