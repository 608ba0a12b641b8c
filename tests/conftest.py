"""What many tests share: tiny models, the embedded base, one trained assistant. Each is made once a session."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.core.offline import stay_offline

stay_offline()

from assistant.core.home import Home  # noqa: E402
from assistant.core.recipe_file import RecipeFile, load_recipe  # noqa: E402
from tests.loop.trained import loop  # noqa: E402, F401  (a fixture for every folder)
from tests.tiny import FAMILIES, make_tiny  # noqa: E402

ROOT = Path(__file__).parents[1]
SHARED_DATA = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Grown bases and templates of tests go to a cache of their own; what comes in wheels is shared with the user's."""
    from assistant.core.home import user_cache

    real = user_cache()
    cache = tmp_path_factory.mktemp("cache")
    from assistant.models.bases import embedded_folder
    from assistant.models.embedded import DEFAULT
    from assistant.models.sentences import encoder_folder

    before = os.environ.get("ASSISTANT_CACHE")
    shared = [folder.relative_to(real) for folder in (embedded_folder(DEFAULT), encoder_folder())]
    for name in shared:
        (cache / name).parent.mkdir()
        if (real / name).exists():
            (cache / name).symlink_to(real / name)
    os.environ["ASSISTANT_CACHE"] = str(cache)
    yield
    for name in shared:
        made = cache / name
        if made.exists() and not made.is_symlink():
            # The tests had to fetch it: keep it for the next run.
            (real / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(made, real / name)
    os.environ.pop("ASSISTANT_CACHE")
    if before:
        os.environ["ASSISTANT_CACHE"] = before


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder with a tiny random model, for each family."""
    root = tmp_path_factory.mktemp("tiny")
    return {family: make_tiny(family, root / family) for family in FAMILIES}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


QUESTIONS = ["What is a cold?", "How do I keep from getting the flu?", "What helps a fever?", "When do I see a doctor?", "How do I sleep well?"]


def write_recipe(folder: Path, base: Path | str, rows: int = 30, **keys: object) -> RecipeFile:
    """A recipe over a small data file of its own, in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    data = [
        {"question": f"{QUESTIONS[number % 5]} ({number})", "answer": f"Drink water and rest for {number} days.", "topic": f"topic {number // 2}"}
        for number in range(rows)
    ]
    (folder / "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in data))
    recipe = {
        "name": "tiny",
        "base": str(base),
        "data": {"files": ["data.jsonl"], "group": "topic", "duplicates": {"near": "ignore"}},
        "training": {"max_steps": 1, "batch_size": 4, "evaluations": 1, "max_length": 128},
        "generation": {"max_new_tokens": 12},
        **keys,
    }
    (folder / "recipe.yaml").write_text(json.dumps(recipe))
    return load_recipe(folder)


# xdist's own groups are lost under pytest 9.2, which names tests otherwise than xdist 3.8 expects.
TRAINED = ("tests/loop/", "tests/tui/test_end_to_end.py")
"""Where tests ask for the trained assistant: one process does all of them, so that it is trained once, and first, as they take longest."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put first what takes longest."""
    for item in items:
        if "loop" in getattr(item, "fixturenames", ()) and not item.nodeid.startswith(TRAINED):
            raise pytest.UsageError(f"{item.nodeid} asks for the trained assistant: name its file in TRAINED")
    items.sort(key=lambda item: not item.nodeid.startswith(TRAINED))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Part the tests among processes by files."""
    from xdist.scheduler import LoadFileScheduling

    class Together(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return TRAINED[0] if nodeid.startswith(TRAINED) else super()._split_scope(nodeid)

    return Together(config, log)
