"""Packages beside the assistant are found by their entry points; one that is broken is told, and the others stay."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.chat.plugin import Plugin, Queue, Room
from assistant.core.home import Home
from assistant.tui.plugins import GROUP, Loaded, load_plugins

ROOT = Path(__file__).parents[2]
Install = Callable[[str, str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Installs a module as pip would, with one plugin; only what is installed here is found."""
    monkeypatch.setattr(sys, "path", [str(tmp_path), *(path for path in sys.path if not list(Path(path).glob("*-info/entry_points.txt")))])
    monkeypatch.chdir(tmp_path)

    def installed(name: str, code: str) -> None:
        (tmp_path / f"plugin_{name}.py").write_text("from assistant.api import Plugin, Queue, Room\n" + code)
        facts = tmp_path / f"plugin_{name}-1.dist-info"
        facts.mkdir()
        (facts / "METADATA").write_text(f"Name: plugin-{name}\nVersion: 1\n")
        (facts / "entry_points.txt").write_text(f"[{GROUP}]\n{name} = plugin_{name}:PLUGIN\n")

    return installed


def room(name: str, *slash: str) -> Room:
    return Room(name, name.title(), "A room.", slash, lambda home, assistant: (home, assistant))


def test_a_package_is_found_by_its_entry_point(install: Install) -> None:
    install("good", "PLUGIN = Plugin('good', rooms=(Room('cellar', 'Cellar', 'Below.', ('/cellar',), lambda home, assistant: assistant),))")
    loaded = load_plugins()
    assert loaded.problems == () and loaded.places["cellar"].open(Home(Path()), "health@1") == "health@1"
    assert [(command.name, command.title, command.slash) for command in loaded.commands] == [("cellar", "Cellar", ("/cellar",))]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import nowhere", "ModuleNotFoundError"),
        ("raise SystemExit(3)", "SystemExit"),
        ("PLUGIN = 'none'", "is no Plugin"),
        ("other = 1", "AttributeError"),
        ("raise ValueError('\\x1b[31mred')", "ValueError: ␛[31mred"),
    ],
)
def test_a_package_that_cannot_be_loaded_is_told_and_the_others_stay(install: Install, code: str, why: str) -> None:
    install("good2", "PLUGIN = Plugin('good2')")
    # A module is imported once a process: each broken one wants a name of its own.
    name = f"bad{abs(hash(code))}"
    install(name, code)
    loaded = load_plugins()
    assert [plugin.name for plugin in loaded.plugins] == ["good2"]
    assert len(loaded.problems) == 1 and loaded.problems[0].startswith(f"{name} cannot be loaded: ") and why in loaded.problems[0]


def test_a_room_whose_word_is_taken_is_told_and_left_out(install: Install) -> None:
    room = "Room({0!r}, {0!r}, 'x', ({1!r},), None)"
    install("first", f"PLUGIN = Plugin('first', rooms=({room.format('one', '/one')}, {room.format('two', '/help')}))")
    install("second", f"PLUGIN = Plugin('second', rooms=({room.format('three', '/one')}, {room.format('quit', '/leave')}))")
    loaded = load_plugins()
    assert list(loaded.places) == ["one"]
    assert [problem.rpartition(": ")[2] for problem in loaded.problems] == [
        "/help means something else already",
        "/one means something else already",
        "quit means something else already",
    ]


def test_a_queue_to_review_is_a_place_as_well() -> None:
    queue = Queue("rows", "Rows to review", "Rows that wait.", ("/rows",), lambda home, assistant: ["row"])
    loaded = Loaded((Plugin("data", rooms=(room("cellar"),), queues=(queue,)),))
    assert list(loaded.places) == ["cellar", "rows"] and isinstance(loaded.places["rows"], Queue)


def test_of_two_checks_of_one_name_the_first_counts() -> None:
    first, second = (lambda answer, above: "first"), (lambda answer, above: "second")
    loaded = Loaded((Plugin("a", checks={"x": first}), Plugin("b", checks={"x": second, "y": second})))
    assert loaded.checks == {"x": first, "y": second}


def test_scores_of_several_packages_are_told_together_and_a_failure_by_its_name() -> None:
    def broken(home: Home) -> dict[str, dict[str, float | str]]:
        raise OSError("disk gone")

    plugins = (
        Plugin("a", scores=lambda home: {"health@1": {"F1": 0.5}}),
        Plugin("b", scores=broken),
        Plugin("c", scores=lambda home: {"health@1": {"F1": 0.1, "Cost": 2.0}}),
    )
    scores, problems = Loaded(plugins).scores(Home(Path()))
    assert scores == {"health@1": {"F1": 0.5, "Cost": 2.0}} and problems == ("b cannot tell its scores: OSError: disk gone",)


def test_this_project_names_its_own_plugin_and_importing_it_waits_for_nothing_heavy() -> None:
    named = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"][GROUP]
    assert list(named) == ["evalsuite"]
    module, _, name = named["evalsuite"].partition(":")
    late = ["textual", "pydantic", "numpy", "sklearn", "torch", "typer", "yaml"]
    code = f"import sys, {module} as it; print(type(it.{name}).__name__, *(each for each in {late!r} if each in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["Plugin"]
