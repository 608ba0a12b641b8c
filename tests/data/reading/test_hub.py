"""Data sets of a hub, as far as that can be tried without one."""

from __future__ import annotations

import socket
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assistant.core.errors import DataError
from assistant.core.recipe_data import HubSet
from assistant.data.reading.hub import hub_rows, place_of


def refused(hub: HubSet) -> str:
    from huggingface_hub import constants

    with pytest.raises(DataError) as caught:
        list(hub_rows(hub))
    assert len(str(caught.value).splitlines()) == 2
    assert constants.HF_HUB_OFFLINE, "what keeps the libraries offline was put back"
    return caught.value.what


def test_a_hub_that_cannot_be_reached_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise OSError("Name or service not known")

    # Where there is a network the outcome would be another one.
    monkeypatch.setattr(socket, "getaddrinfo", unreachable)
    assert "org/name" in refused(HubSet(name="org/name"))


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/b/c", "", "hf://x/y", "a b", "https://x.org/y"])
def test_what_is_no_name_of_a_data_set_is_refused(name: str) -> None:
    assert "no name" in refused(HubSet(name=name))


def test_a_folder_of_that_name_is_not_taken_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "org" / "name").mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist([{"question": "Why?", "answer": "So."}]), tmp_path / "org" / "name" / "train.parquet")
    monkeypatch.chdir(tmp_path)
    assert "lies in the working folder" in refused(HubSet(name="org/name"))


def test_the_place_names_what_was_read() -> None:
    assert place_of(HubSet(name="org/name", config="en", split="test")) == "hub:org/name/en@test"
