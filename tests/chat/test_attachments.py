"""Files that a question names, and the files that are offered for it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assistant.chat.attachments import LARGEST_BYTES, with_files
from assistant.chat.file_list import lying_in, scanned
from assistant.core.errors import UserError


def test_a_named_file_stands_in_a_block_at_the_end(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    attached = with_files("what does @a.py do?", tmp_path)
    assert attached.text == "what does @a.py do?\n\na.py:\n```py\nx = 1\n```"
    assert attached.files == ((tmp_path / "a.py").resolve(),)


def test_several_files_in_order_and_each_once(tmp_path: Path) -> None:
    (tmp_path / "b c.md").write_text("b")
    (tmp_path / "a").write_text("")
    attached = with_files('@"b c.md" and (@a), @a, @"b c.md".', tmp_path)
    assert [path.name for path in attached.files] == ["b c.md", "a"]
    assert attached.text.endswith("\n\nb c.md:\n```md\nb\n```\n\na:\n```\n```")


def test_a_full_stop_after_the_name_is_the_sentences(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("a")
    assert with_files("see @a.md.", tmp_path).files


@pytest.mark.parametrize(
    "text", ["write to a@b.c", "thanks @anna!", "the decorator @app.route", "@", "@ notes.md", "cost @5", "@docs is a name", "a @@ b"]
)
def test_prose_stays_text(tmp_path: Path, text: str) -> None:
    (tmp_path / "docs").mkdir()
    assert with_files(text, tmp_path).text == text


@pytest.mark.parametrize("name", ["missing.md", "src/missing.py", "../missing", "~/missing-entirely", '"no such file"', "/no/such"])
def test_a_missing_file_that_looks_like_one_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="there is no file"):
        with_files(f"see @{name}", tmp_path)


def test_what_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "zero.md").write_bytes(b"a\0b")
    (tmp_path / "latin.md").write_bytes(b"caf\xe9")
    (tmp_path / "large.md").write_bytes(b"x" * (LARGEST_BYTES + 1))
    (tmp_path / "folder.md").mkdir()
    os.mkfifo(tmp_path / "pipe.md")
    reasons = {
        "zero.md": "zero bytes",
        "latin.md": "UTF-8",
        "large.md": "larger than 1 MB",
        "folder.md": "is a folder",
        "pipe.md": "no ordinary file",
    }
    for name, reason in reasons.items():
        with pytest.raises(UserError, match=reason):
            with_files(f"@{name}", tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("a")
    (tmp_path / "a.md").chmod(0)
    with pytest.raises(UserError, match=r"cannot be read"):
        with_files("@a.md", tmp_path)


def test_nothing_in_a_file_ends_its_block_or_names_another(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("````\n@b.md\n````\r\n\ufeff")
    (tmp_path / "b.md").write_text("secret")
    attached = with_files("@a.md", tmp_path)
    assert "`````md\n````\n@b.md\n````\n\ufeff\n`````" in attached.text
    assert "secret" not in attached.text


def test_what_was_pasted_names_no_file(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("secret")
    pasted = 'import x from "@types/node" @a.md'
    assert with_files(f"explain {pasted}", tmp_path, typed="explain [pasted 1: 1 lines]").text == f"explain {pasted}"


def test_a_name_that_is_no_path_at_all_is_told_or_left_alone(tmp_path: Path) -> None:
    assert with_files("@" + "x" * 5_000, tmp_path).files == ()
    with pytest.raises(UserError, match="cannot be read"):
        with_files("@" + "x" * 5_000 + ".md", tmp_path)
    with pytest.raises(UserError):
        with_files('@"a\0b.md"', tmp_path)


# The files that are offered.


def test_a_scan_names_what_is_near_first_and_looks_into_no_hidden_folder(tmp_path: Path) -> None:
    for name in ("b/c/deep.md", "b/two.md", "one.md", ".git/config"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / "b" / "loop").symlink_to(tmp_path)
    assert scanned(tmp_path).paths == (".git/", "b/", "one.md", "b/c/", "b/loop", "b/two.md", "b/c/deep.md")
    assert lying_in(tmp_path / "b").paths == ("c/", "loop/", "two.md")
    assert lying_in(tmp_path / "missing").paths == ()


def test_a_scan_that_ends_early_says_so(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.md").write_text("")
    files = scanned(tmp_path, most=3)
    assert (files.paths, files.complete) == (("0.md", "1.md", "2.md"), False)


def test_paths_fit_by_their_last_part(tmp_path: Path) -> None:
    for name in ("docs/a.md", "road.md", "d/oscar", ".docs", "notes"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert scanned(tmp_path).fitting("oc", 10) == ["docs/", "d/oscar", ".docs"]
    assert scanned(tmp_path).fitting("", 2) == ["d/", "docs/"]
