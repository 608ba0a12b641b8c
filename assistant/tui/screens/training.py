"""A training on the screen: its curve, what it answers by now, how long it still takes; starting, stopping and going on.

The training is a process of its own and goes on when this screen, or the whole app, is closed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import OptionList, ProgressBar, Static
from textual.widgets.option_list import Option

from assistant.core.errors import UserError
from assistant.core.home import Home
from assistant.core.plain import one_line
from assistant.training.progressing import State
from assistant.training.watching import TrainingWatch, running, start
from assistant.tui.screens.training_choices import NOTHING, Choice, choices_of, plan_of, started_at
from assistant.tui.screens.training_words import figures_of, headline_of, is_warming_up, keys_of, samples_of, trouble_of
from assistant.tui.widgets.loss_curve import LossCurve

LOOK_EVERY_S = 0.5
"""Seconds between two looks at the training."""

BESIDE = 110
"""Columns from which on the answers stand beside the curve."""


class TrainingScreen(Screen[str | None]):
    """Ends with the label of a version that is to be talked with; None if there is none.

    Args:
        home: The workspace.
        name: The assistant whose training is watched; None for the one that is under way, or else to choose.
        recipes: What can be trained.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Close"),
        Binding("enter", "chat", "Chat with it"),
        Binding("s", "stop", "Stop with a checkpoint"),
        Binding("r", "resume", "Resume"),
        Binding("a", "again", "Train anew"),
        Binding("l", "list", "All trainings"),
    ]

    DEFAULT_CSS = """
    TrainingScreen { layout: vertical; background: $background; }
    TrainingScreen #headline { height: auto; max-height: 2; padding: 0 1; background: $panel; color: $foreground; text-style: bold; }
    TrainingScreen #choose { height: 1fr; padding: 1 1 0 1; }
    TrainingScreen #choose OptionList { height: auto; max-height: 1fr; border: none; background: $background; }
    TrainingScreen #choose Static { height: auto; color: $text-muted; margin-bottom: 1; }
    TrainingScreen #watch { height: 1fr; }
    TrainingScreen #bar { height: 1; padding: 0 1; width: 100%; }
    TrainingScreen #bar Bar { width: 1fr; }
    TrainingScreen #figures { height: auto; max-height: 2; padding: 0 1; color: $text-muted; }
    TrainingScreen #body { height: 1fr; layout: vertical; }
    TrainingScreen LossCurve { height: 3fr; min-height: 6; padding: 0 1; }
    TrainingScreen #said { height: 2fr; min-height: 3; padding: 0 1; border-top: solid $primary 50%; scrollbar-size-vertical: 1; }
    TrainingScreen #said:focus { border-top: solid $primary; }
    TrainingScreen #said Static { height: auto; }
    TrainingScreen.-beside #body { layout: horizontal; }
    TrainingScreen.-beside LossCurve { width: 3fr; height: 100%; }
    TrainingScreen.-beside #said { width: 2fr; height: 100%; border-top: none; border-left: solid $primary 50%; }
    TrainingScreen.-beside #said:focus { border-left: solid $primary; }
    TrainingScreen #trouble { height: auto; max-height: 50%; padding: 0 1; color: $text-error; }
    TrainingScreen #note { height: auto; max-height: 3; padding: 0 1; color: $text-warning; }
    TrainingScreen #keys { height: 1; padding: 0 1; background: $panel; color: $text-muted; }
    """

    def __init__(self, home: Home, name: str | None, recipes: Sequence[Path]) -> None:
        super().__init__()
        self._home = home
        self._wanted = name
        self._recipes = tuple(recipes)
        self._choices: list[Choice] = []
        self._training: TrainingWatch | None = None
        self._state: State | None = None
        self._looking = False
        self._asked_to_stop = False
        self._sure = False
        self._planned: Path | None = None
        self._since: float | None = None

    def compose(self) -> ComposeResult:
        """The list of what can be watched or begun, and the training that is watched."""
        yield Static("training", id="headline", markup=False)
        with Vertical(id="choose"):
            yield Static("", markup=False, id="about")
            yield OptionList(markup=False)
        with Vertical(id="watch"):
            yield ProgressBar(id="bar", show_eta=False)
            yield Static("", id="figures", markup=False)
            with Horizontal(id="body"):
                yield LossCurve()
                with VerticalScroll(id="said"):
                    yield Static("", markup=False)
            yield Static("", id="trouble", markup=False)
        yield Static("", id="note", markup=False)
        yield Static("", id="keys", markup=False)

    async def on_mount(self) -> None:
        """Watch what was named or is under way, else offer the choice."""
        self._show(None)
        name = self._wanted
        if name is None:
            going = await asyncio.to_thread(running, self._home)
            name = going[0] if len(going) == 1 else None
        if name is None:
            await self.action_list()
        else:
            self._follow(TrainingWatch(self._home, name))
        self.set_interval(LOOK_EVERY_S, self._look)

    @property
    def state(self) -> State | None:
        """The training as it was seen last; None while nothing is watched."""
        return self._state

    def on_resize(self, event: Resize) -> None:
        """Beside each other where there is room."""
        self.set_class(event.size.width >= BESIDE, "-beside")

    # What the user does.

    def action_leave(self) -> None:
        """Close; the training goes on."""
        self.dismiss(None)

    def action_chat(self) -> None:
        """Talk with the version that was made."""
        if self._state and self._state.outcome and self._state.version:
            self.dismiss(self._state.version)

    def action_stop(self) -> None:
        """Ask the training for a checkpoint and an end; once, for a second word would end it without."""
        if self._training is None or self._state is None or self._state.outcome:
            return
        if self._asked_to_stop:
            self._say("it is stopping: the step that is under way is finished first")
            return
        try:
            self._training.stop()
        except UserError as error:
            self._say(f"{error.what}. {error.todo}")
        else:
            self._asked_to_stop = True
            self._say("stopping after this step, with a checkpoint")

    async def action_resume(self) -> None:
        """Go on from the last checkpoint."""
        if (state := self._state) and state.resumable is not None and state.recipe:
            await self._begin(state.recipe, state.overrides, resume=True)

    async def action_again(self) -> None:
        """Train anew from the recipe as it is now; an interrupted training is forgotten."""
        state = self._state
        if state is None or state.alive or not state.outcome or not state.recipe:
            return
        if state.resumable is not None and not self._sure:
            self._sure = True
            self._say(f"that forgets the training that can go on at step {state.resumable}: a once more does it, r goes on")
            return
        await self._begin(state.recipe, state.overrides, again=True)

    async def action_list(self) -> None:
        """Choose another training, or a recipe to begin with."""
        self._training = self._state = self._planned = None
        self._say("")
        self._choices, lines = await asyncio.to_thread(choices_of, self._home, self._recipes)
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(Option(Content(line)) for line in lines)
        self.query_one("#about", Static).update("What is trained, what was interrupted, and what can be begun:" if lines else NOTHING)
        self._show(None)
        if lines:
            options.highlighted = 0
            options.focus()

    @on(OptionList.OptionSelected)
    async def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        choice = self._choices[event.option_index]
        if choice.recipe and choice.recipe == self._planned:
            self._planned = None
            await self._begin(choice.recipe)
        elif choice.recipe:
            await self._plan(choice.recipe)
        else:
            self._follow(TrainingWatch(self._home, choice.name))

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        """Another line is chosen: what was said of the one before would begin no more."""
        if self._planned and self._choices[event.option_index].recipe != self._planned:
            self._planned = None
            self._say("")

    async def _plan(self, recipe: Path) -> None:
        """Say what would begin: it may take hours, so that one key is not enough."""
        try:
            plan = await asyncio.to_thread(plan_of, recipe)
        except UserError as error:
            self._say(f"{error.what}. {error.todo}")
        else:
            self._planned = recipe
            self._say(f"Enter once more begins it: {plan}. How long it takes is told by `assistant train {recipe} --dry-run`")

    async def _begin(self, recipe: Path, overrides: Sequence[str] = (), resume: bool = False, again: bool = False) -> None:
        """Start a training; what stands against it is told."""
        try:
            watch = await asyncio.to_thread(start, recipe, self._home, overrides, resume, again)
        except UserError as error:
            self._say(f"{error.what}. {error.todo}")
        else:
            self._follow(watch, time.time())

    # What the user sees.

    def _follow(self, watch: TrainingWatch, since: float | None = None) -> None:
        """Watch a training; `since` is when it was started, where that was here."""
        self._say("")
        self._since, self._planned = since, None
        self._training, self._state = watch, None
        self._asked_to_stop = self._sure = False
        self._show(State(watch.name))
        self.query_one("#said").focus()
        self.run_worker(self._look())

    async def _look(self) -> None:
        """Read what came and draw it, one look at a time."""
        watch = self._training
        if watch is None or self._looking:
            return
        self._looking = True
        try:
            state = await asyncio.to_thread(watch.read)
            if is_warming_up(state) and watch is self._training and self._since is None:
                self._since = await asyncio.to_thread(started_at, self._home, watch.name)
        finally:
            self._looking = False
        if watch is self._training and state != self._state:
            if self._state and state.outcome != self._state.outcome:
                self._say("")
            self._state = state
            self._show(state)
        elif watch is self._training and is_warming_up(state):
            # Nothing else tells that it goes on.
            self.query_one("#figures", Static).update(figures_of(state, self._warming_s))

    @property
    def _warming_s(self) -> float | None:
        return None if self._since is None else max(0.0, time.time() - self._since)

    def _show(self, state: State | None) -> None:
        """Draw a training; None for the list."""
        self.query_one("#choose").display = state is None
        self.query_one("#watch").display = state is not None
        self.query_one("#headline", Static).update(headline_of(state))
        self.query_one("#keys", Static).update(keys_of(state))
        if state is None:
            return
        bar = self.query_one(ProgressBar)
        bar.update(total=state.steps, progress=state.step or 0)
        bar.display = state.steps is not None
        self.query_one("#figures", Static).update(figures_of(state, self._warming_s))
        curve = self.query_one(LossCurve)
        curve.steps, curve.points = state.steps, state.points
        self.query_one("#said Static", Static).update(samples_of(state))
        trouble = self.query_one("#trouble", Static)
        trouble.update("\n".join(trouble_of(state)))
        trouble.display = bool(trouble_of(state))

    def _say(self, note: str) -> None:
        line = self.query_one("#note", Static)
        line.update(one_line(note))
        line.display = bool(note)
