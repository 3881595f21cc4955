"""Whether the server lives, whether it can do its work and if not what is missing, and its figures."""

from flask import Blueprint, Flask, Response, g, json, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from ledger import Ledger
from ledger.models import Check
from workers import app as queue

PATIENCE = 1.0
"""Seconds a worker gets to answer that it is there."""


def register(app: Flask, ledger: Ledger) -> None:
    """Add /livez, /readyz and /metrics to an application."""
    registry = CollectorRegistry()
    requests = Counter(
        "onrecord_requests", "Requests answered", ["method", "route", "status"], registry=registry
    )
    seconds = Histogram("onrecord_request_seconds", "Time to answer", ["route"], registry=registry)
    checks = Gauge("onrecord_checks", "Checks by state", ["state"], registry=registry)

    @app.before_request
    def _start() -> None:
        g.timer = seconds.labels(request.url_rule.rule if request.url_rule else "none").time()
        g.timer.__enter__()

    @app.after_request
    def _count(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        requests.labels(request.method, route, response.status_code).inc()
        if timer := g.pop("timer", None):
            timer.__exit__(None, None, None)
        return response

    # a plain blueprint: these are for machines that watch, and no part of the described API
    health = Blueprint("health", __name__)

    @health.get("/livez")
    def livez() -> dict[str, str]:
        return {"status": "alive"}

    @health.get("/readyz")
    def readyz() -> Response:
        parts = {"ledger": _ledger(ledger), "queue": _queue(), "worker": _worker()}
        wrong = {name: fault for name, fault in parts.items() if fault}
        document: dict[str, object] = {
            "status": 503 if wrong else 200,
            "checks": {name: fault or "ready" for name, fault in parts.items()},
        }
        if wrong:
            document |= {
                "type": "/problems/not-ready",
                "title": "Not ready",
                "detail": " ".join(f"{name}: {fault}" for name, fault in wrong.items()),
            }
        kind = "application/problem+json" if wrong else "application/json"
        return Response(json.dumps(document), 503 if wrong else 200, mimetype=kind)

    @health.get("/metrics")
    def metrics() -> Response:
        with ledger.reading() as session:
            counted = session.execute(select(Check.state, func.count()).group_by(Check.state)).all()
        checks.clear()
        for state, count in counted:
            checks.labels(state).set(count)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    app.register_blueprint(health)


def _ledger(ledger: Ledger) -> str | None:
    try:
        ledger.ping()
    except SQLAlchemyError:
        return "The record cannot be read. Check ONRECORD_DATABASE_URL and run: onrecord migrate"
    return None


def _queue() -> str | None:
    try:
        queue.waiting()
    except queue.QueueDown:
        return "The queue cannot be reached. Start Redis or check ONRECORD_REDIS_URL."
    return None


def _worker() -> str | None:
    try:
        answers = queue.celery.control.ping(timeout=PATIENCE, limit=1)
    except (queue.QueueDown, OSError):
        return "No worker can be asked while the queue is away."
    return None if answers else "No worker answers. Start one: onrecord worker"
