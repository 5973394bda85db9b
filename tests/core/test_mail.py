"""Mail is written in the transaction, leaves after it, and is tried again."""

import email
import socket
import threading
from datetime import timedelta
from email import policy
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import select

from tracker.core import clock, mail
from tracker.core.db import db, unit_of_work
from tracker.core.vocabulary import Language

TEXTS = {
    "test/mail.txt": "A subject for {{ name }}\n\nHello {{ name }},\n\n{{ text }}\n",
    "test/translated.txt": "{{ _('Sign in') }}\n\n{{ _('Password') }}\n",
}


@pytest.fixture
def app(app):
    app.jinja_loader = ChoiceLoader([app.jinja_loader, DictLoader(TEXTS)])
    return app


def _write(**values):
    with unit_of_work():
        mail.enqueue("jo@example.org", "en", "test/mail.txt", **({"name": "Jo", "text": "Text"} | values))


def _files(app):
    return sorted((Path(app.instance_path) / "mail").glob("*"))


def _read(path):
    return email.message_from_bytes(path.read_bytes(), policy=policy.default)


def test_a_mail_becomes_a_file_that_a_mail_program_opens(app):
    _write(text="سجون & prisons <ok>")
    (path,) = _files(app)
    message = _read(path)
    assert (message["To"], message["Subject"]) == ("jo@example.org", "A subject for Jo")
    assert all(message[name] for name in ("From", "Date", "Message-ID"))
    assert "سجون & prisons <ok>" in message.get_content()
    assert path.suffix == ".eml"
    assert path.stat().st_mode & 0o077 == 0


def test_nothing_leaves_when_the_transaction_fails(app):
    def fail():
        with unit_of_work():
            mail.enqueue("jo@example.org", "en", "test/mail.txt", name="Jo", text="Text")
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        fail()
    with unit_of_work():
        pass
    assert _files(app) == []


def test_a_mail_speaks_the_language_of_its_reader(app):
    with unit_of_work():
        mail.enqueue("jo@example.org", "fr", "test/translated.txt")
    message = _read(_files(app)[0])
    assert message["Subject"] != "Sign in"
    assert message["Content-Language"] == "fr"


def test_a_line_break_in_a_name_begins_no_header(app):
    _write(name="Jo\r\nBcc: everybody@example.org")
    message = _read(_files(app)[0])
    assert message["Bcc"] is None
    assert message["Subject"].startswith("A subject for Jo")


def test_the_text_of_a_sent_mail_is_not_kept(app):
    _write(text="a secret link")
    kept = db.session.scalars(select(mail.Mail)).one()
    assert kept.sent_at is not None
    assert "secret" not in kept.body


@pytest.fixture
def server():
    """A real mail server that keeps what it gets."""
    got = []

    class Keep:
        async def handle_DATA(self, _server, _session, envelope):
            got.append((envelope.rcpt_tos, envelope.content))
            return "250 OK"

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(Keep(), hostname="127.0.0.1", port=port)
    controller.start()
    yield port, got
    controller.stop()


def _use(app, port):
    app.config.update(TRACKER_MAIL_SERVER="127.0.0.1", TRACKER_MAIL_PORT=port, TRACKER_MAIL_SECURITY="none")


def _wait_for_the_thread():
    for thread in threading.enumerate():
        if thread.name == "mail":
            thread.join()


def test_a_mail_goes_to_the_mail_server(app, server):
    port, got = server
    _use(app, port)
    _write()
    _wait_for_the_thread()
    ((to, content),) = got
    assert to == ["jo@example.org"]
    assert b"A subject for Jo" in content
    assert _files(app) == []


def test_a_mail_that_can_be_ended_says_where_in_one_unbroken_line(app, server):
    """RFC 8058; an address that is longer than a line must not be encoded."""
    port, got = server
    stop = f"https://{'a-long-name.' * 12}example.org/stop/{'a' * 40}"
    for use in (lambda: None, lambda: _use(app, port)):
        use()
        with unit_of_work():
            mail.enqueue("jo@example.org", "en", "test/mail.txt", stop_url=stop, name="Jo", text="سجون " * 99)
        _wait_for_the_thread()
    (path,) = _files(app)
    for raw in (path.read_bytes(), got[0][1]):
        assert f"List-Unsubscribe: <{stop}>\r\n".encode() in raw
        assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw
        assert max(map(len, raw.splitlines())) <= 998
    kept = db.session.scalars(select(mail.Mail).execution_options(populate_existing=True)).all()
    assert {row.stop_url for row in kept} == {None}
    _write()
    _wait_for_the_thread()
    assert b"List-Unsubscribe" not in got[1][1]


def test_a_mail_that_failed_is_tried_again_later_and_sent_once(app, server):
    port, got = server
    _use(app, 1)
    _write()
    _wait_for_the_thread()
    db.session.expire_all()
    assert mail.stuck() == 1
    _use(app, port)
    assert mail.deliver() == 0, "not before its time"
    with clock.at(clock.now() + timedelta(hours=1)):
        assert mail.deliver() == 1
        assert mail.deliver() == 0
    assert len(got) == 1
    assert mail.stuck() == 0


def test_a_mail_that_cannot_even_be_built_holds_up_no_other(app):
    with unit_of_work() as session:
        for subject in ("two\nlines", "one line"):
            session.add(
                mail.Mail(to_address="jo@example.org", language=Language.EN, subject=subject, body="x")
            )
    mail.deliver()
    db.session.expire_all()
    assert [bool(kept.sent_at) for kept in db.session.scalars(select(mail.Mail).order_by(mail.Mail.id))] == [
        False,
        True,
    ]
    assert mail.stuck() == 1


def test_a_mail_is_given_up_in_the_end_and_kept(app):
    _use(app, 1)
    _write()
    _wait_for_the_thread()
    for day in range(1, 20):
        with clock.at(clock.now() + timedelta(days=day)):
            mail.deliver()
    db.session.expire_all()
    kept = db.session.scalars(select(mail.Mail)).one()
    assert kept.tries == mail.MOST_TRIES
    assert kept.problem
    assert kept.body
