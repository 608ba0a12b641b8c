"""Keeps the libraries' own bars, hints and advice off the screen; this project has its own words for what matters."""

from __future__ import annotations

import logging
import warnings

LOUD = ("transformers", "trl", "peft", "datasets", "accelerate", "bitsandbytes", "huggingface_hub")


def quiet_libraries() -> None:
    """Errors only, no progress bars."""
    for name in LOUD:
        # Before they are imported: some speak while they are.
        logging.getLogger(name).setLevel(logging.ERROR)
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    # Written for the developers of those libraries' callers; what concerns a user is checked here by name.
    warnings.filterwarnings("ignore", module=r"(transformers|trl|peft|torch|bitsandbytes|accelerate)\b")
