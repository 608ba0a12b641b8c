"""What a conversation keeps, and what of it the next request holds."""

from __future__ import annotations

from assistant.chat.linear import Conversation
from assistant.engines.protocol import Answer, FinishReason, Sampling


def answer(text: str, finish_reason: FinishReason = "stop") -> Answer:
    return Answer(text, (1, 2), (0.1, 0.2), 5, finish_reason, 0.2)


def asked_of(conversation: Conversation) -> list[tuple[str, str]]:
    return [(message["role"], message["content"]) for message in conversation.request(Sampling()).messages]


def test_a_request_holds_what_both_sides_said() -> None:
    conversation = Conversation().asked("hello").answered(answer("good day")).asked("how are you?")
    assert asked_of(conversation) == [("user", "hello"), ("assistant", "good day"), ("user", "how are you?")]


def test_a_request_carries_the_sampling() -> None:
    assert Conversation().asked("hello").request(Sampling(max_new_tokens=7)).sampling.max_new_tokens == 7


def test_a_stopped_answer_stays_as_far_as_it_was_said() -> None:
    conversation = Conversation().asked("tell me all").answered(answer("first", "cancelled")).asked("go on")
    assert conversation.turns[1].state == "stopped"
    assert asked_of(conversation) == [("user", "tell me all"), ("assistant", "first"), ("user", "go on")]


def test_a_failed_answer_is_kept_for_the_reader_and_left_out_with_its_question() -> None:
    conversation = Conversation().asked("hello").failed("goo", "it broke").asked("again")
    assert (conversation.turns[1].text, conversation.turns[1].error) == ("goo", "it broke")
    assert asked_of(conversation) == [("user", "again")]


def test_an_answer_stopped_before_its_first_word_is_left_out_with_its_question() -> None:
    conversation = Conversation().asked("hello").answered(answer("", "cancelled")).asked("again")
    assert asked_of(conversation) == [("user", "again")]


def test_the_sides_speak_by_turns_whatever_failed() -> None:
    conversation = Conversation()
    for number in range(12):
        conversation = conversation.asked(f"question {number}")
        conversation = conversation.failed("", "no") if number % 3 == 1 else conversation.answered(answer(f"answer {number}"))
    roles = [role for role, _ in asked_of(conversation.asked("last"))]
    assert roles == ["user", "assistant"] * 8 + ["user"]


def test_an_answer_at_the_token_limit_says_that_it_was_cut() -> None:
    conversation = Conversation().asked("hello").answered(answer("and so on and", "length"))
    assert conversation.turns[1].state == "complete"
    assert conversation.turns[1].was_cut


def test_a_change_leaves_the_old_conversation_as_it_was() -> None:
    before = Conversation().asked("hello")
    before.answered(answer("good day"))
    assert len(before.turns) == 1
