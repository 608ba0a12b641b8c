"""Which of the judgements are meant: by whom, how, when, and what was decided. Knows no disk."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.chat.rated import Entry, Judgement, Kind, State, Verdict


@dataclass(frozen=True)
class Filter:
    """Which judgements are meant; what is None or empty leaves all.

    Attributes:
        assistant: `health` (all its versions), `health@2`, or a base's name.
        verdict: Good or bad; no vote has one.
        state: What was decided.
        since: Not older than this, in seconds since 1970.
        text: Words that stand together somewhere in it, in small or capital letters.
        kind: Ratings or votes.
    """

    assistant: str = ""
    verdict: Verdict | None = None
    state: State | None = None
    since: float | None = None
    text: str = ""
    kind: Kind | None = None

    def takes(self, judgement: Judgement) -> bool:
        """Whether a judgement is meant."""
        named = self.assistant
        return (
            (not named or any(label == named or label.partition("@")[0] == named for label in judgement.speakers))
            and (self.verdict is None or (isinstance(judgement, Entry) and judgement.verdict == self.verdict))
            and (self.state is None or judgement.state == self.state)
            and (self.since is None or judgement.created >= self.since)
            and (self.kind is None or judgement.kind == self.kind)
            and (not self.text or any(self.text.casefold() in text.casefold() for text in _texts(judgement)))
        )


def _texts(judgement: Judgement) -> list[str]:
    texts = [judgement.asked.question, judgement.note]
    if isinstance(judgement, Entry):
        return [*texts, judgement.said.text, judgement.comment, judgement.correction or "", *judgement.reasons]
    return [*texts, judgement.left.text, judgement.right.text]
