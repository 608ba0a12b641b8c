"""Pages that open offline: one look for all of them, and templates that escape every text.

No script, no font, no image from elsewhere. What a page has of its own stands in its own folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

SHARED = Path(__file__).parent / "page.css"
"""Colours in light and dark, type, the head with its verdict, the contents."""


def page_style(folder: Path, names: Sequence[str]) -> Markup:
    """The style sheets of a page as they go into it, the shared one first; what comes later wins.

    Args:
        folder: Where the page's own are.
        names: Of its own, without their ending.
    """
    from markupsafe import Markup

    return Markup("\n".join(path.read_text(encoding="utf-8") for path in (SHARED, *(folder / f"{name}.css" for name in names))))


@cache
def page_templates(folder: Path) -> Environment:
    """The templates in a folder: all text is escaped, and a name that nobody gave is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
