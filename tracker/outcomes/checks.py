"""What is refused of a text, a due date or a second logging, because it is most likely a slip."""

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from tracker.core.db import db
from tracker.core.errors import InvalidInput
from tracker.core.i18n import show_date
from tracker.core.permissions import Actor
from tracker.core.vocabulary import Language
from tracker.outcomes.access import visible_to
from tracker.outcomes.data import TextData, clean
from tracker.outcomes.models import Outcome, OutcomeText
from tracker.outcomes.vocabulary import Record
from tracker.workshops.models import Workshop

#: Blocks of Unicode that hold the Arabic script, first and last code point.
_ARABIC = ((0x0600, 0x06FF), (0x0750, 0x077F), (0x0870, 0x08FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFF))
#: How many letters a text needs, and what share of them, before its script tells its language.
_LETTERS, _SHARE = 20, 0.7


def check_not_logged_yet(actor: Actor, workshop: Workshop | None, texts: list[TextData]) -> None:
    """Raise InvalidInput when an outcome of the workshop that the actor may see says exactly this already.

    What was retired may be said anew, and what the actor may not see is not told.
    """
    said = [words for words in (clean(text.text) for text in texts) if words]
    if workshop is None or not said:
        return
    ref = db.session.scalar(
        select(Outcome.ref)
        .join(OutcomeText, OutcomeText.outcome_id == Outcome.id)
        .where(
            Outcome.workshop_id == workshop.id,
            Outcome.record != Record.RETIRED,
            OutcomeText.text.in_(said),
            visible_to(actor),
        )
        .order_by(Outcome.id)
        .limit(1)
    )
    if ref is not None:
        raise InvalidInput(
            _(
                "%(ref)s of this workshop says exactly this already. Change that one, or write another.",
                ref=ref,
            ),
            "text",
        )


def check_due(workshop: Workshop | None, due: date | None) -> None:
    """Raise InvalidInput for a due date before the workshop's first day."""
    began = workshop.starts_on if workshop is not None else None
    if due is not None and began is not None and due < began:
        raise InvalidInput(
            _(
                "This is before the workshop began (%(day)s). Choose a later day, or leave it empty.",
                day=show_date(began),
            ),
            "due",
        )


def check_script(text: TextData) -> None:
    """Raise InvalidInput when the script of the text shows that it is not in the language chosen for it."""
    letters = [letter for letter in text.text if letter.isalpha()]
    if len(letters) < _LETTERS:
        return
    share = sum(_is_arabic(letter) for letter in letters) / len(letters)
    if text.language is not Language.AR and share >= _SHARE:
        raise InvalidInput(
            _("The text is in Arabic script. Choose %(language)s.", language=Language.AR.label), "language"
        )
    if text.language is Language.AR and 1 - share >= _SHARE:
        raise InvalidInput(
            _("The text is not in Arabic script. Choose the language in which it is written."), "language"
        )


def _is_arabic(letter: str) -> bool:
    return any(first <= ord(letter) <= last for first, last in _ARABIC)
