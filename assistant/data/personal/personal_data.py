"""Personal data in a text: what identifies or reaches a person, by its form and its check digits.

Kinds are e-mail, phone, card (Luhn), IBAN (mod 97), IP address, MAC address, US social security number and
URL; where they are asked for also national ids and street addresses. Names have no form of their own: a model
that marks them is brought along (`names.py`). Knows neither where a text is from nor whether what it holds belongs there.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from assistant.core.recipe_data import PersonalKind
from assistant.data.personal.address import street_addresses
from assistant.data.personal.iban import iban_in
from assistant.data.personal.national_id import national_ids
from assistant.data.personal.phone import phone_numbers

ORDER: tuple[PersonalKind, ...] = ("email", "url", "iban", "mac", "ip", "national_id", "card", "ssn", "phone", "address", "name")
"""Kinds, in the order in which they are looked for: what one has found no later one takes for its own."""
BY_FORM: tuple[PersonalKind, ...] = ("email", "url", "iban", "mac", "ip", "card", "ssn", "phone")
"""Kinds that are looked for unless others are asked for."""


@dataclass(frozen=True)
class PersonalSpan:
    """A place in a text.

    Attributes:
        kind: What it is.
        start: Its first character.
        end: One past its last character.
        text: What stands there.
        key: The same for the same thing written in another way.
        identifies: It can lead to somebody: unlike a plain URL, an address that is private or reserved for examples.
    """

    kind: PersonalKind
    start: int
    end: int
    text: str
    key: str
    identifies: bool


def find_personal_data(text: str, kinds: Collection[PersonalKind] | None = None, names: FindNames | None = None) -> list[PersonalSpan]:
    """All places in a text that have the form of personal data, in order; none overlaps another.

    Args:
        text: It.
        kinds: What is looked for; None for `BY_FORM`.
        names: What marks persons (`names.load_names_model`). Without it, names are not looked for even where they are asked for: whoever
            asks has to tell so.
    """
    wanted = BY_FORM if kinds is None else kinds
    found: list[PersonalSpan] = []
    taken = bytearray(len(text))
    has_number = _NUMBER.search(text) is not None
    for kind in ORDER:
        if kind not in wanted or not (has_number if kind in _NUMBERS else kind not in MAY_HOLD or MAY_HOLD[kind](text)):
            continue
        for start, end in _places(kind, text, names):
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                found.append(_span(kind, start, end, text[start:end]))
    return sorted(found, key=lambda span: span.start)


Places = Iterator[tuple[int, int]]
"""Where something begins and ends."""
FindNames = Callable[[str], Iterable[tuple[int, int]]]
"""Where names of persons begin and end in a text."""

_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@(?:[^\W_](?:[\w-]{0,62}[^\W_])?\.){1,8}[^\W\d_]{2,24}(?![\w@]|-\w)")
# The user and the host of a URL are the URL's.
_BEFORE_HOST = re.compile(r"://[^/?#\s]*$")
_RESERVED_DOMAIN = re.compile(r"(?:^|[.@])(?:example\.(?:com|org|net)|example|test|invalid|localhost)$")

_URL = re.compile(r"(?i)(?<![\w@])(?:https?|ftp)://[^\s<>\"'`\\^{}|]{2,2000}")
_WITH_USER = re.compile(r"(?i)^[a-z]+://[^/?#@\s]+@")
# `http://microsoft` is nobody's site: a host has a dot, or is this machine or a number, unless somebody's name opens it.
_HOST = re.compile(r"(?i)[a-z]+://(?:[^/?#]*@|localhost\b|\[|[^/?#:]*\.[^/?#:])")
_SUFFIX = r"(?:com|org|net|edu|gov|mil|int|info|biz|io|dev|app|(?:co|com|org|net|ac|gov|edu)\.[a-z]{2})"
# Without a scheme only names under the best known ends, in small letters: "rest.It helps" is no site of Italy.
_BARE = re.compile(
    rf"(?<![\w@./:-])(?:(?:www\.)(?:[\w-]{{1,63}}\.){{1,6}}[a-z]{{2,24}}|(?:[\w-]{{1,63}}\.){{1,6}}{_SUFFIX})(?![\w@-]|\.\w)(?:/[^\s<>\"']*)?"
)

_MAC = re.compile(r"(?<![\w:.-])(?:[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4})(?![\w]|[:-]\w)")

_IPV4 = re.compile(r"(?<![\w.:-])(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2})?(?![\w-]|\.\d)")
_IPV6 = re.compile(r"(?<![\w.:])[0-9A-Fa-f:][0-9A-Fa-f:.]{1,44}(?:%\w{1,15})?(?:/\d{1,3})?(?!\w)")
_VERSION = re.compile(r"(?i)(?:\bversion|\bver\.?|\bv\.?|\bsection|§)\s*$")
_OF_ADDRESS = re.compile(r"(?i)\b(?:ipv6|ip|address)\W+(?:\w+\W+){0,2}$")

_CARD = re.compile(r"(?<![\w+.,-])(?:\d{12,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{4,5})(?!\w|[.,-]\d)")
# Beginnings and lengths that issuers use: Visa, Mastercard, American Express, Diners, JCB, Discover, UnionPay, Maestro, UATP.
_ISSUED = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|3[47]\d{13}|3(?:0|[689])\d{12,17}|"
    r"35\d{14,17}|(?:2131|1800)\d{11}|(?:50|5[6-9]|6\d)\d{10,17}|1\d{14}"
)

# Before a text is read form by form, what is in all forms of a kind and in few texts: six digits near each other, or an extension.
_NUMBER = re.compile(r"\d(?:(?:\D{0,3}\d){5}|\)?\s?(?:x|ext))")
_NUMBERS = frozenset[PersonalKind]({"card", "ssn", "phone", "national_id"})
MAY_HOLD: dict[PersonalKind, Callable[[str], object]] = {
    "email": lambda text: "@" in text,
    "url": re.compile(rf"://|www\.|\.{_SUFFIX}").search,
    "mac": re.compile(r"[:-][0-9A-Fa-f]{2}[:-]|\.[0-9A-Fa-f]{4}\.").search,
    "ip": lambda text: text.count(":") > 1 or text.count(".") > 2,
    "address": re.compile(r"\d").search,
}
"""Whether a text has what all of a kind have; far quicker than to look for them."""

_SSN = re.compile(r"(?<![\w.-])(?!000|666|9)\d{3}([- .])(?!00)\d{2}\1(?!0000)\d{4}(?!\w|[-.]\d)")
# Printed in advertisements, so that they are nobody's.
_NOBODYS_SSN = {"078051120", "219099999"}


def _places(kind: PersonalKind, text: str, names: FindNames | None) -> Iterable[tuple[int, int]]:
    if kind == "name":
        return names(text) if names else ()
    return _FINDERS[kind](text)


def _emails(text: str) -> Places:
    for match in _EMAIL.finditer(text):
        inside_url = _BEFORE_HOST.search(text[max(0, match.start() - 100) : match.start()])
        if ".." not in match[0] and not match[0].startswith(".") and not inside_url:
            yield match.span()


def _urls(text: str) -> Places:
    for pattern in (_URL, _BARE):
        for match in pattern.finditer(text):
            url = _closed(match[0])
            if _HOST.match(url) or pattern is _BARE:
                yield match.start(), match.start() + len(url)


def _closed(url: str) -> str:
    """An address without what closes a sentence or a bracket that it stands in."""
    while url and url[-1] in ".,;:!?)]*" and not (url[-1] == ")" and url.count("(") >= url.count(")")):
        url = url[:-1]
    return url


def _ibans(text: str) -> Places:
    return iban_in(text)


def _macs(text: str) -> Places:
    for match in _MAC.finditer(text):
        # Three groups of four digits are a reference number as well.
        if "." not in match[0] or re.search("[A-Fa-f]", match[0]):
            yield match.span()


def _ips(text: str) -> Places:
    for match in _IPV4.finditer(text):
        if _address(match[0]) and not _VERSION.search(text[max(0, match.start() - 12) : match.start()]):
            yield match.span()
    for match in _IPV6.finditer(text):
        if match[0].count(":") < 2:
            continue
        for candidate in (match[0], match[0].rstrip("."), match[0].rstrip(".:")):
            if _address(candidate):
                # Two colons alone are an address where it is said that they are.
                if candidate != "::" or _OF_ADDRESS.search(text[max(0, match.start() - 20) : match.start()]):
                    yield match.start(), match.start() + len(candidate)
                break


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_interface(text).ip
    except ValueError:
        return None


def _cards(text: str) -> Places:
    for match in _CARD.finditer(text):
        digits = _digits(match[0])
        if _ISSUED.fullmatch(digits) and _luhn(digits) and len(set(digits)) > 1:
            yield match.span()


def _luhn(digits: str) -> bool:
    """Whether the check digit of ISO/IEC 7812-1, annex B, is right."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in digits[-1::-2])) % 10 == 0


