"""Changing the label of a workshop, which is also what its new outcomes begin with."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm.exc import StaleDataError

from tracker.core.db import unit_of_work
from tracker.core.errors import EditConflict, InvalidInput
from tracker.core.permissions import Actor, Permission, require
from tracker.core.vocabulary import Handling
from tracker.workshops.contents import Raised, keeper
from tracker.workshops.effects import Confirm, Effect, check_confirmed, check_reason, needed_for, sentences
from tracker.workshops.models import Workshop
from tracker.workshops.rules import access_ways
from tracker.workshops.service import note, snapshot

#: The act that changes a label.
RELABEL = "relabel"


@dataclass(slots=True)
class WorkshopHandlingData:
    """The label that a workshop is to have, why, and what whoever changes it has confirmed."""

    handling: Handling
    reason: str
    #: Whether outcomes that are marked lower are raised to the label; none is ever lowered.
    raise_outcomes: bool = False
    confirmed: frozenset[Confirm] = frozenset()


def effect_of(actor: Actor, workshop: Workshop, data: WorkshopHandlingData) -> Effect:
    """Who would lose and gain access to the workshop's page, and what has to be confirmed."""
    before, after = access_ways(workshop), access_ways(workshop, data.handling)
    said = sentences(before, after)
    below = keeper().below(actor, workshop, data.handling)
    if below and data.raise_outcomes:
        said.append(
            ngettext(
                "Then %(num)s outcome that is marked lower is raised to %(label)s.",
                "Then %(num)s outcomes that are marked lower are raised to %(label)s.",
                below,
                label=data.handling,
            )
        )
    elif below:
        said.append(
            ngettext(
                "%(num)s outcome stays marked lower than the workshop.",
                "%(num)s outcomes stay marked lower than the workshop.",
                below,
            )
        )
    return Effect(said, frozenset(needed_for(actor, workshop.handling, data.handling, after)))


def relabel_workshop(
    actor: Actor, workshop: Workshop, data: WorkshopHandlingData, seen_version: int
) -> Raised:
    """Change the label of a workshop that was seen in this version; tells what became of its outcomes.

    Raises EditConflict when somebody else saved meanwhile, Denied, and InvalidInput, naming the field, for a
    missing reason or confirmation, and when nothing would change.
    """
    message = _("Somebody else saved this workshop meanwhile. Compare both versions, then save again.")
    try:
        with unit_of_work():
            require(actor, Permission.WORKSHOP_RELABEL, workshop)
            if workshop.version != seen_version:
                raise EditConflict(message)
            check_reason(data.reason)
            check_confirmed(effect_of(actor, workshop, data), data.confirmed)
            return _relabel(actor, workshop, data)
    except StaleDataError:
        raise EditConflict(message) from None


def _relabel(actor: Actor, workshop: Workshop, data: WorkshopHandlingData) -> Raised:
    changes = workshop.handling is not data.handling
    raised = Raised()
    if data.raise_outcomes:
        raised = keeper().raise_labels(actor, workshop, data.handling, data.reason)
    if not changes and not raised.number:
        raise InvalidInput(_("Nothing would change: it is handled so already."), "handling")
    before = snapshot(workshop)
    workshop.handling = data.handling
    note(actor, RELABEL, workshop, before, {"reason": data.reason.strip()})
    return raised
