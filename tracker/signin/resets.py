"""Asking for a new password: the answer is the same for every address, and the mail is written afterwards."""

from tracker.accounts import links, queries
from tracker.accounts.models import LinkPurpose, Person
from tracker.accounts.standing import was_never_used
from tracker.core.db import unit_of_work
from tracker.core.permissions import ANONYMOUS
from tracker.signin import throttle


def count(email: str) -> None:
    """Count the wish for a mail to this address, whether or not it has an account; raises TooManyGuesses."""
    throttle.count_request("mail", email)


def send(email: str, language: str) -> None:
    """Mail whoever has an account with this address a link to a new password.

    Who has not accepted an invitation gets it again instead. Nobody gets anything for an unknown address, a
    closed account, or one that was never used and not invited either. `language` is that of the page, for a
    person who has chosen none.
    """
    with unit_of_work():
        person = queries.find_by_email(email)
        if person is None or not person.active:
            return
        if was_never_used(person):
            links.mail_link(
                ANONYMOUS, person, LinkPurpose.INVITATION, "signin/mail_invitation_again.txt", language
            )
        elif _has_come_in(person):
            links.mail_link(ANONYMOUS, person, LinkPurpose.RESET, "signin/mail_reset.txt", language)


def _has_come_in(person: Person) -> bool:
    return person.password is not None or person.accepted_at is not None
