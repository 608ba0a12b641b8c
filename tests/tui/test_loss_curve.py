"""The curve: where points stand, what is told of them, and that it fits wherever it is put."""

from __future__ import annotations

import pytest

from assistant.training.progressing import Point
from assistant.tui.widgets.loss_curve import LABEL, drawn

FALLING = [Point(step, loss=4.0 - step * 0.05) for step in range(1, 41)]


def lines(points: list[Point], steps: int | None = None, width: int = 60, height: int = 15) -> list[str]:
    return [line.plain for line in drawn(points, steps, width, height)]


@pytest.mark.parametrize("width", [20, 38, 73, 220])
@pytest.mark.parametrize("height", [6, 10, 50])
def test_it_fits(width: int, height: int) -> None:
    said = drawn([*FALLING, Point(20, validation_loss=3.1)], 50, width, height)
    assert len(said) == height
    assert all(line.cell_length <= width for line in said[1:])


def test_the_line_falls_from_the_upper_left_and_ends_where_the_training_is() -> None:
    said = lines(FALLING, steps=80)[1:-2]
    columns = [[place for place, sign in enumerate(line[LABEL:]) if 0x2800 < ord(sign) < 0x2900] for line in said]
    ends = [(row[0], row[-1]) for row in columns if row]
    assert ends == sorted(ends), "further down is further right"
    assert ends[-1][1] == pytest.approx((60 - LABEL) / 2, abs=1), "step 40 of 80 is the middle"


def test_validations_are_marks_and_the_lowest_is_another_one() -> None:
    validated = [Point(10, validation_loss=3.0), Point(20, validation_loss=2.0), Point(30, validation_loss=2.5)]
    said = lines([*FALLING, *validated])
    assert said[0] == "⠒⠒ training 2.000   ● validation 2.500"
    plot = "\n".join(said[1:])
    assert (plot.count("●"), plot.count("◆")) == (2, 1)


def test_one_value_that_never_changes_is_drawn_too() -> None:
    assert any(sign > "⠀" for line in lines([Point(1, loss=2.0), Point(2, loss=2.0)])[1:-2] for sign in line[LABEL:])


def test_without_a_loss_it_says_so() -> None:
    assert lines([]) == ["no loss yet"]
    assert lines([Point(1, loss=float("nan"))]) == ["no loss yet"]


def test_where_there_is_no_room_for_a_plot_the_figures_stay() -> None:
    assert lines(FALLING, width=12, height=3) == ["⠒⠒ training 2.000"]
