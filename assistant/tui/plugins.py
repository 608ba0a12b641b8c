"""Finds and loads what packages beside `assistant` bring to the chat, without importing any of them by name.

A package says in its `pyproject.toml`:

    [project.entry-points."assistant.app"]
    evalsuite = "evalsuite.for_app:PLUGIN"

Reading which there are takes some 50 ms, so the app asks for them in a thread, after its first paint. One that cannot be loaded
is told and left out; the chat goes on without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import TypeVar

from assistant.chat.plugin import Check, Place, Plugin, Scores
from assistant.core.errors import AssistantError
from assistant.core.home import Home
from assistant.core.plain import one_line
from assistant.tui.commands import BUILD, BY_NAME, BY_SLASH, Command

AnyPlace = TypeVar("AnyPlace", bound=Place)
GROUP = "assistant.app"
"""The group of entry points under which plugins are named."""


@dataclass(frozen=True)
class Loaded:
    """What was found.

    Attributes:
        plugins: In the order of their names, without what clashes with the app's own commands or with a plugin before.
        problems: What could not be loaded or clashes, a sentence each.
    """

    plugins: tuple[Plugin, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def places(self) -> dict[str, Place]:
        """Every room and queue by its name."""
        found: list[Place] = [place for plugin in self.plugins for places in (plugin.rooms, plugin.queues) for place in places]
        return {place.name: place for place in found}

    @property
    def commands(self) -> tuple[Command, ...]:
        """Every room and queue as a command of its name, for the palette, the help and the line of `/` commands."""
        return tuple(Command(place.name, place.title, place.about, BUILD, slash=place.slash) for place in self.places.values())

    @property
    def checks(self) -> dict[str, Check]:
        """Every check of answers by its name; where two bring one, the first."""
        return {name: check for plugin in reversed(self.plugins) for name, check in plugin.checks.items()}

    def scores(self, home: Home) -> tuple[Scores, tuple[str, ...]]:
        """The scores of the versions in a workspace, and why some are missing; reads files, so it belongs in a thread."""
        found: dict[str, Mapping[str, float | str]] = {}
        problems: list[str] = []
        for plugin in self.plugins:
            if plugin.scores is None:
                continue
            try:
                for label, figures in plugin.scores(home).items():
                    found[label] = {**figures, **found.get(label, {})}
            except Exception as error:
                problems.append(f"{plugin.name} cannot tell its scores: {_reason(error)}")
        return found, tuple(problems)


def load_plugins() -> Loaded:
    """Load every plugin that is installed; takes as long as a disk, so it belongs in a thread."""
    plugins: list[Plugin] = []
    problems: list[str] = []
    taken = {*BY_NAME, *BY_SLASH}
    for entry in sorted(_entries(), key=lambda entry: entry.name):
        try:
            plugin = entry.load()
            if not isinstance(plugin, Plugin):
                raise TypeError(f"{entry.value} is no Plugin of assistant.api")
            rooms = tuple(_free(plugin.rooms, plugin.name, taken, problems))
            queues = tuple(_free(plugin.queues, plugin.name, taken, problems))
        # A package may end the program while it is imported, which is no reason to end the chat.
        except (Exception, SystemExit) as error:
            problems.append(f"{one_line(entry.name)} cannot be loaded: {_reason(error)}")
            continue
        plugins.append(Plugin(plugin.name, rooms, queues, plugin.scores, plugin.checks))
    return Loaded(tuple(plugins), tuple(problems))


def _entries() -> set[EntryPoint]:
    """Each entry once: a package that is installed and also lies in the working folder names it twice."""
    return {EntryPoint(entry.name, entry.value, entry.group) for entry in entry_points(group=GROUP)}


def _free(places: tuple[AnyPlace, ...], plugin: str, taken: set[str], problems: list[str]) -> Iterator[AnyPlace]:
    """The places whose names and words nobody has yet; what they have is taken from now on."""
    for place in places:
        if clashing := [name for name in (place.name, *place.slash) if name in taken]:
            problems.append(one_line(f"{place.title} of {plugin} is left out: {', '.join(clashing)} means something else already"))
            continue
        taken.update((place.name, *place.slash))
        yield place


def _reason(error: BaseException) -> str:
    return one_line(str(error).partition("\n")[0]) if isinstance(error, AssistantError) else one_line(f"{type(error).__name__}: {error}")
