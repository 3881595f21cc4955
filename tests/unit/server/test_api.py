import subprocess
import sys

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from ledger import checks
from ledger.models import Check, Report
from server import create_app
from server.guard import LARGEST_BODY
from server.schemas import link_to
from tests.unit.server.conftest import done_check

URL = "https://courier.example/talks"


def problem(response) -> dict:
    assert response.mimetype == "application/problem+json"
    assert set(response.json) == {"type", "title", "status", "detail"}
    assert response.json["status"] == response.status_code
    return response.json


def test_a_new_check_is_accepted_and_followed(client, record, queue):
    response = client.post("/api/v1/checks", json={"url": URL})
    assert response.status_code == 202
    check = response.json
    assert response.headers["Location"] == f"/api/v1/checks/{check['id']}"
    assert response.headers["Retry-After"] == "1"
    assert (check["state"], check["url"], check["findings"]) == ("queued", URL, [])
    followed = client.get(response.headers["Location"])
    assert followed.json == check
    assert followed.headers["Retry-After"] == "1"


def test_a_page_at_work_is_accepted_once(client, record, queue):
    first, second = (client.post("/api/v1/checks", json={"url": URL}) for _ in range(2))
    assert first.json["id"] == second.json["id"]
    assert second.status_code == 202


def test_a_fresh_result_answers_at_once(client, record):
    id = done_check(record, url=URL)
    response = client.post("/api/v1/checks", json={"url": URL})
    assert (response.status_code, response.json["id"]) == (200, id)
    assert "Retry-After" not in response.headers


def test_a_finding_has_all_that_the_contract_names(client, record, settings):
    check = client.get(f"/api/v1/checks/{done_check(record)}").json
    assert {"id", "url", "state", "stage", "progress", "error", "article", "compared", "findings"} <= set(
        check
    )
    assert check["links"] == {"page": f"{settings.address}/checks/{check['id']}"}
    (finding,) = check["findings"]
    assert {"id", "kind", "score", "reason", "official", "now", "then", "versions"} == set(finding)
    assert finding["official"]["url"] == f"{settings.address}/officials/marta-vellin"
    assert finding["then"]["said_on"] == "2031-01-09"
    assert finding["now"]["clash"] == [[0, 7]]
    assert finding["now"]["source"]["link"].startswith("https://courier.example/talks#:~:text=We%20will")


def test_without_a_queue_nothing_is_half_accepted(client, record):
    response = client.post("/api/v1/checks", json={"url": URL})
    assert problem(response)["type"] == "/problems/queue-down"
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    with record.reading() as session:
        assert [check.state for check in session.query(Check)] == ["failed"]
        assert checks.recent(session) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"url": "ftp://courier.example/a"}, 422),
        ({"url": "javascript:alert(1)"}, 422),
        ({"url": ""}, 422),
        ({"url": "https://courier.example/" + "a" * 5000}, 422),
        ({}, 422),
        ({"url": URL, "more": 1}, 422),
        ({"url": URL, "html": "a" * 4_000_001}, 413),
        (["not", "an", "object"], 422),
    ],
)
def test_what_cannot_be_examined_is_refused(client, body, status):
    response = client.post("/api/v1/checks", json=body)
    assert response.status_code == status
    problem(response)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/checks/unknown", 404),
        ("GET", "/api/v1/nothing", 404),
        ("DELETE", "/api/v1/checks", 405),
    ],
)
def test_every_error_is_a_problem(client, method, path, status):
    response = client.open(path, method=method)
    assert response.status_code == status
    problem(response)


def test_a_body_that_is_no_json_is_a_problem(client):
    response = client.post("/api/v1/checks", data="{", content_type="application/json")
    assert 400 <= response.status_code < 500
    problem(response)


def test_a_report_is_kept(client, record):
    check = client.get(f"/api/v1/checks/{done_check(record)}").json
    path = f"/api/v1/findings/{check['findings'][0]['id']}/reports"
    response = client.post(path, json={"reason": "wrong_person", "comment": "It was the other one."})
    assert response.status_code == 201
    with record.reading() as session:
        (kept,) = session.query(Report)
    assert (kept.reason, kept.comment) == ("wrong_person", "It was the other one.")
    assert problem(client.post(path, json={"reason": "because"}))["status"] == 422
    assert problem(client.post("/api/v1/findings/none/reports", json={"reason": "other"}))["status"] == 404


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (None, True),
        ("http://localhost", True),
        ("chrome-extension://abcdef", True),
        ("moz-extension://1234", True),
        ("https://elsewhere.example", False),
        ("http://localhost.elsewhere.example", False),
        ("null", False),
    ],
)
def test_only_this_site_and_the_extension_may_write(client, record, queue, origin, allowed):
    headers = {"Origin": origin} if origin else {}
    response = client.post("/api/v1/checks", json={"url": URL}, headers=headers)
    assert response.status_code == (202 if allowed else 403)
    with record.reading() as session:
        assert session.query(Check).count() == (1 if allowed else 0)


def test_a_server_on_loopback_answers_to_its_own_names_only(client):
    assert client.get("/livez", headers={"Host": "127.0.0.1:8321"}).status_code == 200
    assert problem(client.get("/livez", headers={"Host": "rebound.example"}))["status"] == 421


