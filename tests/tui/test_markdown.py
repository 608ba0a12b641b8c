"""Model text on the screen: drawn in any pieces it ends as drawn at once, and is never more than text."""

from __future__ import annotations

import random
from collections.abc import Iterator

from textual.app import App, ComposeResult
from textual.widget import Widget
from textual.widgets import Static

from assistant.engines.scripted import ScriptedEngine
from assistant.tui.widgets.answer_text import AnswerText
from tests.tui.driving import chatting, saying, until

CORPUS = (
    "# Title\n\nA paragraph with **bold**, *em* and `code`.\nIts second line.\n\nTitle below\n===\n\nmore",
    "1. one\n2. two\n   - inner\n   - inner *two*\n\n     a paragraph of it\n3. three\n\ntext\n\n- [ ] open\n- [x] done",
    "Before\n\n```python\ndef f(x):\n    return x  # **no bold**\n\n\nprint(f(1))\n```\n\n~~~\nplain\n~~~\n\n    indented\n\nafter",
    "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | `4` |\n\nafter the table\n\n| lone |\n| --- |\n",
    "> quote\n> > deeper\n\nlinks: [one][ref] and [two](https://example.org 'title') and https://example.org\n\n[ref]: https://example.org/late\n",
    "a\u2028b\x85c\x0bd\n\ne\r\nf\rg\n\n<div>html</div>\n\n<think>a < b && c > d</think>\n\n***\n\n\\*not em\\*",
    "```\nnever closed\n\n# not a title",
    "text\n\n\n\n\n- a\n\n\n- b\n\n[x]:\n\n***bold and em** em*\n\n![picture](file:///etc/passwd) &amp; &#27;[31m &lt;b&gt;",
)


class OneAnswer(App[None]):
    """Nothing but two answers."""

    def compose(self) -> ComposeResult:
        yield AnswerText()
        yield AnswerText()


def drawn(widget: Widget) -> list[object]:
    """What a widget and those in it show."""
    own = widget.render() if isinstance(widget, Static) else None
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
