"""Mail: written down in the transaction that causes it, sent after the commit, tried again when it fails.

By default a mail becomes a file in `instance/mail/`; with `TRACKER_MAIL_SERVER` it goes out by SMTP.
"""

import os
import smtplib
import ssl
import threading
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, current_app, render_template
from flask_babel import force_locale
from sqlalchemy import String, Text, delete, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Base, after_commit, db, now, unit_of_work
from tracker.core.vocabulary import Language, slug_column

log = structlog.get_logger("tracker")

#: How often a mail is tried before it is given up.
MOST_TRIES = 8
#: How long one process may take to send what it took on, before another tries.
_LEASE = timedelta(minutes=5)
#: How long the mail server may take to answer, in seconds.
_PATIENCE = 20
_BATCH = 20
#: Longest line of a mail, in characters (RFC 5322, section 2.1.1).
_LONGEST_LINE = 998


class Mail(Base):
    """A mail that waits, or that was sent; the text of a sent one is not kept, since it may hold a link."""

    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    to_address: Mapped[str] = mapped_column(String(254))
    language: Mapped[Language] = mapped_column(slug_column(Language))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(default=now)
    #: Why the last try failed, as the server said it.
    problem: Mapped[str | None] = mapped_column(String(300))
    #: Where its reader puts an end to mails of this sort; not kept of a sent one either.
    stop_url: Mapped[str | None] = mapped_column(String(500))


def enqueue(to: str, language: str, template: str, *, stop_url: str | None = None, **values: Any) -> None:
    """Write down a mail in the current unit of work; it leaves after the commit.

    `template` is a text template whose first line is the subject, rendered in `language` with `values`. A
    mail that its reader has asked for has a `stop_url`, which the template gets too: whoever opens that
    address can end them without signing in, and a mail program ends them by sending a form there (RFC 8058).
    """
    with force_locale(language):
        text = render_template(template, stop_url=stop_url, **values)
    subject, _break, body = text.strip().partition("\n")
    db.session.add(
        Mail(
            to_address=to,
            language=Language(language),
            # A line break in a name must not begin another header.
            subject=" ".join(subject.split())[:300],
            body=body.strip() + "\n",
            stop_url=stop_url,
        )
    )
    db.session.info["mail_waits"] = True


#: Asked before every try about a mail that has a `stop_url`: with that address and the text.
_CHECKS: list[Callable[[str, str], bool]] = []


def asked_before(check: Callable[[str, str], bool]) -> Callable[[str, str], bool]:
    """Register what says whether a mail that waits may still be sent, by its `stop_url` and its text. One
    that may not is taken back.
    """
    _CHECKS.append(check)
    return check


def withdraw(stop_urls: Collection[str]) -> None:
    """Take back in the current unit of work what has not left of the mails that these addresses end."""
    waits = (Mail.sent_at.is_(None), Mail.stop_url.in_(stop_urls))
    db.session.execute(delete(Mail).where(*waits))


def _message(mail: Mail) -> EmailMessage:
    # Python would encode an address that is longer than a line, and mail programs would not find it.
    message = EmailMessage(policy=SMTP.clone(max_line_length=_LONGEST_LINE) if mail.stop_url else SMTP)
    message["From"] = current_app.config["TRACKER_MAIL_SENDER"]
    message["To"] = mail.to_address
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = make_msgid(domain="tracker.invalid")
    message["Auto-Submitted"] = "auto-generated"
    if mail.stop_url:
        message["List-Unsubscribe"] = f"<{mail.stop_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.body)
    message["Content-Language"] = str(mail.language)
    return message


def _write(mail: Mail) -> None:
    folder = Path(current_app.instance_path) / "mail"
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"{mail.created_at:%Y%m%d-%H%M%S}-{mail.id:06}.eml"
    partial = target.with_suffix(".part")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(_message(mail).as_bytes())
    partial.replace(target)


def _send(mail: Mail) -> None:
    config = current_app.config
    host, port, security = (config[f"TRACKER_MAIL_{name}"] for name in ("SERVER", "PORT", "SECURITY"))
    trust = ssl.create_default_context()
    server: smtplib.SMTP
    if security == "tls":
        server = smtplib.SMTP_SSL(host, port, timeout=_PATIENCE, context=trust)
    else:
        server = smtplib.SMTP(host, port, timeout=_PATIENCE)
    with server:
        if security == "starttls":
            server.starttls(context=trust)
        if config["TRACKER_MAIL_USERNAME"]:
            server.login(config["TRACKER_MAIL_USERNAME"], config["TRACKER_MAIL_PASSWORD"])
        server.send_message(_message(mail))


def _claim() -> list[int]:
    """Take on the mails that are due, so that no other process sends them meanwhile."""
    due = (Mail.sent_at.is_(None), Mail.next_try_at <= now(), Mail.tries < MOST_TRIES)
    with unit_of_work(announce=False) as session:
        mails = list(session.scalars(select(Mail).where(*due).order_by(Mail.id).limit(_BATCH)))
        for mail in mails:
            mail.tries += 1
            mail.next_try_at = now() + _LEASE
        return [mail.id for mail in mails]


def deliver() -> int:
    """Send what is due; gives back how many left. A mail that fails waits longer after each try."""
    sent = 0
    while numbers := _claim():
        for number in numbers:
            sent += _try(number)
    return sent


def _try(number: int) -> bool:
    # It may have been taken back since it was claimed.
    mail = db.session.get(Mail, number, populate_existing=True)
    if mail is None:
        return False
    if mail.stop_url and not all(check(mail.stop_url, mail.body) for check in _CHECKS):
        with unit_of_work(announce=False) as session:
            session.execute(delete(Mail).where(Mail.id == number))
        return False
    problem = None
    try:
        if current_app.config["TRACKER_MAIL_SERVER"]:
            _send(mail)
        else:
            _write(mail)
    except (OSError, ValueError, smtplib.SMTPException) as error:
        # One that cannot be sent, or not even be built, must not hold up the others.
        problem = f"{type(error).__name__}: {error}"[:300]
        log.error("mail not sent", mail=number, error=type(error).__name__)
    with unit_of_work(announce=False) as session:
        mail = session.get(Mail, number, populate_existing=True)
        if mail is not None and problem is None:
            mail.sent_at, mail.problem, mail.body, mail.stop_url = now(), None, "", None
        elif mail is not None:
            mail.problem, mail.next_try_at = problem, now() + timedelta(minutes=2**mail.tries)
    return problem is None


def stuck() -> int:
    """How many mails failed at least once and have not left."""
    failed = (Mail.sent_at.is_(None), Mail.problem.is_not(None))
    return db.session.scalar(select(func.count()).select_from(Mail).where(*failed)) or 0


def _soon() -> None:
    """After a commit: files are written at once; a mail server is slow, so a thread talks to it.

    Otherwise the time an answer takes would tell whether an address has an account.
    """
    if not db.session.info.pop("mail_waits", False):
        return
    if not current_app.config["TRACKER_MAIL_SERVER"]:
        try:
            deliver()
        except SQLAlchemyError as error:
            # What caused the mail is saved; the mail is, too, and leaves with the next one.
            db.session.rollback()
            log.error("mail waits", error=type(error).__name__)
        return
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the thread has no context

    def work() -> None:
        with app.app_context():
            deliver()

    threading.Thread(target=work, name="mail", daemon=True).start()


def init_mail(app: Flask) -> None:
    """Send after every commit what was written down in it."""
    after_commit(app, _soon)
