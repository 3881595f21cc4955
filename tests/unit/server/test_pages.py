import pytest

from ledger import checks
from ledger.models import Check, Quote, Report
from server.pages import in_words, marked
from settings import ROOT
from tests.unit.server.conftest import HOSTILE, done_check

PAGE = {"Accept": "text/html"}


def test_a_check_shows_both_sides_with_the_words_marked(client, record):
    page = client.get(f"/checks/{done_check(record)}", headers=PAGE).text
    assert "Position has shifted" in page
    assert "<mark>We will</mark>" in page
    assert "9 January 2031" in page
    assert 'href="/officials/marta-vellin"' in page
    assert "lied" not in page


def test_nothing_on_record_yet_says_so(client, record):
    page = client.get(f"/checks/{done_check(record, findings=False)}", headers=PAGE).text
    assert "Nothing earlier is on record yet" in page


def test_a_running_check_loads_itself_again_until_it_has_ended(client, record):
    with record.session() as session:
        check, _ = checks.accept(session, "https://courier.example/running")
    response = client.get(f"/checks/{check.id}", headers=PAGE)
    assert response.headers["Refresh"] == "2"
    assert "Waiting for a worker" in response.text
    with record.session() as session:
        checks.fail(
            session, check.id, {"type": "/problems/paywall", "title": "T", "status": 402, "detail": "D"}
        )
    response = client.get(f"/checks/{check.id}", headers=PAGE)
    assert "Refresh" not in response.headers
    assert "Try again" in response.text


def test_an_official_has_dated_quotes(client, record):
    done_check(record)
    page = client.get("/officials/marta-vellin", headers=PAGE).text
    assert "2 statements on record" in page
    assert page.index("4 August 2031") < page.index("9 January 2031")


def test_only_exact_words_stand_in_quotation_marks(client, record):
    id = done_check(record)
    with record.session() as session:
        session.query(Quote).filter(Quote.text == "No talks").update({"type": "indirect"})
    for path in (f"/checks/{id}", "/officials/marta-vellin"):
        page = client.get(path, headers=PAGE).text.replace("<mark>", "").replace("</mark>", "")
        assert "<p>“We will talk" in page
        assert "<p>No talks</p>" in page


def test_a_hostile_address_is_escaped_while_it_runs_and_when_it_failed(client, record):
    with record.session() as session:
        check, _ = checks.accept(session, f"https://courier.example/?{HOSTILE}")
    running = client.get(f"/checks/{check.id}", headers=PAGE).text
    with record.session() as session:
        fault = {"type": "/problems/paywall", "title": HOSTILE, "status": 402, "detail": HOSTILE}
        checks.fail(session, check.id, fault)
    for page in (running, client.get(f"/checks/{check.id}", headers=PAGE).text):
        assert "&lt;script&gt;" in page
        assert "<script>" not in page
        assert "<img src=x" not in page


def test_whatever_a_page_says_is_escaped(client, record):
    id = done_check(record, words=HOSTILE)
    for path in ("/", f"/checks/{id}", "/officials/marta-vellin"):
        page = client.get(path, headers=PAGE).text
        assert "<script>" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;" in page


def test_an_address_that_is_no_web_address_is_no_link(client, record):
    id = done_check(record, source="javascript:alert(1)")
    for path in (f"/checks/{id}", "/officials/marta-vellin"):
        assert 'href="javascript:' not in client.get(path, headers=PAGE).text


def test_what_a_reader_supplied_is_listed_nowhere(client, record):
    id = done_check(record, html="<html></html>")
    assert client.get(f"/checks/{id}", headers=PAGE).status_code == 200
    assert id not in client.get("/", headers=PAGE).text
    assert client.get("/officials/marta-vellin", headers=PAGE).status_code == 404


def test_who_was_met_only_privately_has_no_page_and_no_link_to_one(client, record):
    id = done_check(record, html="<p>Supplied.</p>")
    assert "/officials/" not in client.get(f"/checks/{id}", headers=PAGE).text
    (finding, *_) = client.get(f"/api/v1/checks/{id}").json["findings"]
    assert finding["official"]["url"] is None


def test_the_form_works_without_a_script(client, record, queue):
    response = client.post("/checks", data={"url": "https://courier.example/form"})
    assert response.status_code == 303
    assert client.get(response.headers["Location"]).status_code == 200
    assert client.post("/checks", data={"url": "nonsense"}, headers=PAGE).status_code == 422


def test_a_report_by_form_is_kept(client, record):
    check = client.get(f"/api/v1/checks/{done_check(record)}").json
    path = f"/findings/{check['findings'][0]['id']}/reports"
    assert "Thank you" in client.post(path, data={"reason": "other"}).text
    assert client.post(path, data={}, headers=PAGE).status_code == 422
    with record.reading() as session:
        assert session.query(Report).count() == 1


def test_reading_changes_nothing(client, record):
    id = done_check(record)
    paths = ("/", f"/checks/{id}", "/officials/marta-vellin", "/docs", "/readyz", "/metrics", "/openapi.json")
    with record.reading() as session:
        before = [(check.id, check.updated_at) for check in session.query(Check)]
    for path in paths:
        client.get(path)
    with record.reading() as session:
        assert [(check.id, check.updated_at) for check in session.query(Check)] == before


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/nothing", "/livez", "/static/pages.css", "/problems/paywall"]
)
def test_every_answer_is_guarded(client, path):
    headers = client.get(path).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/nothing", "/checks/none", "/officials/nobody", "/problems/none"])
def test_people_get_a_page_for_an_error(client, path):
    response = client.get(path, headers=PAGE)
    assert response.status_code == 404
    assert response.mimetype == "text/html"
    assert "<h1>" in response.text


def test_the_documentation_names_every_call(client):
    page = client.get("/docs", headers=PAGE).text
    for call in ("POST /api/v1/checks", "GET /api/v1/checks/{id}", "POST /api/v1/findings/{id}/reports"):
        assert call in page
    assert "http://" not in page.replace("http://127.0.0.1", "")


def test_pages_hold_no_script_and_no_inline_style(client, record):
    id = done_check(record)
    for path in ("/", f"/checks/{id}", "/officials/marta-vellin", "/docs"):
        page = client.get(path, headers=PAGE).text
        assert "<script" not in page
        assert " style=" not in page


def test_marks_never_leave_the_text():
    assert marked("a <b> c", [(2, 5)]) == "a <mark>&lt;b&gt;</mark> c"


@pytest.mark.parametrize(
    ("day", "words"),
    [("2017-08-01", "1 August 2017"), ("2017-03", "March 2017"), ("2017", "2017"), (None, "day unknown")],
)
def test_days_in_words(day, words):
    assert in_words(day) == words


def test_pages_and_popup_share_their_colours():
    ours, theirs = ROOT / "server" / "static" / "tokens.css", ROOT / "extension" / "tokens.css"
    assert ours.read_text() == theirs.read_text()
