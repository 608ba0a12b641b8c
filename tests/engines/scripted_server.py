"""A server on loopback that speaks the OpenAI protocol as it is told to: what a real one does not do on command."""

from __future__ import annotations

import json
import select
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Script = Callable[["Handler"], None]

PATIENCE_S = 30.0
"""Nothing in a test waits longer for the other side."""


@dataclass(frozen=True)
class Received:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Listener
    protocol_version = "HTTP/1.1"
    asked: dict[str, Any]

    def do_POST(self) -> None:
        self.asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        script = self.server.owner.met(Received(self.path, {name.lower(): value for name, value in self.headers.items()}, self.asked))
        try:
            script(self)
        except (BrokenPipeError, ConnectionResetError):
            self.server.owner.hung_up.set()
        finally:
            self.server.owner.left()
            self.close_connection = True

    def do_GET(self) -> None:
        listed = {"data": [{"id": name} for name in self.server.owner.models]}
        self.reply(200, listed) if self.path == "/v1/models" else self.reply(404, {})

    def reply(self, status: int, body: object, kind: str = "application/json", **headers: str) -> None:
        """A whole answer."""
        text = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        # It does close, and a client that was not told would ask its next question into a closing connection.
        for name, value in {"content-type": kind, "content-length": str(len(text)), "connection": "close", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(text)

    def begin(self) -> None:
        """A stream of events begins; it ends with the connection."""
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()

    def raw(self, line: str) -> None:
        self.wfile.write(f"{line}\n\n".encode())
        self.wfile.flush()

    def event(self, **event: Any) -> None:
        self.raw("data: " + json.dumps(event))

    def piece(self, text: str) -> None:
        if self.path.endswith("/chat/completions"):
            self.event(choices=[{"index": 0, "delta": {"content": text}, "finish_reason": None}])
        else:
            self.event(choices=[{"index": 0, "text": text, "finish_reason": None}])

    def ends(self, reason: str = "stop") -> None:
        self.event(choices=[{"index": 0, "delta": {}, "text": "", "finish_reason": reason}])

    @property
    def question(self) -> str:
        """The last thing that was said."""
        return str(self.asked["messages"][-1]["content"])

    def wait_until_gone(self) -> None:
        """Say nothing until the other side hangs up."""
        readable, _, _ = select.select([self.connection], [], [], PATIENCE_S)
        # One that leaves with text unread resets the connection, which `do_POST` takes for hanging up as well.
        if readable and not self.connection.recv(1):
            self.server.owner.hung_up.set()

    def log_message(self, *words: Any) -> None:
        pass


class Listener(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is what many tests are about; anything else is a mistake of a script."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    request_queue_size = 128
    owner: ScriptedServer


class ScriptedServer:
    """Plays one script a request, the last one for all that follow.

    Attributes:
        received: Requests for answers, in the order in which they came.
        most_at_once: How many were under way at one time.
        hung_up: Set when a client left before its answer ended.
        models: Names that `/v1/models` tells.
    """

    def __init__(self, *scripts: Script) -> None:
        self._scripts = list(scripts)
        self._lock = threading.Lock()
        self._now = 0
        self.received: list[Received] = []
        self.most_at_once = 0
        self.hung_up = threading.Event()
        self.models: list[str] = []
        self._listener = Listener(("127.0.0.1", 0), Handler)
        self._listener.owner = self
        threading.Thread(target=self._listener.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.server_address[1]}/v1"

    def play(self, *scripts: Script) -> None:
        self._scripts = list(scripts)

    def met(self, received: Received) -> Script:
        with self._lock:
            self.received.append(received)
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
            return self._scripts[min(len(self.received), len(self._scripts)) - 1]

    def left(self) -> None:
        with self._lock:
            self._now -= 1

    def close(self) -> None:
        self._listener.shutdown()
        self._listener.server_close()


def says(*pieces: str, reason: str = "stop", counted: tuple[int, int] | None = (5, 3)) -> Script:
    """A whole answer, as servers stream it: the role first, then text, then why it ended, then the count."""

    def script(handler: Handler) -> None:
        handler.begin()
        handler.event(choices=[{"index": 0, "delta": {"role": "assistant", "content": None}, "finish_reason": None}])
        for piece in pieces:
            handler.piece(piece)
        handler.ends(reason)
        if counted:
            handler.event(choices=[], usage={"prompt_tokens": counted[0], "completion_tokens": counted[1]})
        handler.raw("data: [DONE]")

    return script


def refuses(status: int, body: object = None, **headers: str) -> Script:
    """A status and no answer."""
    return lambda handler: handler.reply(status, {"error": {"message": "no luck"}} if body is None else body, **headers)


def falls_silent(*pieces: str) -> Script:
    """Some text, then nothing until the other side hangs up."""

    def script(handler: Handler) -> None:
        handler.begin()
        for piece in pieces:
            handler.piece(piece)
        handler.wait_until_gone()

    return script


def breaks_off(*pieces: str) -> Script:
    """Some text, then the end of the connection."""

    def script(handler: Handler) -> None:
        handler.begin()
        for piece in pieces:
            handler.piece(piece)

    return script
