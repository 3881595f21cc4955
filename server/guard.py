"""Who may write, how often, and what a browser may do with our pages."""

import hashlib
import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask_limiter import Limiter

from server.problems import EXPLAINED, ApiProblem
from settings import Settings

WRITES = "30 per minute; 300 per hour"
"""Checks and reports of one client; a reader clicks far less often."""

LARGEST_BODY = 13_000_000
"""Bytes: the largest page accepted, each character escaped in JSON."""

_EXTENSIONS = ("chrome-extension", "moz-extension", "safari-web-extension")
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}


def protect(app: Flask, settings: Settings) -> Limiter:
    """Guard an application; the limiter it gives counts the writes."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_BODY
    # addresses are counted under a key that dies with this process, and never written down
    key = secrets.token_bytes(16)

    def client() -> str:
        address = (request.remote_addr or "").encode()
        return hashlib.blake2b(address, key=key, digest_size=12).hexdigest()

    @app.before_request
    def _guard() -> None:
        _refuse_foreign_hosts(settings)
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            _refuse_foreign_origins()

    @app.after_request
    def _harden(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    # its own headers would replace the Retry-After by which a client polls its check
    return Limiter(client, app=app, storage_uri="memory://", headers_enabled=False)


def _refuse_foreign_hosts(settings: Settings) -> None:
    """A name that only pretends to be ours (DNS rebinding) must not reach a server on loopback."""
    if settings.host not in _LOOPBACK:
        return
    host = urlsplit(f"//{request.host}").hostname
    ours = {urlsplit(settings.address).hostname}
    if host not in _LOOPBACK | ours:
        raise ApiProblem("foreign-host", EXPLAINED["foreign-host"][0], f"Use {settings.address}", 421)


def _refuse_foreign_origins() -> None:
    origin = request.headers.get("Origin")
    if origin is None:
        return
    try:
        parts = urlsplit(origin)
    except ValueError:  # brackets that hold no address
        raise ApiProblem("foreign-origin", *EXPLAINED["foreign-origin"], 403) from None
    if parts.scheme in _EXTENSIONS or (parts.scheme in ("http", "https") and parts.netloc == request.host):
        return
    raise ApiProblem("foreign-origin", *EXPLAINED["foreign-origin"], 403)
