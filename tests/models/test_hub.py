"""A hub id works like a folder: fetched once from a real server on loopback that speaks a model hub's protocol."""

from __future__ import annotations

import hashlib
import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub(http.server.BaseHTTPRequestHandler):
    """The part of the protocol that a download uses: a listing, and files with their tags."""

    folder: Path
    asked: list[str]

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self, with_body: bool) -> None:
        self.asked.append(self.path)
        if self.path.startswith("/api/models/org/tiny"):
            names = [path.name for path in sorted(self.folder.iterdir())]
            if "/tree/" in self.path:
                files = [{"type": "file", "path": name, "size": (self.folder / name).stat().st_size, "oid": "0" * 40} for name in names]
                self._send(json.dumps(files).encode(), "application/json", with_body)
                return
            listing = {"id": "org/tiny", "sha": COMMIT, "siblings": [{"rfilename": name} for name in names]}
            self._send(json.dumps(listing).encode(), "application/json", with_body)
            return
        path = self.folder / self.path.rsplit("/", 1)[-1]
        if not path.is_file():
            self.send_error(404)
            return
        self._send(path.read_bytes(), "application/octet-stream", with_body)

    def _send(self, content: bytes, kind: str, with_body: bool) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        if with_body:
            self.wfile.write(content)


@pytest.fixture
def hub(tiny, tmp_path) -> Iterator[tuple[str, Path, list[str]]]:
    import shutil

    folder = tmp_path / "served"
    shutil.copytree(tiny["qwen"], folder)
    (folder / "modeling_own.py").write_text("raise SystemExit('this must never run')")
    (folder / "pytorch_model.bin").write_bytes(b"a pickle")
    asked: list[str] = []
    handler = type("Served", (Hub,), {"folder": folder, "asked": asked})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", tmp_path / "hub-cache", asked
    server.shutdown()


def fetch(endpoint: str, cache: Path, name: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HF_ENDPOINT": endpoint, "HF_HOME": str(cache), "HF_HUB_DISABLE_XET": "1"}
    return subprocess.run([sys.executable, "-m", "assistant", "base", "fetch", name, "--json"], capture_output=True, text=True, env=environment)


def test_a_hub_id_is_fetched_once_and_without_pickles_or_code(hub):
    endpoint, cache, asked = hub
    first = fetch(endpoint, cache, "org/tiny")
    assert first.returncode == 0, first.stderr
    folder = Path(json.loads(first.stdout)["folder"])
    names = {path.name for path in folder.iterdir()}
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= names
    assert not names & {"modeling_own.py", "pytorch_model.bin"}
    before = len(asked)
    second = fetch(endpoint, cache, "org/tiny")
    assert json.loads(second.stdout) == json.loads(first.stdout)
    assert len(asked) == before, asked[before:]


def test_a_hub_that_has_no_such_model_is_two_lines(hub):
    endpoint, cache, _ = hub
    done = fetch(endpoint, cache, "org/other")
    assert done.returncode == 2
    assert "cannot fetch the base org/other" in done.stderr and "smollm2-135m" in done.stderr
