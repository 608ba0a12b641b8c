"""Web addresses in answers: a model learns that an answer holds one, not which, and makes them up."""

from __future__ import annotations

import re

from assistant.data.checking.remark import Remark, quoted
from assistant.data.example import Example
from assistant.data.personal.personal_data import find_personal_data

# Nobody is led astray by these: they are one's own machine, or reserved for examples.
_NOWHERE = re.compile(r"(?:https?://)?(?:localhost|127\.0\.0\.1|\[::1\]|(?:[\w-]+\.)*example(?:\.(?:com|net|org))?)(?![\w.-])", re.IGNORECASE)


def links(example: Example) -> Remark | None:
    """The first plain address in the answers, and how many there are; those that carry a user's name are personal data."""
    spans = (span for answer in example.answers for span in find_personal_data(answer, ("email", "url")))
    found = [span.text for span in spans if span.kind == "url" and not span.identifies]
    plain = [address for address in found if not _NOWHERE.match(address)]
    if not plain:
        return None
    return Remark(quoted(plain[0]) + (f" and {len(plain) - 1} more" if len(plain) > 1 else ""))
