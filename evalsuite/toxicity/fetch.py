"""Fetching Detoxify's own checkpoint, on the user's word only."""

from __future__ import annotations

import os
from pathlib import Path

from assistant.api import UserError, say, whole_folder
from evalsuite.toxicity.classifier import fetched_checkpoint

MODEL = "google-bert/bert-base-uncased"
"""Whose configuration and tokenizer Detoxify's "original" model uses."""
FILES = ("config.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt")


def fetch_detoxify() -> Path:
    """Download the "original" checkpoint with its configuration and tokenizer into the user's cache.

    Returns:
        The checkpoint.

    Raises:
        UserError: It cannot be reached; nothing is left behind.
    """
    target = fetched_checkpoint()
    if target.is_file():
        say(f"already here: {target}")
        return target
    # Hubs are off in this process unless asked for, and the library reads this when it is imported.
    os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "0"
    try:
        with whole_folder(target.parent) as folder:
            _download(folder, target.name)
    except (OSError, RuntimeError, ValueError) as error:
        reason = " ".join(str(error).split()).partition(". ")[0][:160] or type(error).__name__
        raise UserError(
            f"Detoxify's checkpoint cannot be fetched: {reason}",
            "Run this where github.com and huggingface.co can be reached, or name a checkpoint in evaluation.toxicity.checkpoint.",
        ) from error
    return target


def _download(folder: Path, name: str) -> None:
    import torch
    from detoxify.detoxify import MODEL_URLS
    from huggingface_hub import hf_hub_download

    settings = folder / Path(name).stem
    for file in FILES:
        say(f"fetching {MODEL}: {file}")
        hf_hub_download(MODEL, file, local_dir=settings)
    url = MODEL_URLS["original"]
    say(f"fetching {url}")
    # The file's name ends in the first characters of its SHA-256, which torch holds it against.
    prefix = Path(url).stem.rsplit("-", 1)[-1]
    torch.hub.download_url_to_file(url, str(folder / name), hash_prefix=prefix, progress=False)
