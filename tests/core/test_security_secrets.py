"""Error pages reveal nothing; the log holds no secret and nothing that was typed."""

import json
import logging

import pytest

from tracker import __version__
from tracker.core.errors import Denied
from tracker.serving import Worker, _server

SECRET = "a-secret-token-of-43-characters-0123456789"


def lines(capsys) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def open_to_all(app, address, view):
    view.tracker_classification = "public"
    app.add_url_rule(address, view.__name__, view, methods=["GET", "POST"])


def test_an_unexpected_error_is_logged_by_its_place_and_not_by_what_was_in_hand(app, visit, capsys):
    def broken(token):
        try:
            raise KeyError(token)
        except KeyError as error:
            raise ValueError(f"typed: {token}") from error

    open_to_all(app, "/broken/<token>", broken)
    page = visit().browser.get(f"/broken/{SECRET}?q={SECRET}", headers={"Cookie": f"x={SECRET}"}, status=500)
    (noted,) = lines(capsys)
    assert noted["route"] == "/broken/<token>"
    assert noted["mark"] in page.text
    assert {"ValueError", "KeyError"} <= set(noted["trace"])
    assert any("test_security_secrets.py" in frame for frame in noted["trace"])
    assert SECRET not in json.dumps(noted)
    for word in (SECRET, "ValueError", "Traceback", ".py", __version__):
        assert word not in page.html.find("main").text


def test_an_error_after_the_page_was_made_is_logged_as_carefully(app, visit, capsys, caplog):
    def fine():
        return "fine"

    def fail(_response):
        raise RuntimeError(SECRET)

    open_to_all(app, "/fine", fine)
    app.after_request(fail)
    answer = app.test_client().get(f"/fine?q={SECRET}")
    assert answer.status_code == 500
    assert SECRET not in capsys.readouterr().out + caplog.text
    assert "RuntimeError" not in answer.text


def test_a_refusal_is_logged_with_who_and_where(app, visit, make, capsys):
    def closed(token):
        raise Denied(f"Not for you: {token}")

    open_to_all(app, "/closed/<token>", closed)
    person = make.person()
    visitor = visit(person)
    capsys.readouterr()
    visitor.browser.get(f"/closed/{SECRET}?q={SECRET}", status=403)
    (noted,) = lines(capsys)
    assert (noted["event"], noted["status"], noted["actor"]) == ("refused", 403, person.id)
    assert noted["route"] == "/closed/<token>"
    assert SECRET not in json.dumps(noted)


def test_a_forged_form_is_logged(visit, make, capsys):
    visitor = visit(make.person())
    capsys.readouterr()
    visitor.browser.post("/language", {"language": SECRET}, status=400)
    (noted,) = lines(capsys)
    assert (noted["status"], noted["route"]) == (400, "/language")
    assert SECRET not in json.dumps(noted)


def test_what_is_not_there_and_what_is_hidden_look_the_same(visit, make):
    hidden = make.outcome(handling="TLP:RED")
    visitor = visit(make.person())
    visitor.get("/")
    pages = [
        visitor.browser.get(f"/outcomes/{ref}", status=404).text.replace(ref, "REF")
        for ref in (hidden.ref, "REC-1999-0001")
    ]
    assert pages[0] == pages[1]


@pytest.mark.parametrize("address", ["/login", "/nowhere"])
def test_nobody_outside_learns_the_version(visit, address):
    assert __version__ not in visit().browser.get(address, status="*").text


def test_the_server_writes_no_addresses_into_its_log(app):
    options = _server(lambda: app, {"bind": "127.0.0.1:0", "workers": 1}).cfg
    assert options.accesslog is None
    assert options.worker_class is Worker
    assert options.forwarded_allow_ips == []
    assert options.limit_request_line > 8000


def test_what_the_server_cannot_read_it_does_not_repeat_into_its_log(caplog):
    sent = []

    class Client:
        def sendall(self, data):
            sent.append(data)

    worker = Worker.__new__(Worker)
    worker.log = logging.getLogger("server")
    for fault in (ValueError(f"GET /sign-in/{SECRET}"), KeyError(SECRET)):
        worker.handle_error(None, Client(), ("10.0.0.1", 1), fault)
    assert SECRET not in caplog.text
    assert "ValueError from 10.0.0.1" in caplog.text
    assert all(data.startswith(b"HTTP/1.1 500") for data in sent)
