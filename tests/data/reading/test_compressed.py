"""Files in archives: read as if they lay there, never written under a name of their own."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assistant.core.errors import DataError
from assistant.data.reading.read import Account, Reading, Wanted, each_example, read_examples
from tests.data.reading.entries import file, refused, rows

LINE = b'{"question": "q", "answer": "a"}\n'
CSV = b"question,answer\nr,b\n"
PACK = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}


def zipped(path: Path, members: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def tarred(path: Path, members: Mapping[str, bytes], *more: tarfile.TarInfo) -> Path:
    with tarfile.open(path, f"w:{path.suffix[1:] if path.suffix != '.tar' else ''}") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        for entry in more:
            archive.addfile(entry)
    return path


def read(path: Path) -> Reading:
    return read_examples([path], Wanted())


@pytest.mark.parametrize("kind", PACK)
@pytest.mark.parametrize("parts", [1, 3])
def test_a_compressed_file_is_read_as_what_is_in_it(tmp_path: Path, kind: str, parts: int) -> None:
    # Several compressed pieces end to end are one file.
    path = file(tmp_path, f"a.jsonl{kind}", PACK[kind](LINE) * parts)
    assert rows(path) == [{"question": "q", "answer": "a"}] * parts
    assert [str(example.place) for example in read(path).examples] == [f"{path}:{number + 1}" for number in range(parts)]


def archive(folder: Path, kind: str, members: Mapping[str, bytes]) -> Path:
    return zipped(folder / "a.zip", members) if kind == ".zip" else tarred(folder / f"a{kind}", members)


@pytest.mark.parametrize("kind", [".zip", ".tar", ".tar.gz", ".tar.bz2", ".tar.xz"])
def test_each_file_of_an_archive_is_read_by_its_own_ending_and_columns(tmp_path: Path, kind: str) -> None:
    inner = zipped(tmp_path / "inner.zip", {"a.jsonl": LINE}).read_bytes()
    members = {"b/two.csv": CSV, "one.jsonl": LINE, "readme.rst": b"words", ".hidden.jsonl": b"x", "__MACOSX/one.jsonl": b"x", "in.zip": inner}
    path = archive(tmp_path, kind, members)
    account = Account()
    found = list(each_example([path], Wanted(), account))
    assert [(str(example.place), example.question) for example in found] == [(f"{path}/b/two.csv:2", "r"), (f"{path}/one.jsonl:1", "q")]
    assert account.passed_over.counts == {"the ending .rst is not known": 1, "an archive inside an archive": 1}
    assert account.layouts[str(path)] == "2 files in it"


@pytest.mark.parametrize("kind", [".zip", ".tar.gz"])
def test_formats_that_are_read_in_any_order_are_read_in_archives_too(tmp_path: Path, kind: str) -> None:
    pq.write_table(pa.Table.from_pylist([{"question": "q", "answer": "a"}]), tmp_path / "a.parquet")
    book = openpyxl.Workbook()
    for line in (("question", "answer"), ("r", "b")):
        book.worksheets[0].append(line)
    book.save(tmp_path / "a.xlsx")
    path = archive(tmp_path, kind, {name: (tmp_path / name).read_bytes() for name in ("a.parquet", "a.xlsx")})
    assert [str(example.place) for example in read(path).examples] == [f"{path}/a.parquet:1", f"{path}/a.xlsx#Sheet:2"]


@pytest.mark.parametrize("kind", [".zip", ".tar"])
def test_a_file_with_nothing_usable_is_told_as_long_as_another_has_something(tmp_path: Path, kind: str) -> None:
    account = Account()
    path = archive(tmp_path, kind, {"a.jsonl": b'{"question": "q", "answer": ""}', "b.jsonl": LINE, "c.jsonl": b'{"x": 1}'})
    assert len(list(each_example([path], Wanted(), account))) == 1
    assert account.passed_over.counts == {"nothing usable": 2}
    assert account.problems.counts == {"empty answer": 1}


def test_an_archive_with_nothing_usable_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"a\.jsonl: 1 x empty answer"):
        read(zipped(tmp_path / "a.zip", {"a.jsonl": b'{"question": "q", "answer": ""}'}))
    with pytest.raises(DataError, match="holds no file that can be read"):
        read(zipped(tmp_path / "a.zip", {"a.rst": b"x"}))


CLIMBING = ["../a.jsonl", "b/../../a.jsonl", "/etc/a.jsonl", "..\\a.jsonl", "C:\\a.jsonl", "\\\\host\\a.jsonl", "a\n.jsonl"]


@pytest.mark.parametrize("name", CLIMBING)
@pytest.mark.parametrize("kind", [".zip", ".tar", ".tar.gz"])
def test_a_name_that_climbs_out_is_refused_and_nothing_is_written(tmp_path: Path, kind: str, name: str) -> None:
    folder = tmp_path / "one" / "two"
    folder.mkdir(parents=True)
    path = archive(folder, kind, {"good.jsonl": LINE, name: LINE})
    error = refused(path)
    assert "whose name leads out of it" in error.what
    assert repr(name) in error.what
    assert [found for found in tmp_path.rglob("*") if found.is_file()] == [path]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_a_tars_links_and_devices_are_refused(tmp_path: Path, kind: bytes) -> None:
    entry = tarfile.TarInfo("a.jsonl")
    entry.type, entry.linkname = kind, "/etc/passwd"
    assert "holds a link or a device: 'a.jsonl'" in refused(tarred(tmp_path / "a.tar", {"b.jsonl": LINE}, entry)).what


def test_a_zips_links_are_refused(tmp_path: Path) -> None:
    entry = zipfile.ZipInfo("a.jsonl")
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr(entry, "/etc/passwd")
    assert "holds a link or a device" in refused(tmp_path / "a.zip").what


def test_an_encrypted_zip_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.jsonl": LINE})
    content = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    path.write_bytes(content)
    assert "is encrypted: 'a.jsonl'" in refused(path).what


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.data.reading.compressed.MOST_MEMBERS", 3)
    for kind in (".zip", ".tar"):
        assert "holds more than 3 files" in refused(archive(tmp_path, kind, {f"{number}.jsonl": LINE for number in range(4)})).what


def test_an_endless_name_in_a_tar_is_refused(tmp_path: Path) -> None:
    assert "endless name" in refused(tarred(tmp_path / "a.tar", {"x" * (3 * 2**20): LINE})).what


@pytest.mark.parametrize("kind", [".jsonl.gz", ".jsonl.bz2", ".jsonl.xz", ".zip", ".tar", ".tar.gz", ".tgz"])
@pytest.mark.parametrize("spoil", ["cut", "words"])
def test_what_is_broken_is_refused(tmp_path: Path, kind: str, spoil: str) -> None:
    noise = json.dumps({"question": "q", "answer": "".join(chr(33 + number * number % 89) for number in range(5000))}).encode()
    if kind == ".tgz":
        path = archive(tmp_path, ".tar.gz", {"a.jsonl": noise}).rename(tmp_path / "a.tgz")
    elif kind.startswith(".jsonl"):
        path = file(tmp_path, f"a{kind}", PACK[kind.removeprefix(".jsonl")](noise))
    else:
        path = archive(tmp_path, kind, {"a.jsonl": noise})
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 3 if kind != ".tar" else 300] if spoil == "cut" else b"not packed at all, only words" * 30)
    assert "a" in refused(path).what


@pytest.mark.parametrize("name", ["a.gz", "a.png.gz", "a.zip.gz"])
def test_a_compressed_file_must_tell_what_is_in_it(tmp_path: Path, name: str) -> None:
    assert "Name it after what it holds" in refused(file(tmp_path, name, gzip.compress(LINE))).todo
