"""Conversations for tests: real trees, as talking gives them and as hypothesis thinks of them."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from assistant.chat.conversation import Conversation
from assistant.chat.settings import Settings
from assistant.chat.turn import Figures, Speaker, Turn
from assistant.engines.protocol import Answer, Sampling

SPEAKER = Speaker("health@1", "ab12", "openvino", "int8", Sampling(max_new_tokens=99), None)


def answer(text: str) -> Answer:
    return Answer(text, (1, 2), (0.1, 0.2), 5, "stop", 0.2)


def talk(*said: str, title: str = "a talk", assistant: str = "health@1") -> Conversation:
    """Questions and answers by turns."""
    conversation = Conversation(title=title, assistant=assistant)
    for question, reply in zip(said[::2], said[1::2], strict=True):
        conversation = conversation.asked(question).begun(SPEAKER)
        conversation = conversation.answered(str(conversation.leaf), answer(reply))
    return conversation


TEXTS = st.text(st.characters(categories=None), max_size=40)
"""Any text, half characters, zero bytes and the last code point included."""

FIGURES = st.builds(Figures, st.sampled_from(["stop", "length", "cancelled"]), st.floats(0, 1e6), st.none() | st.integers(0, 9))


@st.composite
def trees(draw: st.DrawFn) -> Conversation:
    """Any tree of turns, each below one that was there before."""
    turns: dict[str, Turn] = {}
    for _ in range(draw(st.integers(0, 8))):
        parent = draw(st.none() | st.sampled_from(list(turns))) if turns else None
        is_answer = parent is not None and turns[parent].role == "user"
        conversation = Conversation(turns=turns, leaf=parent)
        conversation = conversation.begun(SPEAKER) if is_answer else conversation.asked(draw(TEXTS))
        turn = conversation.turns[str(conversation.leaf)]
        turns[turn.id] = replace(
            turn,
            text=draw(TEXTS),
            error=draw(TEXTS),
            state=draw(st.sampled_from(["complete", "stopped", "failed", "unfinished"])),
            figures=draw(st.none() | FIGURES) if is_answer else None,
            warnings=tuple(draw(st.lists(TEXTS, max_size=2))),
        )
    return Conversation(
        turns=turns,
        leaf=draw(st.none() | st.sampled_from(list(turns))) if turns else None,
        title=draw(TEXTS),
        assistant=draw(TEXTS),
        settings=Settings(
            system_prompt=draw(st.none() | TEXTS), temperature=draw(st.none() | st.floats(0, 2)), seed=draw(st.none() | st.integers(0, 2**32 - 1))
        ),
        pinned=draw(st.booleans()),
    )
