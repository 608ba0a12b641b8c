"""The plan of the house holds: who imports whom, what waits until it is needed, and how large a file may grow."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted(path for package in ("assistant", "evalsuite") for path in (ROOT / package).rglob("*.py")) + sorted(ROOT.glob("*.py"))
LONGEST_FILE = 350
HEAVY = [
    "torch",
    "transformers",
    "peft",
    "trl",
    "accelerate",
    "bitsandbytes",
    "safetensors",
    "tokenizers",
    "huggingface_hub",
    "datasets",
    "pyarrow",
    "pandas",
    "numpy",
    "scipy",
    "sklearn",
    "matplotlib",
    "evaluate",
    "rouge_score",
    "sacrebleu",
    "detoxify",
    "profanity_check",
    "textual",
    "openai",
]


def python(code: str, folder: Path = ROOT) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_imports_go_one_way() -> None:
    code = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(config_filename='pyproject.toml', no_cache=True))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


PROGRAMS = ["assistant --help", "evalsuite --help", "assistant --version", "assistant train --help", "assistant data --help", "evalsuite run --help"]


@pytest.mark.parametrize("program", [*PROGRAMS, "tui --help"])
def test_help_waits_for_no_heavy_library_and_for_no_recipe(program: str) -> None:
    module = "tui" if program.startswith("tui") else f"{program.split()[0]}.cli"
    # typer itself reads the arguments of a command by pydantic; the list of commands needs none.
    late = [*HEAVY, "assistant.core.recipe", "yaml", "rich", "psutil", *(["pydantic"] if program in PROGRAMS[:2] else [])]
    loaded = python(
        f"import sys; sys.argv = {program.split()!r}\n"
        f"from {module} import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        f"print('loaded:', *(name for name in {late!r} if name in sys.modules))"
    )
    assert loaded.splitlines()[-1].split() == ["loaded:"]


@pytest.mark.parametrize("module", ["assistant.api", "assistant.data.prepare", "assistant.core.recipe_file", "evalsuite.run"])
def test_importing_a_room_waits_for_no_heavy_library(module: str) -> None:
    loaded = python(f"import sys, {module}; print(*(name for name in {HEAVY!r} if name in sys.modules))")
    assert loaded.split() == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_it_is_and_is_no_longer_than_can_be_read(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), "it wants a docstring"
    assert len(text.splitlines()) <= LONGEST_FILE


def test_there_is_no_python_below_datasets() -> None:
    assert list((ROOT / "datasets").rglob("*.py")) == []


@pytest.mark.parametrize("before", ["", f"import sys; sys.path.insert(0, {str(ROOT)!r}); "], ids=["", "with the root first on the path"])
def test_import_datasets_is_the_library_also_from_the_root(before: str) -> None:
    where = python(f"{before}import datasets; datasets.Dataset; print(datasets.__file__)").strip()
    assert Path(where).name == "__init__.py"
    assert ROOT / "datasets" not in Path(where).parents


def test_what_the_doorway_exports_is_there_once_and_in_order() -> None:
    from assistant import api

    assert api.__all__ == sorted(set(api.__all__))
    assert all(hasattr(api, name) for name in api.__all__)
