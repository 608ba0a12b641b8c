"""Files that want to fill the memory or the disk: a clear error each, with no more memory than a row may take."""

from __future__ import annotations

import bz2
import gzip
import lzma
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

MIB = 2**20
LONG = 100 * MIB

MOST_MEMORY = 100
"""MiB; the interpreter with its modules takes 30 to 50 of them, and each file here is longer than what is left."""

MOST_FOR_YAML = 200
"""MiB; its library holds one long text several times, and a file of it may have 64 Mi characters."""

CHILD = """
import sys
from pathlib import Path
from assistant.core.errors import DataError
from assistant.data.problems import Problem
from assistant.data.reading.formats import rows_of
good, bad = 0, []
try:
    for entry in rows_of(Path(sys.argv[1])):
        if isinstance(entry, Problem):
            bad.append(entry.kind)
        else:
            good += 1
except DataError as error:
    bad.append(str(error))
memory = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(int(memory.split()[1]) // 1024)
print(good)
print("\\n".join(bad))
"""


def outcome(path: Path, most: int = MOST_MEMORY) -> tuple[int, str]:
    """How many rows a file has, and what else is said of it."""
    if not Path("/proc/self/status").exists():
        pytest.skip("this system does not tell the peak of a process's memory")
    # In a process of its own: what a peak was before cannot be told from this one.
    done = subprocess.run([sys.executable, "-c", CHILD, path], capture_output=True, text=True, check=True, timeout=60)
    memory, good, said = done.stdout.split("\n", 2)
    assert int(memory) < most
    return int(good), said


