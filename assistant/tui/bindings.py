"""The keys of the chat, from the list of commands."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from assistant.tui.commands import BY_NAME, COMMANDS, USUAL_KEYS

BINDINGS: list[BindingType] = [
    # Above the composer's own keys, for that is where the focus is.
    *(Binding(",".join(keys), f"do('{name}')", BY_NAME[name].title, priority=True, id=name) for name, keys in USUAL_KEYS.items()),
    # Only where no text is written: while a message is chosen.
    *(
        Binding(",".join(command.reading), f"do('{command.name}')", command.title, show=False, id=f"reading.{command.name}")
        for command in COMMANDS
        if command.reading
    ),
    Binding("ctrl+c", "interrupt", "Stop, copy or clear", priority=True),
    Binding("pageup", "read_back", "Back", priority=True),
    Binding("pagedown", "read_on", "Forth", priority=True),
    Binding("ctrl+end", "follow", "To the end", priority=True),
]
