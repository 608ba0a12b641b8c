"""The app's colours: readable, and told apart by people who do not see all of them."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import combinations

import pytest
from textual.app import App
from textual.color import Color
from textual.theme import Theme

from assistant.tui.palettes import DEFAULT, PALETTES, register_palettes

GROUNDS = ("background", "surface", "panel")
TEXTS = ("foreground", "text", "text-muted", "text-disabled", "foreground-muted")
HUES = ("text-primary", "text-secondary", "text-accent", "text-warning", "text-error", "text-success", "link-color", "footer-key-foreground")
HEADINGS = tuple(f"markdown-h{number}-color" for number in range(1, 7))

PAIRS = (
    *((text, ground) for text in (*TEXTS, *HUES, *HEADINGS) for ground in GROUNDS),
    ("block-cursor-foreground", "block-cursor-background"),
    ("block-cursor-blurred-foreground", "block-cursor-blurred-background"),
    ("button-color-foreground", "primary"),
    ("input-selection-foreground", "input-selection-background"),
    ("screen-selection-foreground", "screen-selection-background"),
    ("input-cursor-foreground", "input-cursor-background"),
    ("link-color-hover", "link-background-hover"),
    ("footer-foreground", "footer-background"),
    ("footer-description-foreground", "footer-background"),
)

# Severity 1.0 of Machado, Oliveira and Fernandes (2009), table 1; on linear RGB.
SIGHT = {
    "all colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
APART = 8.0
"""Of CIE 1976 ΔE; two colours side by side are seen to differ from about 2.3 on."""

Linear = tuple[float, float, float]


def linear(color: Color) -> Linear:
    return tuple(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized)  # type: ignore[return-value]


def contrast(one: Color, other: Color) -> float:
    """WCAG 2.1, from 1 to 21."""
    lights = sorted(0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in map(linear, (one, other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def seen(color: Color, sight: str) -> Linear:
    return tuple(min(1.0, max(0.0, sum(a * b for a, b in zip(row, linear(color), strict=True)))) for row in SIGHT[sight])  # type: ignore[return-value]


def lab(color: Linear) -> Linear:
    """CIELAB under D65."""
    red, green, blue = color
    x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883
    x, y, z = (part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116 for part in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def colors_of(theme: Theme) -> dict[str, Color]:
    """The colours as the app hands them to its stylesheets."""
    variables = {**theme.to_color_system().generate(), **theme.variables}
    return {name: Color.parse(variables[name]) for pair in PAIRS for name in pair}


@pytest.mark.parametrize("theme", PALETTES, ids=lambda theme: theme.name)
def test_every_text_can_be_read_on_every_ground_it_stands_on(theme: Theme) -> None:
    colors = colors_of(theme)
    needed = 7.0 if "contrast" in theme.name else 4.5
    measured = {f"{text} on {ground}": round(contrast(colors[text], colors[ground]), 2) for text, ground in PAIRS}
    assert {pair: value for pair, value in measured.items() if value < needed} == {}


@pytest.mark.parametrize("theme", PALETTES, ids=lambda theme: theme.name)
def test_colours_are_named_and_not_made_by_transparency(theme: Theme) -> None:
    assert {name: color for name, color in colors_of(theme).items() if color.a != 1} == {}


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("theme", PALETTES, ids=lambda theme: theme.name)
def test_what_means_different_things_looks_different_to_everybody(theme: Theme, sight: str) -> None:
    colors = colors_of(theme)
    places = {name: lab(seen(colors[f"text-{name}"], sight)) for name in ("primary", "accent", "warning", "error", "success")}
    apart = {
        (one, other): sum((a - b) ** 2 for a, b in zip(places[one], places[other], strict=True)) ** 0.5 for one, other in combinations(places, 2)
    }
    assert {pair: round(distance, 1) for pair, distance in apart.items() if distance < APART} == {}


def test_the_measures_are_the_published_ones() -> None:
    black, white = Color.parse("#000000"), Color.parse("#ffffff")
    assert round(contrast(black, white), 2) == 21
    assert round(contrast(white, Color.parse("#767676")), 2) == 4.54
    # White stays white, whoever looks; red and green do not stay apart.
    assert all(sum(row) == pytest.approx(1, abs=1e-5) for matrix in SIGHT.values() for row in matrix)
    assert [round(part) for part in lab(linear(Color.parse("#ff0000")))] == [53, 80, 67]


async def test_an_app_begins_with_the_chosen_palette_and_with_the_default_where_it_is_gone() -> None:
    app: App[None] = App()
    async with app.run_test():
        register_palettes(app, "light-contrast")
        assert app.theme == "light-contrast"
        register_palettes(app, "of another version")
        assert app.theme == DEFAULT
        assert {theme.name for theme in PALETTES} <= set(app.available_themes)


@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)
def test_a_palette_that_the_environment_names_is_drawn_from_the_beginning(palette: Theme) -> None:
    # Textual reads the name when it is imported, and draws with its own colours until it knows ours.
    look = (
        "from textual.app import App\n"
        "from assistant.tui.palettes import register_palettes\n"
        "app = App()\n"
        "register_palettes(app, app.theme)\n"
        "print(app.stylesheet._variables['background'])\n"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True, env={**os.environ, "TEXTUAL_THEME": palette.name})
    assert done.stdout.strip().lower() == palette.background
