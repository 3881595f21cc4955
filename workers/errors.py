"""Why a check can end without findings: each reason has a name, a sentence and a way out.

Two families, as a queue needs them: `TryAgain` may work later, `CannotWork` never will.
"""

from dataclasses import dataclass


@dataclass(eq=False)
class CheckError(Exception):
    """A reason that ends a check, told to the reader as problem+json (RFC 9457).

    Attributes:
        code: stable slug, last part of the problem's type (``not-an-article``).
        title: the same for every occurrence, a short sentence.
        detail: what happened this time and what the reader can do about it.
        status: HTTP status that describes it best.
    """

    code: str
    title: str
    detail: str
    status: int = 422

    def __str__(self) -> str:
        return f"{self.title}: {self.detail}"

    def problem(self) -> dict[str, str | int]:
        """The error as an RFC 9457 object."""
        return {
            "type": f"/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }


class TryAgain(CheckError):
    """A passing fault: a time-out, a 503, a database that is busy."""


class CannotWork(CheckError):
    """A lasting fault: a refused address, a page that is no article."""
