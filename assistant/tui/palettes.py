"""The app's own colours: dark and light, each also with high contrast.

The hues are those of Okabe and Ito (Color Universal Design, 2008), made lighter or darker until they can be read, so that people who
see no red, no green or no blue still tell them apart; tests compute both. Nothing on a screen is said by colour alone all the same.
Knows no widget.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from textual.app import App
from textual.theme import Theme

DEFAULT = "dark"
"""The palette of those who chose none."""


@dataclass(frozen=True)
class Hues:
    """The colours of one palette, each as `#rrggbb`.

    Attributes:
        name: What the list of themes calls it.
        dark: Whether it is light text on a dark ground.
        background: The ground of the conversation.
        surface: The ground of what lies on it: questions, dialogs, fields.
        panel: The ground of what frames it: the heading, the chosen row.
        foreground: Text.
        muted: Text that matters less.
        primary: The assistant, headings, what has the focus.
        secondary: What belongs to it.
        accent: The user, keys, what is marked.
        warning: What one must know first.
        error: What went wrong.
        success: What went well.
        on_colour: Text on a ground of `primary`.
    """

    name: str
    dark: bool
    background: str
    surface: str
    panel: str
    foreground: str
    muted: str
    primary: str
    secondary: str
    accent: str
    warning: str
    error: str
    success: str
    on_colour: str

    @property
    def theme(self) -> Theme:
        """The palette as Textual takes it.

        What Textual would compute from the hues by transparency is named here instead, for a computed colour has whatever contrast
        comes of it.
        """
        return Theme(
            name=self.name,
            dark=self.dark,
            primary=self.primary,
            secondary=self.secondary,
            accent=self.accent,
            warning=self.warning,
            error=self.error,
            success=self.success,
            foreground=self.foreground,
            background=self.background,
            surface=self.surface,
            panel=self.panel,
            boost=self.panel,
            variables={
                "text": self.foreground,
                "text-muted": self.muted,
                "text-disabled": self.muted,
                "foreground-muted": self.muted,
                "foreground-disabled": self.muted,
                "text-primary": self.primary,
                "text-secondary": self.secondary,
                "text-accent": self.accent,
                "text-warning": self.warning,
                "text-error": self.error,
                "text-success": self.success,
                "block-cursor-foreground": self.on_colour,
                "block-cursor-background": self.primary,
                "block-cursor-blurred-foreground": self.foreground,
                "block-cursor-blurred-background": self.panel,
                "block-hover-background": self.panel,
                "border": self.primary,
                "border-blurred": self.panel,
                "button-color-foreground": self.on_colour,
                "footer-key-foreground": self.accent,
                "input-cursor-background": self.foreground,
                "input-cursor-foreground": self.background,
                "input-selection-background": self.primary,
                "input-selection-foreground": self.on_colour,
                "screen-selection-background": self.primary,
                "screen-selection-foreground": self.on_colour,
                "link-color": self.primary,
                "link-color-hover": self.on_colour,
                "link-background-hover": self.primary,
                "markdown-h6-color": self.muted,
                "scrollbar": self.muted,
                "scrollbar-hover": self.primary,
                "scrollbar-active": self.primary,
                "scrollbar-background": self.background,
                "scrollbar-background-hover": self.background,
                "scrollbar-background-active": self.background,
                "scrollbar-corner-color": self.background,
            },
        )


HUES = (
    Hues(
        "dark",
        True,
        background="#15181d",
        surface="#1d2128",
        panel="#282e38",
        foreground="#dfe3e8",
        muted="#9ba6b3",
        primary="#7cc0ec",
        secondary="#a3b4c6",
        accent="#e6b45c",
        warning="#f0e07a",
        error="#f2855f",
        success="#3fc49b",
        on_colour="#10151b",
    ),
    Hues(
        "light",
        False,
        background="#fbfaf7",
        surface="#f2f0eb",
        panel="#e5e2da",
        foreground="#23272e",
        muted="#565d67",
        primary="#005a92",
        secondary="#4a5a6b",
        accent="#9c2a63",
        warning="#4d3a00",
        error="#b33c00",
        success="#006b4a",
        on_colour="#ffffff",
    ),
    Hues(
        "dark-contrast",
        True,
        background="#000000",
        surface="#0b0d10",
        panel="#1b1f26",
        foreground="#ffffff",
        muted="#c8d0d9",
        primary="#8fd0ff",
        secondary="#c3d3e4",
        accent="#ffc04d",
        warning="#fff07a",
        error="#ff9b78",
        success="#4fe0b4",
        on_colour="#000000",
    ),
    Hues(
        "light-contrast",
        False,
        background="#ffffff",
        surface="#f7f7f5",
        panel="#e9e9e4",
        foreground="#000000",
        muted="#3a4048",
        primary="#003f73",
        secondary="#2f3c4a",
        accent="#7a164a",
        warning="#332900",
        error="#862d00",
        success="#004f34",
        on_colour="#ffffff",
    ),
)

PALETTES = tuple(hues.theme for hues in HUES)


def register_palettes(app: App[Any], chosen: str = "") -> None:
    """Make the palettes known to an app, and take one.

    Args:
        app: The app; its other themes stay.
        chosen: The theme to begin with; a name that nobody knows (any longer) is the default one.
    """
    for theme in PALETTES:
        app.register_theme(theme)
    app.theme = chosen if chosen in app.available_themes else DEFAULT
    # Textual looked up its colours before it knew these, and does not look again where the theme is called as it was.
    app.stylesheet.set_variables(app.get_css_variables())
