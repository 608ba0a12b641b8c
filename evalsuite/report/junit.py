"""`junit.xml`: every gate a test case, so that any build server shows it."""

from __future__ import annotations

import re
from xml.etree import ElementTree as Xml

from evalsuite.gates import condition
from evalsuite.scorecard import Scorecard

FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, not even escaped."""


def junit(card: Scorecard) -> str:
    """The gates as JUnit test cases."""
    judgements = card.judgements
    failures = sum(not judgement.passed for judgement in judgements)
    counts = {"tests": str(len(judgements)), "failures": str(failures), "errors": "0", "skipped": "0"}
    root = Xml.Element("testsuites", {"name": "evalsuite", **counts})
    suite = Xml.SubElement(root, "testsuite", {"name": _clean(card.run), "timestamp": card.measured_on.date[:19], **counts})
    for judgement in judgements:
        case = Xml.SubElement(suite, "testcase", {"classname": _clean(f"gates.{card.title}"), "name": _clean(condition(judgement.gate)), "time": "0"})
        if judgement.passed:
            Xml.SubElement(case, "system-out").text = _clean(judgement.sentence)
        else:
            Xml.SubElement(case, "failure", {"type": "gate", "message": _clean(judgement.sentence)}).text = _clean(judgement.sentence)
    Xml.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, encoding="unicode") + "\n"


def _clean(text: str) -> str:
    return FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