def test_writes_are_limited_by_client(client, record, queue):
    answers = [client.post("/api/v1/checks", json={"url": URL}).status_code for _ in range(31)]
    assert answers[:30] == [202] * 30
    assert answers[30] == 429
    last = client.post("/api/v1/checks", json={"url": URL})
    assert problem(last)["type"] == "/problems/too-many-requests"
    assert int(last.headers["Retry-After"]) > 0
    assert client.get("/livez").status_code == 200


def test_the_document_is_valid_and_describes_the_answers(client, record):
    document = client.get("/openapi.json").json
    validate(document)
    assert "/api/v1/checks/{id}" in document["paths"]
    schema = {"$ref": "#/components/schemas/CheckView", "components": document["components"]}
    Draft202012Validator(schema).validate(client.get(f"/api/v1/checks/{done_check(record)}").json)


def test_readiness_names_what_is_missing(client, settings):
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json["checks"]["ledger"] == "ready"
    assert "ONRECORD_REDIS_URL" in response.json["checks"]["queue"]
    assert "queue" in response.json["detail"]
    bare = create_app(settings.model_copy(update={"data_dir": settings.data_dir / "new"})).test_client()
    assert "onrecord migrate" in bare.get("/readyz").json["checks"]["ledger"]
    assert bare.get("/livez").status_code == 200


def test_metrics_count_requests_and_checks(client, record):
    done_check(record)
    client.get("/livez")
    text = client.get("/metrics").text
    assert 'onrecord_requests_total{method="GET",route="/livez",status="200"} 1.0' in text
    assert 'onrecord_checks{state="done"} 1.0' in text


def test_the_server_knows_nothing_of_models():
    heavy = ("onnxruntime", "transformers", "newspaper", "trafilatura", "torch")
    code = f"import sys, server; server.create_app; print([m for m in {heavy} if m in sys.modules])"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("words", "fragment"),
    [
        ("We will talk", "We%20will%20talk"),
        ("yes, we - will", "yes%2C%20we%20%2D%20will"),
        ("“a” & 'b' \"c\"", "%E2%80%9Ca%E2%80%9D%20%26%20%27b%27%20%22c%22"),
        ("one two three four five six seven eight nine ten eleven twelve",
         "one%20two%20three%20four%20five%20six%20seven%20eight%20nine%20ten%20eleven%20twelve"),
        ("first paragraph\n\nsecond", "first%20paragraph"),
        ("one two three four five six seven eight nine ten eleven twelve thirteen",
         "one%20two%20three%20four%20five%20six,eight%20nine%20ten%20eleven%20twelve%20thirteen"),
    ],
)  # fmt: skip
def test_links_scroll_to_the_words(words, fragment):
    assert link_to("https://a.example/x#old", words) == f"https://a.example/x#:~:text={fragment}"


def test_what_is_no_web_address_gets_no_fragment():
    assert link_to("file:///saved.html", "words") == "file:///saved.html"


@pytest.mark.parametrize(
    ("body", "kind"), [("url=https://a.example/", "application/x-www-form-urlencoded"), ("x", "text/plain")]
)
def test_a_body_of_another_kind_is_refused_and_starts_nothing(client, record, body, kind):
    assert problem(client.post("/api/v1/checks", data=body, content_type=kind))["status"] == 422
    with record.reading() as session:
        assert session.query(Check).count() == 0


def test_a_body_beyond_every_page_is_refused_unread(client):
    response = client.post("/api/v1/checks", data=b"a" * (LARGEST_BODY + 1), content_type="application/json")
    assert problem(response)["type"] == "/problems/too-large"
    assert response.status_code == 413


def test_programs_get_problems_whatever_they_accept(client):
    response = client.get("/api/v1/checks/unknown", headers={"Accept": "text/html"})
    assert problem(response)["type"] == "/problems/no-such-check"


@pytest.mark.parametrize("origin", ["http://[::", "https://", "javascript:alert(1)", ""])
def test_an_origin_that_is_none_may_not_write(client, record, origin):
    response = client.post("/api/v1/checks", json={"url": URL}, headers={"Origin": origin})
    assert problem(response)["type"] == "/problems/foreign-origin"
    assert response.status_code == 403
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    with record.reading() as session:
        assert session.query(Check).count() == 0


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/api/v1/checks/unknown", {}),
        ("GET", "/nothing", {}),
        ("POST", "/api/v1/checks", {}),
        ("POST", "/api/v1/checks", {"Origin": "https://elsewhere.example"}),
        ("POST", "/api/v1/findings/none/reports", {}),
        ("GET", "/livez", {"Host": "rebound.example"}),
        ("GET", "/readyz", {}),
    ],
)
def test_every_type_of_problem_is_explained(client, method, path, headers):
    kind = client.open(path, method=method, json={"reason": "other"}, headers=headers).json["type"]
    assert client.get(kind).status_code == 200


def test_an_error_without_more_to_say_has_no_type_of_its_own(client):
    assert problem(client.delete("/api/v1/checks"))["type"] == "about:blank"


def test_errors_are_described_as_the_problems_they_are(client):
    for methods in client.get("/openapi.json").json["paths"].values():
        for call in methods.values():
            for status, response in call["responses"].items():
                kind = "application/json" if int(status) < 400 else "application/problem+json"
                assert list(response["content"]) == [kind]
