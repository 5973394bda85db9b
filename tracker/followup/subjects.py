"""What every act of follow-up checks about the commitment or adoption in hand, inside its unit of work."""

from typing import TypeVar

from flask_babel import gettext as _
from sqlalchemy import inspect

from tracker.core.db import db
from tracker.core.errors import EditConflict, InvalidInput, NotFound
from tracker.core.forms import LONG_TEXT
from tracker.core.permissions import Actor
from tracker.core.vocabulary import Handling
from tracker.followup.models import Adoption, Commitment
from tracker.followup.visibility import subject_visible
from tracker.outcomes.models import Outcome
from tracker.outcomes.vocabulary import Record
from tracker.workshops.ways import by_label_alone

Subject = TypeVar("Subject", Commitment, Adoption)


def fresh(actor: Actor, subject: Subject) -> Subject:
    """The same record as it is in this transaction; raises NotFound when it is gone or hidden."""
    # What a larger unit of work has added and not yet written has no number yet.
    db.session.flush()
    identity = inspect(subject).identity
    found = db.session.get(type(subject), identity) if identity else None
    # What was opened in an emergency is read and not written on.
    if found is None or not subject_visible(by_label_alone(actor), found):
        raise NotFound(_("It does not exist, or it is not open to you."))
    return found


def check_version(subject: Commitment | Adoption, seen: int | None) -> None:
    """Raise EditConflict when somebody saved after the version that was seen; None: nobody looked."""
    if seen is not None and seen != subject.version:
        raise EditConflict(
            _("Somebody else has written here meanwhile. Read what came in between, then save again.")
        )


def check_published(outcome: Outcome) -> None:
    """Raise InvalidInput for a draft, which owes nothing yet, and for what was retired."""
    if outcome.record is Record.DRAFT:
        raise InvalidInput(
            _("%(ref)s is still a draft. It can be followed up once it is published.", ref=outcome.ref)
        )
    if outcome.record is Record.RETIRED:
        raise InvalidInput(_("%(ref)s was retired. Nothing more is reported on it.", ref=outcome.ref))


def check_texts(*texts: str) -> None:
    """Raise InvalidInput on "text" when one is longer than a field takes."""
    if any(len(text) > LONG_TEXT for text in texts):
        raise InvalidInput(_("Shorten the text to %(count)s characters.", count=LONG_TEXT), "text")


def item_handling(wish: Handling | None, outcome: Outcome) -> Handling:
    """The label of a new item: the outcome's when none is wished; raises InvalidInput for one below it."""
    if wish is None:
        return outcome.handling
    if wish.rank < outcome.handling.rank:
        raise InvalidInput(
            _(
                "The label cannot be less restricted than that of %(ref)s, %(label)s.",
                ref=outcome.ref,
                label=outcome.handling,
            ),
            "handling",
        )
    return wish
