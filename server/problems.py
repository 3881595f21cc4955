"""Every error is problem+json (RFC 9457) for programs and a page for people."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, json, make_response, render_template, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException, InternalServerError


@dataclass
class ApiProblem(Exception):
    """An error the API answers with; ``retry_after`` in seconds."""

    code: str
    title: str
    detail: str
    status: int
    retry_after: int | None = None


EXPLAINED = {
    "bad-address": (
        "This is not a web address",
        "Give the full address of one article, beginning with https://.",
    ),
    "address-refused": (
        "This address cannot be fetched",
        "The server reads public web pages only. If you can read the page, the extension can send its text.",
    ),
    "not-found": ("The page cannot be found", "The site says there is no such page. Check the address."),
    "paywall": (
        "The site does not let us read this page",
        "A subscription or a sign-in is needed. If you can read it, the extension can send its text.",
    ),
    "site-error": ("The site cannot be reached", "It is slow, down, or refuses us for now. Try again later."),
    "too-large": ("The page is too large", "It is larger than any article. Open the article itself."),
    "not-html": ("This is not a web page", "Only articles in HTML can be read, no PDF, picture or video."),
    "not-an-article": ("This page is not an article", "Open one article instead of a front page or a list."),
    "blocked-by-robots": (
        "The site asks robots not to read this page",
        "We keep to that. If you can read it, the extension can send the page's text.",
    ),
    "worker-failed": (
        "The check could not be finished",
        "The program that examines pages stopped several times while it worked on this page.",
    ),
    "took-too-long": ("The check took too long", "It was stopped. Try again later."),
    "model-missing": (
        "The model cannot be loaded",
        "Whoever runs this server has to put the project's models folder in place.",
    ),
    "queue-down": ("The queue cannot be reached", "Nothing was started. Try again in a moment."),
    "too-many-requests": ("Too many checks at once", "Wait a little and try again."),
    "invalid-request": ("The request cannot be understood", "Compare it with the documentation under /docs."),
    "foreign-origin": (
        "This request came from another site",
        "Only this site and the extension may start checks.",
    ),
    "foreign-host": (
        "This server goes by another name",
        "Use the address that whoever runs it gave you, so that no other site can pretend to be it.",
    ),
    "no-such-check": ("There is no such check", "It was never made, or was removed."),
    "no-such-finding": ("There is no such finding", "Its check may have been removed."),
    "no-such-page": ("There is no such page", "Check the address."),
    "not-ready": (
        "Not ready",
        "A part that the server needs is missing; /readyz names it and says what to do.",
    ),
}
"""What each problem type means and what to do, for its page and for the index of types."""


def answer(
    code: str, title: str, detail: str, status: int, headers: dict[str, str] | None = None
) -> Response:
    """The error in the form the caller can read."""
    if _wants_page():
        body = render_template("problem.html", title=title, detail=detail, status=status)
        response = make_response(body, status)
    else:
        # a code without an explanation says no more than its status: RFC 9457 calls that about:blank
        kind = f"/problems/{code}" if code in EXPLAINED else "about:blank"
        problem = {"type": kind, "title": title, "status": status, "detail": detail}
        response = Response(json.dumps(problem), status, mimetype="application/problem+json")
    response.headers.update(headers or {})
    return response


def invalid(error: ValidationError) -> Response:
    """What was wrong with a request, field by field."""
    faults = "; ".join(
        f"{'.'.join(map(str, fault['loc'])) or 'body'}: {fault['msg']}" for fault in error.errors()
    )
    if any(f["loc"][:1] == ("html",) and f["type"] == "string_too_long" for f in error.errors()):
        return answer("too-large", EXPLAINED["too-large"][0], faults, 413)
    if any(fault["loc"][:1] == ("url",) for fault in error.errors()):
        return answer("bad-address", *EXPLAINED["bad-address"], 422)
    return answer("invalid-request", EXPLAINED["invalid-request"][0], faults, 422)


def register(app: Flask) -> None:
    """Answer every error of an application in this way."""

    @app.errorhandler(ApiProblem)
    def _known(error: ApiProblem) -> Response:
        headers = {"Retry-After": str(error.retry_after)} if error.retry_after else None
        return answer(error.code, error.title, error.detail, error.status, headers)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        status = error.code or 500
        headers = {k: v for k, v in error.get_headers() if k in ("Allow", "Retry-After")}
        code = {404: "no-such-page", 413: "too-large", 429: "too-many-requests"}.get(status, f"http-{status}")
        title, detail = error.name, error.description or ""
        if status == 429:
            title, detail = EXPLAINED["too-many-requests"]
            headers.setdefault("Retry-After", "60")
        if isinstance(error, InternalServerError):
            detail = "Something went wrong on this server. It was logged; try again later."
        return answer(code, title, detail, status, headers)


def _wants_page() -> bool:
    api: Any = request.path.startswith(("/api/", "/livez", "/readyz", "/metrics", "/openapi"))
    return not api and request.accept_mimetypes.best == "text/html"
