"""How the browser's screens look: style sheets that travel with each screen, so that it looks the same in whatever app it is pushed.

Colours are the theme's own; without colour, marks and words say the same. Names begin with `browse`, so that no sheet of the app
around it means them.
"""

from __future__ import annotations

BESIDE = 110
"""From this many columns on, the item stands beside the table; below it, under it."""
BREAKPOINTS = [(0, "-stacked"), (BESIDE, "-beside")]

BROWSE = """
BrowseScreen {
    layout: vertical;
    background: $background;

    #browse-header {
        height: auto;
        max-height: 3;
        padding: 0 1;
        background: $panel;
        color: $foreground;
    }

    #browse-summary {
        height: auto;
        max-height: 2;
        padding: 0 1;
        color: $text-accent;
    }

    #browse-search {
        margin: 0 1;
        background: $surface;
    }

    #browse-body {
        height: 1fr;
        layout: vertical;
    }

    ItemTable {
        height: 2fr;
        min-height: 4;
    }

    ItemPane {
        height: 3fr;
        min-height: 4;
    }

    #browse-said {
        height: auto;
        max-height: 3;
        padding: 0 1;
        background: $panel;
        color: $text-warning;
    }

    &.-beside #browse-body {
        layout: horizontal;
    }

    &.-beside ItemTable {
        width: 2fr;
        height: 100%;
    }

    &.-beside ItemPane {
        width: 3fr;
        height: 100%;
        border-top: none;
        border-left: solid $primary 50%;
        padding: 0 1 0 2;
    }

    &.-beside ItemPane:focus {
        border-left: solid $primary;
    }
}
"""

DIALOG = """
NAME {
    align: center middle;

    .browse-dialog {
        width: 84;
        max-width: 95%;
        height: auto;
        max-height: 90%;
        border: round $primary;
        border-title-color: $text-primary;
        background: $surface;
        padding: 0 1;
    }

    .browse-dialog OptionList {
        height: auto;
        max-height: 1fr;
        border: none;
        padding: 0;
        background: $surface;
    }

    .browse-question {
        height: auto;
        max-height: 6;
        margin-bottom: 1;
    }

    .browse-dialog TextArea {
        height: 10;
        max-height: 1fr;
        border: tall $primary 50%;
    }

    .browse-hint {
        height: auto;
        color: $text-muted;
    }

    .browse-trouble {
        height: auto;
        color: $text-error;
    }

    .browse-apart {
        margin: 1 0;
    }
}
"""


def dialog(name: str) -> str:
    """The style sheet of a screen of this class's name that lies over another one."""
    return DIALOG.replace("NAME", name, 1)


BRIEF = """
BriefScreen {
    align: center middle;

    ItemPane {
        width: 110;
        max-width: 98%;
        height: auto;
        max-height: 90%;
        border: round $primary;
        background: $surface;
    }

    #browse-brief-keys {
        width: 110;
        max-width: 98%;
        height: 1;
        padding: 0 1;
        background: $panel;
        color: $text-muted;
    }
}
"""

EVALUATIONS = """
EvaluationsScreen {
    layout: vertical;
    background: $background;

    #evaluations-header {
        height: auto;
        max-height: 2;
        padding: 0 1;
        background: $panel;
        color: $foreground;
    }

    #evaluations-search {
        margin: 0 1;
        background: $surface;
    }

    ItemTable {
        height: 1fr;
        min-height: 3;
    }

    #evaluations-about {
        height: auto;
        max-height: 3;
        padding: 0 1;
        background: $panel;
        color: $foreground;
    }

    #evaluations-said {
        height: auto;
        max-height: 3;
        padding: 0 1;
        background: $panel;
        color: $text-warning;
    }
}
"""
