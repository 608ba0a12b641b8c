"""What of a conversation has room: the oldest exchanges go first, whole, and no more of them than must."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from assistant.chat.fitting import Fitted, fit
from assistant.chat.settings import Settings
from assistant.chat.turn import Turn, TurnState
from assistant.core.messages import Message
from assistant.engines.protocol import Sampling

OWN = Sampling(max_new_tokens=20)


class Words:
    """Counts words, and how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, messages: Sequence[Message]) -> int:
        self.asked += 1
        return sum(len(message["content"].split()) for message in messages)


def turn(number: int, words: int, state: TurnState = "complete") -> Turn:
    return Turn(str(number), None, "user" if number % 2 == 0 else "assistant", f"{number} " * words, state)


def talk(*words: int) -> list[Turn]:
    return [turn(number, length) for number, length in enumerate(words)]


def fitted(path: Sequence[Turn], room: int | None, settings: Settings = Settings()) -> Fitted:
    return fit(path, settings, OWN, Words(), room)


def test_a_conversation_that_has_room_is_told_whole():
    found = fitted(talk(10, 10, 10), 100)
    assert (found.left_out, found.tokens, len(found.request.messages)) == (0, 30, 3)


def test_the_oldest_exchanges_are_left_out_whole():
    found = fitted(talk(10, 30, 10, 30, 10), 100)
    assert (found.left_out, found.tokens) == (2, 50)
    assert [message["role"] for message in found.request.messages] == ["user", "assistant", "user"]


def test_room_is_kept_for_the_answer():
    """76 and the 20 that an answer may take are more than 95."""
    assert fitted(talk(10, 56, 10), 96).left_out == 0
    assert fitted(talk(10, 56, 10), 95).left_out == 2


def test_a_long_limit_of_answers_costs_no_more_than_a_quarter_of_the_room():
    assert fitted(talk(10, 50, 15), 100, Settings(max_new_tokens=5000)).left_out == 0
    assert fitted(talk(10, 50, 16), 100, Settings(max_new_tokens=5000)).left_out == 2


def test_the_settings_may_ask_for_less_than_the_model_reads():
    assert fitted(talk(10, 30, 10), 100, Settings(context_tokens=60)).left_out == 2
    assert fitted(talk(10, 30, 10), 60, Settings(context_tokens=100)).left_out == 2


def test_the_last_question_stays_even_if_it_alone_has_no_room():
    found = fitted(talk(10, 10, 500), 100)
    assert (found.left_out, found.tokens, len(found.request.messages)) == (2, 500, 1)


def test_an_answer_to_be_continued_stays_with_its_question():
    found = fitted(talk(10, 10, 40, 200), 100)
    assert (found.left_out, len(found.request.messages)) == (2, 2)


def test_where_nobody_can_count_nothing_is_left_out():
    found = fit(talk(10, 500, 10), Settings(context_tokens=50), OWN, lambda messages: None, 100)
    assert (found.left_out, found.tokens, len(found.request.messages)) == (0, None, 3)


def test_a_model_without_a_bound_is_told_everything():
    assert fitted(talk(10, 5000, 10), None).left_out == 0


def test_the_system_prompt_of_the_settings_takes_its_room_and_stays():
    found = fitted(talk(10, 30, 10), 80, Settings(system_prompt="be brief " * 10))
    assert found.left_out == 2
    assert [message["role"] for message in found.request.messages] == ["system", "user"]


def test_turns_left_out_are_counted_along_the_path_with_those_that_never_counted():
    path = [turn(0, 10), turn(1, 5, "failed"), *(turn(number, 30) for number in (2, 3, 4))]
    assert fitted(path, 80).left_out == 4


def test_it_counts_few_times():
    words = Words()
    found = fit([turn(number, 10) for number in range(1001)], Settings(), OWN, words, 300)
    assert found.tokens == 270
    assert words.asked <= 11


@given(lengths=st.lists(st.integers(1, 30), min_size=1, max_size=20), room=st.integers(10, 400))
def test_no_more_is_left_out_than_must_be(lengths: list[int], room: int) -> None:
    path = talk(*lengths)
    found = fitted(path, room)
    most = room - min(OWN.max_new_tokens, room // 4)
    last_question = max(number for number, turn in enumerate(path) if turn.role == "user")
    assert path[found.left_out].role == "user"
    assert found.tokens == sum(lengths[found.left_out :])
    assert found.tokens <= most or found.left_out == last_question
    if found.left_out:
        assert sum(lengths[found.left_out - 2 :]) > most
