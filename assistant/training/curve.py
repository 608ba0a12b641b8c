"""The training curve as one SVG: loss of the training rows, and of the validation rows, over the steps."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any


def draw_curve(points: Sequence[dict[str, Any]], best_step: int | None) -> str:
    """Draw the curve.

    Args:
        points: As `assistant.training.callbacks.Curve` keeps them.
        best_step: Marked as the step whose weights were kept.

    Returns:
        SVG, the same bytes for the same points.
    """
    import matplotlib

    matplotlib.use("svg")
    from matplotlib.figure import Figure

    style: Any = {"svg.hashsalt": "curve", "svg.fonttype": "none", "font.family": "sans-serif", "axes.spines.top": False, "axes.spines.right": False}
    with matplotlib.rc_context(style):
        figure = Figure(figsize=(7, 3.4), layout="constrained")
        axes = figure.subplots()
        for key, label, color, mark in (("loss", "training", "#8aa4c8", None), ("validation_loss", "validation", "#c2410c", "o")):
            kept = [point for point in points if key in point]
            if kept:
                axes.plot([point["step"] for point in kept], [point[key] for point in kept], marker=mark, color=color, label=label)
        if best_step is not None:
            axes.axvline(best_step, color="#c2410c", linestyle=":", linewidth=1, label=f"kept: step {best_step}")
        axes.set_xlabel("step")
        axes.set_ylabel("loss (nats per answer token)")
        axes.legend(frameon=False)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return text.getvalue()
