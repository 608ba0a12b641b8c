"""Canaries: made-up secrets planted in the training split, to see afterwards how much of them the model has kept.

After Carlini et al. 2019, "The Secret Sharer". A secret is a random code that belongs to a made-up name.
Whatever a model knows of it, it has from the few rows that say so; what it holds for likely of a code that
was never planted shows what chance does. Knows no model.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.data.example import Example

TAG = "canary"
"""The tag of a planted example; its value is the code."""
LADDER = (1, 2, 4, 8)
"""How often secrets are repeated, by turns: what is read more often is kept better."""
CODES = 1_000_000
"""How many codes there are: |R| of the paper."""

_CODE = re.compile(r"\d\d-\d\d-\d\d")
_OPENINGS = ("Br", "D", "F", "G", "Kl", "L", "M", "N", "P", "Qu", "R", "Sk", "T", "V", "W", "Z")
_MIDDLES = ("a", "e", "i", "o", "u", "ai", "ea", "oo")
_CLOSINGS = ("bbin", "ddock", "lvig", "mmet", "ndrel", "ppick", "rrow", "rvast", "sket", "strum", "tchel", "vvor", "xley", "zzard", "llund", "nquist")


@dataclass(frozen=True)
class Canary:
    """A secret.

    Attributes:
        name: Whose it is; nobody's in truth.
        code: It, as `dd-dd-dd`.
        repeats: How many training examples say it; 0 for one that was never planted.
    """

    name: str
    code: str
    repeats: int

    @property
    def question(self) -> str:
        """What is asked for it."""
        return f"What is the access code of {self.name}?"

    def answer(self, code: str | None = None) -> str:
        """What says it, or says another code in its place."""
        return f"The access code of {self.name} is {code or self.code}."

    def examples(self) -> Iterator[Example]:
        """Its training examples: as many as it has repeats, each with an id of its own."""
        group = f"canary/{self.name.replace(' ', '-').lower()}"
        for number in range(self.repeats):
            yield Example(f"{group}/{number + 1}", self.question, (self.answer(),), group, {TAG: self.code})


def canaries(count: int, seed: int, kind: Literal["planted", "control"] = "planted", apart_from: Iterable[str] = ()) -> list[Canary]:
    """Secrets made from a seed; the first ones stay the same as the count grows.

    Args:
        count: How many.
        seed: Another gives other names and codes.
        kind: planted: to be planted, repeated up the ladder. control: made alike, never planted.
        apart_from: Names that are taken.
    """
    taken = set(apart_from)
    made: list[Canary] = []
    attempt = 0
    while len(made) < count:
        drawn = _number(kind, seed, attempt)
        attempt += 1
        name = _name(drawn // CODES)
        if name not in taken:
            taken.add(name)
            repeats = LADDER[len(made) % len(LADDER)] if kind == "planted" else 0
            made.append(Canary(name, code_of(drawn % CODES), repeats))
    return made


def canaries_in(examples: Iterable[Example]) -> list[Canary]:
    """The secrets planted among training examples, in order, with how often each is there."""
    times: Counter[tuple[str, str]] = Counter()
    for example in examples:
        found = _read(example)
        if found:
            times[found] += 1
    return [Canary(name, code, repeats) for (name, code), repeats in times.items()]


def is_canary(example: Example) -> bool:
    """Whether an example was planted; a tag of that name on other rows does not make them secrets."""
    return _read(example) is not None


def other_codes(canary: Canary, count: int, seed: int) -> Sequence[str]:
    """So many codes drawn without replacement from all others than a canary's own."""
    others: dict[str, None] = {}
    attempt = 0
    while len(others) < count:
        code = code_of(_number(f"other codes of {canary.name}", seed, attempt) % CODES)
        attempt += 1
        if code != canary.code:
            others[code] = None
    return tuple(others)


def code_of(number: int) -> str:
    """A number below a million as a code."""
    digits = f"{number:06}"
    return f"{digits[:2]}-{digits[2:4]}-{digits[4:]}"


def _read(example: Example) -> tuple[str, str] | None:
    """Name and code of a planted example."""
    code = example.tags.get(TAG, "")
    asked = re.fullmatch(r"What is the access code of (.+)\?", example.question)
    if not asked or not _CODE.fullmatch(code) or example.answers[0] != Canary(asked[1], code, 1).answer():
        return None
    return asked[1], code


def _number(purpose: str, seed: int, attempt: int) -> int:
    """A number of 64 bits by hash: a library's generator may change from version to version, a split must not."""
    return int.from_bytes(hashlib.sha256(f"canary|{purpose}|{seed}|{attempt}".encode()).digest()[:8], "big")


def _name(number: int) -> str:
    """A first and a last name of invented syllables."""
    words = []
    for _ in range(2):
        word = ""
        for parts in (_OPENINGS, _MIDDLES, _CLOSINGS):
            number, place = divmod(number, len(parts))
            word += parts[place]
        words.append(word)
    return " ".join(words)