def _ssns(text: str) -> Places:
    for match in _SSN.finditer(text):
        if _digits(match[0]) not in _NOBODYS_SSN:
            yield match.span()


_FINDERS: dict[PersonalKind, Callable[[str], Places]] = {
    "email": _emails,
    "url": _urls,
    "iban": _ibans,
    "mac": _macs,
    "ip": _ips,
    "card": _cards,
    "ssn": _ssns,
    "phone": phone_numbers,
    "national_id": national_ids,
    "address": street_addresses,
}


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _span(kind: PersonalKind, start: int, end: int, text: str) -> PersonalSpan:
    key, identifies = text.lower(), True
    if kind in ("card", "ssn", "phone"):
        key = _digits(text)
        if kind == "phone":
            # Written with and without the code of the country, and with an extension, it is the same.
            key = _digits(re.split("(?i)[ex]", text)[0])[-9:]
        # 555-0100 to 555-0199 are kept for stories.
        identifies = kind != "phone" or not re.search(r"55501\d\d$", key)
    elif kind in ("iban", "mac", "national_id"):
        key = "".join(filter(str.isalnum, key))
    elif kind in ("address", "name"):
        key = " ".join(re.findall(r"\w+", key))
    elif kind == "email":
        identifies = not _RESERVED_DOMAIN.search(key)
    elif kind == "url":
        identifies = bool(_WITH_USER.match(text))
    elif kind == "ip":
        address = _address(text)
        key, identifies = str(address), bool(address and address.is_global)
    return PersonalSpan(kind, start, end, text, key, identifies)
