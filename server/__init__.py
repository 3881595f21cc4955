"""The HTTP side of On Record: API and pages. It knows the ledger and the queue, and nothing of models."""

from importlib.metadata import version

from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI

from ledger import open_ledger
from server import api, guard, health, pages, problems
from server.schemas import Problem
from settings import Settings
from settings import settings as read_settings

__all__ = ["create_app"]

_ABOUT = """Ask for a check of a news page, follow it, and read where an official says something there
that may conflict with what the same official said before. Every error is a problem as in RFC 9457."""


def create_app(settings: Settings | None = None) -> OpenAPI:
    """The application, for any WSGI server.

    Raises:
        pydantic.ValidationError: a setting has a value that cannot be used.
    """
    settings = settings or read_settings()
    app = OpenAPI(
        __name__,
        info=Info(title="On Record", version=version("on-record"), description=_ABOUT),
        doc_ui=False,
        validation_error_callback=problems.invalid,
        validation_error_model=Problem,
    )
    ledger = open_ledger(settings.ledger_url)
    problems.register(app)
    limiter = guard.protect(app, settings)
    health.register(app, ledger)
    pages.register_filters(app)
    app.register_api(api.blueprint(ledger, settings, limiter))
    app.register_blueprint(pages.blueprint(app, ledger, settings, limiter))
    return app
