"""Model text on the screen: drawn in any pieces it ends as drawn at once, and is never more than text."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings, strategies
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.color import Color
from textual.theme import BUILTIN_THEMES
from textual.widget import Widget
from textual.widgets import Static

from assistant.engines.scripted import ScriptedEngine
from assistant.tui.code_in_text import CodeBlock, code_blocks
from assistant.tui.widgets.answer_text import AnswerText
from assistant.tui.widgets.code_blocks import CodeColours, coloured
from assistant.tui.widgets.tables import TableBody
from tests.tui.driving import chatting, saying, until

CORPUS = (
    "# Title\n\nA paragraph with **bold**, *em* and `code`.\nIts second line.\n\nTitle below\n===\n\nmore",
    "1. one\n2. two\n   - inner\n   - inner *two*\n\n     a paragraph of it\n3. three\n\ntext\n\n- [ ] open\n- [x] done",
    "Before\n\n```python\ndef f(x):\n    return x  # **no bold**\n\n\nprint(f(1))\n```\n\n~~~\nplain\n~~~\n\n    indented\n\nafter",
    "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | `4` |\n\nafter the table\n\n| lone |\n| --- |\n",
    "> quote\n> > deeper\n\nlinks: [one][ref] and [two](https://example.org 'title') and https://example.org\n\n[ref]: https://example.org/late\n",
    "a\u2028b\x85c\x0bd\n\ne\r\nf\rg\n\n<div>html</div>\n\n<think>a < b && c > d</think>\n\n***\n\n\\*not em\\*",
    "```\nnever closed\n\n# not a title",
    "so\n\\[\na_1*b\n+ c*d\n\\]\nand $a_1*b*c$, \\(x_1*y*z\\), $$q*r*$$ and $5 and $6\n\n$$\nx*y*\n$$\n\n1. a\n\n   b\n9. c\n   - d\n   -\n2. e\n",
    "- item\n\n  ```sh\n  ls\n  ```\n- [one][late]\n\n![p](a.png)\n\n[late]: https://example.org/late\n",
    "text\n\n\n\n\n- a\n\n\n- b\n\n[x]:\n\n***bold and em** em*\n\n![picture](file:///etc/passwd) &amp; &#27;[31m &lt;b&gt;",
)


class OneAnswer(App[None]):
    """Nothing but two answers."""

    def compose(self) -> ComposeResult:
        yield AnswerText()
        yield AnswerText()


def drawn(widget: Widget) -> list[object]:
    """What a widget and those in it show."""
    own = widget.render() if isinstance(widget, Static | TableBody) else None
    shown: list[object] = [type(widget).__name__, str(own) if own is not None else "", repr(getattr(own, "spans", ""))]
    for child in widget.children:
        shown.append(drawn(child))
    return shown


def pieces(text: str, generator: random.Random) -> Iterator[str]:
    while text:
        size = generator.choice((1, 1, 2, 3, 7, 20, 80))
        yield text[:size]
        text = text[size:]


async def test_any_pieces_end_as_the_whole() -> None:
    app = OneAnswer()
    generator = random.Random(11)
    async with app.run_test(size=(80, 60)) as pilot:
        piecewise, at_once = app.query(AnswerText).results()
        for text in CORPUS:
            await at_once.settle(text)
            for _ in range(2):
                await piecewise.settle("")
                for piece in pieces(text, generator):
                    await piecewise.write(piece)
                await piecewise.settle(text)
                await pilot.pause()
                assert drawn(piecewise) == drawn(at_once), text


SNIPPETS = "# |- |1. |  |\n|\n\n|```|~~~py\n|$|$$|\\[|\\]|\\(|\\)|*|_|`|> |[|](|)|[ ] |===|word|漢字|👨‍👩‍👧|שלום|[bold]|<b>|&amp;|5 |    ".replace(
    r"\n", "\n"
).split("|")
STEERING = ["| a ", "|---", "|\n", "\x1b[2J", "\u202e", "\ud83d", "e\u0301"]
TEXTS = strategies.lists(strategies.sampled_from(SNIPPETS + STEERING), max_size=40).map("".join)


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(texts=strategies.lists(TEXTS, min_size=1, max_size=6), seed=strategies.integers(0, 1000))
def test_whatever_is_written_in_whatever_pieces_ends_as_the_whole(texts: list[str], seed: int) -> None:
    asyncio.run(write_and_compare(texts, random.Random(seed)))


async def write_and_compare(texts: list[str], generator: random.Random) -> None:
    app = OneAnswer()
    async with app.run_test(size=(80, 60)) as pilot:
        piecewise, at_once = app.query(AnswerText).results()
        for text in texts:
            await at_once.settle("")
            await at_once.settle(text)
            await piecewise.settle("")
            for piece in pieces(text, generator):
                await piecewise.write(piece)
            await piecewise.settle(text)
            await pilot.pause()
            assert drawn(piecewise) == drawn(at_once)
            for strip in app.screen._compositor.render_strips():
                assert not any(character in strip.text for character in "\x1b\u202e\ud83d")


async def show(text: str, width: int = 80) -> str:
    """What stands on the screen."""
    app = OneAnswer()
    async with app.run_test(size=(width, 40)) as pilot:
        await app.query(AnswerText).first().settle(text)
        await pilot.pause()
        lines = [strip.text for strip in app.screen._compositor.render_strips()]
        assert {cell_len(line) for line in lines} == {width}
        return "\n".join(line.rstrip() for line in lines).rstrip()


FORMULAS = ("$a_1*b*c$", "$$a_1*b*c$$", "\\(x_1 * y_1 * z\\)", "\\[x_1 * y_1 * z\\]", "$\\frac{1}{2}$")


@pytest.mark.parametrize("formula", FORMULAS)
async def test_a_formula_is_shown_as_it_was_written(formula: str) -> None:
    assert formula in await show(f"so {formula} it is")
    shown = await show(f"so\n{formula}\n")
    assert formula in shown


async def test_the_lines_of_a_formula_are_no_list_and_no_heading() -> None:
    shown = await show("It is\n\\[\na_1\n+ b_2\n- c\n\\]\nor\n\n$$\nx\n= y\n$$\n")
    lines = [line.strip(" ▌▐") for line in shown.split("\n") if line.strip()]
    assert lines == [r"It is", r"\[", r"a_1", r"+ b_2", r"- c", r"\]", r"or", r"$$", r"x", r"= y", r"$$"]


@pytest.mark.parametrize("prose", ["it costs $5 and *not* $6", "US$5, *not* US$6", "$5 for *one*, 6$ for two"])
async def test_sums_of_money_are_no_formula(prose: str) -> None:
    assert prose.replace("*", "") in await show(prose)


async def test_links_show_their_address_and_pictures_are_text() -> None:
    shown = await show("[here](https://example.org/a) <https://example.org/b> ![a cat](cat.png)")
    assert shown.strip() == "here (https://example.org/a) https://example.org/b picture: a cat (cat.png)"


async def test_lists_in_lists_and_tasks() -> None:
    shown = await show("- one\n  1. two\n  2. three\n     - four\n- [ ] open\n- [x] done\n-\n\n9. nine\n1. ten\n\n   more")
    assert [line.strip(" ") and line[2:] for line in shown.split("\n")] == [
        "• one", "  1. two", "  2. three", "     ▪ four", "• ☐ open", "• ☑ done", "•", "", " 9. nine", "10. ten", "    more"]  # fmt: skip


async def test_a_wide_table_keeps_all_its_words_at_any_width() -> None:
    words = [f"word{number}" for number in range(30)]
    table = "| first | second | third |\n|---|---|---|\n| " + " ".join(words) + " | 2 | 漢字 |\n"
    for width in (80, 40, 24):
        shown = await show(table, width)
        assert all(word in shown for word in [*words, "second", "third", "漢字"])


async def test_a_long_line_of_code_is_wrapped() -> None:
    shown = await show("```python\nx = '" + "long " * 60 + "end'\n```")
    assert "end'" in shown


async def test_wide_joined_and_right_to_left_characters_break_no_line() -> None:
    text = "漢字" * 60 + " 👨‍👩‍👧‍👦🇩🇪 " + "e\u0301" * 90 + " שלום עולם\n"
    await show(f"{text}\n- {text}\n| a | b |\n|---|---|\n| {text.strip()} | x |\n\n```\n{text}```\n", width=60)


def test_blocks_of_code_are_found_as_they_were_written() -> None:
    text = "a\n\n```Python title\nx  = 1\n\n```\n\n$$\nmath\n$$\n\n- b\n\n  ~~~\n  in a list\n  ~~~\n\n    indented\n\n```sh\nnever closed"
    assert code_blocks(text) == [CodeBlock("python", "x  = 1\n"), CodeBlock("", "in a list"), CodeBlock("sh", "never closed")]


def test_a_language_that_nothing_knows_leaves_code_plain() -> None:
    assert coloured("x = 1", "nosuch").spans == []
    assert coloured("x = 1", "python").spans


def contrast(one: Color, other: Color) -> float:
    """As the WCAG defines it."""

    def luminance(color: Color) -> float:
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["nord", "textual-dark"])
def test_the_colours_of_code_are_legible(theme: str) -> None:
    colours = BUILTIN_THEMES[theme].to_color_system().generate()
    surface = Color.parse(colours["surface"])
    for style in CodeColours.STYLES.values():
        for word in style.split():
            if word.startswith("$"):
                assert contrast(surface, surface.blend(Color.parse(colours[word[1:]]), 0.75 if "75%" in style else 1)) >= 4.5, style


async def test_what_streams_in_is_drawn_before_it_ends() -> None:
    app = OneAnswer()
    async with app.run_test(size=(80, 60)):
        answer = app.query(AnswerText).first()
        await answer.write("**first** ")
        await until(lambda: "first" in str(drawn(answer)))


HOSTILE = (
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b[2J \x9b31m \x00 \x7f",
    "[bold red]markup[/] [@click=app.quit]click[/] [/nothing] [unclosed",
    "# [red]x[/red] [@click=app.bell]\n\n| [@click=app.quit]a[/] | [/x] |\n|---|---|\n| [bold | \x1b[31m |\n",
    "```[red]\n[bold]x[/bold]\n```\n\n```\x1b[31m\n\x1b]52;c;AAAA\x07\n```",
    "half a character: \ud83d and a direction \u202egnihtemos",
    "[link](javascript:alert(1)) [link](<app.quit()>) [a](b'c\"d) ![i](x'y)",
    "<script>alert(1)</script> <b>html</b>",
)


async def test_hostile_text_is_shown_and_does_nothing() -> None:
    engine = ScriptedEngine(lambda request: request.messages[-1]["content"])
    async with chatting(engine, label="health@1 [red]x", notice="[bold]n[/] \x1b[31m", tooltips=True) as driver:
        # A tooltip would read the text of a table's cell as markup.
        assert not driver.chat.query("Tooltip")
        for text in HOSTILE:
            await driver.ask(text)
            picture = driver.app.export_screenshot()
            assert not any(character in picture for character in "\x00\x07\x1b\x7f\x9b\u202e"), text
            assert driver.turns[-1].text == text.strip()
        assert driver.app.is_running


async def test_html_is_shown_as_it_was_written() -> None:
    async with chatting(saying("<think>so</think>\n\na <b>word</b>")) as driver:
        reply = await driver.ask("hm?")
        assert "<think>so</think>" in str(drawn(reply))
        assert "<b>word</b>" in str(drawn(reply))


async def test_a_click_on_a_link_opens_nothing_and_copies_the_address() -> None:
    async with chatting(saying("[click me](https://example.org/a)")) as driver:
        opened: list[str] = []
        driver.app.open_url = lambda url, **_: opened.append(url)  # type: ignore[method-assign]
        reply = await driver.ask("where?")
        await driver.pilot.click(reply.query_one("MarkdownParagraph"), offset=(2, 0))
        await until(lambda: "address copied" in driver.note)
        assert driver.app.clipboard == "https://example.org/a"
        assert opened == []


async def test_a_users_text_is_no_markup_either() -> None:
    async with chatting(saying("yes")) as driver:
        await driver.ask("[bold]is this[/] [@click=app.quit]bold?[/]\n**and this?**")
        question = driver.chat.transcript.messages[0]
        assert "[bold]is this[/] [@click=app.quit]bold?[/]" in str(drawn(question))
        assert "**and this?**" in str(drawn(question))
