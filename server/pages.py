"""Pages for people, rendered here and complete without a script: start, check, official, documentation."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_limiter import Limiter
from flask_openapi3.openapi import OpenAPI
from markupsafe import Markup, escape
from pydantic import ValidationError

from ledger import Ledger, checks, officials
from ledger.documents import said_on
from ledger.models import Quote
from server.api import accept, found, report
from server.guard import WRITES
from server.problems import EXPLAINED, invalid
from server.schemas import CheckRequest, ReportRequest, check_json, link_to
from settings import Settings

REFRESH = 2
"""Seconds after which the page of a running check loads itself again."""
QUOTES = 200
"""Quotes on the page of an official, the latest ones."""

STAGES = {
    "fetching": "Fetching the page",
    "reading": "Reading the article",
    "quotes": "Finding quotes",
    "comparing": "Comparing with the record",
}
KINDS = {"contradiction": "May conflict", "shift": "Position has shifted"}
REASONS = {
    "same_meaning": "Both say the same",
    "different_subject": "They are about different things",
    "wrong_person": "Somebody else said one of them",
    "wrong_day": "One of the dates is wrong",
    "out_of_context": "The context changes the meaning",
    "other": "Something else",
}
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def blueprint(app: OpenAPI, ledger: Ledger, settings: Settings, limiter: Limiter) -> Blueprint:
    """The pages of an application."""
    pages = Blueprint("pages", __name__)
    limited = limiter.limit(WRITES)

    @pages.get("/")
    def start() -> str:
        with ledger.reading() as session:
            recent = checks.recent(session)
        return render_template("start.html", recent=recent)

    @pages.post("/checks")
    @limited
    def post_check() -> Any:
        try:
            asked = CheckRequest(url=request.form.get("url", ""), html=None)
        except ValidationError as error:
            return invalid(error)
        check, _ = accept(ledger, settings, asked.url)
        return redirect(url_for("pages.check", id=check.id), 303)

    @pages.get("/checks/<id>")
    def check(id: str) -> Response:
        shown = check_json(found(ledger, id), settings)
        response = make_response(
            render_template("check.html", check=shown, stages=STAGES, kinds=KINDS, reasons=REASONS)
        )
        if shown["state"] in ("queued", "running"):
            response.headers["Refresh"] = str(REFRESH)
        return response

    @pages.post("/findings/<id>/reports")
    @limited
    def post_report(id: str) -> Any:
        try:
            given = {"reason": request.form.get("reason"), "comment": request.form.get("comment") or None}
            said = ReportRequest.model_validate(given)
        except ValidationError as error:
            return invalid(error)
        report(ledger, id, said.reason, said.comment)
        return render_template("thanks.html")

    @pages.get("/officials/<slug>")
    def official(slug: str) -> str:
        with ledger.reading() as session:
            someone = officials.by_slug(session, slug)
            if someone is None:
                abort(404, "Nobody by this name is on record.")
            quotes = officials.quotes_of(session, someone.id, QUOTES)
        return render_template("official.html", official=someone, years=_by_year(quotes), count=len(quotes))

    @pages.get("/problems/<code>")
    def problem(code: str) -> str:
        if code not in EXPLAINED:
            abort(404, "There is no such problem.")
        title, detail = EXPLAINED[code]
        return render_template("problem.html", title=title, detail=detail, status=None)

    @pages.get("/docs")
    def docs() -> str:
        return render_template("docs.html", api=app.api_doc, problems=EXPLAINED)

    @pages.get("/openapi.json")
    def openapi() -> dict[str, Any]:
        document: dict[str, Any] = dict(app.api_doc)
        # the library writes null for what there is none of, which the standard does not allow
        parts = document["components"].items()
        return document | {"components": {name: part for name, part in parts if part is not None}}

    return pages


def register_filters(app: Flask) -> None:
    """Words for days, marks for clashing words."""
    app.add_template_filter(in_words, "in_words")
    app.add_template_filter(marked, "marked")
    app.add_template_filter(said_on, "said_on")
    app.add_template_filter(link_to, "link_to")


def in_words(day: str | date | None) -> str:
    """``2017-08-01`` -> "1 August 2017", ``2017-03`` -> "March 2017", None -> "day unknown"."""
    if not day:
        return "day unknown"
    parts = [int(part) for part in str(day).split("-")]
    words = [str(parts[0])]
    if len(parts) > 1:
        words.insert(0, MONTHS[parts[1] - 1])
    if len(parts) > 2:
        words.insert(0, str(parts[2]))
    return " ".join(words)


def marked(text: str, clash: Sequence[tuple[int, int]]) -> Markup:
    """The text, escaped, with the clashing ranges in <mark>."""
    parts: list[str] = []
    at = 0
    for start, end in sorted(clash):
        parts += [escape(text[at:start]), Markup("<mark>"), escape(text[start:end]), Markup("</mark>")]
        at = end
    return Markup("").join([*parts, escape(text[at:])])


def _by_year(quotes: Sequence[Quote]) -> list[tuple[str, list[Quote]]]:
    def year(quote: Quote) -> str:
        return str(quote.said_last.year) if quote.said_last else "Day unknown"

    return [(name, list(group)) for name, group in groupby(quotes, year)]
