"""The part of a recipe that says what writes the answers."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from assistant.core.recipe_section import Section


class Remote(Section):
    """A server that speaks the OpenAI protocol: vLLM, llama.cpp's, `transformers serve`, a hosted model."""

    url: str = Field(pattern=r"^https?://")
    """Where it is, with its version: `http://127.0.0.1:8000/v1`. Plain http sends questions in the clear: it is taken for this machine
    (`localhost`), private addresses (`10.0.0.7`) and bare names (`gpu-server`); everything else is asked over https."""
    model: str
    """What the server calls the model."""
    endpoint: Literal["chat", "completions"] = "chat"
    """chat: the server renders the prompt; completions: it is rendered here, by the version's own template, and sent as it is."""
    api_key_env: str | None = None
    """The environment variable that holds the key; the key itself never stands in a recipe."""
    timeout_s: float = Field(default=60.0, gt=0)
    """Seconds without a sign of the server before a request counts as failed."""
    retries: int = Field(default=3, ge=0)
    """Times that a failed request is made again, after growing pauses."""
    concurrency: int = Field(default=16, ge=1)
    """Most requests under way at once; `evaluation.batch_size` bounds them too."""
    limit_key: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    """What the server calls `generation.max_new_tokens`; newer hosted models know only the second."""
    penalty_key: Literal["repetition_penalty", "repeat_penalty"] | None = None
    """What the server calls `generation.repetition_penalty`: vLLM the first, llama.cpp the second; the protocol itself has none, and with
    null a penalty above 1 is refused."""

    @field_validator("url")
    @classmethod
    def _not_in_the_clear(cls, url: str) -> str:
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname or "", parts.port
        except ValueError as error:
            raise ValueError(f"is not a URL: {error}") from None
        if not host or parts.username is not None or parts.password is not None or parts.query or parts.fragment:
            raise ValueError("must be a scheme, a host and a path alone; a key is named by api_key_env")
        if parts.scheme == "http" and not _is_near(host):
            raise ValueError(
                f"would send questions to {host} in the clear: use https, or a tunnel (ssh -L 8000:localhost:8000 {host}) and http://localhost:8000"
            )
        return url


def _is_near(host: str) -> bool:
    """Whether a host is this machine or one of its own network: the address of no other place, or a name without a domain."""
    try:
        address = ip_address(host)
    except ValueError:
        # A name that begins with a digit may be read as an address: 134744072 is 8.8.8.8.
        return (host[0].isalpha() and "." not in host) or host.endswith(".localhost")
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_loopback or (address.is_private and not address.is_unspecified)


class Engine(Section):
    """What writes the answers."""

    name: Literal["auto", "openvino", "transformers", "remote"] = "auto"
    """auto: openvino on a CPU where it reads the base's architecture, else transformers."""
    precision: Literal["int8", "q8_0", "f16", "q4_0"] = "int8"
    """Weights of the form that openvino reads, the last three as a GGUF; each version is compiled once, and compared with what was trained."""
    remote: Remote | None = None
    """Where the server is, for `name: remote`."""

    @model_validator(mode="after")
    def _remote_needs_a_server(self) -> Engine:
        if self.name == "remote" and self.remote is None:
            raise ValueError("name: remote needs remote.url and remote.model")
        return self
