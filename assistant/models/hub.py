"""The one place that asks a model hub, and only when the user names a hub id that is not on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.core.errors import BaseError
from assistant.core.progress import say

WANTED = ("*.safetensors", "*.safetensors.index.json", "*.json", "*.jinja", "*.model", "*.txt")
"""Weights as safetensors, tokenizer and settings: no pickles and no Python."""


def fetch_from_hub(hub_id: str) -> Path:
    """The folder of a hub model: from the hub's cache on this machine, else fetched.

    Raises:
        BaseError: There is no such model, or the hub cannot be reached.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        return Path(snapshot_download(hub_id, allow_patterns=list(WANTED), local_files_only=True))
    except LocalEntryNotFoundError:
        say(f"base {hub_id}: not on this machine; fetching it from the model hub")
    with _hub_allowed():
        try:
            return Path(snapshot_download(hub_id, allow_patterns=list(WANTED)))
        except Exception as error:
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise BaseError(
                f"cannot fetch the base {hub_id} from the model hub: {reason}",
                "Check the id and the network, or name the embedded base `smollm2-135m` or a model folder.",
            ) from error


@contextmanager
def _hub_allowed() -> Iterator[None]:
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = False
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before
