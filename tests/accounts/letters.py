"""The mails that an application has written, as files of its instance."""

import email
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import cast

from flask import Flask


def letters(app: Flask, to: str | None = None) -> list[EmailMessage]:
    """Every mail, oldest first, or those to one address."""
    found = [
        cast(EmailMessage, email.message_from_bytes(path.read_bytes(), policy=default))
        for path in sorted((Path(app.instance_path) / "mail").glob("*.eml"))
    ]
    return [mail for mail in found if to in (None, mail["To"])]


def text_of(mail: EmailMessage) -> str:
    """What the mail says, on one line."""
    return " ".join(mail.get_content().split())


def link_in(mail: EmailMessage) -> str:
    """The path of the one-time link in the mail."""
    word = next(word for word in mail.get_content().split() if "/sign-in/" in word)
    return word[word.index("/sign-in/") :]
