"""No library calls home or draws bars of its own: said by environment before any of them is imported.

The two places that reach a hub, on the user's word, are `assistant.models.hub` and `assistant.data.reading.hub`.
"""

from __future__ import annotations

import os
import sys

SETTINGS = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_EVALUATE_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_UPDATE_DOWNLOAD_COUNTS": "0",
    "DO_NOT_TRACK": "1",
    "TRL_TELEMETRY": "0",
    "WANDB_MODE": "disabled",
    "TOKENIZERS_PARALLELISM": "false",
    "BITSANDBYTES_NOWELCOME": "1",
    "TQDM_DISABLE": "1",
}


def stay_offline() -> None:
    """Put the settings into this process's environment; child processes inherit them."""
    os.environ.update(SETTINGS)
    # openvino reports each import to its makers unless this module cannot be imported.
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
