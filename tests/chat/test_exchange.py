"""Conversations as files: what people read, what can be trained on, and what comes back without loss."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from assistant.chat.conversation import Conversation
from assistant.chat.database import Database
from assistant.chat.exchange.exporting import export
from assistant.chat.exchange.importing import import_conversations
from assistant.chat.settings import Settings
from assistant.chat.store import ChatStore
from assistant.core.errors import DataError, UserError
from assistant.data.reading.read import Wanted, read_examples
from tests.chat.talks import SPEAKER, answer, talk, trees

EVIL = "<script>alert(1)</script> <img src=x onerror=alert(1)> ![i](http://e.org/i.png) [l](javascript:alert(1)) \x1b[31m \ud800"


def with_variants() -> Conversation:
    conversation = talk("What is a cold?", "A mild infection.")
    question = conversation.path[0]
    conversation = conversation.begun(SPEAKER, question)
    name = str(conversation.leaf)
    conversation = conversation.answered(name, answer("An **infection** of the nose."))
    return conversation.put(replace(conversation.turns[name], warnings=("holds what looks like a name",)))


def lines_of(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(conversation=trees())
def test_what_was_exported_comes_back_without_loss(tmp_path: Path, conversation: Conversation) -> None:
    file = tmp_path / f"{conversation.id}.jsonl"
    export(conversation, file)
    (found,) = import_conversations(file)
    assert found == conversation
    assert list(found.turns) == list(conversation.turns)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(conversation=trees())
@pytest.mark.parametrize("ending", [".md", ".html"])
def test_any_conversation_can_be_written_for_people(tmp_path: Path, ending: str, conversation: Conversation) -> None:
    file = tmp_path / f"{conversation.id}{ending}"
    export(conversation, file)
    assert not set(file.read_text(encoding="utf-8")) & {"\x1b", "\0", "\x9b", "\u202e"}


def test_markdown_tells_who_when_and_what_readers_must_know(tmp_path: Path) -> None:
    export(with_variants(), tmp_path / "talk.md", lambda label: f"{label} is no doctor")
    text = (tmp_path / "talk.md").read_text()
    assert text.startswith("# a talk\n")
    for part in ("> **health@1**: health@1 is no doctor", "**You** (20", "answer 2 of 2", "openvino int8", "An **infection** of the nose."):
        assert part in text
    assert "> Warning: holds what looks like a name" in text
    assert "A mild infection." not in text, "the path that is read, and no other"


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_a_page_runs_nothing_and_loads_nothing_whatever_was_said(tmp_path: Path) -> None:
    conversation = replace(talk(EVIL, EVIL, title=EVIL, assistant=EVIL))
    export(conversation, tmp_path / "talk.html", lambda label: EVIL)
    tags = Tags((tmp_path / "talk.html").read_text(encoding="utf-8")).found
    assert not {tag for tag, _ in tags} & {"script", "img", "iframe", "link", "object", "b"} - {"b"}
    assert not [name for _, attributes in tags for name in attributes if name.startswith("on") or name == "src"]
    assert [attributes["href"] for tag, attributes in tags if tag == "a"] == ["http://e.org/i.png"]
    assert "default-src 'none'" in str(tags)


def test_a_page_draws_markdown_and_leaves_formulas_as_they_are(tmp_path: Path) -> None:
    export(talk("q", "**bold** $a_1*b*c$ costs $5 and $6\n\n| a |\n|---|\n| 1 |"), tmp_path / "talk.html")
    text = (tmp_path / "talk.html").read_text()
    for part in ("<strong>bold</strong>", "<code>$a_1*b*c$</code>", "costs $5 and $6", "<td>1</td>"):
        assert part in text


def test_a_line_can_be_trained_on(tmp_path: Path) -> None:
    conversation = talk("What is a cold?", "A mild infection.", "And a flu?", "A worse one.").named(settings=Settings(system_prompt="Be kind."))
    failed = conversation.asked("broken").begun(SPEAKER)
    failed = failed.failed(str(failed.leaf), "", "it broke").asked("never answered")
    export([failed, talk("Half \ud800?", "A\0B.")], tmp_path / "talks.jsonl")
    first, second = lines_of(tmp_path / "talks.jsonl")
    assert first["messages"] == [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "What is a cold?"},
        {"role": "assistant", "content": "A mild infection."},
        {"role": "user", "content": "And a flu?"},
        {"role": "assistant", "content": "A worse one."},
    ]
    examples = read_examples([tmp_path / "talks.jsonl"], Wanted()).examples
    assert [example.id for example in examples] == [failed.id, f"{failed.id}#1", str(second["id"])]
    assert examples[1].history[0] == {"role": "system", "content": "Be kind."}


def test_the_library_that_trains_reads_it(tmp_path: Path) -> None:
    import datasets

    export([talk("q", "a"), with_variants().named(settings=Settings(temperature=0.5))], tmp_path / "talks.jsonl")
    found = datasets.load_dataset("json", data_files=str(tmp_path / "talks.jsonl"), split="train", cache_dir=str(tmp_path / "cache"))
    assert found[0]["messages"] == [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]


@pytest.mark.parametrize("ending", [".md", ".html", ".jsonl"])
def test_nothing_is_written_over(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"talk{ending}"
    file.write_text("mine")
    with pytest.raises(UserError, match="there already"):
        export(talk("q", "a"), file)
    assert file.read_text() == "mine"


def test_an_ending_that_names_no_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot tell the form"):
        export(talk("q", "a"), tmp_path / "talk.pdf")
    assert list(tmp_path.iterdir()) == []


SAID = [("system", "Be kind."), ("user", "Hi! Why?"), ("assistant", "So.")]
FOREIGN = {
    "messages": json.dumps({"messages": [{"role": role, "content": text} for role, text in SAID]}),
    "ShareGPT": json.dumps({"conversations": [{"from": role.replace("user", "human"), "value": text} for role, text in SAID]}),
}


@pytest.mark.parametrize("form", FOREIGN)
def test_other_programs_conversations_become_new_ones(tmp_path: Path, form: str) -> None:
    file = tmp_path / "theirs.jsonl"
    file.write_text(FOREIGN[form] + "\n")
    (found,) = import_conversations(file)
    assert [(turn.role, turn.text) for turn in found.path] == [("user", "Hi! Why?"), ("assistant", "So.")]
    assert (found.title, found.settings.system_prompt) == ("Why?", "Be kind.")


def test_the_settings_that_are_taken_over_are_those_that_the_settings_screen_allows() -> None:
    from assistant.chat.settings import RANGES
    from assistant.tui.screens.settings_fields import SETTINGS

    assert {setting.name: (setting.lowest, setting.highest) for setting in SETTINGS} == RANGES


ODD_TIMES = [1e300, -1e12, -1e300, math.inf, -math.inf, math.nan]


@pytest.mark.parametrize("seconds", ODD_TIMES)
@pytest.mark.parametrize("ending", [".md", ".html"])
def test_a_time_that_no_clock_shows_is_written_for_people_in_words(tmp_path: Path, seconds: float, ending: str) -> None:
    conversation = talk("q", "a")
    odd = replace(conversation.path[0], created=seconds)
    export(replace(conversation.put(odd), created=seconds), tmp_path / f"talk{ending}")
    assert (tmp_path / f"talk{ending}").read_text().count("at unknown time") == 2


def test_a_number_that_could_not_be_imported_again_is_not_exported(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds a number"):
        export([talk("q", "a"), replace(talk("q", "a"), created=math.inf)], tmp_path / "talk.jsonl")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("seconds", ODD_TIMES)
def test_the_list_of_the_screen_shows_any_time(seconds: float) -> None:
    from assistant.tui.screens.when import when

    assert when(seconds, now=0.0) == "unknown"


def test_importing_twice_makes_no_doubles(tmp_path: Path) -> None:
    (tmp_path / "theirs.jsonl").write_text("\n".join(FOREIGN.values()))
    export([talk("q", "a"), with_variants()], tmp_path / "ours.jsonl")
    store = ChatStore(Database(tmp_path / "chats.db"))
    new = [store.add(found) for _ in range(2) for name in ("theirs", "ours") for found in import_conversations(tmp_path / f"{name}.jsonl")]
    assert new == [2, 2, 3, 0, 0, 0]
    assert len(store.listed()) == 3
    store.database.close()


def damaged(**changes: object) -> str:
    from assistant.chat.exchange.tree import tree_of

    return json.dumps({"tree": json.dumps({**tree_of(talk("q", "a")), **changes})})


def with_a_turn(**changes: object) -> str:
    return damaged(turns=[{"id": "a", "parent": None, "role": "user", "text": "", **changes}], leaf=None)


WRONG = {
    "not JSON": ("{", "not JSON"),
    "other keys": ('{"text": "x"}', "neither `messages` nor `conversations`"),
    "an unknown role": ('{"messages": [{"role": "tool", "content": "x"}]}', "unknown role"),
    "nobody speaks": ('{"messages": []}', "nobody says anything"),
    "a tree that is no JSON": ('{"tree": "{"}', "not JSON"),
    "a newer format": (damaged(format=2), "format 2"),
    "an unknown key": (damaged(mood="good"), "unknown key 'mood'"),
    "a text for a number": (damaged(created="today"), "created is not float"),
    "a leaf that is not there": (damaged(leaf="elsewhere"), "does not have"),
    "a name that cannot be used": (damaged(id="\ud800"), "name"),
    "a turn without a role": (damaged(turns=[{"id": "a"}], leaf=None), "turn 1 has no parent"),
    "a circle": (damaged(turns=[{"id": "a", "parent": "a", "role": "user", "text": ""}], leaf=None), "follows a turn that does not stand before it"),
    "an unknown state": (with_a_turn(state="odd"), "'odd'"),
    "a time that no calendar has": (damaged(created=1e300), "1970 and 9999"),
    "a time before all clocks": (damaged(changed=-1e12), "1970 and 9999"),
    "a time without end": (damaged(created=math.inf), "created is a number"),
    "a time that is none": (damaged(created=math.nan), "created is a number"),
    "a time of 400 digits": (damaged(created=10**400), "created is a number"),
    "a turn at no time": (with_a_turn(created=253_402_300_800), "turn 1 has a time"),
    "seconds without end": (with_a_turn(figures={"finish_reason": "stop", "seconds": math.inf}), "seconds is a number"),
    "a temperature without end": (damaged(settings={"temperature": math.inf}), "temperature is a number"),
    "a temperature below all": (damaged(settings={"temperature": -0.1}), "temperature is -0.1"),
    "more tokens than there are": (damaged(settings={"max_new_tokens": 10**9}), "max_new_tokens is 1000000000"),
    "a seed of 400 digits": (damaged(settings={"seed": 10**400}), "seed is a number"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_line_that_is_no_conversation_is_named_and_nothing_is_imported(tmp_path: Path, case: str) -> None:
    line, told = WRONG[case]
    file = tmp_path / "file.jsonl"
    file.write_text(FOREIGN["messages"] + "\n" + line + "\n")
    with pytest.raises(DataError) as caught:
        import_conversations(file)
    assert caught.value.what.startswith(f"{file}:2: ")
    assert told in caught.value.what


@pytest.mark.parametrize(
    ("name", "content", "told"), [("a.md", "x", "cannot be imported"), ("no.jsonl", None, "no file"), ("e.jsonl", "\n", "no conversation")]
)
def test_a_file_that_holds_none_is_refused(tmp_path: Path, name: str, content: str | None, told: str) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(DataError, match=told):
        import_conversations(tmp_path / name)
