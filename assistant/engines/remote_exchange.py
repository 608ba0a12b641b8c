"""One request and its answer, over and over until it succeeds or there is no use in it. Knows no thread and no process."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import TYPE_CHECKING, Any

from assistant.core.errors import AssistantError
from assistant.core.recipe_engine import Remote
from assistant.engines.protocol import Answer, Request, Token
from assistant.engines.remote_answer import Hearing
from assistant.engines.remote_failure import Explainer, Failed
from assistant.engines.remote_request import Composer, client_of

if TYPE_CHECKING:
    from openai import AsyncOpenAI, AsyncStream

Tell = Callable[[Token], None]

END = object()
"""In place of an event: none will come any more."""


class Exchange:
    """Asks one server; all of it runs on one event loop.

    Args:
        settings: Of the recipe.
        composer: Makes the bodies of requests.
        key: The server's; None for none.
    """

    def __init__(self, settings: Remote, composer: Composer, key: str | None) -> None:
        self._settings = settings
        self._composer = composer
        self._key = key
        self._explainer = Explainer(settings, key)
        self._chance = random.Random()
        self._with_usage = True
        self._client: AsyncOpenAI | None = None

    def client(self) -> AsyncOpenAI:
        """The client, made when it is first needed."""
        if self._client is None:
            self._client = client_of(self._settings, self._key)
        return self._client

    async def close(self) -> None:
        """Close all connections."""
        if self._client is not None:
            await self._client.close()

    async def answer(self, request: Request, tell: Tell | None) -> Answer:
        """Answer one request, making it again as often as the recipe says while nothing of it was told.

        Args:
            request: What is asked.
            tell: Told each piece of text; None where only the whole answer is wanted, so that one that
                broke off can begin anew.

        Raises:
            EngineError: The server failed, or broke off what was told already.
            UserError: It cannot be reached, or refuses what it was asked.
        """
        began = time.perf_counter()
        attempt = 0
        while True:
            hearing = Hearing(began, request.sampling.max_new_tokens, request.goes_on)
            try:
                await self._attempt(request, hearing, tell)
                return hearing.answer()
            except Failed as failed:
                was_told = tell is not None and any(hearing.pieces)
                if was_told or failed.is_too_long or attempt >= self._settings.retries:
                    raise failed.error from None
                pause_s = failed.pause_s(attempt, self._chance)
            attempt += 1
            await asyncio.sleep(pause_s)

    async def _attempt(self, request: Request, hearing: Hearing, tell: Tell | None) -> None:
        """Make a request once and hear its answer to the end.

        Raises:
            Failed: It may be made again.
            AssistantError: There is no use in that.
        """
        with_usage = self._with_usage
        try:
            await self._hear(self._composer.body(request, with_usage), hearing, tell)
        except (AssistantError, Failed):
            raise
        except Exception as error:
            if hearing.ending is not None:
                return  # The whole answer is there; what may be missing is the server's count, which is then None.
            if not (with_usage and self._knows_no_usage(error)):
                raise await self._explained(error, hearing) from None
            self._with_usage = False
            await self._attempt(request, hearing, tell)

    def _knows_no_usage(self, error: Exception) -> bool:
        """Whether a server refused because it was asked to count: it is asked without, and its tokens are not known."""
        import openai

        return isinstance(error, openai.BadRequestError | openai.UnprocessableEntityError) and "stream_options" in str(error.body)

    async def _hear(self, body: Mapping[str, Any], hearing: Hearing, tell: Tell | None) -> None:
        import openai

        async with asyncio.timeout(self._settings.timeout_s):
            events: AsyncStream[object] = await self.client().post(
                self._composer.path, body=body, cast_to=object, stream=True, stream_cls=openai.AsyncStream[object]
            )
        async with events:
            coming = aiter(events)
            while (event := await self._next(coming)) is not END:
                text = hearing.hear(event)
                if text and tell is not None:
                    tell(Token(id=None, text=text, time_s=hearing.times_s[-1]))
        if hearing.ending is None:
            if not hearing.events:
                raise self._explainer.no_events(events.response.headers.get("content-type", ""))
            raise self._explainer.broken_off(hearing.events)

    async def _next(self, coming: AsyncIterator[object]) -> object:
        """The next event, or `END`; it must come in time, and a sign of life that is no event does not count."""
        async with asyncio.timeout(self._settings.timeout_s):
            return await anext(coming, END)

    async def _explained(self, error: Exception, hearing: Hearing) -> Exception:
        """What an exception of the library means."""
        import httpx2
        import openai

        if isinstance(error, TimeoutError | openai.APITimeoutError):
            return self._explainer.silent()
        if isinstance(error, openai.APIStatusError):
            if error.status_code == 404:
                return self._explainer.unknown(await self._models())
            return self._explainer.status(error.status_code, error.response.headers, error.body)
        if isinstance(error, openai.APIConnectionError):
            if isinstance(error.__cause__, httpx2.ConnectError):
                return self._explainer.unreachable(error.__cause__)
            return self._explainer.broken_off(hearing.events)
        if isinstance(error, openai.APIError):
            # An event that tells of an error; what it says is in its body.
            return self._explainer.broken_off(hearing.events, error.body)
        return self._explainer.junk() if isinstance(error, ValueError) else error

    async def _models(self) -> list[str] | None:
        """The names of the models that the server has; None if it does not tell them."""
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                listed = await self.client().get("/models", cast_to=object)
        except Exception:
            # It is only asked to explain a failure, which is told in any case.
            return None
        rows = listed.get("data") if isinstance(listed, Mapping) else None
        return [row["id"] for row in rows if isinstance(row, Mapping) and isinstance(row.get("id"), str)] if isinstance(rows, list) else None
