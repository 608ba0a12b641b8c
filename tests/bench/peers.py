"""The environment of those we are measured beside, never a dependency of the project: `python -m tests.bench.peers`.

It stands in build/bench/peers, with the very versions of torch, transformers, trl and peft that the project's
own environment has. A peer that cannot be installed is left out of the tables, and the reason stands in its place.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from assistant.core.offline import SETTINGS
from tests.bench.report import BUILD, ROOT, NotMeasuredError

FOLDER = BUILD / "peers"
CONSTRAINTS = ROOT / "constraints.txt"
PEERS = {
    # What has no version here has that of constraints.txt.
    "trl": ("torch", "transformers", "trl", "peft", "datasets", "accelerate"),
    "lm-eval": ("lm-eval[hf]==0.4.13",),
    "llama.cpp": ("xllamacpp==2026.10.11549",),
}
NATIVE = "BENCH_NATIVE_LLAMA"
"""Set it, and llama.cpp is built here, for this very processor; its wheel knows AVX2 and nothing newer."""


def program(peer: str, name: str = "python") -> Path:
    """A program of the peers' environment; makes the environment and installs the peer where that is not done.

    Raises:
        NotMeasuredError: The peer cannot be installed.
    """
    bin_folder = FOLDER / "bin"
    wanted = [*PEERS[peer], *(["--no-binary", "xllamacpp"] if peer == "llama.cpp" and os.environ.get(NATIVE) else [])]
    done = FOLDER / f"{peer}.installed"
    recipe = "\n".join([*wanted, CONSTRAINTS.read_text(encoding="utf-8")])
    if not done.exists() or done.read_text(encoding="utf-8") != recipe:
        if not (bin_folder / "python").exists():
            _run([sys.executable, "-m", "venv", str(FOLDER)], peer)
        rebuilt = ["--force-reinstall", "--no-deps"] if done.exists() and peer == "llama.cpp" else []
        _run([str(bin_folder / "python"), "-m", "pip", "install", "--quiet", "--constraint", str(CONSTRAINTS), *rebuilt, *wanted], peer)
        done.write_text(recipe, encoding="utf-8")
    return bin_folder / name


def environment() -> dict[str, str]:
    """What the peers' processes get beside our own environment: no calls home, a cache of their own, no module of ours."""
    # The bar of progress is silent for us and would be for them, but lm-eval says there how it goes.
    return {**SETTINGS, "HF_HOME": str(BUILD / "cache"), "PYTHONPATH": "", "TQDM_DISABLE": "0"}


def _run(command: list[str], peer: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason was given"])[-1]
        raise NotMeasuredError(f"{peer} cannot be installed: {last}")


def main() -> None:
    """Install every peer, and say which could not be."""
    for peer in PEERS:
        try:
            print(f"{peer}: {program(peer)}", flush=True)
        except NotMeasuredError as reason:
            print(reason, flush=True)


if __name__ == "__main__":
    main()
