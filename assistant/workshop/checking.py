"""What is wrong with the rows of a recipe, and what of the test stands in train; nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from assistant.core.plain import many, one_line
from assistant.core.recipe_file import RecipeFile
from assistant.data.checking.checks import BY_NAME
from assistant.data.checking.finding import Finding
from assistant.data.checking.tools import find_tools
from assistant.data.dealt import DealtRows
from assistant.data.flow import OF_THE_FLOW, Flow, Observer
from assistant.data.scratch import scratch
from assistant.data.splitting.leakage.between import lines_of as leakage_lines
from assistant.data.tally import ORDER, Tally
from assistant.workshop.places import from_here
from assistant.workshop.preparing import decided, how_fixed, passed_over

SHOWN_CHARACTERS = 160
"""Of a finding's detail, which is made of the row's own words."""

KNOWN: tuple[str, ...] = (*BY_NAME, *OF_THE_FLOW)
"""Rules that findings can have."""


@dataclass(frozen=True)
class Checked:
    """What was found.

    Attributes:
        report: As `prepare` would keep it.
        tally: The findings that are told, by rule.
        left_out: Rows that `prepare` would leave out, by reason.
        leakage: What of validation and test stands in train, in lines.
        errors: How many errors are told.
        is_fixed: Whether only those are told that `prepare` does not mend.
    """

    report: dict[str, Any]
    tally: Tally
    left_out: Counter[str]
    leakage: tuple[str, ...]
    errors: int
    is_fixed: bool

    def to_json(self) -> dict[str, Any]:
        """All of it, for programs."""
        return {**self.report, "findings": self.tally.to_json(), "left_out": dict(self.left_out), "errors": self.errors}


class _Watch(Observer):
    """Counts what is told, and hands on what is listed."""

    def __init__(self, fixed: bool, told: Callable[[Finding], None]) -> None:
        self.tally = Tally()
        self._fixed = fixed
        self._told = told

    def found(self, row: int, finding: Finding) -> None:
        if not (self._fixed and finding.is_fixed):
            self.tally.add(finding)
            self._told(finding)


def check_recipe(file: RecipeFile, fixed: bool, told: Callable[[Finding], None]) -> Checked:
    """Look at every row as `prepare` would.

    Args:
        file: The recipe.
        fixed: Only what `prepare` would not mend.
        told: Given every finding as it is found.

    Raises:
        DataError: A source cannot be read.
    """
    watch = _Watch(fixed, told)
    with scratch() as database:
        flow = Flow(file, database, find_tools(file), watch)
        flow.run()
        rows = DealtRows(file, flow.pool, (), database, flow.reject)
        leakage = leakage_lines(rows.leakage(), "validation and test")
        return Checked(flow.report(), watch.tally, flow.rejected, tuple(leakage), watch.tally.count("error"), fixed)


def only(rules: Collection[str], every: bool, tell: Callable[[Finding], None]) -> Callable[[Finding], None]:
    """Tells of the findings of some rules, or of all."""
    return lambda finding: tell(finding) if every or finding.rule in rules else None


def print_finding(finding: Finding) -> None:
    """Print one as it comes."""
    print(line_of(finding))


def line_of(finding: Finding) -> str:
    """One finding in one line: place, severity, rule, detail."""
    name = f" {finding.id}" if finding.id else ""
    detail = f": {from_here(finding.detail)[:SHOWN_CHARACTERS]}" if finding.detail else ""
    return one_line(f"{from_here(str(finding.place))}: {finding.severity}: {finding.rule}{name}{detail}")


def lines_of(checked: Checked) -> Iterator[str]:
    """What was found, for a person: the worst first, with the first places of each."""
    report = checked.report
    yield f"{many(report['rows'], 'row')}, {many(report['examples'], 'different example')}, {many(report['questions'], 'different question')}"
    yield from passed_over(report)
    mended = report["cleaned"]
    if mended["examples"]:
        rules = ", ".join(f"{rule} {count}" for rule, count in sorted(mended["rules"].items(), key=lambda item: -item[1]))
        yield f"cleaning mends {mended['examples']} of the rows: {rules}"
    yield from decided(report)
    for severity in ORDER:
        for (rule, _), found in checked.tally.found.items():
            if found.severity == severity:
                fixed = how_fixed(found.fixed, found.count)
                told_fixed = f" ({fixed} by prepare)" if fixed else ""
                yield f"{severity}: {found.count} x {rule}{told_fixed}"
                for finding in found.first:
                    detail = f": {from_here(finding.detail)[:SHOWN_CHARACTERS]}" if finding.detail else ""
                    yield "    " + one_line(f"{from_here(str(finding.place))}{detail}")
                if found.count > len(found.first):
                    yield f"    and {found.count - len(found.first)} more; --rule {rule} lists them"
    for check, why in report["not_looked_for"].items():
        yield one_line(f"not looked for: {check}: {why}")
    yield from checked.leakage
    if checked.left_out:
        yield "prepare would leave out: " + ", ".join(f"{count} x {reason}" for reason, count in checked.left_out.most_common())
    yield verdict(checked)


def verdict(checked: Checked) -> str:
    """Whether an error is left, and what to do about it."""
    count, left = checked.errors, checked.tally.remaining()
    if not count:
        return "no error remains"
    errors = "1 error remains" if count == 1 else f"{count} errors remain"
    dealt_with = ("it" if count == 1 else "all of them") if not left else f"{count - left} of them"
    if left < count:
        return f"{errors}; `assistant data prepare` deals with {dealt_with}, and --fixed tells what is left then"
    return f"{errors}; decide about the rows in `assistant data review`, or let `prepare` drop them: data.check in the recipe"
