"""The three forms of a data card, written beside each other."""

from __future__ import annotations

from pathlib import Path

from assistant.core.files import json_text, make_folder, write_texts
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
    # One that cannot be drawn leaves nothing behind, and one that cannot be written leaves the card of before.
    texts = markdown_of(card), html_of(card), json_text(card.to_json())
    make_folder(folder)
    files = folder / MARKDOWN, folder / HTML, folder / JSON
    write_texts(dict(zip(files, texts, strict=True)))
    return files
