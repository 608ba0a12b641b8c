"""docs/chat-keys.md, written from the list of commands.

python -m assistant.tui.commands_docs > docs/chat-keys.md
"""

from __future__ import annotations

from collections.abc import Iterator

from assistant.tui.commands import COMMANDS, USUAL_KEYS, Command
from assistant.tui.key_names import key_names

INTRODUCTION = """\
# Keys and commands of the chat

A key works wherever the focus is; a key *in a message* while one is chosen (Tab goes there, Esc back). Every command is also in the palette (Ctrl+P)
and in the help (F1), where typing looks for it. Beside these: Enter sends, Ctrl+J (Alt+Enter, Shift+Enter) begins a new line, PageUp and PageDown
read back and forth, Ctrl+End follows the answer, Ctrl+C copies what is selected, else stops, else clears the text, and never quits.

A key is changed in `preferences.json` of the workspace, by the name in the last column: `{"keys": {"stop": "ctrl+x"}}`.

*This page is written from the code: `python -m assistant.tui.commands_docs > docs/chat-keys.md`.*
"""


def page() -> str:
    """The whole page."""
    return INTRODUCTION + "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    groups: dict[str, list[Command]] = {}
    for command in COMMANDS:
        groups.setdefault(command.group, []).append(command)
    for group, commands in groups.items():
        yield from ("", f"## {group[0].upper()}{group[1:]}", "", "| | key | in a message | written | name |", "|---|---|---|---|---|")
        for command in commands:
            words = " ".join(f"`{word}{' ' + command.takes if command.takes else ''}`" for word in command.slash)
            name = f"`{command.name}`" if command.name in USUAL_KEYS else ""
            yield f"| **{command.title}**: {command.about} | {key_names(command.keys)} | {key_names(command.reading)} | {words} | {name} |"


if __name__ == "__main__":
    print(page(), end="")
