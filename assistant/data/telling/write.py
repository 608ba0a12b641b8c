"""The three forms of a data card, written beside each other."""

from __future__ import annotations

from pathlib import Path

from assistant.core.files import make_folder, write_json, write_text
from assistant.data.telling.data_card import Card
from assistant.data.telling.html import html_of
from assistant.data.telling.markdown import markdown_of

MARKDOWN, HTML, JSON = "card.md", "card.html", "card.json"


def write_card(card: Card, folder: Path) -> tuple[Path, Path, Path]:
    """Write card.md, card.html and card.json; what stood there under these names is replaced.

    Args:
        card: The card; the same card gives the same bytes.
        folder: Where to; made if it is not there.

    Returns:
        The three files.

    Raises:
        UserError: The folder cannot be written to.
    """
    # All three are made before any is written: a card that cannot be drawn leaves nothing behind.
    markdown, page, data = markdown_of(card), html_of(card), card.to_json()
    make_folder(folder)
    files = folder / MARKDOWN, folder / HTML, folder / JSON
    write_text(files[0], markdown)
    write_text(files[1], page)
    write_json(files[2], data)
    return files
