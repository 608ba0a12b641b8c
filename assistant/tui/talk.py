"""One conversation under way: who answers, what is being said, and that every word of it is kept.

Knows no widget: a screen calls what the user does, looks at it now and then with `poll`, and draws what changed.
"""

from __future__ import annotations

import threading
from dataclasses import replace

from assistant.chat.conversation import Conversation
from assistant.chat.keeping import Keeper
from assistant.chat.partner import Partner
from assistant.chat.settings import Settings
from assistant.chat.store import ChatStore
from assistant.chat.titles import title_of
from assistant.chat.turn import Speaker, Turn
from assistant.core.errors import UserError
from assistant.tui.answering import Answering
from assistant.tui.opening import Opening

AGAIN_TEMPERATURE = 0.7
AGAIN_TOP_P = 0.95
"""An assistant that takes the likeliest token would answer again with the very same words."""


class Talk:
    """A conversation and whoever answers in it.

    Args:
        store: Where it is kept.
        partner: Who answers.
        conversation: What was said before.

    Attributes:
        conversation: As it is now.
        opening: The engine, or how far it is.
        answering: The answer on its way; None for none, and while it waits for the engine.
        saying: The turn that is being said, by its name; None for none.
    """

    def __init__(self, store: ChatStore, partner: Partner, conversation: Conversation | None = None) -> None:
        self._store = store
        self.partner = partner
        self.conversation = conversation or Conversation(assistant=partner.label)
        self.opening = Opening(partner.open)
        self.answering: Answering | None = None
        self.saying: str | None = None
        self._keeper = Keeper(store)
        self._continued: Turn | None = None
        self._drained: Answering | None = None
        self._own_settings = Settings()
        self._is_called_off = False
        self._at_home: tuple[Opening, Partner] | None = None

    # Who answers.

    def start(self) -> None:
        """Load the model; returns at once."""
        self.opening.start()

    def switch(self, partner: Partner) -> None:
        """Go on with somebody else; an answer on its way is stopped, and its model's memory given back."""
        self.stop()
        self.poll()
        close_aside(self.opening)
        self._drained = None
        self.partner = partner
        self.opening = Opening(partner.open)
        self.opening.start()
        self._change(assistant=partner.label)

    def lend(self, opening: Opening, partner: Partner) -> None:
        """Let somebody else answer next, whose engine is opened and closed elsewhere, until `take_back`."""
        self._at_home = self._at_home or (self.opening, self.partner)
        self.opening, self.partner = opening, partner

    def take_back(self) -> None:
        """Have the conversation's own assistant answer again; an answer on its way is stopped."""
        if self._at_home:
            self.stop()
            self.poll()
            (self.opening, self.partner), self._at_home = self._at_home, None

    # What is said.

    @property
    def is_answering(self) -> bool:
        """Whether an answer is on its way, or waits for the engine."""
        return self.saying is not None

    @property
    def waits_for_engine(self) -> bool:
        """Whether a question waits until the model is loaded."""
        return self.saying is not None and self.answering is None

    def ask(self, text: str, instead: Turn | None = None) -> None:
        """Ask a question; kept before it is answered.

        Args:
            text: The question.
            instead: The question whose place it takes, in a branch of its own.
        """
        self.put_question(text, instead)
        self.answer_last()

    def put_question(self, text: str, instead: Turn | None = None) -> Turn:
        """Keep a question that is still to be answered."""
        conversation = self.conversation
        if not conversation.title:
            conversation = conversation.named(title=title_of(text))
        conversation = conversation.asked_instead(instead, text) if instead else conversation.asked(text)
        self.conversation = conversation.named(assistant=self.partner.label)
        question = self.conversation.path[-1]
        self._keep(question)
        return question

    def answer_last(self) -> None:
        """Answer the question at the end of the path."""
        self._say(self.conversation.settings)

    def answer_again(self, answer: Turn) -> str:
        """Have a question answered once more; the answers before stay as its siblings.

        Returns:
            What is asked for otherwise than before, in plain words; empty for nothing.

        Raises:
            UserError: Nobody asked for this answer.
        """
        question = self.conversation.question_of(answer)
        if question is None:
            raise UserError("nobody asked for this answer", "Ask something first.")
        said = self.conversation.variants(answer)
        same = any(turn.speaker and turn.speaker.label == self.partner.label for turn in said)
        settings = self.answer(question, otherwise=same)
        if settings == self.conversation.settings:
            return ""
        sampling = settings.sampling(self.partner.sampling)
        return f"another answer, with seed {sampling.seed} and temperature {sampling.temperature:g}"

    def answer(self, question: Turn, otherwise: bool = False) -> Settings:
        """Have a question answered, whatever else was answered to it.

        Args:
            question: The question.
            otherwise: Take other tokens than the same assistant took before: where the recipe takes the likeliest, others
                are given a chance.

        Returns:
            How it is asked.
        """
        settings = self.conversation.settings
        own = settings.sampling(self.partner.sampling)
        if otherwise:
            before = len(self.conversation.answers_to(question))
            settings = replace(settings, seed=(own.seed + before) % 2**32)
            if own.temperature == 0:
                settings = replace(settings, temperature=AGAIN_TEMPERATURE, top_p=min(own.top_p, AGAIN_TOP_P))
        self._say(settings, question)
        return settings

    def why_not_go_on(self, answer: Turn) -> str:
        """Why an answer cannot be continued, in plain words; empty if it can."""
        if not answer.may_go_on:
            return "this answer came to its own end"
        speaker = answer.speaker.label if answer.speaker else ""
        if speaker != self.partner.label:
            return f"this answer is {speaker or 'nobody'}'s; {self.partner.label} can answer again"
        return ""

    def go_on(self, answer: Turn) -> None:
        """Continue an answer that did not come to its own end, as it was asked for; see `why_not_go_on`."""
        assert answer.speaker
        asked = answer.speaker.sampling
        self._own_settings = replace(
            self.conversation.settings,
            system_prompt=answer.speaker.system_prompt,
            temperature=asked.temperature,
            top_p=asked.top_p,
            repetition_penalty=asked.repetition_penalty,
            seed=asked.seed,
        )
        self.conversation = self.conversation.going_on(answer)
        self._continued = answer
        self.saying = self.conversation.leaf
        self._begin()

    def stop(self) -> None:
        """Stop the answer; what was said is kept."""
        if self.answering:
            self.answering.stop()
        else:
            self._is_called_off = self.saying is not None

    def poll(self) -> Turn | None:
        """See how far the answer is; the turn once it has ended."""
        if self.saying is None:
            return None
        if self.answering is None:
            if self._is_called_off:
                return self._break_off(self.conversation.turns[self.saying], "stopped")
            if self.opening.error:
                what, todo = self.opening.error
                return self._break_off(self.conversation.turns[self.saying], "failed", f"{what}\n{todo}".strip())
            self._begin()
            return None
        if not self.answering.ended:
            self.conversation = self.conversation.grown(self.saying, self._text)
            self._keeper.grown(self.conversation.id, self.conversation.turns[self.saying])
            return None
        return self._end(self.answering, self.saying)

    # What it is called, how it is asked, and what else there is.

    def change_settings(self, settings: Settings) -> None:
        """Ask otherwise from now on."""
        self._change(settings=settings)

    def rename(self, title: str) -> None:
        """Call the conversation otherwise."""
        self._change(title=title)

    def show(self, turn: Turn) -> None:
        """Read another variant, and what was said after it."""
        self.conversation = self.conversation.showing(turn)
        self._keep()

    def note(self, turn: Turn) -> None:
        """Keep a turn of which more is known by now."""
        self.conversation = self.conversation.put(turn)
        self._keep(turn)

    def renamed_elsewhere(self, title: str) -> None:
        """Know the title that another screen has given the conversation, and has kept."""
        self.conversation = self.conversation.named(title=title)

    def open(self, conversation: Conversation, at: str | None = None) -> None:
        """Go to another conversation, or to a new one; an answer on its way is stopped.

        Args:
            conversation: Where to.
            at: The turn to be read, by its name; None for where it was left.
        """
        self.stop()
        self.poll()
        self.conversation = conversation
        self.read(at)

    def read(self, name: str | None) -> None:
        """Read the branch that a turn is on, unless it is being read; while an answer is said, what is read stays."""
        turn = self.conversation.turns.get(name or "")
        if turn and not self.is_answering and turn not in self.conversation.path:
            self.show(turn)

    @property
    def trouble(self) -> tuple[str, str] | None:
        """Why what is said cannot be kept; None while it can."""
        return self._keeper.problem

    def settle(self) -> None:
        """Have all that was said on the disk, before that is looked at; where the disk fails it stays in memory."""
        self._keeper.flush()

    @property
    def unsaved(self) -> Conversation | None:
        """The conversation, if not all of it is on the disk."""
        return self.conversation if self._keeper.unsaved else None

    def close(self) -> None:
        """Stop, keep everything, and give the models' memory back; safe to call twice."""
        self.stop()
        self.poll()
        self.take_back()
        self._keeper.close()
        self.opening.close()

    # How it is done.

    @property
    def _text(self) -> str:
        assert self.answering
        return (self._continued.text if self._continued else "") + self.answering.text

    def _say(self, settings: Settings, question: Turn | None = None) -> None:
        self._continued = None
        self._own_settings = settings
        self.conversation = self.conversation.begun(self._speaker(settings), question)
        self.saying = self.conversation.leaf
        assert self.saying is not None
        self._keep(self.conversation.turns[self.saying])
        self._begin()

    def _begin(self) -> None:
        """Ask the engine, once it is there."""
        if self.opening.info is None or self.saying is None:
            return
        path = self.conversation.path_to(self.saying)
        asked = path if self._continued else path[:-1]
        self.answering = Answering(self.opening.engine, asked, self._own_settings, self.partner.sampling, self._drained, self._keeper.flush)
        self.answering.start()

    def _speaker(self, settings: Settings) -> Speaker:
        info = self.opening.info
        return Speaker(
            label=self.partner.label,
            fingerprint=self.partner.fingerprint,
            engine=info.engine if info else "",
            precision=info.precision if info else "",
            sampling=settings.sampling(self.partner.sampling),
            system_prompt=settings.system_prompt,
        )

    def _end(self, answering: Answering, name: str) -> Turn:
        before, text = self._continued, self._text
        if answering.answer:
            speaker = None if before else self._speaker(self._own_settings)
            self.conversation = self.conversation.answered(name, answering.answer, before, answering.left_out, speaker)
        else:
            self.conversation = self.conversation.failed(name, text, "\n".join(answering.error or ()).strip())
        self._drained = answering
        return self._ended(name)

    def _break_off(self, turn: Turn, state: str, error: str = "") -> Turn:
        """End an answer for which no engine was asked."""
        self.conversation = self.conversation.put(replace(turn, state=state, error=error))  # type: ignore[arg-type]
        return self._ended(turn.id)

    def _ended(self, name: str) -> Turn:
        self.answering = self.saying = self._continued = None
        self._is_called_off = False
        turn = self.conversation.turns[name]
        self._keeper.keep(self.conversation, turn)
        return turn

    def _keep(self, turn: Turn | None = None) -> None:
        """Keep what the conversation is by now, and a turn of it that has changed."""
        self._keeper.keep(self.conversation, turn)

    def _change(self, **changes: object) -> None:
        self.conversation = self.conversation.named(**changes)
        if self.conversation.turns:
            self._keep()


def close_aside(opening: Opening) -> None:
    """Close an engine without waiting for its process to be gone, which takes as long as it has memory."""
    threading.Thread(target=opening.close, name="close-engine", daemon=True).start()
