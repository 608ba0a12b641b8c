"""Draws a conversation with an assistant and saves it as an SVG, for the documentation.

    python tests/tui/screenshot.py health docs/images/chat.svg
    python tests/tui/screenshot.py --scripted docs/images/chat.svg

The first asks a finished version (`--home` says where it is kept), the second shows written answers.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import time
from collections.abc import Sequence
from pathlib import Path

from assistant.core.home import Home
from assistant.engines.protocol import Request, Sampling
from assistant.engines.scripted import ScriptedEngine
from assistant.tui import chat_app
from assistant.tui.app import ChatApp

QUESTIONS = ("What are the signs of type 2 diabetes?", "How is it found?\nIs a blood test enough?")

ANSWERS = (
    "Type 2 diabetes often comes on slowly, and many people notice nothing at first. Common signs are:\n\n"
    "- **being very thirsty**, and passing water often, also at night\n"
    "- feeling tired\n"
    "- blurred vision\n"
    "- cuts and sores that heal slowly\n\n"
    "Anyone can have it without a single one of these, so a blood test is the only way to know.",
    "Yes: it is found with a blood test. The most common one is the `HbA1c`, which shows the average blood sugar of the last three months.\n\n"
    "| HbA1c | what it means |\n|---|---|\n| below 5.7 % | normal |\n| 5.7 to 6.4 % | prediabetes |\n| 6.5 % or more | diabetes |\n\n"
    "A second test on another day confirms it.",
)


def scripted_app() -> ChatApp:
    """The app with written answers."""

    def answer(request: Request) -> str:
        return ANSWERS[len(request.messages) // 2]

    return ChatApp(
        lambda: ScriptedEngine(answer, model="health@1", seconds_per_token=0.02),
        label="health@1",
        notice="a demonstration and no medical advice",
        description="Answers questions about health in plain words.",
        sampling=Sampling(),
    )


async def take(app: ChatApp, questions: Sequence[str], size: tuple[int, int], timeout_s: float = 300) -> str:
    """Ask the questions one after another, and give the screen as SVG."""
    async with app.run_test(size=size, tooltips=False) as pilot:
        began = time.monotonic()
        for number, question in enumerate(questions, 1):
            app.chat.composer.text = question
            while len(app.chat.conversation.turns) < 2 * number:
                if time.monotonic() - began > timeout_s:
                    raise TimeoutError(f"no answer to {question!r}: {app.chat.status.status}")
                if len(app.chat.conversation.turns) < 2 * number - 1:
                    await pilot.press("enter")
                await asyncio.sleep(0.05)
        app.chat.quiet()
        await pilot.pause()
        await pilot.pause()
        # Whoever looks at it fetches no font from anywhere.
        return re.sub(r"@font-face \{.*?\}\s*", "", app.export_screenshot(title=" "), flags=re.DOTALL)


def main() -> None:
    """Take the picture the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="?", help="an assistant or a version of it")
    parser.add_argument("svg", type=Path, help="where the picture goes")
    parser.add_argument("--scripted", action="store_true", help="show written answers")
    parser.add_argument("--home", type=Path, default=Home.default().root)
    parser.add_argument("--size", default="100x32", help="columns and rows")
    options = parser.parse_args()
    if not options.scripted and not options.name:
        parser.error("name an assistant, or give --scripted")
    columns, rows = map(int, options.size.split("x"))
    app = scripted_app() if options.scripted else chat_app(options.name, Home(options.home))
    options.svg.parent.mkdir(parents=True, exist_ok=True)
    options.svg.write_text(asyncio.run(take(app, QUESTIONS, (columns, rows))), encoding="utf-8")


if __name__ == "__main__":
    main()
