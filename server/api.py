"""The HTTP API: ask for a check, read it, say that a finding is no conflict."""

from http import HTTPStatus
from typing import Any

from flask import Response, json
from flask_limiter import Limiter
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel

from ledger import Ledger, checks, findings
from ledger.models import Check
from server.guard import WRITES
from server.problems import EXPLAINED, ApiProblem
from server.schemas import CheckPath, CheckRequest, CheckView, FindingPath, Problem, ReportRequest, check_json
from settings import Settings
from workers import app as queue

POLL_AFTER = 1
"""Seconds a client should wait before it asks again."""

_CHECKS = Tag(name="checks", description="One check examines one page.")
_FINDINGS = Tag(name="findings", description="What readers say about findings.")


def _problems(*statuses: int) -> dict[str | int, type[BaseModel] | dict[Any, Any] | None]:
    """Answers of these statuses, described as problems: the library would call them plain JSON."""
    schema = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    return {
        str(status): {
            "description": HTTPStatus(status).phrase,
            "content": {"application/problem+json": {"schema": schema}},
        }
        for status in statuses
    }


def blueprint(ledger: Ledger, settings: Settings, limiter: Limiter) -> APIBlueprint:
    """The routes below /api/v1."""
    api = APIBlueprint("api", __name__, url_prefix="/api/v1")
    limited = limiter.limit(WRITES)

    @api.post(
        "/checks",
        tags=[_CHECKS],
        responses={"200": CheckView, "202": CheckView, **_problems(403, 413, 422, 429, 503)},
    )
    @limited
    def post_check(body: CheckRequest) -> Response:
        """Examine a page.

        202 with the new check and where to follow it, or 200 with the one that already answers for this page.
        """
        check, created = accept(ledger, settings, body.url, body.html)
        return _answer(check, settings, 200 if check.state == "done" and not created else 202)

    @api.get("/checks/<id>", tags=[_CHECKS], responses={"200": CheckView, **_problems(404, 422)})
    def get_check(path: CheckPath) -> Response:
        """A check as it is now; while it runs, Retry-After says when to ask again."""
        return _answer(found(ledger, path.id), settings, 200)

    @api.post(
        "/findings/<id>/reports",
        tags=[_FINDINGS],
        responses={"201": ReportRequest, **_problems(403, 404, 413, 422, 429)},
    )
    @limited
    def post_report(path: FindingPath, body: ReportRequest) -> tuple[dict[str, Any], int]:
        """Say why a finding is no conflict."""
        report(ledger, path.id, body.reason, body.comment)
        return body.model_dump(), 201

    return api


def accept(ledger: Ledger, settings: Settings, url: str, html: str | None = None) -> tuple[Check, bool]:
    """The check that answers for a page, queued if it is new.

    Raises:
        ApiProblem: the queue is away (503); nothing was started then.
    """
    with ledger.session() as session:
        check, created = checks.accept(session, url, html, settings.check_fresh_for)
        id = check.id
    if created:
        try:
            queue.enqueue(id)
        except queue.QueueDown as error:
            title, detail = EXPLAINED["queue-down"]
            with ledger.session() as session:
                problem = {"type": "/problems/queue-down", "title": title, "status": 503, "detail": detail}
                checks.fail(session, id, problem)
            raise ApiProblem("queue-down", title, detail, 503, retry_after=10) from error
    return found(ledger, id), created


def found(ledger: Ledger, id: str) -> Check:
    """The check of an id.

    Raises:
        ApiProblem: there is none (404).
    """
    with ledger.reading() as session:
        check = checks.get(session, id)
    if check is None:
        raise ApiProblem("no-such-check", *EXPLAINED["no-such-check"], 404)
    return check


def report(ledger: Ledger, finding_id: str, reason: str, comment: str | None) -> None:
    """Keep a reader's word on a finding.

    Raises:
        ApiProblem: there is no such finding (404).
    """
    with ledger.session() as session:
        kept = findings.report(session, finding_id, reason, comment)
    if kept is None:
        raise ApiProblem("no-such-finding", *EXPLAINED["no-such-finding"], 404)


def _answer(check: Check, settings: Settings, status: int) -> Response:
    response = Response(json.dumps(check_json(check, settings)), status, mimetype="application/json")
    if check.state in ("queued", "running"):
        response.headers["Retry-After"] = str(POLL_AFTER)
    if status == 202:
        response.headers["Location"] = f"/api/v1/checks/{check.id}"
    return response
