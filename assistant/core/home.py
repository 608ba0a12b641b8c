"""Where files live: the workspace of a project (the home) and the cache of a user.

Knows paths only; what stands in the files is the matter of the rooms that write them.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Home:
    """One workspace.

    Attributes:
        root: `./workspace`, `$ASSISTANT_HOME` or what `--home` says.
    """

    root: Path

    @classmethod
    def default(cls) -> Home:
        """The home named by `ASSISTANT_HOME`, else `./workspace`."""
        return cls(Path(os.environ.get("ASSISTANT_HOME") or "workspace"))

    @classmethod
    def named(cls, root: Path | None) -> Home:
        """The home that `--home` names, which then counts for all that this process and its children write; else the default."""
        if root is not None:
            os.environ["ASSISTANT_HOME"] = str(root)
        return cls.default()

    @property
    def assistants(self) -> Path:
        """Finished versions: `assistants/NAME/V/`."""
        return self.root / "assistants"

    @property
    def data(self) -> Path:
        """Prepared data, by its fingerprint: `data/NAME-FINGERPRINT/`."""
        return self.root / "data"

    @property
    def runs(self) -> Path:
        """Trainings that have not finished: `runs/NAME/`."""
        return self.root / "runs"

    @property
    def evals(self) -> Path:
        """Evaluations: `evals/RUN/`."""
        return self.root / "evals"

    @property
    def logs(self) -> Path:
        """What went wrong, and what model processes print."""
        return self.root / "logs"


def user_cache() -> Path:
    """The folder of bases, shared by all workspaces of a user (`ASSISTANT_CACHE` moves it)."""
    named = os.environ.get("ASSISTANT_CACHE")
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_cache_dir("assistant-builder"))
