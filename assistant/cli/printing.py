"""What commands print for programs."""

from __future__ import annotations

from typing import Any

from assistant.core.plain import plain_json


def print_json(value: Any) -> None:
    """The value as JSON over several lines, of which none can steer a terminal."""
    print(plain_json(value))
