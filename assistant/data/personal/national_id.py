"""Numbers by which a state knows a person: found by their form, held to their check digits.

A form that is bare digits belongs to too many things; there a word near it must say what it is. The check digits are
python-stdnum's where it has them. No list of the world: a choice of countries. Of some (Norway, South Korea, Belgium, South
Africa) python-stdnum refuses a day of birth that is still to come: such a number counts from that day on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

NEAR = 40
"""Characters before a number in which a word can say what it is."""
BEHIND = 25
"""Characters after it, likewise."""

_NOT_BEFORE = r"(?<![\w.+:/-])"
_NOT_AFTER = r"(?!\w|[-.:/]\w)"


@dataclass(frozen=True)
class NationalId:
    """One kind of number.

    Attributes:
        country: As ISO 3166-1 writes it, in small letters.
        name: As the country calls it.
        form: How it is written.
        check: The module of python-stdnum that knows its check digits, or a function of the number without spaces.
        words: What stands near it; None where its form is enough.
    """

    country: str
    name: str
    form: re.Pattern[str]
    check: str | Callable[[str], bool]
    words: re.Pattern[str] | None = None

    def is_valid(self, number: str) -> bool:
        """Whether dates and check digits in a number that has the form are right."""
        return self.check(number) if callable(self.check) else bool(_module(self.check).is_valid(number))


def national_ids(text: str) -> Iterator[tuple[int, int]]:
    """Where they begin and end."""
    for start, end, _ in identified(text):
        yield start, end


def identified(text: str) -> Iterator[tuple[int, int, NationalId]]:
    """The same with what they are; two kinds may have the same place."""
    for kind in KINDS:
        # Without the word there is nothing to look for, and looking for words is cheap.
        if kind.words and not kind.words.search(text):
            continue
        for match in kind.form.finditer(text):
            if (kind.words is None or _said(text, match, kind.words)) and kind.is_valid(_compact(match[0])):
                yield match.start(), match.end(), kind


def _said(text: str, match: re.Match[str], words: re.Pattern[str]) -> bool:
    return bool(words.search(text[max(0, match.start() - NEAR) : match.start()]) or words.search(text[match.end() : match.end() + BEHIND]))


def _compact(number: str) -> str:
    return re.sub(r"[ :]", "", number).upper()


@cache
def _module(name: str) -> Any:
    return import_module(f"stdnum.{name}")


def _is_insurance_number(number: str) -> bool:
    """Of the United Kingdom: no check digit, but beginnings that are never given (HMRC, NIM39110)."""
    return number[:2] not in {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}


def _is_itin(number: str) -> bool:
    """Of the United States: only some middle groups are given (IRS, Publication 1915)."""
    group = int(number[4:6])
    return 50 <= group <= 65 or (70 <= group <= 99 and group not in (89, 93))


def _is_cpr(number: str) -> bool:
    """Of Denmark: the day of birth; since 2007 there is no check digit to hold it to."""
    return 1 <= int(number[:2]) <= 31 and 1 <= int(number[2:4]) <= 12


def _is_nric(number: str) -> bool:
    """Of Singapore: the weighted sum of the digits, by a table of letters for citizens and one for others."""
    total = sum(weight * int(digit) for weight, digit in zip((2, 7, 6, 5, 4, 3, 2), number[1:8], strict=True))
    total += {"T": 4, "G": 4, "M": 3}.get(number[0], 0)
    letters = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "F": "XWUTRQPNMLK", "G": "XWUTRQPNMLK", "M": "XWUTRQPNJLK"}[number[0]]
    place = 10 - total % 11 if number[0] == "M" else total % 11
    return number[8] == letters[place]


def _is_dni(number: str) -> bool:
    return bool(_module("es.dni").is_valid(number.replace("-", "").zfill(9)))


def _kind(country: str, name: str, form: str, check: str | Callable[[str], bool], words: str = "") -> NationalId:
    near = re.compile(rf"(?i)\b(?:{words})\b") if words else None
    return NationalId(country, name, re.compile(f"{_NOT_BEFORE}(?:{form}){_NOT_AFTER}"), check, near)


_AADHAAR = r"[2-9]\d{3}"
KINDS: tuple[NationalId, ...] = (
    _kind("at", "Versicherungsnummer", r"\d{4} ?[0-3]\d[01]\d{3}", "at.vnr", "svnr|sv-nummer|sozialversicherungsnummer|versicherungsnummer"),
    _kind("au", "TFN", r"\d{3} ?\d{3} ?\d{2,3}", "au.tfn", "tfn|tax file"),
    _kind("be", "rijksregisternummer", r"\d\d\.\d\d\.\d\d-\d{3}\.\d\d", "be.nn"),
    _kind("br", "CPF", r"\d{3}\.\d{3}\.\d{3}-\d\d", "br.cpf"),
    _kind("br", "CPF", r"\d{9}-?\d\d", "br.cpf", "cpf"),
    _kind("ca", "SIN", r"\d{3}([ -]?)\d{3}\1\d{3}", "ca.sin", "(?-i:SIN)|social insurance"),
    _kind("ch", "AHV-Nummer", r"756\.\d{4}\.\d{4}\.\d\d", "ch.ssn"),
    _kind("cl", "RUT", r"\d{1,2}\.\d{3}\.\d{3}-[\dKk]", "cl.rut"),
    _kind("cn", "RIC", r"[1-8]\d{5}(?:19|20)\d\d[01]\d[0-3]\d{4}[\dXx]", "cn.ric"),
    _kind("cz", "rodné číslo", r"\d\d[0-8]\d[0-3]\d/\d{4}", "cz.rc"),
    _kind("de", "Steuer-ID", r"[1-9]\d ?\d{3} ?\d{3} ?\d{3}", "de.idnr", r"steuer-?id\w*|id-?nr|(?-i:TIN)|tax\W(?:id\w*|number)"),
    _kind("dk", "CPR", r"[0-3]\d[01]\d{3}[- ]?\d{4}", _is_cpr, r"cpr(?:-\w+)?|personnummer"),
    _kind("ee", "isikukood", r"[1-8]\d\d[01]\d[0-3]\d{5}", "ee.ik", "isikukood|asmens kodas|personal (?:id(?:entification)? )?code"),
    _kind("es", "DNI", r"\d{8}-?[A-Za-z]", _is_dni),
    _kind("es", "DNI", r"\d{7}-?[A-Za-z]", _is_dni, "dni|nif"),
    _kind("es", "NIE", r"[XYZxyz]-?\d{7}-?[A-Za-z]", "es.nie"),
    _kind("fi", "hetu", r"[0-3]\d[01]\d{3}[-+A-FU-Y]\d{3}[0-9A-Y]", "fi.hetu"),
    _kind("fr", "numéro de sécurité sociale", r"[12] \d\d \d\d (?:\d\d|2[AB]) \d{3} \d{3} \d\d", "fr.nir"),
    _kind("fr", "numéro de sécurité sociale", r"[12]\d{4}(?:\d\d|2[AB])\d{6} ?\d\d", "fr.nir", "nir|insee|s[ée]cu|s[ée]curit[ée] sociale"),
    _kind("gb", "National Insurance number", r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]", _is_insurance_number),
    _kind("gb", "NHS number", r"\d{3}([ -]?)\d{3}\1\d{4}", "gb.nhs", "nhs"),
    _kind("hr", "OIB", r"\d{11}", "hr.oib", "oib"),
    _kind("ie", "PPS", r"\d{7}[A-W][ABHWTX]?", "ie.pps"),
    _kind("in", "Aadhaar", rf"{_AADHAAR}([ :-])\d{{4}}\1\d{{4}}", "in_.aadhaar"),
    _kind("in", "Aadhaar", rf"{_AADHAAR}\d{{8}}", "in_.aadhaar", "aadhaar|adhaar|uidai|uid"),
    _kind("it", "codice fiscale", r"[A-Za-z]{6}\d\d[A-Ea-eHhLlMmPpR-Tr-t]\d\d[A-Za-z]\d{3}[A-Za-z]", "it.codicefiscale"),
    _kind("kr", "RRN", r"\d\d[01]\d[0-3]\d-\d{7}", "kr.rrn"),
    _kind("mx", "CURP", r"[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z\d]\d", "mx.curp"),
    _kind("nl", "BSN", r"\d{4}\.?\d\d\.?\d{3}", "nl.bsn", "bsn|burgerservicenummer|sofi-?nummer"),
    _kind("no", "fødselsnummer", r"\d{6} ?\d{5}", "no.fodselsnummer", "f[øo]dselsnummer|personnummer|birth number"),
    _kind("pl", "PESEL", r"\d{11}", "pl.pesel", "pesel"),
    _kind("ro", "CNP", r"[1-9]\d{12}", "ro.cnp", "cnp|cod numeric personal"),
    _kind("se", "personnummer", r"(?:(?:19|20)\d\d|\d\d)[01]\d[0-3]\d[-+]\d{4}", "se.personnummer"),
    _kind("se", "personnummer", r"(?:(?:19|20)\d\d|\d\d)[01]\d[0-3]\d{5}", "se.personnummer", "personnummer"),
    _kind("sg", "NRIC", r"[STFGM]\d{7}[A-Z]", _is_nric),
    _kind("tr", "T.C. kimlik no", r"[1-9]\d{10}", "tr.tckimlik", r"kimlik|t\.?c\.? no"),
    _kind("us", "ITIN", r"9\d\d([ -])\d\d\1\d{4}", _is_itin),
    _kind("za", "identity number", r"\d\d[01]\d[0-3]\d{8}", "za.idnr", r"(?:id|identity)(?: number| no)?"),
)
"""What is looked for."""
