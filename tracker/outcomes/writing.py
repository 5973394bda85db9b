"""What the services share: checking what is to be saved, writing it down, noting that it changed."""

from datetime import timedelta
from typing import Any

from flask_babel import gettext as _

from tracker.accounts.models import Party, Person
from tracker.core import audit, outbox
from tracker.core.addresses import LONGEST_ADDRESS, is_web_address
from tracker.core.db import Base, db, now
from tracker.core.errors import InvalidInput
from tracker.core.forms import LONG_TEXT
from tracker.core.permissions import Actor
from tracker.core.records import records
from tracker.core.vocabulary import Handling
from tracker.outcomes import snapshot
from tracker.outcomes.checks import check_due, check_script
from tracker.outcomes.conflicts import text_of
from tracker.outcomes.data import OutcomeData, TextData, clean
from tracker.outcomes.models import Outcome, OutcomeText, OutcomeTheme
from tracker.outcomes.vocabulary import Kind, Quality
from tracker.themes.models import Theme

#: Longest title and contact, in characters.
_TITLE, _CONTACT = 500, 300


def check_text(text: TextData) -> None:
    """Raise InvalidInput, naming the field, for a text that is empty, too long or under a wrong language."""
    if not text.text.strip():
        raise InvalidInput(_("Write the text. Everything else can be added later."), "text")
    for name, value in text.parts().items():
        longest = _TITLE if name == "title" else LONG_TEXT
        if len(value) > longest:
            raise InvalidInput(_("Shorten this to %(count)s characters.", count=longest), name)
    check_script(text)


def check_names(handling: Handling, named_parties: list[Any], named_people: list[Any]) -> None:
    """Raise InvalidInput when nobody is named under a label that opens a record only to those named on it."""
    if handling is Handling.AMBER_STRICT and not named_parties:
        raise InvalidInput(
            _("TLP:AMBER+STRICT opens this only to parties named on it. Name at least one."), "named_parties"
        )
    if handling is Handling.RED and not named_people:
        raise InvalidInput(
            _("TLP:RED opens this only to people named on it. Name at least one."), "named_people"
        )


def _check(data: OutcomeData) -> None:
    if not data.texts:
        raise InvalidInput(_("Write the text. Everything else can be added later."), "text")
    for text in data.texts:
        check_text(text)
    if len({text.language for text in data.texts}) < len(data.texts):
        raise InvalidInput(_("There are two texts in the same language. Keep one of them."), "language")
    if data.kind is Kind.PRACTICE and data.addressee_ids:
        raise InvalidInput(
            _("A practice addresses nobody: parties take it up. Leave the addressees out."), "addressees"
        )
    for value, longest, name in (
        (data.source_url, LONGEST_ADDRESS, "source_url"),
        (data.contact, _CONTACT, "contact"),
    ):
        if value and len(value) > longest:
            raise InvalidInput(_("Shorten this to %(count)s characters.", count=longest), name)
    if data.source_url and not is_web_address(data.source_url):
        raise InvalidInput(_("Write the whole address, beginning with https://"), "source_url")


def fill_handling(outcome: Outcome, data: OutcomeData) -> None:
    """Write down how a new record is handled; that of a standing one is changed by `handling` alone.

    Raises InvalidInput, naming the field, when nobody is named where somebody must be.
    """
    outcome.handling = data.handling or outcome.handling
    outcome.chatham_house = data.chatham_house
    outcome.named_parties = records(Party, data.named_party_ids, "named_parties")
    outcome.named_people = records(Person, data.named_person_ids, "named_people")
    check_names(outcome.handling, outcome.named_parties, outcome.named_people)


def fill(outcome: Outcome, data: OutcomeData) -> None:
    """Write the data into the record, except how it is handled, and the addressees, which the follow-up room
    keeps.

    Raises InvalidInput, naming the field, for what cannot be taken.
    """
    _check(data)
    if data.due != outcome.due:
        # What stands, such as an imported date, is not in the way of other changes.
        check_due(outcome.workshop, data.due)
    outcome.language = data.language or outcome.language
    outcome.due = data.due
    outcome.priority = data.priority
    outcome.quality = (data.quality or Quality.REPORTED) if outcome.kind is Kind.PRACTICE else None
    outcome.contact = data.contact or None
    outcome.source_url = data.source_url or None
    if data.proposer_ids is not None:
        outcome.proposers = records(Party, data.proposer_ids, "proposers")
    _correct_language(outcome, data)
    for text in data.texts:
        write_text(outcome, text)
    if text_of(outcome, outcome.language) is None:
        raise InvalidInput(
            _("There is no text in the language of the authentic text. Write it, or choose another."),
            "language",
        )
    _write_themes(outcome, data)


def _correct_language(outcome: Outcome, data: OutcomeData) -> None:
    """Where the only text stands under the wrong language, make it the same text under the right one."""
    if len(outcome.texts) == len(data.texts) == 1 and data.language == data.texts[0].language:
        outcome.texts[0].language = data.texts[0].language


def write_text(outcome: Outcome, data: TextData) -> OutcomeText:
    """Write one language version, a new one or over the one that stands."""
    text = text_of(outcome, data.language)
    if text is None:
        text = OutcomeText(language=data.language)
        outcome.texts.append(text)
    parts = {name: clean(value) for name, value in data.parts().items()}
    if any(getattr(text, name) != value for name, value in parts.items()):
        for name, value in parts.items():
            setattr(text, name, value)
        touch(text)
    return text


def touch(record: Outcome | OutcomeText) -> None:
    """Mark the record as changed just now, and never at the same moment as the last time.

    An outcome's row is thereby written, and its version counted on, even when only its texts, themes or
    links changed.
    """
    moment = now()
    if record.changed_at is not None and moment <= record.changed_at:
        moment = record.changed_at + timedelta(microseconds=1)
    record.changed_at = moment


def _write_themes(outcome: Outcome, data: OutcomeData) -> None:
    standing = {link.theme_id: link for link in outcome.theme_links}
    links = []
    for position, theme in enumerate(records(Theme, data.theme_ids, "themes")):
        link = standing.get(theme.id) or OutcomeTheme(theme=theme)
        link.position = position
        link.as_given = data.themes_as_given.get(theme.id, link.as_given)
        links.append(link)
    outcome.theme_links = links


def note(
    actor: Actor,
    act: str,
    outcome: Outcome,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None = None,
) -> None:
    """Append the change to the outcome's history and tell the index.

    `after` is by default what the record says now.
    """
    db.session.flush()
    audit.record(
        actor, act, "outcome", outcome.id, before, after if after is not None else snapshot.of(outcome)
    )
    outbox.enqueue("outcome", outcome.id)


def forget(record: Base, *names: str) -> None:
    """Read these collections again when they are next asked for: another room wrote into them."""
    db.session.flush()
    db.session.expire(record, names)
