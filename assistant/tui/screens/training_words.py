"""The words of the training screen: pure, from the state of a training to what stands where.

Whatever comes from data, models or logs is made plain here.
"""

from __future__ import annotations

from textual.content import Content

from assistant.core.plain import one_line, plain
from assistant.training.progressing import PHASES, Sample, State

DASH = "—"
BETWEEN = " · "


def headline_of(state: State | None) -> str:
    """What is trained, and how far it is."""
    if state is None:
        return "training"
    return one_line(BETWEEN.join([f"training {state.name}", *([state.method] if state.method else []), *_stand(state)]))


def is_warming_up(state: State) -> bool:
    """Whether a training is under way that has trained for no time yet: it reads the data and loads the base."""
    return state.alive and state.outcome is None and not state.seconds


def figures_of(state: State, warming_s: float | None = None) -> str:
    """The figures; a dash for what is not known yet.

    Args:
        state: The training.
        warming_s: Seconds since its process was started; told while it has trained for no time yet.
    """
    left = DASH if state.left_s is None else f"about {duration(state.left_s)} left"
    speed = DASH if state.tokens_per_s is None else f"{state.tokens_per_s:,.0f}"
    memory = DASH if state.memory_mib is None else f"{state.memory_mib:,.0f}"
    spent = f"{DASH if state.seconds is None else duration(state.seconds)} spent"
    if is_warming_up(state):
        spent = f"{DASH if warming_s is None else duration(warming_s)} since the start"
    step = DASH if state.step is None else str(state.step)
    parts = [f"step {step} of {DASH if state.steps is None else state.steps}", spent]
    parts += [left] if state.alive and not state.outcome else []
    parts += [f"{speed} tokens/s", f"{memory} MiB"]
    rate = next((point.learning_rate for point in reversed(state.points) if point.learning_rate is not None), None)
    return BETWEEN.join([*parts, *([] if rate is None else [f"learning rate {rate:.2g}"])])


def samples_of(state: State) -> Content:
    """What it answers by now to the fixed questions, each beside what it answered before."""
    if state.unsampled:
        return Content.styled(f"no more answers are shown: {one_line(state.unsampled)}", "$text-warning")
    if not state.samples:
        waits = state.alive and not state.outcome
        words = "Its answers to two validation questions appear here at each validation, as long as this screen is open."
        return Content.styled(words if waits else "Nobody watched while it was validated: there are no answers to show.", "$foreground-muted")
    return Content("\n\n").join(_told(list(of_question)) for of_question in _by_question(state.samples))


def trouble_of(state: State) -> list[str]:
    """What went wrong, what to do, and the last lines of the log."""
    lines = [one_line(line) for line in state.error or () if line]
    return [*lines, *(f"  {one_line(line)}" for line in state.log_tail if line.strip())]


def keys_of(state: State | None) -> str:
    """The keys that do something now."""
    if state is None:
        return "Enter choose" + BETWEEN + "Esc close"
    parts = []
    if state.outcome and state.version:
        parts.append("Enter chat")
    if state.alive and not state.outcome:
        parts.append("s stop")
    if state.resumable is not None and state.recipe:
        parts.append("r resume")
    if state.outcome and state.recipe and not state.alive:
        parts.append("a anew")
    closes = "Esc close (it goes on)" if state.alive and not state.outcome else "Esc close"
    return BETWEEN.join([*parts, "l list", closes])


def duration(seconds: float) -> str:
    """Seconds for people: `48 s`, `2 min 10 s`, `3 h 05 min`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def _stand(state: State) -> list[str]:
    """Where it is, or how it ended."""
    if state.outcome == "version":
        return [f"{state.version} is ready" if state.is_new else f"{state.version} was trained from exactly this already"]
    if state.outcome == "interrupted":
        return ["interrupted, can go on" if state.resumable is not None else "interrupted"]
    if state.outcome in ("failed", "died"):
        return ["failed" if state.outcome == "failed" else "ended without a word"]
    if state.alive:
        resumed = [f"resumed at step {state.resumed_at}"] if state.resumed_at else []
        return [PHASES.get(state.phase, state.phase), *resumed]
    return ["interrupted, can go on"] if state.resumable is not None else ["not under way"]


def _by_question(samples: tuple[Sample, ...]) -> list[list[Sample]]:
    numbers = sorted({sample.number for sample in samples})
    return [[sample for sample in samples if sample.number == number] for number in numbers]


def _told(samples: list[Sample]) -> Content:
    """One question: the newest answer, the one before it, the first of all, and what stands in the data."""
    newest = samples[-1]
    before = [*reversed(samples[:1] + samples[1:-1][-1:])] if len(samples) > 1 else []
    lines = [Content.styled(one_line(newest.question), "bold")]
    lines.append(Content.assemble((f"step {newest.step:>5}  ", "$text-accent"), _shown(newest.answer)))
    lines += [Content.styled(f"step {sample.step:>5}  {_shown(sample.answer)}", "$foreground-muted") for sample in before]
    lines.append(Content.styled(f"expected    {_shown(newest.reference)}", "$foreground-muted italic"))
    return Content("\n").join(lines)


def _shown(text: str) -> str:
    return " ".join(plain(text).split()) or "(nothing)"
