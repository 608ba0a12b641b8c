"""Street addresses by their form: a number, a name, and a word that only streets have, in the order of their country.

Precision before recall: a name that could be a street's is none unless something beside it says so. Knows the words of English,
French, Spanish, Portuguese, Italian, German, Dutch, Polish and the Nordic languages, post office boxes, and military mail of the
United States. What is open to view, such as an authority's address, is found as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_BREAK = r"(?:,?[ \t]*\n[ \t>|]{0,4}|,?[ \t]{1,3})"
"""Between the parts of an address: a comma, a space or the next line, which may be quoted in a mail."""
_NAME = r"[^\W\d_a-zà-öø-ÿ][^\W\d_]{0,24}(?:['\u2019.-][^\W\d_]{1,20})?\.?"
"""A word with a capital, such as `Main`, `St.`, `O'Hara`, `Val-de-Marne`."""
_SMALL = (
    r"(?:de la|de las|de los|de l['\u2019]|de|du|des|del|della|delle|dei|do|dos|da|das|di|la|le|les|el|van der|van den|van de|van|von|der|den|y|e|et"
    r"|of|the)"
)
_NAMES = rf"(?:{_SMALL}[ ]?|[dl]['\u2019])?(?:{_NAME})(?:[ ](?:{_SMALL}[ ]|[dl]['\u2019])?{_NAME}){{0,4}}"
_HOUSE = r"(?<![\w.,/$€£-])\d{1,6}(?:[A-Za-z]|[ ]?(?:bis|ter))?(?:-\d{1,5})?"
_ORDINAL = r"\d{1,3}(?:st|nd|rd|th)"

_UNIT = r"(?:Apt\.?|Apartment|Suite|Ste\.|Unit|Floor|Flat|Room|Rm\.?|MSC|Bldg\.?|Building|#)[ ]?#?[\dA-Z][\w-]{0,6}"
_CODE = (
    r"(?:[A-Z]{2}\.?[ ]{1,2}\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]?[ ]\d[A-Z]{2}|[A-Z]{2}[ ][A-Z]\d[A-Z][ ]\d[A-Z]\d|\d{5}[ ][A-ZÀ-Þ][^\W\d_]{1,30})"
)
_CITY = r"[A-ZÀ-Þ][^\W\d_]{1,20}(?:[ '\u2019-][A-ZÀ-Þ][^\W\d_]{0,20}){0,3}"
_TAIL = rf"(?:{_BREAK}{_UNIT}){{0,2}}(?:{_BREAK}(?:{_CITY}{_BREAK})?{_CODE}(?!\w))?"

_STRONG = (
    r"(?:Streets?|Avenues?|Ave|Roads?|Rd|Boulevard|Blvd|Lane|Ln|Drive|Highway|Hwy|Parkway|Pkwy|Terrace|Crescent|Turnpike|Expressway|Freeway|Alley|Pike"
    r"|Causeway|Esplanade|Broadway)"
)
# `Dr` and `St` open a name as often as they close one.
_SHORT = r"(?:St|Dr|Str|Blvd|Ct|Pl|Sq|Ter|Cir|Cres)"
# A court, a place or a park is mostly something else.
_WEAK = r"(?:Court|Place|Square|Close|Gardens|Grove|Hill|Walk|Row|Mews|Plaza|Trail|Circle|Way|Park|Loop|Green|Crossroad)"
_DIRECTION = r"(?:[ ](?:North|South|East|West|NW|NE|SW|SE|N|S|E|W)\b\.?)?"
_ENGLISH_NAMES = rf"(?:(?:[NSEW]|NW|NE|SW|SE)\.?[ ])?(?:(?:{_NAME}|{_ORDINAL})[ ]){{1,4}}"
_ENGLISH = rf"{_HOUSE},?[ ]{_ENGLISH_NAMES}(?:(?i:{_STRONG})\b\.?|{_SHORT}\b(?![ ][A-Z](?!pt|uite|nit|loor))\.?){_DIRECTION}{_TAIL}"
_SURE_TAIL = rf"(?:(?:{_BREAK}{_UNIT}){{1,2}}|{_BREAK}{_CITY}{_BREAK}{_CODE}(?!\w))"
_LIKELY = rf"{_HOUSE},?[ ]{_ENGLISH_NAMES}{_WEAK}\b{_DIRECTION}{_SURE_TAIL}"

# Romance languages and Polish put the word first, and the number before it or behind the name.
_FIRST = (
    r"(?:[Rr]ue|[Aa]venue|[Aa]ve?\.|[Aa]vda\.?|[Aa]venida|[Bb]oulevard|[Bb]d\.?|[Cc]alle|C/|[Pp]aseo|[Cc]arrer|[Cc]arretera|Via|Viale|[Pp]iazza"
    r"|Piazzetta|Piazzale|Corso|Vicolo|[Rr]ua|[Tt]ravessa|[Tt]v\.|[Ee]strada|[Qq]uai|[Ii]mpasse|[Cc]hemin|[Aa]llée|[Rr]oute|ul\.|[Uu]lica|Plac|Aleja|Al\.|Chaussée|Plaza|Praça)"
)
_NUMBER_FIRST = rf"{_HOUSE},?[ ](?!Via|Plaza|Corso){_FIRST}[ ]{_NAMES}{_TAIL}"
_NUMBER_BEHIND = rf"(?<!\w)(?:\d{{1,6}}[ ])?{_FIRST}[ ]{_NAMES},?[ ](?:n[°º.][ ]?)?\d{{1,4}}[A-Za-z]?\b(?![.,]\d|%){_TAIL}"

# Germanic and Finnish streets are one word, or end in a word of their own.
_COMPOUND = (
    r"[^\W\d_a-zà-öø-ÿ][^\W\d_]{2,25}(?:stra(?:ß|ss)e|str\.|gasse|weg|allee|platz|stieg|gade|vej|vænget|stræde|vägen|gatan|gata|gränd|vegen|veien|straat|laan"
    r"|gracht|plein|katu|ntie|kuja|polku|hof(?=[ ]\d{1,3}[ ,]+\d{4}))"
)
_APART = rf"(?:{_NAME}[ -]){{1,3}}(?:Stra(?:ß|ss)e|Str\.|Allee|Weg|Platz|Ufer|Damm|gate|gade|gata|gränd|väg|utca|tér|útja|u\.|straat|laan|katu|vej)"
_GERMANIC = (
    rf"(?<!\w)(?:\d{{3,6}}[ ])?(?:{_COMPOUND}|{_APART})[ ]\d{{1,4}}\.?(?:[ ]?[a-zA-Z]\b)?(?![.,]?\d|%)"
    rf"(?:,?[ ]\d{{4,5}}[ ][A-ZÀ-Þ][^\W\d_]{{1,30}})?{_TAIL}"
)

# Whatever it is called: a name with its number, and a flat in it.
_FLAT = r"(?:Apt\.?|Apartment|Suite|Flat)[ ]?#?\d{1,5}[A-Z]?\b"
_WITH_FLAT = rf"(?<![\w.])(?:\d{{1,6}}[ ]){{0,2}}{_NAMES}[ ]\d{{1,4}}\.?(?:{_BREAK}{_FLAT}){{1,2}}"
_BOX = r"(?i:(?<!\w)(?:p\.?[ ]?o\.?[ ]?box|post office box|postfach|postbus|apartado(?: de correos)?|casella postale)[ ]#?\d{1,6})\b" + _TAIL
_MILITARY = r"(?i:(?<!\w)(?:(?:psc|unit|cmr)[ ]\d{1,5},?[ ]box[ ]\d{1,5}(?:,?\s{1,4}[afd]po,?[ ]a[aep][ ]\d{5})?|[afd]po,?[ ]a[aep][ ]\d{5}))\b"

_FORMS = tuple(map(re.compile, (_MILITARY, _BOX, _ENGLISH, _LIKELY, _NUMBER_BEHIND, _NUMBER_FIRST, _GERMANIC, _WITH_FLAT)))
# `In 1929 Wall Street crashed`: four digits that are a year, where nothing follows that only an address has.
_YEAR = re.compile(r"(?i)\b(?:in|since|by|until|from|of|after|before|the|during|early|late)[ ]$")
_IS_YEAR = re.compile(r"(?:1[89]|20)\d\d[ ]")


def street_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Where they begin and end, those in which they stand whole before parts of them."""
    for form in _FORMS:
        for match in form.finditer(text):
            if not (_IS_YEAR.match(match[0]) and _YEAR.search(text[max(0, match.start() - 8) : match.start()])):
                yield match.start(), match.start() + len(match[0].rstrip(" \n\t."))
