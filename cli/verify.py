"""``onrecord verify``: judge exported findings again, offline, from their words alone."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from cli.problems import Problem, read_settings
from workers.quotes import Day

TOLERANCE = 0.02
"""On the score: a model's arithmetic depends a little on the processor and on what else it reads at once."""


@click.command(short_help="Judge exported findings again.")
@click.argument("file", type=click.Path(path_type=Path))
def verify(file: Path) -> None:
    """Judge again the findings in FILE: a check as --json prints it, or one finding of it.

    Exit status: 0 every finding comes out the same, 1 one doesn't, 2 could not be verified.
    """
    findings = _findings(file)
    settings = read_settings()
    from workers.contradictions import Reading, comparer
    from workers.errors import CheckError

    try:
        judge = comparer(settings)
    except CheckError as error:
        raise Problem(str(error)) from None
    pairs = [(finding["then"]["statement"], finding["now"]["statement"]) for finding in findings]
    readings = [
        Reading(*pair, float(earlier @ later), finding["then"]["said"].days_until(finding["now"]["said"]))
        for finding, pair in zip(findings, pairs, strict=True)
        for earlier, later in [judge.embed(pair)]
    ]
    same = True
    for finding, verdict in zip(findings, judge.judge(readings), strict=True):
        kind = finding["kind"] if verdict.score >= finding["threshold"] - TOLERANCE else "nothing"
        agrees = kind == finding["kind"] and abs(verdict.score - finding["score"]) <= TOLERANCE
        same &= agrees
        used = finding["versions"]
        others = [name for name in ("model", "calibration") if judge.versions[name] != used.get(name)]
        then, now = f"{finding['kind']} {finding['score']:.3f}", f"{kind} {verdict.score:.3f}"
        other = f" (another version of: {', '.join(others)})" if others else ""
        click.echo(f"{finding['id']}: {'the same' if agrees else 'differs'}, {then} then, {now} now{other}")
    sys.exit(0 if same else 1)


def _findings(file: Path) -> list[dict[str, Any]]:
    try:
        exported = json.loads(file.read_text(encoding="utf-8"))
        return [_checked(finding) for finding in exported.get("findings", [exported])]
    except OSError as error:
        raise Problem(f"Cannot read {file}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Problem(f"{file} holds no finding as onrecord check --json prints it ({error!r}).") from None


def _checked(finding: dict[str, Any]) -> dict[str, Any]:
    """What verifying needs of a finding, in the types it needs."""
    kind, versions = str(finding["kind"]), dict(finding["versions"])
    shift, contradiction = map(float, versions["thresholds"].split("/"))
    return {
        "id": str(finding["id"]),
        "kind": kind,
        "score": float(finding["score"]),
        "threshold": contradiction if kind == "contradiction" else shift,
        "then": _card(finding["then"]),
        "now": _card(finding["now"]),
        "versions": versions,
    }


def _card(card: dict[str, Any]) -> dict[str, Any]:
    return {"statement": str(card["statement"]), "said": Day.parse(card["said_on"])}
