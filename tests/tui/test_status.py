"""The line at the bottom: a figure that was not measured is a dash, and a short line keeps what matters."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.chat.turn import Speaker
from assistant.core.plain import one_line, plain
from assistant.engines.protocol import Answer, EngineInfo
from assistant.engines.scripted import ScriptedEngine
from assistant.tui.pace import DRAW_CODE_EVERY_S, DRAW_EVERY_S, draw_every_s, open_code_lines
from assistant.tui.situation import status_of
from assistant.tui.talk import Talk
from assistant.tui.widgets.status import Status, fitting, parts_of
from tests.tui.driving import desk_of, partner_of

INFO = EngineInfo("transformers", "health@1", "bfloat16", "cpu", 8192)


def text_of(status: Status, width: int = 200) -> str:
    return " · ".join(part.text for part in fitting(parts_of(status), width))


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    """A conversation in which nothing was said yet; its engine is loaded."""
    desk = desk_of(tmp_path, partner_of(ScriptedEngine({})))
    talk = Talk(desk.store, desk.partner)
    talk.opening.info = INFO
    return talk


def after(talk: Talk, answer: Answer | None, left_out: int = 0) -> Status:
    """The line after an answer, or after one that failed."""
    conversation = talk.conversation.asked("?").begun(Speaker("health@1"))
    name = conversation.path[-1].id
    talk.conversation = conversation.answered(name, answer, left_out=left_out) if answer else conversation.failed(name, "", "it broke")
    return status_of(talk)


def test_the_figures_of_an_answer(talk: Talk) -> None:
    answer = Answer("a b c", (1, 2, 3), (0.31, 0.33, 0.36), 509, "stop", 0.4)
    assert text_of(after(talk, answer)) == "health@1 · transformers bfloat16 · 40 tokens/s · first token 0.31 s · 512/8192 tokens · ended"


def test_what_was_not_measured_is_a_dash(talk: Talk) -> None:
    assert text_of(status_of(talk)).endswith("— tokens/s · first token — · —/8192 tokens")
    killed = Answer("a", (1,), (0.5,), 0, "cancelled", 0.5)
    assert text_of(after(talk, killed)).endswith("— tokens/s · first token 0.50 s · —/8192 tokens · stopped")
    assert text_of(after(talk, None)).endswith("— tokens/s · first token — · —/8192 tokens · failed")


def test_turns_that_had_no_room_are_counted(talk: Talk) -> None:
    answer = Answer("a", (1,), (0.5,), 8000, "stop", 0.5)
    assert "4 turns left out" in text_of(after(talk, answer, left_out=4))


def test_a_slow_model_shows_its_tenths(talk: Talk) -> None:
    answer = Answer("a b", (1, 2), (1.0, 1.4), 5, "length", 1.4)
    assert "2.5 tokens/s" in text_of(after(talk, answer))
    assert text_of(after(talk, answer)).endswith("cut")


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120])
def test_it_fits_and_keeps_how_the_answer_ended_to_the_last(talk: Talk, width: int) -> None:
    answer = Answer("a b c", (1, 2, 3), (0.31, 0.33, 0.36), 509, "length", 0.4)
    text = text_of(after(talk, answer), width)
    assert len(text) <= width
    assert text.endswith("cut")


def test_a_note_stands_in_place_of_the_activity(talk: Talk) -> None:
    talk.opening.info = None
    assert text_of(status_of(talk, note="still\nloading"), 30) == "health@1 · still loading"


def test_control_characters_are_shown_and_never_sent() -> None:
    assert plain("\x1b[31mred\x07\n\tx\r\n") == "␛[31mred␇\n\tx\n"
    assert plain("\x9b2J\x7f\ud800") == "\ufffd2J␡\ufffd"
    assert one_line("a\n b\x1b") == "a b␛"


def test_pieces_made_plain_join_to_the_whole_made_plain() -> None:
    text = "a\r\n\x1b[0m\u2028é\t"
    assert "".join(plain(character) for character in text) == plain(text)


def test_a_long_block_of_code_is_drawn_less_often() -> None:
    code = "text\n\n```python\n" + "x = 1\n" * 40
    assert draw_every_s("text\n" * 100) == DRAW_EVERY_S
    assert draw_every_s("```\nshort") == DRAW_EVERY_S
    assert draw_every_s(code) == DRAW_CODE_EVERY_S
    assert draw_every_s(code + "```\n") == DRAW_EVERY_S


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", 0),
        ("```\n", 1),
        ("```\na\nb", 2),
        ("```\na\n```", 0),
        ("````\n```\na", 2),
        ("~~~\n```\na", 2),
        ("```\na\n```\n```\nb", 1),
        ("a ``` b", 0),
    ],
)
def test_lines_of_an_open_block_of_code(text: str, lines: int) -> None:
    assert open_code_lines(text) == lines
