"""What is sent to a server, and by whom: the request's body, the key, and a client that adds nothing of its own."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from assistant import __version__
from assistant.core.errors import QuestionError, UserError
from assistant.core.messages import Message, without_begun
from assistant.core.recipe_engine import Remote
from assistant.engines.protocol import Request

if TYPE_CHECKING:
    from openai import AsyncOpenAI

    from assistant.models.template import PromptTemplate

SENT_HEADERS = frozenset({"host", "accept", "accept-encoding", "connection", "content-type", "content-length", "transfer-encoding"})
"""All that a request tells beside its body, the key and this program's name."""

CONNECT_S = 10.0
"""A server that is there lets itself be connected to sooner than this, however long it then takes to answer."""

MOST_STOPS = 4
"""The OpenAI protocol takes no more end texts than this."""


@dataclass(frozen=True)
class Composer:
    """Makes the body of a request.

    Attributes:
        settings: Of the recipe.
        system_prompt: Stands before a conversation that does not open with one of its own.
        template: Renders the prompt for `completions`; for `chat` it only makes special tokens in a
            question harmless. None for a model of whose template nothing is known here.
    """

    settings: Remote
    system_prompt: str
    template: PromptTemplate | None

    def __post_init__(self) -> None:
        if self.settings.endpoint == "completions" and self.template is None:
            raise UserError(
                "engine.remote.endpoint is completions, and there is no prompt template to render with",
                "Ask a version or a base that has one, or set engine.remote.endpoint=chat.",
            )

    @property
    def path(self) -> str:
        """Where under the server's URL the request goes."""
        return "/chat/completions" if self.settings.endpoint == "chat" else "/completions"

    def body(self, request: Request, with_usage: bool) -> dict[str, Any]:
        """The body of a request.

        Args:
            request: What is asked.
            with_usage: Whether the server is asked to count tokens.

        Raises:
            QuestionError: It wants an answer continued, which this endpoint has no word for.
            UserError: The request wants what the server is not known to do.
            TemplateError: The template cannot render the conversation.
        """
        body: dict[str, Any] = {"model": self.settings.model, "stream": True, **self._sampling(request)}
        if self.settings.endpoint == "chat":
            if request.goes_on:
                # Some servers go on by themselves, some by a key of their own, and others take it for a turn that is over and
                # begin another answer: one cannot tell which before it is too late.
                raise QuestionError(
                    "a server's chat endpoint is not known to continue an answer: it may begin a new one",
                    "Ask again, with a higher generation.max_new_tokens, or set engine.remote.endpoint=completions.",
                )
            body["messages"] = self._conversation(request)
        else:
            assert self.template is not None
            body["prompt"] = self.template.render(without_begun(request.messages)) + self.template.render_begun(request.messages)
            ends = [self.template.tokenizer.decode([number], skip_special_tokens=False) for number in self.template.end_ids]
            body["stop"] = ends[:MOST_STOPS]
        if with_usage:
            body["stream_options"] = {"include_usage": True}
        return body

    def _conversation(self, request: Request) -> list[Message]:
        if self.template is not None:
            return self.template.conversation(request.messages)
        said = list(request.messages)
        if self.system_prompt and not (said and said[0]["role"] == "system"):
            said.insert(0, Message(role="system", content=self.system_prompt))
        return said

    def _sampling(self, request: Request) -> dict[str, Any]:
        sampling = request.sampling
        told: dict[str, Any] = {self.settings.limit_key: sampling.max_new_tokens, "temperature": sampling.temperature}
        if sampling.temperature > 0:
            # Said even where it is 1: servers have defaults of their own, some of them the model's.
            told |= {"top_p": sampling.top_p, "seed": sampling.seed}
        if self.settings.penalty_key is not None:
            told[self.settings.penalty_key] = sampling.repetition_penalty
        elif sampling.repetition_penalty > 1:
            raise UserError(
                f"generation.repetition_penalty is {sampling.repetition_penalty:g}, and the OpenAI protocol has none",
                "Set it to 1, or engine.remote.penalty_key to what the server calls it.",
            )
        return told


def key_of(settings: Remote) -> str | None:
    """The key, from the environment; None where the recipe names no variable.

    Raises:
        UserError: The variable is not set, or what it holds cannot be a key.
    """
    if settings.api_key_env is None:
        return None
    key = os.environ.get(settings.api_key_env, "").strip()
    if not key:
        raise UserError(
            f"the environment variable {settings.api_key_env} is not set, and engine.remote.api_key_env names it",
            f"Set it to the server's key: export {settings.api_key_env}=...",
        )
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise UserError(
            f"what the environment variable {settings.api_key_env} holds cannot be a key: a key is one word of ASCII",
            "Set it to the key alone.",
        )
    return key


def host_of(settings: Remote) -> str:
    """Where the server is, in a few words: host and port."""
    return urlsplit(settings.url).netloc


def client_of(settings: Remote, key: str | None) -> AsyncOpenAI:
    """A client that retries nothing by itself, follows no redirect, and sends what `SENT_HEADERS` says and no more.

    The library adds a description of the machine to each request, and organization, project and further
    headers from OPENAI_* variables of the environment, whichever server it speaks to.
    """
    import httpx2
    import openai

    async def send_no_more(sent: httpx2.Request) -> None:
        for name in set(sent.headers) - SENT_HEADERS:
            del sent.headers[name]
        sent.headers["User-Agent"] = f"assistant-builder/{__version__}"
        if key is not None:
            sent.headers["Authorization"] = f"Bearer {key}"

    timeout = httpx2.Timeout(settings.timeout_s, connect=min(CONNECT_S, settings.timeout_s))
    transport = openai.DefaultAsyncHttpxClient(
        timeout=timeout,
        follow_redirects=False,
        # A proxy that the environment names would read what goes to a neighbour in the clear; of https it sees nothing.
        trust_env=settings.url.startswith("https:"),
        event_hooks={"request": [send_no_more]},
    )
    # Without any key the library would look for one in the environment.
    return openai.AsyncOpenAI(base_url=settings.url, api_key=key or "none", admin_api_key="", max_retries=0, timeout=timeout, http_client=transport)
