"""The sample of ``onrecord run --demo``: an invented news page, its record, and its check through the API."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx

from cli.valkey import free_port
from settings import ROOT

RECORD = ROOT / "demo" / "record.jsonl"
ARTICLE = ROOT / "demo" / "article.html"
PATH = "/norland/vellin-ready-to-sit-down-with-kestria"


@contextmanager
def served(wanted: int) -> Iterator[str]:
    """Serve the sample article on loopback, on the port ``wanted`` where it is free; give its address."""
    try:
        port = free_port(wanted)
    except (OSError, OverflowError):
        port = 0
    server = ThreadingHTTPServer(("127.0.0.1", port), _Article)
    Thread(target=server.serve_forever, name="sample", daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{PATH}"
    finally:
        server.shutdown()
        server.server_close()


def check(api: str, url: str, wait: Callable[[Callable[[], bool]], None]) -> dict[str, Any]:
    """Check a page through the API as a reader's browser would; give the check once it has ended.

    Args:
        wait: blocks until what it is given is true.

    Raises:
        httpx.HTTPError: the API does not answer as it should.
    """
    with httpx.Client(base_url=api, timeout=10) as client:
        answer = client.post("/api/v1/checks", json={"url": url}).raise_for_status()
        place = f"/api/v1/checks/{answer.json()['id']}"
        latest: dict[str, Any] = answer.json()

        def ended() -> bool:
            nonlocal latest
            latest = client.get(place).raise_for_status().json()
            return latest["state"] in ("done", "failed")

        wait(ended)
        return latest


class _Article(BaseHTTPRequestHandler):
    """Answers with the sample article at `PATH` and with 404 elsewhere."""

    def do_GET(self) -> None:
        if self.path.split("?")[0] != PATH:
            self.send_error(404)
            return
        content = ARTICLE.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the terminal belongs to the person in front of it."""
