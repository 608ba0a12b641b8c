"""Everything that can be done in the chat, once: the keys, the palette, the `/` commands and the help are all drawn from here.

Knows no widget; what a command does is the action of its name on the chat's screen.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """Something that can be done.

    Attributes:
        name: The action, and the name by which its keys can be changed.
        title: What the palette and the help call it.
        about: One sentence.
        group: Where the help has it.
        keys: Keys that do it wherever the focus is, as Textual names them, the one to be shown first.
        reading: Keys that do it while a message is chosen in the conversation.
        slash: What does it when written into an empty line, the one to be shown first.
        takes: What may follow the slash command; empty for nothing.
    """

    name: str
    title: str
    about: str
    group: str
    keys: tuple[str, ...] = ()
    reading: tuple[str, ...] = ()
    slash: tuple[str, ...] = ()
    takes: str = ""


ANSWER, CONVERSATION, ASSISTANT, FEEDBACK, BUILD, APP = "the answer", "conversations", "assistants", "feedback", "building", "the app"

COMMANDS = (
    Command("stop", "Stop", "Stop the answer; what was said is kept", ANSWER, ("escape",), slash=("/stop",)),
    Command("again", "Answer again", "Another answer to the question; those before stay", ANSWER, ("ctrl+g",), ("r",), ("/again", "/regenerate")),
    Command("go_on", "Go on", "Continue an answer that was cut or stopped", ANSWER, ("ctrl+o",), ("o",), ("/continue",)),
    Command("edit", "Edit and ask again", "Change a question and ask it as a branch of its own", ANSWER, (), ("e",), ("/edit",)),
    Command("copy_code", "Copy code", "Copy the last block of code; again: the one before", ANSWER, ("f4",), ("k",), ("/code",)),
    Command("copy", "Copy message", "Copy the message as it was written, in Markdown", ANSWER, (), ("c",), ("/copy",)),
    Command("variant_before", "Answer before", "Show the answer before, of several to one question", ANSWER, (), ("left",), ("/before",)),
    Command("variant_after", "Next answer", "Show the next answer, of several to one question", ANSWER, (), ("right",), ("/after",)),
    Command("read", "Read", "Choose a message, to copy, rate or change it; Esc goes back to writing", ANSWER, ("tab",), slash=("/read",)),
    Command("new", "New conversation", "Begin anew; the old one stays in the list", CONVERSATION, ("ctrl+n",), slash=("/new",)),
    Command("chats", "Conversations", "Open, search, rename, pin, delete, export", CONVERSATION, ("ctrl+l",), slash=("/chats", "/open")),
    Command("search", "Search", "Search in everything that was ever said", CONVERSATION, ("ctrl+f",), slash=("/search",), takes="WORDS"),
    Command("rename", "Rename", "Call this conversation otherwise", CONVERSATION, slash=("/rename",), takes="TITLE"),
    Command("export", "Export", "Write this conversation to a file: .md, .jsonl or .html", CONVERSATION, slash=("/export",), takes="FILE"),
    Command("switch", "Switch assistant", "Go on with another version or a base", ASSISTANT, ("ctrl+t",), slash=("/switch", "/model"), takes="NAME"),
    Command("compare", "Compare two", "Ask two the same, side by side, blind until you voted", ASSISTANT, ("ctrl+b",), slash=("/compare",)),
    Command("settings", "Settings", "System prompt, length, temperature and more, each explained", ASSISTANT, ("ctrl+s",), slash=("/settings",)),
    Command("context", "Context", "What of the conversation the assistant reads, and what no longer fits", ASSISTANT, slash=("/context",)),
    Command("retry", "Load again", "Load the model again after it failed", ASSISTANT, ("ctrl+r",), slash=("/load",)),
    Command("good", "Good answer", "Say that the answer is good; again: say why", FEEDBACK, ("f2",), ("plus", "g"), ("/good",)),
    Command("bad", "Bad answer", "Say that the answer is bad, why, and what would have been right", FEEDBACK, ("f3",), ("minus", "b"), ("/bad",)),
    Command("unrate", "Take back", "Take back what you said of the answer", FEEDBACK, (), ("u",), ("/unrate",)),
    Command("review", "Review feedback", "Decide what becomes of what was said of answers", FEEDBACK, slash=("/review",)),
    Command("versions", "Versions", "The versions there are, with their scores", BUILD, slash=("/versions",)),
    Command("training", "Training", "Watch a training that is under way, or start one", BUILD, slash=("/training",)),
    Command("theme", "Theme", "Choose other colours: dark, light, high contrast", APP, slash=("/theme",)),
    Command("help", "Help", "All keys and commands", APP, ("f1",), ("question_mark",), ("/help", "/?")),
    Command("quit", "Quit", "Leave; everything is kept", APP, ("ctrl+q",), slash=("/quit", "/exit")),
)

BY_SLASH = {word: command for command in COMMANDS for word in command.slash}
BY_NAME = {command.name: command for command in COMMANDS}

USUAL_KEYS = {command.name: command.keys for command in COMMANDS if command.keys and command.name not in ("read", "quit")}
"""The keys that can be changed, by the command's name. Tab and Ctrl+Q mean the same in every app."""