def write(path: Path, *parts: bytes | tuple[bytes, int]) -> Path:
    """A file of parts; of one that is long, what is repeated and how often."""
    with path.open("wb") as stream:
        for part in parts:
            content, times = (part, 1) if isinstance(part, bytes) else part
            at_once = max(1, MIB // len(content))
            for _ in range(times // at_once):
                stream.write(content * at_once)
            stream.write(content * (times % at_once))
    return path


LONG_TEXT: tuple[bytes, int] = (b"x", LONG)

HUGE: dict[str, tuple[tuple[bytes | tuple[bytes, int], ...], str]] = {
    "one.csv": ((b"q,a\n", LONG_TEXT), "one.csv:2: the row that begins here is longer than 8388608 characters"),
    "open.csv": ((b'q,a\nx,"', (b"line\n", LONG // 5)), "open.csv:2: the row that begins here is longer"),
    "header.tsv": ((LONG_TEXT,), "header.tsv:1: the row that begins here is longer"),
    "value.json": ((b'[{"a": "', LONG_TEXT, b'"}]'), "Value of more than 8388608 characters at column 2"),
    "beside.json": ((b'{"meta": "', LONG_TEXT, b'", "data": []}'), "Value of more than 8388608 characters"),
    "space.json": ((b"[", (b" ", LONG), b"5"), "not JSON"),
    "attribute.xml": ((b'<a b="', LONG_TEXT), "one tag or comment is longer than"),
    "comment.xml": ((b"<a><!--", LONG_TEXT), "one tag or comment is longer than"),
    "answer.xml": ((b"<a><r><q>x</q><a>", LONG_TEXT, b"</a></r></a>"), "the row around this is longer than"),
    "elements.xml": ((b"<a><r><q>x</q><a>", (b"<b/>", MIB // 4), b"</a></r></a>"), "the row around this is longer than"),
    "deep.xml": (((b"<a>", 10 * MIB),), "more than 200 elements are nested"),
    "scalar.yaml": ((b"- ", LONG_TEXT), "too long for YAML"),
    "row.yaml": ((b"- a:\n", (b"  - xxxx\n", 5 * MIB)), "the row around this is longer than"),
    "deep.yaml": (((b"[", MIB),), "more than 100 lists and mappings are nested"),
}


@pytest.mark.parametrize("name", HUGE)
def test_a_row_without_an_end_is_an_error_in_bounded_memory(tmp_path: Path, name: str) -> None:
    parts, says = HUGE[name]
    good, said = outcome(write(tmp_path / name, *parts), MOST_FOR_YAML if name.endswith(".yaml") else MOST_MEMORY)
    assert says in said
    assert good == 0
    assert len(said) < 2000


def test_a_line_without_an_end_is_a_problem_and_the_next_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", b'{"a": 1}\n{"a": "', LONG_TEXT, b'"}\n{"a": 2}\n')
    assert outcome(path) == (2, "line too long\n")


def test_text_around_the_rows_is_not_held(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xml", b"<a><p>", LONG_TEXT, b"</p><r><q>x</q><a>y</a></r></a>")
    assert outcome(path) == (1, "\n")


def test_many_short_texts_around_the_rows_take_no_longer_than_they_are(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xml", b"<a>", (b"x<!---->", MIB // 4), (b"<b>y</b>", MIB // 8), b"<r><q>x</q><a>y</a></r></a>")
    assert outcome(path) == (1, "\n")


PACKERS: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}


@pytest.mark.parametrize("kind", PACKERS)
def test_a_compressed_file_that_unpacks_to_far_more_is_refused(tmp_path: Path, kind: str) -> None:
    # One compressed piece many times over: these formats may be laid end to end.
    path = write(tmp_path / f"a.jsonl.{kind}", (PACKERS[kind](b" " * (4 * MIB) + b"\n"), 64))
    assert "unpacks to more than 200 times its size" in outcome(path)[1]


@pytest.mark.parametrize("claims", ["the truth", "less"])
def test_a_zip_bomb_is_refused(tmp_path: Path, claims: str) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.jsonl", "w") as member:
        for _ in range(100):
            member.write(b"\n" * MIB)
    if claims == "less":
        content = path.read_bytes()
        path.write_bytes(content.replace(LONG.to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    assert ("cannot be unpacked" if claims == "less" else "unpacks to more than 200 times its size") in outcome(path)[1]


def test_a_workbook_with_more_text_than_is_held_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive, archive.open("xl/sharedStrings.xml", "w") as member:
        for _ in range(33):
            member.write(b"\n" * MIB)
    assert "has more than 32 MiB of texts and styles" in outcome(path)[1]


def test_a_workbook_that_unpacks_to_far_more_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/sharedStrings.xml", "w") as member:
        for _ in range(100):
            member.write(b"\n" * MIB)
    assert "unpacks to more than 200 times its size" in outcome(path)[1]


def _laughs() -> Iterator[str]:
    yield '<!ENTITY l0 "ha">'
    for number in range(1, 12):
        yield f'<!ENTITY l{number} "{f"&l{number - 1};" * 10}">'


ENTITIES = {
    "billion laughs": f"<!DOCTYPE a [{''.join(_laughs())}]><a><r><q>&l11;</q><a>x</a></r></a>",
    "a file": '<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><a><r><q>&f;</q><a>x</a></r></a>',
    "an address": '<!DOCTYPE a [<!ENTITY % f SYSTEM "http://127.0.0.1:9/x.dtd"> %f;]><a><r><q>x</q><a>x</a></r></a>',
    "one of another file": '<!DOCTYPE a SYSTEM "other.dtd"><a><r><q>&f;</q><a>x</a></r></a>',
}


@pytest.mark.parametrize("kind", ENTITIES)
def test_entities_are_never_expanded_nor_fetched(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.xml"
    path.write_text(ENTITIES[kind])
    assert outcome(path) == (
        0,
        f"{path}:1: the document declares entities, which are never expanded\nRemove its DOCTYPE and write the characters out.\n",
    )


def test_aliases_are_never_expanded(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    lines = ["a0: &a0 [ha, ha]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12))]
    path.write_text("\n".join(lines))
    assert outcome(path) == (0, f"{path}:2: the alias *a0 stands for something above it\nWrite it out: aliases are not followed.\n")
