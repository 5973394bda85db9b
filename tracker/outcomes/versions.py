"""Language versions of an outcome: adding and changing one does not get in the way of another."""

from flask_babel import gettext as _

from tracker.core.errors import InvalidInput
from tracker.core.permissions import Actor, Permission, require
from tracker.core.vocabulary import Language
from tracker.outcomes import snapshot
from tracker.outcomes.conflicts import OutcomeConflict, changing, text_of, text_version
from tracker.outcomes.data import TextData
from tracker.outcomes.models import Outcome, OutcomeText
from tracker.outcomes.vocabulary import Record
from tracker.outcomes.writing import check_text, note, touch, write_text


def _save(actor: Actor, act: str, outcome: Outcome, texts: TextData, seen_version: int) -> OutcomeText:
    with changing(outcome):
        require(actor, Permission.OUTCOME_EDIT, outcome)
        if outcome.record is Record.RETIRED:
            raise InvalidInput(_("What is retired is not changed any more. Log a successor instead."))
        standing = text_of(outcome, texts.language)
        if text_version(standing) != seen_version:
            raise OutcomeConflict(outcome)
        check_text(texts)
        before = snapshot.of(outcome)
        text = write_text(outcome, texts)
        if snapshot.of(outcome) != before:
            touch(outcome)
            note(actor, act, outcome, before)
    return text


def add_version(
    actor: Actor, outcome: Outcome, language: Language, texts: TextData, seen_version: int = 0
) -> OutcomeText:
    """Add the outcome's text in a language that it does not have yet.

    Raises OutcomeConflict when somebody else added it meanwhile, Denied, InvalidInput.
    """
    texts.language = language
    return _save(actor, "add-version", outcome, texts, seen_version)


def edit_version(
    actor: Actor, outcome: Outcome, language: Language, texts: TextData, seen_version: int
) -> OutcomeText:
    """Change the text in one language.

    `seen_version` is what `conflicts.text_version` gave for the text that was seen.
    Raises OutcomeConflict when somebody else changed that text meanwhile, Denied, InvalidInput.
    """
    texts.language = language
    return _save(actor, "edit-version", outcome, texts, seen_version)
