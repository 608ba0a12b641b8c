"""Energy that the machine tells: of processors by RAPL's counters (Linux), of NVIDIA cards by `nvidia-smi`.

It is that of whole processors and cards, whoever used them, also where they were idle: nothing is taken off. What a
machine does not tell is null with the reason. Knows no engine and no evaluation.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

POWERCAP = Path("/sys/class/powercap")
"""Where Linux shows RAPL's zones; AMD's processors appear under Intel's name as well."""

LOOK_S = 5.0
"""Counters are looked at so often: the smallest turn over after some minutes of full power, and two turns would look like one."""

POWER_MS = 200
"""How often nvidia-smi tells the power of the cards."""

END_S = 2.0
"""A nvidia-smi that was told to end has so long for it."""


@dataclass(frozen=True)
class Energy:
    """What was used between two moments.

    Attributes:
        joules: All sources together; None if there is none.
        source: What tells it; None if nothing does.
        reason: Why there are no joules; else what they leave out, if anything.
    """

    joules: float | None
    source: str | None
    reason: str | None = None


@dataclass
class Counter:
    """A zone of RAPL: a count of microjoules that turns over.

    Attributes:
        folder: Of the zone.
        name: `package-0`, `dram`.
        turn_uj: The count begins again at 0 after this.
        used_uj: Counted so far.
    """

    folder: Path
    name: str
    turn_uj: int
    used_uj: int = 0
    _last_uj: int = 0

    def begin(self) -> None:
        """Count from now on."""
        self.used_uj, self._last_uj = 0, self._read()

    def look(self) -> None:
        """Take in what was used since the last look; a count that fell has turned over once."""
        now = self._read()
        # The last value before 0 is turn_uj itself.
        self.used_uj += now - self._last_uj if now >= self._last_uj else now + self.turn_uj + 1 - self._last_uj
        self._last_uj = now

    def _read(self) -> int:
        return int((self.folder / "energy_uj").read_text(encoding="ascii"))


@dataclass
class Cards:
    """The power of all NVIDIA cards, told again and again; each value holds until the next one.

    Attributes:
        program: nvidia-smi.
        joules: Used so far.
        number: How many cards told their power.
    """

    program: str
    clock: Callable[[], float] = time.perf_counter
    joules: float = 0.0
    _began: float = 0.0
    _told: dict[str, tuple[float, float]] = field(default_factory=dict)
    _process: subprocess.Popen[str] | None = None
    _reader: threading.Thread | None = None

    @property
    def number(self) -> int:
        """How many cards told their power."""
        return len(self._told)

    def begin(self) -> None:
        """Listen from now on."""
        self.joules, self._told, self._began = 0.0, {}, self.clock()
        command = [self.program, "--query-gpu=index,power.draw", "--format=csv,noheader,nounits", f"--loop-ms={POWER_MS}"]
        try:
            self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, text=True)
        except OSError:
            return  # Cards that tell nothing are told to do so.
        self._reader = threading.Thread(target=self._listen, name="card-power", daemon=True)
        self._reader.start()

    def hear(self, line: str) -> None:
        """Take in one line, `0, 63.21`; what tells no power (`[N/A]`) is passed over."""
        index, _, told = line.partition(",")
        with suppress(ValueError):
            watts, now = float(told), self.clock()
            before, power = self._told.get(index.strip(), (self._began, watts))
            self.joules += power * (now - before)
            self._told[index.strip()] = now, watts

    def end(self) -> None:
        """Listen no more; the last power of each card holds until now."""
        if self._process is None or self._reader is None:
            return
        now = self.clock()
        self._process.terminate()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(END_S)
        self.joules += sum(watts * (now - before) for before, watts in self._told.values())

    def _listen(self) -> None:
        assert self._process is not None and self._process.stdout is not None
        with self._process.stdout:
            for line in self._process.stdout:
                self.hear(line)


