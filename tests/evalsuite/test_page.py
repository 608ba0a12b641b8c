"""The page in a real browser: what it shows of hostile texts, that nothing in it runs, and that it asks for nothing."""

from __future__ import annotations

import http.server
import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from assistant.api import Target
from assistant.engines.opening import Chosen
from assistant.engines.scripted import ScriptedEngine
from evalsuite.report.html import html
from evalsuite.run import run
from evalsuite.targets import Options
from tests.evalsuite.report.rich_card import bare_card, large_card, rich_card
from tests.evalsuite.world import World, scripted, write_recipe

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))), None)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--dump-dom",
)
RAN = "document.title='ran';document.documentElement.setAttribute('data-ran','yes')"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")


class Dom(HTMLParser):
    """What a browser made of a page: elements with their attributes, and the text that people see."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._open.append(tag)

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] not in {"style", "script"}:
            self.text += f" {data}"

    def having(self, tag: str, **attributes: str) -> list[dict[str, str]]:
        return [found for name, found in self.elements if name == tag and attributes.items() <= found.items()]


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine, and the paths that were asked of it."""
    paths: list[str] = []

    class Listening(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *given: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listening)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", paths
    server.shutdown()
    thread.join()
    server.server_close()


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A folder, served without a word."""

    def log_message(self, *given: Any) -> None:
        pass


def opened(page: Path | str, profile: Path) -> Dom:
    """The page after Chromium has loaded it, and run whatever it runs."""
    assert CHROMIUM is not None
    done = subprocess.run(
        [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", page if isinstance(page, str) else page.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "</html>" in done.stdout, done.stderr[-500:]
    return Dom(done.stdout)


def hostile(address: str) -> str:
    return (
        f'<script>{RAN}</script><script src={address}/script></script><img src={address}/image onerror="{RAN}">'
        f'</p></style></title><svg onload="{RAN}"></svg><iframe src={address}/frame></iframe><base href={address}/>'
        f"<link rel=stylesheet href={address}/sheet><style>body {{ background: url({address}/style); display: none }}</style>"
        f'<a href="javascript:{RAN}">link</a><meta http-equiv=refresh content="0; url={address}/refresh">'
        "{{ 7 * 7 }} {% raw %} &lt;b&gt; \u202e\x00\x1b[31m \\\" ' --> ]]>"
    )


def test_the_browser_would_run_and_fetch_what_is_not_escaped(tmp_path: Path, asked: tuple[str, list[str]]) -> None:
    """Or the other test could not fail."""
    address, paths = asked
    page = tmp_path / "bare.html"
    page.write_text(f"<!doctype html><title>bare</title><body><script>{RAN}</script><img src={address}/image></body>", encoding="utf-8")
    dom = opened(page, tmp_path / "profile")
    assert dom.having("html", **{"data-ran": "yes"})
    assert paths == ["/image"]


def test_hostile_texts_are_shown_and_do_nothing(world: World, tmp_path: Path, asked: tuple[str, list[str]]) -> None:
    address, paths = asked
    text = hostile(address)
    gates = [{"metric": "f1", "at_least": 0.99}, {"metric": "chrf", "at_least": 1}]
    recipe = write_recipe(world.recipe.parent, notice=text, description=text, gates=gates)
    (world.home.assistants / "health" / "1" / "recipe.yaml").write_text(recipe.read_text(encoding="utf-8"), encoding="utf-8")
    rows = [{"id": f"{text}{number}", "question": f"{text}?", "answer": f"{text} {number}", "kind": text} for number in range(12)]
    data = world.recipe.parent / "hostile.jsonl"
    data.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")

    def answering(target: Target, home: Any) -> Chosen:
        return scripted(lambda: ScriptedEngine(lambda request: f"{text} {target.kind}", model=text))

    evaluation, card = run("health", world.home, Options(data=data), answering)
    assert evaluation.html.stat().st_size < 2_000_000
    dom = opened(evaluation.html, tmp_path / "profile")

    assert not dom.having("html", **{"data-ran": "yes"})
    assert paths == []
    tags = {tag for tag, _ in dom.elements}
    assert tags.isdisjoint({"script", "iframe", "img", "link", "object", "embed", "base", "form", "image", "use"})
    for tag, attributes in dom.elements:
        # Links within the page lead nowhere else.
        assert not any(name.startswith("on") or name in {"src", "srcset", "action", "xlink:href"} for name in attributes), (tag, attributes)
        assert attributes.get("href", "#").startswith("#"), (tag, attributes)
        assert "url(" not in attributes.get("style", "")

    for words in ("Not fit for release", "1 of 2 gates passed", "f1 ≥ 0.99", "passed", "failed", "gives the reference answers", "{{ 7 * 7 }}"):
        assert words in dom.text, words
    assert f"<script>{RAN}</script>" in dom.text
    assert len(dom.having("svg", **{"class": "plot"})) >= len(card.order)
    assert len(dom.having("svg", **{"class": "bullet"})) == 2
    assert dom.having("svg", **{"class": "histogram"})
    # Every metric has its point, the target's and the base's.
    assert len(dom.having("circle", **{"class": "point"})) == len(dom.having("circle", **{"class": "point base"})) >= len(card.order)
    assert dom.having("main")


WIDTHS = (380, 800, 1280)
MEASURING = """<!doctype html><title>measuring</title>
FRAMES
<script>
addEventListener("load", () => {
  const told = [...document.querySelectorAll("iframe")].map(frame => {
    const page = frame.contentDocument, width = Number(frame.width);
    const beyond = [...page.querySelectorAll("main *")].filter(each => {
      const box = each.getBoundingClientRect();
      return box.width > 0 && box.right > width + 1 && !each.closest(".scroll, pre, svg, .unseen");
    });
    return [page.documentElement.scrollWidth, beyond.slice(0, 5).map(each => each.tagName + " " + each.className)];
  });
  document.documentElement.setAttribute("data-told", JSON.stringify(told));
});
</script>""".replace("FRAMES", "".join(f'<iframe src="page.html" width="{width}" height="900"></iframe>' for width in WIDTHS))


@pytest.mark.parametrize("make", [rich_card, bare_card, lambda: large_card("unbreakable" * 400)], ids=["rich", "bare", "large"])
def test_the_page_does_not_scroll_sideways(tmp_path: Path, make: Any) -> None:
    """From a phone's width on: wide tables scroll within a box of their own."""
    (tmp_path / "page.html").write_text(html(make()), encoding="utf-8")
    (tmp_path / "measuring.html").write_text(MEASURING, encoding="utf-8")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    dom = opened(f"http://127.0.0.1:{server.server_port}/measuring.html", tmp_path / "profile")
    server.shutdown()
    thread.join()
    server.server_close()
    assert json.loads(dom.having("html")[0]["data-told"]) == [[width, []] for width in WIDTHS]
