"""Commands of the plain chat on what was asked and answered: again, further, otherwise, and what is heard or printed of it."""

from __future__ import annotations

from collections.abc import Callable

from assistant.chat.turn import Turn
from assistant.core.errors import UserError
from assistant.tui.plain.lines import pasted, written
from assistant.tui.plain.session import Session
from assistant.tui.plain.words import figures_of

Handler = Callable[[Session, str], None]
"""Does a command; given what was written after it."""


def stop(session: Session, _: str) -> None:
    """Answers are waited for, so at the prompt there is none to be stopped."""
    session.page.note("Nothing is being said. While an answer is, Ctrl+C stops it and keeps what was said.")


def again(session: Session, _: str) -> None:
    """Another answer to the last question."""
    path = session.conversation.path
    if path and path[-1].role == "user":
        session.talk.answer_last()
    elif otherwise := session.talk.answer_again(session.last_answer()):
        session.page.note(f"{otherwise[0].upper()}{otherwise[1:]}.")
    session.hear_and_tell()


def go_on(session: Session, _: str) -> None:
    """Continue the last answer."""
    answer = session.last_answer()
    if why := session.talk.why_not_go_on(answer):
        raise UserError(why, "/again asks for another")
    session.talk.go_on(answer)
    session.hear_and_tell()


def edit(session: Session, text: str) -> None:
    """Ask the last question otherwise, in a branch of its own."""
    question = next((turn for turn in reversed(session.conversation.path) if turn.role == "user"), None)
    if question is None:
        raise UserError("there is no question yet", "Ask something first")
    if text:
        session.talk.ask(text, question)
        session.hear_and_tell()
        return
    if not session.lines.shows_beginning:
        session.recall([question])
    changed = written(session.lines, "Instead: ", question.text)
    if changed.text.strip():
        session.ask_written(changed, question)
    else:
        session.page.note("The question stays as it was.")


def paste(session: Session, _: str) -> None:
    """One question of several lines, none of which is a command."""
    if session.lines.is_terminal:
        session.page.note("Write or paste; a full stop alone on a line ends it.")
    text = pasted(session.lines)
    if text.text.strip():
        session.lines.remember(text.text)
        session.ask_written(text)


def variant_before(session: Session, _: str) -> None:
    """The answer before, of several."""
    _show_variant(session, -1)


def variant_after(session: Session, _: str) -> None:
    """The next answer, of several."""
    _show_variant(session, 1)


def _show_variant(session: Session, step: int) -> None:
    conversation = session.conversation
    answer = session.last_answer()
    variants = conversation.variants(answer)
    place = variants.index(answer) + step
    if len(variants) == 1:
        raise UserError("there is only this answer", "/again asks for another")
    if not 0 <= place < len(variants):
        raise UserError(f"this is answer {place - step + 1} of {len(variants)}", "/before and /after go through them")
    session.talk.show(variants[place])
    session.page.note(f"Answer {place + 1} of {len(variants)}.")
    session.recall([variants[place]])


def read(session: Session, number: str) -> None:
    """The conversation once more."""
    path = session.conversation.path
    if not path:
        raise UserError("nothing was said yet", "Ask something first")
    if number and not (number.isdecimal() and int(number) > 0):
        raise UserError(f"{number} is no number of turns", "/read 2 says the last question and its answer again")
    session.recall(path[-int(number) :] if number else path)


def copy(session: Session, _: str) -> None:
    """The last answer as it was written."""
    session.page.say(session.last_answer().text)


def copy_code(session: Session, number: str) -> None:
    """A block of code of the last answer."""
    from assistant.tui.code_in_text import code_blocks

    blocks = code_blocks(session.last_answer().text)
    if not blocks:
        raise UserError("there is no block of code in this answer", "/copy prints all of it")
    if number and not (number.isdecimal() and 1 <= int(number) <= len(blocks)):
        raise UserError(f"there is no block {number}", f"The answer has {len(blocks)}; /code 1 prints the first")
    place = int(number) if number else len(blocks)
    if len(blocks) > 1:
        session.page.note(f"Block {place} of {len(blocks)}:")
    session.page.say(blocks[place - 1].code)


def figures(session: Session, _: str) -> None:
    """What was measured of the last answer."""
    answer: Turn = session.last_answer()
    session.page.say("\n".join(figures_of(answer)))


HANDLERS: dict[str, Handler] = {
    "stop": stop,
    "again": again,
    "go_on": go_on,
    "edit": edit,
    "paste": paste,
    "variant_before": variant_before,
    "variant_after": variant_after,
    "read": read,
    "copy": copy,
    "copy_code": copy_code,
    "figures": figures,
}
