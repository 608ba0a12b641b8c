"""Rows with findings, made by hand."""

from __future__ import annotations

from dataclasses import replace

from assistant.data.checking.finding import Finding, Severity
from assistant.data.example import Example, Place
from assistant.workshop.review import Row

HOSTILE = "[bold]\x1b]0;hacked\x07[/] 漢字 \u202eevil"


def example(name: str, question: str = "What is a cold?", answer: str = "An infection.") -> Example:
    return Example(name, question, (answer,), "colds", {"kind": "illness"}, place=Place("faq.csv", 7))


def row(name: str, *findings: tuple[str, Severity], question: str = "What is a cold?", answer: str = "An infection.") -> Row:
    made = example(name, question, answer)
    return Row(made, [Finding(rule, severity, "edit", False, made.place, name, f"about {name}") for rule, severity in findings])


def rows() -> list[Row]:
    cleaned = row("cleaned", ("truncated", "warning"), question="Why?")
    return [
        row("noted", ("no_final_stop", "note")),
        replace(cleaned, before=replace(cleaned.example, question="Q. Why?")),
        row("fine"),
        row("worst", ("missing", "error"), ("toxic", "error"), question=HOSTILE),
        row("bad", ("missing", "error"), ("language", "warning")),
    ]
