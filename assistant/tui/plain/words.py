"""The words of the plain chat: which of the app's commands are there, which belong to a screen, and what is said at an answer's end.

Knows no stream and no engine.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.chat.endings import Ending, limit_of
from assistant.chat.endings import ending_of as how_ended
from assistant.chat.turn import Figures, Turn
from assistant.tui.commands import ANSWER, APP, ASSISTANT, BY_NAME, CONVERSATION, FEEDBACK, Command

PROMPT = "You: "

_OTHERWISE: dict[str, tuple[str, str]] = {
    "stop": ("", "Ctrl+C stops an answer; what was said is kept"),
    "again": ("", ""),
    "go_on": ("", ""),
    "edit": ("[TEXT]", "Change the last question and ask it again; the first wording and its answers stay"),
    "variant_before": ("", "Hear the answer before, of several to one question"),
    "variant_after": ("", "Hear the next answer, of several to one question"),
    "read": ("[N]", "Hear the conversation again, or its last N turns"),
    "copy": ("", "Print the last answer as it was written, and nothing else"),
    "copy_code": ("[N]", "Print the last block of code of the answer, or block N, and nothing else"),
    "good": ("[REASON]", "Say that the answer is good, and why"),
    "bad": ("[REASON]", "Say that the answer is bad, and why; what would have been right is asked then"),
    "unrate": ("", ""),
    "new": ("", ""),
    "chats": ("[WORDS]", "List the conversations by number, or those whose title holds the words"),
    "search": ("WORDS", ""),
    "rename": ("TITLE", ""),
    "export": ("FILE", ""),
    "switch": ("[NAME]", "Go on with another version or a base; without a name they are listed by number"),
    "compare": ("[NAME]", "Ask two the same, one after the other, and vote before you know who is who"),
    "settings": ("[NAME VALUE]", "System prompt, length, temperature and more, each explained; the value `recipe` takes a change back"),
    "context": ("", ""),
    "retry": ("", ""),
    "help": ("[COMMAND]", "All commands, or one"),
    "quit": ("", "Leave, as Ctrl+D does; everything is kept"),
}
"""The app's commands that are here: what follows them and what they do, where that differs from the app."""


def _here(name: str) -> Command:
    command = BY_NAME[name]
    takes, about = _OTHERWISE[name]
    # The app opens its list with both words; line by line one lists and the other opens.
    slash = tuple(word for word in command.slash if word != "/open")
    return replace(command, takes=takes or command.takes, about=about or command.about, slash=slash, keys=(), reading=())


_ALL = (
    *(_here(name) for name in _OTHERWISE),
    Command("open", "Open", "Go on with a conversation of the last list, by its number", CONVERSATION, slash=("/open",), takes="N"),
    Command("figures", "Figures", "How long the last answer took, its tokens, and what wrote it", ANSWER, slash=("/figures",)),
    Command("paste", "Paste", "Write or paste several lines as one question; a full stop alone on a line ends it", ANSWER, slash=("/paste",)),
)
_GROUPS = (ANSWER, CONVERSATION, ASSISTANT, FEEDBACK, APP)
COMMANDS = tuple(sorted(_ALL, key=lambda command: _GROUPS.index(command.group)))
"""Everything that can be done here, in the order of the help."""
BY_WORD = {word: command for command in COMMANDS for word in command.slash}

SCREENS = {
    "review": "`assistant feedback` decides what becomes of what was said of answers",
    "versions": "`assistant list` and `assistant show NAME` tell the versions and their scores",
    "training": "`assistant train RECIPE` trains, and tells line by line how far it is",
    "theme": "there are no colours here",
}
"""What the app has a screen for, and what does it otherwise."""


def help_line(command: Command) -> str:
    """A command on one line: its words, what may follow, what it does."""
    return f"{' or '.join(command.slash)}{' ' + command.takes if command.takes else ''}: {command.about}."


def ending_of(turn: Turn) -> str:
    """What is to be known of how an answer ended, on one line; empty where it ended by itself and nothing was found."""
    said = [_ending(turn), *(f"Warning: {warning}." for warning in turn.warnings)]
    return " ".join(part for part in said if part)


def _ending(turn: Turn) -> str:
    further = " /continue goes on." if turn.may_go_on else " /again asks again."
    why = ". ".join(line.strip().rstrip(".") for line in turn.error.splitlines() if line.strip())
    said: dict[Ending, str] = {
        "broke off": f"This answer broke off: {why}.{further}",
        "left": f"This answer broke off: the program ended before it did.{further}",
        "stopped": f"Stopped.{further}",
        "cut": f"Cut at {limit_of(turn)}.{further} /settings max_new_tokens N changes the limit.",
        "empty": "The answer is empty. /again asks again.",
        "": "",
    }
    return said[how_ended(turn)]


def figures_of(turn: Turn) -> list[str]:
    """What was measured of an answer, a line each; what was not is said to be so."""
    figures = turn.figures
    if figures is None:
        return ["Nothing was measured of this answer: it broke off."]
    lines = [
        f"Whole answer: {figures.seconds:.1f} seconds.",
        f"First token: {'not measured' if figures.first_token_s is None else f'after {figures.first_token_s:.2f} seconds'}.",
        f"Speed: {'not measured' if figures.tokens_per_s is None else f'{figures.tokens_per_s:.1f} tokens a second'}.",
        f"Answer: {_tokens(figures.completion_tokens)}.",
        # A prompt of no tokens does not exist: the engine did not live to count it.
        f"Prompt: {_tokens(figures.prompt_tokens or None)}.",
        f"Ended: {_ENDED[figures.finish_reason]}.",
    ]
    if figures.left_out:
        lines.append(forgotten(figures))
    if turn.speaker and turn.speaker.engine:
        lines.append(f"Written by {turn.speaker.label} through {turn.speaker.engine}, {turn.speaker.precision}.")
    return lines


def forgotten(figures: Figures) -> str:
    """That the prompt had no room for the oldest turns."""
    return f"Older turns that were not read, for lack of room: {figures.left_out}."


_ENDED = {"stop": "by itself", "length": "at its limit of tokens", "cancelled": "stopped"}


def _tokens(count: int | None) -> str:
    return "tokens not counted" if count is None else f"{count:,} tokens"