class EnergyMeter:
    """Measures what is used inside a `with`; `energy` then holds it.

    Args:
        counters: Zones of RAPL that can be read.
        cards: NVIDIA cards; None if there are none.
        untold: What the machine does not tell, each a reason.
    """

    def __init__(self, counters: tuple[Counter, ...], cards: Cards | None, untold: tuple[str, ...]) -> None:
        self.counters = counters
        self._cards = cards
        self._untold = untold
        self._over = threading.Event()
        self._watch: threading.Thread | None = None
        self._broken: Exception | None = None
        self.energy = Energy(None, None, "nothing was measured yet")

    @property
    def reason(self) -> str | None:
        """Why it will measure nothing; None where there is something to read."""
        return None if self.counters or self._cards else self._nothing(self._untold)

    def __enter__(self) -> EnergyMeter:
        self._over.clear()
        self._broken = None
        try:
            for counter in self.counters:
                counter.begin()
        except (OSError, ValueError) as error:
            self._broken = error
        if self._cards:
            self._cards.begin()
        self._watch = threading.Thread(target=self._look, name="energy", daemon=True)
        self._watch.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        if self._watch:
            self._watch.join()
        if self._cards:
            self._cards.end()
        self.energy = self._used()

    def _nothing(self, untold: Sequence[str]) -> str:
        return f"no energy is told: {'; '.join(untold)}"

    def _look(self) -> None:
        """Look at the counters until it is over, and once more then."""
        over = self._broken is not None
        try:
            while not over:
                over = self._over.wait(LOOK_S)
                for counter in self.counters:
                    counter.look()
        except (OSError, ValueError) as error:
            self._broken = error

    def _used(self) -> Energy:
        if self._broken:
            return Energy(None, None, f"a counter could no longer be read ({type(self._broken).__name__})")
        joules = [counter.used_uj / 1e6 for counter in self.counters]
        sources = [f"{', '.join(counter.name for counter in self.counters)} by RAPL"] if self.counters else []
        untold = list(self._untold)
        if self._cards and self._cards.number:
            joules.append(self._cards.joules)
            cards = "all graphics cards" if self._cards.number > 1 else "the graphics card"
            sources.append(f"{cards} by nvidia-smi, power told every {POWER_MS / 1000:g} s")
        elif self._cards:
            untold.append("nvidia-smi tells no power")
        if not sources:
            return Energy(None, None, self._nothing(untold))
        return Energy(sum(joules), ", ".join(sources), "; ".join(untold) or None)


def energy_meter(powercap: Path = POWERCAP, program: str = "nvidia-smi") -> EnergyMeter:
    """What this machine has to measure energy with; its `reason` says why there is nothing.

    Args:
        powercap: Where RAPL's zones are.
        program: nvidia-smi, looked for on the path.
    """
    counters, untold = _counters(powercap)
    found = shutil.which(program)
    # Most machines have no card: that is worth no word beside counters that are there.
    if found is None and not counters:
        untold = f"{untold}, and there is no nvidia-smi"
    return EnergyMeter(counters, Cards(found) if found else None, (untold,) if untold else ())


def _counters(powercap: Path) -> tuple[tuple[Counter, ...], str]:
    """The zones that add up to the processors and their memory; else why there are none.

    A package holds its cores and its own graphics (`core`, `uncore`), not its memory (`dram`); `psys` would hold
    them all again.
    """
    zones = sorted(folder for folder in powercap.glob("intel-rapl:*") if re.fullmatch(r"intel-rapl(:\d+){1,2}", folder.name))
    if not zones:
        return (), f"no {powercap}/intel-rapl:*"
    counters = []
    try:
        for folder in zones:
            name = (folder / "name").read_text(encoding="ascii").strip()
            if name.startswith("package") or name == "dram":
                counter = Counter(folder, name, int((folder / "max_energy_range_uj").read_text(encoding="ascii")))
                counter.begin()
                counters.append(counter)
    except PermissionError as error:
        return (), f"{error.filename} can only be read by root"
    except (OSError, ValueError) as error:
        return (), f"the counters in {powercap} cannot be read ({type(error).__name__})"
    return tuple(counters), "" if counters else f"no package among the zones of {powercap}"
