"""Energy by what a machine tells: folders as Linux shows them, and a program that speaks as nvidia-smi does."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from assistant.core import energy
from assistant.core.energy import Cards, Counter, energy_meter

NO_CARDS = "no-such-nvidia-smi"


def zone(powercap: Path, number: str, name: str, count: int, turn: int = 1_000_000) -> Path:
    folder = powercap / f"intel-rapl:{number}"
    folder.mkdir(parents=True)
    for file, content in (("name", name), ("energy_uj", count), ("max_energy_range_uj", turn)):
        (folder / file).write_text(f"{content}\n")
    return folder


def use(folder: Path, count: int) -> None:
    (folder / "energy_uj").write_text(f"{count}\n")


def smi(tmp_path: Path, *lines: str) -> str:
    program = tmp_path / "nvidia-smi"
    told = "\n".join(f"echo '{line}'" for line in lines)
    program.write_text(f"#!/bin/sh\nwhile true; do\n{told}\nsleep 0.02\ndone\n")
    program.chmod(0o755)
    return str(program)


def test_a_package_and_its_memory_are_counted_once(tmp_path: Path) -> None:
    """Cores are within their package, and psys holds everything again."""
    package, dram = zone(tmp_path, "0", "package-0", 100), zone(tmp_path, "0:1", "dram", 0)
    cores, psys = zone(tmp_path, "0:0", "core", 0), zone(tmp_path, "1", "psys", 0)
    with energy_meter(tmp_path, NO_CARDS) as meter:
        for folder, count in ((package, 500_100), (dram, 250_000), (cores, 400_000), (psys, 900_000)):
            use(folder, count)
    assert meter.energy.joules == pytest.approx(0.75)
    assert meter.energy.source == "package-0, dram by RAPL"
    assert meter.energy.reason is None and meter.reason is None


def test_a_count_that_turned_over_goes_on(tmp_path: Path) -> None:
    folder = zone(tmp_path, "0", "package-0", 999_000, turn=999_999)
    counter = Counter(folder, "package-0", 999_999)
    counter.begin()
    use(folder, 500)
    counter.look()
    assert counter.used_uj == 1_500
    use(folder, 700)
    counter.look()
    assert counter.used_uj == 1_700


def test_counters_are_looked_at_while_time_goes_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two turns between the beginning and the end are seen only by who looks in between."""
    monkeypatch.setattr(energy, "LOOK_S", 0.005)
    folder = zone(tmp_path, "0", "package-0", 0, turn=99)
    with energy_meter(tmp_path, NO_CARDS) as meter:
        for count in (60, 20, 80, 40):
            use(folder, count)
            deadline = time.monotonic() + 5
            while meter.counters[0]._last_uj != count and time.monotonic() < deadline:
                time.sleep(0.001)
    assert meter.energy.joules == pytest.approx(240e-6)


def test_a_counter_that_breaks_off_gives_no_figure(tmp_path: Path) -> None:
    folder = zone(tmp_path, "0", "package-0", 0)
    with energy_meter(tmp_path, NO_CARDS) as meter:
        (folder / "energy_uj").unlink()
    assert meter.energy.joules is None
    assert meter.energy.reason == "a counter could no longer be read (FileNotFoundError)"


def test_a_meter_measures_anew_each_time(tmp_path: Path) -> None:
    folder = zone(tmp_path, "0", "package-0", 0)
    meter = energy_meter(tmp_path, NO_CARDS)
    for end in (100_000, 300_000):
        with meter:
            use(folder, end)
    assert meter.energy.joules == pytest.approx(0.2)


def test_a_machine_without_counters_says_so(tmp_path: Path) -> None:
    with energy_meter(tmp_path, NO_CARDS) as meter:
        pass
    assert meter.energy.joules is None
    assert meter.energy.reason == meter.reason == f"no energy is told: no {tmp_path}/intel-rapl:*, and there is no nvidia-smi"


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_counters_for_root_alone_say_so(tmp_path: Path) -> None:
    (zone(tmp_path, "0", "package-0", 0) / "energy_uj").chmod(0)
    assert "can only be read by root" in str(energy_meter(tmp_path, NO_CARDS).reason)


def test_a_file_that_may_not_be_read_is_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As above, also where the tests run as root."""
    zone(tmp_path, "0", "package-0", 0)
    read = Path.read_text

    def refuse(path: Path, *args: str, **more: str) -> str:
        if path.name == "energy_uj":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path, *args, **more)

    monkeypatch.setattr(Path, "read_text", refuse)
    assert str(energy_meter(tmp_path, NO_CARDS).reason).startswith(f"no energy is told: {tmp_path}/intel-rapl:0/energy_uj can only be read")


@pytest.mark.parametrize("content", ["", "many"])
def test_a_counter_that_is_no_number_is_the_reason(tmp_path: Path, content: str) -> None:
    (zone(tmp_path, "0", "package-0", 0) / "energy_uj").write_text(content)
    assert "cannot be read (ValueError)" in str(energy_meter(tmp_path, NO_CARDS).reason)


def test_power_is_held_until_the_next_value() -> None:
    """From the beginning at 0 s: 100 W told at 1 s, 50 W at 3 s; the other card 10 W at 2 s."""
    now = [0.0]
    cards = Cards("", clock=lambda: now[0])
    for moment, line in ((1.0, "0, 100.0"), (2.0, "1, 10.0"), (3.0, "0, 50.0"), (4.0, "0, [N/A]")):
        now[0] = moment
        cards.hear(line)
    assert cards.joules == pytest.approx(100 * 1 + 10 * 2 + 100 * 2)
    assert cards.number == 2


def test_cards_are_measured_beside_a_machine_that_tells_nothing_else(tmp_path: Path) -> None:
    meter = energy_meter(tmp_path / "none", smi(tmp_path, "0, 100.0", "1, 60.0"))
    began = time.perf_counter()
    with meter:
        time.sleep(0.3)
    most = 160 * (time.perf_counter() - began)
    assert meter.energy.joules and 0 < meter.energy.joules <= most
    assert meter.energy.source == "all graphics cards by nvidia-smi, power told every 0.2 s"
    assert "no " in str(meter.energy.reason)


def test_cards_that_tell_no_power_say_so(tmp_path: Path) -> None:
    with energy_meter(tmp_path / "none", smi(tmp_path, "0, [N/A]")) as meter:
        time.sleep(0.1)
    assert meter.energy.joules is None
    assert "nvidia-smi tells no power" in str(meter.energy.reason)


def test_an_error_inside_is_not_hidden(tmp_path: Path) -> None:
    with pytest.raises(KeyError), energy_meter(tmp_path, NO_CARDS):
        raise KeyError
