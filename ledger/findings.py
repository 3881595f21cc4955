"""What readers say about findings."""

from sqlalchemy.orm import Session

from ledger.models import Finding, Report


def report(session: Session, finding_id: str, reason: str, comment: str | None = None) -> Report | None:
    """Keep a reader's word on a finding; None when there is no such finding."""
    if session.get(Finding, finding_id) is None:
        return None
    kept = Report(finding_id=finding_id, reason=reason, comment=comment)
    session.add(kept)
    session.flush()
    return kept
