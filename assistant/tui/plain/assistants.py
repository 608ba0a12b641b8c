"""Commands of the plain chat on whoever answers: another one, its settings, what it reads."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from assistant.chat.partner import Listed
from assistant.core.errors import UserError
from assistant.core.plain import one_line
from assistant.tui.plain.session import Session
from assistant.tui.plain.turns import Handler
from assistant.tui.reading import SAID, beginning, parts_of, used
from assistant.tui.screens.settings_fields import SETTINGS, SYSTEM_PROMPT_ABOUT, Setting, explained, shown

AS_THE_RECIPE = "recipe"
"""The value that takes a change back."""
PROMPT_NAME = "system_prompt"


def switch(session: Session, name: str) -> None:
    """Go on with somebody else."""
    listed = chosen_partner(session, name)
    if listed is None:
        return
    if listed.label == session.talk.partner.label:
        session.page.note(f"{session.speaker} answers already.")
        return
    session.talk.switch(session.desk.roster.partner(listed))
    greet(session)
    session.await_partner()


def greet(session: Session) -> None:
    """Say who answers, and what is to be known before one relies on it."""
    partner = session.talk.partner
    session.page.note(one_line(f"{partner.label}: {partner.description}" if partner.description else partner.label))
    if partner.notice:
        session.page.note(f"Notice: {one_line(partner.notice)}")


def chosen_partner(session: Session, name: str, without: str = "") -> Listed | None:
    """Somebody by name, or from the list by number or name; None for nobody.

    Args:
        session: The chat.
        name: Who is wanted; empty for whoever is chosen from the list.
        without: The label of somebody who is not offered.

    Raises:
        UserError: There is nobody of that name, or nobody to be offered.
        CommandInstead: A command was written instead of a choice.
    """
    if name and name == without:
        raise UserError(f"{one_line(name)} answers now", "Name another one; without a name they are listed")
    everybody = [listed for listed in session.desk.roster.listed() if listed.label != without]
    if name:
        found = next((listed for listed in everybody if listed.label == name), None)
        if found is None:
            raise UserError(f"there is no {one_line(name)}", "/switch lists everybody by number")
        return found
    if not everybody:
        raise UserError("there is nobody else", "`assistant train RECIPE` makes another assistant")
    for number, listed in enumerate(everybody, 1):
        session.page.say(one_line(f"{number}: {listed.label}{', ' + listed.about if listed.about else ''}"))
    place = session.choose("Which number or name? Nothing leaves it: ", len(everybody), [listed.label for listed in everybody])
    return None if place is None else everybody[place]


def load_again(session: Session, _: str) -> None:
    """Load the model again after it failed."""
    if session.talk.opening.error:
        session.start()
    else:
        session.page.note("The model is loaded." if session.talk.opening.info else "The model is being loaded.")


def settings(session: Session, text: str) -> None:
    """Tell the settings, or change one."""
    name, _, value = text.partition(" ")
    if not name:
        for line in _listed(session):
            session.page.say(line)
        session.page.note(f"/settings NAME VALUE changes one from the next answer on; the value `{AS_THE_RECIPE}` takes the change back.")
        return
    name = _known(name)
    setting = next((one for one in SETTINGS if one.name == name), None)
    if not value.strip():
        session.page.say(_told(session, setting))
        session.page.say(explained(setting, {}) if setting else SYSTEM_PROMPT_ABOUT)
        return
    back = value.strip() == AS_THE_RECIPE
    changed: dict[str, Any] = {name: None if back else setting.read(value) if setting else value.strip()}
    session.talk.change_settings(replace(session.conversation.settings, **changed))
    session.page.note(_told(session, setting))


def _listed(session: Session) -> Sequence[str]:
    return [f"{_told(session, setting)} {explained(setting, {}) if setting else SYSTEM_PROMPT_ABOUT}" for setting in (None, *SETTINGS)]


def _known(name: str) -> str:
    names = [PROMPT_NAME, *(setting.name for setting in SETTINGS)]
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        raise UserError(f"there is no setting {one_line(name)}", f"Did you mean {near[0]}?" if near else f"There are: {', '.join(names)}")
    return name


def _told(session: Session, setting: Setting | None) -> str:
    """The value of a setting, and the recipe's where that is another; None for the system prompt."""
    name = setting.name if setting else PROMPT_NAME
    now = getattr(session.conversation.settings, name)
    partner = session.talk.partner
    own = getattr(partner.sampling, name, None) if setting else partner.system_prompt
    if now is None:
        return f"{name}: {_in_words(own, name)}, as in the recipe."
    return f"{name}: {_in_words(now, name)}; the recipe says {_in_words(own, name)}."


def _in_words(value: str | float | None, name: str) -> str:
    if value is None:
        return "all that the model reads"
    if name == PROMPT_NAME:
        return f"“{one_line(str(value))}”" if value else "nothing at all"
    return shown(float(value))


def context(session: Session, _: str) -> None:
    """What of the conversation is read."""
    talk, last = session.talk, session.conversation.last_answer
    figures = last.figures if last else None
    own = session.conversation.settings.system_prompt
    prompt = talk.partner.system_prompt if own is None else own
    session.page.say(f"Used: {used(figures.prompt_tokens if figures else None, talk.opening.info.context_tokens if talk.opening.info else None)}.")
    session.page.say(f"Told before the conversation: {one_line(prompt) or 'nothing'}")
    for number, part in enumerate(parts_of(session.conversation.path, figures.left_out if figures else 0), 1):
        who = "you" if part.turn.role == "user" else one_line(part.turn.speaker.label) if part.turn.speaker else "the assistant"
        tokens = "" if part.tokens is None else f", {'' if part.is_exact else 'about '}{part.tokens:,} tokens"
        session.page.say(f"{number}: {who}, {SAID[part.reading]}{tokens}: {beginning(one_line(part.turn.text))}")


HANDLERS: dict[str, Handler] = {"switch": switch, "retry": load_again, "settings": settings, "context": context}
