"""How answers are written in this conversation: every setting with its range, what the recipe says, and what it does.

Knows no engine; what is set counts from the next answer on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.events import DescendantFocus
from textual.widgets import Input, Static, TextArea

from assistant.chat.partner import Partner
from assistant.chat.settings import Settings
from assistant.core.errors import UserError
from assistant.core.plain import one_line, plain
from assistant.tui.screens.after_keys import after_keys
from assistant.tui.screens.panel import Line, Lines, Panel, keys_line, told
from assistant.tui.screens.settings_fields import SETTINGS, SYSTEM_PROMPT_ABOUT, Setting, explained, shown
from assistant.tui.widgets.row_list import CURSOR

KEYS = "Ctrl+S takes over · Tab to the next · F5 resets this one · F6 resets all · Esc leaves"

PROMPT = "system prompt"
"""What the screen calls the first field."""


class SettingsScreen(Panel[Settings | None]):
    """Ends with the settings; None where they were left as they are.

    Args:
        settings: As they are.
        partner: Who answers, with what the recipe says.
        docs: Explanations by name, where others than those of `settings_fields` are wanted.
    """

    DEFAULT_CSS = """
    SettingsScreen VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; }
    SettingsScreen .setting { height: auto; margin-bottom: 1; padding-right: 1; }
    SettingsScreen .row { height: 1; }
    SettingsScreen .name { width: 21; height: 1; text-style: bold; color: $text-primary; }
    SettingsScreen .row Line { width: 18; }
    SettingsScreen .recipe { width: 1fr; height: 1; padding-left: 2; color: $text-muted; }
    SettingsScreen .about { height: auto; color: $text-muted; }
    SettingsScreen .wrong { height: auto; display: none; color: $text-error; text-style: bold; }
    SettingsScreen #prompt { height: auto; min-height: 3; max-height: 8; border: none; padding: 0 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "take_over", show=False, priority=True),
        Binding("f5", "reset", show=False, priority=True),
        Binding("f6", "reset_all", show=False, priority=True),
    ]

    def __init__(self, settings: Settings, partner: Partner, docs: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self._before, self._partner, self._docs = settings, partner, docs or {}
        # What the field can show; what it cannot (a control character) is kept as long as the text is left alone.
        self._own_prompt = plain(partner.system_prompt)
        self._prompt_before = self._own_prompt if settings.system_prompt is None else plain(settings.system_prompt)
        self._warned = False

    def compose(self) -> ComposeResult:
        """The prompt, the numbers, and the keys."""
        with Vertical(classes="panel") as panel:
            panel.border_title = "Settings of this conversation"
            with VerticalScroll(can_focus=False):
                with Vertical(classes="setting"):
                    with Horizontal(classes="row"):
                        yield Static(_named(PROMPT), id="name-prompt", classes="name", markup=False)
                        yield Static("", id="recipe-prompt", classes="recipe", markup=False)
                    yield Lines(self._prompt_before, "nothing at all", id="prompt")
                    yield Static(self._docs.get("system_prompt", SYSTEM_PROMPT_ABOUT), classes="about", markup=False)
                for setting in SETTINGS:
                    yield from self._field(setting)
            yield told()
            yield keys_line(KEYS)

    def _field(self, setting: Setting) -> ComposeResult:
        value = getattr(self._before, setting.name)
        with Vertical(classes="setting"):
            with Horizontal(classes="row"):
                yield Static(_named(setting.title), id=f"name-{setting.name}", classes="name", markup=False)
                yield Line(_text_of(value), self._recipe_says(setting), id=setting.name)
                yield Static("", id=f"recipe-{setting.name}", classes="recipe", markup=False)
            yield Static("", id=f"wrong-{setting.name}", classes="wrong", markup=False)
            yield Static(explained(setting, self._docs), classes="about", markup=False)

    def on_mount(self) -> None:
        """Begin at the first field."""
        for setting in SETTINGS:
            self._check(setting)
        self._show_prompt()
        prompt = self.query_one("#prompt", Lines)
        prompt.move_cursor(prompt.document.end)
        prompt.focus()

    @on(DescendantFocus)
    def _mark(self) -> None:
        """Point at the field that has the focus, also where colours are not seen."""
        for name, title in [("prompt", PROMPT), *((setting.name, setting.title) for setting in SETTINGS)]:
            is_focused = self.focused is not None and self.focused.id == name
            self.query_one(f"#name-{name}", Static).update(_named(title, is_focused))

    # What is written.

    def _recipe_says(self, setting: Setting) -> str:
        own = getattr(self._partner.sampling, setting.name, None)
        return "all it reads" if own is None else shown(own)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        self._warned = False
        self._check(next(setting for setting in SETTINGS if setting.name == event.input.id))

    @on(TextArea.Changed)
    def _show_prompt(self) -> None:
        self._warned = False
        same = self.query_one("#prompt", Lines).text == self._own_prompt
        self.query_one("#recipe-prompt", Static).update("as in the recipe" if same else "● changed; F5 brings the recipe's back")

    def _check(self, setting: Setting) -> int | float | UserError | None:
        """The value of a field, or what is wrong with it; says so beside it."""
        field = self.query_one(f"#{setting.name}", Line)
        wrong = self.query_one(f"#wrong-{setting.name}", Static)
        says = self._recipe_says(setting)
        try:
            value: int | float | UserError | None = setting.read(field.value)
            wrong.display = False
        except UserError as error:
            value = error
            wrong.update(f"✗ {one_line(error.what)}. {one_line(error.todo)}")
            wrong.display = True
        note = "as in the recipe" if value is None else f"● changed; recipe: {says}"
        self.query_one(f"#recipe-{setting.name}", Static).update(note)
        return value

    def _written(self) -> dict[str, Any]:
        """What is in the fields, by name; a UserError where a field holds nothing that can be used."""
        text = self.query_one("#prompt", Lines).text
        prompt = self._before.system_prompt if text == self._prompt_before else None if text == self._own_prompt else text
        return {"system_prompt": prompt, **{setting.name: self._check(setting) for setting in SETTINGS}}

    def _is_changed(self) -> bool:
        # What was there already is no change, not even where it is nothing that could be taken over.
        begun = {setting.name: _text_of(getattr(self._before, setting.name)) for setting in SETTINGS}
        now = self._written()
        return any(
            value != getattr(self._before, name) and (name not in begun or self.query_one(f"#{name}", Line).value != begun[name])
            for name, value in now.items()
        )

    # What the user does.

    def action_take_over(self) -> None:
        """End with what is written, to its last key; where something of it cannot be, go there."""
        after_keys(self, self._take_over)

    def _take_over(self) -> None:
        written = self._written()
        for name, value in written.items():
            if isinstance(value, UserError):
                self.query_one(f"#{name}", Line).focus()
                self.tell_error(value)
                return
        self.dismiss(Settings(**written))

    def action_reset(self) -> None:
        """Take what the recipe says for the setting that has the focus."""
        after_keys(self, self._reset)

    def _reset(self) -> None:
        focused = self.focused
        if isinstance(focused, Lines):
            focused.text = self._own_prompt
        elif isinstance(focused, Line):
            focused.clear()

    def action_reset_all(self) -> None:
        """Take what the recipe says for everything."""
        after_keys(self, self._reset_all)

    def _reset_all(self) -> None:
        self.query_one("#prompt", Lines).text = self._own_prompt
        for field in self.query(Line):
            field.clear()
        self.tell("all as in the recipe; Ctrl+S takes it over")

    def action_leave(self) -> None:
        """Leave; what was written is lost only at the second time."""
        after_keys(self, self._leave)

    def _leave(self) -> None:
        if self._warned or not self._is_changed():
            self.dismiss(None)
            return
        self._warned = True
        self.tell("not taken over: Ctrl+S takes it over, Esc again leaves without it")


def _named(title: str, is_focused: bool = False) -> str:
    return (CURSOR if is_focused else " " * len(CURSOR)) + title


def _text_of(value: float | None) -> str:
    return "" if value is None else shown(value)
