"""The settings of a conversation."""

from __future__ import annotations

import pytest
from textual.events import Key
from textual.widgets import Input, Static, TextArea

from assistant.chat.partner import Partner
from assistant.chat.settings import Settings
from assistant.core.errors import UserError
from assistant.engines.protocol import Sampling
from assistant.tui.screens.settings import SettingsScreen
from assistant.tui.screens.settings_fields import SETTINGS, shown
from tests.tui.driving import until
from tests.tui.paneling import Shown, showing

PARTNER = Partner("health@1", open=lambda tell: None, sampling=Sampling(max_new_tokens=200), system_prompt="Be kind.\nBe short.")  # type: ignore[arg-type, return-value]
NAMED = {setting.name: setting for setting in SETTINGS}


def panel(settings: Settings = Settings()) -> SettingsScreen:
    return SettingsScreen(settings, PARTNER, {"seed": "Chance begins here."})


def says(shown: Shown, name: str) -> str:
    return str(shown.app.panel.query_one(name, Static).content)


async def test_what_is_written_is_taken_over_and_the_rest_stays_as_the_recipe_says() -> None:
    async with showing(panel()) as shown:
        await shown.press("tab")
        await shown.write("300")
        await shown.press("tab")
        await shown.write("0,7")
        await shown.press("ctrl+s")
        assert await shown.closed() == Settings(max_new_tokens=300, temperature=0.7)


async def test_settings_that_are_left_alone_are_the_same_settings() -> None:
    before = Settings(
        system_prompt="\x1b odd", max_new_tokens=7, temperature=0.123456789, top_p=1.0, repetition_penalty=1.1, seed=2**32 - 1, context_tokens=512
    )
    async with showing(panel(before)) as shown:
        await shown.press("ctrl+s")
        assert await shown.closed() == before


async def test_each_says_what_the_recipe_says_its_range_and_what_it_does() -> None:
    async with showing(panel(), size=(100, 60)) as shown:
        assert shown.app.panel.query_one("#max_new_tokens", Input).placeholder == "200"
        assert "Chance begins here." in shown.text
        assert all(setting.range_text.split(";")[0] in shown.text for setting in SETTINGS)
        assert says(shown, "#recipe-seed") == "as in the recipe"
        await shown.press("tab", "5")
        assert says(shown, "#recipe-max_new_tokens") == "● changed; recipe: 200"


async def test_what_cannot_be_is_said_as_it_is_typed_and_not_taken_over() -> None:
    async with showing(panel(), size=(80, 24)) as shown:
        await shown.press("tab", "tab")
        await shown.write("hot")
        assert says(shown, "#wrong-temperature") == "✗ temperature is “hot”, which is not a number. It may be 0 to 10; seldom above 1.5."
        await shown.press("tab", "ctrl+s")
        assert "temperature is “hot”" in shown.told
        focused = shown.app.focused
        assert focused is not None and focused.id == "temperature"
        await shown.press("f5")
        await shown.write("1")
        await shown.press("ctrl+s")
        assert await shown.closed() == Settings(temperature=1.0)


async def test_the_prompt_has_several_lines_and_an_empty_one_tells_nothing() -> None:
    async with showing(panel()) as shown:
        await shown.press("enter", *"Now", "ctrl+s")
        assert await shown.closed() == Settings(system_prompt="Be kind.\nBe short.\nNow")
    async with showing(panel()) as shown:
        shown.app.panel.query_one("#prompt", TextArea).clear()
        await shown.press("ctrl+s")
        assert await shown.closed() == Settings(system_prompt="")


async def test_reset_one_or_all() -> None:
    before = Settings(system_prompt="Be rude.", max_new_tokens=7, temperature=1.0)
    async with showing(panel(before)) as shown:
        await shown.press("tab", "f5", "ctrl+s")
        assert await shown.closed() == Settings(system_prompt="Be rude.", temperature=1.0)
    async with showing(panel(before)) as shown:
        await shown.press("f6", "ctrl+s")
        assert await shown.closed() == Settings()


async def test_escape_asks_once_before_what_was_written_is_lost() -> None:
    async with showing(panel()) as shown:
        await shown.press("5", "escape")
        assert "not taken over" in shown.told
        await shown.press("escape")
        assert await shown.closed() is None


@pytest.mark.parametrize("name", NAMED)
def test_values_are_written_so_that_they_are_read_again(name: str) -> None:
    setting = NAMED[name]
    for value in (
        setting.lowest,
        setting.highest,
        None,
        *((0.1234567890123, 1.5) if setting.kind == "any" and setting.highest > 1 > setting.lowest else ()),
    ):
        assert setting.read("" if value is None else shown(value)) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [("max_new_tokens", "0"), ("max_new_tokens", "1.5"), ("max_new_tokens", "9" * 5000), ("temperature", "-1"), ("temperature", "nan"),
     ("temperature", "inf"), ("top_p", "1.1"), ("repetition_penalty", "0.9"), ("seed", "-1"), ("seed", str(2**32)), ("context_tokens", "15")],
)  # fmt: skip
def test_what_is_out_of_range_is_two_lines(name: str, text: str) -> None:
    with pytest.raises(UserError) as caught:
        NAMED[name].read(text)
    assert NAMED[name].range_text in caught.value.todo


async def test_what_is_typed_in_a_burst_is_whole_when_it_is_taken_over() -> None:
    async with showing(panel()) as shown:
        await shown.press("tab")
        # All keys are there before the first is done.
        for key in (*"1234", "backspace", "ctrl+s"):
            shown.app.post_message(Key(key, key if len(key) == 1 else None))
        assert await shown.closed() == Settings(max_new_tokens=123)


async def test_escape_after_a_burst_asks_before_it_is_lost() -> None:
    async with showing(panel()) as shown:
        for key in (*"abc", "escape"):
            shown.app.post_message(Key(key, key if len(key) == 1 else None))
        await until(lambda: "not taken over" in shown.told)


async def test_it_begins_at_the_first_field_and_points_at_the_one_that_has_the_focus() -> None:
    async with showing(panel()) as shown:
        await until(lambda: says(shown, "#name-prompt") == "▸ system prompt")
        await shown.press("tab")
        await until(lambda: says(shown, "#name-max_new_tokens") == "▸ longest answer")
        assert says(shown, "#name-prompt") == "  system prompt"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
async def test_what_is_no_number_is_shown_as_it_is_and_not_taken_over(value: float) -> None:
    async with showing(panel(Settings(temperature=value))) as shown:
        assert shown.app.panel.query_one("#temperature", Input).value == str(value)
        assert says(shown, "#wrong-temperature").startswith(f"✗ temperature is “{value}”, which is not a number")
        await shown.press("ctrl+s")
        assert "not a number" in shown.told
        await shown.press("escape")
        assert await shown.closed() is None, "nothing was changed that could be lost"
