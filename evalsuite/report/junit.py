"""`junit.xml`: every gate a test case, so that any build server shows it; so is every reason that makes a release unfit."""

from __future__ import annotations

import re
from xml.etree import ElementTree as Xml

from evalsuite.gates import condition
from evalsuite.report.wording import gate_mark
from evalsuite.scorecard import Scorecard

FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, not even escaped."""


def junit(card: Scorecard) -> str:
    """The gates as JUnit test cases, and what stands above them; what must only be known is told beside."""
    refused = [flag for flag in card.flags if flag.severity == "refuse"]
    failures = len(refused) + sum(not judgement.passed for judgement in card.judgements)
    counts = {"tests": str(len(refused) + len(card.judgements)), "failures": str(failures), "errors": "0", "skipped": "0"}
    root = Xml.Element("testsuites", {"name": "evalsuite", **counts})
    suite = Xml.SubElement(root, "testsuite", {"name": _clean(card.run), "timestamp": card.measured_on.date[:19], **counts})
    for flag in refused:
        _case(suite, f"flags.{card.title}", flag.name, flag.sentence, "flag")
    for judgement in card.judgements:
        told = f"{gate_mark(judgement)}: {judgement.sentence}" if judgement.vacuous else judgement.sentence
        _case(suite, f"gates.{card.title}", condition(judgement.gate), told, "" if judgement.passed else "gate")
    known = [f"{flag.name}: {flag.sentence}" for flag in card.flags if flag.severity == "flag"]
    if known:
        Xml.SubElement(suite, "system-out").text = _clean("\n".join(known))
    Xml.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, encoding="unicode") + "\n"


def _case(suite: Xml.Element, group: str, name: str, told: str, failed: str) -> None:
    """A test case; `failed` is the kind of its failure, empty where it passed."""
    case = Xml.SubElement(suite, "testcase", {"classname": _clean(group), "name": _clean(name), "time": "0"})
    if failed:
        Xml.SubElement(case, "failure", {"type": failed, "message": _clean(told)}).text = _clean(told)
    else:
        Xml.SubElement(case, "system-out").text = _clean(told)


def _clean(text: str) -> str:
    return FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
