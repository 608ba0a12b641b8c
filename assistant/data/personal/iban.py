"""International bank account numbers (ISO 13616): found by the length of their country, held to their check digits."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LENGTHS = """
AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27
GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19
MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23
TN24 TR26 UA29 VA22 VG24 XK20 YE30
"""
LENGTHS = {entry[:2]: int(entry[2:]) for entry in _LENGTHS.split()}
"""Characters of an IBAN by country, spaces aside."""

_OPENING = re.compile(r"(?<![^\W_])[A-Za-z]{2}\d{2}(?=[ -]?[A-Za-z0-9])")


def iban_in(text: str) -> Iterator[tuple[int, int]]:
    """Where the valid ones begin and end; one space or hyphen may stand between any two characters."""
    for match in _OPENING.finditer(text):
        length = LENGTHS.get(match[0][:2].upper())
        end = _end(text, match.start(), length) if length else None
        if end is not None and is_valid("".join(filter(str.isalnum, text[match.start() : end]))):
            yield match.start(), end


def is_valid(iban: str) -> bool:
    """Whether its check digits are right: read with letters as 10 to 35, it leaves 1 when divided by 97."""
    moved = iban[4:] + iban[:4]
    return int("".join(str(int(character, 36)) for character in moved)) % 97 == 1


def _end(text: str, start: int, length: int) -> int | None:
    """Where so many characters end; None where they do not, or where more follow at once."""
    place, read = start, 0
    while read < length:
        if place < len(text) and text[place].isascii() and text[place].isalnum():
            read += 1
        elif place >= len(text) or text[place] not in " -" or not text[place - 1].isalnum():
            return None
        place += 1
    return None if place < len(text) and text[place].isalnum() else place
