"""Takes the pictures of the documentation from the real app in a real terminal, with a real model.

    python -m tests.tui.pictures                             all of them, into docs/images
    python -m tests.tui.pictures --home workspace compare    one

Asks the assistant `health` that is kept in the home, as `make demo` leaves it. Works in a home of its own beside it, which
is gone afterwards. A picture is what stands on the screen, letter by letter with its colours.
"""

from __future__ import annotations

import argparse
import io
import re
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.color import ColorType
from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI, TerminalTheme
from rich.text import Text

from assistant.core.home import Home
from tests.tui.terminal import ROOT, Terminal, python

SIZE = (116, 34)

QUESTIONS = (
    "How can I sleep better?",
    "What helps a sore throat?",
    "What are the signs of diabetes?",
    "What are the signs of asthma?",
    "When should I see a doctor about a headache?",
)
"""What was asked before, for the list of conversations."""

CODE = "Write a Python function that adds two numbers, and explain how it works."


def main() -> None:
    """Take the pictures that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(PICTURES)}; else all of them")
    parser.add_argument("--home", type=Path, default=Home.default().root, help="where the assistant `health` is kept")
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "images", help="where the pictures go")
    options = parser.parse_args()
    if unknown := set(options.names) - set(PICTURES):
        parser.error(f"there is no picture {', '.join(sorted(unknown))}")
    if not Home(options.home).assistants.is_dir():
        parser.error(f"there is no assistant in {options.home}; `make demo` makes one")
    options.to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        studio = Studio(Path(folder), options.home.absolute())
        studio.ask_questions()
        for name in options.names or PICTURES:
            (options.to / f"{name}.svg").write_text(PICTURES[name](studio), encoding="utf-8")
            print(options.to / f"{name}.svg", flush=True)


class Studio:
    """A home of its own, and the app in a terminal over it.

    Args:
        folder: Where the home is made.
        real: The home whose assistants are asked; nothing is written there.
    """

    def __init__(self, folder: Path, real: Path) -> None:
        self._folder = folder
        self.home = Home(folder / "workspace")
        self.home.root.mkdir()
        # Whole copies would take seconds. What is written goes into folders of this home.
        for pattern in ("assistants/*/*", "data/*", "evals/*"):
            for inside in real.glob(pattern):
                link = self.home.root / inside.relative_to(real)
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(inside)
        self._opened = 0

    @contextmanager
    def app(self, *words: str, theme: str = "dark") -> Iterator[Terminal]:
        """The app, its model loaded."""
        self._opened += 1
        colours = ["env", "-u", "NO_COLOR", "COLORTERM=truecolor", f"TEXTUAL_THEME={theme}"]
        command = [*colours, *python("tui.py", *(words or ("health",)), "--home", self.home.root)]
        terminal = Terminal(self._folder / str(self._opened), command, SIZE)
        try:
            terminal.wait_for("tokens/s")
            yield terminal
        finally:
            terminal.end()

    def ask_questions(self) -> None:
        """Hold the conversations that the list shows."""
        with self.app() as terminal:
            for question in QUESTIONS:
                ask(terminal, question)
                terminal.press("C-n")
                terminal.wait_for("Write a question below")


def ask(terminal: Terminal, question: str) -> None:
    """Ask, and wait for the end of the answer."""
    terminal.type(question)
    terminal.press("Enter")
    terminal.wait_until(lambda screen: question[:40] in screen.partition("╭")[0] and re.search(r" · (ended|cut)$", screen.strip()), "an answer")


def settled(terminal: Terminal) -> str:
    """The screen once nothing changes any more, with no note that goes away by itself."""
    before = ""
    while (screen := terminal.coloured()) != before:
        before = screen
        subprocess.run(["sleep", "1"], check=True)
    return screen


def chat(studio: Studio, theme: str = "dark") -> str:
    """A conversation in which a version and then its base answer."""
    with studio.app(theme=theme) as terminal:
        ask(terminal, "What are the signs of a cold?")
        terminal.press("C-t")
        terminal.wait_for("answers now")
        terminal.press("Down", "Enter")
        terminal.wait_for("Ask smollm2-135m", "smollm2-135m · openvino")
        ask(terminal, CODE)
        return picture(settled(terminal))


def compare(studio: Studio) -> str:
    """Two side by side, after the vote."""
    with studio.app() as terminal:
        terminal.press("C-b")
        terminal.wait_for("smollm2-135m  ")
        terminal.press("Enter")
        terminal.wait_for("side by side, blind")
        terminal.type("How can I sleep better?")
        terminal.press("Enter")
        terminal.wait_for("which is better?")
        terminal.press("1")
        terminal.wait_for("✓ better")
        return picture(settled(terminal))


def feedback(studio: Studio) -> str:
    """Why an answer is bad, and what would have been right."""
    with studio.app() as terminal:
        ask(terminal, "How much water should I drink in a day?")
        terminal.press("F3")
        terminal.wait_for("Why is this answer bad?")
        terminal.press("1")
        terminal.wait_for("1 [x]")
        settled(terminal)
        terminal.press("Tab")
        terminal.type("The amount is left open.")
        terminal.wait_for("is left open")
        return picture(settled(terminal))


def conversations(studio: Studio) -> str:
    """The list of conversations, with words that are looked for."""
    with studio.app() as terminal:
        terminal.press("C-f")
        terminal.wait_for("type to search")
        terminal.type("signs")
        terminal.wait_for("answer: ")
        return picture(settled(terminal))


def settings(studio: Studio) -> str:
    """The settings of a conversation, one of them changed."""
    with studio.app() as terminal:
        terminal.press("C-s")
        terminal.wait_for("Ctrl+S takes over")
        terminal.type("300")
        terminal.wait_for("changed")
        return picture(settled(terminal))


def versions(studio: Studio) -> str:
    """The table of versions."""
    with studio.app() as terminal:
        terminal.type("/versions")
        terminal.press("Enter")
        terminal.wait_for("t train again")
        return picture(settled(terminal))


def training(studio: Studio) -> str:
    """A training under way."""
    words = ["train", "datasets/health", "--home", studio.home.root, "--set", "training.seed=1", "--set", "training.evaluations=10"]
    process = subprocess.Popen(list(map(str, python("-m", "assistant", *words))), cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        with studio.app() as terminal:
            terminal.type("/training")
            terminal.press("Enter")
            terminal.wait_until(lambda screen: screen.count("●") > 0, "the first validation")
            terminal.wait_until(lambda screen: re.search(r"step 3\d", screen), "most of its steps", within_s=600)
            return picture(terminal.coloured())
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


PICTURES: dict[str, Callable[[Studio], str]] = {
    "chat": chat,
    "light": lambda studio: chat(studio, "light"),
    "high-contrast": lambda studio: chat(studio, "dark-contrast"),
    "compare": compare,
    "feedback": feedback,
    "conversations": conversations,
    "settings": settings,
    "versions": versions,
    "training": training,
}


def picture(screen: str) -> str:
    """A screen with its colours as an SVG that fetches nothing from anywhere."""
    # As one text: a colour goes on from line to line until another one begins.
    drawn = list(Text.from_ansi(screen.rstrip("\n")).split("\n", allow_blank=True))
    # What the theme leaves to the terminal is drawn on the colour of the first cell.
    first = drawn[0].spans[0].style if drawn[0].spans else None
    background = first.bgcolor if first and not isinstance(first, str) else None
    colour = tuple(background.triplet) if background and background.type is ColorType.TRUECOLOR and background.triplet else (18, 18, 18)
    theme = TerminalTheme(colour, (200, 200, 200), [tuple(each) for each in DIMMED_MONOKAI.ansi_colors._colors])  # type: ignore[misc]
    console = Console(
        width=SIZE[0], height=len(drawn), record=True, file=io.StringIO(), force_terminal=True, color_system="truecolor", highlight=False
    )
    for text in drawn:
        text.no_wrap = True
        console.print(text, soft_wrap=False, overflow="crop", crop=True)
    svg = console.export_svg(title=" ", theme=theme, unique_id="screen")
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)


if __name__ == "__main__":
    main()
