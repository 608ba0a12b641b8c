"""What a recipe names as one: a file, or a folder or pattern with several, of which one at least must hold something usable."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.data.problems import Problem, Problems
from assistant.data.reading.source import DataFile, NoRowsError


@dataclass
class NamedSource:
    """What the recipe names: a file, or a folder or pattern with several; it must hold something usable somewhere.

    Attributes:
        name: As the recipe names it.
        usable: Examples found in it.
        missed: The first of its files without any.
    """

    name: str
    usable: int = 0
    missed: list[NoRowsError] = field(default_factory=list)

    def miss(self, part: DataFile, error: NoRowsError, passed_over: Problems) -> None:
        """Note a file without anything usable."""
        passed_over.add(Problem("nothing usable", part.name, 0, error.what))
        self.missed = self.missed or [error]

    def refuse_fruitless(self) -> None:
        """See that there was something.

        Raises:
            NoRowsError: There was nothing.
        """
        if not self.usable:
            nothing = NoRowsError(f"{self.name} holds no file that can be read", "Put files of a known format into it.")
            raise self.missed[0] if self.missed else nothing
